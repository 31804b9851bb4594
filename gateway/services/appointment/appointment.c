#include "appointment_scope.h"

// What is personal is NULL once the patient is deleted, and while `rebuild` passes the events of a patient who was
// deleted later.
static const char appointment_table[] =
    "CREATE TABLE appointment ("
    " appointment_id BLOB NOT NULL PRIMARY KEY CHECK (length(appointment_id) = 16),"
    " patient_id BLOB NOT NULL CHECK (length(patient_id) = 16),"
    " doctor_id BLOB NOT NULL CHECK (length(doctor_id) = 16),"
    " start_ms INTEGER NOT NULL,"
    " end_ms INTEGER NOT NULL CHECK (end_ms > start_ms),"
    " state INTEGER NOT NULL CHECK (state BETWEEN 1 AND 6),"
    " version INTEGER NOT NULL CHECK (version > 0),"
    " new_patient INTEGER NOT NULL CHECK (new_patient BETWEEN 0 AND 1),"
    " overridden INTEGER NOT NULL CHECK (overridden BETWEEN 0 AND 1),"
    " late INTEGER CHECK (late BETWEEN 0 AND 1)," // of a cancellation
    " visit_reason TEXT,"
    " override_reason TEXT,"
    " queue_number TEXT,"
    " room TEXT,"
    " arrived_at_ms INTEGER,"
    " called_at_ms INTEGER,"
    " closed_at_ms INTEGER,"
    " CHECK ((state = 6) = (late IS NOT NULL)),"
    " CHECK ((state >= 4) = (closed_at_ms IS NOT NULL)),"
    " CHECK ((queue_number IS NULL) = (arrived_at_ms IS NULL)),"
    " CHECK ((room IS NULL) = (called_at_ms IS NULL))"
    ") STRICT;"
    "CREATE INDEX appointment_day ON appointment (start_ms, appointment_id);"
    "CREATE INDEX appointment_doctor ON appointment (doctor_id, start_ms, appointment_id);"
    "CREATE INDEX appointment_patient ON appointment (patient_id, start_ms, appointment_id);"
    "CREATE INDEX appointment_fulfilled ON appointment (patient_id, doctor_id, closed_at_ms)"
    " WHERE state = 4;";

// The decisions refuse what overlaps, with a reason. This is for the decision that forgets to.
#define OVERLAP_TRIGGER(name, moment)                                                              \
    "CREATE TRIGGER " name " BEFORE " moment " ON appointment WHEN NEW.state <= 3 BEGIN"           \
    " SELECT RAISE(ABORT, 'the patient has another visit at this time') WHERE EXISTS ("            \
    "SELECT 1 FROM appointment WHERE patient_id = NEW.patient_id AND state <= 3"                   \
    " AND start_ms < NEW.end_ms AND end_ms > NEW.start_ms"                                         \
    " AND appointment_id <> NEW.appointment_id); END;"

static const char overlap_triggers[] = OVERLAP_TRIGGER("appointment_booked_apart", "INSERT")
    OVERLAP_TRIGGER("appointment_moved_apart", "UPDATE OF patient_id, start_ms, end_ms, state");

static const char *const schema[] = { appointment_table, overlap_triggers, NULL };
static const char *const tables[] = { "appointment", NULL };

#define ROW "SELECT " APPOINTMENT_COLUMNS " FROM appointment "

const char *const appointment_sql[SQL_COUNT] = {
    [SQL_LOAD] = ROW "WHERE appointment_id = ?",
    [SQL_LOAD_REASONS] =
        "SELECT visit_reason, override_reason FROM appointment WHERE appointment_id = ?",
    [SQL_FULFILLED] = ROW "WHERE patient_id = ?1 AND doctor_id = ?2 AND state = 4"
                          " AND closed_at_ms >= ?3 AND closed_at_ms < ?4"
                          " ORDER BY closed_at_ms DESC LIMIT 1",
    [SQL_INSERT] =
        "INSERT INTO appointment (appointment_id, patient_id, doctor_id, start_ms, end_ms, state,"
        " version, new_patient, overridden, visit_reason, override_reason)"
        " VALUES (?1, ?2, ?3, ?4, ?5, 1, 1, ?6, ?7, ?8, ?9)",
};

static const struct reaction reactions[] = {
    { CLINIC_APPOINTMENT_SCHEDULED, appointment_book, "no double booking" },
};

const struct service appointment_service = {
    .name = "appointment",
    .title = "Appointment",
    .schema = schema,
    .tables = tables,
    .statements = { appointment_sql, SQL_COUNT },
    .reactions = reactions,
    .reaction_count = ARRAY_SIZE(reactions),
};
