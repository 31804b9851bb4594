#include "../record.h"
#include "report_scope.h"

static bool copy_members(const cJSON *record, cJSON *data)
{
    static const char *const names[] = { "report_id", "patient_id", "doctor_id",  "kind",
                                         "title",     "text",       "attachments" };
    bool has_memory = true;

    for (size_t i = 0; i < ARRAY_SIZE(names) && has_memory; i++)
        has_memory =
            record_put(data, names[i], cJSON_Duplicate(clinic_json_member(record, names[i]), true));
    return has_memory;
}

static cJSON *event_data(const struct report_version *version)
{
    cJSON *data = cJSON_CreateObject();

    if (data != NULL && copy_members(version->record, data)
        && cJSON_AddNumberToObject(data, "version", (double)version->version) != NULL
        && cJSON_AddStringToObject(data, "status", report_state_name(version->state)) != NULL
        && cJSON_AddBoolToObject(data, "notify", version->is_notice) != NULL)
        return data;
    cJSON_Delete(data);
    return NULL;
}

static enum clinic_status reply(struct decision *decision, const struct report_version *version)
{
    const char *report_id = clinic_json_text(decision->request->data, "report_id");
    cJSON *data = cJSON_CreateObject();

    decision->reply->data = data;
    if (data != NULL && cJSON_AddStringToObject(data, "report_id", report_id) != NULL
        && cJSON_AddNumberToObject(data, "version", (double)version->version) != NULL
        && cJSON_AddStringToObject(data, "status", report_state_name(version->state)) != NULL)
        return CLINIC_OK;
    return CLINIC_NOMEM;
}

enum clinic_status report_append(struct decision *decision, const struct report_version *version)
{
    char subject[CLINIC_SUBJECT_BYTES];
    const struct clinic_id report_id = id_member(decision->request->data, "report_id");

    subject_print("report", &report_id, subject);
    enum clinic_status status = decision_append(decision, CLINIC_REPORT_UPDATED, subject,
                                                &version->patient_id, NULL, event_data(version));
    return status == CLINIC_OK ? reply(decision, version) : status;
}
