// calls.c - the table of calls, their answers, and what is common to them.
#include "calls.h"

#include <clinic/json.h>

#include <stdio.h>
#include <string.h>

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

const char *const clinic_outcome_names[CLINIC_OUTCOME_COUNT] = {
    [CLINIC_OUTCOME_ACCEPTED] = "accepted",
    [CLINIC_OUTCOME_REJECTED] = "rejected",
    [CLINIC_OUTCOME_USAGE] = "usage",
    [CLINIC_OUTCOME_QUEUED] = "queued",
    [CLINIC_OUTCOME_UNAVAILABLE] = "unavailable",
    [CLINIC_OUTCOME_FAULT] = "fault",
};

// ---- answers

void call_answer(struct clinic_box_call *call, cJSON *answer)
{
    call->caller.on_answer(call->caller.context, answer, false);
    cJSON_Delete(answer);
}

void call_release(struct clinic_box_call *call)
{
    cJSON_Delete(call->data);
    *call = (struct clinic_box_call){ 0 };
}

void call_finish(struct clinic_box *box, struct clinic_box_call *call, enum clinic_outcome outcome,
                 const char *message)
{
    struct clinic_outbox_counts counts;
    clinic_outbox_count(clinic_node_outbox(box->node), &counts);
    cJSON *answer = cJSON_CreateObject();
    cJSON_AddStringToObject(answer, "done", clinic_outcome_names[outcome]);
    cJSON_AddNumberToObject(answer, "waiting", (double)counts.waiting);
    cJSON_AddNumberToObject(answer, "rejected", (double)counts.rejected);
    if (message != NULL)
        cJSON_AddStringToObject(answer, "message", message);
    if (call->code != NULL)
        cJSON_AddStringToObject(answer, "code", call->code);

    // The place is free before the caller hears of it: it may start its next call from there.
    struct clinic_box_caller caller = call->caller;
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

cJSON *calls_state(const struct clinic_box *box)
{
    cJSON *answer = cJSON_CreateObject();
    cJSON_AddStringToObject(answer, "state", calls_state_name(clinic_node_state(box->node)));
    cJSON_AddStringToObject(answer, "reason", box->reason);
    return answer;
}

bool calls_is_online(const struct clinic_box *box)
{
    return clinic_node_state(box->node) == CLINIC_BUS_ONLINE;
}

void calls_explain_silence(const struct clinic_box *box, char *message, size_t message_bytes)
{
    if (!calls_is_online(box))
        (void)snprintf(message, message_bytes, "no connection to the broker: %s",
                       box->reason[0] == '\0' ? "it did not answer" : box->reason);
    else if (!clinic_node_gateway_is_online(box->node))
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

void calls_broadcast(struct clinic_box *box, cJSON *answer, bool is_event)
{
    for (size_t i = 0; i < CLINIC_BOX_CALLS_MAX; i++) {
        struct clinic_box_call *call = &box->calls[i];
        if (call->kind != &watch_call)
            continue;
        call->caller.on_answer(call->caller.context, answer, false);
        // The caller may have gone in that moment.
        if (call->kind != NULL && is_event && call->events_left > 0 && --call->events_left == 0)
            call_finish(box, call, CLINIC_OUTCOME_ACCEPTED, NULL);
    }
    cJSON_Delete(answer);
}
