// doctor.h - Doctor ID Management: who the doctors are, when they work, and what of that is booked. What other
// services may know of it.
//
// Slots are computed, not stored: weekly hours, exceptions, vacations and holidays are rules in the clinic's wall time,
// and the only rows are the bookings. So a slot list is right for every day within the booking horizon, today and
// tomorrow, and nothing needs to be extended at midnight.
#pragma once

#include "../service.h"

enum { DOCTOR_NAME_BYTES = 201, DOCTOR_EMAIL_BYTES = 255, DOCTOR_PHONE_BYTES = 17 };

struct doctor {
    int64_t number; // for people; from 1
    bool is_active;
    int slot_minutes;
    char name[DOCTOR_NAME_BYTES];
    char email[DOCTOR_EMAIL_BYTES]; // empty: none
    char phone[DOCTOR_PHONE_BYTES]; // E.164; empty: none
    char language[4];               // empty: the clinic's
};

// CLINIC_NOT_FOUND: there is no such doctor.
enum clinic_status doctor_find(struct store *store, const struct clinic_id *doctor_id,
                               struct doctor *ret_doctor);

// A time that somebody wants.
struct doctor_time {
    struct clinic_id doctor_id;
    struct clinic_id appointment_id; // its own booking does not stand in its way
    int64_t start_ms;
    int64_t end_ms; // not included
    bool
        is_override; // hours, vacations, holidays, the grid and other bookings do not stand in its way
};

// The instants of `slots` slots from a wall time "YYYY-MM-DDTHH:MM" on. Refuses an unknown or inactive doctor and a time
// that clocks never show; where they show it twice, it is the first.
enum clinic_status doctor_place(struct decision *decision, const struct clinic_id *doctor_id,
                                const char *local, int64_t slots, int64_t *ret_start_ms,
                                int64_t *ret_end_ms);

// Refuses a time that cannot be booked, in this order: past, beyond the horizon, vacation, holiday, outside hours, off
// the grid, taken (conflict.doctor). The first two no override helps against.
enum clinic_status doctor_refuse_time(struct decision *decision, const struct doctor_time *time);
