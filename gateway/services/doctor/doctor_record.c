#include "../contact.h"
#include "../json_add.h"
#include "../record.h"
#include "../tidy.h"
#include "doctor_scope.h"

#include <stdio.h>

// ---- from rows

static void copy_text(struct query *query, int column, char *text, size_t bytes)
{
    const char *value = query_column_text(query, column);

    (void)snprintf(text, bytes, "%s", value == NULL ? "" : value);
}

enum clinic_status doctor_find(struct store *store, const struct clinic_id *doctor_id,
                               struct doctor *ret_doctor)
{
    struct doctor doctor = { 0 };
    struct query *query = query_start(store, doctor_sql[DOCTOR_LOOK]);

    query_bind_id(query, 1, doctor_id);
    if (query_next(query)) {
        doctor.number = query_column_integer(query, 0);
        doctor.is_active = query_column_integer(query, 1) != 0;
        doctor.slot_minutes = (int)query_column_integer(query, 2);
        copy_text(query, 3, doctor.name, sizeof doctor.name);
        copy_text(query, 4, doctor.email, sizeof doctor.email);
        copy_text(query, 5, doctor.phone, sizeof doctor.phone);
        copy_text(query, 6, doctor.language, sizeof doctor.language);
    }
    enum clinic_status status = query_end(query);
    if (status != CLINIC_OK)
        return status;
    if (doctor.number == 0)
        return CLINIC_NOT_FOUND;
    *ret_doctor = doctor;
    return CLINIC_OK;
}

// The columns of DOCTOR_LOAD.
static cJSON *read_record(struct query *query, const struct clinic_id *doctor_id)
{
    cJSON *record = doctor_head(doctor_id, query_column_integer(query, 0));

    if (record != NULL
        && cJSON_AddNumberToObject(record, "number", (double)query_column_integer(query, 1)) != NULL
        && cJSON_AddBoolToObject(record, "is_active", query_column_integer(query, 2) != 0) != NULL
        && json_add_text(record, "specialty", query_column_text(query, 3))
        && cJSON_AddNumberToObject(record, "slot_minutes", (double)query_column_integer(query, 4))
               != NULL
        && json_add_text(record, "name", query_column_text(query, 5))
        && json_add_text(record, "email", query_column_text(query, 6))
        && json_add_text(record, "phone", query_column_text(query, 7))
        && json_add_text(record, "language", query_column_text(query, 8)))
        return record;
    cJSON_Delete(record);
    return NULL;
}

enum clinic_status doctor_load(struct store *store, const struct clinic_id *doctor_id,
                               struct doctor_state *ret_state)
{
    struct doctor_state state = { 0 };
    bool is_known = false;
    struct query *query = query_start(store, doctor_sql[DOCTOR_LOAD]);

    query_bind_id(query, 1, doctor_id);
    if (query_next(query)) {
        is_known = true;
        state.version = query_column_integer(query, 0);
        state.record = read_record(query, doctor_id);
    }
    enum clinic_status status = query_end(query);
    if (status == CLINIC_OK && !is_known)
        status = CLINIC_NOT_FOUND;
    if (status == CLINIC_OK && state.record == NULL)
        status = CLINIC_NOMEM;
    if (status != CLINIC_OK) {
        cJSON_Delete(state.record);
        return status;
    }
    *ret_state = state;
    return CLINIC_OK;
}

// ---- for the handlers

cJSON *doctor_head(const struct clinic_id *doctor_id, int64_t version)
{
    cJSON *head = cJSON_CreateObject();

    if (head != NULL && json_add_id(head, "doctor_id", doctor_id)
        && cJSON_AddNumberToObject(head, "version", (double)version) != NULL)
        return head;
    cJSON_Delete(head);
    return NULL;
}

enum clinic_status doctor_load_asked(struct decision *decision, struct clinic_id *ret_doctor_id,
                                     struct doctor_state *ret_state)
{
    const struct clinic_id doctor_id = id_member(decision->request->data, "doctor_id");

    subject_print("doctor", &doctor_id, decision->subject);
    enum clinic_status status = doctor_load(decision->store, &doctor_id, ret_state);
    if (status == CLINIC_NOT_FOUND)
        return decision_refuse(decision, CLINIC_CODE_NOT_FOUND, "doctor_id",
                               "There is no such doctor.");
    if (status == CLINIC_OK)
        *ret_doctor_id = doctor_id;
    return status;
}

// ---- what people fill in

const char *const doctor_field_names[] = {
    "name", "email", "phone", "language", "specialty", "slot_minutes", "is_active", NULL,
};

enum { SPECIALTY_BYTES = 81 };

static enum clinic_status take_specialty(struct decision *decision, const cJSON *value,
                                         cJSON **ret_value)
{
    char specialty[SPECIALTY_BYTES];

    if (!tidy_text(value->valuestring, specialty, sizeof specialty))
        return decision_refuse(decision, CLINIC_CODE_INVALID_FIELD, "specialty",
                               "A specialty has 1 to 80 bytes besides spaces.");
    *ret_value = cJSON_CreateString(specialty);
    return CLINIC_OK;
}

// The catalogue has checked all there is to check.
static enum clinic_status take_as_it_is(struct decision *decision, const cJSON *value,
                                        cJSON **ret_value)
{
    (void)decision;
    *ret_value = cJSON_Duplicate(value, true);
    return CLINIC_OK;
}

// In the order of the names above. NULL instead of a value: out of memory.
static enum clinic_status (*const takers[])(struct decision *, const cJSON *, cJSON **) = {
    contact_take_name, contact_take_email, contact_take_phone, contact_take_language,
    take_specialty,    take_as_it_is,      take_as_it_is,
};

static enum clinic_status take_field(struct decision *decision, size_t field, const cJSON *value,
                                     cJSON *record)
{
    cJSON *taken = NULL;

    if (cJSON_IsNull(value)) {
        cJSON_DeleteItemFromObjectCaseSensitive(record, doctor_field_names[field]);
        return CLINIC_OK;
    }
    enum clinic_status status = takers[field](decision, value, &taken);
    if (status == CLINIC_OK && !record_put(record, doctor_field_names[field], taken))
        status = CLINIC_NOMEM;
    return status;
}

enum clinic_status doctor_fields_take(struct decision *decision, const cJSON *fields, cJSON *record)
{
    enum clinic_status status = CLINIC_OK;

    for (size_t i = 0; i < ARRAY_SIZE(takers) && status == CLINIC_OK; i++) {
        const cJSON *value = clinic_json_member(fields, doctor_field_names[i]);
        if (value != NULL)
            status = take_field(decision, i, value, record);
    }
    return status;
}
