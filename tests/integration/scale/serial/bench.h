// bench.h - a simulated bench scale with a bin of gloves on it, and clinic-scale as the node scale-1 behind it.
//
// All of it in real time, as a serial line has no other: a change is told once it has stood for ten seconds.
#pragma once

#include "fixture.h"

#define STOCK_CHANGED "clinic/equipment/stock-changed"

struct bench {
    struct fixture *clinic;
    const char *name;     // of the node, and of its goods: "scale-1"
    struct process scale; // clinic-sics-sim
    struct process node;  // clinic-scale
    int words;            // what the simulated people are told
};

// A bin of 8 g gloves, so many of them, on a scale that is plugged in. The node is not started.
void bench_open(struct fixture *clinic, struct bench *ret_bench, const char *units);
void bench_close(struct bench *bench);

void bench_do(struct bench *bench, const char *words); // "take 3": a line for clinic-sics-sim

// `clinic-scale --check`: its exit code; what it prints must hold the text.
int bench_check(struct bench *bench, const char *text);

// The node's scale is at the link "line" of this clinic.
void bench_write_settings(const struct bench *bench);

void bench_start_node(struct bench *bench);
int bench_end_node(struct bench *bench, int signal);

// The item, its bin, and the channel with these settings besides capacity and bin.
void bench_register(const struct bench *bench, struct peer *desk, const char *settings);

// Starts a step of the set-up and waits for its outcome. `members`: "'mass_mg':500000", or "".
void bench_set_up(struct bench *bench, struct peer *desk, const char *step, const char *members,
                  const char *outcome);

// The same as a whole, by the desk: the scale believed as it is, the weight of a pair from its box, so many pairs in the
// bin, and the gateway knows.
void bench_furnish(struct fixture *clinic, struct bench *ret_bench, int pairs);

// Setup and teardown of a group of tests: a clinic of their own, with a bench of 40 pairs.
int bench_begin(void **state, struct bench *ret_bench);
int bench_end(void **state, struct bench *bench);

// How many events have told a change of stock since `mark`.
size_t bench_count_changes(const struct bench *bench, size_t mark);

// Waits for a message as peer_expect() does for the auditor, but as long as scales take.
const struct peer_message *bench_expect(struct bench *bench, size_t mark, const char *topic,
                                        const char *text);

// Waits for the event that says so, of those after `mark`.
void bench_expect_quantity(struct bench *bench, size_t mark, int quantity, int change);

// Waits until the node remembers to have told so many.
void bench_wait_remembered(struct bench *bench, int quantity);
