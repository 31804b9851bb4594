// visits.c - bookings, and what becomes of them.
#include "years.h"

#include <local_time.h>

#include <stdio.h>
#include <stdlib.h>

enum {
    TRIED_DAYS = 12,
    CANCELED_PERCENT = 9,
    MOVED_PERCENT = 8,
    NO_SHOW_PERCENT = 5,
    REPORTED_PERCENT = 30,
    COMMENTED_PERCENT = 20,
    ROOMS = 14,
};

static const int64_t MINUTE_MS = 60000;

static const char *const specialties[] = { "general medicine", "cardiology",  "dermatology",
                                           "paediatrics",      "gynaecology", "ophthalmology" };
static const char *const doctor_names[ROSTER_DOCTORS] = {
    "Dr. Agnès Lambert", "Dr. Karim Haddad",  "Dr. Ingrid Sørensen", "Dr. Paul Okafor",
    "Dr. Hélène Roux",   "Dr. Jan Novák",     "Dr. Mei-Ling Chen",   "Dr. Tomás Ibáñez",
    "Dr. Ruth Ziegler",  "Dr. Ahmed Mansour", "Dr. Claire Fontaine", "Dr. Olena Kovalenko",
};

// ---- before the first day

static void add_doctor(struct years *years, int doctor, int first_year, int last_year)
{
    char id[CLINIC_ID_TEXT_BYTES];
    char hours[ROSTER_TEXT_BYTES];
    char time_off[ROSTER_TEXT_BYTES];

    years->doctors[doctor] = practice_new_id(&years->practice);
    clinic_id_print(&years->doctors[doctor], id);
    roster_print_hours(doctor, hours);
    roster_print_time_off(doctor, first_year, last_year, time_off);
    practice_ask(&years->practice, PRACTICE_ADMIN, CLINIC_REQUEST_DOCTOR_CREATE,
                 years->practice.now_ms,
                 "{\"doctor_id\":\"%s\",\"name\":\"%s\",\"email\":\"doctor%d@example.org\","
                 "\"specialty\":\"%s\",\"slot_minutes\":%d,%s,%s}",
                 id, doctor_names[doctor], doctor + 1, specialties[doctor % 6], ROSTER_SLOT_MINUTES,
                 hours, time_off);
}

void visits_open(struct years *years)
{
    char holidays[ROSTER_TEXT_BYTES];
    const int first_year = local_time_at(local_minute_from(years->first_day, 0)).year;
    const int last_year = local_time_at(local_minute_from(years->last_day, 0)).year + 1;

    for (int doctor = 0; doctor < ROSTER_DOCTORS; doctor++)
        add_doctor(years, doctor, first_year, last_year);
    roster_print_holidays(first_year, last_year, holidays);
    practice_ask(&years->practice, PRACTICE_ADMIN, CLINIC_REQUEST_DOCTOR_HOLIDAY,
                 years->practice.now_ms, "{%s}", holidays);
}

// ---- a visit's way

static int64_t start_of(const struct years_visit *visit)
{
    return local_minute_from(visit->day, roster_minute(visit->slot));
}

static bool is_off(const struct years *years, const struct years_visit *visit)
{
    return visit->is_over || years_patient(years, visit->patient)->is_deleted;
}

// A deed that was planned for the time from which the visit was moved away means nothing any more.
static bool is_due(const struct years *years, const struct years_visit *visit, int64_t at_ms)
{
    return !is_off(years, visit) && llabs(at_ms - start_of(visit)) <= 60 * MINUTE_MS;
}

static void ask_about(struct years *years, const struct years_visit *visit, enum practice_seat seat,
                      enum clinic_request_kind kind, int64_t at_ms, const char *more)
{
    char id[CLINIC_ID_TEXT_BYTES];

    clinic_id_print(&visit->id, id);
    practice_ask(&years->practice, seat, kind, at_ms, "{\"appointment_id\":\"%s\"%s}", id, more);
}

static void is_closed(struct years *years, uint32_t subject, int64_t at_ms)
{
    ask_about(years, years_visit(years, subject), PRACTICE_DOCTOR, CLINIC_REQUEST_APPOINTMENT_CLOSE,
              at_ms, ",\"outcome\":\"fulfilled\"");
    if (years_happens(years, REPORTED_PERCENT))
        queue_add(&years->queue, at_ms + 5 * MINUTE_MS, report_is_begun, subject);
    if (years_happens(years, COMMENTED_PERCENT))
        queue_add(&years->queue, at_ms + 3 * MINUTE_MS, feedback_is_given, subject);
}

static void is_called(struct years *years, uint32_t subject, int64_t at_ms)
{
    char room[32];
    const struct years_visit *visit = years_visit(years, subject);

    (void)snprintf(room, sizeof room, ",\"room\":\"%d\"", 1 + visit->doctor % ROOMS);
    ask_about(years, visit, PRACTICE_DOCTOR, CLINIC_REQUEST_APPOINTMENT_CALL, at_ms, room);
    queue_add(&years->queue, at_ms + years_chance(years, 10, 22) * MINUTE_MS, is_closed, subject);
}

static void comes(struct years *years, uint32_t subject, int64_t at_ms)
{
    const struct years_visit *visit = years_visit(years, subject);

    if (!is_due(years, visit, at_ms))
        return;
    ask_about(years, visit, PRACTICE_RECEPTION, CLINIC_REQUEST_APPOINTMENT_CHECK_IN, at_ms, "");
    queue_add(&years->queue, start_of(visit) + years_chance(years, 0, 15) * MINUTE_MS, is_called,
              subject);
}

static void stays_away(struct years *years, uint32_t subject, int64_t at_ms)
{
    const struct years_visit *visit = years_visit(years, subject);

    if (is_due(years, visit, at_ms))
        ask_about(years, visit, PRACTICE_RECEPTION, CLINIC_REQUEST_APPOINTMENT_CLOSE, at_ms,
                  ",\"outcome\":\"no-show\"");
}

static void is_canceled(struct years *years, uint32_t subject, int64_t at_ms)
{
    struct years_visit *visit = years_visit(years, subject);

    if (is_off(years, visit))
        return;
    visit->is_over = true;
    roster_give_back(&years->roster, visit->doctor, visit->day, visit->slot);
    ask_about(years, visit, PRACTICE_RECEPTION, CLINIC_REQUEST_APPOINTMENT_CANCEL, at_ms,
              years_happens(years, 15) ? ",\"by\":\"doctor\",\"reason\":\"doctor-away\""
                                       : ",\"by\":\"patient\",\"reason\":\"sick\"");
}

// ---- finding a time

static int choose_lead_days(struct years *years)
{
    switch (years_chance(years, 0, 9)) {
    case 0:
    case 1:
    case 2:
        return (int)years_chance(years, 1, 3);
    case 3:
    case 4:
    case 5:
    case 6:
        return (int)years_chance(years, 4, 14);
    default:
        return (int)years_chance(years, 15, 70);
    }
}

// With the patient's own doctor mostly; with whoever has time where that one is away.
static bool find_time(struct years *years, struct years_visit *visit, int from_day)
{
    int slot;
    int doctor = years_happens(years, 70) ? (int)(visit->patient % ROSTER_DOCTORS)
                                          : (int)years_chance(years, 0, ROSTER_DOCTORS - 1);

    for (int i = 0; i < 2 * TRIED_DAYS; i++) {
        const int day = from_day + i % TRIED_DAYS;
        if (i == TRIED_DAYS)
            doctor = (doctor + 5) % ROSTER_DOCTORS;
        if (!roster_take(&years->roster, doctor, day, dice_throw(&years->dice), &slot))
            continue;
        visit->doctor = (uint8_t)doctor;
        visit->day = day;
        visit->slot = (uint8_t)slot;
        return true;
    }
    return false;
}

static deed_run is_moved;

// On one of the days between now and the visit.
static void plan_change(struct years *years, deed_run *change, uint32_t subject, int64_t at_ms)
{
    const int today = local_day_number_at(at_ms);
    const struct years_visit *visit = years_visit(years, subject);
    const int64_t change_ms =
        years_office_hours(years, (int)years_chance(years, today + 1, visit->day));

    if (change_ms < start_of(visit) - 60 * MINUTE_MS)
        queue_add(&years->queue, change_ms, change, subject);
}

static void plan(struct years *years, uint32_t subject, int64_t at_ms)
{
    const int64_t start_ms = start_of(years_visit(years, subject));

    if (years_happens(years, CANCELED_PERCENT))
        plan_change(years, is_canceled, subject, at_ms);
    else if (years_happens(years, MOVED_PERCENT))
        plan_change(years, is_moved, subject, at_ms);
    if (years_happens(years, NO_SHOW_PERCENT))
        queue_add(&years->queue, start_ms + 60 * MINUTE_MS, stays_away, subject);
    else
        queue_add(&years->queue, start_ms - years_chance(years, 3, 20) * MINUTE_MS, comes, subject);
}

static void is_moved(struct years *years, uint32_t subject, int64_t at_ms)
{
    char id[CLINIC_ID_TEXT_BYTES], doctor_id[CLINIC_ID_TEXT_BYTES];
    char start[ROSTER_LOCAL_BYTES];
    struct years_visit *visit = years_visit(years, subject);
    const struct years_visit before = *visit;
    const int today = local_day_number_at(at_ms);

    if (is_off(years, visit) || !find_time(years, visit, today + choose_lead_days(years)))
        return;
    roster_give_back(&years->roster, before.doctor, before.day, before.slot);
    clinic_id_print(&visit->id, id);
    clinic_id_print(&years->doctors[visit->doctor], doctor_id);
    roster_print_local(visit->day, visit->slot, start);
    practice_ask(&years->practice, PRACTICE_RECEPTION, CLINIC_REQUEST_APPOINTMENT_RESCHEDULE, at_ms,
                 "{\"appointment_id\":\"%s\",\"expected_version\":%lld,\"start\":\"%s\","
                 "\"doctor_id\":\"%s\",\"by\":\"patient\"}",
                 id, (long long)visit->version++, start, doctor_id);
    plan(years, subject, at_ms);
}

void visit_is_booked(struct years *years, uint32_t subject, int64_t at_ms)
{
    char id[CLINIC_ID_TEXT_BYTES], patient_id[CLINIC_ID_TEXT_BYTES];
    char doctor_id[CLINIC_ID_TEXT_BYTES], start[ROSTER_LOCAL_BYTES];
    struct years_visit visit = { .patient = patients_choose(years), .version = 1 };

    (void)subject;
    if (!find_time(years, &visit, local_day_number_at(at_ms) + choose_lead_days(years)))
        return;
    visit.id = practice_new_id(&years->practice);
    const uint32_t row = years_add(&years->visits, sizeof visit);
    *years_visit(years, row) = visit;
    clinic_id_print(&visit.id, id);
    clinic_id_print(&years_patient(years, visit.patient)->id, patient_id);
    clinic_id_print(&years->doctors[visit.doctor], doctor_id);
    roster_print_local(visit.day, visit.slot, start);
    practice_ask(&years->practice, PRACTICE_RECEPTION, CLINIC_REQUEST_APPOINTMENT_SCHEDULE, at_ms,
                 "{\"appointment_id\":\"%s\",\"patient_id\":\"%s\",\"doctor_id\":\"%s\","
                 "\"start\":\"%s\",\"visit_reason\":\"control, repeat prescription\"}",
                 id, patient_id, doctor_id, start);
    plan(years, row, at_ms);
}
