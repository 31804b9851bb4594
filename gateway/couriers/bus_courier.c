#include "bus_courier.h"

#include "../store/event_log.h"
#include "flight.h"

#include <clinic/log.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROOM_FOR_REPLIES = 32 }; // somebody waits for a reply; events may come a moment later

struct bus_courier {
    struct bus_courier_config config;
    char source[CLINIC_SOURCE_BYTES];
    struct flight flight;
    uint64_t refresh[CLINIC_EVENT_KIND_COUNT]; // newest of each topic, ascending, to publish again
    size_t refresh_count;
    size_t refreshed;
    bool is_refused;           // the broker's rules are wrong: wait for the next connection
    enum clinic_status status; // of the visit under way
};

enum clinic_status bus_courier_open(const struct bus_courier_config *config,
                                    struct bus_courier **ret_courier)
{
    struct bus_courier *courier = calloc(1, sizeof *courier);
    if (courier == NULL)
        return CLINIC_NOMEM;
    courier->config = *config;
    (void)snprintf(courier->source, sizeof courier->source, "/clinic/%s", config->site_id);
    flight_reset(&courier->flight, config->position);
    *ret_courier = courier;
    return CLINIC_OK;
}

void bus_courier_close(struct bus_courier *courier)
{
    free(courier);
}

uint64_t bus_courier_position(const struct bus_courier *courier)
{
    return courier->flight.confirmed;
}

uint64_t bus_courier_offered(const struct bus_courier *courier)
{
    return courier->flight.offered;
}

static int by_sequence(const void *a, const void *b)
{
    const uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

    return (x > y) - (x < y);
}

void bus_courier_online(struct bus_courier *courier)
{
    courier->is_refused = false;
    courier->refresh_count = 0;
    courier->refreshed = 0;
    for (int kind = 1; kind < CLINIC_EVENT_KIND_COUNT; kind++) {
        uint64_t newest = event_log_newest(courier->config.store, (enum clinic_event_kind)kind);
        // What is newer than the cursor goes out anyway.
        if (newest != 0 && newest <= courier->flight.confirmed)
            courier->refresh[courier->refresh_count++] = newest;
    }
    qsort(courier->refresh, courier->refresh_count, sizeof courier->refresh[0], by_sequence);
}

void bus_courier_lost(struct bus_courier *courier)
{
    flight_reset(&courier->flight, courier->flight.confirmed);
}

void bus_courier_published(struct bus_courier *courier, uint64_t token, int mqtt_reason)
{
    if (mqtt_reason < 0x80) {
        (void)flight_land(&courier->flight, token); // or a reply's, which nobody waits for
    } else if (!courier->is_refused) {
        courier->is_refused = true;
        clinic_log(
            CLINIC_LOG_ERROR,
            "the broker refused a message of the gateway (reason 0x%02x): its access rules are "
            "not those that clinic-broker writes; run clinic-broker check",
            (unsigned)mqtt_reason);
    }
}

static enum clinic_status publish(struct bus_courier *courier, const struct clinic_event *event,
                                  uint64_t *ret_token)
{
    char topic[CLINIC_TOPIC_BYTES];
    char *json = NULL;

    enum clinic_status status =
        clinic_event_encode(event, courier->source, CLINIC_SCOPE_PUBLIC, &json);
    if (status != CLINIC_OK)
        return status;
    clinic_topic_event(courier->config.prefix, &clinic_event_types[event->kind], topic);
    struct clinic_bus_publish message = {
        .topic = topic,
        .payload = json,
        .length = strlen(json),
        .qos = 1,
        .is_retained = true,
        .content_type = "application/cloudevents+json",
    };
    status = clinic_bus_publish(courier->config.bus, &message, ret_token);
    free(json);
    return status;
}

static bool has_room(const struct bus_courier *courier)
{
    return !courier->is_refused && flight_room(&courier->flight) > 0
           && clinic_bus_room(courier->config.bus) > ROOM_FOR_REPLIES;
}

static bool publish_again(void *context, const struct clinic_event *event,
                          const struct event_origin *origin, bool is_erased)
{
    struct bus_courier *courier = context;

    (void)origin;
    (void)is_erased;
    courier->status = publish(courier, event, NULL);
    return false;
}

static enum clinic_status refresh_retained(struct bus_courier *courier)
{
    while (courier->refreshed < courier->refresh_count && has_room(courier)) {
        uint64_t sequence = courier->refresh[courier->refreshed];
        struct event_filter filter = { .after = sequence - 1,
                                       .through = sequence,
                                       .is_public_only = true };
        courier->status = CLINIC_OK;
        enum clinic_status status =
            event_log_read(courier->config.store, &filter, publish_again, courier);
        if (status != CLINIC_OK)
            return status;
        if (courier->status != CLINIC_OK)
            return courier->status;
        courier->refreshed++;
    }
    return CLINIC_OK;
}

static bool publish_new(void *context, const struct clinic_event *event,
                        const struct event_origin *origin, bool is_erased)
{
    struct bus_courier *courier = context;
    uint64_t token;

    (void)origin;
    (void)is_erased;
    if (!has_room(courier))
        return false;
    courier->status = publish(courier, event, &token);
    if (courier->status == CLINIC_OK)
        flight_add(&courier->flight, token, event->sequence);
    return courier->status == CLINIC_OK;
}

// A bus without room or connection is no fault: on_published or on_state leads here again.
static enum clinic_status excuse_bus(enum clinic_status status)
{
    return status == CLINIC_FULL || status == CLINIC_OFFLINE ? CLINIC_OK : status;
}

enum clinic_status bus_courier_pump(struct bus_courier *courier)
{
    if (clinic_bus_state(courier->config.bus) != CLINIC_BUS_ONLINE)
        return CLINIC_OK;
    courier->status = CLINIC_OK;
    enum clinic_status status = refresh_retained(courier);
    bool is_behind = event_log_head(courier->config.store) > courier->flight.offered;
    if (status == CLINIC_OK && is_behind && courier->refreshed == courier->refresh_count
        && has_room(courier)) {
        struct event_filter filter = { .after = courier->flight.offered, .is_public_only = true };
        status = event_log_read(courier->config.store, &filter, publish_new, courier);
    }
    if (status == CLINIC_OK)
        status = courier->status;
    return excuse_bus(status);
}
