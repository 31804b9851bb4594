#include "replay.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    LIMIT_DEFAULT = 100,
    REPLY_BYTES_MAX = 48 * 1024, // of events, so that the reply stays under the limit of a message
};

struct collected {
    cJSON *events;
    int64_t limit;
    size_t bytes;
    uint64_t last; // sequence of the newest event collected
    bool has_more;
    char source[CLINIC_SOURCE_BYTES];
    enum clinic_status status;
};

static bool collect(void *context, const struct clinic_event *event,
                    const struct event_origin *origin, bool is_erased)
{
    struct collected *collected = context;
    char *json = NULL;

    (void)origin;
    (void)is_erased;
    collected->status = clinic_event_encode(event, collected->source, CLINIC_SCOPE_PUBLIC, &json);
    if (collected->status != CLINIC_OK)
        return false;

    size_t length = strlen(json);
    bool is_over = cJSON_GetArraySize(collected->events) >= collected->limit
                   || collected->bytes + length > REPLY_BYTES_MAX;
    if (is_over) {
        collected->has_more = true;
    } else if (cJSON_AddItemToArray(collected->events, cJSON_CreateRaw(json))) {
        collected->bytes += length;
        collected->last = event->sequence;
    } else {
        collected->status = CLINIC_NOMEM;
    }
    free(json);
    return !is_over && collected->status == CLINIC_OK;
}

// Reads the wanted positions. CLINIC_REFUSED: a type that there is not, or that this node may not read.
static enum clinic_status read_positions(struct decision *decision,
                                         uint64_t positions[static CLINIC_EVENT_KIND_COUNT],
                                         uint64_t *ret_kinds)
{
    const cJSON *item;

    cJSON_ArrayForEach(item, clinic_json_member(decision->request->data, "positions"))
    {
        int64_t after = 0;
        const struct clinic_event_type *type =
            clinic_event_type_find(clinic_json_text(item, "type"));
        if (type == NULL)
            return decision_refuse(decision, CLINIC_CODE_INVALID_FIELD, "positions",
                                   "There is no such event type.");
        if ((type->readers & CLINIC_BIT(decision->caller->node_role)) == 0)
            return decision_refuse(decision, CLINIC_CODE_FORBIDDEN, "positions",
                                   "This device may not read %s.", type->type);
        (void)clinic_json_integer(item, "after", &after); // the catalogue has checked it
        positions[type->kind] = (uint64_t)after;
        *ret_kinds |= UINT64_C(1) << type->kind;
    }
    return CLINIC_OK;
}

static enum clinic_status fill_reply(struct decision *decision, struct collected *collected,
                                     uint64_t through)
{
    cJSON *data = cJSON_CreateObject();
    decision->reply->data = data;
    if (data == NULL || !cJSON_AddItemToObject(data, "events", collected->events))
        return CLINIC_NOMEM;
    collected->events = NULL;
    if (cJSON_AddNumberToObject(data, "through", (double)through) == NULL
        || cJSON_AddBoolToObject(data, "more", collected->has_more) == NULL)
        return CLINIC_NOMEM;
    return CLINIC_OK;
}

static enum clinic_status replay(struct decision *decision)
{
    uint64_t positions[CLINIC_EVENT_KIND_COUNT] = { 0 };
    struct event_filter filter = { .after_by_kind = positions, .is_public_only = true };
    struct collected collected = { .limit = LIMIT_DEFAULT, .status = CLINIC_OK };

    enum clinic_status status = read_positions(decision, positions, &filter.kinds);
    if (status != CLINIC_OK)
        return status;
    (void)clinic_json_integer(decision->request->data, "limit", &collected.limit);
    (void)snprintf(collected.source, sizeof collected.source, "/clinic/%s", decision->site->id);
    collected.events = cJSON_CreateArray();
    if (collected.events == NULL)
        return CLINIC_NOMEM;

    uint64_t head = event_log_head(decision->store);
    status = event_log_read(decision->store, &filter, collect, &collected);
    if (status == CLINIC_OK)
        status = collected.status;
    if (status == CLINIC_OK)
        status = fill_reply(decision, &collected, collected.has_more ? collected.last : head);
    cJSON_Delete(collected.events);
    return status;
}

const struct ability replay_ability = { CLINIC_REQUEST_EVENTS_REPLAY, replay, .is_audited = false };
