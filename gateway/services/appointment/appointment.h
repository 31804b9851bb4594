// appointment.h - visits, from the booking to the end. What other services may know of them.
#pragma once

#include "../service.h"

// Stored: never renumber, never reuse.
enum appointment_state {
    APPOINTMENT_BOOKED = 1,
    APPOINTMENT_ARRIVED = 2,
    APPOINTMENT_IN_ROOM = 3,
    APPOINTMENT_FULFILLED = 4,
    APPOINTMENT_NO_SHOW = 5,
    APPOINTMENT_CANCELED = 6,
};

// As the catalogue calls it.
const char *appointment_state_name(enum appointment_state state);

struct appointment {
    struct clinic_id appointment_id;
    struct clinic_id patient_id;
    struct clinic_id doctor_id;
    int64_t start_ms;
    int64_t end_ms; // not included
    int64_t version;
    int64_t closed_at_ms; // 0: not yet
    enum appointment_state state;
};

// CLINIC_NOT_FOUND: there is no such appointment.
enum clinic_status appointment_find(struct store *store, const struct clinic_id *appointment_id,
                                    struct appointment *ret_appointment);

// The newest fulfilled visit of the patient with the doctor that was closed at or after `since_ms` and before `until_ms`.
// CLINIC_NOT_FOUND: none.
enum clinic_status appointment_find_fulfilled(struct store *store,
                                              const struct clinic_id *patient_id,
                                              const struct clinic_id *doctor_id, int64_t since_ms,
                                              int64_t until_ms,
                                              struct appointment *ret_appointment);
