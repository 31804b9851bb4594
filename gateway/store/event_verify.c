#include "event_log.h"
#include "event_row.h"
#include "store_scope.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS_FROM, CHAIN_AT, NEWEST_BEFORE };
static const char *const sql[] = {
    [ROWS_FROM] = "SELECT " EVENT_COLUMNS " FROM event WHERE sequence >= ?1 ORDER BY sequence",
    [CHAIN_AT] = "SELECT chain FROM event WHERE sequence = ?1",
    [NEWEST_BEFORE] = "SELECT max(sequence) FROM event WHERE kind = ?1 AND sequence < ?2",
};
const struct statements event_verify_statements = { sql, ARRAY_SIZE(sql) };

struct walk {
    struct store *store;
    struct event_log_report *report;
    uint64_t next; // the sequence that must come
    int64_t recorded_at_ms;
    uint8_t id[16];
    uint64_t newest[CLINIC_EVENT_KIND_COUNT];
    uint8_t chain[CLINIC_DIGEST_BYTES];
};

__attribute__((format(printf, 3, 4))) static enum clinic_status
fault(struct walk *walk, uint64_t sequence, const char *format, ...)
{
    struct event_log_report *report = walk->report;
    const int length =
        snprintf(report->problem, sizeof report->problem, "event %" PRIu64 ": ", sequence);
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(report->problem + length, sizeof report->problem - (size_t)length, format,
                    arguments);
    va_end(arguments);
    report->bad_sequence = sequence;
    return CLINIC_DAMAGED;
}

// ---- where the walk begins

static enum clinic_status begin_chain(struct walk *walk)
{
    if (walk->next == 1)
        return CLINIC_OK;
    size_t length = 0;
    struct query *query = query_start(walk->store, sql[CHAIN_AT]);
    query_bind_integer(query, 1, (int64_t)walk->next - 1);
    if (query_next(query)) {
        const void *chain = query_column_blob(query, 0, &length);
        if (length == sizeof walk->chain)
            memcpy(walk->chain, chain, length);
    }
    const enum clinic_status status = query_end(query);
    if (status == CLINIC_OK && length != sizeof walk->chain)
        return fault(walk, walk->next - 1, "it is missing");
    return status;
}

static enum clinic_status begin_newest(struct walk *walk, int kind)
{
    struct query *query = query_start(walk->store, sql[NEWEST_BEFORE]);
    query_bind_integer(query, 1, kind);
    query_bind_integer(query, 2, (int64_t)walk->next);
    if (query_next(query))
        walk->newest[kind] = (uint64_t)query_column_integer(query, 0);
    return query_end(query);
}

static enum clinic_status begin(struct walk *walk)
{
    enum clinic_status status = begin_chain(walk);
    for (int kind = 1; kind < CLINIC_EVENT_KIND_COUNT && status == CLINIC_OK; kind++)
        status = begin_newest(walk, kind);
    return status;
}

// ---- one row

static enum clinic_status check_chain(struct walk *walk, const struct event_row *row)
{
    uint8_t chain[CLINIC_DIGEST_BYTES];
    event_row_chain(row, walk->chain, chain);
    if (row->chain.length != sizeof chain || memcmp(chain, row->chain.bytes, sizeof chain) != 0)
        return fault(walk, walk->next, "it, or the chain before it, was altered");
    memcpy(walk->chain, chain, sizeof chain);
    return CLINIC_OK;
}

// A right chain over wrong positions was computed by a faulty writer.
static enum clinic_status check_order(struct walk *walk, const struct event_row *row)
{
    if (row->kind <= CLINIC_EVENT_NONE || row->kind >= CLINIC_EVENT_KIND_COUNT)
        return fault(walk, walk->next, "its kind is unknown");
    if ((uint64_t)row->previous != walk->newest[row->kind])
        return fault(walk, walk->next, "it names %" PRId64 " as the one before it, not %" PRIu64,
                     row->previous, walk->newest[row->kind]);
    if (row->recorded_at_ms < walk->recorded_at_ms)
        return fault(walk, walk->next, "it was recorded before the event before it");
    if (row->id.length != sizeof walk->id || memcmp(row->id.bytes, walk->id, sizeof walk->id) <= 0)
        return fault(walk, walk->next, "its id is not above the one before it");
    walk->newest[row->kind] = (uint64_t)row->sequence;
    walk->recorded_at_ms = row->recorded_at_ms;
    memcpy(walk->id, row->id.bytes, sizeof walk->id);
    return CLINIC_OK;
}

static enum clinic_status check_sealed(struct walk *walk, const struct event_row *row)
{
    if (row->sealed.bytes == NULL)
        return CLINIC_OK;
    char *plain = NULL;
    size_t length = 0;
    const enum clinic_status status = event_row_unseal(walk->store, row, &plain, &length);
    if (plain != NULL)
        clinic_wipe(plain, length);
    free(plain);
    if (status == CLINIC_REFUSED) {
        walk->report->erased++;
        return CLINIC_OK;
    }
    if (status == CLINIC_NOT_FOUND)
        return fault(walk, walk->next, "the key of its owner is missing from the vault");
    if (status == CLINIC_DAMAGED)
        return fault(walk, walk->next, "its personal part cannot be opened");
    return status;
}

static enum clinic_status check_row(struct walk *walk, const struct event_row *row)
{
    if ((uint64_t)row->sequence != walk->next)
        return fault(walk, walk->next, "it is missing");
    enum clinic_status status = check_chain(walk, row);
    if (status == CLINIC_OK)
        status = check_order(walk, row);
    if (status == CLINIC_OK)
        status = check_sealed(walk, row);
    if (status != CLINIC_OK)
        return status;
    walk->report->events++;
    walk->next++;
    return CLINIC_OK;
}

static enum clinic_status check_rows(struct walk *walk)
{
    enum clinic_status status = CLINIC_OK;
    struct query *query = query_start(walk->store, sql[ROWS_FROM]);
    query_bind_integer(query, 1, (int64_t)walk->next);
    while (status == CLINIC_OK && query_next(query)) {
        struct event_row row;
        event_row_read(query, &row);
        status = check_row(walk, &row);
    }
    const enum clinic_status ended = query_end(query);
    return status == CLINIC_OK ? ended : status;
}

// ---- the end of the log

static enum clinic_status check_head(struct walk *walk)
{
    uint64_t sequence = 0;
    uint8_t chain[CLINIC_DIGEST_BYTES] = { 0 };
    const uint64_t last = walk->next - 1;
    enum clinic_status status = event_head_read(walk->store, &sequence, chain);
    if (status == CLINIC_DAMAGED)
        return fault(walk, last, "the record of the log's end was altered");
    if (status != CLINIC_OK && status != CLINIC_NOT_FOUND)
        return status;
    if (sequence > last)
        return fault(walk, last + 1, "it is missing: the log ended with %" PRIu64, sequence);
    if (sequence < last)
        return fault(walk, sequence + 1, "it was added behind the recorded end of the log");
    if (last > 0 && memcmp(chain, walk->chain, sizeof chain) != 0)
        return fault(walk, last, "the record of the log's end does not match it");
    return CLINIC_OK;
}

enum clinic_status event_log_verify(struct store *store, uint64_t from,
                                    struct event_log_report *ret_report)
{
    *ret_report = (struct event_log_report){ 0 };
    struct walk walk = { .store = store, .report = ret_report, .next = from == 0 ? 1 : from };
    enum clinic_status status = store_begin_reading(store);
    if (status != CLINIC_OK)
        return status;
    status = begin(&walk);
    if (status == CLINIC_OK)
        status = check_rows(&walk);
    if (status == CLINIC_OK)
        status = check_head(&walk);
    store_rollback(store);

    memcpy(ret_report->chain, walk.chain, sizeof walk.chain);
    if (status == CLINIC_DAMAGED)
        store_mark_damaged(store);
    if (status == CLINIC_DAMAGED && ret_report->problem[0] == '\0')
        (void)snprintf(ret_report->problem, sizeof ret_report->problem,
                       "the file cannot be read: %s", sqlite3_errmsg(store->db));
    return status;
}
