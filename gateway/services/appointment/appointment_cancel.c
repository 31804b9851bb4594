#include "appointment_scope.h"

enum { LATE_MS = 24 * 60 * 60 * 1000 };

static const char reason_unknown[] = "not-given";

enum clinic_status appointment_append_canceled(struct decision *decision,
                                               const struct appointment *appointment,
                                               const char *by, const char *reason,
                                               const struct clinic_id *causation, bool *ret_is_late)
{
    const bool is_late = appointment->start_ms - decision->now_ms < LATE_MS;
    cJSON *data = appointment_event_data(appointment);

    if (!appointment_add_times(data, appointment) || !json_add_text(data, "by", by)
        || !json_add_text(data, "reason", reason)
        || !cJSON_AddBoolToObject(data, "late", is_late)) {
        cJSON_Delete(data);
        return CLINIC_NOMEM;
    }
    *ret_is_late = is_late;
    return appointment_append(decision, CLINIC_APPOINTMENT_CANCELED, appointment, NULL, causation,
                              data);
}

static enum clinic_status reply(struct decision *decision, const struct clinic_id *appointment_id,
                                int64_t version, bool is_late)
{
    enum clinic_status status = appointment_reply_version(decision, appointment_id, version);

    if (status == CLINIC_OK && !cJSON_AddBoolToObject(decision->reply->data, "late", is_late))
        status = CLINIC_NOMEM;
    return status;
}

enum clinic_status appointment_cancel(struct decision *decision)
{
    struct appointment_row row;
    const cJSON *data = decision->request->data;
    const char *reason = clinic_json_text(data, "reason");
    const struct appointment *appointment = &row.appointment;
    bool is_late;

    enum clinic_status status = appointment_load_named(decision, &row);
    if (status == CLINIC_OK && appointment->state == APPOINTMENT_CANCELED)
        return reply(decision, &appointment->appointment_id, appointment->version, row.is_late);
    if (status == CLINIC_OK)
        status = appointment_refuse_begun(decision, appointment);
    if (status == CLINIC_OK)
        status =
            appointment_append_canceled(decision, appointment, clinic_json_text(data, "by"),
                                        reason == NULL ? reason_unknown : reason, NULL, &is_late);
    if (status != CLINIC_OK)
        return status;
    return reply(decision, &appointment->appointment_id, appointment->version + 1, is_late);
}
