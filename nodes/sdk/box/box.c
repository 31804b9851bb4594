#include <clinic/box.h>

#include "calls.h"

#include <clinic/problem.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void add_instant(cJSON *object, const char *name, int64_t unix_ms)
{
    char text[CLINIC_INSTANT_TEXT_BYTES];
    clinic_instant_print(unix_ms, text);
    cJSON_AddStringToObject(object, name, text);
}

static void on_event(void *context, const struct clinic_event *event)
{
    char id[CLINIC_ID_TEXT_BYTES];
    clinic_id_print(&event->id, id);
    cJSON *answer = cJSON_CreateObject();
    cJSON *body = cJSON_AddObjectToObject(answer, "event");
    cJSON_AddNumberToObject(body, "sequence", (double)event->sequence);
    cJSON_AddStringToObject(body, "type", clinic_event_types[event->kind].type);
    cJSON_AddStringToObject(body, "subject", event->subject);
    cJSON_AddStringToObject(body, "id", id);
    add_instant(body, "time", event->time_ms);
    add_instant(body, "recordedtime", event->recorded_at_ms);
    cJSON_AddItemToObject(body, "data", cJSON_Duplicate(event->data, true));
    calls_broadcast(context, answer, true);
}

static void on_notice(void *context, const char *audience, const cJSON *notice)
{
    cJSON *answer = cJSON_CreateObject();
    cJSON_AddItemToObject(answer, "notice", cJSON_Duplicate(notice, true));
    cJSON_AddStringToObject(answer, "audience", audience);
    calls_broadcast(context, answer, false);
}

static void on_reply(void *context, enum clinic_request_kind kind, const struct clinic_reply *reply)
{
    calls_take_reply(context, kind, reply);
}

static void on_timeout(void *context, enum clinic_request_kind kind, const struct clinic_id *id)
{
    (void)kind;
    calls_take_timeout(context, id);
}

static void on_state(void *context, enum clinic_bus_state state, const char *reason)
{
    struct clinic_box *box = context;
    (void)state;
    (void)snprintf(box->reason, sizeof box->reason, "%s", reason);
    // The first change may come while the node is being opened; nobody watches then.
    if (box->node != NULL)
        calls_broadcast(box, calls_state(box), false);
}

static const struct clinic_node_handler handler = {
    .on_event = on_event,
    .on_reply = on_reply,
    .on_timeout = on_timeout,
    .on_notice = on_notice,
    .on_state = on_state,
};

enum clinic_status clinic_box_open(const char *folder, enum clinic_node_role role,
                                   struct clinic_box **ret_box, char *reterr_problem,
                                   size_t problem_bytes)
{
    struct clinic_box *box = calloc(1, sizeof *box);
    if (box == NULL) {
        (void)snprintf(reterr_problem, problem_bytes, "out of memory");
        return CLINIC_NOMEM;
    }
    box->clock = clinic_clock_system();
    box->role = role;
    enum clinic_status status = clinic_node_open(folder, CLINIC_VERSION, &handler, box, &box->node,
                                                 reterr_problem, problem_bytes);
    if (status == CLINIC_BUSY)
        (void)snprintf(reterr_problem, problem_bytes,
                       "another program of this box uses %s; try again when it has ended", folder);
    if (status != CLINIC_OK) {
        clinic_box_close(box);
        return status;
    }
    *ret_box = box;
    return CLINIC_OK;
}

void clinic_box_close(struct clinic_box *box)
{
    if (box == NULL)
        return;
    for (size_t i = 0; i < CLINIC_BOX_CALLS_MAX; i++)
        call_release(&box->calls[i]);
    clinic_node_close(box->node);
    free(box);
}

int clinic_box_fd(const struct clinic_box *box)
{
    return clinic_node_fd(box->node);
}

static void step_call(struct clinic_box *box, struct clinic_box_call *call)
{
    if (call->kind != NULL && call->kind->step != NULL)
        call->kind->step(box, call);
    if (call->kind != NULL && clinic_monotonic_ms(box->clock) >= call->deadline_ms)
        call->kind->expire(box, call);
}

void clinic_box_step(struct clinic_box *box)
{
    clinic_node_step(box->node);
    for (size_t i = 0; i < CLINIC_BOX_CALLS_MAX; i++)
        step_call(box, &box->calls[i]);
}

int64_t clinic_box_due_ms(const struct clinic_box *box)
{
    int64_t due_ms = INT64_MAX;
    for (size_t i = 0; i < CLINIC_BOX_CALLS_MAX; i++)
        if (box->calls[i].kind != NULL && box->calls[i].deadline_ms < due_ms)
            due_ms = box->calls[i].deadline_ms;
    return due_ms == INT64_MAX ? -1 : due_ms;
}

enum clinic_status clinic_box_follow(struct clinic_box *box)
{
    enum clinic_status status = CLINIC_OK;
    if (box->is_following)
        return CLINIC_OK;
    if (box->role == CLINIC_ROLE_DESK)
        status = clinic_node_subscribe_notices(box->node, "staff");
    if (box->role == CLINIC_ROLE_DESK && status == CLINIC_OK)
        status = clinic_node_subscribe_notices(box->node, "doctor/+");
    for (int kind = 1; kind < CLINIC_EVENT_KIND_COUNT && status == CLINIC_OK; kind++)
        if (clinic_event_types[kind].readers & CLINIC_BIT(box->role))
            status = clinic_node_subscribe(box->node, (enum clinic_event_kind)kind, CLINIC_FROM_NOW,
                                           false);
    box->is_following = status == CLINIC_OK;
    return status;
}

struct clinic_node *clinic_box_node(struct clinic_box *box)
{
    return box->node;
}

static struct clinic_box_call *free_place(struct clinic_box *box)
{
    for (size_t i = 0; i < CLINIC_BOX_CALLS_MAX; i++)
        if (box->calls[i].kind == NULL)
            return &box->calls[i];
    return NULL;
}

// A call that cannot even begin still gets its last answer.
static void refuse(const struct clinic_box_caller *caller, enum clinic_outcome outcome,
                   enum clinic_code code, const char *message)
{
    cJSON *answer = cJSON_CreateObject();
    cJSON_AddStringToObject(answer, "done", clinic_outcome_names[outcome]);
    cJSON_AddStringToObject(answer, "message", message);
    cJSON_AddStringToObject(answer, "code", clinic_codes[code].name);
    caller->on_answer(caller->context, answer, true);
    cJSON_Delete(answer);
}

static int64_t deadline_of(const struct clinic_box *box, const cJSON *members)
{
    int64_t timeout_ms = 0;
    if (!clinic_json_integer(members, "timeout_ms", &timeout_ms))
        return INT64_MAX;
    if (timeout_ms < 0)
        timeout_ms = 0;
    if (timeout_ms > CLINIC_BOX_TIMEOUT_MS_MAX)
        timeout_ms = CLINIC_BOX_TIMEOUT_MS_MAX;
    return clinic_monotonic_ms(box->clock) + timeout_ms;
}

struct clinic_box_call *clinic_box_start(struct clinic_box *box, const cJSON *members,
                                         const struct clinic_box_caller *caller)
{
    const char *name = clinic_json_text(members, "call");
    const struct call_kind *kind = name == NULL ? NULL : call_kind_find(name);
    if (kind == NULL) {
        refuse(caller, CLINIC_OUTCOME_USAGE, CLINIC_CODE_UNKNOWN_ACTION, "there is no such call");
        return NULL;
    }
    struct clinic_box_call *call = free_place(box);
    if (call == NULL) {
        refuse(caller, CLINIC_OUTCOME_FAULT, CLINIC_CODE_BUSY,
               "too many calls at a time; try again in a moment");
        return NULL;
    }
    *call = (struct clinic_box_call){
        .kind = kind, .caller = *caller, .deadline_ms = deadline_of(box, members), .events_left = -1
    };
    kind->start(box, call, members);
    return call->kind == NULL ? NULL : call;
}

void clinic_box_cancel(struct clinic_box *box, struct clinic_box_call *call)
{
    (void)box;
    call_release(call);
}

bool clinic_box_call_id(const struct clinic_box_call *call, struct clinic_id *ret_id)
{
    if (clinic_id_is_none(&call->id))
        return false;
    *ret_id = call->id;
    return true;
}

void clinic_box_observe(struct clinic_box *box,
                        void (*on_settled)(void *context, const struct clinic_reply *reply),
                        void *context)
{
    box->on_settled = on_settled;
    box->observer = context;
}
