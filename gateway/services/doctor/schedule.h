// schedule.h - a doctor's rules, and what they make of a day: when the doctor works, and why not.
//
// Pure: no store and no clock. Rules are kept in the clinic's wall time and turned into instants a day at a time,
// so that 09:00 stays 09:00 over both clock changes. Opening hours that clocks are put forward over shift forward,
// a slot in that gap does not exist, and of an hour that clocks show twice the first one counts.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// As the catalogue limits the lists.
enum {
    SCHEDULE_HOURS_MAX = 70,
    SCHEDULE_EXCEPTIONS_MAX = 200,
    SCHEDULE_TIME_OFF_MAX = 100,
    SCHEDULE_HOLIDAYS_MAX = 120,
    SCHEDULE_WINDOWS_MAX = 200, // of one day: all exceptions may be
    SCHEDULE_DAY_MINUTES = 1440,
    SCHEDULE_SLOTS_MAX = SCHEDULE_DAY_MINUTES / 5, // of one day, at the shortest slots
};

// Days are those of local_day_number(), minutes are on the wall clock, from 0 to 1440.
struct schedule_hours {
    int weekday; // ISO 8601: 1 is Monday
    int from_minute;
    int to_minute; // not included
    int valid_from_day;
    int valid_to_day; // included
};

struct schedule_exception {
    int day;
    int from_minute;
    int to_minute; // not included; both 0: closed that day
};

struct schedule_period {
    int from_day;
    int to_day; // included
};

struct schedule {
    int slot_minutes;
    size_t hours_count;
    size_t exception_count;
    size_t time_off_count;
    size_t holiday_count;
    struct schedule_hours hours[SCHEDULE_HOURS_MAX];
    struct schedule_exception exceptions[SCHEDULE_EXCEPTIONS_MAX];
    struct schedule_period time_off[SCHEDULE_TIME_OFF_MAX];
    int holidays[SCHEDULE_HOLIDAYS_MAX];
};

struct schedule_window {
    int from_minute;
    int to_minute; // not included
    int64_t start_ms;
    int64_t end_ms; // not included
};

// What is stronger comes first: a day off of the doctor's that is also a holiday is a day off.
enum schedule_closing { SCHEDULE_OPEN, SCHEDULE_TIME_OFF, SCHEDULE_HOLIDAY };

struct schedule_day {
    int day;
    enum schedule_closing closing;
    size_t window_count;
    struct schedule_window
        windows[SCHEDULE_WINDOWS_MAX]; // by time; also of a closed day: what it would be
};

void schedule_plan(const struct schedule *schedule, int day, struct schedule_day *ret_day);

struct schedule_slot {
    int minute; // when it begins, on the wall clock
    int64_t start_ms;
    int64_t end_ms; // not included
};

// The slots of a day, by start: from each window's beginning, one after the other, as far as they end within it.
size_t schedule_slots(const struct schedule *schedule, const struct schedule_day *day,
                      struct schedule_slot ret_slots[static SCHEDULE_SLOTS_MAX]);

// Marks the slots that share time with a booking.
void schedule_mark(const struct schedule_slot *slots, size_t count, int64_t start_ms,
                   int64_t end_ms, bool *is_booked);

enum schedule_answer {
    SCHEDULE_FITS,
    SCHEDULE_IN_TIME_OFF,
    SCHEDULE_ON_HOLIDAY,
    SCHEDULE_OUTSIDE_HOURS,
    SCHEDULE_OFF_GRID, // open all the time, but no slot begins then
    SCHEDULE_ANSWER_COUNT,
};

// Whether a visit from start_ms until end_ms fits the rules; it may last over midnight. The first of the reasons
// above that stands against it.
enum schedule_answer schedule_check(const struct schedule *schedule, int64_t start_ms,
                                    int64_t end_ms);

// The same but for the grid, for many visits in a row: `day` keeps what was planned for the one before, so that
// each day is planned once. Give it a plan of any day at first.
enum schedule_answer schedule_check_open(const struct schedule *schedule, int64_t start_ms,
                                         int64_t end_ms, struct schedule_day *day);
