// chance.h - random numbers that follow from a seed, the same on every machine.
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct chance {
    uint64_t state;
};

// Different streams of one seed have nothing to do with each other.
void chance_init(struct chance *chance, uint64_t seed, uint64_t stream);

uint64_t chance_next(struct chance *chance);
uint32_t chance_below(struct chance *chance, uint32_t limit); // limit 0: 0
int64_t chance_between(struct chance *chance, int64_t least, int64_t most);
bool chance_hits(struct chance *chance, uint32_t permyriad);

// Normal distribution, mean 0 and standard deviation 1, cut at 6: the sum of twelve uniform numbers.
double chance_normal(struct chance *chance);
