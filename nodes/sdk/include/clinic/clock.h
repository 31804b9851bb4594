// clock.h - time as a parameter, so that a simulated fortnight takes a second.
//
// Durations come from the monotonic clock; the wall clock is only for stamps, since it jumps.
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct clinic_clock {
    int64_t (*wall_ms)(void *context);      // Unix time, UTC
    int64_t (*monotonic_ms)(void *context); // never goes back; its zero means nothing
    void *context;
};

// The machine's own clocks. Static, never released.
const struct clinic_clock *clinic_clock_system(void);

int64_t clinic_wall_ms(const struct clinic_clock *clock);
int64_t clinic_monotonic_ms(const struct clinic_clock *clock);

enum { CLINIC_INSTANT_TEXT_BYTES = 25 }; // "2026-11-22T09:14:03.120Z" and the NUL

// RFC 3339 in UTC with milliseconds. Printing covers the years 0000 to 9999; others are clamped.
void clinic_instant_print(int64_t unix_ms, char text[static CLINIC_INSTANT_TEXT_BYTES]);

// Accepts RFC 3339 with any number of fraction digits and any offset; a second of 60 is refused.
bool clinic_instant_parse(const char *text, int64_t *ret_unix_ms);

// A calendar date "YYYY-MM-DD" that exists in the proleptic Gregorian calendar, years 1 to 9999.
bool clinic_date_parse(const char *text, int *ret_year, int *ret_month, int *ret_day);
