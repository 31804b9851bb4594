// stock_machine.h - what an item on the shelf is: enough, low, out, or nobody knows.
//
// Pure: a table of [state][input]. One alert a shortage: only leaving OK raises it, and only ENOUGH (the
// minimum and a margin on top, see stock_level.h) leads back there. A scale that falls silent or breaks makes the item
// unknown; the state remembers what it was before, so that a scale that comes back neither repeats an alert nor
// swallows one.
#pragma once

#include <stdbool.h>

// Stored: never renumbered.
enum stock_state {
    STOCK_OK = 1,
    STOCK_LOW = 2,
    STOCK_OUT = 3,
    STOCK_UNKNOWN_OK = 4, // unknown; it was OK when last seen
    STOCK_UNKNOWN_LOW = 5,
    STOCK_UNKNOWN_OUT = 6,
    STOCK_STATE_COUNT,
};

enum stock_input {
    STOCK_EMPTY,  // nothing is left
    STOCK_ENOUGH, // the minimum and the margin are there again
    STOCK_SOME,   // something is there
    STOCK_SHORT,  // less than the minimum
    STOCK_BLIND,  // a scale fell silent or is faulty
    STOCK_SEEN,   // every scale tells, or somebody has counted
    STOCK_INPUT_COUNT,
};

enum stock_action {
    STOCK_NOTHING,
    STOCK_TELL,  // the state is another
    STOCK_RAISE, // the same, and staff must be alerted
};

struct stock_transition {
    enum stock_action action;
    enum stock_state next;
};

struct stock_transition stock_machine_step(enum stock_state state, enum stock_input input);

bool stock_state_is_known(enum stock_state state);

// As events and replies say it: ok, low, out, unknown.
const char *stock_state_name(enum stock_state state);

// The state that an event's word means for an item that was in `before`.
enum stock_state stock_state_read(const char *name, enum stock_state before);
