// sample.h - whom and what the measured requests are about: patients, visits and free times from all over the
// clinic's years, found by asking the gateway.
#pragma once

#include "../../faults/dice.h"
#include "practice.h"

enum {
    SAMPLE_DOCTORS_MAX = 16,
    SAMPLE_PATIENTS = 300,
    SAMPLE_VISITS_MAX = 600,
    SAMPLE_TIMES_MAX = 1200,
    SAMPLE_NAME_BYTES = 201,
};

struct sample_patient {
    char id[CLINIC_ID_TEXT_BYTES];
    char member_id[10];
    char birth_date[11];
    char name[SAMPLE_NAME_BYTES];
};

struct sample_visit {
    char id[CLINIC_ID_TEXT_BYTES];
    int64_t version;
    int64_t start_ms;
};

struct sample_time {
    size_t doctor;
    char local[17];
};

struct sample {
    struct dice dice;
    int first_day;
    int last_day;
    char doctors[SAMPLE_DOCTORS_MAX][CLINIC_ID_TEXT_BYTES];
    size_t doctor_count;
    struct sample_patient patients[SAMPLE_PATIENTS];
    size_t patient_count;
    struct sample_visit today[SAMPLE_VISITS_MAX]; // booked, by start
    size_t today_count;
    struct sample_visit coming[SAMPLE_VISITS_MAX]; // booked for the weeks after
    size_t coming_count;
    struct sample_time times[SAMPLE_TIMES_MAX]; // free
    size_t time_count;
    size_t next_time;
};

// The clinic worked from first_day on; it is the early morning of last_day. False: something was refused.
bool sample_take(struct sample *sample, struct practice *practice, int first_day, int last_day);

// A weekday of the last two weeks; a weekday of all the time.
int sample_recent_day(struct sample *sample);
int sample_day(struct sample *sample);
