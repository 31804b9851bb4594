// responder.c - the baseline: reads, replies and publishes as the gateway does, but decides and stores nothing.
//
//   bench-responder GATEWAY_NODE_FOLDER
//
// Everything that the gateway does beyond this is what storing costs.
#include "../../gateway/couriers/post.h"

#include <clinic/event.h>
#include <clinic/node.h>
#include <clinic/request.h>

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WINDOW = 256, EVENTS_MAX = 4096 };

struct responder {
    struct clinic_bus *bus;
    struct clinic_node_settings settings;
    struct clinic_id_maker ids;
    uint64_t sequence;
    struct post *post;
    char *events[EVENTS_MAX]; // a ring: what the bus has no room for yet
    size_t first;
    size_t waiting;
};

static volatile sig_atomic_t is_asked_to_stop;

static void stop(int number)
{
    (void)number;
    is_asked_to_stop = 1;
}

static void reply(struct responder *responder, const char *node,
                  const struct clinic_request *request)
{
    struct clinic_reply answer = { .id = request->id,
                                   .is_accepted = true,
                                   .sequence = responder->sequence };

    answer.data = cJSON_CreateObject();
    cJSON_AddStringToObject(answer.data, "patient_id",
                            clinic_json_text(request->data, "patient_id"));
    cJSON_AddStringToObject(answer.data, "member_id", "000000017");
    cJSON_AddNumberToObject(answer.data, "version", 1);
    post_reply(responder->post, node, &answer, NULL, 0);
    clinic_reply_done(&answer);
}

static void tell(struct responder *responder, const struct clinic_request *request)
{
    char *json = NULL;
    int64_t now_ms = clinic_wall_ms(clinic_clock_system());
    struct clinic_event event = {
        .id = clinic_id_next(&responder->ids, now_ms),
        .kind = CLINIC_PATIENT_CREATED,
        .time_ms = now_ms,
        .recorded_at_ms = now_ms,
        .sequence = responder->sequence,
        .previous = responder->sequence - 1,
        .correlation = request->id,
    };

    (void)snprintf(event.subject, sizeof event.subject, "patient/%s",
                   clinic_json_text(request->data, "patient_id"));
    event.data = cJSON_CreateObject();
    cJSON_AddStringToObject(event.data, "patient_id",
                            clinic_json_text(request->data, "patient_id"));
    cJSON_AddBoolToObject(event.data, "provisional", true);
    if (clinic_event_encode(&event, "/clinic/bench", CLINIC_SCOPE_PUBLIC, &json) == CLINIC_OK
        && responder->waiting < EVENTS_MAX)
        responder->events[(responder->first + responder->waiting++) % EVENTS_MAX] = json;
    else
        free(json);
    clinic_event_done(&event);
}

static void pump(struct responder *responder)
{
    char topic[CLINIC_TOPIC_BYTES];

    post_pump(responder->post);
    clinic_topic_event(responder->settings.prefix, &clinic_event_types[CLINIC_PATIENT_CREATED],
                       topic);
    while (responder->waiting > 0 && clinic_bus_room(responder->bus) > 0) {
        char *json = responder->events[responder->first];
        struct clinic_bus_publish message = {
            .topic = topic,
            .payload = json,
            .length = strlen(json),
            .qos = 1,
            .is_retained = true,
            .content_type = "application/cloudevents+json",
        };
        (void)clinic_bus_publish(responder->bus, &message, NULL); // nobody waits for it
        free(json);
        responder->first = (responder->first + 1) % EVENTS_MAX;
        responder->waiting--;
    }
}

static void on_message(void *context, const struct clinic_bus_message *message)
{
    struct responder *responder = context;
    struct clinic_topic topic;
    struct clinic_request request;
    struct clinic_problem problem;

    clinic_topic_parse(responder->settings.prefix, message->topic, &topic);
    if (topic.kind != CLINIC_TOPIC_REQUEST || topic.request == NULL)
        return;
    if (clinic_request_decode(topic.request->kind, message->payload, message->length, &request,
                              &problem)
        != CLINIC_OK)
        return;
    responder->sequence++;
    reply(responder, topic.node, &request);
    tell(responder, &request);
    clinic_request_done(&request);
}

static void on_state(void *context, enum clinic_bus_state state, const char *reason)
{
    (void)context;
    (void)reason;
    if (state == CLINIC_BUS_ONLINE) {
        puts("online");
        (void)fflush(stdout);
    }
}

static const struct clinic_bus_handler handler = { .on_state = on_state, .on_message = on_message };

int main(int argc, char **argv)
{
    static struct responder responder;
    struct clinic_bus_config bus;
    char path[1024], filter[CLINIC_TOPIC_BYTES], problem[CLINIC_SETTINGS_PROBLEM_BYTES];

    (void)snprintf(path, sizeof path, "%s/node.ini", argc > 1 ? argv[1] : ".");
    enum clinic_status status = clinic_settings_load(
        path, clinic_node_setting_table, clinic_node_setting_count, &responder.settings, problem);
    if (status == CLINIC_OK) {
        clinic_node_describe_bus(&responder.settings, &bus);
        bus.window = WINDOW;
        status =
            clinic_bus_open(&bus, &handler, &responder, &responder.bus, problem, sizeof problem);
    }
    if (status == CLINIC_OK)
        status = post_open(responder.bus, responder.settings.prefix, &responder.post);
    if (status != CLINIC_OK) {
        fprintf(stderr, "bench-responder: %s\n", problem);
        return 1;
    }
    (void)signal(SIGTERM, stop);
    (void)snprintf(filter, sizeof filter, "%s/request/#", responder.settings.prefix);
    (void)clinic_bus_subscribe(responder.bus, filter);
    while (!is_asked_to_stop) {
        struct pollfd fd = { .fd = clinic_bus_fd(responder.bus), .events = POLLIN };
        (void)poll(&fd, 1, 1000);
        clinic_bus_step(responder.bus);
        pump(&responder);
    }
    post_close(responder.post);
    clinic_bus_close(responder.bus);
    return 0;
}
