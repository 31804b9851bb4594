// inbox.h - every event of the subscribed topics, in order, once: what MQTT alone cannot promise.
//
// Each event names the one before it on its topic (`previous`). The inbox keeps the last sequence it has
// delivered of each topic; where a live event does not follow on, or the connection or the gateway came back, it
// holds what arrives and asks the gateway for what is missing (events/replay), then delivers all by sequence.
// A broker may also drop the last ones, with nothing behind them that would tell: so it asks every half minute.
// Events are delivered in the order of the log; only where the broker dropped one in mid-connection can
// an event of another topic overtake it.
//
// The inbox is pure: it does no I/O of its own. Positions are the program's to keep: a program that
// stores the position together with what it made of the event has it exactly once over any crash.
#pragma once

#include "clock.h"
#include "event.h"
#include "request.h"
#include "status.h"

struct clinic_inbox;

// Position of a topic of which the program has seen nothing and wants only what comes from now on. "Now" is the first
// subscription: what the broker had retained is history, and so is what the log holds when the gateway answers the
// first replay, but for events that had arrived live by then. From that answer on
// clinic_inbox_position() is a sequence, which a program can keep: what it misses later is not history.
#define CLINIC_FROM_NOW UINT64_MAX

struct clinic_inbox_handler {
    // The event is borrowed. Its position is (kind, sequence).
    void (*on_event)(void *context, const struct clinic_event *event);
    // Send this request; it is borrowed. If it cannot be sent, the inbox asks again when its time is up.
    void (*on_ask)(void *context, const struct clinic_request *request);
};

struct clinic_inbox_counts {
    uint64_t delivered;
    uint64_t duplicates; // dropped
    uint64_t gaps;       // live events that did not follow on
    uint64_t replayed;   // of `delivered`, those that came by replay
};

// On success the caller owns *ret_inbox. `ids` makes the ids of its requests and must outlive the inbox.
enum clinic_status clinic_inbox_open(const struct clinic_inbox_handler *handler, void *context,
                                     const struct clinic_clock *clock, struct clinic_id_maker *ids,
                                     struct clinic_inbox **ret_inbox);
void clinic_inbox_close(struct clinic_inbox *inbox); // accepts NULL

// From then on events of this kind are delivered that come after `position` (0: from the first one).
enum clinic_status clinic_inbox_want(struct clinic_inbox *inbox, enum clinic_event_kind kind,
                                     uint64_t position);

// The bus or the gateway is there (again): replay before anything else is delivered.
void clinic_inbox_resume(struct clinic_inbox *inbox);

// A live message of an event topic; anything that is not a wanted, valid event is ignored.
// At most 512 events are held while a replay is under way; beyond that they are left to the replay.
void clinic_inbox_take(struct clinic_inbox *inbox, const char *payload, size_t length,
                       bool is_retained);

// A reply. CLINIC_NOT_FOUND: not to a request of this inbox.
enum clinic_status clinic_inbox_take_reply(struct clinic_inbox *inbox,
                                           const struct clinic_reply *reply);

// As in the outbox: when step() has something to do again; -1: nothing is wanted, or nobody can be asked yet.
int64_t clinic_inbox_due_ms(const struct clinic_inbox *inbox);
void clinic_inbox_step(struct clinic_inbox *inbox);

uint64_t clinic_inbox_position(const struct clinic_inbox *inbox, enum clinic_event_kind kind);
void clinic_inbox_count(const struct clinic_inbox *inbox, struct clinic_inbox_counts *ret_counts);
