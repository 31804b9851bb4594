#include "doctor_scope.h"

static const char doctor_table[] =
    "CREATE TABLE doctor ("
    " doctor_id BLOB NOT NULL PRIMARY KEY CHECK (length(doctor_id) = 16),"
    " number INTEGER NOT NULL UNIQUE CHECK (number > 0),"
    " version INTEGER NOT NULL CHECK (version > 0),"
    " is_active INTEGER NOT NULL CHECK (is_active = 0 OR is_active = 1),"
    " specialty TEXT NOT NULL,"
    " slot_minutes INTEGER NOT NULL CHECK (slot_minutes > 0),"
    " name TEXT NOT NULL,"
    " email TEXT,"
    " phone TEXT,"
    " language TEXT,"
    " created_at_ms INTEGER NOT NULL"
    ") STRICT;"
    "CREATE INDEX doctor_active ON doctor (is_active, number);";

// Rules in wall time. Days are "YYYY-MM-DD" and sort as text, minutes are counted from 00:00.
static const char rule_tables[] =
    "CREATE TABLE doctor_hours ("
    " doctor_id BLOB NOT NULL,"
    " weekday INTEGER NOT NULL CHECK (weekday BETWEEN 1 AND 7)," // 1 is Monday
    " from_minute INTEGER NOT NULL CHECK (from_minute >= 0),"
    " to_minute INTEGER NOT NULL CHECK (to_minute <= 1440),"
    " valid_from_day TEXT NOT NULL,"
    " valid_to_day TEXT NOT NULL,"
    " PRIMARY KEY (doctor_id, weekday, from_minute, valid_from_day),"
    " CHECK (from_minute < to_minute AND valid_from_day <= valid_to_day)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE TABLE doctor_exception (" // two times 0: closed that day
    " doctor_id BLOB NOT NULL,"
    " day TEXT NOT NULL,"
    " from_minute INTEGER NOT NULL CHECK (from_minute >= 0),"
    " to_minute INTEGER NOT NULL CHECK (to_minute <= 1440),"
    " PRIMARY KEY (doctor_id, day, from_minute),"
    " CHECK (from_minute < to_minute OR to_minute = 0)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE TABLE doctor_time_off ("
    " doctor_id BLOB NOT NULL,"
    " from_day TEXT NOT NULL,"
    " to_day TEXT NOT NULL CHECK (to_day >= from_day),"
    " PRIMARY KEY (doctor_id, from_day)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE TABLE clinic_holiday ("
    " day TEXT NOT NULL PRIMARY KEY,"
    " name TEXT"
    ") STRICT, WITHOUT ROWID;";

// A row a booking. The database itself refuses two at one time, but for those that staff put there all the same.
#define REFUSE_OVERLAP(trigger, cause)                                                             \
    "CREATE TRIGGER " trigger " BEFORE " cause " ON doctor_slot WHEN NEW.is_override = 0"          \
    " AND EXISTS (SELECT 1 FROM doctor_slot WHERE doctor_id = NEW.doctor_id"                       \
    " AND start_ms > NEW.start_ms - " DOCTOR_VISIT_MS_MAX " AND start_ms < NEW.end_ms"             \
    " AND end_ms > NEW.start_ms AND is_override = 0"                                               \
    " AND appointment_id <> NEW.appointment_id)"                                                   \
    " BEGIN SELECT RAISE(ABORT, 'this time of the doctor is taken'); END;"
static const char slot_table[] =
    "CREATE TABLE doctor_slot ("
    " appointment_id BLOB NOT NULL PRIMARY KEY CHECK (length(appointment_id) = 16),"
    " doctor_id BLOB NOT NULL,"
    " start_ms INTEGER NOT NULL,"
    " end_ms INTEGER NOT NULL,"
    " is_override INTEGER NOT NULL CHECK (is_override = 0 OR is_override = 1),"
    " CHECK (end_ms > start_ms AND end_ms - start_ms <= " DOCTOR_VISIT_MS_MAX ")"
    ") STRICT;"
    "CREATE INDEX doctor_slot_time ON doctor_slot"
    " (doctor_id, start_ms, end_ms, is_override, appointment_id);" REFUSE_OVERLAP(
        "doctor_slot_insert", "INSERT") REFUSE_OVERLAP("doctor_slot_update", "UPDATE");

static const char *const schema[] = { doctor_table, rule_tables, slot_table, NULL };
static const char *const tables[] = { "doctor",
                                      "doctor_hours",
                                      "doctor_exception",
                                      "doctor_time_off",
                                      "clinic_holiday",
                                      "doctor_slot",
                                      NULL };

const char *const doctor_sql[DOCTOR_SQL_COUNT] = {
    [DOCTOR_LOOK] = "SELECT number, is_active, slot_minutes, name, email, phone, language"
                    " FROM doctor WHERE doctor_id = ?",
    [DOCTOR_LOAD] = "SELECT version, number, is_active, specialty, slot_minutes, name, email,"
                    " phone, language FROM doctor WHERE doctor_id = ?",
    [DOCTOR_LAST_NUMBER] =
        "SELECT number FROM doctor WHERE number > 0 ORDER BY number DESC LIMIT 1",
    [DOCTOR_COUNT_ACTIVE] = "SELECT count(*) FROM doctor WHERE is_active = 1",
    [DOCTOR_INSERT] = "INSERT INTO doctor (doctor_id, version, number, is_active, specialty,"
                      " slot_minutes, name, email, phone, language, created_at_ms)"
                      " VALUES (?1, 1, ?2, 1, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
    [DOCTOR_UPDATE] = "UPDATE doctor SET version = ?2, is_active = ?3, specialty = ?4,"
                      " slot_minutes = ?5, name = ?6, email = ?7, phone = ?8, language = ?9"
                      " WHERE doctor_id = ?1",
    [DOCTOR_UPDATE_VERSION] = "UPDATE doctor SET version = ?2 WHERE doctor_id = ?1",
    [DOCTOR_LIST] = "SELECT doctor_id, number, is_active, specialty, slot_minutes, name"
                    " FROM doctor WHERE is_active = ?1 ORDER BY number LIMIT ?2",
    [DOCTOR_NEXT] = "SELECT doctor_id, number FROM doctor WHERE number > ? ORDER BY number LIMIT 1",
    [DOCTOR_HOURS] = "SELECT weekday, from_minute, to_minute, valid_from_day, valid_to_day"
                     " FROM doctor_hours WHERE doctor_id = ?"
                     " ORDER BY weekday, from_minute, valid_from_day",
    [DOCTOR_HOURS_INSERT] =
        "INSERT INTO doctor_hours (doctor_id, weekday, from_minute, to_minute, valid_from_day,"
        " valid_to_day) VALUES (?, ?, ?, ?, ?, ?)",
    [DOCTOR_HOURS_DELETE] = "DELETE FROM doctor_hours WHERE doctor_id = ?",
    [DOCTOR_EXCEPTIONS] = "SELECT day, from_minute, to_minute FROM doctor_exception"
                          " WHERE doctor_id = ?1 AND day >= ?2 AND day <= ?3"
                          " ORDER BY day, from_minute",
    [DOCTOR_EXCEPTION_INSERT] =
        "INSERT INTO doctor_exception (doctor_id, day, from_minute, to_minute)"
        " VALUES (?, ?, ?, ?)",
    [DOCTOR_EXCEPTIONS_DELETE] = "DELETE FROM doctor_exception WHERE doctor_id = ?",
    [DOCTOR_TIME_OFF] = "SELECT from_day, to_day FROM doctor_time_off"
                        " WHERE doctor_id = ?1 AND to_day >= ?2 AND from_day <= ?3"
                        " ORDER BY from_day",
    [DOCTOR_TIME_OFF_INSERT] =
        "INSERT INTO doctor_time_off (doctor_id, from_day, to_day) VALUES (?, ?, ?)",
    [DOCTOR_TIME_OFF_DELETE] = "DELETE FROM doctor_time_off WHERE doctor_id = ?",
    [DOCTOR_HOLIDAYS] = "SELECT day, name FROM clinic_holiday WHERE day >= ?1 AND day <= ?2"
                        " ORDER BY day",
    [DOCTOR_HOLIDAY_INSERT] = "INSERT INTO clinic_holiday (day, name) VALUES (?, ?)",
    [DOCTOR_HOLIDAYS_DELETE] = "DELETE FROM clinic_holiday WHERE day >= ?",
    [DOCTOR_BOOKED_BETWEEN] =
        "SELECT appointment_id, start_ms, end_ms FROM doctor_slot WHERE doctor_id = ?1"
        " AND start_ms > ?2 - " DOCTOR_VISIT_MS_MAX " AND start_ms < ?3 AND end_ms > ?2"
        " ORDER BY start_ms",
    [DOCTOR_BOOKED_NEXT] =
        "SELECT appointment_id, start_ms, end_ms FROM doctor_slot WHERE doctor_id = ?1"
        " AND start_ms >= ?2 AND is_override = 0 ORDER BY start_ms",
    [DOCTOR_SLOT_INSERT] =
        "INSERT INTO doctor_slot (appointment_id, doctor_id, start_ms, end_ms, is_override)"
        " VALUES (?, ?, ?, ?, ?)",
    [DOCTOR_SLOT_MOVE] = "UPDATE doctor_slot SET doctor_id = ?2, start_ms = ?3, end_ms = ?4,"
                         " is_override = ?5 WHERE appointment_id = ?1",
    [DOCTOR_SLOT_DELETE] = "DELETE FROM doctor_slot WHERE appointment_id = ?",
    [DOCTOR_SLOT_KEEP] = "UPDATE doctor_slot SET is_override = 1 WHERE appointment_id = ?",
};

static const struct ability abilities[] = {
    { CLINIC_REQUEST_DOCTOR_CREATE, doctor_create, .is_audited = false },
    { CLINIC_REQUEST_DOCTOR_UPDATE, doctor_update, .is_audited = false },
    { CLINIC_REQUEST_DOCTOR_HOURS, doctor_hours, .is_audited = false },
    { CLINIC_REQUEST_DOCTOR_TIME_OFF, doctor_time_off, .is_audited = false },
    { CLINIC_REQUEST_DOCTOR_HOLIDAY, doctor_holiday, .is_audited = false },
    { CLINIC_REQUEST_DOCTOR_LIST, doctor_list, .is_audited = false },
    { CLINIC_REQUEST_DOCTOR_READ, doctor_read, .is_audited = false },
    { CLINIC_REQUEST_DOCTOR_SLOTS, doctor_slots, .is_audited = false },
    { CLINIC_REQUEST_DOCTOR_CALENDAR, doctor_calendar, .is_audited = false },
    { CLINIC_REQUEST_DOCTOR_CONFLICTS, doctor_conflicts, .is_audited = false },
};

static const struct reaction reactions[] = {
    { CLINIC_DOCTOR_CREATED, doctor_keep, "initialise the slots, with holidays and vacations" },
    { CLINIC_DOCTOR_UPDATED, doctor_change, "change the record" },
    { CLINIC_DOCTOR_SCHEDULE_CHANGED, doctor_change_schedule, "change the slots" },
    { CLINIC_APPOINTMENT_SCHEDULED, doctor_book_slot, "mark the slot booked" },
    { CLINIC_APPOINTMENT_RESCHEDULED, doctor_move_slot, "free the old slot, book the new" },
    { CLINIC_APPOINTMENT_CANCELED, doctor_free_slot, "free the slot" },
    { CLINIC_APPOINTMENT_CLOSED, doctor_free_missed_slot, "free the slot of a no-show" },
    { CLINIC_APPOINTMENT_KEPT, doctor_keep_slot, "leave the booking where it is" },
};

const struct service doctor_service = {
    .name = "doctor",
    .title = "Doctor ID Management",
    .schema = schema,
    .tables = tables,
    .statements = { doctor_sql, DOCTOR_SQL_COUNT },
    .abilities = abilities,
    .ability_count = ARRAY_SIZE(abilities),
    .reactions = reactions,
    .reaction_count = ARRAY_SIZE(reactions),
};
