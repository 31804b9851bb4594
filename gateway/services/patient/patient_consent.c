// patient_consent.c - who stands at a kiosk agrees to messages, or does so no longer.
#include "../guess.h"
#include "../record.h"
#include "patient_scope.h"

// A kiosk changes these alone: what it identifies somebody by is no change, though fields of a record are called so too.
static const char *const consents[] = { "email_consent", "sms_consent", NULL };

static enum clinic_status change(struct decision *decision, const struct clinic_id *patient_id)
{
    struct patient_state state = { 0 };
    cJSON *fields = cJSON_CreateObject();
    enum clinic_status status = CLINIC_NOMEM;

    if (fields != NULL && record_merge(fields, decision->request->data, consents))
        status = patient_load_living(decision, patient_id, &state);
    if (status == CLINIC_OK)
        status = patient_append_update(decision, patient_id, &state, fields);
    cJSON_Delete(state.record);
    cJSON_Delete(fields);
    return status;
}

// The version is that of now: whoever answers a question has not looked at a record before.
enum clinic_status patient_consent(struct decision *decision)
{
    struct patient_candidates candidates;

    enum clinic_status status = patient_identify(decision, &candidates);
    if (status == CLINIC_OK && candidates.count != 1)
        return guess_refuse_wrong(decision, "No record was found. Please see the reception.");
    if (status == CLINIC_OK)
        status = change(decision, &candidates.ids[0]);
    return status == CLINIC_OK ? guess_forget(decision) : status;
}
