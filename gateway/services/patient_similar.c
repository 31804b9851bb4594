#include "name.h"
#include "patient_scope.h"

#include <string.h>

enum {
    // So many people born on one day are compared at most; a clinic has a handful.
    COMPARED_MAX = 200,
    CANDIDATES_MAX = 20,
};

static bool add_candidate(cJSON *candidates, struct query *query)
{
    cJSON *match = patient_match(query);

    if (match != NULL && cJSON_AddItemToArray(candidates, match))
        return true;
    cJSON_Delete(match);
    return false;
}

static enum clinic_status find_similar(struct store *store, const cJSON *record, cJSON *candidates)
{
    char folded[NAME_FOLDED_BYTES];
    bool has_memory = true;
    struct query *query = query_start(store, patient_sql[PATIENT_MATCH_BIRTH_DATE]);

    name_fold(clinic_json_text(record, "name"), folded);
    query_bind_text(query, 1, clinic_json_text(record, "birth_date"));
    query_bind_integer(query, 2, COMPARED_MAX);
    while (has_memory && cJSON_GetArraySize(candidates) < CANDIDATES_MAX && query_next(query)) {
        if (name_is_similar(folded, query_column_text(query, 5)))
            has_memory = add_candidate(candidates, query);
    }
    enum clinic_status status = query_end(query);
    return status == CLINIC_OK && !has_memory ? CLINIC_NOMEM : status;
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

enum clinic_status patient_refuse_similar(struct decision *decision, const cJSON *record)
{
    bool is_desk = decision->caller->node_role == CLINIC_ROLE_DESK;

    if (is_desk && clinic_json_boolean(decision->request->data, "is_distinct", false))
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
