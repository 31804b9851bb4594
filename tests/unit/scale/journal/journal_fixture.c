#include "journal_fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

_Static_assert(sizeof(struct contents)
                   == (JOURNAL_STATES + JOURNAL_BINS) * sizeof(struct bytes) + sizeof(size_t)
                          + JOURNAL_READINGS * sizeof(struct reading),
               "no padding");
_Static_assert(SIM_FLASH_PAGES == (int)HAL_FLASH_PAGES
                   && SIM_FLASH_PAGE_BYTES == (int)HAL_FLASH_PAGE_BYTES
                   && SIM_FLASH_UNIT_BYTES == (int)HAL_FLASH_UNIT_BYTES,
               "the flash is the board's");

bool hal_flash_read(struct hal *hal, uint32_t offset, void *ret_bytes, size_t length)
{
    return sim_flash_read(&hal->flash, offset, ret_bytes, length);
}

bool hal_flash_program(struct hal *hal, uint32_t offset, const void *bytes, size_t length)
{
    return sim_flash_program(&hal->flash, offset, bytes, length);
}

bool hal_flash_erase(struct hal *hal, unsigned page)
{
    return sim_flash_erase(&hal->flash, page);
}

uint64_t random_next(uint64_t *random)
{
    *random ^= *random << 13;
    *random ^= *random >> 7;
    *random ^= *random << 17;
    return *random;
}

unsigned random_below(uint64_t *random, unsigned limit)
{
    return (unsigned)(random_next(random) >> 32) % limit;
}

uint64_t seed_from_environment(uint64_t seed)
{
    const char *text = getenv("CLINIC_SEED");
    if (text != NULL && strtoull(text, NULL, 10) != 0)
        seed = strtoull(text, NULL, 10);
    printf("CLINIC_SEED=%llu\n", (unsigned long long)seed);
    return seed;
}

void board_init(struct board *board, uint64_t seed)
{
    memset(board, 0, sizeof *board);
    sim_flash_init(&board->hal.flash, seed);
}

bool board_open(struct board *board)
{
    sim_flash_power_on(&board->hal.flash);
    memset(&board->journal, 0xa5, sizeof board->journal);
    return journal_open(&board->journal, &board->hal);
}

void board_copy(struct board *to, const struct board *from)
{
    memcpy(to, from, sizeof *to);
    to->journal.hal = &to->hal;
}

void board_read(const struct board *board, struct contents *ret_contents)
{
    static struct board copy;
    board_copy(&copy, board);
    memset(ret_contents, 0, sizeof *ret_contents);
    for (unsigned key = 0; key < JOURNAL_STATES; key++) {
        struct bytes *state = &ret_contents->states[key];
        state->length = journal_load(&copy.journal, key, state->bytes, sizeof state->bytes);
    }
    for (unsigned bin = 0; bin < JOURNAL_BINS; bin++) {
        struct bytes *newest = &ret_contents->newest[bin];
        newest->length = journal_newest(&copy.journal, bin, newest->bytes, sizeof newest->bytes);
    }
    for (size_t i = 0; i < JOURNAL_READINGS; i++) {
        struct reading *reading = &ret_contents->readings[i];
        unsigned bin = 0;
        reading->length = journal_oldest(&copy.journal, &reading->number, &bin, reading->bytes,
                                         sizeof reading->bytes);
        if (reading->length == 0)
            break;
        reading->bin = bin;
        ret_contents->waiting++;
        if (!journal_remove(&copy.journal, reading->number))
            break;
    }
}

static void fill(const struct operation *operation, uint8_t *ret_bytes)
{
    uint64_t random = operation->seed | 1;
    for (size_t i = 0; i < operation->length; i++)
        ret_bytes[i] = random_below(&random, 8) == 0 ? 0xff : (uint8_t)random_next(&random);
}

struct operation operation_random(uint64_t *random, const struct model *model, bool is_filling)
{
    struct operation operation = { .kind = PUSH, .seed = (uint32_t)random_next(random) };
    const unsigned dice = random_below(random, 20);
    if (dice == 0) {
        operation.kind = STORE;
        operation.id = random_below(random, JOURNAL_STATES);
        operation.length = random_below(random, JOURNAL_RECORD_BYTES + 1);
    } else if (dice < (is_filling ? 5U : 12U) && model->contents.waiting > 0) {
        operation.kind = REMOVE;
        if (dice == 1)
            operation.id = random_below(random, (unsigned)model->contents.waiting);
    } else {
        // One bin seldom tells anything, so its newest reading is old.
        operation.id = random_below(random, 40) == 0 ? 3 : random_below(random, 3);
        operation.length = 1 + random_below(random, JOURNAL_READING_BYTES);
    }
    return operation;
}

bool operation_do(const struct operation *operation, const struct model *model,
                  struct journal *journal, uint32_t *ret_number)
{
    uint8_t bytes[JOURNAL_RECORD_BYTES];
    fill(operation, bytes);
    switch (operation->kind) {
    case STORE:
        return journal_store(journal, operation->id, bytes, operation->length);
    case PUSH:
        return journal_push(journal, operation->id, bytes, operation->length, ret_number);
    case REMOVE:
        return journal_remove(journal, model->contents.readings[operation->id].number);
    case OPERATION_KINDS:
        break;
    }
    return false;
}

static void model_remove(struct model *model, size_t i)
{
    struct contents *contents = &model->contents;
    contents->waiting--;
    memmove(&contents->readings[i], &contents->readings[i + 1],
            (contents->waiting - i) * sizeof contents->readings[0]);
    memset(&contents->readings[contents->waiting], 0, sizeof contents->readings[0]);
}

static void model_push(struct model *model, const struct reading *reading)
{
    struct contents *contents = &model->contents;
    model->last_number = reading->number;
    model->newest_numbers[reading->bin] = reading->number;
    for (size_t i = 0; contents->waiting == JOURNAL_READINGS; i++)
        if (model->newest_numbers[contents->readings[i].bin] != contents->readings[i].number) {
            model_remove(model, i);
            model->dropped++;
        }
    contents->readings[contents->waiting++] = *reading;
    struct bytes *newest = &contents->newest[reading->bin];
    memset(newest, 0, sizeof *newest);
    newest->length = reading->length;
    memcpy(newest->bytes, reading->bytes, reading->length);
}

void operation_foresee(const struct operation *operation, uint32_t number, struct model *model)
{
    struct bytes *state = &model->contents.states[operation->id % JOURNAL_STATES];
    struct reading reading = { .number = number, .bin = operation->id };
    switch (operation->kind) {
    case STORE:
        memset(state, 0, sizeof *state);
        state->length = operation->length;
        fill(operation, state->bytes);
        break;
    case PUSH:
        reading.length = operation->length;
        fill(operation, reading.bytes);
        model_push(model, &reading);
        break;
    case REMOVE:
        model_remove(model, operation->id);
        break;
    case OPERATION_KINDS:
        break;
    }
}

const char *operations_run(struct board *board, struct model *model, uint64_t *random,
                           unsigned count)
{
    static struct contents seen;
    const bool is_filling = random_below(random, 2) == 0;
    for (unsigned i = 0; i < count; i++) {
        const struct operation operation = operation_random(random, model, is_filling);
        uint32_t number = 0;
        if (!operation_do(&operation, model, &board->journal, &number))
            return "refused what it can do";
        if (operation.kind == PUSH && number <= model->last_number)
            return "a number came again";
        operation_foresee(&operation, number, model);
    }
    board_read(board, &seen);
    return contents_equal(&seen, &model->contents) ? NULL : "holds something else";
}

bool contents_equal(const struct contents *a, const struct contents *b)
{
    return memcmp(a, b, sizeof *a) == 0;
}
