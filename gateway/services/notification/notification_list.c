// notification_list.c - what staff see of messages, and the work-list of those that nobody could send.
#include "../json_add.h"
#include "notification_scope.h"

#include <stdio.h>
#include <string.h>

enum { LIMIT_DEFAULT = 20 };

// Columns of MESSAGE_LIST and MESSAGE_LIST_WORK.
enum column {
    SEQUENCE,
    ORDINAL,
    CREATED_AT_MS,
    AUDIENCE,
    RECIPIENT,
    CHANNEL,
    TEMPLATE,
    STATE,
    NOT_BEFORE_MS,
    DROPPED_AT_MS,
    BODY,
};

// What goes to screens is not delivered by a channel: the bus takes it when it is due. How the others went is forgotten
// after a time: only what was sent, and what staff left until it was of no use.
static enum delivery_state state_of(struct query *query, int64_t now_ms)
{
    const int64_t not_before_ms = query_column_integer(query, NOT_BEFORE_MS);

    if (!query_column_is_null(query, STATE))
        return (enum delivery_state)query_column_integer(query, STATE);
    if (strcmp(query_column_text(query, CHANNEL), "print") == 0)
        return DELIVERY_DROPPED;
    if (!query_column_is_null(query, DROPPED_AT_MS)
        && query_column_integer(query, DROPPED_AT_MS) <= not_before_ms)
        return DELIVERY_DROPPED;
    return not_before_ms > now_ms ? DELIVERY_WAITING : DELIVERY_SENT;
}

static cJSON *print_row(struct query *query, int64_t now_ms)
{
    char id[MESSAGE_ID_BYTES];
    const struct message_id message_id = { (uint64_t)query_column_integer(query, SEQUENCE),
                                           (int)query_column_integer(query, ORDINAL) };
    const struct clinic_id recipient = query_column_id(query, RECIPIENT);
    cJSON *row = cJSON_CreateObject();

    message_id_print(&message_id, id);
    if (row != NULL && cJSON_AddStringToObject(row, "message_id", id) != NULL
        && json_add_instant(row, "time", query_column_integer(query, CREATED_AT_MS))
        && cJSON_AddStringToObject(row, "audience", query_column_text(query, AUDIENCE)) != NULL
        && json_add_id(row, "recipient", &recipient)
        && cJSON_AddStringToObject(row, "channel", query_column_text(query, CHANNEL)) != NULL
        && cJSON_AddStringToObject(row, "template", query_column_text(query, TEMPLATE)) != NULL
        && cJSON_AddStringToObject(row, "state", delivery_state_name(state_of(query, now_ms)))
               != NULL
        && json_add_instant(row, "due", query_column_integer(query, NOT_BEFORE_MS))
        && cJSON_AddStringToObject(row, "text", query_column_text(query, BODY)) != NULL)
        return row;
    cJSON_Delete(row);
    return NULL;
}

static enum clinic_status read_rows(struct decision *decision, const struct message_id *after,
                                    cJSON *rows, bool *ret_has_more)
{
    int64_t limit = LIMIT_DEFAULT;
    int64_t count = 0;
    bool has_memory = true;
    const bool is_work = clinic_json_boolean(decision->request->data, "work_list", false);
    struct query *query =
        query_start(decision->store, notification_sql[is_work ? MESSAGE_LIST_WORK : MESSAGE_LIST]);

    (void)clinic_json_integer(decision->request->data, "limit", &limit);
    query_bind_integer(query, 1, (int64_t)after->sequence);
    query_bind_integer(query, 2, after->ordinal);
    query_bind_integer(query, 3, limit + 1); // one more tells that there are more
    while (has_memory && query_next(query) && ++count <= limit) {
        cJSON *row = print_row(query, decision->now_ms);
        has_memory = row != NULL && cJSON_AddItemToArray(rows, row);
    }
    *ret_has_more = count > limit;
    return json_add_end(query, has_memory);
}

static enum clinic_status refuse_id(struct decision *decision, const char *field)
{
    return decision_refuse(decision, CLINIC_CODE_INVALID_FIELD, field,
                           "This is not the id of a message.");
}

enum clinic_status notification_list(struct decision *decision)
{
    struct message_id after = { .sequence = INT64_MAX };
    const char *text = clinic_json_text(decision->request->data, "after");
    bool has_more = false;

    if (text != NULL && !message_id_parse(text, &after))
        return refuse_id(decision, "after");
    cJSON *data = cJSON_CreateObject();
    decision->reply->data = data;
    cJSON *rows = cJSON_AddArrayToObject(data, "messages");
    enum clinic_status status =
        rows == NULL ? CLINIC_NOMEM : read_rows(decision, &after, rows, &has_more);
    if (status == CLINIC_OK && cJSON_AddBoolToObject(data, "more", has_more) == NULL)
        status = CLINIC_NOMEM;
    return status;
}

// ---- taking a message off the work-list

static enum clinic_status find_state(struct store *store, const struct message_id *id,
                                     int64_t *ret_state)
{
    bool is_found = false;
    struct query *query = message_query(store, DELIVERY_FIND, id);

    if (query_next(query)) {
        is_found = true;
        *ret_state = query_column_integer(query, 0);
    }
    enum clinic_status status = query_end(query);
    return status == CLINIC_OK && !is_found ? CLINIC_NOT_FOUND : status;
}

// Also one that still waits: who was called need not be written to.
enum clinic_status notification_handle(struct decision *decision)
{
    struct message_id id;
    int64_t state = 0;
    const char *text = clinic_json_text(decision->request->data, "message_id");

    if (!message_id_parse(text, &id))
        return refuse_id(decision, "message_id");
    (void)snprintf(decision->subject, sizeof decision->subject, "message/%s", text);
    enum clinic_status status = find_state(decision->store, &id, &state);
    if (status == CLINIC_NOT_FOUND)
        return decision_refuse(decision, CLINIC_CODE_NOT_FOUND, "message_id",
                               "There is no such message, or it went to a screen.");
    if (status != CLINIC_OK || state == DELIVERY_HANDLED)
        return status;
    if (state > DELIVERY_EXPIRED)
        return decision_refuse(decision, CLINIC_CODE_STATE_MISMATCH, "message_id",
                               "This message was sent, or is not needed any more.");
    return query_run(message_query(decision->store, DELIVERY_HANDLE, &id), NULL);
}
