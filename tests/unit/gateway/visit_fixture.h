// visit_fixture.h - a visit whose events happen one after another, for tests of services that only react to them.
#pragma once

#include "service_fixture.h"

struct visit {
    char appointment_id[CLINIC_ID_TEXT_BYTES];
    char doctor_id[CLINIC_ID_TEXT_BYTES];
    char patient_id[CLINIC_ID_TEXT_BYTES];
    char member_id[16];
    char birth_date[16];
    char subject[CLINIC_SUBJECT_BYTES]; // appointment/<id>
};

// When it is booked for, as members of an event.
#define VISIT_TIMES "\"start\":\"2026-11-24T09:00:00.000Z\",\"end\":\"2026-11-24T09:15:00.000Z\""
#define VISIT_MOVED "\"start\":\"2026-11-25T09:00:00.000Z\",\"end\":\"2026-11-25T09:30:00.000Z\""

// Other members of later events.
#define VISIT_ARRIVES "\"queue_number\":\"A1\""
#define VISIT_CALL "\"queue_number\":\"A1\",\"room\":\"Room 2\""

void new_id(struct service_fixture *fixture, char ret_id[static CLINIC_ID_TEXT_BYTES]);

// Adds "Dr Who" with this number and a patient, and books a visit for them. `number`: 1 to 9, each once in a test.
void visit_book(struct service_fixture *fixture, int number, bool is_new, struct visit *ret_visit);

// A later event of the visit; `rest` are its other members.
void visit_goes_on(struct service_fixture *fixture, const struct visit *visit,
                   enum clinic_event_kind kind, int version, const char *rest);

// To VISIT_MOVED.
void visit_moves(struct service_fixture *fixture, const struct visit *visit, int version);
