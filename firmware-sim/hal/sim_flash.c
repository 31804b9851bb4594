#include "sim_flash.h"

#include <string.h>

enum { PAGE_UNITS = SIM_FLASH_PAGE_BYTES / SIM_FLASH_UNIT_BYTES };

// How much of an interrupted operation was done, of a unit or of a page.
struct degree {
    uint16_t changed;      // of 256 bits that were to change, so many have
    uint16_t unstable;     // of 256 bits that were to change, so many are unstable
    bool has_one_unstable; // at least
};

static const struct degree unit_degrees[SIM_TEAR_COUNT] = {
    [SIM_TEAR_BEGUN] = { 0, 0, true },
    [SIM_TEAR_PART] = { 128, 0, false },
    [SIM_TEAR_UNSTABLE] = { 128, 96, true },
    [SIM_TEAR_ALMOST] = { 256, 0, true },
};

static const struct degree page_degrees[SIM_TEAR_COUNT] = {
    [SIM_TEAR_BEGUN] = { 2, 0, true },
    [SIM_TEAR_UNSTABLE] = { 128, 96, true },
    [SIM_TEAR_ALMOST] = { 254, 0, true },
};

static const uint8_t blank[SIM_FLASH_UNIT_BYTES] = {
    0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff
};

static uint64_t mix(uint64_t z)
{
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
    z = (z ^ z >> 27) * 0x94d049bb133111eb;
    return z ^ z >> 31;
}

static uint64_t next_random(struct sim_flash *flash)
{
    return mix(flash->random += 0x9e3779b97f4a7c15);
}

static uint8_t noise(struct sim_flash *flash, uint32_t offset)
{
    return (uint8_t)(flash->steady != 0 ? mix(flash->steady + offset) : next_random(flash));
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
    for (unsigned unit = 0; unit < SIM_FLASH_UNITS; unit++)
        flash->units[unit] = SIM_UNIT_PROGRAMMED;
}

void sim_flash_power_on(struct sim_flash *flash)
{
    flash->is_off = false;
    flash->cut_at = 0;
    flash->steady = next_random(flash) % 2 != 0 ? next_random(flash) | 1 : 0;
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
            ret_bytes[i] ^= flash->unstable[offset + i] & noise(flash, offset + (uint32_t)i);
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

static bool may_look_blank(const struct sim_flash *flash, uint32_t offset)
{
    for (uint32_t i = offset; i < offset + SIM_FLASH_UNIT_BYTES; i++)
        if ((flash->bytes[i] | flash->unstable[i]) != 0xff)
            return false;
    return true;
}

// A unit that power failed in can be programmed if all bits look erased: that is all a flash can tell. Those that are to
// be 1 remain as unstable as they are.
static bool may_program(struct sim_flash *flash, uint32_t offset)
{
    uint8_t bytes[SIM_FLASH_UNIT_BYTES];
    const enum sim_unit unit = flash->units[offset / SIM_FLASH_UNIT_BYTES];
    if (unit == SIM_UNIT_ERASED)
        return true;
    if (unit == SIM_UNIT_PROGRAMMED || !may_look_blank(flash, offset)) {
        flash->violations++;
        return false;
    }
    flash->doubtful++;
    read_page(flash, offset, bytes, sizeof bytes);
    return memcmp(bytes, blank, sizeof bytes) == 0;
}

static bool program_unit(struct sim_flash *flash, uint32_t offset, const uint8_t *bytes)
{
    enum sim_tear how;
    enum sim_unit *unit = &flash->units[offset / SIM_FLASH_UNIT_BYTES];
    if (!may_program(flash, offset))
        return false;
    const bool is_torn = begin(flash, &how);
    if (is_torn && how == SIM_TEAR_BEFORE)
        return false;
    if (is_torn && how != SIM_TEAR_AFTER) {
        *unit = SIM_UNIT_BEGUN;
        tear(flash, offset, bytes, SIM_FLASH_UNIT_BYTES, &unit_degrees[how]);
        return false;
    }
    *unit = SIM_UNIT_PROGRAMMED;
    memcpy(&flash->bytes[offset], bytes, SIM_FLASH_UNIT_BYTES);
    for (size_t i = 0; i < SIM_FLASH_UNIT_BYTES; i++)
        flash->unstable[offset + i] &= bytes[i];
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

// What was erased before is still erased, if it reads so.
static void tear_unit(struct sim_flash *flash, uint32_t offset)
{
    enum sim_unit *unit = &flash->units[offset / SIM_FLASH_UNIT_BYTES];
    for (uint32_t i = offset; i < offset + SIM_FLASH_UNIT_BYTES; i++)
        if (flash->unstable[i] != 0 && *unit == SIM_UNIT_ERASED)
            *unit = SIM_UNIT_BEGUN;
    if (*unit == SIM_UNIT_BEGUN && !may_look_blank(flash, offset))
        *unit = SIM_UNIT_PROGRAMMED;
}

static void tear_page(struct sim_flash *flash, uint32_t offset, enum sim_tear how)
{
    uint8_t wanted[SIM_FLASH_PAGE_BYTES];
    memset(wanted, 0xff, sizeof wanted);
    if (how == SIM_TEAR_PART)
        erase(flash, offset, next_random(flash) % SIM_FLASH_PAGE_BYTES);
    else
        tear(flash, offset, wanted, sizeof wanted, &page_degrees[how]);
    for (uint32_t i = 0; i < SIM_FLASH_PAGE_BYTES; i += SIM_FLASH_UNIT_BYTES)
        tear_unit(flash, offset + i);
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
    for (unsigned i = 0; i < PAGE_UNITS; i++)
        flash->units[offset / SIM_FLASH_UNIT_BYTES + i] = SIM_UNIT_ERASED;
    return !is_torn;
}
