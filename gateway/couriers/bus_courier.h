// bus_courier.h - carries committed events to the nodes.
//
// Events go out in the order of the log, retained, from a cursor that moves only when the broker has acknowledged.
// The broker forgets all when it restarts: after each (re)connection the newest event of each topic is
// published again, in the order of the log, so that a node sees at once how far behind it is.
#pragma once

#include "../store/store.h"

#include <clinic/bus.h>

struct bus_courier;

struct bus_courier_config {
    struct store *store;
    struct clinic_bus *bus;
    const char *prefix;
    const char *site_id;
    uint64_t position; // events up to here are known to have been published
};

enum clinic_status bus_courier_open(const struct bus_courier_config *config,
                                    struct bus_courier **ret_courier);
void bus_courier_close(struct bus_courier *courier); // accepts NULL

void bus_courier_online(struct bus_courier *courier);
void bus_courier_lost(struct bus_courier *courier);
void bus_courier_published(struct bus_courier *courier, uint64_t token, int mqtt_reason);

// Hands over what the bus takes now. Anything but CLINIC_OK is a fault of the store.
enum clinic_status bus_courier_pump(struct bus_courier *courier);

uint64_t bus_courier_position(const struct bus_courier *courier);

// How far it has handed over what the broker has not acknowledged yet.
uint64_t bus_courier_offered(const struct bus_courier *courier);
