#include "small_gateway.h"

#include "expect.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct gateway gateway;

// ---- what it sends

void send_text(const char *topic, char *text, bool is_retained)
{
    const struct clinic_bus_publish publish = { .topic = topic,
                                                .payload = text,
                                                .length = strlen(text),
                                                .qos = 1,
                                                .is_retained = is_retained };
    (void)clinic_bus_publish(gateway.bus, &publish, NULL); // what is lost is asked for again
}

static void send_reply(struct clinic_reply *reply)
{
    char *text = NULL;
    EXPECT(clinic_reply_encode(reply, &text) == CLINIC_OK);
    send_text("clinic/reply/desk-1", text, false);
    free(text);
}

void make_event(void)
{
    struct clinic_event event = { .kind = CLINIC_PATIENT_CREATED,
                                  .subject = "patient/01931c5e-7b3a-7000-8000-000000000001",
                                  .time_ms = 1700000000000,
                                  .recorded_at_ms = 1700000000000,
                                  .sequence = gateway.head + 1,
                                  .previous = gateway.head,
                                  .correlation = { { 1, 2, 3, 4, 5, 6, 0x70, 0, 0x80, 1 } } };
    event.id = event.correlation;
    event.data = cJSON_Parse(
        "{\"patient_id\":\"01931c5e-7b3a-7000-8000-000000000001\",\"provisional\":true}");
    gateway.head++;
    EXPECT(clinic_event_encode(&event, "/clinic/test", CLINIC_SCOPE_PUBLIC,
                               &gateway.events[gateway.head])
           == CLINIC_OK);
    clinic_event_done(&event);
    send_text("clinic/patient/created", gateway.events[gateway.head], true);
}

// ---- what it takes

static bool has_seen(const struct clinic_id *id)
{
    for (int i = 0; i < gateway.asked; i++) {
        if (clinic_id_equal(&gateway.seen[i], id))
            return true;
    }
    return false;
}

static void take_create(const struct clinic_request *request)
{
    struct clinic_reply reply = { .id = request->id, .is_accepted = true };
    const bool has_gap = !clinic_id_is_none(&request->after) && !has_seen(&request->after);
    if (has_gap) {
        reply.is_accepted = false;
        clinic_problem_set(&reply.problem, CLINIC_CODE_ORDER_GAP, NULL, "One is missing.");
    } else if (!has_seen(&request->id)) {
        gateway.order_breaks +=
            gateway.asked > 0
            && clinic_id_compare(&request->id, &gateway.seen[gateway.asked - 1]) <= 0;
        gateway.seen[gateway.asked++] = request->id;
        make_event();
    }
    reply.sequence = reply.is_accepted ? gateway.head : 0;
    send_reply(&reply);
}

static void take_replay(const struct clinic_request *request)
{
    int64_t after = 0;
    const cJSON *positions = clinic_json_member(request->data, "positions");
    EXPECT(clinic_json_integer(cJSON_GetArrayItem(positions, 0), "after", &after));
    struct clinic_reply reply = { .id = request->id,
                                  .is_accepted = true,
                                  .data = cJSON_CreateObject() };
    cJSON *events = cJSON_AddArrayToObject(reply.data, "events");
    for (uint64_t i = (uint64_t)after + 1; i <= gateway.head; i++)
        EXPECT(cJSON_AddItemToArray(events, cJSON_Parse(gateway.events[i])));
    EXPECT(cJSON_AddNumberToObject(reply.data, "through", (double)gateway.head) != NULL);
    EXPECT(cJSON_AddBoolToObject(reply.data, "more", false) != NULL);
    send_reply(&reply);
    clinic_reply_done(&reply);
}

static void gateway_message(void *context, const struct clinic_bus_message *message)
{
    (void)context;
    struct clinic_topic topic;
    struct clinic_request request;
    struct clinic_problem problem;
    clinic_topic_parse("clinic", message->topic, &topic);
    if (topic.kind == CLINIC_TOPIC_STATUS && strcmp(topic.node, "desk-1") == 0)
        (void)snprintf(gateway.node_status, sizeof gateway.node_status, "%.*s",
                       (int)message->length, message->payload);
    if (topic.kind != CLINIC_TOPIC_REQUEST || gateway.is_silent)
        return;
    EXPECT(strcmp(message->response_topic, "clinic/reply/desk-1") == 0);
    const enum clinic_status status = clinic_request_decode(topic.request->kind, message->payload,
                                                            message->length, &request, &problem);
    EXPECT(status == CLINIC_OK);
    if (status != CLINIC_OK)
        return;
    EXPECT(memcmp(message->correlation_data, request.id.bytes, 16) == 0);
    if (request.kind == CLINIC_REQUEST_PATIENT_CREATE)
        take_create(&request);
    else if (request.kind == CLINIC_REQUEST_EVENTS_REPLAY)
        take_replay(&request);
    clinic_request_done(&request);
}

// ---- its connection

static void gateway_state(void *context, enum clinic_bus_state state, const char *reason)
{
    (void)context;
    (void)reason;
    char status[256];
    gateway.is_online = state == CLINIC_BUS_ONLINE;
    (void)snprintf(status, sizeof status,
                   "{\"state\":\"online\",\"since\":\"%s\",\"version\":\"1\",\"outbox\":0}",
                   gateway.since);
    if (gateway.is_online)
        send_text("clinic/node/gateway/status", status, true);
}

static const struct clinic_bus_handler gateway_handler = { .on_state = gateway_state,
                                                           .on_message = gateway_message };

void start_gateway(const struct broker *broker, const char *since)
{
    struct clinic_bus_config config = { .host = "127.0.0.1",
                                        .port = broker->port,
                                        .client_id = "gateway",
                                        .keepalive_s = 10,
                                        .window = 100,
                                        .will_topic = "clinic/node/gateway/status",
                                        .will_payload = "{\"state\":\"offline\"}" };
    char problem[512];
    (void)snprintf(config.ca_path, sizeof config.ca_path, "%s/ca.crt", broker->folder);
    (void)snprintf(config.certificate_path, sizeof config.certificate_path, "%s/gateway.crt",
                   broker->folder);
    (void)snprintf(config.key_path, sizeof config.key_path, "%s/gateway.key", broker->folder);
    (void)snprintf(gateway.since, sizeof gateway.since, "%s", since);
    assert_int_equal(
        clinic_bus_open(&config, &gateway_handler, NULL, &gateway.bus, problem, sizeof problem),
        CLINIC_OK);
    assert_int_equal(clinic_bus_subscribe(gateway.bus, "clinic/request/#"), CLINIC_OK);
    assert_int_equal(clinic_bus_subscribe(gateway.bus, "clinic/node/desk-1/status"), CLINIC_OK);
}

void stop_gateway(void)
{
    clinic_bus_close(gateway.bus);
    gateway.bus = NULL;
    gateway.is_online = false;
}

void reset_gateway(void)
{
    stop_gateway();
    for (uint64_t i = 1; i <= gateway.head; i++)
        free(gateway.events[i]);
    gateway = (struct gateway){ 0 };
}
