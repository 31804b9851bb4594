#include "local_time.h"

#include <clinic/clock.h>

#include <stddef.h>
#include <stdio.h>
#include <time.h>

enum { DAY_S = 86400, DAY_MINUTES = 1440 };

static struct tm to_tm(const struct local_time *local)
{
    return (struct tm){
        .tm_year = local->year - 1900,
        .tm_mon = local->month - 1,
        .tm_mday = local->day,
        .tm_hour = local->hour,
        .tm_min = local->minute,
        .tm_sec = local->second,
    };
}

static struct local_time from_tm(const struct tm *tm)
{
    return (struct local_time){
        .year = tm->tm_year + 1900,
        .month = tm->tm_mon + 1,
        .day = tm->tm_mday,
        .hour = tm->tm_hour,
        .minute = tm->tm_min,
        .second = tm->tm_sec,
    };
}

static time_t whole_seconds(int64_t unix_ms)
{
    return (time_t)(unix_ms >= 0 ? unix_ms / 1000 : -((999 - unix_ms) / 1000));
}

struct local_time local_time_at(int64_t unix_ms)
{
    struct tm tm = { 0 };
    time_t seconds = whole_seconds(unix_ms);

    (void)localtime_r(&seconds, &tm); // fails only for years beyond int
    return from_tm(&tm);
}

static bool is_shown_at(const struct tm *wanted, time_t seconds)
{
    struct tm tm;

    if (localtime_r(&seconds, &tm) == NULL)
        return false;
    return tm.tm_year == wanted->tm_year && tm.tm_mon == wanted->tm_mon
           && tm.tm_mday == wanted->tm_mday && tm.tm_hour == wanted->tm_hour
           && tm.tm_min == wanted->tm_min && tm.tm_sec == wanted->tm_sec;
}

static long offset_at(time_t seconds)
{
    struct tm tm;

    return localtime_r(&seconds, &tm) == NULL ? 0 : tm.tm_gmtoff;
}

bool local_time_to_utc(const struct local_time *local, int64_t *ret_unix_ms)
{
    struct tm wanted = to_tm(local);
    struct tm scratch = wanted;
    time_t as_if_utc = timegm(&scratch);
    // No zone changes twice within two days: one of these two offsets is in force at the wanted time.
    const long offsets[2] = { offset_at(as_if_utc - DAY_S), offset_at(as_if_utc + DAY_S) };
    bool is_found = false;
    time_t first = 0;

    for (size_t i = 0; i < 2; i++) {
        time_t candidate = as_if_utc - offsets[i];
        if (is_shown_at(&wanted, candidate) && (!is_found || candidate < first)) {
            first = candidate;
            is_found = true;
        }
    }
    if (is_found)
        *ret_unix_ms = (int64_t)first * 1000;
    return is_found;
}

struct local_time local_time_add_days(const struct local_time *local, int days)
{
    struct tm tm = to_tm(local);

    // timegm() knows no clock changes, so it does nothing here but carry days into months and years.
    tm.tm_mday += days;
    (void)timegm(&tm);
    return from_tm(&tm);
}

struct local_time local_time_parse(const char *text)
{
    struct local_time local = { 0 };

    if (sscanf(text, "%4d-%2d-%2dT%2d:%2d", &local.year, &local.month, &local.day, &local.hour,
               &local.minute)
        != 5)
        return (struct local_time){ 0 };
    if (local.hour == 24) {
        local.hour = 0;
        local = local_time_add_days(&local, 1);
    }
    return local;
}

// ---- days on the calendar

// No clock is ever changed in UTC: there a day has 86 400 seconds.
static int day_number_of(struct tm *tm)
{
    const time_t seconds = timegm(tm);

    return (int)(seconds / DAY_S - (seconds % DAY_S < 0));
}

int local_day_number(const char *day)
{
    struct tm tm = { 0 };

    if (!clinic_date_parse(day, &tm.tm_year, &tm.tm_mon, &tm.tm_mday))
        return 0;
    tm.tm_year -= 1900;
    tm.tm_mon -= 1;
    return day_number_of(&tm);
}

bool local_day_is_real(const char *day)
{
    int year;
    int month;
    int day_of_month;

    return clinic_date_parse(day, &year, &month, &day_of_month);
}

int local_day_number_at(int64_t unix_ms)
{
    const struct local_time local = local_time_at(unix_ms);
    struct tm tm = to_tm(&local);

    return day_number_of(&tm);
}

static struct local_time at_minute(int day_number, int minute)
{
    const time_t seconds = ((time_t)day_number * DAY_MINUTES + minute) * 60;
    struct tm tm = { 0 };

    (void)gmtime_r(&seconds, &tm); // fails only for years beyond int
    return from_tm(&tm);
}

static void print_day(const struct local_time *local, char day[static LOCAL_DAY_BYTES])
{
    (void)snprintf(day, LOCAL_DAY_BYTES, "%04u-%02u-%02u", (unsigned)local->year % 10000,
                   (unsigned)local->month % 100, (unsigned)local->day % 100);
}

void local_day_print(int day_number, char day[static LOCAL_DAY_BYTES])
{
    const struct local_time local = at_minute(day_number, 0);

    print_day(&local, day);
}

void local_day_at(int64_t unix_ms, char day[static LOCAL_DAY_BYTES])
{
    const struct local_time local = local_time_at(unix_ms);

    print_day(&local, day);
}

// 1970-01-01 was a Thursday.
int local_weekday(int day_number)
{
    const int since_monday = (day_number + 3) % 7;

    return (since_monday + 7) % 7 + 1;
}

bool local_minute_to_utc(int day_number, int minute, int64_t *ret_unix_ms)
{
    const struct local_time local = at_minute(day_number, minute);

    return local_time_to_utc(&local, ret_unix_ms);
}

// Clocks are put forward by an hour, and by a whole day where an island changed sides of the date line.
int64_t local_minute_from(int day_number, int minute)
{
    int64_t unix_ms = 0;

    for (int later = 0; later <= DAY_MINUTES; later++) {
        if (local_minute_to_utc(day_number, minute + later, &unix_ms))
            return unix_ms;
    }
    return unix_ms;
}

int64_t local_next_clock(int64_t unix_ms, int hour, int minute)
{
    struct local_time local = local_time_at(unix_ms);
    int64_t at_ms;

    local.hour = hour;
    local.minute = minute;
    local.second = 0;
    // Two days are enough: clocks are never put forward over the same minute on two days in a row.
    for (int days = 0; days < 3; days++) {
        struct local_time candidate = local_time_add_days(&local, days);
        if (local_time_to_utc(&candidate, &at_ms) && at_ms > unix_ms)
            return at_ms;
    }
    return unix_ms;
}
