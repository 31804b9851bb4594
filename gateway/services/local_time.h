// local_time.h - wall time in the clinic's zone, without mktime().
//
// mktime() with tm_isdst = -1 depends on the calls before it where clocks are put back, and moves times
// that do not exist without saying so. Here an instant counts only if localtime_r() turns it into the
// very wall time that was asked for. Days are stepped on the calendar, never by 86 400 seconds.
//
// The zone is the process's (TZ), set once at start.
#pragma once

#include <stdbool.h>
#include <stdint.h>

enum { LOCAL_DAY_BYTES = 11 }; // "2026-11-22" and the NUL

struct local_time {
    int year;
    int month; // 1 to 12
    int day;   // 1 to 31
    int hour;
    int minute;
    int second;
};

// The wall time at an instant; milliseconds are dropped.
struct local_time local_time_at(int64_t unix_ms);

// The instant at which clocks show `local`. False: they never do (put forward over it). Where they do so
// twice, the first time.
bool local_time_to_utc(const struct local_time *local, int64_t *ret_unix_ms);

// The calendar day `days` later (or earlier) at the same wall time, which may not exist on that day.
struct local_time local_time_add_days(const struct local_time *local, int days);

// The calendar day of an instant, as "YYYY-MM-DD".
void local_day_at(int64_t unix_ms, char day[static LOCAL_DAY_BYTES]);

// The first instant after `unix_ms` at which clocks show hour:minute; days without it are passed over.
int64_t local_next_clock(int64_t unix_ms, int hour, int minute);
