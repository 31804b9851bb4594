// calendar_days.h - the days of an iCalendar file (RFC 5545), by libical.
//
// Whole days only: an event with times counts for every day that it touches. Repeated events are expanded. What lies
// before today or later than two years from now is left out, canceled events too. Times with an offset of their own
// zone count as their author's calendar shows them; only times in UTC are turned into the clinic's.
//
// Anything may come in: a file that is none, or that is too much, is refused with a sentence. libical is large (it
// brings ICU along) and parses text from strangers, so the gateway does not load it: it runs ../calendar/main.c for
// the moment. Threads: one at a time.
#pragma once

#include <stdbool.h>
#include <stddef.h>

enum {
    CALENDAR_NAME_BYTES = 81,
    CALENDAR_EVENTS_MAX = 200,       // that lie within the two years
    CALENDAR_EVENT_DAYS_MAX = 1000,  // of one event
    CALENDAR_AHEAD_DAYS = 731,       // how far one looks from today
    CALENDAR_TEXT_BYTES = 64 * 1024, // of the file
    CALENDAR_PROBLEM_BYTES = 120,
};

struct calendar_event {
    int from_day; // as local_day_number()
    int to_day;   // included
    char name[CALENDAR_NAME_BYTES];
};

struct calendar_days {
    size_t count;
    struct calendar_event items[CALENDAR_EVENTS_MAX];
};

// False: *reterr_problem says why in a sentence.
bool calendar_days_read(const char *text, int today, struct calendar_days *ret_days,
                        char reterr_problem[static CALENDAR_PROBLEM_BYTES]);
