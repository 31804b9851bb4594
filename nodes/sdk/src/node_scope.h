// node_scope.h - what the files of a node share.
#pragma once

#include "node_asks.h"
#include "node_positions.h"

#include <clinic/node.h>

#include <signal.h>

enum { NODE_VERSION_BYTES = 32 };

struct clinic_node {
    struct clinic_node_settings settings;
    const struct clinic_node_handler *handler;
    void *context;
    const struct clinic_clock *clock;
    char version[NODE_VERSION_BYTES];

    struct clinic_bus *bus;
    struct clinic_outbox *outbox;
    struct clinic_inbox *inbox;
    struct clinic_inbox_counts counts; // lent by clinic_node_inbox_counts()
    struct clinic_id_maker ids;        // of questions, which are not kept
    struct asks asks;
    bool was_set_aside;

    char reply_topic[CLINIC_TOPIC_BYTES];
    char status_topic[CLINIC_TOPIC_BYTES];

    // The gateway, by its status. Only of this connection.
    bool gateway_is_online;
    char gateway_since[CLINIC_INSTANT_TEXT_BYTES]; // of the last connection as well
    uint64_t upstream;                             // as the gateway said last; 0: it never has
    char zone[CLINIC_ZONE_BYTES];                  // likewise; empty: it never has

    int64_t online_since_ms;                   // wall clock
    struct clinic_outbox_counts status_counts; // as they were last published
    int64_t status_due_ms;                     // when it may be published again
    int64_t outbox_resumes_ms;                 // after a fault of its file
    int64_t refusal_due_ms;                    // when a refusal of the broker is worth a word again

    char positions_path[1100];
    struct positions positions;
    int64_t positions_due_ms;

    int epoll_fd;
    int timer_fd;
    int64_t timer_due_ms; // what it is set to; INT64_MAX: nothing
    int stop_fd;
    volatile sig_atomic_t is_stopping;
};

enum {
    STATUS_EVERY_MS = 1000,
    POSITIONS_EVERY_MS = 1000,
};

// ---- node_receive.c: what comes from the bus

extern const struct clinic_bus_handler node_bus_handler; // its context is the node
extern const struct clinic_inbox_handler node_inbox_handler;

// ---- node_send.c: what goes to it

// Sends what is due: requests of the outbox, questions of the inbox, the status; tells of asks that timed out.
void node_pump(struct clinic_node *node);

// When node_pump() has something to do; monotonic, INT64_MAX: nothing.
int64_t node_due_ms(const struct clinic_node *node);

enum clinic_status node_publish_request(struct clinic_node *node,
                                        const struct clinic_request *request);

// Writes the status payload; `state` is "online" or "offline".
void node_print_status(const struct clinic_node *node, const char *state, int64_t since_ms,
                       const struct clinic_outbox_counts *counts, char *payload,
                       size_t payload_bytes);
void node_publish_status(struct clinic_node *node, const char *state);

// Saves the positions of kept subscriptions where they changed; at most once a second unless `at_once`.
void node_keep_positions(struct clinic_node *node, bool at_once);
