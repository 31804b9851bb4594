#include "chip.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

enum {
    PULSE_US = 1,
    OFF_AFTER_US = 60,
    PULSES = 25,
};
static const uint32_t settle_us = 400000;

static void turn_on(struct hal *chip)
{
    chip->is_off = false;
    chip->is_ready = false;
    chip->on_at_us = chip->now_us;
    chip->ready_at_us = chip->now_us + chip->period_us;
    chip->pulses = 0;
    chip->resets++;
}

void chip_begin(struct hal *chip, uint32_t samples_per_s)
{
    *chip = (struct hal){ .period_us = 1000000 / samples_per_s, .counts = 84213 };
    turn_on(chip);
    chip->resets = 0;
}

void chip_pass(struct hal *chip, uint32_t us)
{
    chip->now_us += us;
    if (chip->clock && chip->now_us - chip->high_at_us > OFF_AFTER_US)
        chip->is_off = true;
    if (chip->is_off || chip->now_us < chip->ready_at_us)
        return;
    if (chip->pulses != 0 && chip->pulses != PULSES)
        chip->wrong_readings++;
    chip->ready_at_us += chip->period_us;
    chip->pulses = 0;
    const bool is_settled = chip->now_us - chip->on_at_us >= settle_us;
    chip->is_ready = is_settled || chip->is_hasty;
    chip->shifted = (uint32_t)(is_settled ? chip->counts : chip->counts / 3) << 8;
}

static bool data_pin(const struct hal *chip)
{
    if (chip->stuck != 0)
        return chip->stuck == CHIP_PIN_HIGH;
    if (chip->is_off || !chip->is_ready)
        return true;
    if (chip->pulses == 0)
        return false;
    return chip->pulses > 24 || (chip->shifted >> (32 - chip->pulses) & 1) != 0;
}

static void rise(struct hal *chip)
{
    chip->high_at_us = chip->now_us;
    if (!chip->is_ready)
        return;
    chip->pulses++;
    if (chip->pulses == chip->stall_at_pulse) {
        chip->stall_at_pulse = 0;
        chip_pass(chip, chip->stall_us);
    }
    if (chip->pulses == PULSES) {
        chip->is_ready = false;
        chip->readings++;
    }
}

bool hal_cell(struct hal *chip, unsigned cell, bool clock)
{
    assert_int_equal(cell, 2);
    const bool was_high = chip->clock;

    chip->clock = clock;
    if (clock && !was_high && !chip->is_off)
        rise(chip);
    if (!clock && was_high && chip->is_off)
        turn_on(chip);
    chip_pass(chip, PULSE_US);
    return data_pin(chip);
}
