// doctor_check.c - lists of rules as people give them: what contradicts itself is refused, naming the item.
#include "doctor_scope.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIELD_BYTES = 40 };

static enum clinic_status refuse_item(struct decision *decision, const char *list, size_t index,
                                      const char *member, const char *message)
{
    char field[FIELD_BYTES];

    (void)snprintf(field, sizeof field, "%s[%zu]%s%s", list, index, member[0] == '\0' ? "" : ".",
                   member);
    return decision_refuse(decision, CLINIC_CODE_INVALID_FIELD, field, "%s", message);
}

// ---- weekly hours

static bool is_meeting(const struct schedule_hours *a, const struct schedule_hours *b)
{
    return a->weekday == b->weekday && a->from_minute < b->to_minute
           && b->from_minute < a->to_minute && a->valid_from_day <= b->valid_to_day
           && b->valid_from_day <= a->valid_to_day;
}

static struct schedule_hours read_hours(const cJSON *item)
{
    const char *valid_from = clinic_json_text(item, "valid_from");
    const char *valid_to = clinic_json_text(item, "valid_to");
    int64_t weekday = 0;

    (void)clinic_json_integer(item, "weekday", &weekday);
    return (struct schedule_hours){
        .weekday = (int)weekday,
        .from_minute = doctor_minutes(clinic_json_text(item, "from")),
        .to_minute = doctor_minutes(clinic_json_text(item, "to")),
        .valid_from_day = local_day_number(valid_from == NULL ? DOCTOR_FIRST_DAY : valid_from),
        .valid_to_day = local_day_number(valid_to == NULL ? DOCTOR_LAST_DAY : valid_to),
    };
}

static enum clinic_status check_hours(struct decision *decision, const struct schedule_hours *hours,
                                      size_t count)
{
    const struct schedule_hours *last = &hours[count];

    if (last->from_minute >= last->to_minute)
        return refuse_item(decision, "hours", count, "to", "This is not after \"from\".");
    if (last->valid_from_day > last->valid_to_day)
        return refuse_item(decision, "hours", count, "valid_to",
                           "This day is before \"valid_from\".");
    for (size_t i = 0; i < count; i++) {
        if (is_meeting(&hours[i], last))
            return refuse_item(decision, "hours", count, "",
                               "This window overlaps another one of the same day.");
    }
    return CLINIC_OK;
}

static int order(int a, int b)
{
    return (a > b) - (a < b);
}

// As the rows are read.
static int by_weekday(const void *left, const void *right)
{
    const struct schedule_hours *a = left;
    const struct schedule_hours *b = right;

    if (a->weekday != b->weekday)
        return order(a->weekday, b->weekday);
    if (a->from_minute != b->from_minute)
        return order(a->from_minute, b->from_minute);
    return order(a->valid_from_day, b->valid_from_day);
}

enum clinic_status doctor_take_hours(struct decision *decision, const cJSON *items,
                                     cJSON **ret_list)
{
    struct schedule_hours hours[SCHEDULE_HOURS_MAX];
    size_t count = 0;
    const cJSON *item = items == NULL ? NULL : items->child;

    for (; item != NULL; item = item->next, count++) {
        hours[count] = read_hours(item);
        enum clinic_status status = check_hours(decision, hours, count);
        if (status != CLINIC_OK)
            return status;
    }
    qsort(hours, count, sizeof hours[0], by_weekday);
    *ret_list = doctor_print_hours(hours, count);
    return *ret_list == NULL ? CLINIC_NOMEM : CLINIC_OK;
}

// ---- dated exceptions

// Two on one day contradict each other where one says "closed", or where their times overlap.
static bool is_contradiction(const struct schedule_exception *a, const struct schedule_exception *b)
{
    const bool has_closed = a->to_minute == 0 || b->to_minute == 0;

    return a->day == b->day
           && (has_closed || (a->from_minute < b->to_minute && b->from_minute < a->to_minute));
}

static enum clinic_status read_exception(struct decision *decision, const cJSON *item, size_t index,
                                         struct schedule_exception *ret_exception)
{
    const char *from = clinic_json_text(item, "from");
    const char *to = clinic_json_text(item, "to");

    *ret_exception = (struct schedule_exception){
        .day = local_day_number(clinic_json_text(item, "date")),
    };
    if (from == NULL && to == NULL)
        return CLINIC_OK;
    if (from == NULL || to == NULL)
        return refuse_item(decision, "exceptions", index, from == NULL ? "from" : "to",
                           "Give both times, or none where the day is closed.");
    ret_exception->from_minute = doctor_minutes(from);
    ret_exception->to_minute = doctor_minutes(to);
    if (ret_exception->from_minute >= ret_exception->to_minute)
        return refuse_item(decision, "exceptions", index, "to", "This is not after \"from\".");
    return CLINIC_OK;
}

static int by_day(const void *left, const void *right)
{
    const struct schedule_exception *a = left;
    const struct schedule_exception *b = right;

    return a->day != b->day ? order(a->day, b->day) : order(a->from_minute, b->from_minute);
}

enum clinic_status doctor_take_exceptions(struct decision *decision, const cJSON *items,
                                          cJSON **ret_list)
{
    struct schedule_exception exceptions[SCHEDULE_EXCEPTIONS_MAX];
    size_t count = 0;

    for (const cJSON *item = items->child; item != NULL; item = item->next, count++) {
        enum clinic_status status = read_exception(decision, item, count, &exceptions[count]);
        if (status != CLINIC_OK)
            return status;
        for (size_t i = 0; i < count; i++) {
            if (is_contradiction(&exceptions[i], &exceptions[count]))
                return refuse_item(decision, "exceptions", count, "",
                                   "This contradicts another exception of the same day.");
        }
    }
    qsort(exceptions, count, sizeof exceptions[0], by_day);
    *ret_list = doctor_print_exceptions(exceptions, count);
    return *ret_list == NULL ? CLINIC_NOMEM : CLINIC_OK;
}

// ---- vacations

// A period of more is a slip of the pen: whoever is away for longer no longer takes bookings.
enum { TIME_OFF_DAYS_MAX = 1000 };

enum clinic_status doctor_take_periods(struct decision *decision, const char *list,
                                       const cJSON *items, periods_change change,
                                       struct periods *periods)
{
    size_t index = 0;

    if (items == NULL)
        return CLINIC_OK;
    for (const cJSON *item = items->child; item != NULL; item = item->next, index++) {
        const struct schedule_period period = {
            local_day_number(clinic_json_text(item, "from")),
            local_day_number(clinic_json_text(item, "to")),
        };
        if (period.to_day < period.from_day)
            return refuse_item(decision, list, index, "to", "The last day is before the first.");
        if (period.to_day - period.from_day >= TIME_OFF_DAYS_MAX)
            return refuse_item(decision, list, index, "to", "A vacation has at most 1000 days.");
        if (!change(periods, period))
            return refuse_item(decision, list, index, "", "There are too many vacations.");
    }
    return CLINIC_OK;
}
