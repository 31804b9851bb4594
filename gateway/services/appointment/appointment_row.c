#include "appointment_scope.h"

#include <stdio.h>

const char *appointment_state_name(enum appointment_state state)
{
    static const char *const names[] = {
        [APPOINTMENT_BOOKED] = "booked",   [APPOINTMENT_ARRIVED] = "arrived",
        [APPOINTMENT_IN_ROOM] = "in-room", [APPOINTMENT_FULFILLED] = "fulfilled",
        [APPOINTMENT_NO_SHOW] = "no-show", [APPOINTMENT_CANCELED] = "canceled",
    };
    return names[state];
}

static void copy_text(struct query *query, int column, char *ret_text, size_t bytes)
{
    const char *text = query_column_text(query, column);

    (void)snprintf(ret_text, bytes, "%s", text == NULL ? "" : text);
}

struct appointment_row appointment_row_read(struct query *query)
{
    struct appointment_row row = {
        .appointment = {
            .appointment_id = query_column_id(query, 0),
            .patient_id = query_column_id(query, 1),
            .doctor_id = query_column_id(query, 2),
            .start_ms = query_column_integer(query, 3),
            .end_ms = query_column_integer(query, 4),
            .version = query_column_integer(query, 5),
            .closed_at_ms = query_column_integer(query, 6),
            .state = (enum appointment_state)query_column_integer(query, 7),
        },
        .is_new_patient = query_column_integer(query, 8) != 0,
        .is_overridden = query_column_integer(query, 9) != 0,
        .is_late = query_column_integer(query, 10) != 0,
        .arrived_at_ms = query_column_integer(query, 13),
        .called_at_ms = query_column_integer(query, 14),
        .has_contact_changed = query_column_integer(query, 16) != 0,
    };
    copy_text(query, 11, row.queue_number, sizeof row.queue_number);
    copy_text(query, 12, row.room, sizeof row.room);
    copy_text(query, 15, row.ticket, sizeof row.ticket);
    return row;
}

enum clinic_status appointment_first(struct query *query, struct appointment_row *ret_row)
{
    bool is_found = query_next(query);

    if (is_found)
        *ret_row = appointment_row_read(query);
    enum clinic_status status = query_end(query);
    return status == CLINIC_OK && !is_found ? CLINIC_NOT_FOUND : status;
}

enum clinic_status appointment_load(struct store *store, const struct clinic_id *appointment_id,
                                    struct appointment_row *ret_row)
{
    struct query *query = query_start(store, appointment_sql[SQL_LOAD]);

    query_bind_id(query, 1, appointment_id);
    return appointment_first(query, ret_row);
}

int64_t appointment_turn_ms(const struct appointment_row *row)
{
    return row->arrived_at_ms > row->appointment.start_ms ? row->arrived_at_ms
                                                          : row->appointment.start_ms;
}

// ---- for other services

enum clinic_status appointment_find(struct store *store, const struct clinic_id *appointment_id,
                                    struct appointment *ret_appointment)
{
    struct appointment_row row;
    enum clinic_status status = appointment_load(store, appointment_id, &row);

    if (status == CLINIC_OK)
        *ret_appointment = row.appointment;
    return status;
}

enum clinic_status appointment_find_fulfilled(struct store *store,
                                              const struct clinic_id *patient_id,
                                              const struct clinic_id *doctor_id, int64_t since_ms,
                                              int64_t until_ms, struct appointment *ret_appointment)
{
    struct appointment_row row;
    struct query *query = query_start(store, appointment_sql[SQL_FULFILLED]);

    query_bind_id(query, 1, patient_id);
    query_bind_id(query, 2, doctor_id);
    query_bind_integer(query, 3, since_ms);
    query_bind_integer(query, 4, until_ms);
    enum clinic_status status = appointment_first(query, &row);
    if (status == CLINIC_OK)
        *ret_appointment = row.appointment;
    return status;
}
