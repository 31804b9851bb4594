#include "node_scope.h"

#include <mosquitto.h>

#include <stdio.h>
#include <string.h>

#define GATEWAY_NAME "gateway"

enum { REFUSAL_EVERY_MS = 60 * 1000 };

// The other side may have lost what was sent, and we what it sent.
static void start_again(struct clinic_node *node)
{
    clinic_outbox_rewind(node->outbox);
    clinic_inbox_resume(node->inbox);
}

static void take_state(void *context, enum clinic_bus_state state, const char *reason)
{
    struct clinic_node *node = context;
    if (state == CLINIC_BUS_ONLINE) {
        node->online_since_ms = clinic_wall_ms(node->clock);
        node_publish_status(node, "online");
        start_again(node);
    } else {
        node->gateway_is_online = false;
    }
    if (node->handler->on_state != NULL)
        node->handler->on_state(node->context, state, reason);
}

// ---- replies

static void pass_on(struct clinic_node *node, enum clinic_request_kind kind,
                    const struct clinic_reply *reply)
{
    if (node->handler->on_reply != NULL)
        node->handler->on_reply(node->context, kind, reply);
}

static void take_reply(struct clinic_node *node, const struct clinic_reply *reply)
{
    struct ask ask;
    enum clinic_request_kind kind = CLINIC_REQUEST_NONE;
    if (asks_remove(&node->asks, &reply->id, &ask)) {
        pass_on(node, ask.kind, reply);
    } else if (clinic_outbox_settle(node->outbox, reply, &kind) == CLINIC_OK) {
        if (reply->is_accepted || !reply->is_temporary)
            pass_on(node, kind, reply);
    } else if (clinic_inbox_take_reply(node->inbox, reply) == CLINIC_OK) {
        // A refusal for good, such as a topic that this node may not read, is for the program to see.
        if (!reply->is_accepted && !reply->is_temporary)
            pass_on(node, CLINIC_REQUEST_EVENTS_REPLAY, reply);
    }
}

static void take_reply_message(struct clinic_node *node, const struct clinic_bus_message *message)
{
    struct clinic_reply reply;
    struct clinic_problem problem;
    if (clinic_reply_decode(message->payload, message->length, &reply, &problem) != CLINIC_OK)
        return;
    take_reply(node, &reply);
    clinic_reply_done(&reply);
}

// ---- statuses, config, notices

static void take_site(struct clinic_node *node, const cJSON *status)
{
    const char *zone = clinic_json_text(status, "zone");
    int64_t upstream = 0;
    if (zone != NULL && strlen(zone) < sizeof node->zone)
        (void)snprintf(node->zone, sizeof node->zone, "%s", zone);
    if (clinic_json_integer(status, "upstream", &upstream) && upstream > 0)
        node->upstream = (uint64_t)upstream;
}

static void take_gateway_status(struct clinic_node *node, const cJSON *status, bool is_retained)
{
    const char *state = clinic_json_text(status, "state");
    const char *since = clinic_json_text(status, "since");
    const bool is_online = state != NULL && strcmp(state, "online") == 0;
    const bool was_online = node->gateway_is_online;
    const bool is_same = since != NULL && strcmp(since, node->gateway_since) == 0;
    take_site(node, status);
    node->gateway_is_online = is_online;
    (void)snprintf(node->gateway_since, sizeof node->gateway_since, "%s",
                   since == NULL ? "" : since);
    // What the broker had stored was so before we sent anything. What comes live while the gateway was there all the
    // time is no news.
    if (is_online && !is_retained && !(was_online && is_same))
        start_again(node);
}

static void take_status(struct clinic_node *node, const char *name, const cJSON *status,
                        bool is_retained)
{
    if (strcmp(name, GATEWAY_NAME) == 0)
        take_gateway_status(node, status, is_retained);
    if (node->handler->on_status != NULL)
        node->handler->on_status(node->context, name, status);
}

static void take_object(struct clinic_node *node, const struct clinic_topic *topic,
                        const struct clinic_bus_message *message)
{
    cJSON *json = NULL;
    struct clinic_problem problem;
    if (clinic_json_parse(message->payload, message->length, &json, &problem) != CLINIC_OK)
        return; // an empty payload takes a retained message back
    if (!cJSON_IsObject(json)) {
        cJSON_Delete(json);
        return;
    }
    if (topic->kind == CLINIC_TOPIC_STATUS)
        take_status(node, topic->node, json, message->is_retained);
    else if (topic->kind == CLINIC_TOPIC_CONFIG && node->handler->on_config != NULL)
        node->handler->on_config(node->context, json);
    else if (topic->kind == CLINIC_TOPIC_NOTIFICATION && node->handler->on_notice != NULL)
        node->handler->on_notice(node->context, topic->audience, json);
    cJSON_Delete(json);
}

static bool is_ours(const struct clinic_node *node, const struct clinic_topic *topic)
{
    return strcmp(topic->node, node->settings.name) == 0;
}

static void take_message(void *context, const struct clinic_bus_message *message)
{
    struct clinic_node *node = context;
    struct clinic_topic topic;
    clinic_topic_parse(node->settings.prefix, message->topic, &topic);
    switch (topic.kind) {
    case CLINIC_TOPIC_EVENT:
        clinic_inbox_take(node->inbox, message->payload, message->length, message->is_retained);
        break;
    case CLINIC_TOPIC_REPLY:
        if (is_ours(node, &topic))
            take_reply_message(node, message);
        break;
    case CLINIC_TOPIC_CONFIG:
        if (is_ours(node, &topic))
            take_object(node, &topic, message);
        break;
    case CLINIC_TOPIC_STATUS:
    case CLINIC_TOPIC_NOTIFICATION:
        take_object(node, &topic, message);
        break;
    case CLINIC_TOPIC_REQUEST:
    case CLINIC_TOPIC_OTHER:
        break; // nothing of ours
    }
}

// The broker's rules refused something: the request stays where it is and is tried again, which only an operator can
// help.
static void take_published(void *context, uint64_t token, int mqtt_reason)
{
    (void)token;
    struct clinic_node *node = context;
    const int64_t now_ms = clinic_monotonic_ms(node->clock);
    if (mqtt_reason < 0x80 || now_ms < node->refusal_due_ms || node->handler->on_state == NULL)
        return;
    char reason[128];
    node->refusal_due_ms = now_ms + REFUSAL_EVERY_MS;
    (void)snprintf(reason, sizeof reason, "the broker refuses what this node publishes: %s",
                   mosquitto_reason_string(mqtt_reason));
    node->handler->on_state(node->context, clinic_bus_state(node->bus), reason);
}

const struct clinic_bus_handler node_bus_handler = {
    .on_state = take_state,
    .on_message = take_message,
    .on_published = take_published,
};

// ---- the inbox's side

static void take_event(void *context, const struct clinic_event *event)
{
    struct clinic_node *node = context;
    if (node->handler->on_event != NULL)
        node->handler->on_event(node->context, event);
}

// If it cannot be sent, the inbox asks again when its time is up.
static void take_question(void *context, const struct clinic_request *request)
{
    (void)node_publish_request(context, request);
}

const struct clinic_inbox_handler node_inbox_handler = {
    .on_event = take_event,
    .on_ask = take_question,
};
