// The year is taken to begin in March, so that the leap day is its last day; cycles of 400 years are all of 146 097 days.
#include "instant.h"

#include "print.h"

#include <stddef.h>

enum {
    DAY_MS = 86400000,
    CYCLE_DAYS = 146097,
    DAYS_TO_1970 = 719468, // from 0000-03-01
};

#define LAST_MS INT64_C(253402300799999) // 9999-12-31T23:59:59.999Z

struct date {
    uint32_t year;
    uint32_t month; // from 1
    uint32_t day;   // from 1
};

static struct date date_of(uint32_t days)
{
    const uint32_t since = days + DAYS_TO_1970;
    const uint32_t day_of_cycle = since % CYCLE_DAYS;
    const uint32_t year_of_cycle =
        (day_of_cycle - day_of_cycle / 1460 + day_of_cycle / 36524 - day_of_cycle / 146096) / 365;
    const uint32_t day_of_year =
        day_of_cycle - (365 * year_of_cycle + year_of_cycle / 4 - year_of_cycle / 100);
    const uint32_t month = (5 * day_of_year + 2) / 153; // from March
    struct date date = {
        .year = since / CYCLE_DAYS * 400 + year_of_cycle,
        .month = month < 10 ? month + 3 : month - 9,
        .day = day_of_year - (153 * month + 2) / 5 + 1,
    };

    if (date.month <= 2)
        date.year++;
    return date;
}

static uint32_t days_of(const struct date *date)
{
    const uint32_t year = date->month <= 2 ? date->year - 1 : date->year;
    const uint32_t month = date->month > 2 ? date->month - 3 : date->month + 9;
    const uint32_t year_of_cycle = year % 400;

    return year / 400 * CYCLE_DAYS + year_of_cycle * 365 + year_of_cycle / 4 - year_of_cycle / 100
           + (153 * month + 2) / 5 + date->day - 1 - DAYS_TO_1970;
}

void instant_print(int64_t wall_ms, char text[INSTANT_TEXT_BYTES])
{
    const int64_t within = wall_ms < 0 ? 0 : wall_ms > LAST_MS ? LAST_MS : wall_ms;
    const struct date date = date_of((uint32_t)(within / DAY_MS));
    const uint32_t ms = (uint32_t)(within % DAY_MS);
    struct print print;

    print_begin(&print, text, INSTANT_TEXT_BYTES);
    print_padded(&print, date.year, 4);
    print_text(&print, "-");
    print_padded(&print, date.month, 2);
    print_text(&print, "-");
    print_padded(&print, date.day, 2);
    print_text(&print, "T");
    print_padded(&print, ms / 3600000, 2);
    print_text(&print, ":");
    print_padded(&print, ms / 60000 % 60, 2);
    print_text(&print, ":");
    print_padded(&print, ms / 1000 % 60, 2);
    print_text(&print, ".");
    print_padded(&print, ms % 1000, 3);
    print_text(&print, "Z");
}

// Where the numbers stand in the text.
struct part {
    uint8_t at;
    uint8_t digits;
};

enum { YEAR, MONTH, DAY, HOUR, MINUTE, SECOND, MILLISECOND, PARTS };

static const struct part parts[PARTS] = {
    { 0, 4 }, { 5, 2 }, { 8, 2 }, { 11, 2 }, { 14, 2 }, { 17, 2 }, { 20, 3 },
};

static bool has_form(const char *text)
{
    static const char form[] = "0000-00-00T00:00:00.000Z";

    for (size_t i = 0; i < sizeof form; i++) {
        const bool fits = form[i] == '0' ? text[i] >= '0' && text[i] <= '9' : text[i] == form[i];
        if (!fits)
            return false;
    }
    return true;
}

static uint32_t number_at(const char *text, struct part part)
{
    uint32_t number = 0;

    for (unsigned i = 0; i < part.digits; i++)
        number = number * 10 + (uint32_t)(text[part.at + i] - '0');
    return number;
}

// A day that does not exist turns into another one on the way to a number and back.
static bool exists(const struct date *date, uint32_t days)
{
    const struct date again = date_of(days);

    return again.year == date->year && again.month == date->month && again.day == date->day;
}

bool instant_read(const char *text, int64_t *ret_wall_ms)
{
    uint32_t numbers[PARTS];

    if (!has_form(text))
        return false;
    for (unsigned i = 0; i < PARTS; i++)
        numbers[i] = number_at(text, parts[i]);
    const struct date date = { numbers[YEAR], numbers[MONTH], numbers[DAY] };
    if (date.year < 1970 || date.month < 1 || date.month > 12 || date.day < 1
        || !exists(&date, days_of(&date)) || numbers[HOUR] > 23 || numbers[MINUTE] > 59
        || numbers[SECOND] > 59)
        return false;
    *ret_wall_ms = (int64_t)days_of(&date) * DAY_MS
                   + ((numbers[HOUR] * 60 + numbers[MINUTE]) * 60 + numbers[SECOND]) * INT64_C(1000)
                   + numbers[MILLISECOND];
    return true;
}
