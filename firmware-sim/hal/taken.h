// taken.h - writes down what a scale has taken over and what the gateway has confirmed of it, in a ledger:
//
//   taken <scale> <bin> <state> <quantity> <request>
//   confirmed <scale> <request>
//   refused <scale> <request>       the gateway's last word: it will never have it
//   superseded <scale> <request>    the journal was full, and a newer reading of the bin stands for it
//
// A reading is taken once it is in the flash. A "taken" line is therefore written after that, and what a kill left
// between both is found in the flash at the next start. Which of several that left the journal at once were refused is not to
// be seen from outside: the oldest are taken for them.
#pragma once

#include "ledger.h"
#include "scale.h"

enum { TAKEN_WAITING = JOURNAL_READINGS + 8 };

struct taken {
    const char *name; // of the scale
    struct uuid newest[HAL_CELLS];
    struct uuid waiting[TAKEN_WAITING]; // oldest first
    size_t waiting_count;
    uint32_t refused; // as the scale counts them, those that were written down
    uint32_t superseded;
    uint64_t taken_total;
    uint64_t confirmed_total;
};

void taken_init(struct taken *taken, const char *name);

// A line of the ledger of an earlier run. False: it is of another scale, or no line of a ledger like this.
bool taken_remember(struct taken *taken, const char *line);

// The scale was started: it counts anew.
void taken_restart(struct taken *taken);

// After every step of the scale. `ledger` may be NULL.
void taken_look(struct taken *taken, struct scale *scale, struct ledger *ledger);
