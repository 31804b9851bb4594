// serve_scope.h - what the files of the running gateway share; nobody else includes it.
#pragma once

#include "control.h"
#include "couriers/bus_courier.h"
#include "couriers/config_courier.h"
#include "couriers/notice_courier.h"
#include "couriers/post.h"
#include "couriers/upstream.h"
#include "intake/intake.h"
#include "nodes.h"
#include "serve.h"

#include <event2/event.h>

struct courier_mark {
    const char *name;
    uint64_t saved;
};

struct server {
    const struct gateway_config *config;
    struct event_base *base;
    struct event *events[8];
    size_t event_count;

    struct store *store;
    struct authority *authority;
    struct self_report self;
    struct intake *intake;
    struct clinic_bus *bus;
    struct post *post;
    struct bus_courier *courier;
    struct notice_courier *notices;
    struct config_courier *configs;
    struct upstream *upstream; // NULL: nothing goes upstream
    struct control *control;
    struct nodes *nodes;

    struct courier_mark bus_mark;
    struct courier_mark notice_marks[NOTICE_LANE_COUNT];
    struct courier_mark upstream_mark;
    uint64_t upstream_told; // the position in the status that was published last
    int64_t started_at_ms;
    unsigned ticks;
    int64_t stops_at_ms; // monotonic; 0: not asked to stop
    bool is_damaged;
    bool lacks_room;
    bool is_clock_behind; // and it was told
};

// ---- serve.c

extern const struct intake_handler serve_intake_handler;
extern const struct clinic_bus_handler serve_bus_handler;

// Adds descriptors, timers and signals to the loop.
enum clinic_status serve_watch(struct server *server);

// ---- serve_open.c

// On failure the problem is set and what was opened stays for serve_close_all().
enum clinic_status serve_open_all(struct server *server,
                                  char reterr_problem[static STORE_PROBLEM_BYTES]);
void serve_close_all(struct server *server);

// ---- serve_report.c

// Adds what desks are told (system/status). False: out of memory.
bool serve_report(void *server, cJSON *object);

// The JSON text for `status`, which has all of that and more; the caller frees it. NULL: out of memory.
char *serve_describe(void *server);

// The payload of the gateway's own status topic; `state` is "online" or "offline".
void serve_format_status(const struct server *server, const char *state, char payload[static 256]);

// Publishes it, where there is a connection.
void serve_tell(struct server *server, const char *state);

// Once a second: publishes it again where more is at headquarters than it says.
void serve_tell_upstream(struct server *server);
