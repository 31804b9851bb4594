#include "../doctor/doctor.h"
#include "appointment_scope.h"

static enum clinic_status refuse_patient_twice(struct decision *decision,
                                               const struct appointment *wanted)
{
    struct query *query = query_start(decision->store, appointment_sql[SQL_OVERLAPPING]);

    query_bind_id(query, 1, &wanted->patient_id);
    query_bind_integer(query, 2, wanted->start_ms);
    query_bind_integer(query, 3, wanted->end_ms);
    query_bind_id(query, 4, &wanted->appointment_id);
    bool is_elsewhere = query_next(query);
    enum clinic_status status = query_end(query);
    if (status == CLINIC_OK && is_elsewhere)
        return decision_refuse(decision, CLINIC_CODE_CONFLICT_PATIENT, "start",
                               "The patient has another visit at this time.");
    return status;
}

enum clinic_status appointment_refuse_time(struct decision *decision,
                                           const struct appointment *wanted, bool is_override)
{
    const struct doctor_time time = {
        .doctor_id = wanted->doctor_id,
        .appointment_id = wanted->appointment_id,
        .start_ms = wanted->start_ms,
        .end_ms = wanted->end_ms,
        .is_override = is_override,
    };
    enum clinic_status status = doctor_refuse_time(decision, &time);

    return status == CLINIC_OK ? refuse_patient_twice(decision, wanted) : status;
}
