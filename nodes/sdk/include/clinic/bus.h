// bus.h - one connection to one MQTT 5 broker over mutual TLS, driven from the program's own loop.
//
// It comes back by itself for as long as it is open: attempts never block the loop for more than 50 ms
// (names are looked up on a thread of its own), with backoff and jitter, at most 30 s apart, and 2 s while
// there has never been a connection. Each attempt reads the certificate files again, so a renewed
// certificate needs no restart.
//
// It promises delivery of nothing: MQTT's own acknowledgements are not custody (the outbox and the inbox
// are). What was not yet acknowledged when a connection ends is forgotten and said so by on_lost.
//
// A bus is used by the thread that opened it. It does not log; on_state carries the reason.
#pragma once

#include "status.h"
#include "topic.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct clinic_bus;

enum clinic_bus_state {
    CLINIC_BUS_OFFLINE = 0, // waiting for the next attempt
    CLINIC_BUS_CONNECTING = 1,
    CLINIC_BUS_ONLINE = 2, // CONNACK came; subscriptions have been sent again
};

struct clinic_bus_config {
    char host[256];
    int64_t port;
    char ca_path[1024];
    char certificate_path[1024];
    char key_path[1024];
    char client_id[CLINIC_NODE_NAME_BYTES];
    int64_t keepalive_s;
    int64_t window; // publishes not yet acknowledged; clinic_bus_publish refuses beyond it
    // The last will, also published by the broker when the connection ends without goodbye. Empty topic: none.
    char will_topic[CLINIC_TOPIC_BYTES];
    char will_payload[256];
};

struct clinic_bus_message {
    const char *topic;
    const char *payload; // not terminated
    size_t length;
    bool is_retained;             // it was stored by the broker before we subscribed
    const char *response_topic;   // NULL: none
    const void *correlation_data; // NULL: none
    size_t correlation_bytes;
};

// Called from clinic_bus_step() only. Every member may be NULL. A handler may publish and subscribe; it may
// not close the bus.
struct clinic_bus_handler {
    // `reason` is a line for an operator, e.g. "connection refused"; never NULL.
    void (*on_state)(void *context, enum clinic_bus_state state, const char *reason);
    void (*on_message)(void *context, const struct clinic_bus_message *message);
    // PUBACK for the token: mqtt_reason 0 or 0x10 ("nobody received it"), or at least 0x80: refused.
    void (*on_published)(void *context, uint64_t token, int mqtt_reason);
    // The connection ended: nothing is known of any token given so far and not yet reported.
    void (*on_lost)(void *context);
};

struct clinic_bus_publish {
    const char *topic;
    const void *payload;
    size_t length;
    int qos; // 0 or 1
    bool is_retained;
    const char *content_type;     // NULL: none
    const char *response_topic;   // NULL: none
    const void *correlation_data; // NULL: none
    size_t correlation_bytes;
};

// Copies the config; nothing is connected yet: the first step() starts. `handler` and `context` must outlive
// the bus. CLINIC_INVALID: a file is missing or the config is wrong; reterr_problem says what to do.
enum clinic_status clinic_bus_open(const struct clinic_bus_config *config,
                                   const struct clinic_bus_handler *handler, void *context,
                                   struct clinic_bus **ret_bus, char *reterr_problem,
                                   size_t problem_bytes);

// Says goodbye (the will is not published) if it can do so at once. Accepts NULL.
void clinic_bus_close(struct clinic_bus *bus);

// One descriptor for the life of the bus. Poll it for reading and call step() when it is readable:
// sockets, timers and the look-up thread all show there.
int clinic_bus_fd(const struct clinic_bus *bus);

// Does what can be done without waiting; reads until the socket is empty or about 500 messages are read.
void clinic_bus_step(struct clinic_bus *bus);

// Writes what has been published since the last step, which otherwise the next one does. Reads nothing.
void clinic_bus_flush(struct clinic_bus *bus);

enum clinic_bus_state clinic_bus_state(const struct clinic_bus *bus);

// Remembers the filter and subscribes with QoS 1 now and after every reconnection. Twice is harmless.
enum clinic_status clinic_bus_subscribe(struct clinic_bus *bus, const char *filter);

// Hands over one message. CLINIC_OFFLINE: no connection; CLINIC_FULL: the window is used up; in both
// cases nothing was queued. *ret_token (may be NULL) names it in on_published; QoS 0 has none (0).
enum clinic_status clinic_bus_publish(struct clinic_bus *bus,
                                      const struct clinic_bus_publish *publish,
                                      uint64_t *ret_token);

// How many more QoS 1 messages the window takes now; 0 while not online.
size_t clinic_bus_room(const struct clinic_bus *bus);

// Tries at once instead of waiting for the backoff to run out. For a person who asked for it.
void clinic_bus_hurry(struct clinic_bus *bus);
