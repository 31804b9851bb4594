// audit.c - who did what, when, with what outcome. No value of any record is ever written here.
//
// What concerns a patient is found by "patient/<id>", whatever its subject is: an appointment, a report, or the reading of
// one. Feedback is not, since it may be anonymous.
#include "audit_scope.h"

#include <string.h>

// The key begins with the time, and every index of a table without rowid ends with the key: each filter is
// read newest first without sorting.
static const char change_table[] =
    "CREATE TABLE audit_change ("
    " time_ms INTEGER NOT NULL,"
    " sequence INTEGER NOT NULL,"
    " node TEXT NOT NULL,"
    " person TEXT NOT NULL,"
    " action TEXT NOT NULL,"
    " subject TEXT NOT NULL,"
    " patient_id BLOB," // NULL: about none
    " detail TEXT NOT NULL,"
    " PRIMARY KEY (time_ms, sequence)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE INDEX audit_change_patient ON audit_change (patient_id) WHERE patient_id IS NOT NULL;"
    "CREATE INDEX audit_change_subject ON audit_change (subject);"
    "CREATE INDEX audit_change_person ON audit_change (person) WHERE person <> '';"
    "CREATE INDEX audit_change_node ON audit_change (node);"
    "CREATE INDEX audit_change_both ON audit_change (person, node) WHERE person <> '';";

static const char access_table[] =
    "CREATE TABLE audit_access ("
    " time_ms INTEGER NOT NULL,"
    " number INTEGER NOT NULL," // among those of the same millisecond
    " node TEXT NOT NULL,"
    " person TEXT NOT NULL,"
    " action TEXT NOT NULL,"
    " subject TEXT NOT NULL,"
    " patient_id BLOB,"
    " outcome TEXT NOT NULL,"
    " more INTEGER NOT NULL DEFAULT 0," // refusals of that minute that have no row of their own
    " PRIMARY KEY (time_ms, number)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE INDEX audit_access_patient ON audit_access (patient_id) WHERE patient_id IS NOT NULL;"
    "CREATE INDEX audit_access_subject ON audit_access (subject) WHERE subject <> '';"
    "CREATE INDEX audit_access_person ON audit_access (person) WHERE person <> '';"
    "CREATE INDEX audit_access_node ON audit_access (node);"
    "CREATE INDEX audit_access_both ON audit_access (person, node) WHERE person <> '';";

// How many refusals a node has had in its latest minute, and where those beyond the limit are counted.
static const char refusal_table[] = "CREATE TABLE audit_refusal ("
                                    " node TEXT NOT NULL PRIMARY KEY,"
                                    " minute INTEGER NOT NULL,"
                                    " refusals INTEGER NOT NULL,"
                                    " summary_time_ms INTEGER NOT NULL DEFAULT 0,"
                                    " summary_number INTEGER NOT NULL DEFAULT 0"
                                    ") STRICT, WITHOUT ROWID;";

static const char *const schema[] = { change_table, access_table, refusal_table, NULL };
static const char *const tables[] = { "audit_change", NULL };

#define CHANGES                                                                                    \
    "SELECT time_ms, node, person, action, subject, 'accepted', detail, 0 FROM audit_change "      \
    "WHERE "
#define ACCESSES                                                                                   \
    "SELECT time_ms, node, person, action, subject, outcome, '', more FROM audit_access WHERE "
#define FILTER                                                                                     \
    " (?2 IS NULL OR person = ?2) AND (?3 IS NULL OR node = ?3)"                                   \
    " AND time_ms >= ?4 AND time_ms < ?5"                                                          \
    " ORDER BY time_ms DESC"
#define CHANGES_END FILTER ", sequence DESC LIMIT ?6"
#define ACCESSES_END FILTER ", number DESC LIMIT ?6"

const char *const audit_sql[AUDIT_SQL_COUNT] = {
    [AUDIT_INSERT_CHANGE] =
        "INSERT INTO audit_change (time_ms, sequence, node, person, action, subject,"
        " patient_id, detail) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
    [AUDIT_INSERT_ACCESS] =
        "INSERT INTO audit_access (time_ms, number, node, person, action, subject, patient_id,"
        " outcome, more)"
        " VALUES (?1, (SELECT coalesce(max(number), 0) + 1 FROM audit_access WHERE time_ms = ?1),"
        " ?2, ?3, ?4, ?5, ?6, ?7, ?8) RETURNING number",
    [AUDIT_COUNT_REFUSAL] =
        "INSERT INTO audit_refusal (node, minute, refusals) VALUES (?1, ?2, 1) ON CONFLICT (node)"
        " DO UPDATE SET refusals = iif(minute = ?2, refusals + 1, 1), minute = ?2"
        " RETURNING refusals, summary_time_ms, summary_number",
    [AUDIT_NOTE_SUMMARY] = "UPDATE audit_refusal SET summary_time_ms = ?2, summary_number = ?3"
                           " WHERE node = ?1",
    [AUDIT_COUNT_MORE] = "UPDATE audit_access SET more = more + 1 WHERE time_ms = ? AND number = ?",
    [AUDIT_CHANGES_BY_PATIENT] = CHANGES "patient_id = ?1 AND" CHANGES_END,
    [AUDIT_CHANGES_BY_SUBJECT] = CHANGES "subject = ?1 AND" CHANGES_END,
    [AUDIT_CHANGES_BY_PERSON_AND_NODE] =
        CHANGES "person = ?2 AND person <> '' AND node = ?3 AND" CHANGES_END,
    [AUDIT_CHANGES_BY_PERSON] = CHANGES "person = ?2 AND person <> '' AND" CHANGES_END,
    [AUDIT_CHANGES_BY_NODE] = CHANGES "node = ?3 AND" CHANGES_END,
    [AUDIT_CHANGES] = CHANGES CHANGES_END,
    [AUDIT_ACCESSES_BY_PATIENT] = ACCESSES "patient_id = ?1 AND" ACCESSES_END,
    [AUDIT_ACCESSES_BY_SUBJECT] = ACCESSES "subject = ?1 AND subject <> '' AND" ACCESSES_END,
    [AUDIT_ACCESSES_BY_PERSON_AND_NODE] =
        ACCESSES "person = ?2 AND person <> '' AND node = ?3 AND" ACCESSES_END,
    [AUDIT_ACCESSES_BY_PERSON] = ACCESSES "person = ?2 AND person <> '' AND" ACCESSES_END,
    [AUDIT_ACCESSES_BY_NODE] = ACCESSES "node = ?3 AND" ACCESSES_END,
    [AUDIT_ACCESSES] = ACCESSES ACCESSES_END,
};

struct clinic_id audit_id_in(const char *subject, const char *entity)
{
    const size_t length = strlen(entity);
    struct clinic_id id = { 0 };

    if (strncmp(subject, entity, length) == 0 && subject[length] == '/')
        (void)clinic_id_parse(subject + length + 1, &id); // none stays none
    return id;
}

// ---- the service

static const struct ability abilities[] = {
    { CLINIC_REQUEST_AUDIT_READ, audit_read, .is_audited = true },
};

static const struct reaction reactions[] = {
    { CLINIC_PATIENT_CREATED, audit_log_change, "log the registration" },
    { CLINIC_PATIENT_UPDATED, audit_log_change, "log the update" },
    { CLINIC_PATIENT_DELETED, audit_log_change, "log the deletion" },
    { CLINIC_APPOINTMENT_SCHEDULED, audit_log_change, "log the booking" },
    { CLINIC_APPOINTMENT_RESCHEDULED, audit_log_change, "log the move" },
    { CLINIC_APPOINTMENT_CANCELED, audit_log_change, "log the cancellation" },
    { CLINIC_APPOINTMENT_CHECKED_IN, audit_log_change, "log the arrival" },
    { CLINIC_APPOINTMENT_CALLED, audit_log_change, "log the call" },
    { CLINIC_APPOINTMENT_CLOSED, audit_log_change, "log the end of the visit" },
    { CLINIC_APPOINTMENT_KEPT, audit_log_change, "log that it was kept" },
    { CLINIC_DOCTOR_CREATED, audit_log_change, "log the new doctor" },
    { CLINIC_DOCTOR_UPDATED, audit_log_change, "log the update" },
    { CLINIC_DOCTOR_SCHEDULE_CHANGED, audit_log_change, "log the change of hours" },
    { CLINIC_EQUIPMENT_ITEM_CHANGED, audit_log_change, "log the change of the item" },
    { CLINIC_EQUIPMENT_STOCK_CHANGED, audit_log_change, "log what people did to the stock" },
    { CLINIC_EQUIPMENT_LOW_STOCK, audit_log_change, "log the alert" },
    { CLINIC_EQUIPMENT_SCALE_CHANGED, audit_log_change, "log who set it up" },
    { CLINIC_FEEDBACK_SUBMITTED, audit_log_change, "log it, unless it is anonymous" },
    { CLINIC_FEEDBACK_ANSWERED, audit_log_change, "log the answer" },
    { CLINIC_REPORT_UPDATED, audit_log_change, "log the version" },
};

const struct service audit_service = {
    .name = "audit",
    .title = "Audit",
    .schema = schema,
    .tables = tables,
    .statements = { audit_sql, AUDIT_SQL_COUNT },
    .abilities = abilities,
    .ability_count = ARRAY_SIZE(abilities),
    .reactions = reactions,
    .reaction_count = ARRAY_SIZE(reactions),
};
