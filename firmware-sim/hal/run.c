#include "run.h"

enum { STEP_US = 1000, LOOKS_EVERY_US = 100000 };

void run_once(struct hal *board, const struct run_firmware *firmware)
{
    if (board_state(board) == BOARD_STARTS) {
        board_started(board);
        firmware->start(firmware->context, board);
    }
    if (board_state(board) == BOARD_RUNS)
        firmware->step(firmware->context);
}

static int64_t next_step_us(struct hal *board)
{
    const int64_t now_us = board_now_us(board);
    if (board_state(board) == BOARD_OFF)
        return INT64_MAX;
    if (board_was_busy(board) || board_state(board) == BOARD_STARTS)
        return now_us + STEP_US;
    const int64_t next_us = board_next_us(board);
    if (next_us < now_us + STEP_US)
        return now_us + STEP_US;
    return next_us < now_us + LOOKS_EVERY_US ? next_us : now_us + LOOKS_EVERY_US;
}

static void leap(struct hal *board, int64_t until_us)
{
    const int64_t next_us = next_step_us(board);
    board_pass(board, next_us < until_us ? next_us : until_us);
}

void run_until(struct hal *board, const struct run_firmware *firmware, int64_t until_us)
{
    while (board_now_us(board) < until_us) {
        run_once(board, firmware);
        leap(board, until_us);
    }
}

void run_for(struct hal *board, const struct run_firmware *firmware, int64_t us)
{
    run_until(board, firmware, board_now_us(board) + us);
}

bool run_until_true(struct hal *board, const struct run_firmware *firmware, int64_t within_us,
                    bool (*is_there)(void *context), void *context)
{
    const int64_t until_us = board_now_us(board) + within_us;
    while (!is_there(context)) {
        if (board_now_us(board) >= until_us)
            return false;
        run_once(board, firmware);
        leap(board, until_us);
    }
    return true;
}
