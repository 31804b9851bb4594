// message_fixture.h - what the tests of messages share: somebody to write to, and something to write about.
#pragma once

#include <service_fixture.h>

enum { MINUTE_MS = 60 * 1000, HOUR_MS = 60 * MINUTE_MS, DAY_MS = 24 * HOUR_MS };

#define BY_SMS ",\"phone\":\"0612345678\",\"sms_consent\":\"given\""
#define BY_EMAIL ",\"email\":\"ana@example.org\",\"email_consent\":\"given\""

// To a clock time of the fixture's first day, e.g. 22.5 for half past ten in the evening; from 24 on the next days.
void message_clock(struct service_fixture *fixture, double hour);

void message_new_id(struct service_fixture *fixture, char ret_id[static CLINIC_ID_TEXT_BYTES]);

// Registers "Ana López"; `more` are further members, each after a comma.
void message_patient(struct service_fixture *fixture, const char *more,
                     char ret_id[static CLINIC_ID_TEXT_BYTES]);

// The same, and lets two weeks pass: the welcome is of no weight any more.
void message_old_patient(struct service_fixture *fixture, const char *more,
                         char ret_id[static CLINIC_ID_TEXT_BYTES]);

// Changes a patient's record.
void message_update(struct service_fixture *fixture, const char *patient_id, int version,
                    const char *changes);

// Adds a doctor with half-hour slots who works at all hours.
void message_doctor(struct service_fixture *fixture, const char *more,
                    char ret_id[static CLINIC_ID_TEXT_BYTES]);

// `start` on the clinic's clock, "2026-11-24T10:00".
void message_book(struct service_fixture *fixture, const char *patient_id, const char *doctor_id,
                  const char *start, char ret_visit_id[static CLINIC_ID_TEXT_BYTES]);

// `more` are further members, each after a comma.
void message_move(struct service_fixture *fixture, const char *visit_id, int version,
                  const char *start, const char *more);
void message_cancel(struct service_fixture *fixture, const char *visit_id);

// Messages for which this holds.
int64_t message_count(const struct service_fixture *fixture, const char *where);

// A column of the newest message for which `where` holds.
void assert_message(const struct service_fixture *fixture, const char *where, const char *column,
                    const char *wanted);
int64_t message_number(const struct service_fixture *fixture, const char *where,
                       const char *column);
