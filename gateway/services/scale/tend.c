// tend.c - steps of a set-up that no scale has answered in time.
#include "scale_scope.h"

#include <stdio.h>

enum { AT_ONCE_MAX = 50 }; // the rest a second later

struct place {
    char node[NODE_BYTES];
    int64_t number;
};

static enum clinic_status find_overdue(struct decision *decision, struct place *ret_place,
                                       bool *ret_is_found)
{
    struct query *query = query_start(decision->store, scale_sql[SCALE_FIND_OVERDUE]);

    query_bind_integer(query, 1, decision->now_ms - TASK_MS);
    query_bind_integer(query, 2, decision->now_ms + TASK_MS);
    *ret_is_found = query_next(query);
    if (*ret_is_found) {
        (void)snprintf(ret_place->node, sizeof ret_place->node, "%s", query_column_text(query, 0));
        ret_place->number = query_column_integer(query, 1);
    }
    return query_end(query);
}

static enum clinic_status expire(struct decision *decision, const struct place *place)
{
    struct channel channel;
    enum clinic_status status = channel_begin(decision, place->node, place->number, &channel);

    if (status != CLINIC_OK)
        return status;
    channel_end_task(&channel, OUTCOME_EXPIRED, decision->now_ms);
    return channel_tell(decision, &channel, "expired");
}

enum clinic_status scale_tend(struct decision *decision)
{
    struct place place;
    bool is_found = true;
    enum clinic_status status = CLINIC_OK;

    for (int i = 0; i < AT_ONCE_MAX && is_found && status == CLINIC_OK; i++) {
        status = find_overdue(decision, &place, &is_found);
        if (status == CLINIC_OK && is_found)
            status = expire(decision, &place);
    }
    return status;
}
