// record.h - what the scale keeps in its journal. Later releases read what this one wrote: a layout that changes gets another
// format number, and what has an unknown one is taken for absent.
#pragma once

#include "journal.h"
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
    int64_t first_id_ms; // the ids since the start began with this time; see identify() in scale.c
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
    int32_t excess_mg;
    uint32_t basis; // settings_basis() then
    int16_t accuracy_permille;
    uint8_t state; // enum weigh_state
    uint8_t format;
    uint32_t spare;
};

// The journal fills in no less.
union record_room {
    struct record_reading reading;
    uint8_t bytes[JOURNAL_READING_BYTES];
};

// The last step of the set-up that was done on a channel, and its answer.
struct record_answer {
    struct uuid task_id; // none: there never was one
    struct uuid id;      // of its request
    int64_t time_ms;
    struct setup_answer answer;
    uint8_t step;    // enum setup_step
    bool is_waiting; // for the gateway's reply
    uint8_t spare[2];
};

struct record_answers {
    struct record_answer channels[HAL_CELLS];
    uint32_t format;
    uint32_t spare;
};

// How the drift of a bin has gone on since its newest reading; of another reading it says nothing.
struct record_drift {
    struct uuid reading_id;
    int32_t drift_mg;
    int32_t excess_mg;
};

struct record_drifts {
    struct record_drift channels[HAL_CELLS];
    uint32_t format;
};

_Static_assert(sizeof(union record_room) == JOURNAL_READING_BYTES, "a reading");
_Static_assert(sizeof(struct record_settings) <= JOURNAL_RECORD_BYTES, "a state");
_Static_assert(sizeof(struct record_answers) <= JOURNAL_RECORD_BYTES, "a state");
_Static_assert(sizeof(struct record_drifts) <= JOURNAL_RECORD_BYTES, "a state");
