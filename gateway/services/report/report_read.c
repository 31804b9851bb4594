#include "../json_add.h"
#include "../patient/patient.h"
#include "report_scope.h"

#include <string.h>

enum {
    LIMIT_DEFAULT = 20,
    // A reply stays below the 64 KiB of a message, also where every character of the titles must be escaped.
    ROWS_BYTES_MAX = 56 * 1024,
    ROW_BYTES = 300, // without its title
};

enum clinic_status report_read(struct decision *decision)
{
    struct report report;
    int64_t version = REPORT_NEWEST;

    (void)clinic_json_integer(decision->request->data, "version", &version);
    enum clinic_status status = report_load_asked(decision, version, &report);
    if (status != CLINIC_OK)
        return status;
    status = report_reply_record(decision, &report);
    cJSON_Delete(report.record);
    return status;
}

// ---- list

static cJSON *read_row(struct query *query)
{
    const struct clinic_id report_id = query_column_id(query, 0);
    const struct clinic_id doctor_id = query_column_id(query, 1);
    const char *status = report_state_name((enum report_state)query_column_integer(query, 4));
    cJSON *row = cJSON_CreateObject();

    if (row != NULL && json_add_id(row, "report_id", &report_id)
        && json_add_id(row, "doctor_id", &doctor_id)
        && cJSON_AddStringToObject(row, "kind", query_column_text(query, 2)) != NULL
        && cJSON_AddNumberToObject(row, "version", (double)query_column_integer(query, 3)) != NULL
        && cJSON_AddStringToObject(row, "status", status) != NULL
        && json_add_instant(row, "time", query_column_integer(query, 5))
        && cJSON_AddStringToObject(row, "title", query_column_text(query, 6)) != NULL
        && cJSON_AddNumberToObject(row, "attachments", (double)query_column_integer(query, 7))
               != NULL)
        return row;
    cJSON_Delete(row);
    return NULL;
}

// Up to `limit` rows; *ret_has_more where there are more, or where more would make the reply too large.
static enum clinic_status read_rows(struct query *query, int64_t limit, cJSON *rows,
                                    bool *ret_has_more)
{
    size_t bytes = 0;
    bool has_memory = true;
    bool has_more = false;

    for (int64_t count = 0; has_memory && query_next(query); count++) {
        bytes += ROW_BYTES + 2 * strlen(query_column_text(query, 6));
        has_more = count == limit || bytes > ROWS_BYTES_MAX;
        if (has_more)
            break;
        has_memory = cJSON_AddItemToArray(rows, read_row(query));
    }
    *ret_has_more = has_more;
    return json_add_end(query, has_memory);
}

enum clinic_status report_list(struct decision *decision)
{
    int64_t limit = LIMIT_DEFAULT;
    int64_t skip = 0;
    bool has_more = false;
    const struct clinic_id patient_id = id_member(decision->request->data, "patient_id");

    subject_print("patient", &patient_id, decision->subject);
    enum clinic_status status = patient_refuse_missing(decision, &patient_id);
    if (status != CLINIC_OK)
        return status;
    (void)clinic_json_integer(decision->request->data, "limit", &limit);
    (void)clinic_json_integer(decision->request->data, "skip", &skip);
    decision->reply_owner = patient_id;
    decision->reply->data = cJSON_CreateObject();
    cJSON *rows = cJSON_AddArrayToObject(decision->reply->data, "reports");

    struct query *query = query_start(decision->store, report_sql[REPORT_LIST]);
    query_bind_id(query, 1, &patient_id);
    query_bind_integer(query, 2, limit + 1);
    query_bind_integer(query, 3, skip);
    status = read_rows(query, limit, rows, &has_more);
    if (status == CLINIC_OK
        && cJSON_AddBoolToObject(decision->reply->data, "more", has_more) == NULL)
        status = CLINIC_NOMEM;
    return status;
}
