// campaign.h - power fails in every operation of the flash, one after the other; then it must all be there.
#pragma once

#include <stdint.h>

struct campaign {
    uint64_t seed;
    unsigned before; // so many operations of the journal are done first
    // Of the journal, each with a cut in every operation of the flash that it needs.
    unsigned operations;
    // Every so many cuts power fails again in every operation of the repair; 0: never.
    unsigned second_every;

    // Counted.
    uint64_t cuts, second_cuts, undone, done, opened;
    uint32_t fewest_erasures, most_erasures;
};

// NULL, or what is wrong.
const char *campaign_run(struct campaign *campaign);

// Goes on after each loss of power, which come at random, in openings too. `operations` is the number of losses.
const char *chain_run(struct campaign *campaign);
