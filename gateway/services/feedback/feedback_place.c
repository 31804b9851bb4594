// Whom and which visit new feedback is about.
#include "../appointment/appointment.h"
#include "../doctor/doctor.h"
#include "../patient/patient.h"
#include "feedback_scope.h"

// A duration, not days of a calendar: an hour more or less when clocks change is nobody's loss.
static const int64_t VISIT_MS = INT64_C(90) * 24 * 3600 * 1000;

static enum clinic_status refuse_unknown_doctor(struct decision *decision,
                                                const struct clinic_id *doctor_id)
{
    struct doctor doctor;
    enum clinic_status status = doctor_find(decision->store, doctor_id, &doctor);

    // One who has left the clinic may still be told what patients thought.
    if (status == CLINIC_NOT_FOUND)
        return decision_refuse(decision, CLINIC_CODE_NOT_FOUND, "doctor_id",
                               "There is no such doctor.");
    return status;
}

static enum clinic_status has_feedback(struct store *store, const struct clinic_id *visit_id,
                                       bool *ret_has)
{
    struct query *query = query_start(store, feedback_sql[FEEDBACK_OF_VISIT]);

    query_bind_id(query, 1, visit_id);
    *ret_has = query_next(query);
    return query_end(query);
}

// Somebody else's visit is refused in the words for one that does not exist.
static enum clinic_status find_visit(struct decision *decision, const struct feedback *feedback,
                                     const struct clinic_id *appointment_id,
                                     struct appointment *ret_visit)
{
    if (clinic_id_is_none(&feedback->patient_id))
        return decision_refuse(decision, CLINIC_CODE_INVALID_MISSING, "patient_id",
                               "Feedback about a visit needs the patient whose visit it was.");
    enum clinic_status status = appointment_find(decision->store, appointment_id, ret_visit);
    if (status == CLINIC_NOT_FOUND
        || (status == CLINIC_OK && !clinic_id_equal(&ret_visit->patient_id, &feedback->patient_id)))
        return decision_refuse(decision, CLINIC_CODE_NOT_FOUND, "appointment_id",
                               "This patient has no such visit.");
    return status;
}

// Only what was over when the patient gave the feedback, and not for long.
static bool counts(const struct decision *decision, const struct appointment *visit)
{
    const int64_t given_at_ms = decision_asked_at_ms(decision);

    return visit->state == APPOINTMENT_FULFILLED && visit->closed_at_ms <= given_at_ms
           && visit->closed_at_ms >= given_at_ms - VISIT_MS;
}

// The visit that was named. One that did not take place, or long ago, makes it general.
static enum clinic_status take_visit(struct decision *decision, struct feedback *feedback,
                                     const struct clinic_id *appointment_id)
{
    struct appointment visit = { 0 };
    bool is_taken = false;

    enum clinic_status status = find_visit(decision, feedback, appointment_id, &visit);
    if (status != CLINIC_OK)
        return status;
    if (!clinic_id_is_none(&feedback->doctor_id)
        && !clinic_id_equal(&feedback->doctor_id, &visit.doctor_id))
        return decision_refuse(decision, CLINIC_CODE_INVALID_FIELD, "doctor_id",
                               "That visit was with another doctor.");
    status = has_feedback(decision->store, appointment_id, &is_taken);
    if (status != CLINIC_OK)
        return status;
    if (is_taken)
        return decision_refuse(decision, CLINIC_CODE_EXISTS, "appointment_id",
                               "There is feedback about this visit already.");
    feedback->doctor_id = visit.doctor_id;
    if (counts(decision, &visit))
        feedback->visit_id = *appointment_id;
    return CLINIC_OK;
}

// No visit was named: the newest one with this doctor that nothing was said about yet, if there is one.
static enum clinic_status seek_visit(struct decision *decision, struct feedback *feedback)
{
    const int64_t given_at_ms = decision_asked_at_ms(decision);
    struct appointment visit = { .closed_at_ms = given_at_ms + 1 };
    bool is_taken = true;
    enum clinic_status status = CLINIC_OK;

    while (status == CLINIC_OK && is_taken) {
        status =
            appointment_find_fulfilled(decision->store, &feedback->patient_id, &feedback->doctor_id,
                                       given_at_ms - VISIT_MS, visit.closed_at_ms, &visit);
        if (status == CLINIC_OK)
            status = has_feedback(decision->store, &visit.appointment_id, &is_taken);
    }
    if (status == CLINIC_OK)
        feedback->visit_id = visit.appointment_id;
    return status == CLINIC_NOT_FOUND ? CLINIC_OK : status;
}

enum clinic_status feedback_place(struct decision *decision, struct feedback *feedback)
{
    const struct clinic_id appointment_id = id_member(decision->request->data, "appointment_id");
    const bool has_patient = !clinic_id_is_none(&feedback->patient_id);

    enum clinic_status status =
        has_patient ? patient_refuse_missing(decision, &feedback->patient_id)
                    : decision_refuse_owner(decision, &feedback->feedback_id, "feedback_id");
    if (status == CLINIC_OK && !clinic_id_is_none(&feedback->doctor_id))
        status = refuse_unknown_doctor(decision, &feedback->doctor_id);
    if (status == CLINIC_OK && !clinic_id_is_none(&appointment_id))
        status = take_visit(decision, feedback, &appointment_id);
    else if (status == CLINIC_OK && has_patient && !clinic_id_is_none(&feedback->doctor_id))
        status = seek_visit(decision, feedback);
    feedback->is_verified = !clinic_id_is_none(&feedback->visit_id);
    return status;
}
