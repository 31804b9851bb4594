// Feedback as it is given and changed.
#include "feedback_scope.h"

#include <stdio.h>
#include <string.h>

static const int64_t EDIT_MS = INT64_C(48) * 3600 * 1000;

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

// The 48 hours are counted to the time at which the change was asked for. One that was asked for before the first version
// was known came out of the same outbox, or from a clock that is behind: it counts from now.
static bool is_closed(const struct decision *decision, const struct feedback *kept)
{
    const int64_t asked_at_ms = decision_asked_at_ms(decision);
    const int64_t until_ms = asked_at_ms < kept->given_at_ms ? decision->now_ms : asked_at_ms;

    return until_ms - kept->given_at_ms > EDIT_MS;
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
    if (is_closed(decision, kept))
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

    if (data != NULL && json_add_id(data, "feedback_id", &feedback->feedback_id)
        && json_add_id(data, "doctor_id", &feedback->doctor_id)
        && json_add_id(data, "patient_id", &feedback->patient_id)
        && json_add_id(data, visit, &feedback->visit_id)
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
    enum clinic_status status =
        feedback_reply_version(decision, &feedback->feedback_id, feedback->version);

    if (status == CLINIC_OK
        && cJSON_AddBoolToObject(decision->reply->data, "verified", feedback->is_verified) == NULL)
        status = CLINIC_NOMEM;
    return status;
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
        status = feedback_place(decision, &feedback);
    if (status != CLINIC_OK)
        return status;

    const struct clinic_id *owner =
        clinic_id_is_none(&feedback.patient_id) ? &feedback.feedback_id : &feedback.patient_id;
    status = decision_append(decision, CLINIC_FEEDBACK_SUBMITTED, decision->subject, owner, NULL,
                             event_data(&feedback));
    return status == CLINIC_OK ? reply(decision, &feedback) : status;
}
