// feedback_fixture.h - doctors, patients and visits that there can be feedback about.
//
// Visits simply happen, as events: whether they could have been booked is tested elsewhere.
#pragma once

#include "../service_fixture.h"

static const enum clinic_request_kind SUBMIT = CLINIC_REQUEST_FEEDBACK_SUBMIT;
static const enum clinic_request_kind ANSWER = CLINIC_REQUEST_FEEDBACK_ANSWER;
static const enum clinic_request_kind LIST = CLINIC_REQUEST_FEEDBACK_LIST;
static const enum clinic_request_kind READ = CLINIC_REQUEST_FEEDBACK_READ;
static const enum clinic_request_kind ANALYSIS = CLINIC_REQUEST_FEEDBACK_ANALYSIS;

enum { HOUR_MS = 3600 * 1000, DAY_MS = 24 * HOUR_MS };

// A visit, or a part of one; ids as text.
struct visit {
    char patient[CLINIC_ID_TEXT_BYTES];
    char doctor[CLINIC_ID_TEXT_BYTES];
    char appointment[CLINIC_ID_TEXT_BYTES];
};

// An id that a node made, as text.
struct id_text {
    char text[CLINIC_ID_TEXT_BYTES];
};
struct id_text make_id(struct service_fixture *fixture);

// A doctor joins the clinic.
void doctor_joins(struct service_fixture *fixture, char ret_doctor[static CLINIC_ID_TEXT_BYTES]);

// The patient comes to the doctor. It is an hour later after it; `outcome` "fulfilled", "no-show", or NULL: the visit is
// booked only.
void visit_happens(struct service_fixture *fixture, struct visit *visit, const char *outcome);

// A new patient sees a new doctor, just now.
struct visit first_visit(struct service_fixture *fixture);

// Another new patient sees the same doctor.
struct visit next_visit(struct service_fixture *fixture, const struct visit *before);

// Feedback about a visit with this rating, by the patient; ", \"anonymous\":true" and the like may follow. Returns its id.
struct id_text give(struct service_fixture *fixture, const struct visit *visit, int rating,
                    const char *more);

// Deletes the patient, as Ada; she stays signed in.
void delete_patient(struct service_fixture *fixture, const char *patient);

bool is_verified(const struct service_fixture *fixture); // by the last reply
int64_t count_events(struct service_fixture *fixture, enum clinic_event_kind kind);

// Of the last reply to feedback/read.
const cJSON *record(const struct service_fixture *fixture);

// Of the last reply to a list: its rows.
const cJSON *rows(const struct service_fixture *fixture, const char *name);
