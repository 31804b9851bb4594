#include "event_log.h"
#include "store_scope.h"

#include <clinic/clock.h>

#include <string.h>

enum { DATA_VERSION, FIND_LAST, FIND_NEWEST, FIND_HEAD, PUT_HEAD };
static const char *const sql[] = {
    [DATA_VERSION] = "PRAGMA data_version",
    [FIND_LAST] = "SELECT sequence, recorded_at_ms, chain, id FROM event"
                  " WHERE sequence = (SELECT max(sequence) FROM event)",
    [FIND_NEWEST] = "SELECT max(sequence) FROM event WHERE kind = ?1",
    [FIND_HEAD] = "SELECT sequence, chain, proof FROM log_head WHERE only = 1",
    [PUT_HEAD] = "INSERT OR REPLACE INTO log_head (only, sequence, chain, proof)"
                 " VALUES (1, ?1, ?2, ?3)",
};
const struct statements event_head_statements = { sql, ARRAY_SIZE(sql) };

// ---- the cached head

static enum clinic_status load_last(struct store *store, struct log_head *head)
{
    struct query *query = query_start(store, sql[FIND_LAST]);
    if (query_next(query)) {
        size_t length = 0;
        const void *chain = query_column_blob(query, 2, &length);
        head->sequence = (uint64_t)query_column_integer(query, 0);
        head->recorded_at_ms = query_column_integer(query, 1);
        if (length == sizeof head->chain)
            memcpy(head->chain, chain, length);
        const struct clinic_id last = query_column_id(query, 3);
        if (clinic_id_compare(&last, &store->ids.last) > 0)
            store->ids.last = last;
    }
    return query_end(query);
}

static enum clinic_status load_newest(struct store *store, int kind, uint64_t *ret_sequence)
{
    struct query *query = query_start(store, sql[FIND_NEWEST]);
    query_bind_integer(query, 1, kind);
    if (query_next(query)) // NULL, where there is none, reads as 0
        *ret_sequence = (uint64_t)query_column_integer(query, 0);
    return query_end(query);
}

enum clinic_status event_head_load(struct store *store)
{
    if (store->is_head_known)
        return CLINIC_OK;
    struct log_head head = { 0 };
    enum clinic_status status = load_last(store, &head);
    for (int kind = 1; kind < CLINIC_EVENT_KIND_COUNT && status == CLINIC_OK; kind++)
        status = load_newest(store, kind, &head.newest[kind]);
    if (status != CLINIC_OK)
        return status;
    store->head = head;
    store->is_head_known = true;
    return CLINIC_OK;
}

enum clinic_status event_head_refresh(struct store *store)
{
    int64_t version = 0;
    struct query *query = query_start(store, sql[DATA_VERSION]);
    if (query_next(query))
        version = query_column_integer(query, 0);
    const enum clinic_status status = query_end(query);
    if (status != CLINIC_OK)
        return status;
    if (version != store->data_version)
        store->is_head_known = false;
    store->data_version = version;
    return event_head_load(store);
}

// Beside a running gateway what was read a moment ago may no longer be the head. On a fault it is the one last
// known; the next read of the log tells the fault.
static const struct log_head *current(struct store *store)
{
    if (store->mode != STORE_SERVE && !store->is_in_transaction)
        (void)event_head_refresh(store);
    else
        (void)event_head_load(store);
    return &store->head;
}

uint64_t event_log_head(struct store *store)
{
    return current(store)->sequence;
}

int64_t event_log_head_time_ms(struct store *store)
{
    return current(store)->recorded_at_ms;
}

int64_t event_log_lead_ms(struct store *store)
{
    const int64_t lead_ms = current(store)->recorded_at_ms - clinic_wall_ms(store->clock);

    return lead_ms > 0 ? lead_ms : 0;
}

uint64_t event_log_newest(struct store *store, enum clinic_event_kind kind)
{
    return current(store)->newest[kind];
}

void event_log_reload(struct store *store)
{
    store->is_head_known = false;
}

// ---- the head's row

// HMAC-SHA256 (RFC 2104) under vault.key: whoever has only the database cannot make another end of the log
// look like the true one.
static void prove(const struct store *store, uint64_t sequence,
                  const uint8_t chain[static CLINIC_DIGEST_BYTES],
                  uint8_t ret_proof[static CLINIC_DIGEST_BYTES])
{
    static const char purpose[] = "clinic log head 1";
    uint8_t position[8];
    for (int i = 0; i < 8; i++)
        position[i] = (uint8_t)(sequence >> (56 - 8 * i));
    uint8_t inner_pad[64];
    uint8_t outer_pad[64];
    for (size_t i = 0; i < sizeof inner_pad; i++) {
        const uint8_t key = i < sizeof store->vault_key ? store->vault_key[i] : 0;
        inner_pad[i] = key ^ 0x36;
        outer_pad[i] = key ^ 0x5c;
    }
    const struct clinic_piece inner[] = {
        { inner_pad, sizeof inner_pad },
        { purpose, sizeof purpose },
        { position, sizeof position },
        { chain, CLINIC_DIGEST_BYTES },
    };
    uint8_t digest[CLINIC_DIGEST_BYTES];
    clinic_digest(inner, ARRAY_SIZE(inner), digest);
    const struct clinic_piece outer[] = {
        { outer_pad, sizeof outer_pad },
        { digest, sizeof digest },
    };
    clinic_digest(outer, ARRAY_SIZE(outer), ret_proof);
    clinic_wipe(inner_pad, sizeof inner_pad);
    clinic_wipe(outer_pad, sizeof outer_pad);
}

enum clinic_status event_head_write(struct store *store)
{
    const struct log_head *head = &store->head;
    uint8_t proof[CLINIC_DIGEST_BYTES];
    prove(store, head->sequence, head->chain, proof);

    struct query *query = query_start(store, sql[PUT_HEAD]);
    query_bind_integer(query, 1, (int64_t)head->sequence);
    query_bind_blob(query, 2, head->chain, sizeof head->chain);
    query_bind_blob(query, 3, proof, sizeof proof);
    return query_run(query, NULL);
}

enum clinic_status event_head_read(struct store *store, uint64_t *ret_sequence,
                                   uint8_t ret_chain[static CLINIC_DIGEST_BYTES])
{
    enum clinic_status found = CLINIC_NOT_FOUND;
    struct query *query = query_start(store, sql[FIND_HEAD]);
    if (query_next(query)) {
        size_t chain_bytes = 0;
        size_t proof_bytes = 0;
        const uint64_t sequence = (uint64_t)query_column_integer(query, 0);
        const uint8_t *chain = query_column_blob(query, 1, &chain_bytes);
        const uint8_t *proof = query_column_blob(query, 2, &proof_bytes);
        uint8_t expected[CLINIC_DIGEST_BYTES] = { 0 };
        if (chain_bytes == CLINIC_DIGEST_BYTES)
            prove(store, sequence, chain, expected);
        found = CLINIC_DAMAGED;
        if (chain_bytes == CLINIC_DIGEST_BYTES && proof_bytes == CLINIC_DIGEST_BYTES
            && memcmp(proof, expected, CLINIC_DIGEST_BYTES) == 0) {
            *ret_sequence = sequence;
            memcpy(ret_chain, chain, CLINIC_DIGEST_BYTES);
            found = CLINIC_OK;
        }
    }
    const enum clinic_status status = query_end(query);
    return status == CLINIC_OK ? found : status;
}
