// node.h - a whole node in one object: bus, outbox, inbox, status and settings. What most programs need.
//
// Its folder holds what clinic-broker made for the device: node.ini, node.key, node.crt, ca.crt; the outbox
// (outbox.db) and, where wanted, the positions of the inbox are kept in its state folder.
//
// A node is used by the thread that opened it. It does not log; on_state carries what an operator should know.
#pragma once

#include "bus.h"
#include "inbox.h"
#include "outbox.h"
#include "settings.h"

struct clinic_node;

enum { CLINIC_ZONE_BYTES = 64 }; // of the name of a time zone, the NUL included

// The settings of node.ini, section [node]; a program appends its own table's rows for its other sections.
struct clinic_node_settings {
    char name[CLINIC_NODE_NAME_BYTES];
    char host[256];
    int64_t port;
    char prefix[CLINIC_PREFIX_BYTES];
    char ca[1024];
    char certificate[1024];
    char key[1024];
    char state[1024];
    int64_t keepalive_s;
    int64_t window;
    int64_t outbox_rows;
    int64_t outbox_bytes;
};

// Offsets are into struct clinic_node_settings.
extern const struct clinic_setting clinic_node_setting_table[];
extern const size_t clinic_node_setting_count;

// The connection that these settings describe, without a window and a will.
void clinic_node_describe_bus(const struct clinic_node_settings *settings,
                              struct clinic_bus_config *ret_bus);

struct clinic_node_handler {
    void (*on_event)(void *context, const struct clinic_event *event);
    // The final answer to a submit (`is_accepted` or rejected for good), or the answer to an ask. Also a refusal for
    // good of the node's own events/replay, e.g. of a topic that its role may not read.
    void (*on_reply)(void *context, enum clinic_request_kind kind,
                     const struct clinic_reply *reply);
    // No answer came to an ask in time.
    void (*on_timeout)(void *context, enum clinic_request_kind kind, const struct clinic_id *id);
    // A notice for a screen; the object is borrowed.
    void (*on_notice)(void *context, const char *audience, const cJSON *notice);
    // Another node's retained status, the gateway's included; the object is borrowed.
    void (*on_status)(void *context, const char *node, const cJSON *status);
    // This node's retained config; the object is borrowed.
    void (*on_config)(void *context, const cJSON *config);
    // Also without a change of state, where an operator should know something else: `reason` says what.
    void (*on_state)(void *context, enum clinic_bus_state state, const char *reason);
};

// The folder's node.ini is read; `version` is the program's, for its status. Members of `handler` may be
// NULL; handler and context must outlive the node. reterr_problem is a line for a person.
// CLINIC_BUSY: another program of this box holds the outbox.
enum clinic_status clinic_node_open(const char *folder, const char *version,
                                    const struct clinic_node_handler *handler, void *context,
                                    struct clinic_node **ret_node, char *reterr_problem,
                                    size_t problem_bytes);
void clinic_node_close(struct clinic_node *node); // accepts NULL

// Poll for reading, call step() when readable; as bus.h.
int clinic_node_fd(const struct clinic_node *node);
void clinic_node_step(struct clinic_node *node);

// For programs without a loop of their own: steps until clinic_node_stop() was called (from a
// handler or a signal handler) or `timeout_ms` is over (-1: never).
void clinic_node_run(struct clinic_node *node, int64_t timeout_ms);
void clinic_node_stop(struct clinic_node *node); // async-signal-safe

// Where the SDK keeps the position of a subscription: at least once over a crash, in a file of the state
// folder. A program that keeps positions itself passes its own with `keeps_position` false.
enum clinic_status clinic_node_subscribe(struct clinic_node *node, enum clinic_event_kind kind,
                                         uint64_t position, bool keeps_position);
enum clinic_status clinic_node_subscribe_notices(struct clinic_node *node, const char *audience);
enum clinic_status clinic_node_subscribe_statuses(struct clinic_node *node); // of every node

// Puts a request into the outbox: durable when it returns, answered by on_reply, maybe after a restart.
// Takes `data` over, also on failure. session may be NULL. *ret_id may be NULL.
enum clinic_status clinic_node_submit(struct clinic_node *node, enum clinic_request_kind kind,
                                      cJSON *data, const char *session, struct clinic_id *ret_id);

// Asks directly (reads, sign-in): answered by on_reply, or on_timeout. CLINIC_OFFLINE: not connected now.
// At most 32 at a time (CLINIC_FULL). Takes `data` over, also on failure.
enum clinic_status clinic_node_ask(struct clinic_node *node, enum clinic_request_kind kind,
                                   cJSON *data, const char *session, int64_t timeout_ms,
                                   struct clinic_id *ret_id);

enum clinic_bus_state clinic_node_state(const struct clinic_node *node);
bool clinic_node_gateway_is_online(const struct clinic_node *node); // by its retained status
// IANA name of the clinic's time zone, as the gateway's status said last; empty: it never did. Borrowed.
const char *clinic_node_zone(const struct clinic_node *node);
// All events up to this sequence are at headquarters, as the gateway's status said last; 0: it never did.
uint64_t clinic_node_upstream(const struct clinic_node *node);
struct clinic_outbox *clinic_node_outbox(struct clinic_node *node); // borrowed
const struct clinic_node_settings *clinic_node_settings(const struct clinic_node *node);
const struct clinic_inbox_counts *clinic_node_inbox_counts(struct clinic_node *node);

// True if a damaged outbox was set aside at open.
bool clinic_node_outbox_was_set_aside(const struct clinic_node *node);
