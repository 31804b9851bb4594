// cell.h - a load cell: what its bridge gives for what presses on it.
//
// Doubles, since it stands for the world and not for the firmware. All it does follows from its seed and
// the calls; times are microseconds that never go back.
#pragma once

#include "chance.h"

struct cell_traits {
    double counts_per_mg; // as the amplifier sees it with gain 128
    int32_t zero_counts;  // with nothing on it
    int32_t noise_mg;     // standard deviation of a sample, at 10 a second
    int32_t creep_ppm;    // of the load, in the end: half of it within minutes, the rest over hours
    int32_t zero_mg_per_degree;     // how the zero moves with the temperature
    int32_t span_ppm_per_degree;    // and the sensitivity
    int32_t day_swing_millidegrees; // warmest hour (15:00) against the mean of the day
    int32_t drift_mg_per_day;       // what goes on in one direction
    int64_t stop_mg;                // its mechanical stop: heavier loads do not reach it
};

// A 10 kg cell of the cheap kind behind an HX711.
extern const struct cell_traits cell_common;

struct cell {
    struct cell_traits traits;
    struct chance chance;
    double load_mg;
    double unsteady_mg; // standard deviation of what changes from sample to sample
    double creep_mg[3]; // fast to slow
    double knock_mg;    // of the last knock, which rings off
    int64_t knocked_at_us;
    int64_t crept_until_us;
    double offset_degrees; // against the usual curve of the day
    double weather_phase;
};

void cell_init(struct cell *cell, const struct cell_traits *traits, uint64_t seed, int64_t at_us);

// What lies on it from now on; `unsteady_mg`: how much a hand moves on it, or the floor under it.
void cell_load(struct cell *cell, double load_mg, double unsteady_mg, int64_t at_us);
void cell_knock(struct cell *cell, double strength_mg, int64_t at_us);

// The room is so much warmer than the usual curve of the day, which begins at midnight with time 0.
void cell_warm(struct cell *cell, double degrees);

// A sample in counts, beyond what the amplifier can tell too. Noise grows with the root of the rate.
double cell_read(struct cell *cell, int64_t at_us, int samples_per_s);
