// doctor_holiday.c - doctor/holiday: the days on which the whole clinic is closed.
#include "../ics.h"
#include "../record.h"
#include "../tidy.h"
#include "doctor_scope.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// Before what is long past is dropped. A holiday of more days than a month is a vacation.
enum { HOLIDAYS_MAX = 1024, HOLIDAY_DAYS_MAX = 31 };

struct holiday {
    int day;
    char name[CALENDAR_NAME_BYTES]; // empty: none
};

// By day, each once.
struct holidays {
    size_t count;
    struct holiday items[HOLIDAYS_MAX];
};

// ---- the set

static size_t find(const struct holidays *holidays, int day)
{
    size_t i = 0;

    while (i < holidays->count && holidays->items[i].day < day)
        i++;
    return i;
}

static bool has(const struct holidays *holidays, size_t place, int day)
{
    return place < holidays->count && holidays->items[place].day == day;
}

// A known day takes the new name, if there is one. False: there is no room.
static bool add(struct holidays *holidays, int day, const char *name)
{
    const size_t place = find(holidays, day);
    struct holiday *items = holidays->items;

    if (!has(holidays, place, day)) {
        if (holidays->count == HOLIDAYS_MAX)
            return false;
        memmove(items + place + 1, items + place, (holidays->count - place) * sizeof items[0]);
        items[place] = (struct holiday){ .day = day };
        holidays->count++;
    }
    if (name != NULL && name[0] != '\0')
        (void)snprintf(items[place].name, sizeof items[place].name, "%s", name);
    return true;
}

static void drop(struct holidays *holidays, int day)
{
    const size_t place = find(holidays, day);

    if (!has(holidays, place, day))
        return;
    holidays->count--;
    memmove(holidays->items + place, holidays->items + place + 1,
            (holidays->count - place) * sizeof holidays->items[0]);
}

static void forget(struct holidays *holidays, int first_day)
{
    const size_t past = find(holidays, first_day);

    holidays->count -= past;
    memmove(holidays->items, holidays->items + past, holidays->count * sizeof holidays->items[0]);
}

static cJSON *print(const struct holidays *holidays)
{
    cJSON *list = cJSON_CreateArray();
    bool has_memory = list != NULL;

    for (size_t i = 0; i < holidays->count && has_memory; i++) {
        const struct holiday *holiday = &holidays->items[i];
        char day[LOCAL_DAY_BYTES];
        cJSON *item = cJSON_CreateObject();
        local_day_print(holiday->day, day);
        has_memory = item != NULL && cJSON_AddItemToArray(list, item)
                     && cJSON_AddStringToObject(item, "date", day) != NULL
                     && (holiday->name[0] == '\0'
                         || cJSON_AddStringToObject(item, "name", holiday->name) != NULL);
    }
    if (has_memory)
        return list;
    cJSON_Delete(list);
    return NULL;
}

// ---- the request

static enum clinic_status refuse_excess(struct decision *decision)
{
    return decision_refuse(decision, CLINIC_CODE_INVALID_FIELD, "add",
                           "There are at most %d holidays, those of the last year counted.",
                           SCHEDULE_HOLIDAYS_MAX);
}

static enum clinic_status take_added(struct decision *decision, struct holidays *holidays)
{
    const cJSON *items = clinic_json_member(decision->request->data, "add");
    const cJSON *item = items == NULL ? NULL : items->child;

    for (size_t i = 0; item != NULL; item = item->next, i++) {
        char name[CALENDAR_NAME_BYTES] = "";
        const char *given = clinic_json_text(item, "name");
        if (given != NULL && !tidy_text(given, name, sizeof name)) {
            char field[32];
            (void)snprintf(field, sizeof field, "add[%zu].name", i);
            return decision_refuse(decision, CLINIC_CODE_INVALID_FIELD, field,
                                   "A name has 1 to 80 bytes besides spaces.");
        }
        if (!add(holidays, local_day_number(clinic_json_text(item, "date")), name))
            return refuse_excess(decision);
    }
    return CLINIC_OK;
}

static void take_removed(struct decision *decision, struct holidays *holidays)
{
    const cJSON *items = clinic_json_member(decision->request->data, "remove");
    const cJSON *item = items == NULL ? NULL : items->child;

    for (; item != NULL; item = item->next)
        drop(holidays, local_day_number(item->valuestring));
}

static enum clinic_status take_calendar(struct decision *decision, struct holidays *holidays)
{
    struct calendar_days days;
    const char *text = clinic_json_text(decision->request->data, "ics");

    if (text == NULL)
        return CLINIC_OK;
    enum clinic_status status = ics_take(decision, text, &days);
    if (status != CLINIC_OK)
        return status;
    for (size_t i = 0; i < days.count; i++) {
        const struct calendar_event *event = &days.items[i];
        if (event->to_day - event->from_day >= HOLIDAY_DAYS_MAX)
            return decision_refuse(decision, CLINIC_CODE_CALENDAR_INVALID, "ics",
                                   "A holiday of the file lasts longer than %d days.",
                                   HOLIDAY_DAYS_MAX);
        for (int day = event->from_day; day <= event->to_day; day++) {
            if (!add(holidays, day, event->name))
                return refuse_excess(decision);
        }
    }
    return CLINIC_OK;
}

static enum clinic_status edit(struct decision *decision, struct holidays *holidays)
{
    take_removed(decision, holidays);
    enum clinic_status status = take_added(decision, holidays);
    if (status == CLINIC_OK)
        status = take_calendar(decision, holidays);
    if (status != CLINIC_OK)
        return status;
    if (holidays->count > SCHEDULE_HOLIDAYS_MAX)
        forget(holidays, local_day_number_at(decision->now_ms) - DOCTOR_MEMORY_DAYS);
    if (holidays->count > SCHEDULE_HOLIDAYS_MAX)
        return refuse_excess(decision);
    return CLINIC_OK;
}

// Takes the list of `before` into the set.
static void read_list(const cJSON *before, struct holidays *holidays)
{
    const cJSON *item = clinic_json_member(before, "holidays")->child;

    for (; item != NULL; item = item->next)
        (void)add(holidays, local_day_number(clinic_json_text(item, "date")),
                  clinic_json_text(item, "name")); // the list is shorter than the set
}

static enum clinic_status change(struct decision *decision, const cJSON *before,
                                 struct holidays *holidays)
{
    read_list(before, holidays);
    enum clinic_status status = edit(decision, holidays);
    if (status != CLINIC_OK)
        return status;
    cJSON *list = print(holidays);
    if (list == NULL)
        return CLINIC_NOMEM;
    if (cJSON_Compare(clinic_json_member(before, "holidays"), list, true)) {
        cJSON_Delete(list);
        return decision_refuse(decision, CLINIC_CODE_NO_CHANGE, NULL,
                               "The clinic's holidays are these already.");
    }
    return doctor_append_schedule(decision, NULL, 0, "holidays", "holidays", list);
}

static enum clinic_status reply(struct decision *decision)
{
    cJSON *data = cJSON_CreateObject();

    decision->reply->data = data;
    enum clinic_status status =
        data == NULL ? CLINIC_NOMEM : doctor_add_holidays(decision->store, data);
    return status == CLINIC_OK ? doctor_add_conflicts(decision, NULL, data) : status;
}

enum clinic_status doctor_holiday(struct decision *decision)
{
    struct holidays *holidays = calloc(1, sizeof *holidays);
    cJSON *before = cJSON_CreateObject();
    enum clinic_status status = CLINIC_NOMEM;

    (void)snprintf(decision->subject, sizeof decision->subject, "clinic/%s", decision->site->id);
    if (holidays != NULL && before != NULL)
        status = doctor_add_holidays(decision->store, before);
    if (status == CLINIC_OK)
        status = change(decision, before, holidays);
    free(holidays);
    cJSON_Delete(before);
    return status == CLINIC_OK ? reply(decision) : status;
}
