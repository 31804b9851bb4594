// doctor_time_off.c - doctor/time-off: a doctor's vacations as a set of days, to which days are added and from which
// they are taken back.
#include "../ics.h"
#include "doctor_scope.h"

#include <stdlib.h>

static enum clinic_status add_calendar(struct decision *decision, struct periods *periods)
{
    struct calendar_days days;
    const char *text = clinic_json_text(decision->request->data, "ics");

    if (text == NULL)
        return CLINIC_OK;
    enum clinic_status status = ics_take(decision, text, &days);
    for (size_t i = 0; i < days.count && status == CLINIC_OK; i++) {
        const struct schedule_period period = { days.items[i].from_day, days.items[i].to_day };
        if (!periods_add(periods, period))
            status = decision_refuse(decision, CLINIC_CODE_CALENDAR_INVALID, "ics",
                                     "The file holds too many vacations.");
    }
    return status;
}

static enum clinic_status refuse_excess(struct decision *decision, struct periods *periods)
{
    if (periods->count > SCHEDULE_TIME_OFF_MAX)
        periods_forget(periods, local_day_number_at(decision->now_ms) - DOCTOR_MEMORY_DAYS);
    if (periods->count > SCHEDULE_TIME_OFF_MAX)
        return decision_refuse(decision, CLINIC_CODE_INVALID_FIELD, "add",
                               "A doctor has at most %d vacations, those of the last year counted.",
                               SCHEDULE_TIME_OFF_MAX);
    return CLINIC_OK;
}

static enum clinic_status edit(struct decision *decision, struct periods *periods)
{
    const cJSON *data = decision->request->data;
    enum clinic_status status = doctor_take_periods(
        decision, "remove", clinic_json_member(data, "remove"), periods_remove, periods);

    if (status == CLINIC_OK)
        status = doctor_take_periods(decision, "add", clinic_json_member(data, "add"), periods_add,
                                     periods);
    if (status == CLINIC_OK)
        status = add_calendar(decision, periods);
    return status == CLINIC_OK ? refuse_excess(decision, periods) : status;
}

static enum clinic_status change(struct decision *decision, const struct clinic_id *doctor_id,
                                 int64_t version, struct periods *periods)
{
    cJSON *before = doctor_print_periods(periods->items, periods->count);
    enum clinic_status status = before == NULL ? CLINIC_NOMEM : edit(decision, periods);
    cJSON *after =
        status == CLINIC_OK ? doctor_print_periods(periods->items, periods->count) : NULL;
    const bool is_same = after != NULL && cJSON_Compare(before, after, true);

    cJSON_Delete(before);
    if (status != CLINIC_OK || after == NULL)
        return status == CLINIC_OK ? CLINIC_NOMEM : status;
    if (is_same) {
        cJSON_Delete(after);
        return decision_refuse(decision, CLINIC_CODE_NO_CHANGE, NULL,
                               "The doctor's vacations are these already.");
    }
    return doctor_append_schedule(decision, doctor_id, version, "time-off", "time_off", after);
}

enum clinic_status doctor_time_off(struct decision *decision)
{
    struct doctor_state state = { 0 };
    struct clinic_id doctor_id = { 0 };
    struct periods *periods = calloc(1, sizeof *periods);

    if (periods == NULL)
        return CLINIC_NOMEM;
    enum clinic_status status = doctor_load_asked(decision, &doctor_id, &state);
    cJSON_Delete(state.record);
    if (status == CLINIC_OK)
        status = doctor_load_time_off(decision->store, &doctor_id, periods);
    if (status == CLINIC_OK)
        status = change(decision, &doctor_id, state.version + 1, periods);
    free(periods);
    return status == CLINIC_OK ? doctor_reply_schedule(decision, &doctor_id, state.version + 1)
                               : status;
}
