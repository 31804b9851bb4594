#include "feedback_scope.h"

// `sequence` is that of the first version's event: the order in which feedback came in. The patient, the text and the
// answer are NULL once the patient's record is deleted, and so is the visit where it is anonymous; an event that is read
// back after that leaves the same behind. Whoever gives no words has an empty text.
static const char feedback_table[] =
    "CREATE TABLE feedback ("
    " sequence INTEGER NOT NULL PRIMARY KEY CHECK (sequence > 0),"
    " feedback_id BLOB NOT NULL UNIQUE CHECK (length(feedback_id) = 16),"
    " version INTEGER NOT NULL CHECK (version > 0),"
    " rating INTEGER NOT NULL CHECK (rating BETWEEN 1 AND 5),"
    " is_verified INTEGER NOT NULL CHECK (is_verified BETWEEN 0 AND 1),"
    " is_anonymous INTEGER NOT NULL CHECK (is_anonymous BETWEEN 0 AND 1),"
    " doctor_id BLOB,"
    " patient_id BLOB,"
    " visit_id BLOB UNIQUE," // one feedback a visit
    " text TEXT CHECK (length(text) <= 2000),"
    " answer TEXT CHECK (length(answer) <= 2000),"
    " given_at_ms INTEGER NOT NULL,"
    " answered_at_ms INTEGER,"
    " CHECK (text IS NOT NULL OR (patient_id IS NULL AND answer IS NULL)),"
    " CHECK (is_verified = 0 OR doctor_id IS NOT NULL),"
    " CHECK (is_verified = 1 OR visit_id IS NULL)"
    ") STRICT;"
    "CREATE INDEX feedback_patient ON feedback (patient_id) WHERE patient_id IS NOT NULL;"
    "CREATE INDEX feedback_doctor ON feedback (doctor_id, sequence) WHERE doctor_id IS NOT NULL;"
    "CREATE INDEX feedback_waiting ON feedback (sequence)"
    " WHERE answered_at_ms IS NULL AND patient_id IS NOT NULL;"
    "CREATE INDEX feedback_doctor_waiting ON feedback (doctor_id, sequence)"
    " WHERE answered_at_ms IS NULL AND patient_id IS NOT NULL;";

// Of verified feedback only, in the month of its first version; kept by the reactions, so that an analysis adds
// nothing up.
static const char month_table[] =
    "CREATE TABLE feedback_month ("
    " month TEXT NOT NULL CHECK (length(month) = 7),"
    " doctor_id BLOB NOT NULL,"
    " ratings INTEGER NOT NULL CHECK (ratings > 0),"
    " rating_total INTEGER NOT NULL CHECK (rating_total BETWEEN ratings AND 5 * ratings),"
    " anonymous INTEGER NOT NULL CHECK (anonymous BETWEEN 0 AND ratings),"
    " answered INTEGER NOT NULL CHECK (answered BETWEEN 0 AND ratings),"
    " PRIMARY KEY (month, doctor_id)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE INDEX feedback_month_doctor ON feedback_month (doctor_id, month);";

static const char *const schema[] = { feedback_table, month_table, NULL };
static const char *const tables[] = { "feedback", "feedback_month", NULL };

// Who is anonymous does not leave the table.
#define LIST                                                                                       \
    "SELECT feedback_id, given_at_ms, rating, is_verified, doctor_id,"                             \
    " iif(is_anonymous, NULL, patient_id), substr(text, 1, 500), answered_at_ms IS NOT NULL"       \
    " FROM feedback "
#define WAITS "answered_at_ms IS NULL AND patient_id IS NOT NULL "
#define NEWEST_FIRST "ORDER BY sequence DESC LIMIT ?1 OFFSET ?2"
#define MONTHS                                                                                     \
    "SELECT doctor_id, month, ratings, rating_total, anonymous, answered FROM feedback_month "     \
    "WHERE month >= ?1 AND month <= ?2 "

const char *const feedback_sql[FEEDBACK_SQL_COUNT] = {
    [FEEDBACK_INSERT] =
        "INSERT INTO feedback (feedback_id, version, rating, is_anonymous, patient_id, visit_id,"
        " text, sequence, is_verified, doctor_id, given_at_ms)"
        " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
    [FEEDBACK_CHANGE] = "UPDATE feedback SET version = ?2, rating = ?3, is_anonymous = ?4,"
                        " patient_id = ?5, visit_id = ?6, text = ?7 WHERE feedback_id = ?1",
    [FEEDBACK_ANSWER] = "UPDATE feedback SET version = ?2, answer = ?3, answered_at_ms = ?4"
                        " WHERE feedback_id = ?1",
    // Without a patient the feedback's id owns the key: should a patient be given the same id, the key goes with them.
    [FEEDBACK_ERASE] = "UPDATE feedback SET patient_id = NULL, text = NULL, answer = NULL,"
                       " visit_id = iif(is_anonymous, NULL, visit_id) WHERE patient_id = ?1"
                       " OR (feedback_id = ?1 AND patient_id IS NULL)",
    [FEEDBACK_LOAD] =
        "SELECT version, rating, is_verified, is_anonymous, doctor_id, patient_id, visit_id, text,"
        " answer, given_at_ms, answered_at_ms FROM feedback WHERE feedback_id = ?",
    [FEEDBACK_OF_VISIT] = "SELECT 1 FROM feedback WHERE visit_id = ?",
    [FEEDBACK_LIST] = LIST "WHERE sequence > 0 " NEWEST_FIRST,
    [FEEDBACK_LIST_WAITING] =
        LIST "INDEXED BY feedback_waiting WHERE sequence > 0 AND " WAITS NEWEST_FIRST,
    [FEEDBACK_LIST_DOCTOR] = LIST "WHERE doctor_id = ?3 " NEWEST_FIRST,
    [FEEDBACK_LIST_DOCTOR_WAITING] =
        LIST "INDEXED BY feedback_doctor_waiting WHERE doctor_id = ?3 AND " WAITS NEWEST_FIRST,
    [FEEDBACK_COUNT_MONTH] =
        "INSERT INTO feedback_month (month, doctor_id, ratings, rating_total, anonymous, answered)"
        " VALUES (?1, ?2, 1, ?3, ?4, 0) ON CONFLICT (month, doctor_id) DO UPDATE SET"
        " ratings = ratings + 1, rating_total = rating_total + ?3, anonymous = anonymous + ?4",
    [FEEDBACK_CHANGE_MONTH] =
        "UPDATE feedback_month SET rating_total = rating_total + ?3, anonymous = anonymous + ?4,"
        " answered = answered + ?5 WHERE month = ?1 AND doctor_id = ?2",
    [FEEDBACK_MONTHS] = MONTHS "ORDER BY month, doctor_id LIMIT ?3",
    [FEEDBACK_MONTHS_DOCTOR] = MONTHS "AND doctor_id = ?4 ORDER BY month LIMIT ?3",
};

// What patients wrote is a part of their record: looking at it is audited.
static const struct ability abilities[] = {
    { CLINIC_REQUEST_FEEDBACK_SUBMIT, feedback_submit, .is_audited = false },
    { CLINIC_REQUEST_FEEDBACK_ANSWER, feedback_answer, .is_audited = false },
    { CLINIC_REQUEST_FEEDBACK_LIST, feedback_list, .is_audited = true },
    { CLINIC_REQUEST_FEEDBACK_READ, feedback_read, .is_audited = true },
    { CLINIC_REQUEST_FEEDBACK_ANALYSIS, feedback_analysis, .is_audited = false },
};

static const struct reaction reactions[] = {
    { CLINIC_FEEDBACK_SUBMITTED, feedback_keep, "store it for analysis" },
    { CLINIC_FEEDBACK_ANSWERED, feedback_keep_answer, "keep the answer" },
    { CLINIC_PATIENT_DELETED, feedback_forget, "remove what was written, keep the rating" },
};

const struct service feedback_service = {
    .name = "feedback",
    .title = "Patient Feedback",
    .schema = schema,
    .tables = tables,
    .statements = { feedback_sql, FEEDBACK_SQL_COUNT },
    .abilities = abilities,
    .ability_count = ARRAY_SIZE(abilities),
    .reactions = reactions,
    .reaction_count = ARRAY_SIZE(reactions),
};
