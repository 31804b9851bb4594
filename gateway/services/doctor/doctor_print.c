// doctor_print.c - rules as the catalogue's lists have them. Each list is new and the caller's; NULL: out of memory.
#include "doctor_scope.h"

#include <stdio.h>
#include <string.h>

enum { CLOCK_BYTES = 6 }; // "09:00" and the NUL

static bool add_clock(cJSON *item, const char *name, int minute)
{
    char clock[CLOCK_BYTES];

    (void)snprintf(clock, sizeof clock, "%02u:%02u", (unsigned)minute / 60 % 100,
                   (unsigned)minute % 60);
    return cJSON_AddStringToObject(item, name, clock) != NULL;
}

static bool add_day(cJSON *item, const char *name, int day)
{
    char text[LOCAL_DAY_BYTES];

    local_day_print(day, text);
    return cJSON_AddStringToObject(item, name, text) != NULL;
}

// What is in force since ever, or for good, does not say so.
static bool add_limit(cJSON *item, const char *name, int day, const char *no_limit)
{
    return day == local_day_number(no_limit) || add_day(item, name, day);
}

static bool fill_hours(cJSON *item, const void *rule)
{
    const struct schedule_hours *hours = rule;

    return cJSON_AddNumberToObject(item, "weekday", hours->weekday) != NULL
           && add_clock(item, "from", hours->from_minute) && add_clock(item, "to", hours->to_minute)
           && add_limit(item, "valid_from", hours->valid_from_day, DOCTOR_FIRST_DAY)
           && add_limit(item, "valid_to", hours->valid_to_day, DOCTOR_LAST_DAY);
}

static bool fill_exception(cJSON *item, const void *rule)
{
    const struct schedule_exception *exception = rule;
    const bool is_closed = exception->to_minute == 0;

    return add_day(item, "date", exception->day)
           && (is_closed
               || (add_clock(item, "from", exception->from_minute)
                   && add_clock(item, "to", exception->to_minute)));
}

static bool fill_period(cJSON *item, const void *rule)
{
    const struct schedule_period *period = rule;

    return add_day(item, "from", period->from_day) && add_day(item, "to", period->to_day);
}

static cJSON *print_list(const void *rules, size_t count, size_t bytes,
                         bool (*fill)(cJSON *item, const void *rule))
{
    cJSON *list = cJSON_CreateArray();
    bool has_memory = list != NULL;

    for (size_t i = 0; i < count && has_memory; i++) {
        cJSON *item = cJSON_CreateObject();
        has_memory = item != NULL && cJSON_AddItemToArray(list, item)
                     && fill(item, (const char *)rules + i * bytes);
    }
    if (has_memory)
        return list;
    cJSON_Delete(list);
    return NULL;
}

cJSON *doctor_print_hours(const struct schedule_hours *hours, size_t count)
{
    return print_list(hours, count, sizeof hours[0], fill_hours);
}

cJSON *doctor_print_exceptions(const struct schedule_exception *exceptions, size_t count)
{
    return print_list(exceptions, count, sizeof exceptions[0], fill_exception);
}

cJSON *doctor_print_periods(const struct schedule_period *periods, size_t count)
{
    return print_list(periods, count, sizeof periods[0], fill_period);
}
