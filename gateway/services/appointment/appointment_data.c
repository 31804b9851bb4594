// appointment_data.c - what the decisions about visits share: the visit that is named, the data of events and replies.
#include "appointment_scope.h"

enum clinic_status appointment_load_named(struct decision *decision,
                                          struct appointment_row *ret_row)
{
    const struct clinic_id id = id_member(decision->request->data, "appointment_id");

    subject_print("appointment", &id, decision->subject);
    enum clinic_status status = appointment_load(decision->store, &id, ret_row);
    if (status == CLINIC_NOT_FOUND)
        return decision_refuse(decision, CLINIC_CODE_NOT_FOUND, "appointment_id",
                               "There is no such appointment.");
    if (status == CLINIC_OK)
        decision->reply_owner = ret_row->appointment.patient_id;
    return status;
}

enum clinic_status appointment_refuse_begun(struct decision *decision,
                                            const struct appointment *appointment)
{
    if (appointment->state != APPOINTMENT_BOOKED)
        return decision_refuse(decision, CLINIC_CODE_STATE_MISMATCH, NULL,
                               "This is for booked visits. This one is: %s.",
                               appointment_state_name(appointment->state));
    if (appointment->start_ms <= decision->now_ms)
        return decision_refuse(decision, CLINIC_CODE_STATE_MISMATCH, NULL,
                               "The time of this visit has come: it can be closed, as fulfilled or"
                               " as a no-show.");
    return CLINIC_OK;
}

// ---- members

bool appointment_add_ids(cJSON *data, const struct appointment *appointment)
{
    return json_add_id(data, "appointment_id", &appointment->appointment_id)
           && json_add_id(data, "patient_id", &appointment->patient_id)
           && json_add_id(data, "doctor_id", &appointment->doctor_id);
}

bool appointment_add_times(cJSON *data, const struct appointment *appointment)
{
    return json_add_instant(data, "start", appointment->start_ms)
           && json_add_instant(data, "end", appointment->end_ms);
}

bool appointment_add_version(cJSON *data, int64_t version)
{
    return cJSON_AddNumberToObject(data, "version", (double)version) != NULL;
}

// ---- events and replies

cJSON *appointment_event_data(const struct appointment *appointment)
{
    cJSON *data = cJSON_CreateObject();

    if (data != NULL && appointment_add_ids(data, appointment)
        && appointment_add_version(data, appointment->version + 1))
        return data;
    cJSON_Delete(data);
    return NULL;
}

enum clinic_status appointment_append(struct decision *decision, enum clinic_event_kind kind,
                                      const struct appointment *appointment,
                                      const struct clinic_id *owner,
                                      const struct clinic_id *causation, cJSON *data)
{
    char subject[CLINIC_SUBJECT_BYTES];

    subject_print("appointment", &appointment->appointment_id, subject);
    return decision_append(decision, kind, subject, owner, causation, data);
}

enum clinic_status appointment_reply_version(struct decision *decision,
                                             const struct clinic_id *appointment_id,
                                             int64_t version)
{
    cJSON *data = cJSON_CreateObject();

    decision->reply->data = data;
    return data != NULL && json_add_id(data, "appointment_id", appointment_id)
                   && appointment_add_version(data, version)
               ? CLINIC_OK
               : CLINIC_NOMEM;
}
