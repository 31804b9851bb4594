// appointment.h - rows of the catalogue: visits, from the booking to the end.
#pragma once

#include "patient.h"

static const char *const by_whom[] = { "patient", "doctor", "reception", "clinic", NULL };
static const char *const visit_outcomes[] = { "fulfilled", "no-show", NULL };
static const char *const appointment_states[] = { "booked",  "arrived",  "in-room", "fulfilled",
                                                  "no-show", "canceled", NULL };

#define APPOINTMENT_IDS                                                                            \
    { UUID("appointment_id", "The appointment."), REQUIRED },                                      \
        { UUID("patient_id", "The patient."), REQUIRED },                                          \
    {                                                                                              \
        UUID("doctor_id", "The doctor."), REQUIRED                                                 \
    }
#define APPOINTMENT_TIMES                                                                          \
    { INSTANT("start", "Start."), REQUIRED },                                                      \
    {                                                                                              \
        INSTANT("end", "End, not included."), REQUIRED                                             \
    }
#define BY_FIELD CHOICE("by", by_whom, "Who wanted it.")
#define OVERRIDDEN_FIELD                                                                           \
    {                                                                                              \
        BOOLEAN("overridden", "Put there by staff in spite of the doctor's hours or bookings.")    \
    }
#define OVERRIDE_REASON_FIELD TEXT("override_reason", 1, 300, "Why, as staff typed it.")
#define VISIT_REASON_FIELD TEXT("visit_reason", 0, 500, "Why the patient comes.")
#define QUEUE_NUMBER_FIELD                                                                         \
    STRING("queue_number", 2, 8, "A letter for the doctor and digits that begin anew each day.")
#define ROOM_FIELD STRING("room", 1, 40, "Where to go.")
#define TICKET_FIELD                                                                               \
    STRING("ticket", 2, 8, "A letter and digits: what a kiosk printed while it was cut off.")
#define CONTACT_CHANGED_FIELD                                                                      \
    BOOLEAN("contact_changed", "The patient says that the phone number or the e-mail is wrong.")

// ---- events

static const struct clinic_field appointment_scheduled[] = {
    APPOINTMENT_IDS,
    APPOINTMENT_TIMES,
    { BOOLEAN("new_patient", "The patient had no visit before; decided at booking."), REQUIRED },
    OVERRIDDEN_FIELD,
    { VISIT_REASON_FIELD, PERSONAL },
    { OVERRIDE_REASON_FIELD, PERSONAL },
};

static const struct clinic_field appointment_place[] = {
    { UUID("doctor_id", "The doctor before."), REQUIRED },
    { INSTANT("start", "Start before."), REQUIRED },
    { INSTANT("end", "End before."), REQUIRED },
};
static const struct clinic_field appointment_rescheduled[] = {
    APPOINTMENT_IDS,
    APPOINTMENT_TIMES,
    VERSION_FIELD,
    { OBJECT("previous", appointment_place, "Where it was."), REQUIRED },
    { BY_FIELD, REQUIRED },
    OVERRIDDEN_FIELD,
    { OVERRIDE_REASON_FIELD, PERSONAL },
};

static const struct clinic_field appointment_canceled[] = {
    APPOINTMENT_IDS,
    APPOINTMENT_TIMES,
    VERSION_FIELD,
    { BY_FIELD, REQUIRED },
    { CODE("reason", 1, 40, "Reason code."), REQUIRED },
    { BOOLEAN("late", "Less than 24 hours before the start."), REQUIRED },
};

static const struct clinic_field appointment_checked_in[] = {
    APPOINTMENT_IDS,           VERSION_FIELD, { QUEUE_NUMBER_FIELD, REQUIRED }, { TICKET_FIELD },
    { CONTACT_CHANGED_FIELD },
};

static const struct clinic_field appointment_called[] = {
    APPOINTMENT_IDS,
    VERSION_FIELD,
    { QUEUE_NUMBER_FIELD, REQUIRED },
    { ROOM_FIELD, REQUIRED },
};

static const struct clinic_field appointment_closed[] = {
    APPOINTMENT_IDS,
    VERSION_FIELD,
    { CHOICE("outcome", visit_outcomes, "How it ended."), REQUIRED },
};

static const struct clinic_field appointment_kept[] = {
    APPOINTMENT_IDS,
    VERSION_FIELD,
    { OVERRIDE_REASON_FIELD, PERSONAL },
};

// ---- requests

#define START_FIELD LOCAL("start", "On the clinic's clock, at the beginning of a slot.")

static const struct clinic_field new_patient[] = {
    PATIENT_FIELDS(true, false, false),
    IS_DISTINCT_FIELD,
};
static const struct clinic_field appointment_schedule[] = {
    { UUID("appointment_id", "A new UUID, made by the node."), REQUIRED },
    { UUID("patient_id", "Who comes; a new UUID where `patient` is given."), REQUIRED },
    { UUID("doctor_id", "To whom."), REQUIRED },
    { START_FIELD, REQUIRED },
    { INTEGER("slots", 1, 8, "How many slots it takes; 1 if absent.") },
    { VISIT_REASON_FIELD },
    { OBJECT("patient", new_patient, "Registers a new patient in the same step.") },
    { OVERRIDE_REASON_FIELD },
};
static const struct clinic_field appointment_schedule_reply[] = {
    { UUID("appointment_id", "As asked."), REQUIRED },
    VERSION_FIELD,
    APPOINTMENT_TIMES,
    { BOOLEAN("new_patient", "No visit before."), REQUIRED },
    MEMBER_ID_FIELD(false, false),
};

static const struct clinic_field appointment_reschedule[] = {
    { UUID("appointment_id", "Which."), REQUIRED },
    EXPECTED_VERSION_FIELD,
    { START_FIELD, REQUIRED },
    { UUID("doctor_id", "Another doctor; absent: the same.") },
    { INTEGER("slots", 1, 8, "How many slots it takes; absent: as long as before.") },
    { BY_FIELD, REQUIRED },
    { OVERRIDE_REASON_FIELD },
};
static const struct clinic_field appointment_times_reply[] = {
    { UUID("appointment_id", "As asked."), REQUIRED },
    VERSION_FIELD,
    APPOINTMENT_TIMES,
};

static const struct clinic_field appointment_cancel[] = {
    { UUID("appointment_id", "Which."), REQUIRED },
    { BY_FIELD, REQUIRED },
    { CODE("reason", 1, 40, "Reason code, e.g. sick, moved-away, doctor-away.") },
};
static const struct clinic_field appointment_cancel_reply[] = {
    { UUID("appointment_id", "As asked."), REQUIRED },
    VERSION_FIELD,
    { BOOLEAN("late", "Less than 24 hours before the start."), REQUIRED },
};

static const struct clinic_field appointment_keep[] = {
    { UUID("appointment_id", "Which."), REQUIRED },
    { OVERRIDE_REASON_FIELD, REQUIRED },
};
static const struct clinic_field appointment_version_reply[] = {
    { UUID("appointment_id", "As asked."), REQUIRED },
    VERSION_FIELD,
};

static const struct clinic_field appointment_find[] = { IDENTITY_FIELDS };
static const struct clinic_field appointment_find_reply[] = {
    { UUID("appointment_id", "The visit to check in for."), REQUIRED },
    { UUID("patient_id", "Whose."), REQUIRED },
    { INSTANT("start", "Start."), REQUIRED },
    { STRING("doctor", 1, 200, "The doctor's name."), REQUIRED },
    { STRING("phone", 0, 40, "Masked, to be recognised by who owns it."), REQUIRED },
    { STRING("email", 0, 254, "Masked."), REQUIRED },
    { CHOICE("state", appointment_states, "Whether somebody has checked in already."), REQUIRED },
    { QUEUE_NUMBER_FIELD },
    { CHOICE("email_consent", consents, "Consent to messages by e-mail.") },
    { CHOICE("sms_consent", consents, "Consent to messages by SMS.") },
};

static const struct clinic_field appointment_check_in[] = {
    { UUID("appointment_id", "Which; absent: the patient's visit of now.") },
    IDENTITY_FIELDS,
    { TICKET_FIELD },
    { CONTACT_CHANGED_FIELD },
};
static const struct clinic_field appointment_check_in_reply[] = {
    { UUID("appointment_id", "The visit."), REQUIRED },
    { INSTANT("start", "Start."), REQUIRED },
    { QUEUE_NUMBER_FIELD, REQUIRED },
    { INTEGER("waiting", 0, INTEGER_MAX, "How many wait for this doctor before."), REQUIRED },
};

static const struct clinic_field appointment_call[] = {
    { UUID("appointment_id", "Which; absent: the next one who waits for the doctor.") },
    { UUID("doctor_id", "Whose next one.") },
    { ROOM_FIELD, REQUIRED },
};
static const struct clinic_field appointment_call_reply[] = {
    { UUID("appointment_id", "Who was called."), REQUIRED },
    { UUID("patient_id", "The patient."), REQUIRED },
    { QUEUE_NUMBER_FIELD, REQUIRED },
};

static const struct clinic_field appointment_close[] = {
    { UUID("appointment_id", "Which."), REQUIRED },
    { CHOICE("outcome", visit_outcomes, "How it ended."), REQUIRED },
};

static const struct clinic_field appointment_list[] = {
    { DATE("date", "The day; today if absent.") },
    { UUID("doctor_id", "Only this doctor's.") },
    { UUID("patient_id", "Only this patient's, of all days, newest first.") },
    { INTEGER("skip", 0, 10000, "Leave out so many rows: those that were shown.") },
    { INTEGER("limit", 1, 60, "At most so many rows; 60 if absent.") },
};
static const struct clinic_field appointment_row[] = {
    APPOINTMENT_IDS,
    { STRING("patient", 0, 200, "Name; empty: the record is erased."), REQUIRED },
    APPOINTMENT_TIMES,
    { CHOICE("state", appointment_states, "Where it stands."), REQUIRED },
    VERSION_FIELD,
    { BOOLEAN("new_patient", "First visit."), REQUIRED },
    { QUEUE_NUMBER_FIELD },
    { ROOM_FIELD },
    { TICKET_FIELD },
    { CONTACT_CHANGED_FIELD },
    { INSTANT("arrived", "Checked in.") },
    { INSTANT("called", "Called to the room.") },
};
ITEM(appointment_row_item, "appointment", appointment_row);
static const struct clinic_field appointment_list_reply[] = {
    { LIST("appointments", appointment_row_item, 0, 60, "By start."), REQUIRED },
    MORE_FIELD,
};

static const struct clinic_field appointment_read[] = {
    { UUID("appointment_id", "Which; the reading is audited."), REQUIRED },
};
static const struct clinic_field appointment_record[] = {
    APPOINTMENT_IDS,
    { STRING("patient", 0, 200, "Name; empty: the record is erased."), REQUIRED },
    APPOINTMENT_TIMES,
    { CHOICE("state", appointment_states, "Where it stands."), REQUIRED },
    VERSION_FIELD,
    { BOOLEAN("new_patient", "First visit."), REQUIRED },
    { BOOLEAN("overridden", "Put there by staff in spite of hours or bookings."), REQUIRED },
    { VISIT_REASON_FIELD },
    { OVERRIDE_REASON_FIELD },
    { QUEUE_NUMBER_FIELD },
    { ROOM_FIELD },
    { TICKET_FIELD },
    { CONTACT_CHANGED_FIELD },
    { INSTANT("arrived", "Checked in.") },
    { INSTANT("called", "Called to the room.") },
    { INSTANT("ended", "Closed or canceled.") },
};
static const struct clinic_field appointment_read_reply[] = {
    { OBJECT("appointment", appointment_record, "All of it."), REQUIRED },
};

// What a waiting room's screen shows: numbers and rooms, nobody's name.
static const struct clinic_field board_call[] = {
    { QUEUE_NUMBER_FIELD, REQUIRED },
    { ROOM_FIELD, REQUIRED },
    { INSTANT("called", "When."), REQUIRED },
    { TICKET_FIELD },
};
ITEM(board_call_item, "call", board_call);
static const struct clinic_field board_ticket[] = {
    { TICKET_FIELD, REQUIRED },
    { QUEUE_NUMBER_FIELD, REQUIRED },
};
ITEM(board_ticket_item, "ticket", board_ticket);
static const struct clinic_field appointment_board_reply[] = {
    { LIST("calls", board_call_item, 0, 40, "Who is in a room now, the newest call first."),
      REQUIRED },
    { LIST("tickets", board_ticket_item, 0, 100,
           "The numbers of those who wait with a kiosk's ticket, by start."),
      REQUIRED },
    { INTEGER("waiting", 0, INTEGER_MAX, "How many of today's patients wait."), REQUIRED },
};
