#include "../../store/vault.h"
#include "../appointment/appointment.h"
#include "../doctor/doctor.h"
#include "../patient.h"
#include "feedback_scope.h"

#include <stdio.h>
#include <string.h>

// Durations, not days of a calendar: an hour more or less when clocks change is nobody's loss.
static const int64_t EDIT_MS = INT64_C(48) * 3600 * 1000;
static const int64_t VISIT_MS = INT64_C(90) * 24 * 3600 * 1000;

// A kiosk's request may have waited in its outbox: what counts is when the patient gave it.
static int64_t asked_at_ms(const struct decision *decision)
{
    return decision->request->time_ms < decision->now_ms ? decision->request->time_ms
                                                         : decision->now_ms;
}

// ---- which visit it is about

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

// The visit that was named. One that did not take place, or long ago, makes it general.
static enum clinic_status take_visit(struct decision *decision, struct feedback *feedback,
                                     const struct clinic_id *appointment_id)
{
    struct appointment visit;
    bool is_taken = false;

    enum clinic_status status = find_visit(decision, feedback, appointment_id, &visit);
    if (status != CLINIC_OK)
        return status;
    if (!clinic_id_is_none(&feedback->doctor_id)
        && !clinic_id_equal(&feedback->doctor_id, &visit.doctor_id))
        return decision_refuse(decision, CLINIC_CODE_INVALID_FIELD, "doctor_id",
                               "That visit was with another doctor.");
    status = has_feedback(decision->store, appointment_id, &is_taken);
    if (status == CLINIC_OK && is_taken)
        return decision_refuse(decision, CLINIC_CODE_EXISTS, "appointment_id",
                               "There is feedback about this visit already.");
    feedback->doctor_id = visit.doctor_id;
    if (visit.state == APPOINTMENT_FULFILLED
        && visit.closed_at_ms >= asked_at_ms(decision) - VISIT_MS)
        feedback->visit_id = *appointment_id;
    return status;
}

// No visit was named: the newest one with this doctor that nothing was said about yet, if there is one.
static enum clinic_status seek_visit(struct decision *decision, struct feedback *feedback)
{
    const int64_t since_ms = asked_at_ms(decision) - VISIT_MS;
    struct appointment visit = { .closed_at_ms = INT64_MAX };
    bool is_taken = true;
    enum clinic_status status = CLINIC_OK;

    while (status == CLINIC_OK && is_taken) {
        status =
            appointment_find_fulfilled(decision->store, &feedback->patient_id, &feedback->doctor_id,
                                       since_ms, visit.closed_at_ms, &visit);
        if (status == CLINIC_OK)
            status = has_feedback(decision->store, &visit.appointment_id, &is_taken);
    }
    if (status == CLINIC_OK)
        feedback->visit_id = visit.appointment_id;
    return status == CLINIC_NOT_FOUND ? CLINIC_OK : status;
}

// The id of somebody's feedback becomes the owner of a key: it must not be a person's.
static enum clinic_status refuse_owned_id(struct decision *decision,
                                          const struct clinic_id *feedback_id)
{
    uint8_t key[CLINIC_KEY_BYTES];
    enum clinic_status status = vault_key(decision->store, feedback_id, key);

    clinic_wipe(key, sizeof key);
    if (status == CLINIC_NOT_FOUND)
        return CLINIC_OK;
    if (status != CLINIC_OK && status != CLINIC_REFUSED)
        return status;
    return decision_refuse(decision, CLINIC_CODE_EXISTS, "feedback_id",
                           "This id belongs to something else.");
}

static enum clinic_status place(struct decision *decision, struct feedback *feedback)
{
    const struct clinic_id appointment_id = id_member(decision->request->data, "appointment_id");
    const bool has_patient = !clinic_id_is_none(&feedback->patient_id);

    enum clinic_status status = has_patient
                                    ? patient_refuse_missing(decision, &feedback->patient_id)
                                    : refuse_owned_id(decision, &feedback->feedback_id);
    if (status == CLINIC_OK && !clinic_id_is_none(&feedback->doctor_id))
        status = refuse_unknown_doctor(decision, &feedback->doctor_id);
    if (status == CLINIC_OK && !clinic_id_is_none(&appointment_id))
        status = take_visit(decision, feedback, &appointment_id);
    else if (status == CLINIC_OK && has_patient && !clinic_id_is_none(&feedback->doctor_id))
        status = seek_visit(decision, feedback);
    feedback->is_verified = !clinic_id_is_none(&feedback->visit_id);
    return status;
}

// ---- changing it

static bool differs(const struct clinic_id *wanted, const struct clinic_id *kept)
{
    return !clinic_id_is_none(wanted) && !clinic_id_is_none(kept) && !clinic_id_equal(wanted, kept);
}

static enum clinic_status refuse_other_subject(struct decision *decision,
                                               const struct feedback *wanted,
                                               const struct feedback *kept)
{
    const struct clinic_id appointment_id = id_member(decision->request->data, "appointment_id");

    if (differs(&wanted->doctor_id, &kept->doctor_id))
        return decision_refuse(decision, CLINIC_CODE_INVALID_FIELD, "doctor_id",
                               "This feedback is about another doctor, which cannot be changed.");
    if (differs(&appointment_id, &kept->visit_id))
        return decision_refuse(decision, CLINIC_CODE_INVALID_FIELD, "appointment_id",
                               "This feedback is about another visit, which cannot be changed.");
    return CLINIC_OK;
}

// A change is of the rating, the words and the name; whom and which visit it is about stays, and so does whether it is
// verified. `kept` is what there is.
static enum clinic_status change(struct decision *decision, const struct feedback *kept,
                                 struct feedback *wanted)
{
    if (kept->is_erased)
        return decision_refuse(decision, CLINIC_CODE_FEEDBACK_CLOSED, "feedback_id",
                               "This feedback can no longer be changed.");
    if (!clinic_id_equal(&kept->patient_id, &wanted->patient_id))
        return decision_refuse(decision, CLINIC_CODE_EXISTS, "feedback_id",
                               "There is other feedback with this id.");
    enum clinic_status status = refuse_other_subject(decision, wanted, kept);
    if (status != CLINIC_OK)
        return status;
    if (kept->rating == wanted->rating && kept->is_anonymous == wanted->is_anonymous
        && strcmp(kept->text, wanted->text) == 0)
        return decision_refuse(decision, CLINIC_CODE_NO_CHANGE, NULL,
                               "The feedback says so already.");
    if (asked_at_ms(decision) - kept->given_at_ms > EDIT_MS)
        return decision_refuse(decision, CLINIC_CODE_FEEDBACK_CLOSED, "feedback_id",
                               "Feedback can be changed for 48 hours.");
    wanted->version = kept->version + 1;
    wanted->doctor_id = kept->doctor_id;
    wanted->visit_id = kept->visit_id;
    wanted->is_verified = kept->is_verified;
    return CLINIC_OK;
}

// ---- what is written

// Where it is anonymous the visit is as telling as the name, and sealed like it.
static cJSON *event_data(const struct feedback *feedback)
{
    cJSON *data = cJSON_CreateObject();
    const char *visit = feedback->is_anonymous ? "visit_id" : "appointment_id";
    const char *kind = feedback_kind_name(feedback->is_verified);

    if (data != NULL && feedback_add_id(data, "feedback_id", &feedback->feedback_id)
        && feedback_add_id(data, "doctor_id", &feedback->doctor_id)
        && feedback_add_id(data, "patient_id", &feedback->patient_id)
        && feedback_add_id(data, visit, &feedback->visit_id)
        && cJSON_AddNumberToObject(data, "rating", (double)feedback->rating) != NULL
        && cJSON_AddNumberToObject(data, "version", (double)feedback->version) != NULL
        && cJSON_AddBoolToObject(data, "verified", feedback->is_verified) != NULL
        && cJSON_AddBoolToObject(data, "anonymous", feedback->is_anonymous) != NULL
        && cJSON_AddStringToObject(data, "kind", kind) != NULL
        && (feedback->text[0] == '\0'
            || cJSON_AddStringToObject(data, "text", feedback->text) != NULL))
        return data;
    cJSON_Delete(data);
    return NULL;
}

static enum clinic_status reply(struct decision *decision, const struct feedback *feedback)
{
    cJSON *data = cJSON_CreateObject();

    decision->reply->data = data;
    return data != NULL && feedback_add_id(data, "feedback_id", &feedback->feedback_id)
                   && cJSON_AddNumberToObject(data, "version", (double)feedback->version) != NULL
                   && cJSON_AddBoolToObject(data, "verified", feedback->is_verified) != NULL
               ? CLINIC_OK
               : CLINIC_NOMEM;
}

static void read_request(const cJSON *data, struct feedback *feedback)
{
    const char *text = clinic_json_text(data, "text");

    feedback->feedback_id = id_member(data, "feedback_id");
    feedback->patient_id = id_member(data, "patient_id");
    feedback->doctor_id = id_member(data, "doctor_id");
    feedback->is_anonymous = clinic_json_boolean(data, "anonymous", false);
    feedback->version = 1;
    (void)clinic_json_integer(data, "rating", &feedback->rating);
    (void)snprintf(feedback->text, sizeof feedback->text, "%s", text == NULL ? "" : text);
}

// Sealed with the patient's key; without a patient with a key of its own, so that no words lie open in the log.
enum clinic_status feedback_submit(struct decision *decision)
{
    struct feedback feedback = { 0 };
    struct feedback kept = { 0 };

    read_request(decision->request->data, &feedback);
    subject_print("feedback", &feedback.feedback_id, decision->subject);
    enum clinic_status status = feedback_load(decision->store, &feedback.feedback_id, &kept);
    if (status == CLINIC_OK)
        status = change(decision, &kept, &feedback);
    else if (status == CLINIC_NOT_FOUND)
        status = place(decision, &feedback);
    if (status != CLINIC_OK)
        return status;

    const struct clinic_id *owner =
        clinic_id_is_none(&feedback.patient_id) ? &feedback.feedback_id : &feedback.patient_id;
    status = decision_append(decision, CLINIC_FEEDBACK_SUBMITTED, decision->subject, owner, NULL,
                             event_data(&feedback));
    return status == CLINIC_OK ? reply(decision, &feedback) : status;
}
