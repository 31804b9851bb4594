// appointment_scope.h - what the files of the appointment service share; nobody else includes it.
#pragma once

#include "appointment.h"

// ---- appointment.c

enum appointment_sql {
    SQL_LOAD,
    SQL_LOAD_REASONS,
    SQL_FULFILLED,
    SQL_INSERT,
    SQL_COUNT,
};
extern const char *const appointment_sql[SQL_COUNT];

// The first columns of every statement that appointment_row_read() reads.
#define APPOINTMENT_COLUMNS                                                                        \
    "appointment_id, patient_id, doctor_id, start_ms, end_ms, version, closed_at_ms, state,"       \
    " new_patient, overridden, late, queue_number, room, arrived_at_ms, called_at_ms"

// ---- appointment_row.c

enum { APPOINTMENT_QUEUE_NUMBER_BYTES = 9, APPOINTMENT_ROOM_BYTES = 41 };

// A visit as it is kept, but for what is personal.
struct appointment_row {
    struct appointment appointment;
    bool is_new_patient;
    bool is_overridden;
    bool is_late;                                      // canceled less than a day before
    int64_t arrived_at_ms;                             // 0: has not come
    int64_t called_at_ms;                              // 0: was not called
    char queue_number[APPOINTMENT_QUEUE_NUMBER_BYTES]; // empty: has not come
    char room[APPOINTMENT_ROOM_BYTES];                 // empty: was not called
};

struct appointment_row appointment_row_read(struct query *query);

// CLINIC_NOT_FOUND: there is no such appointment.
enum clinic_status appointment_load(struct store *store, const struct clinic_id *appointment_id,
                                    struct appointment_row *ret_row);

// Runs a statement that is ready to be stepped, for its first row. CLINIC_NOT_FOUND: it has none.
enum clinic_status appointment_first(struct query *query, struct appointment_row *ret_row);

// ---- appointment_reactions.c

enum clinic_status appointment_book(const struct reaction_scene *scene,
                                    const struct clinic_event *event);
