#include "../json_add.h"
#include "../record.h"
#include "report_scope.h"

#include <string.h>

static const char *const state_names[REPORT_STATE_COUNT] = {
    [REPORT_DRAFT] = "draft",
    [REPORT_FINAL] = "final",
    [REPORT_AMENDED] = "amended",
    [REPORT_WITHDRAWN] = "entered-in-error",
};

const char *report_state_name(enum report_state state)
{
    return state_names[state];
}

// The catalogue has let no other name pass.
enum report_state report_state_find(const char *name)
{
    for (int state = REPORT_DRAFT; state < REPORT_STATE_COUNT; state++) {
        if (strcmp(state_names[state], name) == 0)
            return (enum report_state)state;
    }
    return REPORT_WITHDRAWN;
}

// ---- from the tables

// The members that all versions share.
static bool read_head(struct query *query, const struct clinic_id *report_id, struct report *report)
{
    const struct clinic_id doctor_id = query_column_id(query, 1);
    cJSON *record = cJSON_CreateObject();

    report->patient_id = query_column_id(query, 0);
    report->newest = query_column_integer(query, 3);
    report->released = query_column_integer(query, 4);
    report->state = (enum report_state)query_column_integer(query, 5);
    report->record = record;
    return record != NULL && json_add_id(record, "report_id", report_id)
           && json_add_id(record, "patient_id", &report->patient_id)
           && json_add_id(record, "doctor_id", &doctor_id)
           && cJSON_AddStringToObject(record, "kind", query_column_text(query, 2)) != NULL
           && cJSON_AddNumberToObject(record, "newest", (double)report->newest) != NULL
           && (report->released == 0
               || cJSON_AddNumberToObject(record, "released", (double)report->released) != NULL);
}

static bool read_version(struct query *query, int64_t version, cJSON *record)
{
    const char *status = report_state_name((enum report_state)query_column_integer(query, 0));

    return cJSON_AddNumberToObject(record, "version", (double)version) != NULL
           && cJSON_AddStringToObject(record, "status", status) != NULL
           && json_add_instant(record, "time", query_column_integer(query, 1))
           && cJSON_AddStringToObject(record, "title", query_column_text(query, 2)) != NULL
           && cJSON_AddStringToObject(record, "text", query_column_text(query, 3)) != NULL
           && record_put(record, "attachments", cJSON_Parse(query_column_text(query, 4)));
}

static enum clinic_status load_head(struct store *store, const struct clinic_id *report_id,
                                    struct report *report)
{
    bool is_found = false;
    bool has_memory = true;
    struct query *query = query_start(store, report_sql[REPORT_FIND]);

    query_bind_id(query, 1, report_id);
    if (query_next(query)) {
        is_found = true;
        has_memory = read_head(query, report_id, report);
    }
    enum clinic_status status = json_add_end(query, has_memory);
    return status == CLINIC_OK && !is_found ? CLINIC_NOT_FOUND : status;
}

static enum clinic_status load_version(struct store *store, const struct clinic_id *report_id,
                                       int64_t version, struct report *report)
{
    bool is_found = false;
    bool has_memory = true;
    struct query *query = query_start(store, report_sql[REPORT_FIND_VERSION]);

    query_bind_id(query, 1, report_id);
    query_bind_integer(query, 2, version);
    if (query_next(query)) {
        is_found = true;
        has_memory = read_version(query, version, report->record);
    }
    enum clinic_status status = json_add_end(query, has_memory);
    return status == CLINIC_OK && !is_found ? CLINIC_NOT_FOUND : status;
}

enum clinic_status report_load(struct store *store, const struct clinic_id *report_id,
                               int64_t version, struct report *ret_report)
{
    struct report report = { 0 };

    enum clinic_status status = load_head(store, report_id, &report);
    if (status == CLINIC_OK)
        status = load_version(store, report_id, version == REPORT_NEWEST ? report.newest : version,
                              &report);
    if (status != CLINIC_OK) {
        cJSON_Delete(report.record);
        return status;
    }
    *ret_report = report;
    return CLINIC_OK;
}

// ---- for the handlers

enum clinic_status report_load_asked(struct decision *decision, int64_t version,
                                     struct report *ret_report)
{
    const struct clinic_id report_id = id_member(decision->request->data, "report_id");

    enum clinic_status status = report_load(decision->store, &report_id, version, ret_report);
    if (status == CLINIC_NOT_FOUND)
        return decision_refuse(decision, CLINIC_CODE_NOT_FOUND, "report_id",
                               "There is no such report, or no such version of it.");
    if (status == CLINIC_OK)
        subject_print("patient", &ret_report->patient_id, decision->subject);
    return status;
}

enum clinic_status report_reply_record(struct decision *decision, struct report *report)
{
    cJSON *data = cJSON_CreateObject();

    if (data == NULL || !cJSON_AddItemToObject(data, "report", report->record)) {
        cJSON_Delete(data);
        return CLINIC_NOMEM;
    }
    report->record = NULL;
    decision->reply->data = data;
    decision->reply_owner = report->patient_id;
    return CLINIC_OK;
}
