// doctor_fixture.h - what the tests of the doctor service share.
#pragma once

#include <doctor/doctor.h>
#include <service_fixture.h>

// Adds a doctor of half-hour slots and writes the id as text. `hours` is a JSON list.
void doctor_add(struct service_fixture *fixture, const char *name, const char *hours,
                char ret_id[static CLINIC_ID_TEXT_BYTES]);

// What appointments write: appends the event, as the appointment service does once it has decided. Times are RFC 3339.
// The status is that of the reactions.
enum clinic_status doctor_book(struct service_fixture *fixture, const char *doctor_id,
                               const char *start, const char *end, bool is_override,
                               struct clinic_id *ret_appointment_id);

// Appends another event of that appointment; `members` is JSON members after its ids.
enum clinic_status doctor_follow(struct service_fixture *fixture, enum clinic_event_kind kind,
                                 const struct clinic_id *appointment_id, const char *doctor_id,
                                 const char *members);

// A decision outside a request, now.
struct decision doctor_decision(struct service_fixture *fixture,
                                const struct clinic_request *request, struct clinic_reply *reply);
