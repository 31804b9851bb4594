// stock_level.h - a quantity against its marks, and how long it has been on which side of them.
//
// What a scale says counts only once it has held for a minute: somebody leans on the shelf, a
// handful is taken out and put back. Time is counted by mark, not by quantity, so stock that is taken piece by
// piece is low a minute after it fell below the minimum, and stock that flickers around the minimum is not. While a
// bin is in somebody's hands nothing holds, and the minute begins again when it is back.
#pragma once

#include "stock_machine.h"

#include <stdint.h>

#define STOCK_HOLD_MS (INT64_C(60) * 1000)
#define STOCK_NEVER_MS INT64_MAX

enum stock_mark {
    STOCK_MARK_UNIT,    // one
    STOCK_MARK_MINIMUM, // less is low
    STOCK_MARK_REARM,   // this is enough again
    STOCK_MARK_COUNT,
};

struct stock_level {
    int64_t quantity;
    int64_t minimum;
    int64_t
        crossed_at_ms[STOCK_MARK_COUNT]; // when the quantity last went over the mark, up or down
    int64_t
        steady_since_ms; // since when every bin stands in its place; STOCK_NEVER_MS: one does not
};

// A tenth of the minimum, rounded up, and at least one: what a shelf may gain or lose without meaning anything.
int64_t stock_level_margin(int64_t minimum);

// Takes the crossings of `before` over, and notes those that `level` has made since, at this instant.
void stock_level_cross(struct stock_level *level, const struct stock_level *before, int64_t at_ms);

// What the quantity means for an item in this state, if it means anything: by what has held at `now_ms`, or
// with STOCK_NEVER_MS by what is there at once.
bool stock_level_find(const struct stock_level *level, enum stock_state state, int64_t now_ms,
                      enum stock_input *ret_input);

// When stock_level_find() will find something if nothing changes until then; STOCK_NEVER_MS.
int64_t stock_level_due_ms(const struct stock_level *level, enum stock_state state);
