// doctor_schedule.c - what all changes of rules have in common: the event, the reply, and how rules are read.
#include "../json_add.h"
#include "../record.h"
#include "doctor_scope.h"

#include <string.h>

enum clinic_status doctor_append_schedule(struct decision *decision,
                                          const struct clinic_id *doctor_id, int64_t version,
                                          const char *what, const char *member, cJSON *list)
{
    cJSON *data = doctor_id == NULL ? cJSON_CreateObject() : doctor_head(doctor_id, version);

    if (data == NULL || !record_put(data, member, list)) {
        if (data == NULL)
            cJSON_Delete(list);
        cJSON_Delete(data);
        return CLINIC_NOMEM;
    }
    if (cJSON_AddStringToObject(data, "what", what) == NULL) {
        cJSON_Delete(data);
        return CLINIC_NOMEM;
    }
    return decision_append(decision, CLINIC_DOCTOR_SCHEDULE_CHANGED, decision->subject, NULL, NULL,
                           data);
}

enum clinic_status doctor_reply_schedule(struct decision *decision,
                                         const struct clinic_id *doctor_id, int64_t version)
{
    decision->reply->data = doctor_head(doctor_id, version);
    return decision->reply->data == NULL
               ? CLINIC_NOMEM
               : doctor_add_conflicts(decision, doctor_id, decision->reply->data);
}

static enum clinic_status load_all(struct store *store, const struct clinic_id *doctor_id,
                                   struct schedule *ret_schedule)
{
    return doctor_load_schedule(store, doctor_id, 0, local_day_number(DOCTOR_FIRST_DAY),
                                local_day_number(DOCTOR_LAST_DAY), ret_schedule);
}

enum clinic_status doctor_add_rules(struct store *store, const struct clinic_id *doctor_id,
                                    cJSON *record)
{
    struct schedule schedule;

    enum clinic_status status = load_all(store, doctor_id, &schedule);
    if (status != CLINIC_OK)
        return status;
    return record_put(record, "hours", doctor_print_hours(schedule.hours, schedule.hours_count))
                   && record_put(
                       record, "exceptions",
                       doctor_print_exceptions(schedule.exceptions, schedule.exception_count))
                   && record_put(record, "time_off",
                                 doctor_print_periods(schedule.time_off, schedule.time_off_count))
               ? CLINIC_OK
               : CLINIC_NOMEM;
}

enum clinic_status doctor_load_time_off(struct store *store, const struct clinic_id *doctor_id,
                                        struct periods *periods)
{
    struct schedule schedule;

    enum clinic_status status = load_all(store, doctor_id, &schedule);
    if (status != CLINIC_OK)
        return status;
    periods->count = schedule.time_off_count;
    memcpy(periods->items, schedule.time_off, periods->count * sizeof periods->items[0]);
    return CLINIC_OK;
}

// The columns of DOCTOR_HOLIDAYS.
static cJSON *read_holiday(struct query *query)
{
    cJSON *item = cJSON_CreateObject();

    if (item != NULL && cJSON_AddStringToObject(item, "date", query_column_text(query, 0)) != NULL
        && json_add_text(item, "name", query_column_text(query, 1)))
        return item;
    cJSON_Delete(item);
    return NULL;
}

enum clinic_status doctor_add_holidays(struct store *store, cJSON *object)
{
    struct query *query = query_start(store, doctor_sql[DOCTOR_HOLIDAYS]);

    query_bind_text(query, 1, DOCTOR_FIRST_DAY);
    query_bind_text(query, 2, DOCTOR_LAST_DAY);
    return json_add_rows(cJSON_AddArrayToObject(object, "holidays"), query, read_holiday);
}
