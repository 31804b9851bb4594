#include "../patient/patient.h"
#include "appointment_scope.h"

#include <stdio.h>

// Empty where the record is erased.
static enum clinic_status find_name(struct store *store, const struct clinic_id *patient_id,
                                    char ret_name[static PATIENT_NAME_BYTES])
{
    struct patient_contact contact = { .name = "" };
    enum clinic_status status = patient_find_contact(store, patient_id, &contact);

    if (status != CLINIC_OK && status != CLINIC_REFUSED && status != CLINIC_NOT_FOUND)
        return status;
    (void)snprintf(ret_name, PATIENT_NAME_BYTES, "%s", status == CLINIC_OK ? contact.name : "");
    return CLINIC_OK;
}

// ---- the record

static bool add_text_unless_empty(cJSON *record, const char *name, const char *text)
{
    return text[0] == '\0' || json_add_text(record, name, text);
}

static bool add_instant_unless_none(cJSON *record, const char *name, int64_t at_ms)
{
    return at_ms == 0 || json_add_instant(record, name, at_ms);
}

static bool add_row(cJSON *record, const struct appointment_row *row, const char *name)
{
    const struct appointment *appointment = &row->appointment;

    return appointment_add_ids(record, appointment) && json_add_text(record, "patient", name)
           && appointment_add_times(record, appointment)
           && json_add_text(record, "state", appointment_state_name(appointment->state))
           && appointment_add_version(record, appointment->version)
           && cJSON_AddBoolToObject(record, "new_patient", row->is_new_patient)
           && add_text_unless_empty(record, "queue_number", row->queue_number)
           && add_text_unless_empty(record, "room", row->room)
           && add_text_unless_empty(record, "ticket", row->ticket)
           && add_instant_unless_none(record, "arrived", row->arrived_at_ms)
           && add_instant_unless_none(record, "called", row->called_at_ms)
           && (!row->has_contact_changed
               || cJSON_AddTrueToObject(record, "contact_changed") != NULL);
}

static bool add_details(cJSON *record, const struct appointment_row *row)
{
    return cJSON_AddBoolToObject(record, "overridden", row->is_overridden)
           && add_instant_unless_none(record, "ended", row->appointment.closed_at_ms);
}

static enum clinic_status add_reasons(struct store *store, const struct clinic_id *appointment_id,
                                      cJSON *record)
{
    struct query *query = query_start(store, appointment_sql[SQL_LOAD_REASONS]);
    bool has_memory = true;

    query_bind_id(query, 1, appointment_id);
    if (query_next(query))
        has_memory = json_add_text(record, "visit_reason", query_column_text(query, 0))
                     && json_add_text(record, "override_reason", query_column_text(query, 1));
    return json_add_end(query, has_memory);
}

enum clinic_status appointment_list_row(struct store *store, const struct appointment_row *row,
                                        cJSON **ret_item)
{
    char name[PATIENT_NAME_BYTES];
    enum clinic_status status = find_name(store, &row->appointment.patient_id, name);
    if (status != CLINIC_OK)
        return status;

    cJSON *item = cJSON_CreateObject();
    if (!add_row(item, row, name)) {
        cJSON_Delete(item);
        return CLINIC_NOMEM;
    }
    *ret_item = item;
    return CLINIC_OK;
}

enum clinic_status appointment_record(struct store *store, const struct appointment_row *row,
                                      cJSON **ret_record)
{
    cJSON *record;
    enum clinic_status status = appointment_list_row(store, row, &record);
    if (status != CLINIC_OK)
        return status;

    status = add_details(record, row) ? add_reasons(store, &row->appointment.appointment_id, record)
                                      : CLINIC_NOMEM;
    if (status != CLINIC_OK) {
        cJSON_Delete(record);
        return status;
    }
    *ret_record = record;
    return CLINIC_OK;
}

// ---- reading it

// The trail of accesses names the patient: who looks for those who saw a record asks for that.
enum clinic_status appointment_read(struct decision *decision)
{
    struct appointment_row row;
    cJSON *record;

    enum clinic_status status = appointment_load_named(decision, &row);
    if (status != CLINIC_OK)
        return status;
    subject_print("patient", &row.appointment.patient_id, decision->subject);
    status = appointment_record(decision->store, &row, &record);
    if (status != CLINIC_OK)
        return status;
    decision->reply->data = cJSON_CreateObject();
    if (cJSON_AddItemToObject(decision->reply->data, "appointment", record))
        return CLINIC_OK;
    cJSON_Delete(record);
    return CLINIC_NOMEM;
}
