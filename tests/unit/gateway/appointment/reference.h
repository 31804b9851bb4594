// reference.h - a clinic that knows nothing but intervals and states: what the gateway must answer to a step.
//
// Written without a look at how the services do it: it goes through all visits for every question, and knows of its time
// zone no more than the one clock change that the steps are about.
#pragma once

#include <clinic/problem.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    PATIENTS = 3,
    DOCTORS = 3,
    VISITS_MAX = 48,
    DAYS = 3, // the day before the change, the day of it, the day after
};

// A clock change.
struct zone {
    const char *name;
    const char *dates[DAYS];
    int64_t first_midnight_ms; // of the first of these days, as if it were in UTC
    int64_t change_ms;
    int minutes_before; // ahead of UTC
    int minutes_after;
};
extern const struct zone zones[];
extern const size_t zone_count;

enum step_kind { BOOK, MOVE, CANCEL, KEEP, CHECK_IN, CALL, CALL_NEXT, CLOSE, WAIT, STEP_KINDS };

// Each says all that it needs, so that others can be left out.
struct step {
    enum step_kind kind;
    int visit;
    int patient;
    int doctor;
    int day;
    int minute;
    int slots;           // 0: does not say
    int reason;          // of an override; 0: none
    int versions_behind; // of a move
    bool is_no_show;     // of closing
    int wait_minutes;
};

// Mistakes that a reference can make on purpose: a test that does not see them sees nothing.
enum flaw {
    NO_FLAW,
    TOUCHING_IS_OVERLAPPING,
    CANCELED_VISITS_BLOCK,
    OWN_TIME_BLOCKS_A_MOVE,
    PATIENTS_CAN_BE_WITH_TWO_DOCTORS,
    THE_SECOND_OF_TWO_TIMES,
    NO_CLOCK_CHANGE,
    FLAWS,
};

struct reference_visit {
    bool exists;
    int patient;
    int doctor;
    int state; // as the gateway counts them
    int reason;
    int64_t version;
    int64_t start_ms;
    int64_t end_ms;
    int64_t arrived_at_ms;
};

struct reference {
    const struct zone *zone;
    enum flaw flaw;
    int64_t now_ms;
    struct reference_visit visits[VISITS_MAX];
};

struct answer {
    bool is_accepted;
    enum clinic_code code; // of a refusal
    int visit;             // which it was about
    bool is_new_patient;   // of a booking
    int waiting;           // of a check-in
};

int doctor_slot_minutes(int doctor);

// What is right, and makes it so.
struct answer reference_take(struct reference *reference, const struct step *step);

// The day on the clinic's calendar, counted from anywhere.
int64_t reference_day(const struct zone *zone, int64_t at_ms);
