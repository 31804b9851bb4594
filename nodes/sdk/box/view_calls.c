// view_calls.c - the calls that look: watch, status, outbox; and drop, which clears away what was looked at.
#include "calls.h"

#include <clinic/json.h>

#include <stdio.h>
#include <string.h>

static void start_watch(struct clinic_box *box, struct clinic_box_call *call, const cJSON *members)
{
    const cJSON *data = clinic_json_member(members, "data");
    if (data != NULL)
        (void)clinic_json_integer(data, "count", &call->events_left);
    enum clinic_status status = clinic_box_follow(box);
    if (status != CLINIC_OK)
        call_finish(box, call, CLINIC_OUTCOME_FAULT, clinic_status_text(status));
    else
        call_answer(call, calls_state(box));
}

static void expire_watch(struct clinic_box *box, struct clinic_box_call *call)
{
    call_finish(box, call,
                calls_is_online(box) ? CLINIC_OUTCOME_ACCEPTED : CLINIC_OUTCOME_UNAVAILABLE, NULL);
}

cJSON *clinic_box_describe(const struct clinic_box *box)
{
    struct clinic_outbox_counts counts;
    clinic_outbox_count(clinic_node_outbox(box->node), &counts);
    const struct clinic_node_settings *settings = clinic_node_settings(box->node);
    cJSON *body = cJSON_CreateObject();
    cJSON_AddStringToObject(body, "node", settings->name);
    cJSON_AddStringToObject(body, "host", settings->host);
    cJSON_AddNumberToObject(body, "port", (double)settings->port);
    cJSON_AddStringToObject(body, "broker", calls_state_name(clinic_node_state(box->node)));
    cJSON_AddStringToObject(body, "reason", box->reason);
    cJSON_AddBoolToObject(body, "gateway_online", clinic_node_gateway_is_online(box->node));
    cJSON_AddNumberToObject(body, "waiting", (double)counts.waiting);
    cJSON_AddNumberToObject(body, "rejected", (double)counts.rejected);
    if (counts.oldest_put_at_ms > 0) {
        char oldest[CLINIC_INSTANT_TEXT_BYTES];
        clinic_instant_print(counts.oldest_put_at_ms, oldest);
        cJSON_AddStringToObject(body, "waiting_since", oldest);
    }
    if (clinic_node_zone(box->node)[0] != '\0')
        cJSON_AddStringToObject(body, "zone", clinic_node_zone(box->node));
    if (clinic_node_upstream(box->node) > 0)
        cJSON_AddNumberToObject(body, "upstream", (double)clinic_node_upstream(box->node));
    cJSON_AddBoolToObject(body, "outbox_set_aside", clinic_node_outbox_was_set_aside(box->node));
    return body;
}

static void finish_status(struct clinic_box *box, struct clinic_box_call *call, bool is_well)
{
    cJSON *answer = cJSON_CreateObject();
    cJSON_AddItemToObject(answer, "status", clinic_box_describe(box));
    call_answer(call, answer);
    call_finish(box, call, is_well ? CLINIC_OUTCOME_ACCEPTED : CLINIC_OUTCOME_UNAVAILABLE, NULL);
}

static void step_status(struct clinic_box *box, struct clinic_box_call *call)
{
    if (calls_is_online(box) && clinic_node_gateway_is_online(box->node))
        finish_status(box, call, true);
}

static void start_status(struct clinic_box *box, struct clinic_box_call *call, const cJSON *members)
{
    (void)members;
    step_status(box, call);
}

static void expire_status(struct clinic_box *box, struct clinic_box_call *call)
{
    finish_status(box, call, false);
}

// ---- the outbox

struct listing {
    struct clinic_box_call *call;
    int64_t count;
};

// PINs wait in the outbox sealed; no listing takes them out again.
static cJSON *without_secrets(const cJSON *data)
{
    cJSON *copy = cJSON_Duplicate(data, true);
    cJSON_DeleteItemFromObjectCaseSensitive(copy, "pin");
    cJSON_DeleteItemFromObjectCaseSensitive(copy, "new_pin");
    return copy;
}

cJSON *calls_outbox_row(enum clinic_outbox_row_state state, const struct clinic_request *request,
                        const struct clinic_problem *problem)
{
    const bool is_rejected = state == CLINIC_OUTBOX_REJECTED;
    const struct clinic_request_type *type = &clinic_request_types[request->kind];
    char name[80];
    char id[CLINIC_ID_TEXT_BYTES];
    char time[CLINIC_INSTANT_TEXT_BYTES];
    (void)snprintf(name, sizeof name, "%s/%s", type->entity, type->action);
    clinic_id_print(&request->id, id);
    clinic_instant_print(request->time_ms, time);

    cJSON *row = cJSON_CreateObject();
    cJSON_AddStringToObject(row, "id", id);
    cJSON_AddStringToObject(row, "state", is_rejected ? "rejected" : "waiting");
    cJSON_AddStringToObject(row, "request", name);
    cJSON_AddStringToObject(row, "time", time);
    if (is_rejected && problem != NULL) {
        cJSON *error = cJSON_AddObjectToObject(row, "error");
        cJSON_AddStringToObject(error, "code", problem->code);
        cJSON_AddStringToObject(error, "field", problem->field);
        cJSON_AddStringToObject(error, "message", problem->message);
    }
    return row;
}

static bool list_row(void *context, enum clinic_outbox_row_state state,
                     const struct clinic_request *request, const struct clinic_problem *problem)
{
    struct listing *listing = context;
    if (++listing->count > CLINIC_BOX_LISTED_ROWS_MAX)
        return false;
    cJSON *answer = cJSON_CreateObject();
    cJSON *row = calls_outbox_row(state, request, problem);
    cJSON_AddItemToObject(row, "data", without_secrets(request->data));
    cJSON_AddItemToObject(answer, "row", row);
    call_answer(listing->call, answer);
    return true;
}

static void start_outbox(struct clinic_box *box, struct clinic_box_call *call, const cJSON *members)
{
    (void)members;
    struct listing listing = { .call = call };
    enum clinic_status status =
        clinic_outbox_each(clinic_node_outbox(box->node), list_row, &listing);
    call_finish(box, call, status == CLINIC_OK ? CLINIC_OUTCOME_ACCEPTED : CLINIC_OUTCOME_FAULT,
                status == CLINIC_OK ? NULL : clinic_status_text(status));
}

static void start_drop(struct clinic_box *box, struct clinic_box_call *call, const cJSON *members)
{
    const cJSON *data = clinic_json_member(members, "data");
    const char *text = data == NULL ? NULL : clinic_json_text(data, "id");
    struct clinic_id id;
    if (text == NULL || !clinic_id_parse(text, &id)) {
        call_finish(box, call, CLINIC_OUTCOME_USAGE, "the id of a rejected request is needed");
        return;
    }
    enum clinic_status status = clinic_outbox_drop(clinic_node_outbox(box->node), &id);
    if (status == CLINIC_OK)
        call_finish(box, call, CLINIC_OUTCOME_ACCEPTED, NULL);
    else if (status == CLINIC_NOT_FOUND)
        call_finish(box, call, CLINIC_OUTCOME_REJECTED, "there is no rejected request of that id");
    else
        call_finish(box, call, CLINIC_OUTCOME_FAULT, clinic_status_text(status));
}

const struct call_kind watch_call = { .name = "watch",
                                      .start = start_watch,
                                      .expire = expire_watch };
const struct call_kind status_call = {
    .name = "status", .start = start_status, .step = step_status, .expire = expire_status
};
// These two end where they begin.
const struct call_kind outbox_call = { .name = "outbox", .start = start_outbox };
const struct call_kind drop_call = { .name = "drop", .start = start_drop };
