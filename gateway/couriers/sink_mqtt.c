// sink_mqtt.c - headquarters behind any MQTT 5 broker: PUBACK is the confirmation.
//
// Topic: <prefix>/<our name there>/<entity>/<what>. A PUBACK of reason 0x10 (nobody received it) confirms nothing:
// without a subscriber the broker has thrown the event away. Events are not retained there.
#include "sink.h"

#include "flight.h"

#include <clinic/bus.h>
#include <clinic/clock.h>
#include <clinic/node.h>

#include <stdlib.h>
#include <string.h>

enum {
    WINDOW = 32,
    PAUSE_MS = 10000, // when nobody listens, or we are refused
    PUBACK_NOBODY = 0x10,
};

struct sink {
    struct clinic_bus *bus;
    char base[CLINIC_TOPIC_BYTES]; // "<prefix>/<name>"
    struct flight flight;
    int64_t paused_until_ms; // monotonic; 0: not paused
    char state[160];
    void (*on_progress)(void *context);
    void *context;
};

static void say(struct sink *sink, const char *state)
{
    (void)snprintf(sink->state, sizeof sink->state, "%s", state);
}

static void on_state(void *context, enum clinic_bus_state state, const char *reason)
{
    struct sink *sink = context;

    say(sink, state == CLINIC_BUS_ONLINE ? "online" : reason);
    sink->paused_until_ms = 0;
    if (state == CLINIC_BUS_ONLINE)
        sink->on_progress(sink->context);
}

static void pause_for(struct sink *sink, const char *why)
{
    flight_reset(&sink->flight, sink->flight.confirmed);
    sink->paused_until_ms = clinic_monotonic_ms(clinic_clock_system()) + PAUSE_MS;
    say(sink, why);
}

static void take_confirmation(struct sink *sink, uint64_t token)
{
    if (!flight_land(&sink->flight, token))
        return;
    say(sink, "online"); // also when nobody listened there before
    sink->on_progress(sink->context);
}

static void on_published(void *context, uint64_t token, int mqtt_reason)
{
    struct sink *sink = context;

    if (mqtt_reason >= 0x80)
        pause_for(sink, "headquarters' broker refuses our events: look at its access rules");
    else if (mqtt_reason == PUBACK_NOBODY)
        pause_for(sink, "nobody at headquarters subscribes to our events");
    else
        take_confirmation(sink, token);
}

static void on_lost(void *context)
{
    struct sink *sink = context;

    flight_reset(&sink->flight, sink->flight.confirmed);
}

static const struct clinic_bus_handler bus_handler = {
    .on_state = on_state,
    .on_published = on_published,
    .on_lost = on_lost,
};

// "mqtts://host:port", host a name, an IPv4 address or an [IPv6] address.
static bool parse_url(const char *url, char *ret_host, size_t host_bytes, int64_t *ret_port)
{
    const char *host = url + strlen(sink_mqtt.scheme);
    bool is_bracketed = host[0] == '[';
    const char *end = is_bracketed ? strchr(host, ']') : strchr(host, ':');
    const char *colon = end != NULL && is_bracketed ? end + 1 : end;
    char *rest;

    if (end == NULL || colon == NULL || *colon != ':')
        return false;
    host += is_bracketed;
    size_t length = (size_t)(end - host);
    long port = strtol(colon + 1, &rest, 10);
    if (length == 0 || length >= host_bytes || *rest != '\0' || port < 1 || port > 65535)
        return false;
    memcpy(ret_host, host, length);
    ret_host[length] = '\0';
    *ret_port = port;
    return true;
}

static enum clinic_status read_settings(const struct sink_config *config, struct sink *sink,
                                        struct clinic_bus_config *ret_bus, char *reterr_problem,
                                        size_t problem_bytes)
{
    struct clinic_node_settings node;
    char path[1100], problem[CLINIC_SETTINGS_PROBLEM_BYTES];

    (void)snprintf(path, sizeof path, "%s/node.ini", config->folder);
    enum clinic_status status = clinic_settings_load(path, clinic_node_setting_table,
                                                     clinic_node_setting_count, &node, problem);
    if (status != CLINIC_OK) {
        (void)snprintf(reterr_problem, problem_bytes, "[upstream] folder: %s", problem);
        return status;
    }
    clinic_node_describe_bus(&node, ret_bus);
    ret_bus->window = WINDOW;
    if (!parse_url(config->url, ret_bus->host, sizeof ret_bus->host, &ret_bus->port)) {
        (void)snprintf(reterr_problem, problem_bytes,
                       "[upstream] url: write it as mqtts://host:port, not \"%s\"", config->url);
        return CLINIC_INVALID;
    }
    (void)snprintf(sink->base, sizeof sink->base, "%s/%s", config->prefix, node.name);
    return CLINIC_OK;
}

static void mqtt_close(struct sink *sink)
{
    if (sink == NULL)
        return;
    clinic_bus_close(sink->bus);
    free(sink);
}

static enum clinic_status mqtt_open(const struct sink_config *config,
                                    void (*on_progress)(void *context), void *context,
                                    struct sink **ret_sink, char *reterr_problem,
                                    size_t problem_bytes)
{
    struct clinic_bus_config bus;
    struct sink *sink = calloc(1, sizeof *sink);
    if (sink == NULL)
        return CLINIC_NOMEM;
    sink->on_progress = on_progress;
    sink->context = context;
    say(sink, "not connected yet");

    enum clinic_status status = read_settings(config, sink, &bus, reterr_problem, problem_bytes);
    if (status == CLINIC_OK)
        status =
            clinic_bus_open(&bus, &bus_handler, sink, &sink->bus, reterr_problem, problem_bytes);
    if (status != CLINIC_OK) {
        mqtt_close(sink);
        return status;
    }
    *ret_sink = sink;
    return CLINIC_OK;
}

static int mqtt_fd(const struct sink *sink)
{
    return clinic_bus_fd(sink->bus);
}

static void mqtt_step(struct sink *sink)
{
    clinic_bus_step(sink->bus);
    if (sink->paused_until_ms != 0
        && clinic_monotonic_ms(clinic_clock_system()) >= sink->paused_until_ms) {
        sink->paused_until_ms = 0;
        sink->on_progress(sink->context);
    }
}

static void mqtt_restart(struct sink *sink, uint64_t confirmed)
{
    flight_reset(&sink->flight, confirmed);
}

static size_t mqtt_room(const struct sink *sink)
{
    return sink->paused_until_ms != 0 ? 0 : clinic_bus_room(sink->bus);
}

static enum clinic_status mqtt_offer(struct sink *sink, const struct clinic_event *event,
                                     const char *json, size_t length)
{
    char topic[CLINIC_TOPIC_BYTES];
    uint64_t token;

    clinic_topic_event(sink->base, &clinic_event_types[event->kind], topic);
    struct clinic_bus_publish message = {
        .topic = topic,
        .payload = json,
        .length = length,
        .qos = 1,
        .content_type = "application/cloudevents+json",
    };
    enum clinic_status status = clinic_bus_publish(sink->bus, &message, &token);
    if (status == CLINIC_OK)
        flight_add(&sink->flight, token, event->sequence);
    return status;
}

static uint64_t mqtt_offered(const struct sink *sink)
{
    return sink->flight.offered;
}

static uint64_t mqtt_confirmed(const struct sink *sink)
{
    return sink->flight.confirmed;
}

static const char *mqtt_describe(const struct sink *sink)
{
    return sink->state;
}

const struct sink_type sink_mqtt = {
    .scheme = "mqtts://",
    .open = mqtt_open,
    .close = mqtt_close,
    .fd = mqtt_fd,
    .step = mqtt_step,
    .restart = mqtt_restart,
    .room = mqtt_room,
    .offer = mqtt_offer,
    .offered = mqtt_offered,
    .confirmed = mqtt_confirmed,
    .describe = mqtt_describe,
};
