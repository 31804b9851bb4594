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

// Power fails in the `cut`th operation of the repair. False: the repair needs fewer.
static bool cut_repair(struct campaign *campaign, struct board *board, uint64_t cut)
{
    struct sim_flash *flash = &board->hal.flash;
    sim_flash_power_on(flash);
    flash->cut_at = flash->operations + cut;
    flash->tear = SIM_TEAR_ANY;
    (void)journal_open(&board->journal, &board->hal);
    campaign->second_cuts += flash->is_off;
    return flash->is_off;
}

static const char *cut_all_repairs(struct trial *trial, const struct board *torn)
{
    static struct board board;
    for (uint64_t cut = 1;; cut++) {
        board_copy(&board, torn);
        if (!cut_repair(trial->campaign, &board, cut))
            return NULL;
        const char *fault = reopen(trial, &board);
        if (fault != NULL)
            return fault;
    }
}

// That nothing was begun is the same as that the operation before was done.
enum { TEARS = SIM_TEAR_COUNT - SIM_TEAR_BEGUN };

// Power fails in an operation. *ret_is_cut: it did not need fewer.
static const char *cut_once(struct trial *trial, const struct operation *operation, uint64_t cut,
                            unsigned way, struct board *board, bool *ret_is_cut)
{
    struct sim_flash *flash = &board->hal.flash;
    uint32_t number;
    flash->cut_at = flash->operations + cut;
    flash->tear = SIM_TEAR_BEGUN + way % TEARS;
    flash->random += way;
    const bool is_done = operation_do(operation, &trial->before, &board->journal, &number);
    *ret_is_cut = flash->is_off;
    trial->campaign->cuts += flash->is_off;
    if (is_done == flash->is_off)
        return is_done ? "told that it is done when it was not" : "refused what it can do";
    return NULL;
}

static const char *cut_everywhere(struct trial *trial, const struct board *from,
                                  const struct operation *operation, uint64_t *random)
{
    static struct board board, torn;
    bool is_cut = true;
    const char *fault = NULL;
    for (unsigned way = 0; fault == NULL; way++) {
        board_copy(&board, from);
        fault = cut_once(trial, operation, 1 + way / TEARS, way, &board, &is_cut);
        if (!is_cut)
            return fault;
        board_copy(&torn, &board);
        if (fault == NULL)
            fault = way % 4 == 0 ? live_on(trial, &board, random) : reopen(trial, &board);
        if (fault == NULL && board.hal.flash.doubtful != 0)
            fault = "programmed what may have been begun";
        if (fault == NULL && trial->campaign->cuts % 53 == 0)
            fault = cut_all_repairs(trial, &torn);
    }
    return fault;
}

// Where the page is turned are the last operations, but for those of the record.
static const char *cut_turn(struct trial *trial, const struct board *from,
                            const struct operation *operation, uint64_t *random)
{
    enum { LAST = 16, REPEATS = 10 };
    static struct board board;
    uint32_t number;
    board_copy(&board, from);
    if (!operation_do(operation, &trial->before, &board.journal, &number))
        return "refused what it can do";
    if (operation->kind == STORE || board.journal.sequence == from->journal.sequence)
        return NULL;
    const uint64_t needed = board.hal.flash.operations - from->hal.flash.operations;
    for (unsigned way = 0; way < LAST * TEARS * REPEATS; way++) {
        bool is_cut;
        board_copy(&board, from);
        const char *fault =
            cut_once(trial, operation, needed - way / (TEARS * REPEATS), way, &board, &is_cut);
        for (unsigned i = random_below(random, 3); i > 0; i--)
            (void)cut_repair(trial->campaign, &board, 1 + random_below(random, 4));
        if (fault == NULL)
            fault = live_on(trial, &board, random);
        if (fault != NULL)
            return fault;
    }
    return NULL;
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

// What is tried with each operation, from the same state.
typedef const char *(*tester)(struct trial *trial, const struct board *from,
                              const struct operation *operation, uint64_t *random);

static const char *run(struct campaign *campaign, tester test)
{
    static struct board board;
    static struct trial trial;
    static struct model model;
    uint64_t random = campaign->seed;
    model = (struct model){ 0 };
    board_init(&board, campaign->seed);
    if (!board_open(&board))
        return "does not open";
    const char *fault = operations_run(&board, &model, &random, campaign->before);
    for (unsigned i = 0; fault == NULL && i < campaign->operations; i++) {
        const struct operation operation = operation_random(&random, &model, i % 200 < 100);
        trial = (struct trial){ .campaign = campaign, .before = model, .after = model };
        operation_foresee(&operation, board.journal.next_number, &trial.after);
        fault = test(&trial, &board, &operation, &random);
        uint32_t number;
        if (fault == NULL && !operation_do(&operation, &model, &board.journal, &number))
            fault = "refused what it can do";
        model = trial.after;
    }
    count_erasures(campaign, &board.hal.flash);
    return fault;
}

const char *campaign_run(struct campaign *campaign)
{
    return run(campaign, cut_everywhere);
}

const char *turns_run(struct campaign *campaign)
{
    return run(campaign, cut_turn);
}

// Works until power fails. *ret_trial: what may be found then.
static const char *work(struct trial *trial, struct board *board, struct model *model,
                        uint64_t *random)
{
    board->hal.flash.tear = SIM_TEAR_ANY;
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
        while (fault == NULL && random_below(&random, 3) == 0)
            (void)cut_repair(campaign, &board, 1 + random_below(&random, 3));
    }
    count_erasures(campaign, &board.hal.flash);
    return fault;
}
