// doctor_read.c - doctor/list and doctor/read.
#include "../json_add.h"
#include "doctor_scope.h"

enum { LIST_MAX = 80 };

// ---- the list

// The columns of DOCTOR_LIST.
static cJSON *make_row(struct query *query)
{
    const struct clinic_id doctor_id = query_column_id(query, 0);
    cJSON *row = cJSON_CreateObject();

    if (row != NULL && json_add_id(row, "doctor_id", &doctor_id)
        && cJSON_AddNumberToObject(row, "number", (double)query_column_integer(query, 1)) != NULL
        && cJSON_AddBoolToObject(row, "is_active", query_column_integer(query, 2) != 0) != NULL
        && cJSON_AddStringToObject(row, "specialty", query_column_text(query, 3)) != NULL
        && cJSON_AddNumberToObject(row, "slot_minutes", (double)query_column_integer(query, 4))
               != NULL
        && cJSON_AddStringToObject(row, "name", query_column_text(query, 5)) != NULL)
        return row;
    cJSON_Delete(row);
    return NULL;
}

static enum clinic_status add_rows(struct store *store, bool is_active, cJSON *list)
{
    struct query *query = query_start(store, doctor_sql[DOCTOR_LIST]);

    query_bind_integer(query, 1, is_active);
    query_bind_integer(query, 2, LIST_MAX - cJSON_GetArraySize(list));
    return json_add_rows(list, query, make_row);
}

// Those who take bookings all fit; of the others as many as there is room for.
enum clinic_status doctor_list(struct decision *decision)
{
    cJSON *data = cJSON_CreateObject();
    cJSON *list = cJSON_AddArrayToObject(data, "doctors");

    decision->reply->data = data;
    if (list == NULL)
        return CLINIC_NOMEM;
    enum clinic_status status = add_rows(decision->store, true, list);
    return status == CLINIC_OK ? add_rows(decision->store, false, list) : status;
}

// ---- one record

// Takes the record over.
static enum clinic_status give(struct decision *decision, const struct clinic_id *doctor_id,
                               cJSON *record)
{
    cJSON *data = cJSON_CreateObject();

    if (data == NULL || !cJSON_AddItemToObject(data, "doctor", record)) {
        cJSON_Delete(data);
        cJSON_Delete(record);
        return CLINIC_NOMEM;
    }
    decision->reply->data = data;
    decision->reply_owner = *doctor_id;
    return doctor_add_rules(decision->store, doctor_id, record);
}

enum clinic_status doctor_read(struct decision *decision)
{
    struct doctor_state state = { 0 };
    struct clinic_id doctor_id = { 0 };

    enum clinic_status status = doctor_load_asked(decision, &doctor_id, &state);
    if (status == CLINIC_OK)
        status = give(decision, &doctor_id, state.record);
    if (status == CLINIC_OK)
        status = doctor_add_holidays(decision->store, decision->reply->data);
    return status == CLINIC_OK ? doctor_add_conflicts(decision, &doctor_id, decision->reply->data)
                               : status;
}

// Refuses with the record, which the reply takes over.
static enum clinic_status refuse_stale(struct decision *decision, const struct clinic_id *doctor_id,
                                       struct doctor_state *state)
{
    int64_t expected = 0;

    (void)clinic_json_integer(decision->request->data, "expected_version", &expected);
    if (expected == state->version)
        return CLINIC_OK;
    enum clinic_status status = give(decision, doctor_id, state->record);
    state->record = NULL;
    if (status != CLINIC_OK)
        return status;
    return decision_refuse(decision, CLINIC_CODE_STALE_VERSION, "expected_version",
                           "Somebody else has changed this record. Look at it again.");
}

enum clinic_status doctor_change_asked(struct decision *decision, doctor_changer change)
{
    struct doctor_state state = { 0 };
    struct clinic_id doctor_id = { 0 };

    enum clinic_status status = doctor_load_asked(decision, &doctor_id, &state);
    if (status == CLINIC_OK)
        status = refuse_stale(decision, &doctor_id, &state);
    if (status == CLINIC_OK)
        status = change(decision, &doctor_id, &state);
    cJSON_Delete(state.record);
    return status;
}
