// tend.c - what time brings about: stock that has stayed low for a minute, scales that fell silent.
//
// Silence counts only while somebody listened: a gateway that was away knows nothing of the scales, and gives them
// their quarter of an hour from its return. That it was away it knows from a note that it writes every few minutes.
#include "equipment_scope.h"

#include <stdio.h>

enum {
    SILENCE_MS = 15 * 60 * 1000,
    NOTE_EVERY_MS = 5 * 60 * 1000,
    AWAY_MS = 10 * 60 * 1000, // no note for so long: it was not there
    AT_ONCE_MAX = 50,         // of each kind; the rest a second later
};

// ---- what has held

static enum clinic_status find_due(struct decision *decision, char item_id[static CODE_BYTES],
                                   bool *ret_is_found)
{
    struct query *query = query_start(decision->store, equipment_sql[EQUIPMENT_FIND_DUE]);

    query_bind_integer(query, 1, decision->now_ms);
    *ret_is_found = query_next(query);
    if (*ret_is_found)
        (void)snprintf(item_id, CODE_BYTES, "%s", query_column_text(query, 0));
    return query_end(query);
}

static enum clinic_status tell_due(struct decision *decision)
{
    char item_id[CODE_BYTES];
    bool is_found = true;
    struct change change;
    enum clinic_status status = CLINIC_OK;

    for (int i = 0; i < AT_ONCE_MAX && is_found && status == CLINIC_OK; i++) {
        status = find_due(decision, item_id, &is_found);
        if (status == CLINIC_OK && is_found)
            status = stock_begin(decision, item_id, &change);
    }
    return status;
}

// ---- who has fallen silent

static enum clinic_status read_watch(struct decision *decision, int64_t *ret_awake_since_ms,
                                     int64_t *ret_tended_at_ms)
{
    struct query *query = query_start(decision->store, equipment_sql[EQUIPMENT_READ_WATCH]);
    bool is_found = query_next(query);

    *ret_awake_since_ms = is_found ? query_column_integer(query, 0) : 0;
    *ret_tended_at_ms = is_found ? query_column_integer(query, 1) : 0;
    return query_end(query);
}

static enum clinic_status write_watch(struct decision *decision, int64_t awake_since_ms)
{
    struct query *query = query_start(decision->store, equipment_sql[EQUIPMENT_WRITE_WATCH]);

    query_bind_integer(query, 1, awake_since_ms);
    query_bind_integer(query, 2, decision->now_ms);
    return query_run(query, NULL);
}

// Since when the gateway has listened without a pause. A clock that was put back counts as a pause.
static enum clinic_status keep_watch(struct decision *decision, int64_t *ret_awake_since_ms)
{
    int64_t tended_at_ms;
    enum clinic_status status = read_watch(decision, ret_awake_since_ms, &tended_at_ms);
    const int64_t pause_ms = decision->now_ms - tended_at_ms;

    if (status != CLINIC_OK)
        return status;
    if (pause_ms < 0 || pause_ms > AWAY_MS)
        *ret_awake_since_ms = decision->now_ms;
    else if (pause_ms < NOTE_EVERY_MS)
        return CLINIC_OK;
    return write_watch(decision, *ret_awake_since_ms);
}

struct place {
    char node[NODE_BYTES];
    int64_t channel;
};

static enum clinic_status find_silent(struct decision *decision, struct place *ret_place,
                                      bool *ret_is_found)
{
    struct query *query = query_start(decision->store, equipment_sql[EQUIPMENT_FIND_SILENT]);

    query_bind_integer(query, 1, decision->now_ms - SILENCE_MS);
    query_bind_integer(query, 2, decision->now_ms + SILENCE_MS);
    *ret_is_found = query_next(query);
    if (*ret_is_found) {
        (void)snprintf(ret_place->node, sizeof ret_place->node, "%s", query_column_text(query, 0));
        ret_place->channel = query_column_integer(query, 1);
    }
    return query_end(query);
}

static enum clinic_status note_silence(struct decision *decision, const struct place *place)
{
    struct query *query = query_start(decision->store, equipment_sql[EQUIPMENT_NOTE_SILENCE]);

    query_bind_text(query, 1, place->node);
    query_bind_integer(query, 2, place->channel);
    return query_run(query, NULL);
}

static enum clinic_status tell_stale(struct decision *decision, const struct bin_name *name)
{
    struct change change;
    enum clinic_status status = stock_begin(decision, name->item_id, &change);

    if (status != CLINIC_OK)
        return status;
    struct bin *bin = item_find_bin(&change.after, name->bin_id);
    if (!bin_is_blind(bin))
        stock_feed(&change, STOCK_BLIND);
    bin->state = BIN_STALE;
    change.bin = bin;
    change.cause = "stale";
    return stock_tell(decision, &change);
}

static enum clinic_status tell_silence(struct decision *decision, const struct place *place)
{
    struct bin_name name;
    enum clinic_status status =
        item_find_place(decision->store, place->node, place->channel, &name);

    if (status == CLINIC_OK)
        status = tell_stale(decision, &name);
    else if (status == CLINIC_NOT_FOUND)
        status = CLINIC_OK; // a load cell without a bin may be silent
    return status == CLINIC_OK ? note_silence(decision, place) : status;
}

static enum clinic_status tell_silent(struct decision *decision)
{
    struct place place;
    bool is_found = true;
    enum clinic_status status = CLINIC_OK;

    for (int i = 0; i < AT_ONCE_MAX && is_found && status == CLINIC_OK; i++) {
        status = find_silent(decision, &place, &is_found);
        if (status == CLINIC_OK && is_found)
            status = tell_silence(decision, &place);
    }
    return status;
}

enum clinic_status equipment_tend(struct decision *decision)
{
    int64_t awake_since_ms = 0;
    enum clinic_status status = tell_due(decision);

    if (status == CLINIC_OK)
        status = keep_watch(decision, &awake_since_ms);
    if (status == CLINIC_OK && decision->now_ms - awake_since_ms > SILENCE_MS)
        status = tell_silent(decision);
    return status;
}
