// doctor_fixture.h - what the tests of the doctor service share.
#pragma once

#include <doctor/doctor.h>
#include <service_fixture.h>

// Mondays to Fridays, with a break at noon.
#define WEEKDAY(day)                                                                               \
    "{\"weekday\":" #day ",\"from\":\"09:00\",\"to\":\"12:00\"},"                                  \
    "{\"weekday\":" #day ",\"from\":\"13:00\",\"to\":\"17:00\"}"
#define WEEK "[" WEEKDAY(1) "," WEEKDAY(2) "," WEEKDAY(3) "," WEEKDAY(4) "," WEEKDAY(5) "]"

// Adds a doctor of half-hour slots and writes the id as text. `hours` is a JSON list.
void doctor_add(struct service_fixture *fixture, const char *name, const char *hours,
                char ret_id[static CLINIC_ID_TEXT_BYTES]);

// What appointments write: appends the event, as the appointment service does once it has decided. Times are RFC 3339.
// The status is that of the reactions.
enum clinic_status doctor_book(struct service_fixture *fixture, const char *doctor_id,
                               const char *start, const char *end, bool is_override,
                               struct clinic_id *ret_appointment_id);

// The same for a visit in the plan, which nothing may stand in the way of.
struct clinic_id doctor_booked(struct service_fixture *fixture, const char *doctor_id,
                               const char *start, const char *end);

// Appends another event of that appointment; `members` is JSON members after its ids.
enum clinic_status doctor_follow(struct service_fixture *fixture, enum clinic_event_kind kind,
                                 const struct clinic_id *appointment_id, const char *doctor_id,
                                 const char *members);
