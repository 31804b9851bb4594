#include "event_log.h"
#include "event_row.h"
#include "store_scope.h"

#include <clinic/json.h>

#include <stdlib.h>
#include <string.h>

// Rows are found one by one rather than by a cursor that stays open: what is called for each of them may use
// every statement, append, and take its time without holding back the WAL.

enum { READ_ROW, NEXT_OF_KIND, NEXT_OF_SUBJECT };
static const char *const sql[] = {
    [READ_ROW] = "SELECT " EVENT_COLUMNS " FROM event WHERE sequence = ?1",
    [NEXT_OF_KIND] = "SELECT min(sequence) FROM event WHERE kind = ?1 AND sequence > ?2",
    [NEXT_OF_SUBJECT] = "SELECT min(sequence) FROM event WHERE subject = ?1 AND sequence > ?2",
};
const struct statements event_read_statements = { sql, ARRAY_SIZE(sql) };

static const uint64_t none = UINT64_MAX;

// ---- which rows

struct cursor {
    struct store *store;
    const struct event_filter *filter;
    uint64_t through;
    uint64_t position;                              // the row last found
    uint64_t next_of_kind[CLINIC_EVENT_KIND_COUNT]; // while merging kinds
};

static bool is_wanted_kind(const struct event_filter *filter, int kind)
{
    return filter->kinds == 0 || (filter->kinds >> kind & 1) != 0;
}

static bool is_merge(const struct event_filter *filter)
{
    return filter->subject == NULL && (filter->kinds != 0 || filter->after_by_kind != NULL);
}

static enum clinic_status find_next(struct query *query, uint64_t after, uint64_t *ret_sequence)
{
    query_bind_integer(query, 2, (int64_t)after);
    uint64_t sequence = none;
    if (query_next(query) && !query_column_is_null(query, 0))
        sequence = (uint64_t)query_column_integer(query, 0);
    const enum clinic_status status = query_end(query);
    if (status == CLINIC_OK)
        *ret_sequence = sequence;
    return status;
}

static enum clinic_status next_of_kind(struct cursor *cursor, int kind, uint64_t after)
{
    if (after >= cursor->through) {
        cursor->next_of_kind[kind] = none;
        return CLINIC_OK;
    }
    struct query *query = query_start(cursor->store, sql[NEXT_OF_KIND]);
    query_bind_integer(query, 1, kind);
    return find_next(query, after, &cursor->next_of_kind[kind]);
}

static enum clinic_status next_merged(struct cursor *cursor, uint64_t *ret_sequence)
{
    int first = CLINIC_EVENT_NONE;
    for (int kind = 1; kind < CLINIC_EVENT_KIND_COUNT; kind++) {
        if (first == CLINIC_EVENT_NONE || cursor->next_of_kind[kind] < cursor->next_of_kind[first])
            first = kind;
    }
    *ret_sequence = cursor->next_of_kind[first];
    return *ret_sequence == none ? CLINIC_OK : next_of_kind(cursor, first, *ret_sequence);
}

static enum clinic_status next(struct cursor *cursor, uint64_t *ret_sequence)
{
    if (is_merge(cursor->filter))
        return next_merged(cursor, ret_sequence);
    *ret_sequence = none;
    if (cursor->position >= cursor->through)
        return CLINIC_OK;
    if (cursor->filter->subject == NULL) { // the log has no gaps
        *ret_sequence = cursor->position + 1;
        return CLINIC_OK;
    }
    struct query *query = query_start(cursor->store, sql[NEXT_OF_SUBJECT]);
    query_bind_text(query, 1, cursor->filter->subject);
    return find_next(query, cursor->position, ret_sequence);
}

static uint64_t first_position(const struct event_filter *filter)
{
    if (filter->after_by_kind == NULL)
        return filter->after;
    uint64_t position = none;
    for (int kind = 1; kind < CLINIC_EVENT_KIND_COUNT; kind++) {
        if (is_wanted_kind(filter, kind) && filter->after_by_kind[kind] < position)
            position = filter->after_by_kind[kind];
    }
    return position;
}

static enum clinic_status begin(struct cursor *cursor)
{
    const struct event_filter *filter = cursor->filter;
    cursor->position = first_position(filter);
    cursor->through = event_log_head(cursor->store);
    if (filter->through != 0 && filter->through < cursor->through)
        cursor->through = filter->through;

    enum clinic_status status = CLINIC_OK;
    for (int kind = 0; kind < CLINIC_EVENT_KIND_COUNT && status == CLINIC_OK; kind++) {
        cursor->next_of_kind[kind] = none;
        if (!is_merge(filter) || kind == CLINIC_EVENT_NONE || !is_wanted_kind(filter, kind))
            continue;
        status = next_of_kind(cursor, kind,
                              filter->after_by_kind == NULL ? filter->after
                                                            : filter->after_by_kind[kind]);
    }
    return status;
}

// Only what is found by subject still has to be looked at for its kind.
static bool is_wanted(const struct event_filter *filter, const struct clinic_event *event)
{
    return is_wanted_kind(filter, (int)event->kind)
           && (filter->after_by_kind == NULL
               || event->sequence > filter->after_by_kind[event->kind]);
}

// ---- from a row to an event

struct found {
    struct clinic_event event;
    struct event_origin origin;
    bool is_erased;
};

static bool copy_text(struct clinic_piece piece, char *text, size_t size)
{
    if (piece.bytes == NULL || piece.length >= size)
        return false;
    memcpy(text, piece.bytes, piece.length);
    text[piece.length] = '\0';
    return true;
}

static bool copy_id(struct clinic_piece piece, struct clinic_id *id)
{
    if (piece.bytes == NULL)
        return true;
    if (piece.length != sizeof id->bytes)
        return false;
    memcpy(id->bytes, piece.bytes, sizeof id->bytes);
    return true;
}

static enum clinic_status copy_columns(const struct event_row *row, struct found *found)
{
    struct clinic_event *event = &found->event;
    if (row->kind <= CLINIC_EVENT_NONE || row->kind >= CLINIC_EVENT_KIND_COUNT)
        return CLINIC_DAMAGED;
    event->kind = (enum clinic_event_kind)row->kind;
    event->sequence = (uint64_t)row->sequence;
    event->previous = (uint64_t)row->previous;
    event->time_ms = row->time_ms;
    event->recorded_at_ms = row->recorded_at_ms;
    event->is_clock_held = row->is_clock_held != 0;
    const bool is_whole =
        copy_id(row->id, &event->id) && copy_id(row->correlation, &event->correlation)
        && copy_id(row->causation, &event->causation)
        && copy_text(row->subject, event->subject, sizeof event->subject)
        && copy_text(row->node, found->origin.node, sizeof found->origin.node)
        && copy_text(row->person, found->origin.person, sizeof found->origin.person);
    return is_whole ? CLINIC_OK : CLINIC_DAMAGED;
}

static enum clinic_status parse(const char *text, size_t length, cJSON **ret_json)
{
    struct clinic_problem ignored; // our own text: it is whole or the file is damaged
    const enum clinic_status status = clinic_json_parse(text, length, ret_json, &ignored);
    return status == CLINIC_INVALID ? CLINIC_DAMAGED : status;
}

// The catalogue gives public and personal members different names.
static enum clinic_status merge(cJSON *data, cJSON *personal)
{
    enum clinic_status status = CLINIC_OK;
    while (personal->child != NULL && status == CLINIC_OK) {
        cJSON *member = cJSON_DetachItemViaPointer(personal, personal->child);
        if (!cJSON_AddItemToObject(data, member->string, member)) {
            cJSON_Delete(member);
            status = CLINIC_NOMEM;
        }
    }
    return status;
}

static enum clinic_status add_personal(struct store *store, const struct event_row *row,
                                       struct found *found)
{
    char *plain = NULL;
    size_t length = 0;
    enum clinic_status status = event_row_unseal(store, row, &plain, &length);
    if (status == CLINIC_REFUSED) {
        found->is_erased = true;
        return CLINIC_OK;
    }
    if (status == CLINIC_NOT_FOUND) // its owner's row stays for ever
        return CLINIC_DAMAGED;
    if (status != CLINIC_OK)
        return status;

    cJSON *personal = NULL;
    status = parse(plain, length, &personal);
    if (status == CLINIC_OK)
        status = merge(found->event.data, personal);
    cJSON_Delete(personal);
    clinic_wipe(plain, length);
    free(plain);
    return status;
}

static enum clinic_status read_row(struct cursor *cursor, uint64_t sequence, struct found *found)
{
    enum clinic_status status = CLINIC_DAMAGED; // no such row, where there are no gaps
    struct query *query = query_start(cursor->store, sql[READ_ROW]);
    query_bind_integer(query, 1, (int64_t)sequence);
    if (query_next(query)) {
        struct event_row row;
        event_row_read(query, &row);
        status = copy_columns(&row, found);
        if (status == CLINIC_OK)
            status = parse(row.data.bytes, row.data.length, &found->event.data);
        if (status == CLINIC_OK && row.sealed.bytes != NULL && !cursor->filter->is_public_only)
            status = add_personal(cursor->store, &row, found);
    }
    const enum clinic_status ended = query_end(query);
    if (ended != CLINIC_OK)
        status = ended;
    if (status == CLINIC_DAMAGED)
        store_mark_damaged(cursor->store);
    return status;
}

enum clinic_status event_log_read(struct store *store, const struct event_filter *filter,
                                  bool (*visit)(void *context, const struct clinic_event *event,
                                                const struct event_origin *origin, bool is_erased),
                                  void *context)
{
    struct cursor cursor = { .store = store, .filter = filter };
    enum clinic_status status = begin(&cursor);
    bool goes_on = true;
    while (status == CLINIC_OK && goes_on) {
        uint64_t sequence = none;
        status = next(&cursor, &sequence);
        if (status != CLINIC_OK || sequence > cursor.through) // also: none
            break;
        struct found found = { 0 };
        status = read_row(&cursor, sequence, &found);
        if (status == CLINIC_OK && is_wanted(filter, &found.event))
            goes_on = visit(context, &found.event, &found.origin, found.is_erased);
        clinic_event_done(&found.event);
        cursor.position = sequence;
    }
    return status;
}
