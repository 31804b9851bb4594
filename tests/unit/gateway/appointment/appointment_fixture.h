// appointment_fixture.h - what the tests of the appointment service share: doctors who work every day, and bookings.
#pragma once

#include <service_fixture.h>

// The day of the fixture's clock, and the day after.
#define TODAY "2026-11-23T"
#define TOMORROW "2026-11-24T"

enum { MINUTE_MS = 60 * 1000, HOUR_MS = 60 * MINUTE_MS };

// Adds a doctor who works from 08:00 to 20:00 on every day of the week, and writes the id as text.
void add_doctor(struct service_fixture *fixture, const char *name, int slot_minutes,
                char ret_id[static CLINIC_ID_TEXT_BYTES]);

void make_id(struct service_fixture *fixture, char ret_id[static CLINIC_ID_TEXT_BYTES]);

// Asks for a visit of `slots` slots; `rest` are further members, each after a comma. The id is a new one.
bool try_booking(struct service_fixture *fixture, const char *patient_id, const char *doctor_id,
                 const char *start, int slots, const char *rest,
                 char ret_id[static CLINIC_ID_TEXT_BYTES]);
#define assert_booked(fixture, ...)                                                                \
    do {                                                                                           \
        if (!try_booking((fixture), __VA_ARGS__))                                                  \
            fail_msg("not booked: %s %s", (fixture)->reply.problem.code,                           \
                     (fixture)->reply.problem.message);                                            \
    } while (0)

// Asks for something about an appointment; `rest` are further members, each after a comma.
bool ask_about(struct service_fixture *fixture, enum clinic_request_kind kind,
               const char *appointment_id, const char *rest);
#define assert_done(fixture, ...)                                                                  \
    do {                                                                                           \
        if (!ask_about((fixture), __VA_ARGS__))                                                    \
            fail_msg("refused: %s %s", (fixture)->reply.problem.code,                              \
                     (fixture)->reply.problem.message);                                            \
    } while (0)

// Of the last reply.
void assert_code(const struct service_fixture *fixture, enum clinic_code code);
int64_t reply_number(const struct service_fixture *fixture, const char *name);

int64_t count_events(const struct service_fixture *fixture, enum clinic_event_kind kind);
int64_t count_all_events(const struct service_fixture *fixture);

// An integer of the appointment's row.
int64_t appointment_number(const struct service_fixture *fixture, const char *appointment_id,
                           const char *column);

// Two doctors with slots of a quarter of an hour, two patients.
struct appointment_scene {
    char doctor[CLINIC_ID_TEXT_BYTES];
    char other_doctor[CLINIC_ID_TEXT_BYTES];
    char ana[CLINIC_ID_TEXT_BYTES];
    char bob[CLINIC_ID_TEXT_BYTES];
};

// Signs reception in.
struct appointment_scene open_appointment_scene(struct service_fixture *fixture);
