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
    " WHERE state = 4;"
    "CREATE INDEX appointment_waiting ON appointment (doctor_id, max(start_ms, arrived_at_ms),"
    " appointment_id) WHERE state = 2;";

// The last queue number of a letter, on a day of the clinic.
static const char queue_table[] = "CREATE TABLE appointment_queue ("
                                  " day TEXT NOT NULL,"
                                  " letter TEXT NOT NULL,"
                                  " last_number INTEGER NOT NULL CHECK (last_number > 0),"
                                  " PRIMARY KEY (day, letter)"
                                  ") STRICT, WITHOUT ROWID;";

// The decisions refuse what overlaps, with a reason. This is for the decision that forgets to.
#define OVERLAP_TRIGGER(name, moment)                                                              \
    "CREATE TRIGGER " name " BEFORE " moment " ON appointment WHEN NEW.state <= 3 BEGIN"           \
    " SELECT RAISE(ABORT, 'the patient has another visit at this time') WHERE EXISTS ("            \
    "SELECT 1 FROM appointment WHERE patient_id = NEW.patient_id AND state <= 3"                   \
    " AND start_ms < NEW.end_ms AND end_ms > NEW.start_ms"                                         \
    " AND appointment_id <> NEW.appointment_id); END;"

static const char overlap_triggers[] = OVERLAP_TRIGGER("appointment_booked_apart", "INSERT")
    OVERLAP_TRIGGER("appointment_moved_apart", "UPDATE OF patient_id, start_ms, end_ms, state");

static const char *const schema[] = { appointment_table, overlap_triggers, queue_table, NULL };
static const char *const tables[] = { "appointment", "appointment_queue", NULL };

// What a kiosk tells of an arrival, and what the waiting room's screen looks for: the few who are there.
const char *const appointment_kiosk_schema[] = {
    "ALTER TABLE appointment ADD COLUMN ticket TEXT"
    " CHECK (ticket IS NULL OR arrived_at_ms IS NOT NULL);"
    "ALTER TABLE appointment ADD COLUMN contact_changed INTEGER NOT NULL DEFAULT 0"
    " CHECK (contact_changed BETWEEN 0 AND 1);",
    "CREATE INDEX appointment_arrived ON appointment (start_ms, appointment_id) WHERE state = 2;"
    "CREATE INDEX appointment_in_room ON appointment (called_at_ms, appointment_id)"
    " WHERE state = 3;",
    NULL,
};

#define ROW "SELECT " APPOINTMENT_COLUMNS " FROM appointment "
#define TURN "max(start_ms, arrived_at_ms)" // as appointment_turn_ms() has it

const char *const appointment_sql[SQL_COUNT] = {
    [SQL_LOAD] = ROW "WHERE appointment_id = ?",
    [SQL_LOAD_REASONS] =
        "SELECT visit_reason, override_reason FROM appointment WHERE appointment_id = ?",
    [SQL_FULFILLED] = ROW "WHERE patient_id = ?1 AND doctor_id = ?2 AND state = 4"
                          " AND closed_at_ms >= ?3 AND closed_at_ms < ?4"
                          " ORDER BY closed_at_ms DESC LIMIT 1",
    [SQL_HAS_VISITED] = "SELECT 1 FROM appointment WHERE patient_id = ? AND state <> 6 LIMIT 1",
    [SQL_OVERLAPPING] = "SELECT 1 FROM appointment WHERE patient_id = ?1 AND state <= 3"
                        " AND start_ms < ?3 AND end_ms > ?2 AND appointment_id <> ?4 LIMIT 1",
    [SQL_PRESENT] =
        "SELECT 1 FROM appointment WHERE patient_id = ? AND state BETWEEN 2 AND 3 LIMIT 1",
    [SQL_NEXT_BOOKED] =
        ROW "WHERE patient_id = ?1 AND start_ms > ?2 AND state = 1 ORDER BY start_ms LIMIT 1",
    [SQL_IN_WINDOW] = ROW "WHERE patient_id = ?1 AND start_ms >= ?2 AND start_ms <= ?3"
                          " AND state <= 3 AND (?4 IS NULL OR appointment_id = ?4)"
                          " ORDER BY start_ms LIMIT 1",
    [SQL_LAST_NUMBER] = "SELECT last_number FROM appointment_queue WHERE day = ? AND letter = ?",
    [SQL_COUNT_BEFORE] = "SELECT count(*) FROM appointment WHERE doctor_id = ?1 AND state = 2"
                         " AND " TURN " >= ?2 AND " TURN " <= ?3"
                         " AND (" TURN " < ?3 OR appointment_id < ?4)",
    [SQL_NEXT_WAITING] = ROW "WHERE doctor_id = ?1 AND state = 2 AND " TURN " >= ?2"
                             " ORDER BY " TURN ", appointment_id LIMIT 1",
    [SQL_DAY] = ROW "WHERE start_ms >= ?3 AND start_ms < ?4"
                    " ORDER BY start_ms, appointment_id LIMIT ?1 OFFSET ?2",
    [SQL_DAY_OF_DOCTOR] = ROW "WHERE doctor_id = ?5 AND start_ms >= ?3 AND start_ms < ?4"
                              " ORDER BY start_ms, appointment_id LIMIT ?1 OFFSET ?2",
    [SQL_OF_PATIENT] = ROW "WHERE patient_id = ?3 AND (?4 IS NULL OR doctor_id = ?4)"
                           " ORDER BY start_ms DESC, appointment_id DESC LIMIT ?1 OFFSET ?2",
    [SQL_CALLED] = ROW "WHERE state = 3 AND called_at_ms >= ?1"
                       " ORDER BY called_at_ms DESC, appointment_id DESC LIMIT ?2",
    [SQL_ARRIVED] = ROW "WHERE state = 2 AND start_ms >= ?1 AND start_ms < ?2"
                        " AND ticket IS NOT NULL ORDER BY start_ms, appointment_id LIMIT ?3",
    [SQL_COUNT_ARRIVED] = "SELECT count(*) FROM appointment WHERE state = 2"
                          " AND start_ms >= ?1 AND start_ms < ?2",
    [SQL_INSERT] =
        "INSERT INTO appointment (appointment_id, patient_id, doctor_id, start_ms, end_ms, state,"
        " version, new_patient, overridden, visit_reason, override_reason)"
        " VALUES (?1, ?2, ?3, ?4, ?5, 1, 1, ?6, ?7, ?8, ?9)",
    [SQL_MOVE] = "UPDATE appointment SET version = ?2, doctor_id = ?3, start_ms = ?4, end_ms = ?5,"
                 " overridden = ?6, override_reason = ?7 WHERE appointment_id = ?1",
    [SQL_CANCEL] = "UPDATE appointment SET version = ?2, state = 6, late = ?3, closed_at_ms = ?4"
                   " WHERE appointment_id = ?1",
    [SQL_ARRIVE] = "UPDATE appointment SET version = ?2, state = 2, queue_number = ?3,"
                   " arrived_at_ms = ?4, ticket = ?5, contact_changed = ?6"
                   " WHERE appointment_id = ?1",
    [SQL_NOTE_NUMBER] = "INSERT INTO appointment_queue (day, letter, last_number)"
                        " VALUES (?1, ?2, ?3)"
                        " ON CONFLICT (day, letter) DO UPDATE SET last_number = ?3",
    [SQL_CALL] = "UPDATE appointment SET version = ?2, state = 3, room = ?3, called_at_ms = ?4"
                 " WHERE appointment_id = ?1",
    [SQL_CLOSE] = "UPDATE appointment SET version = ?2, state = ?3, closed_at_ms = ?4"
                  " WHERE appointment_id = ?1",
    [SQL_KEEP] = "UPDATE appointment SET version = ?2, overridden = 1, override_reason = ?3"
                 " WHERE appointment_id = ?1",
    [SQL_CLEAR_CONTACT] = "UPDATE appointment SET contact_changed = 0"
                          " WHERE patient_id = ? AND contact_changed = 1",
    [SQL_FORGET_REASONS] = "UPDATE appointment SET visit_reason = NULL, override_reason = NULL"
                           " WHERE patient_id = ?",
};

// An accepted change is in the audit trail by its event; what is refused is written by the intake.
static const struct ability abilities[] = {
    { CLINIC_REQUEST_APPOINTMENT_SCHEDULE, appointment_schedule, .is_audited = false },
    { CLINIC_REQUEST_APPOINTMENT_RESCHEDULE, appointment_reschedule, .is_audited = false },
    { CLINIC_REQUEST_APPOINTMENT_CANCEL, appointment_cancel, .is_audited = false },
    { CLINIC_REQUEST_APPOINTMENT_KEEP, appointment_keep, .is_audited = false },
    { CLINIC_REQUEST_APPOINTMENT_FIND, appointment_look, .is_audited = true },
    // At a kiosk a refused one may be somebody's guess.
    { CLINIC_REQUEST_APPOINTMENT_CHECK_IN, appointment_check_in, .is_audited_if_refused = true },
    { CLINIC_REQUEST_APPOINTMENT_CALL, appointment_call, .is_audited = false },
    { CLINIC_REQUEST_APPOINTMENT_CLOSE, appointment_close, .is_audited = false },
    { CLINIC_REQUEST_APPOINTMENT_LIST, appointment_list, .is_audited = true },
    { CLINIC_REQUEST_APPOINTMENT_READ, appointment_read, .is_audited = true },
    { CLINIC_REQUEST_APPOINTMENT_BOARD, appointment_board, .is_audited = false },
};

const struct service appointment_service = {
    .name = "appointment",
    .title = "Appointment",
    .schema = schema,
    .tables = tables,
    .statements = { appointment_sql, SQL_COUNT },
    .abilities = abilities,
    .ability_count = ARRAY_SIZE(abilities),
    .reactions = appointment_reactions,
    .reaction_count = APPOINTMENT_REACTION_COUNT,
    .refuse_deletion = appointment_refuse_deletion,
    .forget_patient = appointment_forget,
};
