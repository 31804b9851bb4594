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

// Reads "YYYY-MM-DDTHH:MM", a time that the catalogue has let pass; 24:00 is 00:00 of the next day.
struct local_time local_time_parse(const char *text);

// The calendar day of an instant, as "YYYY-MM-DD".
void local_day_at(int64_t unix_ms, char day[static LOCAL_DAY_BYTES]);

// Days counted on the calendar, 0 is 1970-01-01: for rules that are stepped day by day. `day` is a real one,
// as the catalogue lets no other pass.
int local_day_number(const char *day);
bool local_day_is_real(const char *day);
int local_day_number_at(int64_t unix_ms);
void local_day_print(int day_number, char day[static LOCAL_DAY_BYTES]);
int local_weekday(int day_number); // ISO 8601: 1 is Monday

// Minute 0 is 00:00 and minute 1440 is 00:00 of the next day; else as local_time_to_utc().
bool local_minute_to_utc(int day_number, int minute, int64_t *ret_unix_ms);

// The same, but a time that clocks are put forward over becomes the first one after it.
int64_t local_minute_from(int day_number, int minute);

// The first instant after `unix_ms` at which clocks show hour:minute; days without it are passed over.
int64_t local_next_clock(int64_t unix_ms, int hour, int minute);
