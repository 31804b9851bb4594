// doctor_place.c - whether a time can be booked: what the appointment service asks.
#include "doctor_scope.h"

enum { MINUTE_MS = 60000 };

enum clinic_status doctor_find_booked(struct decision *decision, const struct clinic_id *doctor_id,
                                      struct doctor *ret_doctor)
{
    enum clinic_status status = doctor_find(decision->store, doctor_id, ret_doctor);

    if (status == CLINIC_NOT_FOUND)
        return decision_refuse(decision, CLINIC_CODE_NOT_FOUND, "doctor_id",
                               "There is no such doctor.");
    if (status == CLINIC_OK && !ret_doctor->is_active)
        return decision_refuse(decision, CLINIC_CODE_DOCTOR_INACTIVE, "doctor_id",
                               "This doctor takes no bookings.");
    return status;
}

enum clinic_status doctor_place(struct decision *decision, const struct clinic_id *doctor_id,
                                const char *local, int64_t slots, int64_t *ret_start_ms,
                                int64_t *ret_end_ms)
{
    struct doctor doctor;
    int64_t start_ms;

    enum clinic_status status = doctor_find_booked(decision, doctor_id, &doctor);
    if (status != CLINIC_OK)
        return status;
    const struct local_time wall = local_time_parse(local);
    if (!local_time_to_utc(&wall, &start_ms))
        return decision_refuse(decision, CLINIC_CODE_SLOT_NO_SUCH_TIME, "start",
                               "Clocks are put forward over this time.");
    *ret_start_ms = start_ms;
    *ret_end_ms = start_ms + slots * doctor.slot_minutes * MINUTE_MS;
    return CLINIC_OK;
}

static enum clinic_status refuse_date(struct decision *decision, int64_t start_ms)
{
    const int today = local_day_number_at(decision->now_ms);

    if (start_ms < decision->now_ms)
        return decision_refuse(decision, CLINIC_CODE_SLOT_PAST, "start", "This time is over.");
    if (local_day_number_at(start_ms) > today + (int)decision->site->booking_days)
        return decision_refuse(decision, CLINIC_CODE_SLOT_TOO_FAR, "start",
                               "Visits can be booked %lld days ahead.",
                               (long long)decision->site->booking_days);
    return CLINIC_OK;
}

static enum clinic_status refuse_rules(struct decision *decision, const struct doctor_time *time)
{
    static const struct {
        enum clinic_code code;
        const char *message;
    } refusals[] = {
        [SCHEDULE_IN_TIME_OFF] = { CLINIC_CODE_SLOT_TIME_OFF, "The doctor is away that day." },
        [SCHEDULE_ON_HOLIDAY] = { CLINIC_CODE_SLOT_HOLIDAY, "The clinic is closed that day." },
        [SCHEDULE_OUTSIDE_HOURS] = { CLINIC_CODE_SLOT_OUTSIDE_HOURS,
                                     "The doctor does not work then." },
        [SCHEDULE_OFF_GRID] = { CLINIC_CODE_SLOT_OFF_GRID, "No slot begins at that time." },
    };
    struct schedule schedule;
    struct doctor doctor;

    enum clinic_status status = doctor_find(decision->store, &time->doctor_id, &doctor);
    if (status == CLINIC_OK)
        status = doctor_load_schedule(decision->store, &time->doctor_id, doctor.slot_minutes,
                                      local_day_number_at(time->start_ms),
                                      local_day_number_at(time->end_ms - 1), &schedule);
    if (status != CLINIC_OK)
        return status;
    const enum schedule_answer answer = schedule_check(&schedule, time->start_ms, time->end_ms);
    return answer == SCHEDULE_FITS ? CLINIC_OK
                                   : decision_refuse(decision, refusals[answer].code, "start", "%s",
                                                     refusals[answer].message);
}

static enum clinic_status refuse_taken(struct decision *decision, const struct doctor_time *time)
{
    bool is_taken = false;
    struct query *query = query_start(decision->store, doctor_sql[DOCTOR_BOOKED_BETWEEN]);

    query_bind_id(query, 1, &time->doctor_id);
    query_bind_integer(query, 2, time->start_ms);
    query_bind_integer(query, 3, time->end_ms);
    while (!is_taken && query_next(query)) {
        const struct clinic_id appointment_id = query_column_id(query, 0);
        is_taken = !clinic_id_equal(&appointment_id, &time->appointment_id);
    }
    enum clinic_status status = query_end(query);
    if (status != CLINIC_OK || !is_taken)
        return status;
    return decision_refuse(decision, CLINIC_CODE_CONFLICT_DOCTOR, "start",
                           "The doctor has another visit then.");
}

enum clinic_status doctor_refuse_time(struct decision *decision, const struct doctor_time *time)
{
    enum clinic_status status = refuse_date(decision, time->start_ms);

    if (status != CLINIC_OK || time->is_override)
        return status;
    status = refuse_rules(decision, time);
    return status == CLINIC_OK ? refuse_taken(decision, time) : status;
}
