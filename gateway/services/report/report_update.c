// report_update.c - a new report, or a further draft of one.
#include "../doctor/doctor.h"
#include "../patient/patient.h"
#include "../record.h"
#include "../tidy.h"
#include "report_scope.h"

#include <strings.h>

static const char *const content[] = { "title", "text", "attachments" };

// Puts what the request gives of the content into `record`; what it does not give stays.
static enum clinic_status take_content(struct decision *decision,
                                       const struct clinic_id *patient_id, cJSON *record)
{
    char title[TIDY_TEXT_BYTES];
    const cJSON *request = decision->request->data;

    for (size_t i = 0; i < ARRAY_SIZE(content); i++) {
        const cJSON *given = clinic_json_member(request, content[i]);
        if (given != NULL && !record_put(record, content[i], cJSON_Duplicate(given, true)))
            return CLINIC_NOMEM;
    }
    if (!tidy_text(clinic_json_text(record, "title"), title, sizeof title))
        return decision_refuse(decision, CLINIC_CODE_INVALID_FIELD, "title", "Give it a title.");
    if (!record_put(record, "title", cJSON_CreateString(title)))
        return CLINIC_NOMEM;
    return attachment_refuse_missing(decision, patient_id,
                                     clinic_json_member(request, "attachments"));
}

// ---- a new report

static enum clinic_status refuse_incomplete(struct decision *decision)
{
    static const char *const needed[] = { "patient_id", "doctor_id", "kind", "title" };

    for (size_t i = 0; i < ARRAY_SIZE(needed); i++) {
        if (clinic_json_member(decision->request->data, needed[i]) == NULL)
            return decision_refuse(decision, CLINIC_CODE_INVALID_MISSING, needed[i],
                                   "A new report needs this.");
    }
    return CLINIC_OK;
}

// Also a doctor who takes no more bookings may still have something to write.
static enum clinic_status refuse_unknown_doctor(struct decision *decision)
{
    struct doctor doctor;
    const struct clinic_id doctor_id = id_member(decision->request->data, "doctor_id");

    enum clinic_status status = doctor_find(decision->store, &doctor_id, &doctor);
    if (status == CLINIC_NOT_FOUND)
        return decision_refuse(decision, CLINIC_CODE_NOT_FOUND, "doctor_id",
                               "There is no such doctor.");
    return status;
}

static enum clinic_status refuse_known(struct decision *decision)
{
    struct report report;
    const struct clinic_id report_id = id_member(decision->request->data, "report_id");

    enum clinic_status status = report_load(decision->store, &report_id, REPORT_NEWEST, &report);
    if (status != CLINIC_OK)
        return status == CLINIC_NOT_FOUND ? CLINIC_OK : status;
    cJSON_Delete(report.record);
    return decision_refuse(decision, CLINIC_CODE_EXISTS, "report_id",
                           "This report exists. Say which version the change was made from.");
}

// The request's own members, with what is empty where it says nothing.
static cJSON *new_record(const cJSON *request)
{
    cJSON *record = cJSON_Duplicate(request, true);

    if (record != NULL
        && (clinic_json_member(record, "text") != NULL
            || cJSON_AddStringToObject(record, "text", "") != NULL)
        && (clinic_json_member(record, "attachments") != NULL
            || cJSON_AddArrayToObject(record, "attachments") != NULL))
        return record;
    cJSON_Delete(record);
    return NULL;
}

static enum clinic_status begin(struct decision *decision)
{
    const struct clinic_id patient_id = id_member(decision->request->data, "patient_id");

    subject_print("patient", &patient_id, decision->subject);
    enum clinic_status status = refuse_incomplete(decision);
    if (status == CLINIC_OK)
        status = patient_refuse_missing(decision, &patient_id);
    if (status == CLINIC_OK)
        status = refuse_unknown_doctor(decision);
    if (status == CLINIC_OK)
        status = refuse_known(decision);
    if (status != CLINIC_OK)
        return status;

    cJSON *record = new_record(decision->request->data);
    status = record == NULL ? CLINIC_NOMEM : take_content(decision, &patient_id, record);
    if (status == CLINIC_OK)
        status = report_append(decision, &(struct report_version){
                                             .record = record,
                                             .patient_id = patient_id,
                                             .version = 1,
                                             .state = REPORT_DRAFT,
                                         });
    cJSON_Delete(record);
    return status;
}

// ---- a further version

// A report that is about somebody else, or something else, is another report.
static enum clinic_status refuse_moved(struct decision *decision, const cJSON *record)
{
    static const char *const fixed[] = { "patient_id", "doctor_id", "kind" };

    for (size_t i = 0; i < ARRAY_SIZE(fixed); i++) {
        const char *given = clinic_json_text(decision->request->data, fixed[i]);
        if (given != NULL && strcasecmp(given, clinic_json_text(record, fixed[i])) != 0)
            return decision_refuse(decision, CLINIC_CODE_INVALID_FIELD, fixed[i],
                                   "This stays as it was when the report was begun.");
    }
    return CLINIC_OK;
}

static bool is_same(const cJSON *before, const cJSON *after)
{
    bool is_same = true;

    for (size_t i = 0; i < ARRAY_SIZE(content); i++)
        is_same = is_same && record_is_same(before, after, content[i]);
    return is_same;
}

static enum clinic_status append_draft(struct decision *decision, const struct report *report,
                                       cJSON *after, enum report_state next)
{
    enum clinic_status status = refuse_moved(decision, report->record);

    if (status == CLINIC_OK)
        status = take_content(decision, &report->patient_id, after);
    if (status != CLINIC_OK)
        return status;
    if (is_same(report->record, after))
        return decision_refuse(decision, CLINIC_CODE_NO_CHANGE, NULL,
                               "The report says so already.");
    return report_append(decision, &(struct report_version){
                                       .record = after,
                                       .patient_id = report->patient_id,
                                       .version = report->newest + 1,
                                       .state = next,
                                   });
}

static enum clinic_status change(struct decision *decision)
{
    struct report report;
    enum report_state next = REPORT_DRAFT;

    enum clinic_status status = report_load_to_change(decision, REPORT_UPDATE, &report, &next);
    if (status != CLINIC_OK)
        return status;
    cJSON *after = cJSON_Duplicate(report.record, true);
    status = after == NULL ? CLINIC_NOMEM : append_draft(decision, &report, after, next);
    cJSON_Delete(after);
    cJSON_Delete(report.record);
    return status;
}

enum clinic_status report_update(struct decision *decision)
{
    const bool is_new = clinic_json_member(decision->request->data, "expected_version") == NULL;

    return is_new ? begin(decision) : change(decision);
}
