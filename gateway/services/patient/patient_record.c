#include "../json_add.h"
#include "../record.h"
#include "patient_scope.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// ---- from events

cJSON *patient_record_create(const cJSON *created)
{
    static const char *const identity[] = { "patient_id", "member_id", "provisional", NULL };
    cJSON *record = cJSON_CreateObject();

    if (record != NULL && record_merge(record, created, identity)
        && cJSON_AddNumberToObject(record, "version", 1) != NULL
        && record_merge(record, created, patient_field_names))
        return record;
    cJSON_Delete(record);
    return NULL;
}

bool patient_record_merge(cJSON *record, const cJSON *updated)
{
    static const char *const state[] = { "version", "provisional", NULL };

    return record_merge(record, updated, state)
           && record_merge(record, updated, patient_field_names);
}

// ---- from rows

// The columns of PATIENT_LOAD.
static cJSON *read_record(struct query *query, const struct clinic_id *patient_id)
{
    cJSON *record = cJSON_CreateObject();

    if (record != NULL && json_add_id(record, "patient_id", patient_id)
        && json_add_text(record, "member_id", query_column_text(query, 3))
        && cJSON_AddNumberToObject(record, "version", (double)query_column_integer(query, 1))
        && cJSON_AddBoolToObject(record, "provisional", query_column_integer(query, 2) != 0)
        && json_add_text(record, "name", query_column_text(query, 4))
        && json_add_text(record, "birth_date", query_column_text(query, 5))
        && json_add_text(record, "email", query_column_text(query, 6))
        && json_add_text(record, "phone", query_column_text(query, 7))
        && record_put(record, "preconditions", cJSON_Parse(query_column_text(query, 8)))
        && json_add_text(record, "language", query_column_text(query, 9))
        && json_add_text(record, "email_consent", query_column_text(query, 10))
        && json_add_text(record, "sms_consent", query_column_text(query, 11)))
        return record;
    cJSON_Delete(record);
    return NULL;
}

enum clinic_status patient_load(struct store *store, const struct clinic_id *patient_id,
                                struct patient_state *ret_state)
{
    struct patient_state state = { 0 };
    bool is_out_of_memory = false;
    struct query *query = query_start(store, patient_sql[PATIENT_LOAD]);

    query_bind_id(query, 1, patient_id);
    if (query_next(query)) {
        state.is_known = true;
        state.is_deleted = query_column_integer(query, 0) != 0;
        state.version = query_column_integer(query, 1);
        if (!query_column_is_null(query, 4)) {
            state.record = read_record(query, patient_id);
            is_out_of_memory = state.record == NULL;
        }
    }
    enum clinic_status status = query_end(query);
    if (status == CLINIC_OK && is_out_of_memory)
        status = CLINIC_NOMEM;
    if (status != CLINIC_OK) {
        cJSON_Delete(state.record);
        return status;
    }
    *ret_state = state;
    return CLINIC_OK;
}

enum clinic_status patient_words(struct store *store, const struct clinic_id *patient_id,
                                 char **ret_words)
{
    char *words = NULL;
    struct query *query = query_start(store, patient_sql[PATIENT_WORDS]);

    query_bind_id(query, 1, patient_id);
    const char *found = query_next(query) ? query_column_text(query, 0) : NULL;
    words = strdup(found == NULL ? "" : found);
    enum clinic_status status = query_end(query);
    if (status == CLINIC_OK && words == NULL)
        status = CLINIC_NOMEM;
    if (status != CLINIC_OK) {
        free(words);
        return status;
    }
    *ret_words = words;
    return CLINIC_OK;
}

cJSON *patient_match(struct query *query)
{
    const struct clinic_id patient_id = query_column_id(query, 0);
    cJSON *match = cJSON_CreateObject();

    if (match != NULL && json_add_id(match, "patient_id", &patient_id)
        && json_add_text(match, "member_id", query_column_text(query, 1))
        && json_add_text(match, "name", query_column_text(query, 2))
        && json_add_text(match, "birth_date", query_column_text(query, 3))
        && cJSON_AddBoolToObject(match, "provisional", query_column_integer(query, 4) != 0))
        return match;
    cJSON_Delete(match);
    return NULL;
}

enum clinic_status patient_find_member(struct store *store, const char *member_id,
                                       struct clinic_id *ret_patient_id,
                                       char ret_birth_date[static PATIENT_DAY_BYTES])
{
    bool is_found = false;
    struct query *query = query_start(store, patient_sql[PATIENT_FIND_MEMBER]);

    query_bind_text(query, 1, member_id);
    if (query_next(query)) {
        is_found = true;
        *ret_patient_id = query_column_id(query, 0);
        (void)snprintf(ret_birth_date, PATIENT_DAY_BYTES, "%s", query_column_text(query, 1));
    }
    enum clinic_status status = query_end(query);
    return status == CLINIC_OK && !is_found ? CLINIC_NOT_FOUND : status;
}

// ---- for the handlers

struct clinic_id patient_name_subject(struct decision *decision)
{
    const struct clinic_id patient_id = id_member(decision->request->data, "patient_id");

    subject_print("patient", &patient_id, decision->subject);
    return patient_id;
}

enum clinic_status patient_load_living(struct decision *decision,
                                       const struct clinic_id *patient_id,
                                       struct patient_state *ret_state)
{
    enum clinic_status status = patient_load(decision->store, patient_id, ret_state);
    if (status != CLINIC_OK)
        return status;
    if (!ret_state->is_known)
        return decision_refuse(decision, CLINIC_CODE_NOT_FOUND, "patient_id",
                               "There is no such patient.");
    if (ret_state->record == NULL)
        return decision_refuse(decision, CLINIC_CODE_PATIENT_DELETED, "patient_id",
                               "This patient's record has been deleted.");
    return CLINIC_OK;
}
