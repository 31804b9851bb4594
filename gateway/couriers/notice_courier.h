// notice_courier.h - carries notices to the screens, each after the event that caused it, when it is due.
//
// A notice has an id that stays the same; it may be published twice (after a lost connection, after a crash), and a
// screen shows it once. Those of the night wait for the morning: a lane of their own with a position of its own, so
// that neither a restart nor what goes out at once meanwhile makes them forgotten.
#pragma once

#include "../services/notification/notification.h"

#include <clinic/bus.h>
#include <clinic/clock.h>

struct notice_courier;

struct notice_courier_config {
    struct store *store;
    struct clinic_bus *bus;
    const char *prefix;
    const struct clinic_clock *clock;
    uint64_t positions[NOTICE_LANE_COUNT]; // notices of events up to here need no publishing
};

enum clinic_status notice_courier_open(const struct notice_courier_config *config,
                                       struct notice_courier **ret_courier);
void notice_courier_close(struct notice_courier *courier); // accepts NULL

void notice_courier_lost(struct notice_courier *courier);
void notice_courier_published(struct notice_courier *courier, uint64_t token, int mqtt_reason);

// Hands over what is due and the bus takes now, of events up to `through`. Anything but CLINIC_OK is a fault of the store.
enum clinic_status notice_courier_pump(struct notice_courier *courier, uint64_t through);

uint64_t notice_courier_position(const struct notice_courier *courier, enum notice_lane lane);
