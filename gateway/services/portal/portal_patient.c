// portal_patient.c - the patient's own data.
#include "portal_scope.h"

#include "../patient/patient.h"

#include <stdlib.h>

static enum clinic_status write_copy(struct store *store, enum portal_sql statement,
                                     const struct clinic_id *patient_id, const cJSON *record)
{
    int64_t version = 0;
    char *document = clinic_json_print(record);
    if (document == NULL)
        return CLINIC_NOMEM;

    struct query *query = query_start(store, portal_sql[statement]);
    (void)clinic_json_integer(record, "version", &version);
    query_bind_id(query, 1, patient_id);
    query_bind_integer(query, 2, version);
    query_bind_text(query, 3, document);
    enum clinic_status status = query_run(query, NULL);
    free(document);
    return status;
}

enum clinic_status portal_keep_patient(const struct reaction_scene *scene,
                                       const struct clinic_event *event)
{
    const struct clinic_id patient_id = id_member(event->data, "patient_id");

    if (scene->is_erased)
        return CLINIC_OK;
    cJSON *record = patient_record_create(event->data);
    if (record == NULL)
        return CLINIC_NOMEM;
    enum clinic_status status =
        write_copy(scene->store, PORTAL_INSERT_PATIENT, &patient_id, record);
    cJSON_Delete(record);
    return status;
}

// CLINIC_NOT_FOUND: there is none.
static enum clinic_status read_copy(struct store *store, const struct clinic_id *patient_id,
                                    cJSON **ret_record)
{
    bool is_found = false;
    cJSON *record = NULL;
    struct query *query = query_start(store, portal_sql[PORTAL_READ_PATIENT]);

    query_bind_id(query, 1, patient_id);
    if (query_next(query)) {
        is_found = true;
        record = cJSON_Parse(query_column_text(query, 1));
    }
    enum clinic_status status = query_end(query);
    if (status == CLINIC_OK && record == NULL)
        status = is_found ? CLINIC_NOMEM : CLINIC_NOT_FOUND;
    if (status != CLINIC_OK) {
        cJSON_Delete(record);
        return status;
    }
    *ret_record = record;
    return CLINIC_OK;
}

enum clinic_status portal_refresh_patient(const struct reaction_scene *scene,
                                          const struct clinic_event *event)
{
    cJSON *record;
    const struct clinic_id patient_id = id_member(event->data, "patient_id");

    enum clinic_status status = read_copy(scene->store, &patient_id, &record);
    if (status != CLINIC_OK) // none: a rebuild of a patient who was deleted later
        return status == CLINIC_NOT_FOUND ? CLINIC_OK : status;
    status = patient_record_merge(record, event->data)
                 ? write_copy(scene->store, PORTAL_UPDATE_PATIENT, &patient_id, record)
                 : CLINIC_NOMEM;
    cJSON_Delete(record);
    return status;
}

enum clinic_status portal_forget_patient(const struct reaction_scene *scene,
                                         const struct clinic_event *event)
{
    static const enum portal_sql parts[] = {
        PORTAL_DELETE_PATIENT,
        PORTAL_DELETE_VISITS,
        PORTAL_DELETE_REPORTS,
        PORTAL_DELETE_FEEDBACK,
    };
    const struct clinic_id patient_id = id_member(event->data, "patient_id");
    enum clinic_status status = CLINIC_OK;

    for (size_t i = 0; i < ARRAY_SIZE(parts) && status == CLINIC_OK; i++) {
        struct query *query = query_start(scene->store, portal_sql[parts[i]]);
        query_bind_id(query, 1, &patient_id);
        status = query_run(query, NULL);
    }
    return status;
}

enum clinic_status portal_add_patient(struct store *store, const struct clinic_id *patient_id,
                                      cJSON *data)
{
    cJSON *record;
    int64_t version = 0;
    enum clinic_status status = read_copy(store, patient_id, &record);
    if (status != CLINIC_OK)
        return status;

    (void)clinic_json_integer(record, "version", &version);
    if (cJSON_AddNumberToObject(data, "version", (double)version) != NULL
        && cJSON_AddItemToObject(data, "patient", record))
        return CLINIC_OK;
    cJSON_Delete(record);
    return CLINIC_NOMEM;
}
