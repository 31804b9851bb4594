#include "desk.h"

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
    struct desk *desk = context;
    (void)state;
    (void)snprintf(desk->reason, sizeof desk->reason, "%s", reason);
    // The first change may come while the node is being opened; nobody watches then.
    if (desk->node != NULL)
        calls_broadcast(desk, calls_state(desk), false);
}

static const struct clinic_node_handler handler = {
    .on_event = on_event,
    .on_reply = on_reply,
    .on_timeout = on_timeout,
    .on_notice = on_notice,
    .on_state = on_state,
};

enum clinic_status desk_open(const char *folder, struct desk **ret_desk, char *reterr_problem,
                             size_t problem_bytes)
{
    struct desk *desk = calloc(1, sizeof *desk);
    if (desk == NULL) {
        (void)snprintf(reterr_problem, problem_bytes, "out of memory");
        return CLINIC_NOMEM;
    }
    desk->clock = clinic_clock_system();
    enum clinic_status status = clinic_node_open(folder, CLINIC_VERSION, &handler, desk,
                                                 &desk->node, reterr_problem, problem_bytes);
    if (status == CLINIC_BUSY)
        (void)snprintf(reterr_problem, problem_bytes,
                       "another program of this box uses %s; try again when it has ended", folder);
    if (status != CLINIC_OK) {
        desk_close(desk);
        return status;
    }
    *ret_desk = desk;
    return CLINIC_OK;
}

void desk_close(struct desk *desk)
{
    if (desk == NULL)
        return;
    for (size_t i = 0; i < DESK_CALLS_MAX; i++)
        call_release(&desk->calls[i]);
    clinic_node_close(desk->node);
    free(desk);
}

int desk_fd(const struct desk *desk)
{
    return clinic_node_fd(desk->node);
}

static void step_call(struct desk *desk, struct desk_call *call)
{
    if (call->kind != NULL && call->kind->step != NULL)
        call->kind->step(desk, call);
    if (call->kind != NULL && clinic_monotonic_ms(desk->clock) >= call->deadline_ms)
        call->kind->expire(desk, call);
}

void desk_step(struct desk *desk)
{
    clinic_node_step(desk->node);
    for (size_t i = 0; i < DESK_CALLS_MAX; i++)
        step_call(desk, &desk->calls[i]);
}

int64_t desk_due_ms(const struct desk *desk)
{
    int64_t due_ms = INT64_MAX;
    for (size_t i = 0; i < DESK_CALLS_MAX; i++)
        if (desk->calls[i].kind != NULL && desk->calls[i].deadline_ms < due_ms)
            due_ms = desk->calls[i].deadline_ms;
    return due_ms == INT64_MAX ? -1 : due_ms;
}

enum clinic_status desk_follow(struct desk *desk)
{
    if (desk->is_following)
        return CLINIC_OK;
    enum clinic_status status = clinic_node_subscribe_notices(desk->node, "staff");
    if (status == CLINIC_OK)
        status = clinic_node_subscribe_notices(desk->node, "doctor/+");
    for (int kind = 1; kind < CLINIC_EVENT_KIND_COUNT && status == CLINIC_OK; kind++)
        if (clinic_event_types[kind].readers & CLINIC_BIT(CLINIC_ROLE_DESK))
            status = clinic_node_subscribe(desk->node, (enum clinic_event_kind)kind,
                                           CLINIC_FROM_NOW, false);
    desk->is_following = status == CLINIC_OK;
    return status;
}

static struct desk_call *free_place(struct desk *desk)
{
    for (size_t i = 0; i < DESK_CALLS_MAX; i++)
        if (desk->calls[i].kind == NULL)
            return &desk->calls[i];
    return NULL;
}

// A call that cannot even begin still gets its last answer.
static void refuse(const struct desk_caller *caller, enum desk_outcome outcome, const char *message)
{
    cJSON *answer = cJSON_CreateObject();
    cJSON_AddStringToObject(answer, "done", desk_outcome_names[outcome]);
    cJSON_AddStringToObject(answer, "message", message);
    caller->on_answer(caller->context, answer, true);
    cJSON_Delete(answer);
}

static int64_t deadline_of(const struct desk *desk, const cJSON *members)
{
    int64_t timeout_ms = 0;
    if (!clinic_json_integer(members, "timeout_ms", &timeout_ms))
        return INT64_MAX;
    if (timeout_ms < 0)
        timeout_ms = 0;
    if (timeout_ms > DESK_TIMEOUT_MS_MAX)
        timeout_ms = DESK_TIMEOUT_MS_MAX;
    return clinic_monotonic_ms(desk->clock) + timeout_ms;
}

struct desk_call *desk_start(struct desk *desk, const cJSON *members,
                             const struct desk_caller *caller)
{
    const char *name = clinic_json_text(members, "call");
    const struct call_kind *kind = name == NULL ? NULL : call_kind_find(name);
    if (kind == NULL) {
        refuse(caller, DESK_USAGE, "there is no such call");
        return NULL;
    }
    struct desk_call *call = free_place(desk);
    if (call == NULL) {
        refuse(caller, DESK_FAULT, "too many calls at a time; try again in a moment");
        return NULL;
    }
    *call = (struct desk_call){ .kind = kind,
                                .caller = *caller,
                                .deadline_ms = deadline_of(desk, members),
                                .events_left = -1 };
    kind->start(desk, call, members);
    return call->kind == NULL ? NULL : call;
}

void desk_cancel(struct desk *desk, struct desk_call *call)
{
    (void)desk;
    call_release(call);
}
