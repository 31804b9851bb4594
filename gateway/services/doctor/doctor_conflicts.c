// doctor_conflicts.c - the bookings that vacations, holidays or hours collide with, and those of a doctor who takes no
// more: none is dropped, staff decide each.
//
// The list is computed from the bookings and the rules as they are now, so it can neither miss one nor keep one that
// was moved. A booking that staff decided to keep counts as put there on purpose and is no longer in it.
#include "../json_add.h"
#include "doctor_scope.h"

enum { CONFLICTS_MAX = 75 };

struct conflict_list {
    struct decision *decision;
    cJSON *list;
    bool has_more;
};

static const char *const causes[SCHEDULE_ANSWER_COUNT] = {
    [SCHEDULE_IN_TIME_OFF] = "vacation",
    [SCHEDULE_ON_HOLIDAY] = "holiday",
    [SCHEDULE_OUTSIDE_HOURS] = "hours",
};

struct booking {
    struct clinic_id appointment_id;
    int64_t start_ms;
    int64_t end_ms;
};

static cJSON *print_conflict(const struct booking *booking, const struct clinic_id *doctor_id,
                             const char *why)
{
    cJSON *item = cJSON_CreateObject();

    if (item != NULL && json_add_id(item, "appointment_id", &booking->appointment_id)
        && json_add_id(item, "doctor_id", doctor_id)
        && json_add_instant(item, "start", booking->start_ms)
        && json_add_instant(item, "end", booking->end_ms)
        && cJSON_AddStringToObject(item, "why", why) != NULL)
        return item;
    cJSON_Delete(item);
    return NULL;
}

static enum clinic_status add_conflict(struct conflict_list *list, const struct booking *booking,
                                       const struct clinic_id *doctor_id, const char *why)
{
    if (cJSON_GetArraySize(list->list) == CONFLICTS_MAX) {
        list->has_more = true;
        return CLINIC_OK;
    }
    cJSON *item = print_conflict(booking, doctor_id, why);
    return item != NULL && cJSON_AddItemToArray(list->list, item) ? CLINIC_OK : CLINIC_NOMEM;
}

// NULL: nothing is in its way. `schedule` is NULL where the doctor takes no bookings.
static const char *find_cause(const struct schedule *schedule, const struct booking *booking,
                              struct schedule_day *day)
{
    return schedule == NULL
               ? "inactive"
               : causes[schedule_check_open(schedule, booking->start_ms, booking->end_ms, day)];
}

static enum clinic_status add_of_schedule(struct conflict_list *list,
                                          const struct clinic_id *doctor_id,
                                          const struct schedule *schedule, int today)
{
    struct schedule_day day;
    enum clinic_status added = CLINIC_OK;
    struct query *query = query_start(list->decision->store, doctor_sql[DOCTOR_BOOKED_NEXT]);

    if (schedule != NULL)
        schedule_plan(schedule, today, &day);
    query_bind_id(query, 1, doctor_id);
    query_bind_integer(query, 2, list->decision->now_ms);
    while (added == CLINIC_OK && !list->has_more && query_next(query)) {
        const struct booking booking = { query_column_id(query, 0), query_column_integer(query, 1),
                                         query_column_integer(query, 2) };
        const char *why = find_cause(schedule, &booking, &day);
        if (why != NULL)
            added = add_conflict(list, &booking, doctor_id, why);
    }
    enum clinic_status status = query_end(query);
    return status == CLINIC_OK ? added : status;
}

static enum clinic_status add_of_doctor(struct conflict_list *list,
                                        const struct clinic_id *doctor_id)
{
    struct schedule schedule;
    struct doctor doctor;
    const int today = local_day_number_at(list->decision->now_ms);

    enum clinic_status status = doctor_find(list->decision->store, doctor_id, &doctor);
    if (status == CLINIC_OK && !doctor.is_active)
        return add_of_schedule(list, doctor_id, NULL, today);
    if (status == CLINIC_OK)
        status = doctor_load_schedule(list->decision->store, doctor_id, 0, today,
                                      local_day_number(DOCTOR_LAST_DAY), &schedule);
    return status == CLINIC_OK ? add_of_schedule(list, doctor_id, &schedule, today) : status;
}

// The doctor after `number`; none after the last one.
static enum clinic_status find_next(struct store *store, int64_t *number,
                                    struct clinic_id *ret_doctor_id)
{
    struct query *query = query_start(store, doctor_sql[DOCTOR_NEXT]);

    query_bind_integer(query, 1, *number);
    *ret_doctor_id = (struct clinic_id){ 0 };
    if (query_next(query)) {
        *ret_doctor_id = query_column_id(query, 0);
        *number = query_column_integer(query, 1);
    }
    return query_end(query);
}

static enum clinic_status add_of_all(struct conflict_list *list)
{
    struct clinic_id doctor_id;
    int64_t number = 0;
    enum clinic_status status = find_next(list->decision->store, &number, &doctor_id);

    while (status == CLINIC_OK && !list->has_more && !clinic_id_is_none(&doctor_id)) {
        status = add_of_doctor(list, &doctor_id);
        if (status == CLINIC_OK)
            status = find_next(list->decision->store, &number, &doctor_id);
    }
    return status;
}

static enum clinic_status collect(struct decision *decision, const struct clinic_id *doctor_id,
                                  cJSON *object, bool *ret_has_more)
{
    struct conflict_list list = { decision, cJSON_AddArrayToObject(object, "conflicts"), false };

    if (list.list == NULL)
        return CLINIC_NOMEM;
    enum clinic_status status =
        doctor_id == NULL ? add_of_all(&list) : add_of_doctor(&list, doctor_id);
    *ret_has_more = list.has_more;
    return status;
}

enum clinic_status doctor_add_conflicts(struct decision *decision,
                                        const struct clinic_id *doctor_id, cJSON *object)
{
    bool has_more;

    return collect(decision, doctor_id, object, &has_more);
}

enum clinic_status doctor_conflicts(struct decision *decision)
{
    bool has_more = false;
    cJSON *data = cJSON_CreateObject();

    decision->reply->data = data;
    enum clinic_status status =
        data == NULL ? CLINIC_NOMEM : collect(decision, NULL, data, &has_more);
    if (status == CLINIC_OK && cJSON_AddBoolToObject(data, "more", has_more) == NULL)
        status = CLINIC_NOMEM;
    return status;
}
