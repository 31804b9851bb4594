// ics.h - an iCalendar file's days, for decisions.
//
// The file is read by a program of its own, clinic-calendar, which stands beside this one; CLINIC_CALENDAR_READER in
// the environment names another. It takes some 20 ms and at most ten seconds, while nothing else is decided: files come
// once a year.
#pragma once

#include "../calendar/calendar_days.h"
#include "service.h"

// Refuses a file that cannot be taken with calendar.invalid and what is wrong with it; the field is "ics".
enum clinic_status ics_take(struct decision *decision, const char *text,
                            struct calendar_days *ret_days);
