// calls.c - the table of calls, their answers, and what is common to them.
#include "calls.h"

#include <clinic/json.h>

#include <stdio.h>
#include <string.h>

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

const char *const desk_outcome_names[DESK_OUTCOME_COUNT] = {
    [DESK_ACCEPTED] = "accepted", [DESK_REJECTED] = "rejected",       [DESK_USAGE] = "usage",
    [DESK_QUEUED] = "queued",     [DESK_UNAVAILABLE] = "unavailable", [DESK_FAULT] = "fault",
};

// ---- answers

void call_answer(struct desk_call *call, cJSON *answer)
{
    call->caller.on_answer(call->caller.context, answer, false);
    cJSON_Delete(answer);
}

void call_release(struct desk_call *call)
{
    cJSON_Delete(call->data);
    *call = (struct desk_call){ 0 };
}

void call_finish(struct desk *desk, struct desk_call *call, enum desk_outcome outcome,
                 const char *message)
{
    struct clinic_outbox_counts counts;
    clinic_outbox_count(clinic_node_outbox(desk->node), &counts);
    cJSON *answer = cJSON_CreateObject();
    cJSON_AddStringToObject(answer, "done", desk_outcome_names[outcome]);
    cJSON_AddNumberToObject(answer, "waiting", (double)counts.waiting);
    cJSON_AddNumberToObject(answer, "rejected", (double)counts.rejected);
    if (message != NULL)
        cJSON_AddStringToObject(answer, "message", message);

    // The place is free before the caller hears of it: it may start its next call from there.
    struct desk_caller caller = call->caller;
    call_release(call);
    caller.on_answer(caller.context, answer, true);
    cJSON_Delete(answer);
}

const char *calls_state_name(enum clinic_bus_state state)
{
    switch (state) {
    case CLINIC_BUS_OFFLINE:
        return "offline";
    case CLINIC_BUS_CONNECTING:
        return "connecting";
    case CLINIC_BUS_ONLINE:
        return "online";
    }
    return "unknown";
}

cJSON *calls_state(const struct desk *desk)
{
    cJSON *answer = cJSON_CreateObject();
    cJSON_AddStringToObject(answer, "state", calls_state_name(clinic_node_state(desk->node)));
    cJSON_AddStringToObject(answer, "reason", desk->reason);
    return answer;
}

bool calls_is_online(const struct desk *desk)
{
    return clinic_node_state(desk->node) == CLINIC_BUS_ONLINE;
}

void calls_explain_silence(const struct desk *desk, char *message, size_t message_bytes)
{
    if (!calls_is_online(desk))
        (void)snprintf(message, message_bytes, "no connection to the broker: %s",
                       desk->reason[0] == '\0' ? "it did not answer" : desk->reason);
    else if (!clinic_node_gateway_is_online(desk->node))
        (void)snprintf(message, message_bytes, "the broker is there, the gateway is not running");
    else
        (void)snprintf(message, message_bytes, "the gateway did not answer in time");
}

static const struct call_kind *const kinds[] = { &submit_call, &ask_call,    &flush_call,
                                                 &watch_call,  &status_call, &outbox_call,
                                                 &drop_call };

const struct call_kind *call_kind_find(const char *name)
{
    for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
        if (strcmp(kinds[i]->name, name) == 0)
            return kinds[i];
    return NULL;
}

void calls_broadcast(struct desk *desk, cJSON *answer, bool is_event)
{
    for (size_t i = 0; i < DESK_CALLS_MAX; i++) {
        struct desk_call *call = &desk->calls[i];
        if (call->kind != &watch_call)
            continue;
        call->caller.on_answer(call->caller.context, answer, false);
        // The caller may have gone in that moment.
        if (call->kind != NULL && is_event && call->events_left > 0 && --call->events_left == 0)
            call_finish(desk, call, DESK_ACCEPTED, NULL);
    }
    cJSON_Delete(answer);
}
