// bus_scope.h - what the files of the bus share.
#pragma once

#include "bus_backoff.h"
#include "bus_connection.h"
#include "bus_window.h"

#include <clinic/bus.h>

enum { BUS_FILTERS_MAX = 256 };

struct clinic_bus {
    struct clinic_bus_config config;
    const struct clinic_bus_handler *handler;
    void *context;
    enum clinic_bus_state state;

    struct connection *connection; // NULL while OFFLINE
    bool is_looking_up;
    bool is_ipv4_only;    // this attempt, where the host is a name
    bool is_established;  // the socket has been writable once
    bool is_acknowledged; // CONNACK came and was good
    int mqtt_refusal;     // of a subscription; 0: none

    struct backoff backoff;
    struct window window;
    size_t window_limit; // what config and broker both allow
    size_t unwritten;    // QoS 0 publishes that wait to be written
    uint64_t last_token;

    char *filters[BUS_FILTERS_MAX];
    size_t filter_count;

    int epoll_fd;
    int timer_fd;
    int event_fd;
    int watched_fd; // -1: none
    uint32_t watched_events;
    bool is_stepping;
    size_t batch;    // messages read in this step
    bool has_unread; // the batch was full
};

// ---- bus_loop.c

// Fires after `delay_ms`, 0: at once, and then every `interval_ms`, 0: never again.
void bus_set_timer(struct clinic_bus *bus, int64_t delay_ms, int64_t interval_ms);

// What is queued outside of a step is written in one of its own; a step writes what its handlers queued.
void bus_ask_for_turn(struct clinic_bus *bus);
