// years.h - a clinic in the making, day after day: what it knows of itself, and the deeds of its days.
//
// What happens is a queue of deeds by time. A deed asks the gateway for something and puts what follows from it into
// the queue: a booking its check-in, a check-in its call, a visit its report and its feedback.
#pragma once

#include "../../faults/dice.h"
#include "practice.h"
#include "queue.h"
#include "roster.h"

enum {
    YEARS_ITEMS = 100,
    YEARS_SCALE_CHANNELS = 4, // of the items the first ones lie on a scale
};

struct years_patient {
    struct clinic_id id;
    int64_t version;
    bool is_deleted;
};

struct years_visit {
    struct clinic_id id;
    uint32_t patient;
    int day;
    int64_t version;
    uint8_t doctor;
    uint8_t slot;
    bool is_over; // canceled or erased
};

// A paper about a visit: a report or feedback.
struct years_paper {
    struct clinic_id id;
    uint32_t visit;
    int64_t version;
};

struct years_item {
    int64_t quantity;
    int64_t minimum;
    int64_t par;
    bool is_ordered;
};

// A list that grows.
struct years_list {
    void *rows;
    size_t count;
    size_t room;
};

struct years {
    struct practice practice;
    struct dice dice;
    struct queue queue;
    struct roster roster;
    int first_day;
    int last_day; // in its morning everything ends
    struct clinic_id doctors[ROSTER_DOCTORS];
    struct years_list patients;
    struct years_list visits;
    struct years_list papers;
    struct years_item items[YEARS_ITEMS];
};

// The new row's position; its bytes are zero. Ends the program where there is no memory.
uint32_t years_add(struct years_list *list, size_t row_bytes);

struct years_patient *years_patient(const struct years *years, uint32_t patient);
struct years_visit *years_visit(const struct years *years, uint32_t visit);
struct years_paper *years_paper(const struct years *years, uint32_t paper);

int64_t years_chance(struct years *years, int64_t least, int64_t most);
bool years_happens(struct years *years, int percent);

// A moment of a working day, on the first one from `day` on.
int64_t years_office_hours(struct years *years, int day);

// ---- people.c's patients: patients.c

void patients_open(struct years *years); // those of the card index, on the first day
uint32_t patients_choose(struct years *years);
deed_run patient_comes_new, patient_changes, patient_is_looked_up, patient_goes;

// ---- visits.c

void visits_open(struct years *years); // doctors and holidays
deed_run visit_is_booked;

// ---- papers.c: what follows from a visit

deed_run report_is_begun, feedback_is_given;

// ---- shelf.c

void shelf_open(struct years *years);
deed_run shelf_is_used, scale_speaks;
