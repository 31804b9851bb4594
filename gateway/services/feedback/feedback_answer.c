#include "feedback_scope.h"

static cJSON *event_data(const struct feedback *feedback, const char *text)
{
    cJSON *data = cJSON_CreateObject();

    if (data != NULL && json_add_id(data, "feedback_id", &feedback->feedback_id)
        && json_add_id(data, "doctor_id", &feedback->doctor_id)
        && json_add_id(data, "patient_id", &feedback->patient_id)
        && cJSON_AddNumberToObject(data, "version", (double)feedback->version + 1) != NULL
        && cJSON_AddStringToObject(data, "text", text) != NULL)
        return data;
    cJSON_Delete(data);
    return NULL;
}

// An answer is given once: the patient may have read it already.
enum clinic_status feedback_answer(struct decision *decision)
{
    struct feedback feedback = { 0 };
    const char *text = clinic_json_text(decision->request->data, "text");

    enum clinic_status status = feedback_load_asked(decision, &feedback);
    if (status != CLINIC_OK)
        return status;
    if (feedback.answered_at_ms != 0)
        return decision_refuse(decision, CLINIC_CODE_STATE_MISMATCH, "feedback_id",
                               "This feedback has been answered already.");
    if (clinic_id_is_none(&feedback.patient_id))
        return decision_refuse(decision, CLINIC_CODE_STATE_MISMATCH, "feedback_id",
                               "There is nobody who could read an answer to this feedback.");
    status = decision_append(decision, CLINIC_FEEDBACK_ANSWERED, decision->subject,
                             &feedback.patient_id, NULL, event_data(&feedback, text));
    return status == CLINIC_OK
               ? feedback_reply_version(decision, &feedback.feedback_id, feedback.version + 1)
               : status;
}
