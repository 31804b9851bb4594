#include <clinic/clock.h>

#include <stddef.h>
#include <time.h>

#define DAY_MS INT64_C(86400000)
#define FIRST_INSTANT_MS (-INT64_C(62167219200000)) // 0000-01-01T00:00:00.000Z
#define LAST_INSTANT_MS INT64_C(253402300799999)    // 9999-12-31T23:59:59.999Z

static int64_t read_ms(clockid_t which)
{
    struct timespec now;
    // Cannot fail: both clocks exist on every Linux and the pointer is good.
    (void)clock_gettime(which, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int64_t system_wall_ms(void *context)
{
    (void)context;
    return read_ms(CLOCK_REALTIME);
}

static int64_t system_monotonic_ms(void *context)
{
    (void)context;
    return read_ms(CLOCK_MONOTONIC);
}

const struct clinic_clock *clinic_clock_system(void)
{
    static const struct clinic_clock system_clock = {
        .wall_ms = system_wall_ms,
        .monotonic_ms = system_monotonic_ms,
    };
    return &system_clock;
}

int64_t clinic_wall_ms(const struct clinic_clock *clock)
{
    return clock->wall_ms(clock->context);
}

int64_t clinic_monotonic_ms(const struct clinic_clock *clock)
{
    return clock->monotonic_ms(clock->context);
}

// ---- the calendar
//
// The year is taken to begin in March, so that the leap day is its last day, and years are counted in
// cycles of 400, which are all of 146 097 days. mktime() and timegm() are not used: they depend on the
// process's zone or are not in the standards.

static int64_t days_from_date(int64_t year, int month, int day)
{
    if (month <= 2)
        year--;
    int64_t cycle = (year >= 0 ? year : year - 399) / 400;
    int64_t year_of_cycle = year - cycle * 400;
    int64_t day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
    int64_t day_of_cycle =
        year_of_cycle * 365 + year_of_cycle / 4 - year_of_cycle / 100 + day_of_year;
    return cycle * 146097 + day_of_cycle - 719468; // 1970-01-01 is day 719 468 from 0000-03-01
}

static void date_from_days(int64_t days, int *ret_year, int *ret_month, int *ret_day)
{
    days += 719468;
    int64_t cycle = (days >= 0 ? days : days - 146096) / 146097;
    int64_t day_of_cycle = days - cycle * 146097;
    int64_t year_of_cycle =
        (day_of_cycle - day_of_cycle / 1460 + day_of_cycle / 36524 - day_of_cycle / 146096) / 365;
    int64_t day_of_year =
        day_of_cycle - (365 * year_of_cycle + year_of_cycle / 4 - year_of_cycle / 100);
    int month_from_march = (int)((5 * day_of_year + 2) / 153);
    *ret_day = (int)(day_of_year - (153 * month_from_march + 2) / 5 + 1);
    *ret_month = month_from_march < 10 ? month_from_march + 3 : month_from_march - 9;
    *ret_year = (int)(year_of_cycle + cycle * 400) + (*ret_month <= 2 ? 1 : 0);
}

static int days_in_month(int year, int month)
{
    static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    bool is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    return month == 2 && is_leap ? 29 : days[month - 1];
}

// ---- text

static char *put_digits(char *text, int value, int count)
{
    for (int i = count - 1; i >= 0; i--) {
        text[i] = (char)('0' + value % 10);
        value /= 10;
    }
    return text + count;
}

void clinic_instant_print(int64_t unix_ms, char text[static CLINIC_INSTANT_TEXT_BYTES])
{
    if (unix_ms < FIRST_INSTANT_MS)
        unix_ms = FIRST_INSTANT_MS;
    if (unix_ms > LAST_INSTANT_MS)
        unix_ms = LAST_INSTANT_MS;

    int64_t days = (unix_ms >= 0 ? unix_ms : unix_ms - (DAY_MS - 1)) / DAY_MS;
    int of_day_ms = (int)(unix_ms - days * DAY_MS);
    int year, month, day;
    date_from_days(days, &year, &month, &day);

    text = put_digits(text, year, 4);
    *text++ = '-';
    text = put_digits(text, month, 2);
    *text++ = '-';
    text = put_digits(text, day, 2);
    *text++ = 'T';
    text = put_digits(text, of_day_ms / 3600000, 2);
    *text++ = ':';
    text = put_digits(text, of_day_ms / 60000 % 60, 2);
    *text++ = ':';
    text = put_digits(text, of_day_ms / 1000 % 60, 2);
    *text++ = '.';
    text = put_digits(text, of_day_ms % 1000, 3);
    *text++ = 'Z';
    *text = '\0';
}

static bool is_digit(char byte)
{
    return byte >= '0' && byte <= '9';
}

// The takers move *at on and return false at the first byte that does not fit.
static bool take_number(const char **at, int digits, int min, int max, int *ret_value)
{
    int value = 0;
    for (int i = 0; i < digits; i++, (*at)++) {
        if (!is_digit(**at))
            return false;
        value = value * 10 + (**at - '0');
    }
    *ret_value = value;
    return value >= min && value <= max;
}

static bool take_either(const char **at, char upper, char lower)
{
    if (**at != upper && **at != lower)
        return false;
    (*at)++;
    return true;
}

static bool take_date(const char **at, int *ret_year, int *ret_month, int *ret_day)
{
    return take_number(at, 4, 0, 9999, ret_year) && take_either(at, '-', '-')
           && take_number(at, 2, 1, 12, ret_month) && take_either(at, '-', '-')
           && take_number(at, 2, 1, days_in_month(*ret_year, *ret_month), ret_day);
}

static bool take_time(const char **at, int64_t *ret_ms)
{
    int hour, minute, second;
    if (!take_number(at, 2, 0, 23, &hour) || !take_either(at, ':', ':')
        || !take_number(at, 2, 0, 59, &minute) || !take_either(at, ':', ':')
        || !take_number(at, 2, 0, 59, &second))
        return false;
    *ret_ms = ((hour * 60 + minute) * 60 + second) * INT64_C(1000);
    return true;
}

static bool take_fraction(const char **at, int64_t *ret_ms)
{
    *ret_ms = 0;
    if (**at != '.')
        return true;
    (*at)++;
    if (!is_digit(**at))
        return false;
    // What is finer than a millisecond is read and dropped.
    for (int unit = 100; is_digit(**at); unit /= 10, (*at)++)
        *ret_ms += unit * (**at - '0');
    return true;
}

static bool take_offset(const char **at, int64_t *ret_ms)
{
    *ret_ms = 0;
    if (take_either(at, 'Z', 'z'))
        return true;
    int sign = **at == '-' ? -1 : 1;
    int hour, minute;
    if (!take_either(at, '+', '-') || !take_number(at, 2, 0, 23, &hour)
        || !take_either(at, ':', ':') || !take_number(at, 2, 0, 59, &minute))
        return false;
    *ret_ms = sign * (hour * 60 + minute) * INT64_C(60000);
    return true;
}

bool clinic_instant_parse(const char *text, int64_t *ret_unix_ms)
{
    int year, month, day;
    int64_t of_day_ms, fraction_ms, offset_ms;
    if (!take_date(&text, &year, &month, &day) || !take_either(&text, 'T', 't')
        || !take_time(&text, &of_day_ms) || !take_fraction(&text, &fraction_ms)
        || !take_offset(&text, &offset_ms) || *text != '\0')
        return false;

    int64_t unix_ms =
        days_from_date(year, month, day) * DAY_MS + of_day_ms + fraction_ms - offset_ms;
    if (unix_ms < FIRST_INSTANT_MS || unix_ms > LAST_INSTANT_MS)
        return false;
    *ret_unix_ms = unix_ms;
    return true;
}

bool clinic_date_parse(const char *text, int *ret_year, int *ret_month, int *ret_day)
{
    int year, month, day;
    if (!take_date(&text, &year, &month, &day) || *text != '\0' || year == 0)
        return false;
    *ret_year = year;
    *ret_month = month;
    *ret_day = day;
    return true;
}
