#include "notice_courier.h"

#include "flight.h"

#include <clinic/topic.h>

#include <stdlib.h>
#include <string.h>

enum {
    ROOM_FOR_REPLIES = 32, // somebody waits for a reply; notices may come a moment later
    // Where nothing was shown the position moves in steps, so that it is not written all the time.
    STEP = 1000,
};

struct lane {
    struct flight flight;   // by the last notice of each event
    uint64_t looked;        // events up to here have been looked at,
    int64_t due_at_ms;      // and this is when to look at them again
    uint64_t open_sequence; // of the event whose notices are being published; 0: none
    uint64_t open_token;    // of its newest notice
};

struct notice_courier {
    struct notice_courier_config config;
    struct lane lanes[NOTICE_LANE_COUNT];
    struct lane *lane;         // that is read now
    enum clinic_status status; // of the visit under way
};

static void begin_at(struct lane *lane, uint64_t position)
{
    flight_reset(&lane->flight, position);
    lane->looked = position;
    lane->due_at_ms = INT64_MIN;
    lane->open_sequence = 0;
}

enum clinic_status notice_courier_open(const struct notice_courier_config *config,
                                       struct notice_courier **ret_courier)
{
    struct notice_courier *courier = calloc(1, sizeof *courier);
    if (courier == NULL)
        return CLINIC_NOMEM;
    courier->config = *config;
    for (size_t i = 0; i < NOTICE_LANE_COUNT; i++)
        begin_at(&courier->lanes[i], config->positions[i]);
    *ret_courier = courier;
    return CLINIC_OK;
}

void notice_courier_close(struct notice_courier *courier)
{
    free(courier);
}

uint64_t notice_courier_position(const struct notice_courier *courier, enum notice_lane lane)
{
    return courier->lanes[lane].flight.confirmed;
}

void notice_courier_lost(struct notice_courier *courier)
{
    for (size_t i = 0; i < NOTICE_LANE_COUNT; i++)
        begin_at(&courier->lanes[i], courier->lanes[i].flight.confirmed);
}

void notice_courier_published(struct notice_courier *courier, uint64_t token, int mqtt_reason)
{
    // What the broker refuses is logged by the bus courier; it is offered again with the next connection.
    for (size_t i = 0; i < NOTICE_LANE_COUNT && mqtt_reason < 0x80; i++) {
        if (flight_land(&courier->lanes[i].flight, token))
            return;
    }
}

// An event's notices count as offered when the last of them is.
static void close_event(struct lane *lane)
{
    if (lane->open_sequence != 0)
        flight_add(&lane->flight, lane->open_token, lane->open_sequence);
    lane->open_sequence = 0;
}

static bool has_room(const struct notice_courier *courier)
{
    return flight_room(&courier->lane->flight) > 1
           && clinic_bus_room(courier->config.bus) > ROOM_FOR_REPLIES;
}

static bool publish(void *context, const struct notice *notice)
{
    struct notice_courier *courier = context;
    struct lane *lane = courier->lane;
    char topic[CLINIC_TOPIC_BYTES];

    if (notice->sequence != lane->open_sequence)
        close_event(lane);
    if (!has_room(courier))
        return false;
    clinic_topic_notification(courier->config.prefix, notice->audience, topic);
    struct clinic_bus_publish message = {
        .topic = topic,
        .payload = notice->json,
        .length = strlen(notice->json),
        .qos = 1,
        .content_type = "application/json",
    };
    courier->status = clinic_bus_publish(courier->config.bus, &message, &lane->open_token);
    if (courier->status != CLINIC_OK)
        return false;
    lane->open_sequence = notice->sequence;
    return true;
}

static void settle(struct lane *lane, uint64_t through, const struct notice_reading *reading)
{
    // In the middle of an event's notices nothing of it counts: all of them are published again.
    if (!reading->is_interrupted || reading->passed >= lane->open_sequence)
        close_event(lane);
    lane->open_sequence = 0;
    if (!reading->is_interrupted) {
        lane->looked = through;
        lane->due_at_ms = reading->due_at_ms;
    }
    if (lane->flight.count == 0 && reading->passed >= lane->flight.confirmed + STEP)
        flight_reset(&lane->flight, reading->passed);
}

static enum clinic_status pump_lane(struct notice_courier *courier, enum notice_lane lane,
                                    uint64_t through)
{
    struct notice_reading reading;
    const int64_t now_ms = clinic_wall_ms(courier->config.clock);

    courier->lane = &courier->lanes[lane];
    courier->status = CLINIC_OK;
    if (courier->lane->looked >= through && now_ms < courier->lane->due_at_ms)
        return CLINIC_OK;
    const struct notice_range range = { lane, courier->lane->flight.offered, through, now_ms };
    enum clinic_status status =
        notification_read_notices(courier->config.store, &range, publish, courier, &reading);
    if (status != CLINIC_OK)
        return status;
    settle(courier->lane, through, &reading);
    // A bus without room or connection is no fault: it leads here again.
    return courier->status == CLINIC_FULL || courier->status == CLINIC_OFFLINE ? CLINIC_OK
                                                                               : courier->status;
}

enum clinic_status notice_courier_pump(struct notice_courier *courier, uint64_t through)
{
    enum clinic_status status = CLINIC_OK;

    if (clinic_bus_state(courier->config.bus) != CLINIC_BUS_ONLINE)
        return CLINIC_OK;
    for (int lane = 0; lane < NOTICE_LANE_COUNT && status == CLINIC_OK; lane++)
        status = pump_lane(courier, (enum notice_lane)lane, through);
    return status;
}
