// run.h - firmware on a board in virtual time: a fortnight in seconds, the same one by the same seed.
//
// Time leaps: while a step of the firmware did nothing but look and find nothing, the next one comes when something
// happens on the board (a sample, bytes, a hand), at the latest 100 ms later: what the firmware would have done in
// between is to look and find nothing. After a step that did something the next one comes a millisecond later.
#pragma once

#include "board.h"

struct run_firmware {
    void (*start)(void *context, struct hal *hal); // from nothing, as after a reset
    void (*step)(void *context);
    void *context;
};

// Starts the firmware where the board waits for it, again and again where that ends by itself. A board without power
// stays without.
void run_until(struct hal *board, const struct run_firmware *firmware, int64_t until_us);
void run_for(struct hal *board, const struct run_firmware *firmware, int64_t us);

// The same until `is_there` says so; false: it did not within that time.
bool run_until_true(struct hal *board, const struct run_firmware *firmware, int64_t within_us,
                    bool (*is_there)(void *context), void *context);

// A start or a step now, and no time: for those who keep time themselves.
void run_once(struct hal *board, const struct run_firmware *firmware);
