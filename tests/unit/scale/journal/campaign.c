#include "campaign.h"

#include "journal_fixture.h"

#include <stddef.h>

// What may be found after a loss of power, and what was found.
struct trial {
    struct campaign *campaign;
    struct model before, after;
    struct contents seen;
};

// Opens after a loss of power: all or nothing of the interrupted operation is there, and stays so, `more` times.
static const char *reopen(struct trial *trial, struct board *board, unsigned more)
{
    static struct contents again;
    if (!board_open(board))
        return "does not open";
    board_read(board, &trial->seen);
    const bool is_done = contents_equal(&trial->seen, &trial->after.contents);
    if (!is_done && !contents_equal(&trial->seen, &trial->before.contents))
        return "lost or doubled";
    for (unsigned i = 0; i < more; i++) {
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
    const char *fault = reopen(trial, board, 0);
    if (fault != NULL)
        return fault;
    model = contents_equal(&trial->seen, &trial->after.contents) ? trial->after : trial->before;
    for (unsigned i = 0; fault == NULL && i < 3; i++) {
        fault = operations_run(board, &model, random, random_below(random, 3));
        if (fault == NULL && !board_open(board))
            fault = "does not open later";
    }
    return fault != NULL ? fault : operations_run(board, &model, random, 0);
}

// Power fails in the `cut`th operation of the repair. False: the repair needs fewer.
static bool cut_repair(struct campaign *campaign, struct board *board, uint64_t cut,
                       enum sim_tear tear)
{
    struct sim_flash *flash = &board->hal.flash;
    sim_flash_power_on(flash);
    flash->cut_at = flash->operations + cut;
    flash->tear = tear;
    (void)journal_open(&board->journal, &board->hal);
    campaign->second_cuts += flash->is_off;
    return flash->is_off;
}

static const char *cut_all_repairs(struct trial *trial, const struct board *torn)
{
    static struct board board;
    for (uint64_t cut = 1;; cut++) {
        board_copy(&board, torn);
        if (!cut_repair(trial->campaign, &board, cut, SIM_TEAR_ANY))
            return NULL;
        const char *fault = reopen(trial, &board, 2);
        if (fault != NULL)
            return fault;
    }
}

// Power fails in an operation. *ret_is_cut: it did not need fewer.
static const char *cut_once(struct trial *trial, const struct operation *operation, uint64_t cut,
                            enum sim_tear tear, struct board *board, bool *ret_is_cut)
{
    struct sim_flash *flash = &board->hal.flash;
    uint32_t number;
    flash->cut_at = flash->operations + cut;
    flash->tear = tear;
    const bool is_done = operation_do(operation, &trial->before, &board->journal, &number);
    *ret_is_cut = flash->is_off;
    trial->campaign->cuts += flash->is_off;
    if (is_done == flash->is_off)
        return is_done ? "told that it is done when it was not" : "refused what it can do";
    return NULL;
}

// That nothing was begun is the same as that the operation before was done.
enum { TEARS = SIM_TEAR_COUNT - SIM_TEAR_BEGUN };

static const char *cut_everywhere(struct trial *trial, const struct board *from,
                                  const struct operation *operation, uint64_t *random)
{
    static struct board board, torn;
    bool is_cut = true;
    const char *fault = NULL;
    for (unsigned way = 0; fault == NULL; way++) {
        board_copy(&board, from);
        board.hal.flash.random += way;
        fault = cut_once(trial, operation, 1 + way / TEARS, SIM_TEAR_BEGUN + way % TEARS, &board,
                         &is_cut);
        if (!is_cut)
            return fault;
        board_copy(&torn, &board);
        if (fault == NULL)
            fault = way % 4 == 0 ? live_on(trial, &board, random) : reopen(trial, &board, 2);
        if (fault == NULL && board.hal.flash.doubtful != 0)
            fault = "programmed what may have been begun";
        if (fault == NULL && trial->campaign->cuts % 53 == 0)
            fault = cut_all_repairs(trial, &torn);
    }
    return fault;
}

// Where one bit tells whether something was done, and the repair is interrupted where that is written down.
static const struct doubt {
    bool is_turn; // in the mark of what was copied to another page; else in the mark of the record
    enum sim_tear tear;
    unsigned second_cut; // in the repair's operation; 0: none
    enum sim_tear second_tear;
} doubts[] = {
    { false, SIM_TEAR_ALMOST, 0, SIM_TEAR_ANY },   { false, SIM_TEAR_BEGUN, 1, SIM_TEAR_ALMOST },
    { false, SIM_TEAR_ALMOST, 1, SIM_TEAR_BEGUN }, { false, SIM_TEAR_ALMOST, 2, SIM_TEAR_BEGUN },
    { true, SIM_TEAR_ALMOST, 0, SIM_TEAR_ANY },    { true, SIM_TEAR_BEGUN, 1, SIM_TEAR_ALMOST },
    { true, SIM_TEAR_ALMOST, 1, SIM_TEAR_BEGUN },  { true, SIM_TEAR_ALMOST, 3, SIM_TEAR_BEGUN },
    { true, SIM_TEAR_ALMOST, 3, SIM_TEAR_ALMOST },
};

// Of the operations of the flash, the one that wrote the mark behind what was copied: the last in its page that is of a
// group from behind the header. 0: no other page was begun.
static uint64_t turning_operation(const struct board *from, const struct board *to)
{
    enum { MARK = 1, HEADER_UNITS = 3, UNITS = HAL_FLASH_PAGE_BYTES / HAL_FLASH_UNIT_BYTES };
    const struct journal *journal = &to->journal;
    const size_t page = (size_t)(journal->sequence % HAL_FLASH_PAGES) * HAL_FLASH_PAGE_BYTES;
    unsigned unit = journal->end;
    if (journal->sequence == from->journal.sequence)
        return 0;
    const uint8_t *bytes;
    do {
        unit--;
        bytes = &to->hal.flash.bytes[page + (size_t)unit * HAL_FLASH_UNIT_BYTES];
    } while (unit > HEADER_UNITS && (bytes[0] != MARK || bytes[1] != HEADER_UNITS));
    return to->hal.flash.operations - from->hal.flash.operations - (journal->end - unit - 1);
}

static const char *cut_in_doubt(struct trial *trial, const struct board *from,
                                const struct operation *operation, uint64_t *random)
{
    static struct board board, whole;
    uint32_t number;
    board_copy(&whole, from);
    if (!operation_do(operation, &trial->before, &whole.journal, &number))
        return "refused what it can do";
    const uint64_t turning = turning_operation(from, &whole);
    const uint64_t last = whole.hal.flash.operations - from->hal.flash.operations;
    const char *fault = NULL;
    for (size_t i = 0; fault == NULL && i < sizeof doubts / sizeof doubts[0]; i++) {
        const struct doubt *doubt = &doubts[i];
        const unsigned tries = !doubt->is_turn ? 3 : turning != 0 ? 30 : 0;
        for (unsigned try = 0; fault == NULL && try < tries; try++) {
            bool is_cut;
            board_copy(&board, from);
            board.hal.flash.random = random_next(random);
            fault = cut_once(trial, operation, doubt->is_turn ? turning : last, doubt->tear, &board,
                             &is_cut);
            if (doubt->second_cut != 0)
                (void)cut_repair(trial->campaign, &board, doubt->second_cut, doubt->second_tear);
            if (fault == NULL)
                fault = live_on(trial, &board, random);
        }
    }
    return fault;
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
    struct operation operation;
    uint64_t random = campaign->seed;
    model = (struct model){ 0 };
    board_init(&board, campaign->seed);
    if (!board_open(&board))
        return "does not open";
    const char *fault = operations_run(&board, &model, &random, campaign->before);
    for (unsigned i = 0; fault == NULL && i < campaign->operations; i++) {
        operation = operation_random(&random, &model, i % 200 < 100);
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

const char *doubts_run(struct campaign *campaign)
{
    return run(campaign, cut_in_doubt);
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
        fault = reopen(&trial, &board, 2);
        if (contents_equal(&trial.seen, &trial.after.contents))
            model = trial.after;
        board.hal.flash.cut_at = board.hal.flash.operations + 1 + random_below(&random, 200);
        if (fault == NULL)
            fault = work(&trial, &board, &model, &random);
        while (fault == NULL && random_below(&random, 3) == 0)
            (void)cut_repair(campaign, &board, 1 + random_below(&random, 3), SIM_TEAR_ANY);
    }
    count_erasures(campaign, &board.hal.flash);
    return fault;
}
