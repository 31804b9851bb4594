// bus_window.h - which publishes are not yet acknowledged: MQTT's 16 bit ids to the bus's tokens.
//
// A ring in the order of sending. Brokers acknowledge in that order, so a look-up is one step.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct window_entry {
    uint16_t mqtt_id;
    uint64_t token; // 0: acknowledged out of order
};

struct window {
    struct window_entry *entries;
    size_t capacity;
    size_t first;
    size_t used; // entries from `first`, acknowledged ones among them included
};

bool window_init(struct window *window, size_t capacity);
void window_done(struct window *window);
void window_clear(struct window *window);

size_t window_room(const struct window *window);

// There must be room.
void window_add(struct window *window, uint16_t mqtt_id, uint64_t token);

// The token, which is forgotten; 0: no such id.
uint64_t window_remove(struct window *window, uint16_t mqtt_id);
