#include "../doctor/doctor.h"
#include "appointment_scope.h"

// The caller sees what is there now and can decide again.
static enum clinic_status refuse_stale(struct decision *decision, const struct appointment_row *row)
{
    cJSON *record;
    cJSON *data = cJSON_CreateObject();
    enum clinic_status status = appointment_record(decision->store, row, &record);

    decision->reply->data = data;
    if (status != CLINIC_OK)
        return status;
    if (data == NULL || !cJSON_AddItemToObject(data, "appointment", record)) {
        cJSON_Delete(record);
        return CLINIC_NOMEM;
    }
    return decision_refuse(decision, CLINIC_CODE_STALE_VERSION, "expected_version",
                           "Somebody else has changed this appointment. Look at it again.");
}

static enum clinic_status refuse_unexpected(struct decision *decision,
                                            const struct appointment_row *row)
{
    int64_t expected = 0;

    enum clinic_status status = appointment_refuse_begun(decision, &row->appointment);
    if (status != CLINIC_OK)
        return status;
    (void)clinic_json_integer(decision->request->data, "expected_version", &expected);
    return expected == row->appointment.version ? CLINIC_OK : refuse_stale(decision, row);
}

// As long as before, in whole slots of the doctor: another one may have longer ones.
static enum clinic_status count_slots(struct store *store, const struct appointment *now,
                                      const struct clinic_id *doctor_id, int64_t *ret_slots)
{
    struct doctor doctor;

    enum clinic_status status = doctor_find(store, doctor_id, &doctor);
    if (status == CLINIC_NOT_FOUND) // which doctor_place() refuses
        return CLINIC_OK;
    if (status == CLINIC_OK) {
        const int64_t slot_ms = INT64_C(60000) * doctor.slot_minutes;
        *ret_slots = (now->end_ms - now->start_ms + slot_ms - 1) / slot_ms;
    }
    return status;
}

static enum clinic_status place(struct decision *decision, const struct appointment *now,
                                struct appointment *ret_wanted)
{
    const cJSON *data = decision->request->data;
    int64_t slots = 1;
    enum clinic_status status = CLINIC_OK;

    *ret_wanted = *now;
    if (clinic_json_member(data, "doctor_id") != NULL)
        ret_wanted->doctor_id = id_member(data, "doctor_id");
    if (!clinic_json_integer(data, "slots", &slots))
        status = count_slots(decision->store, now, &ret_wanted->doctor_id, &slots);
    if (status == CLINIC_OK)
        status = doctor_place(decision, &ret_wanted->doctor_id, clinic_json_text(data, "start"),
                              slots, &ret_wanted->start_ms, &ret_wanted->end_ms);
    return status;
}

static bool is_same_place(const struct appointment *a, const struct appointment *b)
{
    return clinic_id_equal(&a->doctor_id, &b->doctor_id) && a->start_ms == b->start_ms
           && a->end_ms == b->end_ms;
}

static bool add_previous(cJSON *data, const struct appointment *before)
{
    cJSON *previous = cJSON_AddObjectToObject(data, "previous");

    return previous != NULL && json_add_id(previous, "doctor_id", &before->doctor_id)
           && appointment_add_times(previous, before);
}

static cJSON *event_data(const struct appointment *before, const struct appointment *after,
                         const cJSON *request)
{
    const char *override_reason = clinic_json_text(request, "override_reason");
    cJSON *data = appointment_event_data(after);

    if (data != NULL && appointment_add_times(data, after) && add_previous(data, before)
        && json_add_text(data, "by", clinic_json_text(request, "by"))
        && cJSON_AddBoolToObject(data, "overridden", override_reason != NULL)
        && json_add_text(data, "override_reason", override_reason))
        return data;
    cJSON_Delete(data);
    return NULL;
}

static enum clinic_status move(struct decision *decision, const struct appointment *before,
                               const struct appointment *after)
{
    enum clinic_status status =
        appointment_append(decision, CLINIC_APPOINTMENT_RESCHEDULED, after, &after->patient_id,
                           NULL, event_data(before, after, decision->request->data));

    if (status == CLINIC_OK)
        status = appointment_reply_version(decision, &after->appointment_id, after->version + 1);
    if (status == CLINIC_OK && !appointment_add_times(decision->reply->data, after))
        status = CLINIC_NOMEM;
    return status;
}

enum clinic_status appointment_reschedule(struct decision *decision)
{
    const bool is_override = clinic_json_member(decision->request->data, "override_reason") != NULL;
    struct appointment_row row;
    struct appointment wanted;

    enum clinic_status status = appointment_load_named(decision, &row);
    if (status == CLINIC_OK)
        status = refuse_unexpected(decision, &row);
    if (status == CLINIC_OK)
        status = place(decision, &row.appointment, &wanted);
    if (status != CLINIC_OK)
        return status;
    if (is_same_place(&row.appointment, &wanted))
        return decision_refuse(decision, CLINIC_CODE_NO_CHANGE, NULL,
                               "The appointment is at this time already.");
    status = appointment_refuse_time(decision, &wanted, is_override);
    return status == CLINIC_OK ? move(decision, &row.appointment, &wanted) : status;
}
