// record.h - what the scale keeps in its journal. Later releases read what this one wrote: a layout that changes gets another
// format number, and what has an unknown one is taken for absent.
#pragma once

#include "hal.h"
#include "settings.h"
#include "setup.h"
#include "uuid.h"
#include "weigh.h"

// Keys of the journal's states.
enum record_key {
    RECORD_CLOCK = 0, // struct record_clock
    RECORD_SETTINGS =
        1, // struct record_settings: the whole config in one record, so it is never torn
    RECORD_ANSWERS = 2, // struct record_answers
    RECORD_DRIFTS = 3,  // struct record_drifts
};

enum { RECORD_FORMAT = 1 };

struct record_clock {
    int64_t wall_ms;
    uint32_t format;
    uint32_t spare;
};

struct record_settings {
    struct settings settings;
    uint32_t format;
    uint32_t spare;
};

// A stable change of a bin, on its way to the gateway.
struct record_reading {
    struct uuid id; // of its request, from the first attempt to the last
    int64_t time_ms;
    int32_t quantity;
    int32_t drift_mg;
    uint32_t basis; // settings_basis() then
    int16_t accuracy_permille;
    uint8_t state; // enum weigh_state
    uint8_t format;
};

// The last step of the set-up that was done on a channel, and its answer.
struct record_answer {
    struct uuid task_id; // none: there never was one
    struct uuid id;      // of its request
    int64_t time_ms;
    struct setup_answer answer;
    uint8_t step;       // enum setup_step
    bool is_waiting;    // for the gateway's reply
    bool is_calibrated; // it was: noise in milligrams
    uint8_t spare;
};

struct record_answers {
    struct record_answer channels[HAL_CELLS];
    uint32_t format;
    uint32_t spare;
};

// The drift of a bin since its newest reading; of another reading it says nothing.
struct record_drift {
    struct uuid reading_id;
    int32_t drift_mg;
};

struct record_drifts {
    struct record_drift channels[HAL_CELLS];
    uint32_t format;
};
