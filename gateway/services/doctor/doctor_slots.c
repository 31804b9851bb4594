// doctor_slots.c - doctor/slots: what can be booked, and why the rest cannot.
#include "../json_add.h"
#include "doctor_scope.h"

#include <stdio.h>
#include <string.h>

enum { SLOTS_MAX = 600, DAYS_DEFAULT = 7, LOCAL_BYTES = 17 };

struct slot_list {
    struct decision *decision;
    struct clinic_id doctor_id;
    const struct schedule *schedule;
    int today;
    bool is_only_free;
    cJSON *list;
    bool has_more;
};

// Booked comes first: a vacation does not hide the visits that it collides with.
static const char *state_of(const struct slot_list *list, const struct schedule_day *day,
                            const struct schedule_slot *slot, bool is_booked)
{
    if (is_booked)
        return "booked";
    if (day->closing != SCHEDULE_OPEN)
        return day->closing == SCHEDULE_TIME_OFF ? "vacation" : "holiday";
    if (slot->start_ms < list->decision->now_ms)
        return "past";
    if (day->day > list->today + (int)list->decision->site->booking_days)
        return "too-far";
    return "free";
}

static cJSON *print_slot(const struct schedule_day *day, const struct schedule_slot *slot,
                         const char *state)
{
    char date[LOCAL_DAY_BYTES];
    char local[LOCAL_BYTES];
    cJSON *item = cJSON_CreateObject();

    local_day_print(day->day, date);
    (void)snprintf(local, sizeof local, "%sT%02u:%02u", date, (unsigned)slot->minute / 60 % 100,
                   (unsigned)slot->minute % 60);
    if (item != NULL && json_add_instant(item, "start", slot->start_ms)
        && cJSON_AddStringToObject(item, "local", local) != NULL
        && cJSON_AddStringToObject(item, "state", state) != NULL)
        return item;
    cJSON_Delete(item);
    return NULL;
}

static enum clinic_status mark_booked(const struct slot_list *list,
                                      const struct schedule_slot *slots, size_t count,
                                      bool *is_booked)
{
    struct query *query = query_start(list->decision->store, doctor_sql[DOCTOR_BOOKED_BETWEEN]);

    query_bind_id(query, 1, &list->doctor_id);
    query_bind_integer(query, 2, slots[0].start_ms);
    query_bind_integer(query, 3, slots[count - 1].end_ms);
    while (query_next(query))
        schedule_mark(slots, count, query_column_integer(query, 1), query_column_integer(query, 2),
                      is_booked);
    return query_end(query);
}

static enum clinic_status add_slot(struct slot_list *list, const struct schedule_day *day,
                                   const struct schedule_slot *slot, bool is_booked)
{
    const char *state = state_of(list, day, slot, is_booked);

    if (list->is_only_free && strcmp(state, "free") != 0)
        return CLINIC_OK;
    if (cJSON_GetArraySize(list->list) == SLOTS_MAX) {
        list->has_more = true;
        return CLINIC_OK;
    }
    cJSON *item = print_slot(day, slot, state);
    return item != NULL && cJSON_AddItemToArray(list->list, item) ? CLINIC_OK : CLINIC_NOMEM;
}

static enum clinic_status add_day(struct slot_list *list, int number)
{
    struct schedule_day day;
    struct schedule_slot slots[SCHEDULE_SLOTS_MAX];
    bool is_booked[SCHEDULE_SLOTS_MAX] = { false };

    schedule_plan(list->schedule, number, &day);
    const size_t count = schedule_slots(list->schedule, &day, slots);
    enum clinic_status status = count == 0 ? CLINIC_OK : mark_booked(list, slots, count, is_booked);
    for (size_t i = 0; i < count && status == CLINIC_OK && !list->has_more; i++)
        status = add_slot(list, &day, &slots[i], is_booked[i]);
    return status;
}

static enum clinic_status add_days(struct slot_list *list, int slot_minutes)
{
    struct schedule schedule;
    const cJSON *asked = list->decision->request->data;
    const char *from = clinic_json_text(asked, "from");
    const int first = from == NULL ? list->today : local_day_number(from);
    int64_t days = DAYS_DEFAULT;

    (void)clinic_json_integer(asked, "days", &days);
    enum clinic_status status =
        doctor_load_schedule(list->decision->store, &list->doctor_id, slot_minutes, first,
                             first + (int)days - 1, &schedule);
    list->schedule = &schedule;
    for (int day = first; day < first + (int)days && status == CLINIC_OK && !list->has_more; day++)
        status = add_day(list, day);
    list->schedule = NULL;
    return status;
}

static enum clinic_status fill(struct slot_list *list, int slot_minutes, cJSON *data)
{
    list->list = cJSON_AddArrayToObject(data, "slots");
    if (list->list == NULL || cJSON_AddNumberToObject(data, "slot_minutes", slot_minutes) == NULL)
        return CLINIC_NOMEM;
    enum clinic_status status = add_days(list, slot_minutes);
    if (status == CLINIC_OK && cJSON_AddBoolToObject(data, "more", list->has_more) == NULL)
        status = CLINIC_NOMEM;
    return status;
}

enum clinic_status doctor_slots(struct decision *decision)
{
    struct doctor doctor;
    struct slot_list list = {
        .decision = decision,
        .doctor_id = id_member(decision->request->data, "doctor_id"),
        .today = local_day_number_at(decision->now_ms),
        .is_only_free = clinic_json_boolean(decision->request->data, "only_free", false),
    };

    subject_print("doctor", &list.doctor_id, decision->subject);
    enum clinic_status status = doctor_find_booked(decision, &list.doctor_id, &doctor);
    if (status != CLINIC_OK)
        return status;
    decision->reply->data = cJSON_CreateObject();
    return fill(&list, doctor.slot_minutes, decision->reply->data);
}
