// chip.h - an HX711 behind hal_cell(), as its datasheet has it; the tests' own, by the microsecond.
//
// The board has one cell. A test makes it wait, stall in the middle of a pulse, unplug it, or say what it measures.
#pragma once

#include "hal.h"

enum { CHIP_PIN_HIGH = 1, CHIP_PIN_LOW = 2 }; // what the data pin is stuck at

struct hal {
    uint64_t now_us;
    uint64_t ready_at_us; // the next sample
    uint64_t high_at_us;  // when the clock rose last
    uint64_t on_at_us;
    uint32_t period_us;
    int32_t counts;          // what it measures
    uint32_t shifted;        // what remains to be clocked out
    unsigned pulses;         // of this reading
    unsigned stall_at_pulse; // an interrupt comes while the clock is high; 0: none
    unsigned stall_us;
    int stuck;
    bool clock;
    bool is_off;
    bool is_ready;
    bool is_hasty; // tells what it measures before it has settled
    // What was seen of the one under test.
    unsigned readings;       // of 25 pulses
    unsigned wrong_readings; // of another number
    unsigned resets;
};

void chip_begin(struct hal *chip, uint32_t samples_per_s);
void chip_pass(struct hal *chip, uint32_t us);
