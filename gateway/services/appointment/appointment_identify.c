// appointment_identify.c - whose visit it is that somebody at a kiosk has come for.
//
// Unknown, wrong, nothing booked, and two patients to whom it fits alike (twins with one phone) are the same answer:
// please see the reception.
#include "../guess.h"
#include "../patient/patient.h"
#include "appointment_scope.h"

enum {
    MINUTE_MS = 60 * 1000,
    EARLY_MS = 120 * MINUTE_MS, // so long before the start a patient may come
    LATE_MS = 30 * MINUTE_MS,   // and so long after it
};

bool appointment_is_in_window(const struct appointment *appointment, int64_t at_ms)
{
    return appointment->start_ms >= at_ms - LATE_MS && appointment->start_ms <= at_ms + EARLY_MS;
}

// ---- which visit

// The first one that is not over. CLINIC_NOT_FOUND: none.
static enum clinic_status find_visit(struct decision *decision, const struct clinic_id *patient_id,
                                     struct appointment_row *ret_row)
{
    const int64_t asked_at_ms = decision_asked_at_ms(decision);
    const struct clinic_id named = id_member(decision->request->data, "appointment_id");
    struct query *query = query_start(decision->store, appointment_sql[SQL_IN_WINDOW]);

    query_bind_id(query, 1, patient_id);
    query_bind_integer(query, 2, asked_at_ms - LATE_MS);
    query_bind_integer(query, 3, asked_at_ms + EARLY_MS);
    query_bind_id(query, 4, &named);
    return appointment_first(query, ret_row);
}

static enum clinic_status find_visits(struct decision *decision,
                                      const struct patient_candidates *candidates,
                                      struct appointment_row *ret_row, int *ret_count)
{
    enum clinic_status status = CLINIC_OK;

    *ret_count = 0;
    for (size_t i = 0; i < candidates->count && status == CLINIC_OK; i++) {
        status = find_visit(decision, &candidates->ids[i], ret_row);
        *ret_count += status == CLINIC_OK;
        if (status == CLINIC_NOT_FOUND)
            status = CLINIC_OK;
    }
    return status;
}

enum clinic_status appointment_identify(struct decision *decision, struct appointment_row *ret_row)
{
    struct patient_candidates candidates;
    int visits = 0;

    enum clinic_status status = patient_identify(decision, &candidates);
    if (status == CLINIC_OK)
        status = find_visits(decision, &candidates, ret_row, &visits);
    if (status == CLINIC_OK && visits != 1)
        return guess_refuse_wrong(decision, "No visit was found. Please see the reception.");
    if (status == CLINIC_OK)
        status = guess_forget(decision);
    if (status == CLINIC_OK) {
        subject_print("patient", &ret_row->appointment.patient_id, decision->subject);
        decision->reply_owner = ret_row->appointment.patient_id;
    }
    return status;
}
