#include "roster.h"

#include <local_time.h>

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    MORNING_MINUTE = 8 * 60,
    AFTERNOON_MINUTE = 13 * 60,
    SLOTS = ROSTER_MORNING_SLOTS + ROSTER_AFTERNOON_SLOTS,
    WORKING_DAYS = 5,
};

static const char *const holidays[] = { "01-01", "05-01", "05-08", "07-14",
                                        "08-15", "11-01", "11-11", "12-25" };

// First day and length; each doctor a little later than the one before.
static const struct {
    const char *from;
    int days;
    int stagger_days;
} vacations[] = { { "02-10", 5, 2 }, { "04-14", 5, 3 }, { "07-05", 14, 4 }, { "10-20", 5, 1 } };

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

// ---- the calendar

static int year_of(int day)
{
    char text[LOCAL_DAY_BYTES];

    local_day_print(day, text);
    return atoi(text);
}

static int day_of(int year, const char *month_and_day)
{
    char text[32];

    (void)snprintf(text, sizeof text, "%04d-%s", year, month_and_day);
    return local_day_number(text);
}

bool roster_is_working_day(int day)
{
    char text[LOCAL_DAY_BYTES];

    if (local_weekday(day) > WORKING_DAYS)
        return false;
    local_day_print(day, text);
    for (size_t i = 0; i < COUNT(holidays); i++) {
        if (strcmp(text + 5, holidays[i]) == 0)
            return false;
    }
    return true;
}

static int vacation_day(int doctor, int year, size_t vacation)
{
    return day_of(year, vacations[vacation].from) + doctor * vacations[vacation].stagger_days;
}

static bool is_away(int doctor, int day)
{
    for (size_t i = 0; i < COUNT(vacations); i++) {
        const int from = vacation_day(doctor, year_of(day), i);
        if (day >= from && day < from + vacations[i].days)
            return true;
    }
    return false;
}

static int free_afternoon(int doctor) // ISO weekday
{
    return 1 + doctor % WORKING_DAYS;
}

// A bit a slot.
static uint32_t slots_of(int doctor, int day)
{
    const uint32_t morning = (1u << ROSTER_MORNING_SLOTS) - 1;
    const uint32_t all = (1u << SLOTS) - 1;

    if (!roster_is_working_day(day) || is_away(doctor, day))
        return 0;
    return local_weekday(day) == free_afternoon(doctor) ? morning : all;
}

// ---- what is taken

bool roster_open(struct roster *roster, int first_day, size_t day_count)
{
    *roster = (struct roster){ .first_day = first_day, .day_count = day_count };
    roster->taken = calloc(day_count * ROSTER_DOCTORS, sizeof *roster->taken);
    return roster->taken != NULL;
}

void roster_close(struct roster *roster)
{
    free(roster->taken);
}

static uint32_t *taken_of(struct roster *roster, int doctor, int day)
{
    const size_t row = (size_t)(day - roster->first_day);

    assert(day >= roster->first_day && row < roster->day_count);
    return &roster->taken[row * ROSTER_DOCTORS + (size_t)doctor];
}

bool roster_take(struct roster *roster, int doctor, int day, uint64_t chance, int *ret_slot)
{
    uint32_t *taken = taken_of(roster, doctor, day);
    const uint32_t free_slots = slots_of(doctor, day) & ~*taken;

    if (free_slots == 0)
        return false;
    int skip = (int)(chance % (uint64_t)__builtin_popcount(free_slots));
    int slot = 0;
    while ((free_slots >> slot & 1) == 0 || skip-- > 0)
        slot++;
    *taken |= 1u << slot;
    *ret_slot = slot;
    return true;
}

void roster_give_back(struct roster *roster, int doctor, int day, int slot)
{
    *taken_of(roster, doctor, day) &= ~(1u << slot);
}

int roster_minute(int slot)
{
    return slot < ROSTER_MORNING_SLOTS
               ? MORNING_MINUTE + slot * ROSTER_SLOT_MINUTES
               : AFTERNOON_MINUTE + (slot - ROSTER_MORNING_SLOTS) * ROSTER_SLOT_MINUTES;
}

// ---- as the gateway is told

void roster_print_local(int day, int slot, char ret_local[static ROSTER_LOCAL_BYTES])
{
    char text[LOCAL_DAY_BYTES];
    const unsigned minute = (unsigned)roster_minute(slot);

    local_day_print(day, text);
    (void)snprintf(ret_local, ROSTER_LOCAL_BYTES, "%.10sT%02u:%02u", text, minute / 60 % 24,
                   minute % 60);
}

struct list {
    char *text;
    size_t used;
};

__attribute__((format(printf, 2, 3))) static void add(struct list *list, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    const int length =
        vsnprintf(list->text + list->used, ROSTER_TEXT_BYTES - list->used, format, arguments);
    va_end(arguments);
    assert(length >= 0 && (size_t)length < ROSTER_TEXT_BYTES - list->used);
    list->used += (size_t)length;
}

static const char *comma(const struct list *list, size_t empty)
{
    return list->used == empty ? "" : ",";
}

void roster_print_hours(int doctor, char ret_json[static ROSTER_TEXT_BYTES])
{
    struct list list = { ret_json, 0 };

    add(&list, "\"hours\":[");
    const size_t empty = list.used;
    for (int weekday = 1; weekday <= WORKING_DAYS; weekday++) {
        add(&list, "%s{\"weekday\":%d,\"from\":\"08:00\",\"to\":\"12:00\"}", comma(&list, empty),
            weekday);
        if (weekday != free_afternoon(doctor))
            add(&list, ",{\"weekday\":%d,\"from\":\"13:00\",\"to\":\"18:00\"}", weekday);
    }
    add(&list, "]");
}

void roster_print_time_off(int doctor, int first_year, int last_year,
                           char ret_json[static ROSTER_TEXT_BYTES])
{
    struct list list = { ret_json, 0 };

    add(&list, "\"time_off\":[");
    const size_t empty = list.used;
    for (int year = first_year; year <= last_year; year++) {
        for (size_t i = 0; i < COUNT(vacations); i++) {
            char from[LOCAL_DAY_BYTES], to[LOCAL_DAY_BYTES];
            const int day = vacation_day(doctor, year, i);
            local_day_print(day, from);
            local_day_print(day + vacations[i].days - 1, to);
            add(&list, "%s{\"from\":\"%s\",\"to\":\"%s\"}", comma(&list, empty), from, to);
        }
    }
    add(&list, "]");
}

void roster_print_holidays(int first_year, int last_year, char ret_json[static ROSTER_TEXT_BYTES])
{
    struct list list = { ret_json, 0 };

    add(&list, "\"add\":[");
    const size_t empty = list.used;
    for (int year = first_year; year <= last_year; year++) {
        for (size_t i = 0; i < COUNT(holidays); i++)
            add(&list, "%s{\"date\":\"%04d-%s\"}", comma(&list, empty), year, holidays[i]);
    }
    add(&list, "]");
}
