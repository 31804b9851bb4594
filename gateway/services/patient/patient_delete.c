#include "../../store/vault.h"
#include "../staff/staff.h"
#include "patient_scope.h"

#include <string.h>

static cJSON *event_data(const struct decision *decision)
{
    const cJSON *request = decision->request->data;
    cJSON *data = cJSON_CreateObject();

    if (data != NULL
        && cJSON_AddStringToObject(data, "patient_id", clinic_json_text(request, "patient_id"))
        && cJSON_AddStringToObject(data, "reason", clinic_json_text(request, "reason"))
        && cJSON_AddStringToObject(data, "mode", "erased"))
        return data;
    cJSON_Delete(data);
    return NULL;
}

// The key goes last: what the deletion causes may still have to be sealed with it.
static enum clinic_status erase(struct decision *decision, const struct clinic_id *patient_id)
{
    enum clinic_status status = decision_append(decision, CLINIC_PATIENT_DELETED, decision->subject,
                                                NULL, NULL, event_data(decision));
    if (status == CLINIC_OK) {
        const struct clinic_id cause = decision->last_event;
        status = services_forget_patient(decision, patient_id, &cause);
    }
    if (status == CLINIC_OK)
        status = vault_destroy(decision->store, patient_id);
    decision->needs_checkpoint = status == CLINIC_OK;
    return status;
}

static enum clinic_status reply(struct decision *decision)
{
    const char *patient_id = clinic_json_text(decision->request->data, "patient_id");

    decision->reply->data = cJSON_CreateObject();
    return decision->reply->data != NULL
                   && cJSON_AddStringToObject(decision->reply->data, "patient_id", patient_id)
               ? CLINIC_OK
               : CLINIC_NOMEM;
}

static enum clinic_status confirm_member_id(struct decision *decision, const cJSON *record)
{
    const char *typed = clinic_json_text(decision->request->data, "member_id");

    if (strcmp(typed, clinic_json_text(record, "member_id")) == 0)
        return CLINIC_OK;
    return decision_refuse(decision, CLINIC_CODE_CONFIRM_MISMATCH, "member_id",
                           "This is not the member ID of the patient to be deleted.");
}

enum clinic_status patient_delete(struct decision *decision)
{
    struct patient_state state = { 0 };
    struct clinic_id patient_id = patient_name_subject(decision);

    enum clinic_status status =
        staff_confirm_pin(decision, clinic_json_text(decision->request->data, "pin"));
    if (status == CLINIC_OK)
        status = patient_load(decision->store, &patient_id, &state);
    if (status != CLINIC_OK)
        return status;
    if (!state.is_known)
        return decision_refuse(decision, CLINIC_CODE_NOT_FOUND, "patient_id",
                               "There is no such patient.");
    if (state.record != NULL) {
        status = confirm_member_id(decision, state.record);
        if (status == CLINIC_OK)
            status = services_refuse_deletion(decision, &patient_id);
        if (status == CLINIC_OK)
            status = erase(decision, &patient_id);
        cJSON_Delete(state.record);
    }
    return status == CLINIC_OK ? reply(decision) : status;
}
