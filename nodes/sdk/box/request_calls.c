// request_calls.c - the calls that put something to the gateway: submit, ask, flush.
#include "calls.h"

#include <clinic/json.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct clinic_request_type *named_request(const char *name)
{
    for (int kind = 1; kind < CLINIC_REQUEST_KIND_COUNT; kind++) {
        const struct clinic_request_type *type = &clinic_request_types[kind];
        size_t length = strlen(type->entity);
        if (strncmp(name, type->entity, length) == 0 && name[length] == '/'
            && strcmp(name + length + 1, type->action) == 0)
            return type;
    }
    return NULL;
}

// Fills request, session and data. False: the call has been finished with the reason.
static bool take_request(struct clinic_box *box, struct clinic_box_call *call, const cJSON *members,
                         bool wants_direct)
{
    const char *name = clinic_json_text(members, "request");
    const char *session = clinic_json_text(members, "session");
    const cJSON *data = clinic_json_member(members, "data");
    struct clinic_problem problem = { .message = "there is no such request" };

    call->request = name == NULL ? NULL : named_request(name);
    bool is_good = call->request != NULL && call->request->is_direct == wants_direct
                   && (session == NULL || strlen(session) < sizeof call->session);
    if (is_good)
        is_good = clinic_fields_check(call->request->fields, call->request->field_count, data,
                                      false, &problem);
    if (is_good)
        call->data = cJSON_Duplicate(data, true);
    if (!is_good || call->data == NULL) {
        call_finish(box, call, CLINIC_OUTCOME_USAGE, problem.message);
        return false;
    }
    (void)snprintf(call->session, sizeof call->session, "%s", session == NULL ? "" : session);
    return true;
}

static cJSON *taken_data(struct clinic_box_call *call)
{
    cJSON *data = call->data;
    call->data = NULL;
    return data;
}

static void start_submit(struct clinic_box *box, struct clinic_box_call *call, const cJSON *members)
{
    if (!take_request(box, call, members, false))
        return;
    enum clinic_status status = clinic_node_submit(box->node, call->request->kind, taken_data(call),
                                                   call->session, &call->id);
    if (status == CLINIC_FULL) {
        call->code = clinic_codes[CLINIC_CODE_STORAGE_FULL].name;
        call_finish(box, call, CLINIC_OUTCOME_FAULT,
                    "not kept: the outbox or the disk of this box is full");
        return;
    }
    if (status != CLINIC_OK) {
        char message[120];
        (void)snprintf(message, sizeof message, "not kept: %s", clinic_status_text(status));
        call_finish(box, call, CLINIC_OUTCOME_FAULT, message);
        return;
    }
    char id[CLINIC_ID_TEXT_BYTES];
    clinic_id_print(&call->id, id);
    cJSON *answer = cJSON_CreateObject();
    cJSON_AddStringToObject(answer, "queued", id);
    call_answer(call, answer);
}

static void step_ask(struct clinic_box *box, struct clinic_box_call *call)
{
    if (call->data == NULL || !calls_is_online(box))
        return;
    int64_t left_ms = call->deadline_ms - clinic_monotonic_ms(box->clock);
    enum clinic_status status =
        clinic_node_ask(box->node, call->request->kind, taken_data(call), call->session,
                        left_ms < 1 ? 1 : left_ms, &call->id);
    if (status == CLINIC_FULL)
        call->code = clinic_codes[CLINIC_CODE_BUSY].name;
    if (status != CLINIC_OK)
        call_finish(box, call, CLINIC_OUTCOME_UNAVAILABLE, clinic_status_text(status));
}

static void start_ask(struct clinic_box *box, struct clinic_box_call *call, const cJSON *members)
{
    if (!take_request(box, call, members, true))
        return;
    if (call->deadline_ms == INT64_MAX)
        call->deadline_ms = clinic_monotonic_ms(box->clock) + CLINIC_BOX_TIMEOUT_MS_MAX;
    step_ask(box, call);
}

// What was submitted stays in the outbox and goes out later; what was asked is over.
static void expire(struct clinic_box *box, struct clinic_box_call *call)
{
    const bool is_asked = call->request != NULL && call->request->is_direct;
    char message[300];
    calls_explain_silence(box, message, sizeof message);
    call_finish(box, call, is_asked ? CLINIC_OUTCOME_UNAVAILABLE : CLINIC_OUTCOME_QUEUED, message);
}

// ---- flush

static void step_flush(struct clinic_box *box, struct clinic_box_call *call)
{
    struct clinic_outbox_counts counts;
    clinic_outbox_count(clinic_node_outbox(box->node), &counts);
    if (counts.waiting == 0)
        call_finish(box, call,
                    call->rejected_count > 0 ? CLINIC_OUTCOME_REJECTED : CLINIC_OUTCOME_ACCEPTED,
                    NULL);
}

static void start_flush(struct clinic_box *box, struct clinic_box_call *call, const cJSON *members)
{
    (void)members;
    step_flush(box, call);
}

const struct call_kind submit_call = { .name = "submit", .start = start_submit, .expire = expire };
const struct call_kind ask_call = {
    .name = "ask", .start = start_ask, .step = step_ask, .expire = expire
};
const struct call_kind flush_call = {
    .name = "flush", .start = start_flush, .step = step_flush, .expire = expire
};

// ---- what the node brings

static cJSON *reply_answer(const struct clinic_request_type *type, const struct clinic_reply *reply)
{
    char name[80];
    char *text = NULL;
    cJSON *body = NULL;
    (void)snprintf(name, sizeof name, "%s/%s", type->entity, type->action);
    if (clinic_reply_encode(reply, &text) == CLINIC_OK)
        body = cJSON_Parse(text);
    free(text);
    cJSON *answer = cJSON_CreateObject();
    cJSON_AddItemToObject(answer, "reply", body);
    cJSON_AddStringToObject(answer, "request", name);
    return answer;
}

static void answer_request(struct clinic_box *box, struct clinic_box_call *call,
                           const struct clinic_reply *reply)
{
    // Whoever asked sees the refusal now, so the outbox need not keep it (and a name) any longer.
    if (!reply->is_accepted && !call->request->is_direct)
        (void)clinic_outbox_drop(clinic_node_outbox(box->node), &reply->id);
    call_answer(call, reply_answer(call->request, reply));
    call_finish(box, call, reply->is_accepted ? CLINIC_OUTCOME_ACCEPTED : CLINIC_OUTCOME_REJECTED,
                NULL);
}

void calls_take_reply(struct clinic_box *box, enum clinic_request_kind kind,
                      const struct clinic_reply *reply)
{
    const struct clinic_request_type *type = &clinic_request_types[kind];
    for (size_t i = 0; i < CLINIC_BOX_CALLS_MAX; i++) {
        struct clinic_box_call *call = &box->calls[i];
        if (call->kind == &flush_call && !type->is_direct) {
            call->rejected_count += reply->is_accepted ? 0 : 1;
            call_answer(call, reply_answer(type, reply));
        } else if (call->kind != NULL && clinic_id_equal(&call->id, &reply->id)) {
            answer_request(box, call, reply);
        }
    }
    if (box->on_settled != NULL && !type->is_direct)
        box->on_settled(box->observer, reply);
}

void calls_take_timeout(struct clinic_box *box, const struct clinic_id *id)
{
    for (size_t i = 0; i < CLINIC_BOX_CALLS_MAX; i++)
        if (box->calls[i].kind != NULL && clinic_id_equal(&box->calls[i].id, id))
            box->calls[i].kind->expire(box, &box->calls[i]);
}
