#include "stock_level.h"

#include <stddef.h>

enum { MARGIN_PART = 10 };

// In the order in which they are asked: what means more comes first.
static const struct fact {
    enum stock_input input;
    enum stock_mark mark;
    bool is_reached;
} facts[] = {
    { STOCK_EMPTY, STOCK_MARK_UNIT, false },
    { STOCK_ENOUGH, STOCK_MARK_REARM, true },
    { STOCK_SOME, STOCK_MARK_UNIT, true },
    { STOCK_SHORT, STOCK_MARK_MINIMUM, false },
};
enum { FACT_COUNT = sizeof facts / sizeof facts[0] };

int64_t stock_level_margin(int64_t minimum)
{
    int64_t part = (minimum + MARGIN_PART - 1) / MARGIN_PART;

    return part > 1 ? part : 1;
}

static bool reaches(const struct stock_level *level, enum stock_mark mark)
{
    const int64_t marks[STOCK_MARK_COUNT] = {
        [STOCK_MARK_UNIT] = 1,
        [STOCK_MARK_MINIMUM] = level->minimum,
        [STOCK_MARK_REARM] = level->minimum + stock_level_margin(level->minimum),
    };

    return level->quantity >= marks[mark];
}

void stock_level_cross(struct stock_level *level, const struct stock_level *before, int64_t at_ms)
{
    for (enum stock_mark mark = STOCK_MARK_UNIT; mark < STOCK_MARK_COUNT; mark++)
        level->crossed_at_ms[mark] =
            reaches(level, mark) == reaches(before, mark) ? before->crossed_at_ms[mark] : at_ms;
}

static bool means_something(const struct stock_level *level, enum stock_state state,
                            const struct fact *fact)
{
    return reaches(level, fact->mark) == fact->is_reached
           && stock_machine_step(state, fact->input).next != state;
}

static int64_t held_at_ms(const struct stock_level *level, enum stock_mark mark)
{
    int64_t since_ms = level->crossed_at_ms[mark];

    if (level->steady_since_ms == STOCK_NEVER_MS)
        return STOCK_NEVER_MS;
    if (since_ms < level->steady_since_ms)
        since_ms = level->steady_since_ms;
    return since_ms + STOCK_HOLD_MS;
}

bool stock_level_find(const struct stock_level *level, enum stock_state state, int64_t now_ms,
                      enum stock_input *ret_input)
{
    for (size_t i = 0; i < FACT_COUNT; i++) {
        if (!means_something(level, state, &facts[i]))
            continue;
        if (now_ms == STOCK_NEVER_MS || held_at_ms(level, facts[i].mark) <= now_ms) {
            *ret_input = facts[i].input;
            return true;
        }
    }
    return false;
}

int64_t stock_level_due_ms(const struct stock_level *level, enum stock_state state)
{
    int64_t due_ms = STOCK_NEVER_MS;

    for (size_t i = 0; i < FACT_COUNT; i++) {
        int64_t held_ms = held_at_ms(level, facts[i].mark);
        if (means_something(level, state, &facts[i]) && held_ms < due_ms)
            due_ms = held_ms;
    }
    return due_ms;
}
