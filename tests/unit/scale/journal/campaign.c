#include "campaign.h"

#include "journal_fixture.h"

#include <stddef.h>

// What may be found after a loss of power, and what was found.
struct trial {
    struct campaign *campaign;
    struct model before, after;
    struct contents seen;
};

// Opens after a loss of power: all or nothing of the interrupted operation is there, and stays so.
static const char *reopen(struct trial *trial, struct board *board)
{
    static struct contents again;
    if (!board_open(board))
        return "does not open";
    trial->campaign->opened++;
    board_read(board, &trial->seen);
    const bool is_done = contents_equal(&trial->seen, &trial->after.contents);
    if (!is_done && !contents_equal(&trial->seen, &trial->before.contents))
        return "lost or doubled";
    for (int i = 0; i < 2; i++) {
        if (!board_open(board))
            return "does not open again";
        board_read(board, &again);
        if (!contents_equal(&again, &trial->seen))
            return "another opening, another content";
    }
    trial->campaign->done += is_done;
    trial->campaign->undone += !is_done;
    return board->hal.flash.violations == 0 ? NULL : "programmed what was not erased";
}

// Opens, and goes on working: what is written now must be there later.
static const char *live_on(struct trial *trial, struct board *board, uint64_t *random)
{
    static struct model model;
    const char *fault = reopen(trial, board);
    if (fault != NULL)
        return fault;
    model = contents_equal(&trial->seen, &trial->after.contents) ? trial->after : trial->before;
    // The number of what was lost may be given out again, or not.
    fault = operations_run(board, &model, random, 6);
    if (fault == NULL && !board_open(board))
        fault = "does not open later";
    return fault != NULL ? fault : operations_run(board, &model, random, 1);
}

// A second cut in every operation of the repair.
static const char *cut_repairs(struct trial *trial, const struct board *torn)
{
    static struct board board;
    for (uint64_t cut = 1;; cut++) {
        board_copy(&board, torn);
        sim_flash_power_on(&board.hal.flash);
        board.hal.flash.cut_at = board.hal.flash.operations + cut;
        (void)journal_open(&board.journal, &board.hal);
        if (!board.hal.flash.is_off)
            return NULL;
        trial->campaign->second_cuts++;
        const char *fault = reopen(trial, &board);
        if (fault != NULL)
            return fault;
    }
}

static const char *cut_operation(struct trial *trial, const struct board *from,
                                 const struct operation *operation, uint64_t *random)
{
    static struct board board, torn;
    struct campaign *campaign = trial->campaign;
    uint32_t number;
    // That nothing was begun is the same as that the one before was done.
    enum { TEARS = SIM_TEAR_COUNT - SIM_TEAR_BEGUN };
    for (unsigned way = 0;; way++) {
        board_copy(&board, from);
        board.hal.flash.cut_at = from->hal.flash.operations + 1 + way / TEARS;
        board.hal.flash.tear = SIM_TEAR_BEGUN + way % TEARS;
        board.hal.flash.random += way;
        const bool is_done = operation_do(operation, &trial->before, &board.journal, &number);
        if (!board.hal.flash.is_off)
            return is_done ? NULL : "refused what it can do";
        if (is_done)
            return "told that it is done when it was not";
        board.hal.flash.tear = SIM_TEAR_ANY;
        board_copy(&torn, &board);
        const char *fault = way % 4 == 0 ? live_on(trial, &board, random) : reopen(trial, &board);
        if (fault == NULL && campaign->second_every != 0
            && campaign->cuts % campaign->second_every == 0)
            fault = cut_repairs(trial, &torn);
        if (fault != NULL)
            return fault;
        campaign->cuts++;
    }
}

static void count_erasures(struct campaign *campaign, const struct sim_flash *flash)
{
    campaign->fewest_erasures = UINT32_MAX;
    campaign->most_erasures = 0;
    for (unsigned page = 0; page < SIM_FLASH_PAGES; page++) {
        if (flash->erased[page] < campaign->fewest_erasures)
            campaign->fewest_erasures = flash->erased[page];
        if (flash->erased[page] > campaign->most_erasures)
            campaign->most_erasures = flash->erased[page];
    }
}

const char *campaign_run(struct campaign *campaign)
{
    static struct board board;
    static struct trial trial;
    static struct model model;
    uint64_t random = campaign->seed;
    const char *fault = NULL;
    model = (struct model){ 0 };
    board_init(&board, campaign->seed);
    if (!board_open(&board))
        return "does not open";
    fault = operations_run(&board, &model, &random, campaign->before);
    for (unsigned i = 0; fault == NULL && i < campaign->operations; i++) {
        const struct operation operation = operation_random(&random, &model, i % 200 < 100);
        trial = (struct trial){ .campaign = campaign, .before = model, .after = model };
        operation_foresee(&operation, board.journal.next_number, &trial.after);
        fault = cut_operation(&trial, &board, &operation, &random);
        uint32_t number;
        if (fault == NULL && !operation_do(&operation, &model, &board.journal, &number))
            fault = "refused what it can do";
        model = trial.after;
    }
    count_erasures(campaign, &board.hal.flash);
    return fault;
}

// Works until power fails. *ret_trial: what may be found then.
static const char *work(struct trial *trial, struct board *board, struct model *model,
                        uint64_t *random)
{
    for (;;) {
        const struct operation operation =
            operation_random(random, model, trial->campaign->cuts % 200 < 100);
        uint32_t number = board->journal.next_number;
        trial->before = trial->after = *model;
        operation_foresee(&operation, number, &trial->after);
        const bool is_done = operation_do(&operation, model, &board->journal, &number);
        if (board->hal.flash.is_off)
            return is_done ? "told that it is done when it was not" : NULL;
        if (!is_done)
            return "refused what it can do";
        *model = trial->after;
    }
}

const char *chain_run(struct campaign *campaign)
{
    static struct board board;
    static struct trial trial;
    static struct model model;
    uint64_t random = campaign->seed;
    const char *fault = NULL;
    model = (struct model){ 0 };
    trial = (struct trial){ .campaign = campaign };
    board_init(&board, campaign->seed);
    for (; fault == NULL && campaign->cuts < campaign->operations; campaign->cuts++) {
        fault = reopen(&trial, &board);
        if (contents_equal(&trial.seen, &trial.after.contents))
            model = trial.after;
        board.hal.flash.cut_at = board.hal.flash.operations + 1 + random_below(&random, 200);
        if (fault == NULL)
            fault = work(&trial, &board, &model, &random);
        while (fault == NULL && random_below(&random, 3) == 0) {
            sim_flash_power_on(&board.hal.flash);
            board.hal.flash.cut_at = board.hal.flash.operations + 1 + random_below(&random, 3);
            (void)journal_open(&board.journal, &board.hal);
            campaign->second_cuts += board.hal.flash.is_off;
        }
    }
    count_erasures(campaign, &board.hal.flash);
    return fault;
}
