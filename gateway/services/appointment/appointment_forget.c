// appointment_forget.c - what the deletion of a patient means for the visits.
#include "appointment_scope.h"

enum clinic_status appointment_refuse_deletion(struct decision *decision,
                                               const struct clinic_id *patient_id)
{
    struct query *query = query_start(decision->store, appointment_sql[SQL_PRESENT]);

    query_bind_id(query, 1, patient_id);
    bool is_present = query_next(query);
    enum clinic_status status = query_end(query);
    if (status == CLINIC_OK && is_present)
        return decision_refuse(decision, CLINIC_CODE_PATIENT_PRESENT, "patient_id",
                               "The patient has a visit that is not over. Close it first.");
    return status;
}

// Past visits stay: they were counted, and somebody has to say how they ended.
enum clinic_status appointment_forget(struct decision *decision, const struct clinic_id *patient_id,
                                      const struct clinic_id *cause)
{
    struct appointment_row row = { .appointment.start_ms = decision->now_ms };
    bool is_late;
    enum clinic_status status = CLINIC_OK;

    // Visits of one patient never begin together, so that the search can go on after the last.
    while (status == CLINIC_OK) {
        struct query *query = query_start(decision->store, appointment_sql[SQL_NEXT_BOOKED]);
        query_bind_id(query, 1, patient_id);
        query_bind_integer(query, 2, row.appointment.start_ms);
        status = appointment_first(query, &row);
        if (status == CLINIC_OK)
            status = appointment_append_canceled(decision, &row.appointment, "clinic",
                                                 "patient-deleted", cause, &is_late);
    }
    return status == CLINIC_NOT_FOUND ? CLINIC_OK : status;
}
