#include "stock_machine.h"

#include <assert.h>
#include <stddef.h>
#include <string.h>

// Where a cell is empty the state stays. While nobody knows, quantities mean nothing: those cells are empty.
static const struct stock_transition table[STOCK_STATE_COUNT][STOCK_INPUT_COUNT] = {
    [STOCK_OK] = { [STOCK_EMPTY] = { STOCK_RAISE, STOCK_OUT },
                   [STOCK_SHORT] = { STOCK_RAISE, STOCK_LOW },
                   [STOCK_BLIND] = { STOCK_TELL, STOCK_UNKNOWN_OK } },
    [STOCK_LOW] = { [STOCK_EMPTY] = { STOCK_TELL, STOCK_OUT },
                    [STOCK_ENOUGH] = { STOCK_TELL, STOCK_OK },
                    [STOCK_BLIND] = { STOCK_TELL, STOCK_UNKNOWN_LOW } },
    [STOCK_OUT] = { [STOCK_ENOUGH] = { STOCK_TELL, STOCK_OK },
                    [STOCK_SOME] = { STOCK_TELL, STOCK_LOW },
                    [STOCK_BLIND] = { STOCK_TELL, STOCK_UNKNOWN_OUT } },
    [STOCK_UNKNOWN_OK] = { [STOCK_SEEN] = { STOCK_TELL, STOCK_OK } },
    [STOCK_UNKNOWN_LOW] = { [STOCK_SEEN] = { STOCK_TELL, STOCK_LOW } },
    [STOCK_UNKNOWN_OUT] = { [STOCK_SEEN] = { STOCK_TELL, STOCK_OUT } },
};

static const char *const names[STOCK_STATE_COUNT] = {
    [STOCK_OK] = "ok",
    [STOCK_LOW] = "low",
    [STOCK_OUT] = "out",
    [STOCK_UNKNOWN_OK] = "unknown",
    [STOCK_UNKNOWN_LOW] = "unknown",
    [STOCK_UNKNOWN_OUT] = "unknown",
};

struct stock_transition stock_machine_step(enum stock_state state, enum stock_input input)
{
    const struct stock_transition stay = { STOCK_NOTHING, state };
    const struct stock_transition *cell = &table[state][input];

    return cell->action == STOCK_NOTHING ? stay : *cell;
}

bool stock_state_is_known(enum stock_state state)
{
    return state == STOCK_OK || state == STOCK_LOW || state == STOCK_OUT;
}

const char *stock_state_name(enum stock_state state)
{
    assert(names[state] != NULL);
    return names[state];
}

enum stock_state stock_state_read(const char *name, enum stock_state before)
{
    for (enum stock_state state = STOCK_OK; state <= STOCK_OUT; state++) {
        if (strcmp(names[state], name) == 0)
            return state;
    }
    return stock_machine_step(before, STOCK_BLIND).next;
}
