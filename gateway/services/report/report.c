#include "report_scope.h"

static const char report_table[] =
    "CREATE TABLE report ("
    " report_id BLOB NOT NULL PRIMARY KEY CHECK (length(report_id) = 16),"
    " patient_id BLOB NOT NULL CHECK (length(patient_id) = 16),"
    " doctor_id BLOB NOT NULL CHECK (length(doctor_id) = 16),"
    " kind TEXT NOT NULL,"
    " newest INTEGER NOT NULL CHECK (newest > 0),"
    " released INTEGER NOT NULL CHECK (released BETWEEN 0 AND newest)," // newest released version
    " state INTEGER NOT NULL CHECK (state BETWEEN 1 AND 4),"
    " changed_at_ms INTEGER NOT NULL"
    ") STRICT;"
    "CREATE INDEX report_patient ON report (patient_id, changed_at_ms, report_id);";

static const char version_table[] = "CREATE TABLE report_version ("
                                    " report_id BLOB NOT NULL,"
                                    " version INTEGER NOT NULL CHECK (version > 0),"
                                    " state INTEGER NOT NULL CHECK (state BETWEEN 1 AND 4),"
                                    " written_at_ms INTEGER NOT NULL,"
                                    " title TEXT NOT NULL,"
                                    " text TEXT NOT NULL,"
                                    " attachments TEXT NOT NULL," // a JSON list
                                    " PRIMARY KEY (report_id, version)"
                                    ") STRICT;";

// Which files may be read by way of which report: those that any version of it names.
static const char file_table[] = "CREATE TABLE report_file ("
                                 " report_id BLOB NOT NULL,"
                                 " sha256 BLOB NOT NULL CHECK (length(sha256) = 32),"
                                 " PRIMARY KEY (report_id, sha256)"
                                 ") STRICT, WITHOUT ROWID;";

// When a patient was last to be told of anything.
static const char notice_table[] = "CREATE TABLE report_notice ("
                                   " patient_id BLOB NOT NULL PRIMARY KEY,"
                                   " noticed_at_ms INTEGER NOT NULL"
                                   ") STRICT, WITHOUT ROWID;";

// Files below the store's folder, complete or not; not in the log.
static const char attachment_table[] =
    "CREATE TABLE attachment ("
    " patient_id BLOB NOT NULL CHECK (length(patient_id) = 16),"
    " sha256 BLOB NOT NULL CHECK (length(sha256) = 32),"
    " bytes INTEGER NOT NULL CHECK (bytes > 0),"
    " media_type TEXT NOT NULL,"
    " node TEXT NOT NULL," // that began it
    " is_complete INTEGER NOT NULL CHECK (is_complete BETWEEN 0 AND 1),"
    " look_at_ms INTEGER," // whether it is of use then; NULL: a report names it
    " PRIMARY KEY (patient_id, sha256)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE INDEX attachment_look ON attachment (look_at_ms) WHERE look_at_ms IS NOT NULL;"
    "CREATE INDEX attachment_node ON attachment (node) WHERE is_complete = 0;";

// Deleted patients whose folder of files is still to be removed; not in the log.
static const char removal_table[] = "CREATE TABLE attachment_removal ("
                                    " patient_id BLOB NOT NULL PRIMARY KEY"
                                    ") STRICT, WITHOUT ROWID;";

// The file that each node reads at present, which the audit trail has already; not in the log.
static const char reading_table[] = "CREATE TABLE attachment_reading ("
                                    " node TEXT NOT NULL PRIMARY KEY,"
                                    " staff_id BLOB,"
                                    " patient_id BLOB NOT NULL,"
                                    " report_id BLOB NOT NULL,"
                                    " sha256 BLOB NOT NULL,"
                                    " opened_at_ms INTEGER NOT NULL"
                                    ") STRICT, WITHOUT ROWID;"
                                    "CREATE INDEX attachment_reading_patient"
                                    " ON attachment_reading (patient_id);";

static const char *const schema[] = { report_table,     version_table, file_table,    notice_table,
                                      attachment_table, removal_table, reading_table, NULL };
static const char *const tables[] = { "report", "report_version", "report_file", "report_notice",
                                      NULL };

#define OF_PATIENT "WHERE report_id IN (SELECT report_id FROM report WHERE patient_id = ?1)"

const char *const report_sql[REPORT_SQL_COUNT] = {
    [REPORT_FIND] = "SELECT patient_id, doctor_id, kind, newest, released, state FROM report"
                    " WHERE report_id = ?1",
    [REPORT_FIND_VERSION] = "SELECT state, written_at_ms, title, text, attachments"
                            " FROM report_version WHERE report_id = ?1 AND version = ?2",
    [REPORT_LIST] = "SELECT r.report_id, r.doctor_id, r.kind, r.newest, r.state, r.changed_at_ms,"
                    " v.title, json_array_length(v.attachments)"
                    " FROM report r CROSS JOIN report_version v"
                    " ON v.report_id = r.report_id AND v.version = r.newest"
                    " WHERE r.patient_id = ?1"
                    " ORDER BY r.changed_at_ms DESC, r.report_id DESC LIMIT ?2 OFFSET ?3",
    [REPORT_FIND_NOTICE] = "SELECT noticed_at_ms FROM report_notice WHERE patient_id = ?1",
    [REPORT_FIND_FILE] = "SELECT 1 FROM report_file WHERE report_id = ?1 AND sha256 = ?2",
    [REPORT_WRITE] =
        "INSERT INTO report"
        " (report_id, patient_id, doctor_id, kind, newest, released, state, changed_at_ms)"
        " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT (report_id) DO UPDATE SET"
        " newest = ?5, released = max(released, ?6), state = ?7, changed_at_ms = ?8",
    [REPORT_INSERT_VERSION] =
        "INSERT INTO report_version"
        " (report_id, version, state, written_at_ms, title, text, attachments)"
        " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    [REPORT_INSERT_FILE] = "INSERT OR IGNORE INTO report_file (report_id, sha256) VALUES (?1, ?2)",
    [REPORT_WRITE_NOTICE] = "INSERT INTO report_notice (patient_id, noticed_at_ms) VALUES (?1, ?2)"
                            " ON CONFLICT (patient_id) DO UPDATE SET noticed_at_ms = ?2",
    [REPORT_DELETE_FILES] = "DELETE FROM report_file " OF_PATIENT,
    [REPORT_DELETE_VERSIONS] = "DELETE FROM report_version " OF_PATIENT,
    [REPORT_DELETE] = "DELETE FROM report WHERE patient_id = ?1",
    [REPORT_DELETE_NOTICE] = "DELETE FROM report_notice WHERE patient_id = ?1",
    [ATTACHMENT_FIND] = "SELECT bytes, media_type, is_complete FROM attachment"
                        " WHERE patient_id = ?1 AND sha256 = ?2",
    [ATTACHMENT_INSERT] = "INSERT INTO attachment"
                          " (patient_id, sha256, bytes, media_type, node, look_at_ms, is_complete)"
                          " VALUES (?1, ?2, ?3, ?4, ?5, ?6, 0)",
    [ATTACHMENT_COMPLETE] = "UPDATE attachment SET is_complete = ?3, look_at_ms = ?4"
                            " WHERE patient_id = ?1 AND sha256 = ?2",
    [ATTACHMENT_DELETE] = "DELETE FROM attachment WHERE patient_id = ?1 AND sha256 = ?2",
    [ATTACHMENT_COUNT_UNFINISHED] =
        "SELECT count(*) FROM attachment WHERE node = ?1 AND is_complete = 0",
    [ATTACHMENT_FIND_DUE] = "SELECT patient_id, sha256, is_complete FROM attachment"
                            " WHERE look_at_ms < ?1 ORDER BY look_at_ms LIMIT 1",
    [ATTACHMENT_FIND_REPORT] = "SELECT 1 FROM report r CROSS JOIN report_file f"
                               " ON f.report_id = r.report_id AND f.sha256 = ?2"
                               " WHERE r.patient_id = ?1 LIMIT 1",
    [ATTACHMENT_KEEP] = "UPDATE attachment SET look_at_ms = NULL"
                        " WHERE patient_id = ?1 AND sha256 = ?2",
    [ATTACHMENT_FORGET] = "DELETE FROM attachment WHERE patient_id = ?1",
    [REMOVAL_INSERT] = "INSERT OR IGNORE INTO attachment_removal (patient_id) VALUES (?1)",
    [REMOVAL_FIND] = "SELECT min(patient_id) FROM attachment_removal",
    [REMOVAL_DELETE] = "DELETE FROM attachment_removal WHERE patient_id = ?1",
    [READING_FIND] = "SELECT staff_id, report_id, sha256, opened_at_ms FROM attachment_reading"
                     " WHERE node = ?1",
    [READING_WRITE] = "INSERT OR REPLACE INTO attachment_reading"
                      " (node, staff_id, patient_id, report_id, sha256, opened_at_ms)"
                      " VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    [READING_FORGET] = "DELETE FROM attachment_reading WHERE patient_id = ?1",
};

// An accepted change is in the audit trail by its event; what is refused is written by the intake.
static const struct ability abilities[] = {
    { CLINIC_REQUEST_REPORT_UPDATE, report_update, .is_audited = false },
    { CLINIC_REQUEST_REPORT_RELEASE, report_release, .is_audited = false },
    { CLINIC_REQUEST_REPORT_WITHDRAW, report_withdraw, .is_audited = false },
    { CLINIC_REQUEST_REPORT_READ, report_read, .is_audited = true },
    { CLINIC_REQUEST_REPORT_LIST, report_list, .is_audited = true },
    { CLINIC_REQUEST_REPORT_UPLOAD, report_upload, .is_audited = false },
    { CLINIC_REQUEST_REPORT_DOWNLOAD, report_download, .is_audited = true },
};

static const struct reaction reactions[] = {
    { CLINIC_REPORT_UPDATED, report_keep, "keep the version" },
    { CLINIC_PATIENT_DELETED, report_erase, "delete linked reports" },
};

const struct service report_service = {
    .name = "report",
    .title = "Patient Reports",
    .schema = schema,
    .tables = tables,
    .statements = { report_sql, REPORT_SQL_COUNT },
    .abilities = abilities,
    .ability_count = ARRAY_SIZE(abilities),
    .reactions = reactions,
    .reaction_count = ARRAY_SIZE(reactions),
    .forget_patient = attachment_forget_patient,
    .tend = attachment_tend,
};
