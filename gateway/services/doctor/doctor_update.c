#include "../record.h"
#include "doctor_scope.h"

// One more doctor who takes bookings needs room in the list of doctors.
static enum clinic_status refuse_crowd(struct decision *decision, const cJSON *before,
                                       const cJSON *after)
{
    const bool is_activated = !clinic_json_boolean(before, "is_active", false)
                              && clinic_json_boolean(after, "is_active", false);

    return is_activated ? doctor_refuse_crowd(decision) : CLINIC_OK;
}

static enum clinic_status change(struct decision *decision, const cJSON *before, cJSON *after,
                                 cJSON *data)
{
    int changes = 0;
    enum clinic_status status = doctor_fields_take(decision, decision->request->data, after);

    if (status == CLINIC_OK)
        status = refuse_crowd(decision, before, after);
    if (status == CLINIC_OK)
        status = record_compare(before, after, doctor_field_names, data, &changes);
    if (status == CLINIC_OK && changes == 0)
        return decision_refuse(decision, CLINIC_CODE_NO_CHANGE, NULL,
                               "The record says so already.");
    return status;
}

static enum clinic_status update(struct decision *decision, const struct clinic_id *doctor_id,
                                 const struct doctor_state *state)
{
    cJSON *after = cJSON_Duplicate(state->record, true);
    cJSON *data = doctor_head(doctor_id, state->version + 1);
    enum clinic_status status = CLINIC_NOMEM;

    if (after != NULL && data != NULL)
        status = change(decision, state->record, after, data);
    cJSON_Delete(after);
    if (status != CLINIC_OK) {
        cJSON_Delete(data);
        return status;
    }
    status =
        decision_append(decision, CLINIC_DOCTOR_UPDATED, decision->subject, doctor_id, NULL, data);
    return status == CLINIC_OK ? doctor_reply_schedule(decision, doctor_id, state->version + 1)
                               : status;
}

enum clinic_status doctor_update(struct decision *decision)
{
    return doctor_change_asked(decision, update);
}
