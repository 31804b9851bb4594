// portal_report.c - the patient's released reports.
//
// A version that is being written is nobody's to see: until it is released, the one before stays.
#include "portal_scope.h"

#include "../json_add.h"

#include <string.h>

enum { REPORTS_MAX = 10 };

static bool is_status(const struct clinic_event *event, const char *wanted)
{
    return strcmp(clinic_json_text(event->data, "status"), wanted) == 0;
}

static const char *text_or_empty(const cJSON *data, const char *name)
{
    const char *text = clinic_json_text(data, name);

    return text == NULL ? "" : text;
}

static enum clinic_status write_report(struct store *store, const struct clinic_event *event)
{
    int64_t version = 0;
    const struct clinic_id patient_id = id_member(event->data, "patient_id");
    const struct clinic_id report_id = id_member(event->data, "report_id");
    struct query *query = query_start(store, portal_sql[PORTAL_WRITE_REPORT]);

    (void)clinic_json_integer(event->data, "version", &version);
    query_bind_id(query, 1, &patient_id);
    query_bind_id(query, 2, &report_id);
    query_bind_integer(query, 3, version);
    query_bind_text(query, 4, clinic_json_text(event->data, "kind"));
    query_bind_integer(query, 5, reaction_time_ms(event));
    query_bind_text(query, 6, text_or_empty(event->data, "title"));
    query_bind_text(query, 7, text_or_empty(event->data, "text"));
    query_bind_integer(query, 8,
                       cJSON_GetArraySize(clinic_json_member(event->data, "attachments")));
    return query_run(query, NULL);
}

static enum clinic_status delete_report(struct store *store, const struct clinic_event *event)
{
    const struct clinic_id patient_id = id_member(event->data, "patient_id");
    const struct clinic_id report_id = id_member(event->data, "report_id");
    struct query *query = query_start(store, portal_sql[PORTAL_DELETE_REPORT]);

    query_bind_id(query, 1, &patient_id);
    query_bind_id(query, 2, &report_id);
    return query_run(query, NULL);
}

enum clinic_status portal_show_report(const struct reaction_scene *scene,
                                      const struct clinic_event *event)
{
    if (is_status(event, "entered-in-error"))
        return delete_report(scene->store, event);
    if (scene->is_erased || is_status(event, "draft"))
        return CLINIC_OK;
    return write_report(scene->store, event);
}

// ---- reading

static cJSON *create_row(struct query *query)
{
    const struct clinic_id report_id = query_column_id(query, 0);
    cJSON *row = cJSON_CreateObject();

    if (json_add_id(row, "report_id", &report_id)
        && cJSON_AddStringToObject(row, "kind", query_column_text(query, 1)) != NULL
        && cJSON_AddNumberToObject(row, "version", (double)query_column_integer(query, 2)) != NULL
        && json_add_instant(row, "time", query_column_integer(query, 3))
        && cJSON_AddStringToObject(row, "title", query_column_text(query, 4)) != NULL
        && cJSON_AddNumberToObject(row, "attachments", (double)query_column_integer(query, 5))
               != NULL)
        return row;
    cJSON_Delete(row);
    return NULL;
}

enum clinic_status portal_add_reports(struct store *store, const struct clinic_id *patient_id,
                                      cJSON *data)
{
    struct query *query = query_start(store, portal_sql[PORTAL_READ_REPORTS]);

    query_bind_id(query, 1, patient_id);
    query_bind_integer(query, 2, REPORTS_MAX);
    return json_add_rows(cJSON_AddArrayToObject(data, "reports"), query, create_row);
}

static bool add_whole(cJSON *data, struct query *query)
{
    cJSON *row = create_row(query);

    if (!cJSON_AddItemToObject(data, "report", row)) {
        cJSON_Delete(row);
        return false;
    }
    return cJSON_AddStringToObject(data, "text", query_column_text(query, 6)) != NULL;
}

enum clinic_status portal_add_report(struct store *store, const struct clinic_id *patient_id,
                                     const struct clinic_id *report_id, cJSON *data)
{
    struct query *query = query_start(store, portal_sql[PORTAL_READ_REPORT]);

    query_bind_id(query, 1, patient_id);
    query_bind_id(query, 2, report_id);
    bool is_found = query_next(query);
    bool has_memory = !is_found || add_whole(data, query);
    enum clinic_status status = json_add_end(query, has_memory);
    return status == CLINIC_OK && !is_found ? CLINIC_NOT_FOUND : status;
}
