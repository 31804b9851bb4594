#include "local_time.h"

#include <stddef.h>
#include <stdio.h>
#include <time.h>

enum { DAY_S = 86400 };

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

void local_day_at(int64_t unix_ms, char day[static LOCAL_DAY_BYTES])
{
    struct local_time local = local_time_at(unix_ms);

    (void)snprintf(day, LOCAL_DAY_BYTES, "%04u-%02u-%02u", (unsigned)local.year % 10000,
                   (unsigned)local.month % 100, (unsigned)local.day % 100);
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
