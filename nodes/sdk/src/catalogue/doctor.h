// doctor.h - rows of the catalogue: doctors, their hours, and when they are away.
#pragma once

#include "rows.h"

static const char *const schedule_parts[] = { "hours", "exceptions", "time-off", "holidays", NULL };
static const char *const slot_states[] = { "free", "booked",  "vacation", "holiday",
                                           "past", "too-far", NULL };

static const char *const conflict_causes[] = { "vacation", "holiday", "hours", "inactive", NULL };

// ---- pieces

static const struct clinic_field doctor_hours[] = {
    { INTEGER("weekday", 1, 7, "ISO 8601: 1 is Monday."), REQUIRED },
    { CLOCK("from", "Local wall time."), REQUIRED },
    { CLOCK("to", "Local wall time, not included; 24:00 is the end of the day."), REQUIRED },
    { DATE("valid_from", "First day of this rule; absent: since ever.") },
    { DATE("valid_to", "Last day of this rule; absent: for good.") },
};
ITEM(doctor_hours_item, "window", doctor_hours);

static const struct clinic_field schedule_exception[] = {
    { DATE("date", "On this day, instead of the weekly hours."), REQUIRED },
    { CLOCK("from", "Local wall time; absent: closed that day.") },
    { CLOCK("to", "Local wall time, not included.") },
};
ITEM(schedule_exception_item, "exception", schedule_exception);

static const struct clinic_field time_off[] = {
    { DATE("from", "First day."), REQUIRED },
    { DATE("to", "Last day."), REQUIRED },
};
ITEM(time_off_item, "period", time_off);
ITEM(time_off_added_item, "add", time_off);
ITEM(time_off_removed_item, "remove", time_off);

static const struct clinic_field holiday[] = {
    { DATE("date", "The clinic is closed on this day."), REQUIRED },
    { STRING("name", 1, 80, "What is celebrated.") },
};
ITEM(holiday_item, "holiday", holiday);
ITEM(holiday_added_item, "add", holiday);
static const struct clinic_field holiday_removed_item = { .name = "remove",
                                                          .type = CLINIC_FIELD_DATE };

#define HOURS_FIELD                                                                                \
    LIST("hours", doctor_hours_item, 0, 70,                                                        \
         "Weekly opening hours, several windows a day; windows of one day do not overlap.")
#define EXCEPTIONS_FIELD                                                                           \
    LIST("exceptions", schedule_exception_item, 0, 200, "Dated exceptions to the weekly hours.")
#define TIME_OFF_FIELD LIST("time_off", time_off_item, 0, 100, "Vacations.")
#define HOLIDAYS_FIELD LIST("holidays", holiday_item, 0, 120, "Days on which the clinic is closed.")
#define ICS_FIELD                                                                                  \
    {                                                                                              \
        TEXT("ics", 1, 40000,                                                                      \
             "An iCalendar file (RFC 5545) whose days of the next two years are added.")           \
    }

#define DOCTOR_PERSON_FIELDS(required, nullable, personal)                                         \
    { STRING("name", 1, 200, "Full name."), .is_required = (required),                             \
      .is_personal = (personal) },                                                                 \
        { STRING("email", 3, 254, "E-mail address."), .is_personal = (personal),                   \
          .is_nullable = (nullable) },                                                             \
        { STRING("phone", 3, 40, "Phone number; stored as E.164."), .is_personal = (personal),     \
          .is_nullable = (nullable) },                                                             \
    {                                                                                              \
        CODE("language", 2, 3, "ISO 639 code of the language for messages."),                      \
            .is_personal = (personal)                                                              \
    }
#define SPECIALTY_FIELD STRING("specialty", 1, 80, "Specialty.")
#define SLOT_MINUTES_FIELD INTEGER("slot_minutes", 5, 480, "Length of a slot.")
#define NUMBER_FIELD                                                                               \
    {                                                                                              \
        INTEGER("number", 1, 9999, "Doctor ID for people, made by the gateway; never reused."),    \
            REQUIRED                                                                               \
    }

// ---- events

static const struct clinic_field doctor_created[] = {
    { UUID("doctor_id", "Made by the asking node."), REQUIRED },
    NUMBER_FIELD,
    { SPECIALTY_FIELD, REQUIRED },
    { HOURS_FIELD, REQUIRED },
    { SLOT_MINUTES_FIELD, REQUIRED },
    { TIME_OFF_FIELD, REQUIRED },
    DOCTOR_PERSON_FIELDS(false, false, true),
};

static const struct clinic_field doctor_updated[] = {
    { UUID("doctor_id", "Whose record changed."), REQUIRED },
    CHANGED_FIELD,
    VERSION_FIELD,
    { SPECIALTY_FIELD },
    { SLOT_MINUTES_FIELD },
    { BOOLEAN("is_active", "false: takes no more bookings.") },
    DOCTOR_PERSON_FIELDS(false, true, true),
};

static const struct clinic_field doctor_schedule_changed[] = {
    { UUID("doctor_id", "Whose; absent: of the whole clinic.") },
    { CHOICE("what", schedule_parts, "Which list changed; it comes whole, as it is now."),
      REQUIRED },
    { INTEGER("version", 1, INTEGER_MAX, "Version of the doctor's record after this.") },
    { HOURS_FIELD },
    { EXCEPTIONS_FIELD },
    { TIME_OFF_FIELD },
    { HOLIDAYS_FIELD },
};

// ---- requests

static const struct clinic_field doctor_create[] = {
    { UUID("doctor_id", "A new UUID, made by the node."), REQUIRED },
    DOCTOR_PERSON_FIELDS(true, false, false),
    { SPECIALTY_FIELD, REQUIRED },
    { SLOT_MINUTES_FIELD, REQUIRED },
    { HOURS_FIELD },
    { TIME_OFF_FIELD },
};
static const struct clinic_field doctor_create_reply[] = {
    { UUID("doctor_id", "As asked."), REQUIRED },
    NUMBER_FIELD,
    VERSION_FIELD,
};

static const struct clinic_field doctor_update[] = {
    { UUID("doctor_id", "Whose record."), REQUIRED },
    EXPECTED_VERSION_FIELD,
    DOCTOR_PERSON_FIELDS(false, true, false),
    { SPECIALTY_FIELD },
    { SLOT_MINUTES_FIELD },
    { BOOLEAN("is_active", "false: takes no more bookings.") },
};

// Bookings that a change of hours, a vacation or a holiday collides with, and those of a doctor who takes no more: none
// is dropped, staff decide each.
static const struct clinic_field booking_conflict[] = {
    { UUID("appointment_id", "Keep, reschedule or cancel it."), REQUIRED },
    { UUID("doctor_id", "With whom."), REQUIRED },
    { INSTANT("start", "Start."), REQUIRED },
    { INSTANT("end", "End, not included."), REQUIRED },
    { CHOICE("why", conflict_causes, "What it collides with."), REQUIRED },
};
ITEM(booking_conflict_item, "booking", booking_conflict);
#define CONFLICTS_FIELD                                                                            \
    {                                                                                              \
        LIST("conflicts", booking_conflict_item, 0, 75,                                            \
             "Bookings to decide on: keep, reschedule or cancel each."),                           \
            REQUIRED                                                                               \
    }

static const struct clinic_field doctor_hours_request[] = {
    { UUID("doctor_id", "Whose."), REQUIRED },
    EXPECTED_VERSION_FIELD,
    { HOURS_FIELD },
    { EXCEPTIONS_FIELD },
};
static const struct clinic_field doctor_schedule_reply[] = {
    { UUID("doctor_id", "As asked."), REQUIRED },
    VERSION_FIELD,
    CONFLICTS_FIELD,
};

static const struct clinic_field doctor_time_off[] = {
    { UUID("doctor_id", "Whose."), REQUIRED },
    { LIST("add", time_off_added_item, 0, 100, "Periods to add.") },
    { LIST("remove", time_off_removed_item, 0, 100, "Periods to take back.") },
    ICS_FIELD,
};

static const struct clinic_field doctor_holiday[] = {
    { LIST("add", holiday_added_item, 0, 120, "Days to add.") },
    { LIST("remove", holiday_removed_item, 0, 120, "Days to take back.") },
    ICS_FIELD,
};
static const struct clinic_field doctor_holiday_reply[] = {
    { HOLIDAYS_FIELD, REQUIRED },
    CONFLICTS_FIELD,
};

static const struct clinic_field doctor_row[] = {
    { UUID("doctor_id", "The doctor."), REQUIRED },
    NUMBER_FIELD,
    { STRING("name", 1, 200, "Full name."), REQUIRED },
    { SPECIALTY_FIELD, REQUIRED },
    { SLOT_MINUTES_FIELD, REQUIRED },
    { BOOLEAN("is_active", "Takes bookings."), REQUIRED },
};
ITEM(doctor_row_item, "doctor", doctor_row);
static const struct clinic_field doctor_list_reply[] = {
    { LIST("doctors", doctor_row_item, 0, 80, "By number."), REQUIRED },
};

static const struct clinic_field doctor_read[] = {
    { UUID("doctor_id", "Whose record."), REQUIRED },
};
static const struct clinic_field doctor_record[] = {
    { UUID("doctor_id", "The doctor."), REQUIRED },
    NUMBER_FIELD,
    VERSION_FIELD,
    DOCTOR_PERSON_FIELDS(true, false, false),
    { SPECIALTY_FIELD, REQUIRED },
    { SLOT_MINUTES_FIELD, REQUIRED },
    { BOOLEAN("is_active", "Takes bookings."), REQUIRED },
    { HOURS_FIELD, REQUIRED },
    { EXCEPTIONS_FIELD, REQUIRED },
    { TIME_OFF_FIELD, REQUIRED },
};
static const struct clinic_field doctor_read_reply[] = {
    { OBJECT("doctor", doctor_record, "The whole record."), REQUIRED },
    { HOLIDAYS_FIELD, REQUIRED },
    CONFLICTS_FIELD,
};

static const struct clinic_field doctor_slots[] = {
    { UUID("doctor_id", "Whose."), REQUIRED },
    { DATE("from", "First day; today if absent.") },
    { INTEGER("days", 1, 31, "How many days; 7 if absent.") },
    { BOOLEAN("only_free", "Leave out what cannot be booked.") },
};
static const struct clinic_field slot[] = {
    { INSTANT("start", "Start."), REQUIRED },
    { LOCAL("local", "The same on the clinic's clock; what appointment/schedule takes."),
      REQUIRED },
    { CHOICE("state", slot_states, "Why it is not free, if it is not."), REQUIRED },
};
ITEM(slot_item, "slot", slot);
static const struct clinic_field doctor_slots_reply[] = {
    { SLOT_MINUTES_FIELD, REQUIRED },
    { LIST("slots", slot_item, 0, 600, "By start."), REQUIRED },
    MORE_FIELD,
};

static const struct clinic_field doctor_calendar[] = {
    { UUID("doctor_id", "Whose."), REQUIRED },
    { DATE("from", "First day; today if absent.") },
    { DATE("to", "Last day; 30 days later if absent.") },
};
static const struct clinic_field doctor_calendar_reply[] = {
    { TEXT("ics", 1, 60000, "iCalendar (RFC 5545); visits without names."), REQUIRED },
    MORE_FIELD,
};

static const struct clinic_field doctor_conflicts_reply[] = {
    CONFLICTS_FIELD,
    MORE_FIELD,
};
