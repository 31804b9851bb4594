// dice.h - chance that a seed repeats (SplitMix64).
#pragma once

#include <stdint.h>

struct dice {
    uint64_t state;
};

uint64_t dice_throw(struct dice *dice);

// Evenly from `least` to `most`, both included.
int64_t dice_between(struct dice *dice, int64_t least, int64_t most);
