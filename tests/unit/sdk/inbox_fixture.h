// inbox_fixture.h - an inbox between a gateway's log and a program, with a clock that the test sets.
//
// The line to the node is a queue: a test decides when, and whether, what is on it arrives.
#pragma once

#include <clinic/inbox.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { LOG_MAX = 2000, LINE_MAX = 4096, KINDS = 3 };

extern const enum clinic_event_kind kinds[KINDS];

struct message {
    uint64_t sequence; // an event; 0: a reply
    bool is_retained;
    struct clinic_id question;
    uint64_t after[KINDS]; // what was asked
    bool is_wanted[KINDS];
};

struct world {
    struct clinic_clock clock;
    int64_t now_ms;
    struct clinic_id_maker ids;
    struct clinic_inbox *inbox;

    // The gateway's log: which of the kinds, and the sequence before on the same topic.
    uint64_t head;
    size_t kind[LOG_MAX + 1];
    uint64_t previous[LOG_MAX + 1];
    uint64_t newest[KINDS];

    struct message line[LINE_MAX]; // to the node
    size_t line_count;
    bool is_connected;
    int asks;
    struct clinic_request_copy {
        struct clinic_id id;
        uint64_t after[KINDS];
        bool is_wanted[KINDS];
    } asked; // the last

    // What the program saw.
    uint64_t delivered[LOG_MAX + 1];
    size_t delivered_count;
    uint64_t position[KINDS];
    bool wants_more_at_next_event;
    bool loses_questions;
};

// cmocka set-up and tear-down: an inbox that wants nothing yet and is not connected.
int inbox_set_up(void **state);
int inbox_tear_down(void **state);
#define TEST(name) cmocka_unit_test_setup_teardown(name, inbox_set_up, inbox_tear_down)

// ---- the gateway: its log, and what it sends

// Appends an event of kinds[kind] to the log; nobody is told.
void happen(struct world *world, size_t kind);
void publish(struct world *world, uint64_t sequence, bool is_retained);

// Hands over the answer of the gateway as its log stands now.
void answer(struct world *world, const struct message *message);

// ---- the node

void open_inbox(struct world *world);
void want_all(struct world *world, uint64_t position);

// Subscribes: the broker sends what it retained, then the node asks.
void connect_node(struct world *world);
void disconnect_node(struct world *world); // what is on the line is lost

// An event that did not come over the line.
void take_event(struct world *world, uint64_t sequence, bool is_retained);
void receive_one(struct world *world);
void receive_all(struct world *world);

// ---- what came of it

struct clinic_inbox_counts count(const struct world *world);
void assert_delivered(const struct world *world, const uint64_t *sequences, size_t length);
#define ASSERT_DELIVERED(world, ...)                                                               \
    assert_delivered(world, (const uint64_t[]){ __VA_ARGS__ },                                     \
                     sizeof((const uint64_t[]){ __VA_ARGS__ }) / sizeof(uint64_t))
