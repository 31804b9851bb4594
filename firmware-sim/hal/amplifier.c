#include "amplifier.h"

#include <math.h>
#include <string.h>

enum {
    BITS = 24,
    GAIN_A_128 = 25,
    GAIN_B_32 = 26,
    GAIN_A_64 = 27,
    DOWN_AFTER_US = 60,
    SETTLING_PERIODS = 4,
    ABANDONED_AFTER_US = 1000, // nobody takes so long for a pulse
};

static const double count_max = 0x7FFFFF;
static const double count_min = -0x800000;

void amplifier_init(struct amplifier *amplifier, struct cell *cell, int samples_per_s,
                    uint64_t seed, int64_t at_us)
{
    struct chance chance;
    memset(amplifier, 0, sizeof *amplifier);
    amplifier->cell = cell;
    amplifier->samples_per_s = samples_per_s;
    chance_init(&chance, seed, 1);
    amplifier->period_us = 1000000 / samples_per_s * chance_between(&chance, 970, 1030) / 1000;
    amplifier_power_up(amplifier, at_us);
}

static void settle(struct amplifier *amplifier, int64_t at_us)
{
    amplifier->next_us = at_us + SETTLING_PERIODS * amplifier->period_us;
    amplifier->is_ready = false;
    amplifier->is_data_high = true;
    amplifier->pulses = 0;
}

void amplifier_power_up(struct amplifier *amplifier, int64_t at_us)
{
    amplifier->is_down = false;
    amplifier->is_clock_high = false;
    amplifier->edge_at_us = at_us;
    amplifier->gain = GAIN_A_128;
    settle(amplifier, at_us);
}

static uint32_t convert(struct amplifier *amplifier, int64_t at_us)
{
    double counts = cell_read(amplifier->cell, at_us, amplifier->samples_per_s);
    if (amplifier->fault == AMPLIFIER_BRIDGE_CUT)
        counts = count_max;
    else if (amplifier->gain == GAIN_B_32)
        counts = 0.0; // nothing is connected to channel B
    else if (amplifier->gain == GAIN_A_64)
        counts /= 2.0;
    counts = fmin(fmax(round(counts), count_min), count_max);
    return (uint32_t)(int32_t)counts & 0xFFFFFF;
}

static bool is_being_read(const struct amplifier *amplifier, int64_t at_us)
{
    return amplifier->is_ready && amplifier->pulses > 0 && amplifier->pulses < GAIN_A_128
           && at_us - amplifier->edge_at_us < ABANDONED_AFTER_US;
}

// Another input or gain was chosen with the last reading: the conversion under way is of no use.
static bool changes_gain(struct amplifier *amplifier)
{
    if (amplifier->pulses < GAIN_A_128 || amplifier->pulses == amplifier->gain)
        return false;
    amplifier->gain = amplifier->pulses > GAIN_A_64 ? GAIN_A_64 : amplifier->pulses;
    settle(amplifier, amplifier->edge_at_us);
    return true;
}

static void end_conversions(struct amplifier *amplifier, int64_t at_us)
{
    if (at_us < amplifier->next_us || (changes_gain(amplifier) && at_us < amplifier->next_us))
        return;
    const int64_t more = (at_us - amplifier->next_us) / amplifier->period_us;
    const int64_t ended_us = amplifier->next_us + more * amplifier->period_us;
    amplifier->next_us = ended_us + amplifier->period_us;
    const bool is_torn = is_being_read(amplifier, ended_us);
    amplifier->bits = convert(amplifier, ended_us);
    if (is_torn)
        return;
    amplifier->is_ready = true;
    amplifier->is_data_high = false;
    amplifier->pulses = 0;
}

static void pulse(struct amplifier *amplifier)
{
    if (amplifier->pulses < UINT8_MAX)
        amplifier->pulses++;
    if (!amplifier->is_ready)
        return;
    const bool is_bit = amplifier->pulses <= BITS;
    amplifier->is_data_high = !is_bit || (amplifier->bits >> (BITS - amplifier->pulses)) & 1;
    amplifier->is_ready = is_bit;
}

static void move_clock(struct amplifier *amplifier, bool is_clock_high, int64_t at_us)
{
    amplifier->is_clock_high = is_clock_high;
    amplifier->edge_at_us = at_us;
    if (is_clock_high)
        pulse(amplifier);
    else if (amplifier->is_down)
        amplifier_power_up(amplifier, at_us);
}

static void look(struct amplifier *amplifier, int64_t at_us)
{
    if (amplifier->is_clock_high && !amplifier->is_down
        && at_us - amplifier->edge_at_us > DOWN_AFTER_US) {
        amplifier->is_down = true;
        amplifier->is_data_high = true;
        amplifier->downs++;
    }
    if (!amplifier->is_down)
        end_conversions(amplifier, at_us);
}

bool amplifier_pins(struct amplifier *amplifier, bool is_clock_high, int64_t at_us)
{
    if (amplifier->fault == AMPLIFIER_CLOCK_CUT)
        is_clock_high = false;
    // A fortnight has six hundred million of these calls: little is done where nothing is due.
    if (at_us >= amplifier->next_us
        || (amplifier->is_clock_high && at_us - amplifier->edge_at_us > DOWN_AFTER_US))
        look(amplifier, at_us);
    if (is_clock_high != amplifier->is_clock_high)
        move_clock(amplifier, is_clock_high, at_us);
    if (amplifier->fault == AMPLIFIER_UNPLUGGED)
        return true;
    return amplifier->fault == AMPLIFIER_DATA_LOW ? false : amplifier->is_data_high;
}

int64_t amplifier_next_us(const struct amplifier *amplifier)
{
    if (amplifier->is_down || amplifier->fault == AMPLIFIER_UNPLUGGED)
        return INT64_MAX;
    return amplifier->next_us;
}
