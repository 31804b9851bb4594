// sim_flash.h - the flash of a simulated scale: pages to be erased, units to be programmed once.
//
// Power may fail in any operation: a unit that was being programmed then holds any of its bits, a page that was being
// erased anything between what it held and nothing, and some bits are unstable until the page is erased: they read
// differently each time; or, in about half of the times that power is on, all the time alike, but not as the time before.
//
// An operation is the erasure of a page or the programming of one unit. What it does follows from the seed. The struct is
// all there is: it may be copied to try one thing after another from the same state.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    SIM_FLASH_PAGES = 8,
    SIM_FLASH_PAGE_BYTES = 2048,
    SIM_FLASH_UNIT_BYTES = 8,
    SIM_FLASH_BYTES = SIM_FLASH_PAGES * SIM_FLASH_PAGE_BYTES,
    SIM_FLASH_UNITS = SIM_FLASH_BYTES / SIM_FLASH_UNIT_BYTES,
};

// How a unit or a page is left when power fails; SIM_TEAR_ANY: one of the others.
enum sim_tear {
    SIM_TEAR_ANY,
    SIM_TEAR_BEFORE,   // as if nothing had begun
    SIM_TEAR_BEGUN,    // one bit is unstable; of a page a few have changed too
    SIM_TEAR_PART,     // some bits have changed; of a page its first part
    SIM_TEAR_UNSTABLE, // some bits have changed, and many are unstable
    SIM_TEAR_ALMOST,   // all has changed, of a page nearly, but one bit is unstable
    SIM_TEAR_AFTER,    // it was done, and told nobody
    SIM_TEAR_COUNT
};

enum sim_unit {
    SIM_UNIT_ERASED,
    SIM_UNIT_BEGUN,      // power failed when it was being programmed
    SIM_UNIT_PROGRAMMED, // or not wholly erased
};

struct sim_flash {
    uint8_t bytes[SIM_FLASH_BYTES];
    uint8_t unstable[SIM_FLASH_BYTES]; // these bits are
    bool is_unstable[SIM_FLASH_PAGES]; // some bits in it are
    enum sim_unit units[SIM_FLASH_UNITS];
    uint32_t erased[SIM_FLASH_PAGES]; // how often
    uint64_t operations;
    uint32_t violations; // attempts to program what was not erased or not aligned
    uint32_t doubtful;   // units programmed that power had failed in, though they looked erased
    uint64_t steady;     // what unstable bits read while power is on; 0: differently each time
    uint64_t random;
    bool is_off; // power has failed: nothing works until sim_flash_power_on()

    // To be set by whoever uses it. An operation by its count, that of the first one being 1; 0: none.
    uint64_t cut_at; // power fails in it
    enum sim_tear tear;
    uint64_t refuse_from; // refused from this one on, and left half done,
    uint64_t refuse_to;   // to before this one
    bool refuses_to_read;
};

// Erased, as from the factory.
void sim_flash_init(struct sim_flash *flash, uint64_t seed);

// Random bytes, as if something else had used it.
void sim_flash_soil(struct sim_flash *flash);

// After a loss of power; also takes back cut_at.
void sim_flash_power_on(struct sim_flash *flash);

// False: power has failed, or the flash refuses, or it was asked for what it cannot do.
bool sim_flash_read(struct sim_flash *flash, uint32_t offset, void *ret_bytes, size_t length);
bool sim_flash_program(struct sim_flash *flash, uint32_t offset, const void *bytes, size_t length);
bool sim_flash_erase(struct sim_flash *flash, unsigned page);
