// notification_notice.c - notices for screens, as the bus courier reads them.
#include "../json_add.h"
#include "notification_scope.h"

#include <stdio.h>
#include <stdlib.h>

// Columns of the two statements that read notices.
enum column {
    SEQUENCE,
    ORDINAL,
    PATIENT_ID,
    VISIT_ID,
    AUDIENCE,
    RECIPIENT,
    TEMPLATE,
    BODY,
    CREATED_AT_MS,
    NOT_BEFORE_MS,
    EXPIRES_AT_MS,
};

static const enum notification_sql lanes[NOTICE_LANE_COUNT] = {
    [NOTICE_AT_ONCE] = MESSAGE_NOTICES_AT_ONCE,
    [NOTICE_LATER] = MESSAGE_NOTICES_LATER,
};

static char *print_notice(struct query *query, const struct message_id *message_id)
{
    char id[MESSAGE_ID_BYTES];
    const struct clinic_id patient_id = query_column_id(query, PATIENT_ID);
    const struct clinic_id visit_id = query_column_id(query, VISIT_ID);
    cJSON *notice = cJSON_CreateObject();
    char *json = NULL;

    message_id_print(message_id, id);
    if (notice != NULL && cJSON_AddStringToObject(notice, "id", id) != NULL
        && json_add_instant(notice, "time", query_column_integer(query, CREATED_AT_MS))
        && cJSON_AddStringToObject(notice, "kind", query_column_text(query, TEMPLATE)) != NULL
        && cJSON_AddStringToObject(notice, "text", query_column_text(query, BODY)) != NULL
        && json_add_id(notice, "patient_id", &patient_id)
        && json_add_id(notice, "appointment_id", &visit_id))
        json = clinic_json_print(notice);
    cJSON_Delete(notice);
    return json;
}

static void print_audience(struct query *query, char *audience, size_t audience_bytes)
{
    char text[CLINIC_ID_TEXT_BYTES];
    const struct clinic_id recipient = query_column_id(query, RECIPIENT);

    clinic_id_print(&recipient, text);
    (void)snprintf(audience, audience_bytes, "%s%s%s", query_column_text(query, AUDIENCE),
                   clinic_id_is_none(&recipient) ? "" : "/",
                   clinic_id_is_none(&recipient) ? "" : text);
}

struct visitor {
    bool (*visit)(void *context, const struct notice *notice);
    void *context;
    enum clinic_status status;
};

static enum clinic_status show(struct query *query, const struct visitor *visitor,
                               bool *ret_is_interrupted)
{
    char audience[64];
    const struct message_id id = { (uint64_t)query_column_integer(query, SEQUENCE),
                                   (int)query_column_integer(query, ORDINAL) };
    char *json = print_notice(query, &id);

    if (json == NULL)
        return CLINIC_NOMEM;
    print_audience(query, audience, sizeof audience);
    const struct notice notice = { id.sequence, id.ordinal, audience, json };
    *ret_is_interrupted = !visitor->visit(visitor->context, &notice);
    free(json);
    return CLINIC_OK;
}

// The next morning is never further away than a day: what is due later was written by a clock that was ahead, and must
// not keep back all that came after it.
static bool waits(int64_t due_at_ms, int64_t now_ms)
{
    return due_at_ms > now_ms && due_at_ms - now_ms <= NOTIFICATION_DAY_MS;
}

// The row that the query stands on. Sets how far the reading has come; false: it ends here.
static bool read_row(struct query *query, const struct notice_range *range, struct visitor *visitor,
                     struct notice_reading *reading)
{
    const uint64_t before = (uint64_t)query_column_integer(query, SEQUENCE) - 1;
    const int64_t due_at_ms = query_column_integer(query, NOT_BEFORE_MS);

    if (range->lane == NOTICE_LATER && waits(due_at_ms, range->now_ms)) {
        reading->passed = before;
        reading->due_at_ms = due_at_ms;
        return false;
    }
    if (query_column_integer(query, EXPIRES_AT_MS) <= range->now_ms)
        return true;
    visitor->status = show(query, visitor, &reading->is_interrupted);
    if (reading->is_interrupted)
        reading->passed = before;
    return visitor->status == CLINIC_OK && !reading->is_interrupted;
}

enum clinic_status notification_read_notices(struct store *store, const struct notice_range *range,
                                             bool (*visit)(void *context,
                                                           const struct notice *notice),
                                             void *context, struct notice_reading *ret_reading)
{
    struct notice_reading reading = { .passed = range->through, .due_at_ms = INT64_MAX };
    struct visitor visitor = { visit, context, CLINIC_OK };
    struct query *query = query_start(store, notification_sql[lanes[range->lane]]);

    query_bind_integer(query, 1, (int64_t)range->after);
    query_bind_integer(query, 2, (int64_t)range->through);
    while (query_next(query) && read_row(query, range, &visitor, &reading))
        continue;
    enum clinic_status status = query_end(query);
    if (status == CLINIC_OK)
        status = visitor.status;
    if (status == CLINIC_OK)
        *ret_reading = reading;
    return status;
}
