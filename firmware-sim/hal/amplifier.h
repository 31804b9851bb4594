// amplifier.h - an HX711 as its two pins show it.
//
// Source: Avia Semiconductor, HX711 datasheet. What it leaves open is taken at its worst: a conversion that ends
// while the last one is being read replaces the bits that were not read yet.
//
// A conversion is computed when somebody looks at the pins; of those that nobody read, only the last.
#pragma once

#include "cell.h"

enum amplifier_fault {
    AMPLIFIER_WELL,
    AMPLIFIER_UNPLUGGED,  // no chip there: the data pin's pull-up keeps it high
    AMPLIFIER_DATA_LOW,   // the data wire touches ground
    AMPLIFIER_CLOCK_CUT,  // the clock wire is broken: it converts, but nothing moves it on
    AMPLIFIER_BRIDGE_CUT, // the cell's cable is cut: the chip works and saturates
};

struct amplifier {
    struct cell *cell;
    int samples_per_s; // 10 or 80, as its rate pin is wired
    enum amplifier_fault fault;
    int64_t period_us; // of its own oscillator, some percent off
    int64_t next_us;   // when the next conversion ends
    bool is_clock_high;
    int64_t edge_at_us; // of the clock
    bool is_down;
    bool is_ready; // a conversion waits, or is being read
    bool is_data_high;
    uint8_t pulses; // since the last conversion ended
    uint8_t gain;   // pulses that chose it: 25 A 128, 26 B 32, 27 A 64
    uint32_t bits;
    uint32_t downs; // how often a clock held high for too long turned it off
};

void amplifier_init(struct amplifier *amplifier, struct cell *cell, int samples_per_s,
                    uint64_t seed, int64_t at_us);

// Its supply comes back, all pins low.
void amplifier_power_up(struct amplifier *amplifier, int64_t at_us);

// Sets the clock pin and returns the data pin.
bool amplifier_pins(struct amplifier *amplifier, bool is_clock_high, int64_t at_us);

// When its data pin falls next if nobody touches it; `at_us` or before: it is low already. INT64_MAX: never.
int64_t amplifier_next_us(const struct amplifier *amplifier);
