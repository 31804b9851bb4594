#include "../doctor/doctor.h"
#include "../local_time.h"
#include "../patient/patient.h"
#include "appointment_scope.h"

#include <stdio.h>
#include <string.h>

enum {
    LETTERS = 26,
    AT_ONCE_MS = 1500, // a kiosk that has its answer by then shows the number, and no ticket
};

// ---- the queue number

// Of the visit's day, not of the arrival's: so the reaction finds the same day without any clock.
static enum clinic_status next_number(struct store *store, const struct appointment *appointment,
                                      char letter, int64_t *ret_number)
{
    char day[LOCAL_DAY_BYTES];
    const char letter_text[] = { letter, '\0' };
    struct query *query = query_start(store, appointment_sql[SQL_LAST_NUMBER]);

    local_day_at(appointment->start_ms, day);
    query_bind_text(query, 1, day);
    query_bind_text(query, 2, letter_text);
    *ret_number = query_next(query) ? query_column_integer(query, 0) + 1 : 1;
    return query_end(query);
}

// Doctors whose numbers give the same letter share one sequence.
static enum clinic_status make_queue_number(struct store *store,
                                            const struct appointment *appointment,
                                            char ret_number[static QUEUE_NUMBER_BYTES])
{
    struct doctor doctor;
    int64_t number = 0;

    enum clinic_status status = doctor_find(store, &appointment->doctor_id, &doctor);
    if (status != CLINIC_OK)
        return status;
    const char letter = (char)('A' + (doctor.number - 1) % LETTERS);
    status = next_number(store, appointment, letter, &number);
    if (status == CLINIC_OK)
        (void)snprintf(ret_number, QUEUE_NUMBER_BYTES, "%c%02d", letter, (int)number);
    return status;
}

// ---- who may come when

static bool is_of_day(const struct appointment *appointment, int64_t at_ms)
{
    char visit_day[LOCAL_DAY_BYTES];
    char day[LOCAL_DAY_BYTES];

    local_day_at(appointment->start_ms, visit_day);
    local_day_at(at_ms, day);
    return strcmp(visit_day, day) == 0 || appointment_is_in_window(appointment, at_ms);
}

// At a desk staff see who stands there: any visit of the day will do. It is the day on which they asked, or today: the
// request may have waited, and the desk's clock may be behind.
static enum clinic_status refuse_other_day(struct decision *decision,
                                           const struct appointment *appointment)
{
    if (is_of_day(appointment, decision_asked_at_ms(decision))
        || is_of_day(appointment, decision->now_ms))
        return CLINIC_OK;
    return decision_refuse(decision, CLINIC_CODE_STATE_MISMATCH, NULL,
                           "This visit is on another day.");
}

static enum clinic_status refuse_over(struct decision *decision,
                                      const struct appointment *appointment)
{
    switch (appointment->state) {
    case APPOINTMENT_ARRIVED:
    case APPOINTMENT_IN_ROOM:
        return CLINIC_OK;
    case APPOINTMENT_BOOKED:
        return refuse_other_day(decision, appointment);
    case APPOINTMENT_FULFILLED:
    case APPOINTMENT_NO_SHOW:
    case APPOINTMENT_CANCELED:
        break;
    }
    return decision_refuse(decision, CLINIC_CODE_STATE_MISMATCH, NULL, "This visit is over: %s.",
                           appointment_state_name(appointment->state));
}

// A kiosk that names a visit must say whose it is all the same.
static enum clinic_status find(struct decision *decision, struct appointment_row *ret_row)
{
    const bool is_named = clinic_json_member(decision->request->data, "appointment_id") != NULL;

    if (decision->caller->node_role != CLINIC_ROLE_DESK || !is_named)
        return appointment_identify(decision, ret_row);
    enum clinic_status status = appointment_load_named(decision, ret_row);
    if (status == CLINIC_OK)
        status = patient_refuse_missing(decision, &ret_row->appointment.patient_id);
    return status == CLINIC_OK ? refuse_over(decision, &ret_row->appointment) : status;
}

// ---- arriving

// A ticket stands on every screen of the waiting room: nothing that could be a name.
static enum clinic_status refuse_ticket(struct decision *decision)
{
    const char *ticket = clinic_json_text(decision->request->data, "ticket");

    if (ticket == NULL
        || (ticket[0] >= 'A' && ticket[0] <= 'Z'
            && strspn(ticket + 1, "0123456789") == strlen(ticket + 1)))
        return CLINIC_OK;
    return decision_refuse(decision, CLINIC_CODE_INVALID_FIELD, "ticket",
                           "A ticket is a letter from A to Z and digits.");
}

// The ticket, if somebody may have it in hand. A request from the future comes from a clock that is ahead: who knows when it
// was made.
static const char *given_ticket(const struct decision *decision)
{
    const int64_t waited_ms = decision->now_ms - decision->request->time_ms;
    const bool is_at_once = decision->caller->node_role == CLINIC_ROLE_KIOSK && waited_ms >= 0
                            && waited_ms < AT_ONCE_MS;
    return is_at_once ? NULL : clinic_json_text(decision->request->data, "ticket");
}

static bool add_arrival(const struct decision *decision, const char *queue_number, cJSON *data)
{
    const cJSON *asked = decision->request->data;

    return json_add_text(data, "queue_number", queue_number)
           && json_add_text(data, "ticket", given_ticket(decision))
           && (!clinic_json_boolean(asked, "contact_changed", false)
               || cJSON_AddTrueToObject(data, "contact_changed") != NULL);
}

static enum clinic_status arrive(struct decision *decision, const struct appointment *appointment)
{
    char queue_number[QUEUE_NUMBER_BYTES];

    enum clinic_status status = make_queue_number(decision->store, appointment, queue_number);
    if (status != CLINIC_OK)
        return status;
    cJSON *data = appointment_event_data(appointment);
    if (!add_arrival(decision, queue_number, data)) {
        cJSON_Delete(data);
        return CLINIC_NOMEM;
    }
    return appointment_append(decision, CLINIC_APPOINTMENT_CHECKED_IN, appointment, NULL, NULL,
                              data);
}

static enum clinic_status count_before(struct decision *decision, const struct appointment_row *row,
                                       int64_t *ret_count)
{
    *ret_count = 0;
    if (row->appointment.state != APPOINTMENT_ARRIVED)
        return CLINIC_OK;
    struct query *query = query_start(decision->store, appointment_sql[SQL_COUNT_BEFORE]);
    query_bind_id(query, 1, &row->appointment.doctor_id);
    query_bind_integer(query, 2, decision->now_ms - APPOINTMENT_WAITING_MAX_MS);
    query_bind_integer(query, 3, appointment_turn_ms(row));
    query_bind_id(query, 4, &row->appointment.appointment_id);
    if (query_next(query))
        *ret_count = query_column_integer(query, 0);
    return query_end(query);
}

static enum clinic_status reply(struct decision *decision, const struct appointment_row *row)
{
    int64_t before = 0;
    const struct appointment *appointment = &row->appointment;
    enum clinic_status status = count_before(decision, row, &before);
    if (status != CLINIC_OK)
        return status;

    cJSON *data = cJSON_CreateObject();
    decision->reply->data = data;
    return json_add_id(data, "appointment_id", &appointment->appointment_id)
                   && json_add_instant(data, "start", appointment->start_ms)
                   && json_add_text(data, "queue_number", row->queue_number)
                   && cJSON_AddNumberToObject(data, "waiting", (double)before) != NULL
               ? CLINIC_OK
               : CLINIC_NOMEM;
}

enum clinic_status appointment_check_in(struct decision *decision)
{
    struct appointment_row row;

    enum clinic_status status = refuse_ticket(decision);
    if (status == CLINIC_OK)
        status = find(decision, &row);
    if (status == CLINIC_OK && row.appointment.state == APPOINTMENT_BOOKED) {
        const struct clinic_id id = row.appointment.appointment_id;
        status = arrive(decision, &row.appointment);
        if (status == CLINIC_OK)
            status = appointment_load(decision->store, &id, &row);
    }
    return status == CLINIC_OK ? reply(decision, &row) : status;
}
