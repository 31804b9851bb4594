#include "appointment_scope.h"

#include <string.h>

// Whether staff have said so already, in the same words.
static enum clinic_status is_kept(struct store *store, const struct appointment_row *row,
                                  const char *reason, bool *ret_is_kept)
{
    struct query *query = query_start(store, appointment_sql[SQL_LOAD_REASONS]);

    query_bind_id(query, 1, &row->appointment.appointment_id);
    const char *known = query_next(query) ? query_column_text(query, 1) : NULL;
    *ret_is_kept = row->is_overridden && known != NULL && strcmp(known, reason) == 0;
    return query_end(query);
}

static enum clinic_status keep(struct decision *decision, const struct appointment *appointment,
                               const char *reason)
{
    cJSON *data = appointment_event_data(appointment);

    if (!json_add_text(data, "override_reason", reason)) {
        cJSON_Delete(data);
        return CLINIC_NOMEM;
    }
    enum clinic_status status = appointment_append(decision, CLINIC_APPOINTMENT_KEPT, appointment,
                                                   &appointment->patient_id, NULL, data);
    if (status != CLINIC_OK)
        return status;
    return appointment_reply_version(decision, &appointment->appointment_id,
                                     appointment->version + 1);
}

enum clinic_status appointment_keep(struct decision *decision)
{
    const char *reason = clinic_json_text(decision->request->data, "override_reason");
    struct appointment_row row;
    bool is_same;

    enum clinic_status status = appointment_load_named(decision, &row);
    if (status == CLINIC_OK)
        status = appointment_refuse_begun(decision, &row.appointment);
    if (status == CLINIC_OK)
        status = is_kept(decision->store, &row, reason, &is_same);
    if (status != CLINIC_OK)
        return status;
    if (is_same)
        return decision_refuse(decision, CLINIC_CODE_NO_CHANGE, NULL,
                               "The appointment is kept for this reason already.");
    return keep(decision, &row.appointment, reason);
}
