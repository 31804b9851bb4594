#include "hub.h"

#include "../mqtt/wire.h"

#include <clinic/clock.h>
#include <clinic/topic.h>

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const prefix = "clinic";

void hub_init(struct hub *hub, struct pipe *pipe, const char *node)
{
    memset(hub, 0, sizeof *hub);
    hub->pipe = pipe;
    (void)snprintf(hub->node, sizeof hub->node, "%s", node);
}

static void forget(struct hub_request *known)
{
    clinic_request_done(&known->request);
    free(known->reply);
}

void hub_done(struct hub *hub)
{
    for (size_t i = 0; i < hub->request_count; i++)
        forget(&hub->requests[i]);
}

int64_t hub_wall_ms(const struct hub *hub)
{
    return hub->wall_at_0_ms + hub->pipe->now_us / 1000;
}

static void complain(struct hub *hub, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
static void complain(struct hub *hub, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(hub->violation, sizeof hub->violation, format, arguments);
    va_end(arguments);
    hub->violations++;
}

// ---- the broker, towards the scale

static void send_packet(struct hub *hub, uint8_t first, const uint8_t *body, size_t length)
{
    uint8_t packet[8192] = { first };
    size_t at = 1;
    size_t rest = length;
    do {
        packet[at++] = (uint8_t)(rest % 128 + (rest >= 128 ? 128 : 0));
        rest /= 128;
    } while (rest > 0);
    memcpy(packet + at, body, length);
    if (!pipe_answer(hub->pipe, packet, at + length))
        pipe_hang_up(hub->pipe);
}

static void publish(struct hub *hub, const char *topic, const char *payload, bool is_retained)
{
    uint8_t body[8000];
    const size_t topic_length = strlen(topic);
    const size_t payload_length = strlen(payload);
    size_t at = 0;
    body[at++] = (uint8_t)(topic_length >> 8);
    body[at++] = (uint8_t)topic_length;
    memcpy(body + at, topic, topic_length);
    at += topic_length;
    hub->last_id = hub->last_id == UINT16_MAX ? 1 : hub->last_id + 1;
    body[at++] = (uint8_t)(hub->last_id >> 8);
    body[at++] = (uint8_t)hub->last_id;
    memcpy(body + at, payload, payload_length);
    send_packet(hub, is_retained ? 0x33 : 0x32, body, at + payload_length);
}

void hub_say(struct hub *hub, const char *topic_end, const char *payload)
{
    char topic[CLINIC_TOPIC_BYTES];
    (void)snprintf(topic, sizeof topic, "%s/%s", prefix, topic_end);
    if (hub->is_subscribed)
        publish(hub, topic, payload, false);
}

static void publish_config(struct hub *hub, bool is_retained)
{
    char topic[CLINIC_TOPIC_BYTES];
    clinic_topic_config(prefix, hub->node, topic);
    if (hub->is_subscribed && hub->config[0] != '\0')
        publish(hub, topic, hub->config, is_retained);
}

void hub_set_config(struct hub *hub, const char *json)
{
    (void)snprintf(hub->config, sizeof hub->config, "%s", json);
    publish_config(hub, false);
}

// ---- the gateway

static struct hub_request *find(struct hub *hub, const struct clinic_id *id)
{
    for (size_t i = 0; i < hub->request_count; i++) {
        if (clinic_id_equal(&hub->requests[i].request.id, id))
            return &hub->requests[i];
    }
    return NULL;
}

static void publish_reply(struct hub *hub, const char *json)
{
    char topic[CLINIC_TOPIC_BYTES];
    clinic_topic_reply(prefix, hub->node, topic);
    if (hub->is_subscribed)
        publish(hub, topic, json, false);
}

static void reply_to(struct hub *hub, const struct clinic_id *id, const char *status)
{
    char text[CLINIC_ID_TEXT_BYTES];
    char time[CLINIC_INSTANT_TEXT_BYTES];
    char payload[512];
    clinic_id_print(id, text);
    clinic_instant_print(hub_wall_ms(hub), time);
    (void)snprintf(payload, sizeof payload,
                   "{\"id\":\"%s\",\"status\":%s,\"data\":{\"version\":1,\"time\":\"%s\"}}", text,
                   status, time);
    publish_reply(hub, payload);
}

static void reply_again(struct hub *hub, const struct hub_request *known)
{
    if (known->reply != NULL) {
        publish_reply(hub, known->reply);
        return;
    }
    reply_to(hub, &known->request.id,
             known->is_refused
                 ? "\"rejected\",\"error\":{\"code\":\"not-found\",\"field\":\"channel\","
                   "\"message\":\"No bin stands on this load cell.\"}"
                 : "\"accepted\",\"sequence\":7");
}

static struct hub_request *keep(struct hub *hub, struct clinic_request *request, bool is_refused)
{
    if (hub->request_count == HUB_REQUESTS && hub->decide != NULL) {
        forget(&hub->requests[0]);
        hub->request_count--;
        memmove(&hub->requests[0], &hub->requests[1], hub->request_count * sizeof hub->requests[0]);
    }
    if (hub->request_count == HUB_REQUESTS) {
        complain(hub, "more requests than there is room for");
        clinic_request_done(request);
        return &hub->requests[0];
    }
    struct hub_request *kept = &hub->requests[hub->request_count++];
    *kept = (struct hub_request){ .request = *request, .is_refused = is_refused };
    if (hub->decide != NULL)
        kept->reply = hub->decide(hub->decide_context, hub, &kept->request);
    return kept;
}

// The gateway forgets the oldest and takes what is below for answered: ids of a node must grow.
static void check_order(struct hub *hub, const struct clinic_request *request)
{
    if (hub->request_count > 0
        && clinic_id_compare(&request->id, &hub->requests[hub->request_count - 1].request.id) <= 0)
        complain(hub, "an id that is not behind the last one");
}

static void decide(struct hub *hub, struct clinic_request *request, enum hub_fate fate)
{
    struct hub_request *known = find(hub, &request->id);
    if (known != NULL) {
        char *before = clinic_json_print(known->request.data);
        char *now = clinic_json_print(request->data);
        if (before == NULL || now == NULL || strcmp(before, now) != 0)
            complain(hub, "an id that was used for something else");
        free(before);
        free(now);
        clinic_request_done(request);
    } else {
        check_order(hub, request);
        known = keep(hub, request, fate == HUB_REFUSES);
    }
    known->deliveries++;
    if (fate == HUB_HANGS_UP) {
        hub->is_subscribed = false;
        pipe_hang_up(hub->pipe);
    }
    if (fate == HUB_LOSES_REPLY)
        return;
    reply_again(hub, known);
    if (fate == HUB_ANSWERS_TWICE)
        reply_again(hub, known);
}

static void take_request(struct hub *hub, const struct clinic_request_type *type,
                         const struct wire_packet *packet)
{
    struct clinic_request request = { 0 };
    struct clinic_problem problem = { 0 };
    hub->received++;
    if (type == NULL
        || clinic_request_decode(type->kind, (const char *)packet->payload.bytes,
                                 packet->payload.length, &request, &problem)
               != CLINIC_OK) {
        complain(hub, "a request that the gateway refuses: %s %s", problem.code, problem.field);
        return;
    }
    const enum hub_fate fate =
        hub->fate == NULL ? HUB_ANSWERS : hub->fate(hub->fate_context, &request);
    if (fate == HUB_IS_BUSY)
        reply_to(hub, &request.id,
                 "\"rejected\",\"error\":{\"code\":\"busy\",\"message\":\"Later.\"}");
    if (fate == HUB_TALKS_NONSENSE)
        hub_say(hub, "reply/scale-1", "{\"id\":");
    if (fate == HUB_IS_BUSY || fate == HUB_LOSES_REQUEST || fate == HUB_TALKS_NONSENSE)
        clinic_request_done(&request);
    else
        decide(hub, &request, fate);
}

// ---- the broker, from the scale

static void copy_text(struct wire_text text, char *ret_text, size_t room)
{
    const size_t length = text.length < room ? text.length : room - 1;
    memcpy(ret_text, text.bytes, length);
    ret_text[length] = '\0';
}

static void take_publish(struct hub *hub, const struct wire_packet *packet)
{
    char text[CLINIC_TOPIC_BYTES];
    struct clinic_topic topic;
    copy_text(packet->topic, text, sizeof text);
    clinic_topic_parse(prefix, text, &topic);
    send_packet(hub, 0x40, (const uint8_t[]){ (uint8_t)(packet->id >> 8), (uint8_t)packet->id }, 2);
    if (topic.kind == CLINIC_TOPIC_REQUEST)
        take_request(hub, topic.request, packet);
    else if (topic.kind == CLINIC_TOPIC_STATUS)
        copy_text(packet->payload, hub->status, sizeof hub->status);
    else
        complain(hub, "a topic that is not the scale's: %s", text);
    if (strcmp(topic.node, hub->node) != 0)
        complain(hub, "another node's topic: %s", text);
}

static void take_connect(struct hub *hub, const struct wire_packet *packet)
{
    const bool is_clean = (packet->flags & 0x02) != 0;
    const bool is_resumed = hub->keeps_sessions && hub->has_session && !is_clean;
    hub->connects++;
    hub->has_session = !is_clean;
    copy_text(packet->payload, hub->will, sizeof hub->will);
    send_packet(hub, 0x20, (const uint8_t[]){ is_resumed, 0 }, 2);
}

static void take_subscribe(struct hub *hub, const struct wire_packet *packet)
{
    uint8_t body[2 + WIRE_FILTERS_MAX] = { (uint8_t)(packet->id >> 8), (uint8_t)packet->id };
    memset(body + 2, 1, packet->filter_count);
    send_packet(hub, 0x90, body, 2 + packet->filter_count);
    hub->is_subscribed = true;
    publish_config(hub, true);
}

static void take_packet(struct hub *hub, const struct wire_packet *packet)
{
    switch (packet->type) {
    case WIRE_CONNECT:
        take_connect(hub, packet);
        break;
    case WIRE_PUBLISH:
        take_publish(hub, packet);
        break;
    case WIRE_SUBSCRIBE:
        take_subscribe(hub, packet);
        break;
    case WIRE_PINGREQ:
        send_packet(hub, 0xD0, (const uint8_t[]){ 0 }, 0);
        break;
    default:
        break; // PUBACK
    }
}

static void on_bytes(void *context, const uint8_t *bytes, size_t length)
{
    struct hub *hub = context;
    struct wire_packet packet;
    size_t taken = 0;
    if (length > sizeof hub->input - hub->input_length) {
        complain(hub, "a packet that is larger than any of ours");
        return;
    }
    memcpy(hub->input + hub->input_length, bytes, length);
    hub->input_length += length;
    enum wire_result result;
    while ((result = wire_read(hub->input, hub->input_length, &packet, &taken)) == WIRE_WHOLE) {
        take_packet(hub, &packet);
        hub->input_length -= taken;
        memmove(hub->input, hub->input + taken, hub->input_length);
    }
    if (result == WIRE_BAD)
        complain(hub, "not MQTT: %02x", hub->input[0]);
}

static void forget_connection(void *context)
{
    struct hub *hub = context;
    hub->is_subscribed = false;
    hub->input_length = 0;
}

static void on_close(void *context)
{
    struct hub *hub = context;
    forget_connection(hub);
    memcpy(hub->status, hub->will, sizeof hub->status);
}

struct pipe_peer hub_peer(struct hub *hub)
{
    return (struct pipe_peer){
        .on_open = forget_connection,
        .on_bytes = on_bytes,
        .on_close = on_close,
        .context = hub,
    };
}
