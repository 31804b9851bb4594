// day.h - a day in the clinic: every kind of request once and each of the ten events of the mission, over the bus.
//
// Each part stands on those before it; all of them make one day. Whatever is said of people is unlike anything else
// that is written (day_secrets), so that a search tells where it got to.
#pragma once

#include "fixture.h"

// Parts of names, contacts, reasons and texts; ends with NULL.
extern const char *const day_secrets[];

struct day_patient {
    char id[CLINIC_ID_TEXT_BYTES];
    char member_id[16];
};

struct day {
    struct fixture *fixture;
    struct peer *desk; // ada, admin
    struct peer *kiosk;
    struct peer *scale;
    struct day_patient regular; // visits today, has a report, gives feedback
    struct day_patient leaving; // has bookings, and is erased at the end
    char doctor[CLINIC_ID_TEXT_BYTES];
    char visit[CLINIC_ID_TEXT_BYTES]; // of the regular patient, today
    char report[CLINIC_ID_TEXT_BYTES];
    char feedback[CLINIC_ID_TEXT_BYTES];
};

void day_begin(struct fixture *fixture, struct day *ret_day);
void day_register_patients(struct day *day); // PatientCreated, PatientUpdated
void day_hire(struct day *day);              // DoctorCreated
void day_book(struct day *day);              // AppointmentScheduled, Rescheduled, Canceled
void day_receive(struct day *day);           // check-in, call, close
void day_listen(struct day *day);            // FeedbackSubmitted
void day_write_up(struct day *day);          // ReportUpdated
void day_restock(struct day *day);           // EquipmentLowStock
void day_look(struct day *day);              // the requests that only read
void day_erase(struct day *day);             // PatientDeleted, and what it causes

// All of it.
void day_live(struct fixture *fixture, struct day *ret_day);
