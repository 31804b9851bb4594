// patient_contact.c - what other services need to know of a patient.
#include "patient_scope.h"

#include <stdio.h>
#include <string.h>

static void copy(const cJSON *record, const char *name, char *text, size_t text_bytes)
{
    const char *value = clinic_json_text(record, name);

    (void)snprintf(text, text_bytes, "%s", value == NULL ? "" : value);
}

void patient_contact_of(const cJSON *record, struct patient_contact *ret_contact)
{
    copy(record, "name", ret_contact->name, sizeof ret_contact->name);
    copy(record, "email", ret_contact->email, sizeof ret_contact->email);
    copy(record, "phone", ret_contact->phone, sizeof ret_contact->phone);
    copy(record, "language", ret_contact->language, sizeof ret_contact->language);
    copy(record, "email_consent", ret_contact->email_consent, sizeof ret_contact->email_consent);
    copy(record, "sms_consent", ret_contact->sms_consent, sizeof ret_contact->sms_consent);
    ret_contact->may_email =
        ret_contact->email[0] != '\0' && strcmp(ret_contact->email_consent, "given") == 0;
    ret_contact->may_sms =
        ret_contact->phone[0] != '\0' && strcmp(ret_contact->sms_consent, "given") == 0;
}

enum clinic_status patient_find_contact(struct store *store, const struct clinic_id *patient_id,
                                        struct patient_contact *ret_contact)
{
    struct patient_state state = { 0 };

    enum clinic_status status = patient_load(store, patient_id, &state);
    if (status != CLINIC_OK)
        return status;
    if (state.record == NULL)
        return state.is_known ? CLINIC_REFUSED : CLINIC_NOT_FOUND;
    patient_contact_of(state.record, ret_contact);
    cJSON_Delete(state.record);
    return CLINIC_OK;
}

enum clinic_status patient_find_born(struct store *store, const char *birth_date,
                                     const char *phone_end, struct clinic_id *ret_patient_ids,
                                     size_t capacity, size_t *ret_count)
{
    struct query *query = query_start(store, patient_sql[PATIENT_FIND_BORN]);

    query_bind_text(query, 1, birth_date);
    query_bind_text(query, 2, phone_end);
    query_bind_integer(query, 3, (int64_t)capacity);
    *ret_count = 0;
    while (*ret_count < capacity && query_next(query))
        ret_patient_ids[(*ret_count)++] = query_column_id(query, 0);
    return query_end(query);
}

enum clinic_status patient_refuse_missing(struct decision *decision,
                                          const struct clinic_id *patient_id)
{
    struct patient_state state = { 0 };

    enum clinic_status status = patient_load_living(decision, patient_id, &state);
    if (status == CLINIC_OK)
        cJSON_Delete(state.record);
    return status;
}
