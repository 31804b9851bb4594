// doctor_rules.c - the lists of rules: from events into rows, from rows into a schedule.
#include "doctor_scope.h"

#include <stdlib.h>

int doctor_minutes(const char *clock)
{
    return atoi(clock) * 60 + atoi(clock + 3);
}

// ---- rows into a schedule

struct reading {
    struct store *store;
    const struct clinic_id *doctor_id;
    char first_day[LOCAL_DAY_BYTES];
    char last_day[LOCAL_DAY_BYTES];
};

static enum clinic_status read_hours(const struct reading *reading, struct schedule *schedule)
{
    struct query *query = query_start(reading->store, doctor_sql[DOCTOR_HOURS]);

    query_bind_id(query, 1, reading->doctor_id);
    while (schedule->hours_count < SCHEDULE_HOURS_MAX && query_next(query)) {
        schedule->hours[schedule->hours_count++] = (struct schedule_hours){
            .weekday = (int)query_column_integer(query, 0),
            .from_minute = (int)query_column_integer(query, 1),
            .to_minute = (int)query_column_integer(query, 2),
            .valid_from_day = local_day_number(query_column_text(query, 3)),
            .valid_to_day = local_day_number(query_column_text(query, 4)),
        };
    }
    return query_end(query);
}

static struct query *start_within(const struct reading *reading, enum doctor_sql sql)
{
    struct query *query = query_start(reading->store, doctor_sql[sql]);

    query_bind_id(query, 1, reading->doctor_id);
    query_bind_text(query, 2, reading->first_day);
    query_bind_text(query, 3, reading->last_day);
    return query;
}

static enum clinic_status read_exceptions(const struct reading *reading, struct schedule *schedule)
{
    struct query *query = start_within(reading, DOCTOR_EXCEPTIONS);

    while (schedule->exception_count < SCHEDULE_EXCEPTIONS_MAX && query_next(query)) {
        schedule->exceptions[schedule->exception_count++] = (struct schedule_exception){
            .day = local_day_number(query_column_text(query, 0)),
            .from_minute = (int)query_column_integer(query, 1),
            .to_minute = (int)query_column_integer(query, 2),
        };
    }
    return query_end(query);
}

static enum clinic_status read_time_off(const struct reading *reading, struct schedule *schedule)
{
    struct query *query = start_within(reading, DOCTOR_TIME_OFF);

    while (schedule->time_off_count < SCHEDULE_TIME_OFF_MAX && query_next(query)) {
        schedule->time_off[schedule->time_off_count++] = (struct schedule_period){
            .from_day = local_day_number(query_column_text(query, 0)),
            .to_day = local_day_number(query_column_text(query, 1)),
        };
    }
    return query_end(query);
}

static enum clinic_status read_holidays(const struct reading *reading, struct schedule *schedule)
{
    struct query *query = query_start(reading->store, doctor_sql[DOCTOR_HOLIDAYS]);

    query_bind_text(query, 1, reading->first_day);
    query_bind_text(query, 2, reading->last_day);
    while (schedule->holiday_count < SCHEDULE_HOLIDAYS_MAX && query_next(query))
        schedule->holidays[schedule->holiday_count++] =
            local_day_number(query_column_text(query, 0));
    return query_end(query);
}

enum clinic_status doctor_load_schedule(struct store *store, const struct clinic_id *doctor_id,
                                        int slot_minutes, int first_day, int last_day,
                                        struct schedule *ret_schedule)
{
    struct reading reading = { .store = store, .doctor_id = doctor_id };

    ret_schedule->slot_minutes = slot_minutes;
    ret_schedule->hours_count = 0;
    ret_schedule->exception_count = 0;
    ret_schedule->time_off_count = 0;
    ret_schedule->holiday_count = 0;
    local_day_print(first_day, reading.first_day);
    local_day_print(last_day, reading.last_day);
    enum clinic_status status = read_hours(&reading, ret_schedule);
    if (status == CLINIC_OK)
        status = read_exceptions(&reading, ret_schedule);
    if (status == CLINIC_OK)
        status = read_time_off(&reading, ret_schedule);
    return status == CLINIC_OK ? read_holidays(&reading, ret_schedule) : status;
}

// ---- events into rows

static const char *text_or(const cJSON *item, const char *name, const char *fallback)
{
    const char *text = clinic_json_text(item, name);

    return text == NULL ? fallback : text;
}

static void bind_hours(struct query *query, const struct clinic_id *doctor_id, const cJSON *item)
{
    int64_t weekday = 0;

    (void)clinic_json_integer(item, "weekday", &weekday);
    query_bind_id(query, 1, doctor_id);
    query_bind_integer(query, 2, weekday);
    query_bind_integer(query, 3, doctor_minutes(clinic_json_text(item, "from")));
    query_bind_integer(query, 4, doctor_minutes(clinic_json_text(item, "to")));
    query_bind_text(query, 5, text_or(item, "valid_from", DOCTOR_FIRST_DAY));
    query_bind_text(query, 6, text_or(item, "valid_to", DOCTOR_LAST_DAY));
}

static void bind_exception(struct query *query, const struct clinic_id *doctor_id,
                           const cJSON *item)
{
    query_bind_id(query, 1, doctor_id);
    query_bind_text(query, 2, clinic_json_text(item, "date"));
    query_bind_integer(query, 3, doctor_minutes(text_or(item, "from", "00:00")));
    query_bind_integer(query, 4, doctor_minutes(text_or(item, "to", "00:00")));
}

static void bind_period(struct query *query, const struct clinic_id *doctor_id, const cJSON *item)
{
    query_bind_id(query, 1, doctor_id);
    query_bind_text(query, 2, clinic_json_text(item, "from"));
    query_bind_text(query, 3, clinic_json_text(item, "to"));
}

// Holidays are the clinic's: there is no doctor.
static void bind_holiday(struct query *query, const struct clinic_id *doctor_id, const cJSON *item)
{
    (void)doctor_id;
    query_bind_text(query, 1, clinic_json_text(item, "date"));
    query_bind_text(query, 2, clinic_json_text(item, "name"));
}

static const struct rule_list {
    const char *name;
    enum doctor_sql clear;
    enum doctor_sql insert;
    void (*bind)(struct query *query, const struct clinic_id *doctor_id, const cJSON *item);
} lists[] = {
    { "hours", DOCTOR_HOURS_DELETE, DOCTOR_HOURS_INSERT, bind_hours },
    { "exceptions", DOCTOR_EXCEPTIONS_DELETE, DOCTOR_EXCEPTION_INSERT, bind_exception },
    { "time_off", DOCTOR_TIME_OFF_DELETE, DOCTOR_TIME_OFF_INSERT, bind_period },
    { "holidays", DOCTOR_HOLIDAYS_DELETE, DOCTOR_HOLIDAY_INSERT, bind_holiday },
};

static enum clinic_status clear_list(struct store *store, const struct clinic_id *doctor_id,
                                     const struct rule_list *list)
{
    struct query *query = query_start(store, doctor_sql[list->clear]);

    if (list->bind == bind_holiday)
        query_bind_text(query, 1, DOCTOR_FIRST_DAY); // all of them
    else
        query_bind_id(query, 1, doctor_id);
    return query_run(query, NULL);
}

static enum clinic_status replace_list(struct store *store, const struct clinic_id *doctor_id,
                                       const struct rule_list *list, const cJSON *items)
{
    enum clinic_status status = clear_list(store, doctor_id, list);

    for (const cJSON *item = items->child; item != NULL && status == CLINIC_OK; item = item->next) {
        struct query *query = query_start(store, doctor_sql[list->insert]);
        list->bind(query, doctor_id, item);
        status = query_run(query, NULL);
    }
    return status;
}

enum clinic_status doctor_replace_rules(struct store *store, const struct clinic_id *doctor_id,
                                        const cJSON *data)
{
    enum clinic_status status = CLINIC_OK;

    for (size_t i = 0; i < ARRAY_SIZE(lists) && status == CLINIC_OK; i++) {
        const cJSON *items = clinic_json_member(data, lists[i].name);
        if (items != NULL)
            status = replace_list(store, doctor_id, &lists[i], items);
    }
    return status;
}
