#include "../doctor/doctor.h"
#include "../patient/member_id.h"
#include "../patient/patient.h"
#include "appointment_scope.h"

#include <stdio.h>
#include <string.h>

// What is to be booked, and for whom.
struct booking {
    struct appointment wanted;
    bool is_new_patient;
    const cJSON *fields;             // of a patient to be registered; NULL: known already
    char member_id[MEMBER_ID_BYTES]; // of that patient
};

static enum clinic_status refuse_known(struct decision *decision,
                                       const struct clinic_id *appointment_id)
{
    struct appointment_row row;
    enum clinic_status status = appointment_load(decision->store, appointment_id, &row);

    if (status == CLINIC_OK)
        return decision_refuse(decision, CLINIC_CODE_EXISTS, "appointment_id",
                               "An appointment of this id was booked already.");
    return status == CLINIC_NOT_FOUND ? CLINIC_OK : status;
}

static enum clinic_status place(struct decision *decision, struct appointment *wanted)
{
    const cJSON *data = decision->request->data;
    int64_t slots = 1;

    (void)clinic_json_integer(data, "slots", &slots);
    return doctor_place(decision, &wanted->doctor_id, clinic_json_text(data, "start"), slots,
                        &wanted->start_ms, &wanted->end_ms);
}

static enum clinic_status is_first_visit(struct store *store, const struct clinic_id *patient_id,
                                         bool *ret_is_first)
{
    struct query *query = query_start(store, appointment_sql[SQL_HAS_VISITED]);

    query_bind_id(query, 1, patient_id);
    *ret_is_first = !query_next(query);
    return query_end(query);
}

// The caller sent the patient's fields within "patient".
static void name_inner_field(struct clinic_problem *problem)
{
    char inner[sizeof problem->field];

    if (problem->field[0] == '\0' || strcmp(problem->field, "patient_id") == 0)
        return;
    memcpy(inner, problem->field, sizeof inner);
    (void)snprintf(problem->field, sizeof problem->field, "patient.%.55s", inner);
}

static enum clinic_status register_patient(struct decision *decision, struct booking *booking)
{
    cJSON *data;
    const struct clinic_id *patient_id = &booking->wanted.patient_id;
    enum clinic_status status = patient_prepare(decision, patient_id, booking->fields, &data);

    if (status == CLINIC_REFUSED)
        name_inner_field(&decision->reply->problem);
    if (status != CLINIC_OK)
        return status;
    (void)snprintf(booking->member_id, sizeof booking->member_id, "%s",
                   clinic_json_text(data, "member_id"));
    return patient_register(decision, patient_id, data);
}

static cJSON *event_data(const struct booking *booking, const cJSON *request)
{
    const char *override_reason = clinic_json_text(request, "override_reason");
    cJSON *data = cJSON_CreateObject();

    if (data != NULL && appointment_add_ids(data, &booking->wanted)
        && appointment_add_times(data, &booking->wanted)
        && cJSON_AddBoolToObject(data, "new_patient", booking->is_new_patient)
        && cJSON_AddBoolToObject(data, "overridden", override_reason != NULL)
        && json_add_text(data, "visit_reason", clinic_json_text(request, "visit_reason"))
        && json_add_text(data, "override_reason", override_reason))
        return data;
    cJSON_Delete(data);
    return NULL;
}

static enum clinic_status reply(struct decision *decision, const struct booking *booking)
{
    const char *member_id = booking->member_id[0] == '\0' ? NULL : booking->member_id;
    enum clinic_status status =
        appointment_reply_version(decision, &booking->wanted.appointment_id, 1);
    cJSON *data = decision->reply->data;

    if (status == CLINIC_OK
        && (!appointment_add_times(data, &booking->wanted)
            || !cJSON_AddBoolToObject(data, "new_patient", booking->is_new_patient)
            || !json_add_text(data, "member_id", member_id)))
        status = CLINIC_NOMEM;
    return status;
}

// A registration comes last among what may be refused: if the time is taken there is no patient either.
static enum clinic_status book(struct decision *decision, struct booking *booking)
{
    const struct appointment *wanted = &booking->wanted;
    enum clinic_status status = CLINIC_OK;

    if (booking->fields != NULL)
        status = register_patient(decision, booking);
    else
        status = is_first_visit(decision->store, &wanted->patient_id, &booking->is_new_patient);
    if (status != CLINIC_OK)
        return status;
    const struct clinic_id cause = decision->last_event; // none, if nobody was registered
    status = appointment_append(decision, CLINIC_APPOINTMENT_SCHEDULED, wanted, &wanted->patient_id,
                                &cause, event_data(booking, decision->request->data));
    return status == CLINIC_OK ? reply(decision, booking) : status;
}

enum clinic_status appointment_schedule(struct decision *decision)
{
    const cJSON *data = decision->request->data;
    const bool is_override = clinic_json_member(data, "override_reason") != NULL;
    struct booking booking = {
        .wanted = { .appointment_id = id_member(data, "appointment_id"),
                    .patient_id = id_member(data, "patient_id"),
                    .doctor_id = id_member(data, "doctor_id") },
        .fields = clinic_json_member(data, "patient"),
        .is_new_patient = true,
    };
    struct appointment *wanted = &booking.wanted;

    subject_print("appointment", &wanted->appointment_id, decision->subject);
    decision->reply_owner = wanted->patient_id;
    enum clinic_status status = refuse_known(decision, &wanted->appointment_id);
    if (status == CLINIC_OK && booking.fields == NULL)
        status = patient_refuse_missing(decision, &wanted->patient_id);
    if (status == CLINIC_OK)
        status = place(decision, wanted);
    if (status == CLINIC_OK)
        status = appointment_refuse_time(decision, wanted, is_override);
    return status == CLINIC_OK ? book(decision, &booking) : status;
}
