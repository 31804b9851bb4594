#include "sim_flash.h"

#include <string.h>

enum { PAGE_UNITS = SIM_FLASH_PAGE_BYTES / SIM_FLASH_UNIT_BYTES };

// How much of an interrupted operation was done.
struct degree {
    uint8_t changed;       // of 256 bits that were to change, so many have
    uint8_t unstable;      // of 256 bits that were to change, so many are unstable
    bool has_one_unstable; // at least
};

static const struct degree degrees[SIM_TEAR_COUNT] = {
    [SIM_TEAR_BEGUN] = { 2, 0, true },
    [SIM_TEAR_PART] = { 128, 0, false },
    [SIM_TEAR_UNSTABLE] = { 128, 96, true },
    [SIM_TEAR_ALMOST] = { 253, 0, true },
};

static uint64_t next_random(struct sim_flash *flash)
{
    uint64_t z = flash->random += 0x9e3779b97f4a7c15;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
    z = (z ^ z >> 27) * 0x94d049bb133111eb;
    return z ^ z >> 31;
}

// A byte in which about `many` of 256 bits are set.
static uint8_t random_mask(struct sim_flash *flash, unsigned many)
{
    unsigned mask = 0;
    for (unsigned bit = 0; bit < 8; bit++)
        if (next_random(flash) % 256 < many)
            mask |= 1u << bit;
    return (uint8_t)mask;
}

void sim_flash_init(struct sim_flash *flash, uint64_t seed)
{
    memset(flash, 0, sizeof *flash);
    memset(flash->bytes, 0xff, sizeof flash->bytes);
    flash->random = seed;
}

void sim_flash_soil(struct sim_flash *flash)
{
    for (size_t i = 0; i < sizeof flash->bytes; i++)
        flash->bytes[i] = (uint8_t)next_random(flash);
    memset(flash->is_programmed, true, sizeof flash->is_programmed);
}

void sim_flash_power_on(struct sim_flash *flash)
{
    flash->is_off = false;
    flash->cut_at = 0;
}

static bool is_within(uint32_t offset, size_t length)
{
    return offset <= SIM_FLASH_BYTES && length <= SIM_FLASH_BYTES - offset;
}

// Reads what lies in one page.
static void read_page(struct sim_flash *flash, uint32_t offset, uint8_t *ret_bytes, size_t length)
{
    memcpy(ret_bytes, &flash->bytes[offset], length);
    if (!flash->is_unstable[offset / SIM_FLASH_PAGE_BYTES])
        return;
    for (size_t i = 0; i < length; i++)
        if (flash->unstable[offset + i] != 0)
            ret_bytes[i] ^= flash->unstable[offset + i] & (uint8_t)next_random(flash);
}

bool sim_flash_read(struct sim_flash *flash, uint32_t offset, void *ret_bytes, size_t length)
{
    uint8_t *bytes = ret_bytes;
    if (flash->is_off || flash->refuses_to_read || !is_within(offset, length))
        return false;
    while (length > 0) {
        const size_t rest = SIM_FLASH_PAGE_BYTES - offset % SIM_FLASH_PAGE_BYTES;
        const size_t part = length < rest ? length : rest;
        read_page(flash, offset, bytes, part);
        offset += (uint32_t)part;
        bytes += part;
        length -= part;
    }
    return true;
}

// Leaves `length` bytes somewhere on the way to what they were to become.
static void tear(struct sim_flash *flash, uint32_t offset, const uint8_t *wanted, size_t length,
                 const struct degree *degree)
{
    for (size_t i = 0; i < length; i++) {
        uint8_t *byte = &flash->bytes[offset + i];
        const uint8_t change = *byte ^ wanted[i];
        *byte ^= change & random_mask(flash, degree->changed);
        flash->unstable[offset + i] |= change & random_mask(flash, degree->unstable);
    }
    flash->is_unstable[offset / SIM_FLASH_PAGE_BYTES] = true;
    if (degree->has_one_unstable)
        flash->unstable[offset + next_random(flash) % length] |=
            (uint8_t)(1u << next_random(flash) % 8);
}

// Whether the operation that begins now fails, and how it leaves what it works on.
static bool begin(struct sim_flash *flash, enum sim_tear *ret_tear)
{
    flash->operations++;
    if (flash->operations == flash->cut_at) {
        flash->is_off = true;
        *ret_tear = flash->tear;
    } else if (flash->operations >= flash->refuse_from && flash->operations < flash->refuse_to) {
        *ret_tear = SIM_TEAR_ANY;
    } else {
        return false;
    }
    if (*ret_tear == SIM_TEAR_ANY)
        *ret_tear = SIM_TEAR_BEFORE + next_random(flash) % (SIM_TEAR_COUNT - SIM_TEAR_BEFORE);
    return true;
}

static bool program_unit(struct sim_flash *flash, uint32_t offset, const uint8_t *bytes)
{
    enum sim_tear how;
    const uint32_t unit = offset / SIM_FLASH_UNIT_BYTES;
    if (flash->is_programmed[unit]) {
        flash->violations++;
        return false;
    }
    const bool is_torn = begin(flash, &how);
    if (is_torn && how == SIM_TEAR_BEFORE)
        return false;
    flash->is_programmed[unit] = true;
    if (is_torn && how != SIM_TEAR_AFTER)
        tear(flash, offset, bytes, SIM_FLASH_UNIT_BYTES, &degrees[how]);
    else
        memcpy(&flash->bytes[offset], bytes, SIM_FLASH_UNIT_BYTES);
    return !is_torn;
}

bool sim_flash_program(struct sim_flash *flash, uint32_t offset, const void *bytes, size_t length)
{
    const uint8_t *from = bytes;
    if (flash->is_off)
        return false;
    if (!is_within(offset, length) || offset % SIM_FLASH_UNIT_BYTES != 0
        || length % SIM_FLASH_UNIT_BYTES != 0) {
        flash->violations++;
        return false;
    }
    for (size_t at = 0; at < length; at += SIM_FLASH_UNIT_BYTES)
        if (!program_unit(flash, offset + (uint32_t)at, from + at))
            return false;
    return true;
}

static void erase(struct sim_flash *flash, uint32_t offset, size_t length)
{
    memset(&flash->bytes[offset], 0xff, length);
    memset(&flash->unstable[offset], 0, length);
}

static void tear_page(struct sim_flash *flash, uint32_t offset, enum sim_tear how)
{
    uint8_t blank[SIM_FLASH_PAGE_BYTES];
    memset(blank, 0xff, sizeof blank);
    if (how == SIM_TEAR_PART)
        erase(flash, offset, next_random(flash) % SIM_FLASH_PAGE_BYTES);
    else
        tear(flash, offset, blank, sizeof blank, &degrees[how]);
    memset(&flash->is_programmed[offset / SIM_FLASH_UNIT_BYTES], true, PAGE_UNITS);
}

bool sim_flash_erase(struct sim_flash *flash, unsigned page)
{
    if (flash->is_off)
        return false;
    if (page >= SIM_FLASH_PAGES) {
        flash->violations++;
        return false;
    }
    enum sim_tear how;
    const bool is_torn = begin(flash, &how);
    if (is_torn && how == SIM_TEAR_BEFORE)
        return false;

    const uint32_t offset = page * SIM_FLASH_PAGE_BYTES;
    flash->erased[page]++;
    if (is_torn && how != SIM_TEAR_AFTER) {
        tear_page(flash, offset, how);
        return false;
    }
    erase(flash, offset, SIM_FLASH_PAGE_BYTES);
    flash->is_unstable[page] = false;
    memset(&flash->is_programmed[offset / SIM_FLASH_UNIT_BYTES], false, PAGE_UNITS);
    return !is_torn;
}
