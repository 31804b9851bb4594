// setup.h - one step of setting a scale up: waits until the weight stands still, and measures.
//
// Shared by the firmware and by the Linux node for serial scales, as weigh.h, and like that one without floating point,
// heap and I/O. *Counts* are what a load cell says, or a serial scale in milligrams; times are of a clock that may wrap.
// What was measured changes nothing here: it is valid once it comes back in the config.
#pragma once

#include <stdbool.h>
#include <stdint.h>

enum {
    SETUP_STILL_MS = 3000, // the weight has stood still for so long
    SETUP_LIMIT_MS = 15000 // no answer later than this
};

enum setup_step { SETUP_TARE = 1, SETUP_CALIBRATE = 2, SETUP_SAMPLE = 3 };

enum setup_outcome {
    SETUP_PENDING = 0,
    SETUP_DONE = 1,
    SETUP_MOVING = 2,
    SETUP_LIFTED = 3,
    SETUP_OVERLOAD = 4,
    SETUP_FAULT = 5,
    SETUP_TOO_LIGHT = 6,
    SETUP_NOT_CALIBRATED = 7,
    SETUP_INEXACT = 8,
    SETUP_OUTCOME_COUNT,
};

// "tare"; "too-light". NULL: there is no such number.
const char *setup_step_name(enum setup_step step);
const char *setup_outcome_name(enum setup_outcome outcome);
bool setup_step_find(const char *name, enum setup_step *ret_step);

// weight = (counts - tare) * span_mg / span_counts. Counts are between -2^30 and 2^30, span_mg is at most 10^9.
struct setup_calibration {
    int32_t tare_counts;
    int32_t span_counts; // 0: not calibrated
    int32_t span_mg;
    bool has_tare;
};

// Rounded, and kept within what an int32_t holds. 0 where it is not calibrated.
int32_t setup_weight_mg(const struct setup_calibration *calibration, int32_t counts);

// What is counted, for the accuracy of it.
struct setup_goods {
    int32_t unit_mg;
    int32_t units_per_box; // 0: pieces are counted
    int32_t variation_permyriad;
    int32_t most;
    int32_t sample;   // units that unit_mg was measured with; 0 counts as 1
    int32_t noise_mg; // seen then
};

// accuracy.h, of so many units; where whole boxes are counted, of the boxes. 0 without a unit weight.
int32_t setup_accuracy_permille(const struct setup_goods *goods, int32_t quantity);

struct setup_task {
    enum setup_step step;
    int32_t mass_mg;      // of calibrate: the known mass in the bin, at least 1
    int32_t count;        // of sample: units in the bin, at least 1
    int32_t still_counts; // it stands still while it moves by no more than this, at most 2^24
    struct setup_calibration calibration; // as the config has it
    struct setup_goods goods;             // of it: units_per_box, variation_permyriad, most
};

struct setup_answer {
    enum setup_outcome outcome;
    int32_t noise_mg;          // standard deviation of a sample; 0 where it is not calibrated
    int32_t tare_counts;       // of tare
    int32_t span_counts;       // of calibrate
    int32_t span_mg;           // of calibrate
    int32_t unit_mg;           // of sample, done or inexact
    int32_t accuracy_permille; // of sample, done or inexact
};

struct setup {
    struct setup_task task;
    uint32_t begun_at_ms;
    uint32_t still_since_ms;
    int32_t
        first_counts; // of the stretch in which it stands still; the sums are of differences to it
    int32_t lowest_counts;
    int32_t highest_counts;
    int64_t sum;
    int64_t squares;
    int32_t samples;            // 0: no stretch yet
    enum setup_outcome trouble; // what is answered when the time is over
    bool is_busy;
};

void setup_begin(struct setup *setup, const struct setup_task *task, uint32_t now_ms);
bool setup_is_busy(const struct setup *setup); // begun and not answered yet; false of all zero

void setup_take(struct setup *setup, int32_t counts, uint32_t now_ms);
void setup_take_overload(struct setup *setup); // the cell was saturated
void setup_take_fault(struct setup *setup);    // it is silent

// True once: *ret_answer was set and the step is over. To be called at least once a second.
bool setup_is_answered(struct setup *setup, uint32_t now_ms, struct setup_answer *ret_answer);
