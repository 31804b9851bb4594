// campaign.h - power fails, everywhere and again and again; then all must be there that was confirmed.
#pragma once

#include <stdint.h>

struct campaign {
    uint64_t seed;
    unsigned before; // so many operations of the journal are done first

    // So many are tried; for chain_run(), so many losses of power.
    unsigned operations;

    // Counted.
    uint64_t cuts, second_cuts, undone, done;
    uint32_t fewest_erasures, most_erasures;
};

// Each returns NULL, or what is wrong.

// A cut in every operation of the flash that each operation of the journal needs, in every way; after some of them
// another one in every operation of the repair.
const char *campaign_run(struct campaign *campaign);

// Cuts that leave it to one unstable bit whether an operation was done, many times each, and one more in the repair.
const char *doubts_run(struct campaign *campaign);

// Cuts at random, one after the other with the same flash, in the repair too.
const char *chain_run(struct campaign *campaign);
