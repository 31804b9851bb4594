#include "patient_scope.h"

// A deleted patient stays as a tombstone: the id, when and why. Everything personal is NULL then, as it is
// while `rebuild` passes the events of a patient who was deleted later.
static const char patient_table[] =
    "CREATE TABLE patient ("
    " patient_id BLOB NOT NULL PRIMARY KEY CHECK (length(patient_id) = 16),"
    " member_id TEXT UNIQUE,"
    " version INTEGER NOT NULL CHECK (version > 0),"
    " provisional INTEGER NOT NULL CHECK (provisional IN (0, 1)),"
    " name TEXT,"
    " name_folded TEXT,"
    " former_folded TEXT," // words of names that the patient had before
    " birth_date TEXT,"
    " email TEXT COLLATE NOCASE,"
    " phone TEXT,"
    " preconditions TEXT," // a JSON list
    " language TEXT,"
    " email_consent TEXT,"
    " sms_consent TEXT,"
    " created_at_ms INTEGER NOT NULL,"
    " deleted_at_ms INTEGER,"
    " deletion_reason TEXT,"
    " CHECK ((name IS NULL) = (member_id IS NULL) AND (name IS NULL) = (birth_date IS NULL)),"
    " CHECK (deleted_at_ms IS NULL OR name IS NULL)"
    ") STRICT;"
    "CREATE INDEX patient_birth_date ON patient (birth_date, name_folded)"
    " WHERE birth_date IS NOT NULL;"
    "CREATE INDEX patient_phone ON patient (phone) WHERE phone IS NOT NULL;"
    "CREATE INDEX patient_email ON patient (email) WHERE email IS NOT NULL;";

// Words of the name and of every former name, folded. Which words a patient has is known from the patient's
// row, so no second index is needed to find or remove them.
static const char patient_word_table[] = "CREATE TABLE patient_word ("
                                         " word TEXT NOT NULL,"
                                         " patient_id BLOB NOT NULL,"
                                         " PRIMARY KEY (word, patient_id)"
                                         ") STRICT, WITHOUT ROWID;";

static const char *const schema[] = { patient_table, patient_word_table, NULL };
static const char *const tables[] = { "patient", "patient_word", NULL };

// Those whom reception has not completed are few, however many there are in all.
const char *const patient_provisional_schema[] = {
    "CREATE INDEX patient_provisional ON patient (provisional, created_at_ms, patient_id)"
    " WHERE provisional = 1 AND name IS NOT NULL;",
    NULL,
};

#define MATCH                                                                                      \
    "SELECT patient_id, member_id, name, birth_date, provisional, name_folded FROM patient "

const char *const patient_sql[PATIENT_SQL_COUNT] = {
    [PATIENT_LOOK] = "SELECT deleted_at_ms IS NOT NULL FROM patient WHERE patient_id = ?",
    [PATIENT_LOAD] =
        "SELECT deleted_at_ms IS NOT NULL, version, provisional, member_id, name,"
        " birth_date, email, phone, preconditions, language, email_consent, sms_consent"
        " FROM patient WHERE patient_id = ?",
    [PATIENT_INSERT] =
        "INSERT INTO patient (patient_id, version, provisional, member_id, name, name_folded,"
        " birth_date, email, phone, preconditions, language, email_consent, sms_consent,"
        " created_at_ms) VALUES (?1, 1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
    [PATIENT_UPDATE] =
        "UPDATE patient SET version = ?2, provisional = ?3, name = ?4, name_folded = ?5,"
        " former_folded = iif(name_folded = ?5 OR instr(' ' || former_folded || ' ',"
        " ' ' || name_folded || ' ') > 0, former_folded,"
        " ltrim(coalesce(former_folded, '') || ' ' || name_folded)),"
        " birth_date = ?6, email = ?7, phone = ?8, preconditions = ?9, language = ?10,"
        " email_consent = ?11, sms_consent = ?12 WHERE patient_id = ?1",
    [PATIENT_UPDATE_STATE] =
        "UPDATE patient SET version = ?2, provisional = coalesce(?3, provisional)"
        " WHERE patient_id = ?1",
    [PATIENT_ERASE] =
        "UPDATE patient SET member_id = NULL, name = NULL, name_folded = NULL,"
        " former_folded = NULL, birth_date = NULL, email = NULL, phone = NULL, preconditions = "
        "NULL, language = NULL, email_consent = NULL,"
        " sms_consent = NULL, deleted_at_ms = ?2, deletion_reason = ?3 WHERE patient_id = ?1",
    [PATIENT_INSERT_WORD] = "INSERT OR IGNORE INTO patient_word (word, patient_id) VALUES (?, ?)",
    [PATIENT_DELETE_WORD] = "DELETE FROM patient_word WHERE word = ? AND patient_id = ?",
    [PATIENT_WORDS] = "SELECT name_folded || ' ' || coalesce(former_folded, '') FROM patient"
                      " WHERE patient_id = ?",
    // From the index alone: the rows lie all over the file.
    [PATIENT_BORN_ON] = "SELECT rowid, name_folded FROM patient WHERE birth_date = ?1"
                        " ORDER BY name_folded LIMIT ?2",
    [PATIENT_MATCH_ROW] = MATCH "WHERE rowid = ?1",
    [PATIENT_MATCH_ID] = MATCH "WHERE patient_id = ?1 LIMIT ?2",
    [PATIENT_MATCH_MEMBER_ID] = MATCH "WHERE member_id = ?1 LIMIT ?2",
    [PATIENT_MATCH_BIRTH_DATE] = MATCH "WHERE birth_date = ?1 ORDER BY name_folded LIMIT ?2",
    [PATIENT_MATCH_PHONE] = MATCH "WHERE phone = ?1 LIMIT ?2",
    [PATIENT_MATCH_EMAIL] = MATCH "WHERE email = ?1 LIMIT ?2",
    [PATIENT_FIND_WORD] =
        "SELECT patient_id FROM patient_word WHERE word >= ?1 AND word <= ?2 LIMIT ?3",
    [PATIENT_FIND_MEMBER] = "SELECT patient_id, birth_date FROM patient WHERE member_id = ?",
    [PATIENT_FIND_BORN] =
        "SELECT patient_id FROM patient WHERE birth_date = ?1 AND substr(phone, -4) = ?2 LIMIT ?3",
    [PATIENT_PROVISIONAL] = MATCH "WHERE provisional = 1 AND name IS NOT NULL"
                                  " ORDER BY created_at_ms, patient_id LIMIT ?1",
};

// An accepted change is in the audit trail by its event; what is refused is written by the intake.
static const struct ability abilities[] = {
    { CLINIC_REQUEST_PATIENT_CREATE, patient_create, .is_audited = false },
    { CLINIC_REQUEST_PATIENT_UPDATE, patient_update, .is_audited = false },
    { CLINIC_REQUEST_PATIENT_DELETE, patient_delete, .is_audited = true },
    { CLINIC_REQUEST_PATIENT_FIND, patient_find, .is_audited = true },
    { CLINIC_REQUEST_PATIENT_READ, patient_read, .is_audited = true },
    // A refused one may be somebody's guess.
    { CLINIC_REQUEST_PATIENT_CONSENT, patient_consent, .is_audited_if_refused = true },
    { CLINIC_REQUEST_PATIENT_PROVISIONAL, patient_provisional, .is_audited = true },
};

static const struct reaction reactions[] = {
    { CLINIC_PATIENT_CREATED, patient_keep, "keep the record" },
    { CLINIC_PATIENT_UPDATED, patient_change, "change the record" },
    { CLINIC_PATIENT_DELETED, patient_erase, "erase the record, keep a tombstone" },
};

const struct service patient_service = {
    .name = "patient",
    .title = "Patient Management",
    .schema = schema,
    .tables = tables,
    .statements = { patient_sql, PATIENT_SQL_COUNT },
    .abilities = abilities,
    .ability_count = ARRAY_SIZE(abilities),
    .reactions = reactions,
    .reaction_count = ARRAY_SIZE(reactions),
};
