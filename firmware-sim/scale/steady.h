// steady.h - whether a weight stands still: fifths of a second, through a median filter, over three seconds.
//
// Samples of one fifth are averaged, so that 10 and 80 samples a second look alike; slower ones make the window
// longer. A median of three fifths lets a single wild sample pass unnoticed.
#pragma once

#include <stdbool.h>
#include <stdint.h>

enum {
    STEADY_FIFTH_MS = 200,
    STEADY_FIFTHS = 15, // the window
};

struct steady {
    int64_t sum_mg; // of the fifth that is under way
    uint32_t fifth_at_ms;
    int32_t means_mg[STEADY_FIFTHS]; // the newest fifths, as rings
    int32_t medians_mg[STEADY_FIFTHS];
    uint16_t sum_count;
    uint8_t newest;
    uint8_t count; // of fifths in the rings
};

void steady_forget(struct steady *steady); // also before the first sample

// Takes a sample. Returns whether it ended a fifth, which holds the samples before it.
bool steady_take(struct steady *steady, int32_t weight_mg, uint32_t now_ms);

// Whether the window is full and spans `span_mg` at most.
bool steady_is_still(const struct steady *steady, int32_t span_mg);

// Of a window that is full: the newest median; the mean; the standard deviation of a fifth, by the differences
// of successive ones so that a drift is no noise, without fifths further than `span_mg` from their median.
int32_t steady_newest_mg(const struct steady *steady);
int32_t steady_mean_mg(const struct steady *steady);
int32_t steady_noise_mg(const struct steady *steady, int32_t span_mg);
