// portal.c - the Patient Portal's read model: what patients may see of themselves, ready to be shown.
//
// A table a part, each keyed by the patient first: what one patient sees is next to each other, and goes all at once.
// Read next: portal_read.c, which answers; the other files each keep a part up to date.
#include "portal_scope.h"

static const char patient_table[] = "CREATE TABLE portal_document ("
                                    " patient_id BLOB NOT NULL PRIMARY KEY,"
                                    " version INTEGER NOT NULL CHECK (version > 0),"
                                    " document TEXT NOT NULL"
                                    ") STRICT, WITHOUT ROWID;";

// Neither canceled nor closed ones.
static const char visit_table[] =
    "CREATE TABLE portal_visit ("
    " patient_id BLOB NOT NULL,"
    " appointment_id BLOB NOT NULL,"
    " doctor_id BLOB NOT NULL,"
    " start_ms INTEGER NOT NULL,"
    " end_ms INTEGER NOT NULL CHECK (end_ms > start_ms),"
    " version INTEGER NOT NULL CHECK (version > 0),"
    " PRIMARY KEY (patient_id, appointment_id)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE INDEX portal_visit_start ON portal_visit (patient_id, start_ms);";

// Of each the newest version that was released.
static const char report_table[] =
    "CREATE TABLE portal_report ("
    " patient_id BLOB NOT NULL,"
    " report_id BLOB NOT NULL,"
    " version INTEGER NOT NULL CHECK (version > 0),"
    " kind TEXT NOT NULL,"
    " released_at_ms INTEGER NOT NULL,"
    " title TEXT NOT NULL,"
    " text TEXT NOT NULL,"
    " attachments INTEGER NOT NULL CHECK (attachments >= 0),"
    " PRIMARY KEY (patient_id, report_id)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE INDEX portal_report_released ON portal_report (patient_id, released_at_ms);";

static const char feedback_table[] =
    "CREATE TABLE portal_feedback ("
    " patient_id BLOB NOT NULL,"
    " feedback_id BLOB NOT NULL,"
    " version INTEGER NOT NULL CHECK (version > 0),"
    " rating INTEGER NOT NULL CHECK (rating BETWEEN 1 AND 5),"
    " text TEXT NOT NULL,"
    " answer TEXT NOT NULL DEFAULT '',"
    " answered_at_ms INTEGER NOT NULL DEFAULT 0," // 0: not yet
    " PRIMARY KEY (patient_id, feedback_id)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE INDEX portal_feedback_answered ON portal_feedback (patient_id, answered_at_ms);";

static const char *const schema[] = { patient_table, visit_table, report_table, feedback_table,
                                      NULL };
static const char *const tables[] = { "portal_document", "portal_visit", "portal_report",
                                      "portal_feedback", NULL };

const char *const portal_sql[PORTAL_SQL_COUNT] = {
    [PORTAL_INSERT_PATIENT] =
        "INSERT INTO portal_document (patient_id, version, document) VALUES (?, ?, ?)",
    [PORTAL_UPDATE_PATIENT] =
        "UPDATE portal_document SET version = ?2, document = ?3 WHERE patient_id = ?1",
    [PORTAL_READ_PATIENT] = "SELECT version, document FROM portal_document WHERE patient_id = ?",
    [PORTAL_DELETE_PATIENT] = "DELETE FROM portal_document WHERE patient_id = ?",

    [PORTAL_INSERT_VISIT] = "INSERT INTO portal_visit (patient_id, appointment_id, doctor_id,"
                            " start_ms, end_ms, version) VALUES (?, ?, ?, ?, ?, ?)",
    [PORTAL_MOVE_VISIT] =
        "UPDATE portal_visit SET doctor_id = ?3, start_ms = ?4, end_ms = ?5, version = ?6"
        " WHERE patient_id = ?1 AND appointment_id = ?2",
    [PORTAL_SET_VISIT_VERSION] = "UPDATE portal_visit SET version = ?3"
                                 " WHERE patient_id = ?1 AND appointment_id = ?2",
    [PORTAL_DELETE_VISIT] = "DELETE FROM portal_visit WHERE patient_id = ? AND appointment_id = ?",
    [PORTAL_DELETE_VISITS] = "DELETE FROM portal_visit WHERE patient_id = ?",
    [PORTAL_READ_VISITS] = "SELECT appointment_id, doctor_id, start_ms, end_ms, version"
                           " FROM portal_visit WHERE patient_id = ? AND start_ms > ?"
                           " ORDER BY start_ms LIMIT ?",

    [PORTAL_WRITE_REPORT] =
        "INSERT INTO portal_report (patient_id, report_id, version, kind, released_at_ms, title,"
        " text, attachments) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)"
        " ON CONFLICT (patient_id, report_id) DO UPDATE SET version = ?3, kind = ?4,"
        " released_at_ms = ?5, title = ?6, text = ?7, attachments = ?8",
    [PORTAL_DELETE_REPORT] = "DELETE FROM portal_report WHERE patient_id = ? AND report_id = ?",
    [PORTAL_DELETE_REPORTS] = "DELETE FROM portal_report WHERE patient_id = ?",
    [PORTAL_READ_REPORTS] = "SELECT report_id, kind, version, released_at_ms, title, attachments"
                            " FROM portal_report WHERE patient_id = ?"
                            " ORDER BY released_at_ms DESC LIMIT ?",
    [PORTAL_READ_REPORT] =
        "SELECT report_id, kind, version, released_at_ms, title, attachments, text"
        " FROM portal_report WHERE patient_id = ? AND report_id = ?",

    [PORTAL_WRITE_FEEDBACK] =
        "INSERT INTO portal_feedback (patient_id, feedback_id, version, rating, text)"
        " VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (patient_id, feedback_id)"
        " DO UPDATE SET version = ?3, rating = ?4, text = ?5",
    [PORTAL_ANSWER_FEEDBACK] =
        "UPDATE portal_feedback SET version = ?3, answer = ?4, answered_at_ms = ?5"
        " WHERE patient_id = ?1 AND feedback_id = ?2",
    [PORTAL_DELETE_FEEDBACK] = "DELETE FROM portal_feedback WHERE patient_id = ?",
    [PORTAL_READ_FEEDBACK] =
        "SELECT feedback_id, version, rating, text, answer FROM portal_feedback"
        " WHERE patient_id = ? AND answered_at_ms > 0 ORDER BY answered_at_ms DESC LIMIT ?",
};

// What a visit goes through changes its version, and so the one that the patient sees.
static const struct reaction reactions[] = {
    { CLINIC_PATIENT_CREATED, portal_keep_patient, "make its copy" },
    { CLINIC_PATIENT_UPDATED, portal_refresh_patient, "refresh its cached copy" },
    { CLINIC_PATIENT_DELETED, portal_forget_patient, "remove all that it shows" },
    { CLINIC_APPOINTMENT_SCHEDULED, portal_show_visit, "show the visit" },
    { CLINIC_APPOINTMENT_RESCHEDULED, portal_move_visit, "show the new time" },
    { CLINIC_APPOINTMENT_CANCELED, portal_drop_visit, "no longer show the visit" },
    { CLINIC_APPOINTMENT_CHECKED_IN, portal_note_visit, "note the visit's version" },
    { CLINIC_APPOINTMENT_CALLED, portal_note_visit, "note the visit's version" },
    { CLINIC_APPOINTMENT_KEPT, portal_note_visit, "note the visit's version" },
    { CLINIC_APPOINTMENT_CLOSED, portal_drop_visit, "no longer show the visit" },
    { CLINIC_REPORT_UPDATED, portal_show_report, "show the updated report" },
    { CLINIC_FEEDBACK_SUBMITTED, portal_keep_feedback, "keep it until it is answered" },
    { CLINIC_FEEDBACK_ANSWERED, portal_show_answer, "show the answer" },
};

static const struct ability abilities[] = {
    { CLINIC_REQUEST_PORTAL_READ, portal_read, .is_audited = true },
    { CLINIC_REQUEST_PORTAL_REPORT, portal_read_report, .is_audited = true },
};

const struct service portal_service = {
    .name = "portal",
    .title = "Patient Portal",
    .schema = schema,
    .tables = tables,
    .statements = { portal_sql, PORTAL_SQL_COUNT },
    .abilities = abilities,
    .ability_count = ARRAY_SIZE(abilities),
    .reactions = reactions,
    .reaction_count = ARRAY_SIZE(reactions),
};
