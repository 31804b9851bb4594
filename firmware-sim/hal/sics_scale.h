// sics_scale.h - a bench scale that speaks MT-SICS (levels 0 and 1), as its maker's manual describes it.
//
// Like a real one it knows its own zero and tare, rounds to its resolution, says whether it stands still, sets its zero when it is
// switched on if not too much lies on it, and says its serial number then without being asked.
//
// What lies on it is asked of the caller, so it stands on any simulated shelf. Bytes in, bytes out; times are milliseconds that
// never go back.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    SICS_SCALE_EVERY_MS = 100, // a sample
    SICS_SCALE_STILL_MS = 800,
    SICS_SCALE_LIMIT_MS = 5000, // S, T and Z give up waiting for a standstill
    SICS_SCALE_INPUT_BYTES = 64,
    SICS_SCALE_OUTPUT_BYTES = 512, // beyond it bytes are lost, as where nobody reads
};

enum sics_scale_unit { SICS_SCALE_GRAMS, SICS_SCALE_KILOGRAMS, SICS_SCALE_MILLIGRAMS };

struct sics_scale_traits {
    int64_t (*weight_mg)(void *context, int64_t now_ms); // what presses on it, noise and all
    void *context;
    const char *serial; // borrowed
    int64_t capacity_mg;
    int32_t resolution_mg; // 1, 2 or 5 times a power of ten
    enum sics_scale_unit unit;
    bool keeps_zero; // it sets none when it is switched on: what it weighs has one already
};

struct sics_scale {
    struct sics_scale_traits traits;
    bool is_on;
    int64_t load_mg; // the last sample
    int64_t zero_mg;
    int64_t tare_mg;
    int64_t sampled_at_ms;
    int64_t still_since_ms;
    int64_t lowest_mg; // since then
    int64_t highest_mg;
    char pending; // 'S', 'T' or 'Z' that waits for a standstill; 'R': repeats; 0: nothing
    int64_t pending_since_ms;
    char input[SICS_SCALE_INPUT_BYTES];
    size_t input_length;
    char output[SICS_SCALE_OUTPUT_BYTES];
    size_t output_length;
};

// It is switched off.
void sics_scale_init(struct sics_scale *scale, const struct sics_scale_traits *traits);
void sics_scale_switch(struct sics_scale *scale, bool is_on, int64_t now_ms);

// Bytes that arrived on its line.
void sics_scale_take(struct sics_scale *scale, const char *bytes, size_t length, int64_t now_ms);

// Weighs, repeats, and answers what waited; at least every SICS_SCALE_EVERY_MS.
void sics_scale_pass(struct sics_scale *scale, int64_t now_ms);

// Moves what it has to say to `bytes`. Returns the length.
size_t sics_scale_output(struct sics_scale *scale, char *bytes, size_t room);
