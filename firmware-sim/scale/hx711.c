#include "hx711.h"

enum {
    PULSES_DATA = 24,
    SETTLE_MS = 400,
    SILENT_MS = 1000,
    // What an interrupt adds by ones at the end is noise up to here: at most 63 counts of 16 million.
    ONES_BELIEVED = 0x3F,
    LARGEST = 0x7FFFFF,
    SMALLEST = -0x800000,
};

enum phase {
    PHASE_RESET, // the chip is to be turned off
    PHASE_OFF,
    PHASE_SETTLING,
    PHASE_ON,
};

static void enter(struct hx711 *chip, enum phase phase, uint32_t now_ms)
{
    chip->phase = (uint8_t)phase;
    chip->phase_at_ms = now_ms;
}

void hx711_init(struct hx711 *chip, unsigned cell, uint32_t now_ms)
{
    *chip = (struct hx711){ .cell = cell, .heard_at_ms = now_ms };
    enter(chip, PHASE_RESET, now_ms);
}

// False: the data pin did not rise after the last pulse, so what was read is no sample.
static bool read_bits(const struct hx711 *chip, struct hal *hal, int32_t *ret_counts)
{
    uint32_t bits = 0;

    for (unsigned i = 0; i < PULSES_DATA; i++) {
        bits = bits << 1 | (hal_cell(hal, chip->cell, true) ? 1 : 0);
        (void)hal_cell(hal, chip->cell, false); // the bit is valid while the clock is high
    }
    (void)hal_cell(hal, chip->cell, true); // channel A, gain 128
    if (!hal_cell(hal, chip->cell, false))
        return false;
    *ret_counts = (int32_t)(bits ^ 0x800000) - 0x800000;
    return true;
}

// Ones at the end may be a chip that was turned off in the middle. Such a reading has to be repeated to the bit.
static bool is_doubtful(struct hx711 *chip, int32_t counts)
{
    const bool has_ones = (counts & ONES_BELIEVED) == ONES_BELIEVED;
    const bool is_repeated = counts == chip->doubted;

    chip->doubted = has_ones ? counts : 0;
    return has_ones && !is_repeated;
}

static enum hx711_result listen(struct hx711 *chip, struct hal *hal, uint32_t now_ms,
                                int32_t *ret_counts)
{
    int32_t counts;

    if (chip->phase == PHASE_SETTLING && now_ms - chip->phase_at_ms >= SETTLE_MS)
        enter(chip, PHASE_ON, now_ms);
    if (hal_cell(hal, chip->cell, false) || !read_bits(chip, hal, &counts))
        return HX711_NOTHING;
    if (chip->phase == PHASE_SETTLING || is_doubtful(chip, counts))
        return HX711_NOTHING;
    if (counts == LARGEST || counts == SMALLEST)
        return HX711_SATURATED;
    *ret_counts = counts;
    return HX711_SAMPLE;
}

static enum hx711_result go_on(struct hx711 *chip, struct hal *hal, uint32_t now_ms,
                               int32_t *ret_counts)
{
    switch ((enum phase)chip->phase) {
    case PHASE_RESET:
        (void)hal_cell(hal, chip->cell, true);
        enter(chip, PHASE_OFF, now_ms);
        break;
    case PHASE_OFF:
        // Two ticks: the pin has been high for a millisecond at least.
        if (now_ms - chip->phase_at_ms >= 2) {
            (void)hal_cell(hal, chip->cell, false);
            enter(chip, PHASE_SETTLING, now_ms);
        }
        break;
    case PHASE_SETTLING:
    case PHASE_ON:
        return listen(chip, hal, now_ms, ret_counts);
    }
    return HX711_NOTHING;
}

enum hx711_result hx711_poll(struct hx711 *chip, struct hal *hal, uint32_t now_ms,
                             int32_t *ret_counts)
{
    const enum hx711_result result = go_on(chip, hal, now_ms, ret_counts);

    if (result != HX711_NOTHING) {
        chip->is_silent = false;
        chip->heard_at_ms = now_ms;
        return result;
    }
    if (now_ms - chip->heard_at_ms >= SILENT_MS) {
        chip->is_silent = true;
        chip->heard_at_ms = now_ms;
        enter(chip, PHASE_RESET, now_ms);
    }
    return chip->is_silent ? HX711_SILENT : HX711_NOTHING;
}
