// journal_fixture.h - a journal on simulated flash, and beside it a model of what it must hold.
#pragma once

#include "journal.h"
#include "sim_flash.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct hal {
    struct sim_flash flash;
};

struct bytes {
    size_t length;
    uint8_t bytes[JOURNAL_RECORD_BYTES];
};

struct reading {
    uint32_t number;
    uint32_t bin;
    size_t length;
    uint8_t bytes[JOURNAL_READING_BYTES];
};

// All that a journal tells. Compared as a whole, so there is no padding in it.
struct contents {
    struct bytes states[JOURNAL_STATES];
    struct bytes newest[JOURNAL_BINS];
    size_t waiting;
    struct reading readings[JOURNAL_READINGS];
};

struct model {
    struct contents contents;
    uint32_t newest_numbers[JOURNAL_BINS];
    uint32_t last_number;
    uint32_t dropped;
};

// A scale's memory and its flash. May be copied: board_copy().
struct board {
    struct hal hal;
    struct journal journal;
};

enum operation_kind { STORE, PUSH, REMOVE, OPERATION_KINDS };

struct operation {
    enum operation_kind kind;
    unsigned id; // key, bin, or the index of a reading that waits
    size_t length;
    uint32_t seed; // of the bytes
};

uint64_t random_next(uint64_t *random);
unsigned random_below(uint64_t *random, unsigned limit);

// From CLINIC_SEED, or `seed`; printed.
uint64_t seed_from_environment(uint64_t seed);

void board_init(struct board *board, uint64_t seed);
bool board_open(struct board *board); // power is on again
void board_copy(struct board *to, const struct board *from);

// What its journal tells. The board is left as it is.
void board_read(const struct board *board, struct contents *ret_contents);

// One that can be done. `is_filling`: rather more readings come than go.
struct operation operation_random(uint64_t *random, const struct model *model, bool is_filling);

// Does it, to the journal or to the model. *ret_number: of a reading that was pushed.
bool operation_do(const struct operation *operation, const struct model *model,
                  struct journal *journal, uint32_t *ret_number);
void operation_foresee(const struct operation *operation, uint32_t number, struct model *model);

// One after the other to both. NULL, or what is wrong.
const char *operations_run(struct board *board, struct model *model, uint64_t *random,
                           unsigned count);

bool contents_equal(const struct contents *a, const struct contents *b);
