// hx711.h - reads a load cell through an HX711 amplifier by its two pins (channel A, gain 128).
//
// Source: Avia Semiconductor, HX711 datasheet: the data pin falls when a sample is ready; 24 clock pulses read it, most
// significant bit first, two's complement; a 25th selects channel A with gain 128 for the next one and lets the data pin
// rise. A clock pin that stays high for 60 us turns the chip off, and after that it needs 400 ms to settle at 10
// samples a second. An interrupt in the middle of a pulse does that too: all bits from there on read as ones.
#pragma once

#include "hal.h"

enum hx711_result {
    HX711_NOTHING,   // no sample is ready
    HX711_SAMPLE,    // *ret_counts was set
    HX711_SATURATED, // the bridge is beyond what the amplifier can tell: 0x7FFFFF or 0x800000
    HX711_SILENT, // no sample for a second: broken or unplugged; told with each call until there is one
};

struct hx711 {
    unsigned cell;
    uint32_t phase_at_ms; // when the phase began
    uint32_t heard_at_ms; // the last sample that was one
    int32_t doubted;      // what was read last and ended in ones; else 0
    uint8_t phase;
    bool is_silent;
};

// The first calls of hx711_poll() turn the chip off and on: nobody knows where a restart has left it.
void hx711_init(struct hx711 *chip, unsigned cell, uint32_t now_ms);

// Never waits: called at least every 50 ms, at 80 samples a second every 5 ms, or samples end while the one before is
// being read. A sample that ends in many ones counts only when it is read twice in a row.
enum hx711_result hx711_poll(struct hx711 *chip, struct hal *hal, uint32_t now_ms,
                             int32_t *ret_counts);
