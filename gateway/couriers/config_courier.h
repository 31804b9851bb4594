// config_courier.h - carries to each scale what it is told to do: its config, retained.
//
// The broker forgets all when it restarts: after each (re)connection every scale's config is published again, then
// each that changes. A scale takes over what it has not got yet, by the version, so once more is no harm and no position
// is kept. A few at a time are on their way: two hundred configs are a megabyte.
#pragma once

#include "../store/store.h"

#include <clinic/bus.h>
#include <clinic/clock.h>

struct config_courier;

struct config_courier_config {
    struct store *store;
    struct clinic_bus *bus;
    const char *prefix;
    const struct clinic_clock *clock; // for the time that each config tells
};

enum clinic_status config_courier_open(const struct config_courier_config *config,
                                       struct config_courier **ret_courier);
void config_courier_close(struct config_courier *courier); // accepts NULL

void config_courier_online(struct config_courier *courier);
void config_courier_published(struct config_courier *courier, uint64_t token, int mqtt_reason);

// Hands over what the bus takes now. Anything but CLINIC_OK is a fault of the store.
enum clinic_status config_courier_pump(struct config_courier *courier);
