#include "name.h"
#include "patient_scope.h"

#include <string.h>

enum {
    // So many people born on one day are compared at most; a clinic has a handful.
    COMPARED_MAX = 200,
    CANDIDATES_MAX = 20,
};

static enum clinic_status add_candidate(struct store *store, int64_t row, cJSON *candidates)
{
    cJSON *match = NULL;
    struct query *query = query_start(store, patient_sql[PATIENT_MATCH_ROW]);

    query_bind_integer(query, 1, row);
    if (query_next(query))
        match = patient_match(query);
    enum clinic_status status = query_end(query);
    if (status == CLINIC_OK && match != NULL && cJSON_AddItemToArray(candidates, match))
        return CLINIC_OK;
    cJSON_Delete(match);
    return status == CLINIC_OK ? CLINIC_NOMEM : status;
}

static enum clinic_status find_similar(struct store *store, const cJSON *record, cJSON *candidates)
{
    char folded[NAME_FOLDED_BYTES];
    enum clinic_status status = CLINIC_OK;
    struct query *query = query_start(store, patient_sql[PATIENT_BORN_ON]);

    name_fold(clinic_json_text(record, "name"), folded);
    query_bind_text(query, 1, clinic_json_text(record, "birth_date"));
    query_bind_integer(query, 2, COMPARED_MAX);
    while (status == CLINIC_OK && cJSON_GetArraySize(candidates) < CANDIDATES_MAX
           && query_next(query)) {
        if (name_is_similar(folded, query_column_text(query, 1)))
            status = add_candidate(store, query_column_integer(query, 0), candidates);
    }
    const enum clinic_status ended = query_end(query);
    return status == CLINIC_OK ? ended : status;
}

static enum clinic_status refuse_with(struct decision *decision, cJSON *candidates)
{
    cJSON *data = cJSON_CreateObject();

    if (data == NULL || !cJSON_AddItemToObject(data, "candidates", candidates)) {
        cJSON_Delete(data);
        cJSON_Delete(candidates);
        return CLINIC_NOMEM;
    }
    decision->reply->data = data;
    return decision_refuse(decision, CLINIC_CODE_PATIENT_DUPLICATE, "name",
                           "Somebody alike is registered. Is this the same person?");
}

enum clinic_status patient_refuse_similar(struct decision *decision, const cJSON *record,
                                          bool is_distinct)
{
    bool is_desk = decision->caller->node_role == CLINIC_ROLE_DESK;

    if (is_desk && is_distinct)
        return CLINIC_OK;
    cJSON *candidates = cJSON_CreateArray();
    if (candidates == NULL)
        return CLINIC_NOMEM;
    enum clinic_status status = find_similar(decision->store, record, candidates);
    bool is_found = cJSON_GetArraySize(candidates) > 0;

    if (status == CLINIC_OK && is_found && is_desk)
        return refuse_with(decision, candidates);
    cJSON_Delete(candidates);
    if (status == CLINIC_OK && is_found)
        return decision_refuse(decision, CLINIC_CODE_PATIENT_SEE_RECEPTION, NULL,
                               "Please see the reception.");
    return status;
}
