// portal_read.c - answers patients who say who they are.
//
// Who asks here proves nothing but that they know a member ID and a birth date. Whether the number, the
// day or both are wrong is not told, and guessing is slowed down.
#include "portal_scope.h"

#include "../guess.h"
#include "../patient/patient.h"

#include <string.h>

// The audit trail names the patient whose number was right, also where the birth date was not.
static enum clinic_status identify(struct decision *decision, struct clinic_id *ret_patient_id,
                                   bool *ret_is_right)
{
    char birth_date[PATIENT_DAY_BYTES];
    const cJSON *data = decision->request->data;

    enum clinic_status status = patient_find_member(
        decision->store, clinic_json_text(data, "member_id"), ret_patient_id, birth_date);
    *ret_is_right = false;
    if (status != CLINIC_OK)
        return status == CLINIC_NOT_FOUND ? CLINIC_OK : status;
    subject_print("patient", ret_patient_id, decision->subject);
    *ret_is_right = strcmp(birth_date, clinic_json_text(data, "birth_date")) == 0;
    return CLINIC_OK;
}

// CLINIC_OK: it is this patient, to whom the reply will belong.
static enum clinic_status admit(struct decision *decision, struct clinic_id *ret_patient_id)
{
    bool is_right;

    enum clinic_status status = guess_refuse_locked(decision);
    if (status == CLINIC_OK)
        status = identify(decision, ret_patient_id, &is_right);
    if (status == CLINIC_OK && !is_right)
        return guess_refuse_wrong(decision, "Nothing was found for this number and birth date.");
    if (status == CLINIC_OK)
        status = guess_forget(decision);
    if (status == CLINIC_OK)
        decision->reply_owner = *ret_patient_id;
    return status;
}

enum clinic_status portal_read(struct decision *decision)
{
    struct clinic_id patient_id;
    struct store *store = decision->store;

    enum clinic_status status = admit(decision, &patient_id);
    if (status != CLINIC_OK)
        return status;
    cJSON *data = cJSON_CreateObject();
    decision->reply->data = data;
    status = portal_add_patient(store, &patient_id, data);
    if (status == CLINIC_OK)
        status = portal_add_visits(store, &patient_id, decision->now_ms, data);
    if (status == CLINIC_OK)
        status = portal_add_reports(store, &patient_id, data);
    if (status == CLINIC_OK)
        status = portal_add_feedback(store, &patient_id, data);
    return status;
}

// Another patient's report is no report.
enum clinic_status portal_read_report(struct decision *decision)
{
    struct clinic_id patient_id;
    const struct clinic_id report_id = id_member(decision->request->data, "report_id");

    enum clinic_status status = admit(decision, &patient_id);
    if (status != CLINIC_OK)
        return status;
    cJSON *data = cJSON_CreateObject();
    status = portal_add_report(decision->store, &patient_id, &report_id, data);
    if (status == CLINIC_OK) {
        decision->reply->data = data;
        return CLINIC_OK;
    }
    cJSON_Delete(data);
    if (status == CLINIC_NOT_FOUND)
        return decision_refuse(decision, CLINIC_CODE_NOT_FOUND, "report_id",
                               "There is no such report.");
    return status;
}
