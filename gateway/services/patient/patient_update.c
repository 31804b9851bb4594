#include "../json_add.h"
#include "../record.h"
#include "patient_scope.h"

#include <string.h>

// The caller sees what is there now and can make the change from it.
static enum clinic_status refuse_stale(struct decision *decision,
                                       const struct clinic_id *patient_id,
                                       struct patient_state *state)
{
    cJSON *data = cJSON_CreateObject();

    if (data == NULL || !cJSON_AddItemToObject(data, "patient", state->record)) {
        cJSON_Delete(data);
        return CLINIC_NOMEM;
    }
    state->record = NULL;
    decision->reply->data = data;
    decision->reply_owner = *patient_id;
    return decision_refuse(decision, CLINIC_CODE_STALE_VERSION, "expected_version",
                           "Somebody else has changed this record. Look at it again.");
}

static enum clinic_status take_provisional(struct decision *decision, const cJSON *fields,
                                           cJSON *record)
{
    const cJSON *wanted = clinic_json_member(fields, "provisional");

    if (wanted == NULL)
        return CLINIC_OK;
    if (cJSON_IsTrue(wanted) && !clinic_json_boolean(record, "provisional", false))
        return decision_refuse(decision, CLINIC_CODE_INVALID_FIELD, "provisional",
                               "A completed record does not become provisional again.");
    return record_put(record, "provisional", cJSON_CreateBool(cJSON_IsTrue(wanted))) ? CLINIC_OK
                                                                                     : CLINIC_NOMEM;
}

// Consent was given for an address, not for whatever comes after it. A withdrawal stays.
static enum clinic_status reset_consents(const cJSON *fields, const cJSON *before, cJSON *after)
{
    static const struct {
        const char *address;
        const char *consent;
    } pairs[] = { { "phone", "sms_consent" }, { "email", "email_consent" } };

    for (size_t i = 0; i < ARRAY_SIZE(pairs); i++) {
        bool is_told = clinic_json_member(fields, pairs[i].consent) != NULL;
        if (is_told || record_is_same(before, after, pairs[i].address)
            || strcmp(clinic_json_text(after, pairs[i].consent), "given") != 0)
            continue;
        if (!record_put(after, pairs[i].consent, cJSON_CreateString("none")))
            return CLINIC_NOMEM;
    }
    return CLINIC_OK;
}

// What a patient's record may change in: the fields that people fill in, and whether it is complete.
static enum clinic_status compare(const cJSON *before, const cJSON *after, cJSON *data,
                                  int *ret_changes)
{
    static const char *const state[] = { "provisional", NULL };

    enum clinic_status status =
        record_compare(before, after, patient_field_names, data, ret_changes);
    return status == CLINIC_OK ? record_compare(before, after, state, data, ret_changes) : status;
}

static enum clinic_status change(struct decision *decision, const cJSON *fields,
                                 const cJSON *before, cJSON *after, cJSON *data)
{
    int changes = 0;
    enum clinic_status status = patient_fields_take(decision, fields, after);

    if (status == CLINIC_OK)
        status = take_provisional(decision, fields, after);
    if (status == CLINIC_OK)
        status = reset_consents(fields, before, after);
    if (status == CLINIC_OK)
        status = compare(before, after, data, &changes);
    if (status == CLINIC_OK && changes == 0)
        return decision_refuse(decision, CLINIC_CODE_NO_CHANGE, NULL,
                               "The record says so already.");
    return status;
}

// `object` is both the event's data and the reply's, as far as they are the same.
static bool put_head(cJSON *object, const struct clinic_id *patient_id, int64_t version)
{
    return object != NULL && json_add_id(object, "patient_id", patient_id)
           && cJSON_AddNumberToObject(object, "version", (double)version) != NULL;
}

enum clinic_status patient_append_update(struct decision *decision,
                                         const struct clinic_id *patient_id,
                                         const struct patient_state *state, const cJSON *fields)
{
    cJSON *after = cJSON_Duplicate(state->record, true);
    cJSON *data = cJSON_CreateObject();
    enum clinic_status status = CLINIC_NOMEM;

    if (after != NULL && put_head(data, patient_id, state->version + 1))
        status = change(decision, fields, state->record, after, data);
    cJSON_Delete(after);
    if (status != CLINIC_OK) {
        cJSON_Delete(data);
        return status;
    }
    status = decision_append(decision, CLINIC_PATIENT_UPDATED, decision->subject, patient_id, NULL,
                             data);
    if (status != CLINIC_OK)
        return status;
    decision->reply->data = cJSON_CreateObject();
    return put_head(decision->reply->data, patient_id, state->version + 1) ? CLINIC_OK
                                                                           : CLINIC_NOMEM;
}

enum clinic_status patient_update(struct decision *decision)
{
    struct patient_state state = { 0 };
    int64_t expected = 0;
    struct clinic_id patient_id = patient_name_subject(decision);
    enum clinic_status status = patient_load_living(decision, &patient_id, &state);

    (void)clinic_json_integer(decision->request->data, "expected_version", &expected);
    if (status == CLINIC_OK && expected != state.version)
        status = refuse_stale(decision, &patient_id, &state);
    if (status == CLINIC_OK)
        status = patient_append_update(decision, &patient_id, &state, decision->request->data);
    cJSON_Delete(state.record);
    return status;
}
