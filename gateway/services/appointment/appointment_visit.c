// appointment_visit.c - from the waiting room to the end: calling patients, and closing visits.
#include "../patient/patient.h"
#include "appointment_scope.h"

#include <string.h>

// ---- calling

static enum clinic_status refuse_absent(struct decision *decision,
                                        const struct appointment *appointment)
{
    if (appointment->state == APPOINTMENT_ARRIVED || appointment->state == APPOINTMENT_IN_ROOM)
        return CLINIC_OK;
    return decision_refuse(decision, CLINIC_CODE_STATE_MISMATCH, NULL,
                           "Only who has checked in can be called. This visit is: %s.",
                           appointment_state_name(appointment->state));
}

static enum clinic_status find_next(struct decision *decision, struct appointment_row *ret_row)
{
    const struct clinic_id doctor_id = id_member(decision->request->data, "doctor_id");

    if (clinic_id_is_none(&doctor_id))
        return decision_refuse(decision, CLINIC_CODE_INVALID_MISSING, "doctor_id",
                               "An appointment or a doctor is needed.");
    struct query *query = query_start(decision->store, appointment_sql[SQL_NEXT_WAITING]);
    query_bind_id(query, 1, &doctor_id);
    query_bind_integer(query, 2, decision->now_ms - APPOINTMENT_WAITING_MAX_MS);
    enum clinic_status status = appointment_first(query, ret_row);
    if (status == CLINIC_NOT_FOUND)
        return decision_refuse(decision, CLINIC_CODE_NOT_FOUND, "doctor_id",
                               "Nobody waits for this doctor.");
    return status;
}

static enum clinic_status find_called(struct decision *decision, struct appointment_row *ret_row)
{
    if (clinic_json_member(decision->request->data, "appointment_id") == NULL)
        return find_next(decision, ret_row);
    enum clinic_status status = appointment_load_named(decision, ret_row);
    if (status == CLINIC_OK)
        status = patient_refuse_missing(decision, &ret_row->appointment.patient_id);
    return status == CLINIC_OK ? refuse_absent(decision, &ret_row->appointment) : status;
}

static cJSON *called_data(const struct appointment_row *row, const char *room)
{
    cJSON *data = appointment_event_data(&row->appointment);

    if (json_add_text(data, "queue_number", row->queue_number) && json_add_text(data, "room", room))
        return data;
    cJSON_Delete(data);
    return NULL;
}

// Calling somebody again is an event again: they did not hear, or the room is another one.
enum clinic_status appointment_call(struct decision *decision)
{
    struct appointment_row row;
    const struct appointment *appointment = &row.appointment;

    enum clinic_status status = find_called(decision, &row);
    if (status != CLINIC_OK)
        return status;
    subject_print("appointment", &appointment->appointment_id, decision->subject);
    decision->reply_owner = appointment->patient_id;
    status =
        appointment_append(decision, CLINIC_APPOINTMENT_CALLED, appointment, NULL, NULL,
                           called_data(&row, clinic_json_text(decision->request->data, "room")));
    if (status != CLINIC_OK)
        return status;
    cJSON *data = cJSON_CreateObject();
    decision->reply->data = data;
    return json_add_id(data, "appointment_id", &appointment->appointment_id)
                   && json_add_id(data, "patient_id", &appointment->patient_id)
                   && json_add_text(data, "queue_number", row.queue_number)
               ? CLINIC_OK
               : CLINIC_NOMEM;
}

// ---- closing

enum { BEFORE_START, AFTER_START, MOMENT_COUNT };

// From which states, before and after the start, a visit can end so. A visit may be fulfilled without a check-in:
// somebody forgot it.
static const struct outcome {
    const char *name;
    enum appointment_state state;
    unsigned from[MOMENT_COUNT];
} outcomes[] = {
#define STATE(state) (1u << (state))
    { "fulfilled",
      APPOINTMENT_FULFILLED,
      { STATE(APPOINTMENT_ARRIVED) | STATE(APPOINTMENT_IN_ROOM),
        STATE(APPOINTMENT_ARRIVED) | STATE(APPOINTMENT_IN_ROOM) | STATE(APPOINTMENT_BOOKED) } },
    { "no-show", APPOINTMENT_NO_SHOW, { 0, STATE(APPOINTMENT_BOOKED) } },
#undef STATE
};

static const struct outcome *find_outcome(const char *name)
{
    const struct outcome *outcome = outcomes;

    // The catalogue has let only these pass.
    while (strcmp(outcome->name, name) != 0)
        outcome++;
    return outcome;
}

static enum clinic_status refuse_outcome(struct decision *decision,
                                         const struct appointment *appointment,
                                         const struct outcome *outcome)
{
    const int moment = appointment->start_ms <= decision->now_ms ? AFTER_START : BEFORE_START;

    if ((outcome->from[moment] & (1u << appointment->state)) != 0)
        return CLINIC_OK;
    return decision_refuse(decision, CLINIC_CODE_STATE_MISMATCH, "outcome",
                           "A visit that is %s%s cannot become %s.",
                           appointment_state_name(appointment->state),
                           moment == BEFORE_START ? " and has not begun" : "", outcome->name);
}

static enum clinic_status end_visit(struct decision *decision,
                                    const struct appointment *appointment,
                                    const struct outcome *outcome)
{
    cJSON *data = appointment_event_data(appointment);

    if (!json_add_text(data, "outcome", outcome->name)) {
        cJSON_Delete(data);
        return CLINIC_NOMEM;
    }
    return appointment_append(decision, CLINIC_APPOINTMENT_CLOSED, appointment, NULL, NULL, data);
}

enum clinic_status appointment_close(struct decision *decision)
{
    struct appointment_row row;
    const struct appointment *appointment = &row.appointment;
    const struct outcome *outcome =
        find_outcome(clinic_json_text(decision->request->data, "outcome"));

    enum clinic_status status = appointment_load_named(decision, &row);
    if (status != CLINIC_OK)
        return status;
    if (appointment->state == outcome->state) // two desks did it
        return appointment_reply_version(decision, &appointment->appointment_id,
                                         appointment->version);
    status = refuse_outcome(decision, appointment, outcome);
    if (status == CLINIC_OK)
        status = end_visit(decision, appointment, outcome);
    if (status != CLINIC_OK)
        return status;
    return appointment_reply_version(decision, &appointment->appointment_id,
                                     appointment->version + 1);
}
