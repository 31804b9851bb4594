#include "../json_add.h"
#include "staff_scope.h"

#include <stdio.h>

static const char staff_table[] =
    "CREATE TABLE staff ("
    " staff_id BLOB NOT NULL PRIMARY KEY CHECK (length(staff_id) = 16),"
    " name TEXT NOT NULL,"
    " name_folded TEXT NOT NULL UNIQUE,"
    " role INTEGER NOT NULL CHECK (role > 0),"
    " pin_hash TEXT NOT NULL,"
    " failures INTEGER NOT NULL DEFAULT 0,"
    " locked_until_ms INTEGER NOT NULL DEFAULT 0,"
    " created_at_ms INTEGER NOT NULL"
    ") STRICT;";

// Only a digest of the token is stored: who reads the file cannot use a session.
static const char session_table[] =
    "CREATE TABLE staff_session ("
    " token_digest BLOB NOT NULL PRIMARY KEY CHECK (length(token_digest) = 32),"
    " staff_id BLOB NOT NULL,"
    " node TEXT NOT NULL,"
    " started_at_ms INTEGER NOT NULL,"
    " ends_at_ms INTEGER NOT NULL"
    ") STRICT, WITHOUT ROWID;"
    "CREATE INDEX staff_session_ends ON staff_session (ends_at_ms);";

static const char *const schema[] = { staff_table, session_table, NULL };
static const char *const tables[] = { NULL }; // nothing of this is in the log

#define ACCOUNT "SELECT staff_id, name, role, pin_hash, failures, locked_until_ms FROM staff "

const char *const staff_sql[STAFF_SQL_COUNT] = {
    [STAFF_FIND_NAME] = ACCOUNT "WHERE name_folded = ?",
    [STAFF_FIND_ID] = ACCOUNT "WHERE staff_id = ?",
    [STAFF_INSERT] =
        "INSERT INTO staff (staff_id, name, name_folded, role, pin_hash, created_at_ms)"
        " VALUES (?, ?, ?, ?, ?, ?)",
    [STAFF_COUNT_FAILURE] =
        "UPDATE staff SET failures = ?2, locked_until_ms = ?3 WHERE staff_id = ?1",
    [STAFF_RESET_FAILURES] =
        "UPDATE staff SET failures = 0, locked_until_ms = 0 WHERE staff_id = ?1",
    [STAFF_SESSION_INSERT] = "INSERT INTO staff_session"
                             " (token_digest, staff_id, node, started_at_ms, ends_at_ms)"
                             " VALUES (?, ?, ?, ?, ?)",
    [STAFF_SESSION_FIND] = "SELECT staff.staff_id, staff.name, staff.role FROM staff_session"
                           " JOIN staff ON staff.staff_id = staff_session.staff_id"
                           " WHERE token_digest = ?1 AND node = ?2 AND ends_at_ms > ?3",
    [STAFF_SESSION_END] = "UPDATE staff_session SET ends_at_ms = min(ends_at_ms, ?3)"
                          " WHERE token_digest = ?1 AND node = ?2",
    [STAFF_SESSION_PRUNE] = "DELETE FROM staff_session WHERE ends_at_ms < ?",
};

static void name_subject(struct decision *decision, const struct clinic_id *staff_id)
{
    subject_print("staff", staff_id, decision->subject);
}

static enum clinic_status reply_session(struct decision *decision,
                                        const struct staff_member *member, const char *session,
                                        int64_t ends_at_ms)
{
    cJSON *data = cJSON_CreateObject();

    decision->reply->data = data;
    return data != NULL && cJSON_AddStringToObject(data, "session", session) != NULL
                   && cJSON_AddStringToObject(data, "name", member->name) != NULL
                   && cJSON_AddStringToObject(data, "role", clinic_staff_role_name(member->role))
                   && json_add_instant(data, "expires", ends_at_ms)
               ? CLINIC_OK
               : CLINIC_NOMEM;
}

static enum clinic_status sign_in(struct decision *decision)
{
    struct staff_account account;
    char session[CLINIC_SESSION_BYTES];
    int64_t ends_at_ms;
    const cJSON *data = decision->request->data;

    enum clinic_status status =
        staff_find_name(decision->store, clinic_json_text(data, "name"), &account);
    if (status != CLINIC_OK)
        return status;
    if (!clinic_id_is_none(&account.member.id))
        name_subject(decision, &account.member.id);
    status = staff_try_pin(decision, &account, clinic_json_text(data, "pin"));
    if (status == CLINIC_OK)
        status = staff_begin_session(decision->store, &account.member.id, decision->caller->node,
                                     decision->now_ms, session, &ends_at_ms);
    if (status == CLINIC_OK)
        status = reply_session(decision, &account.member, session, ends_at_ms);
    return status;
}

static enum clinic_status sign_out(struct decision *decision)
{
    name_subject(decision, &decision->caller->staff_id);
    return staff_end_session(decision->store, decision->request->session, decision->caller->node,
                             decision->now_ms);
}

enum clinic_status staff_confirm_pin(struct decision *decision, const char *pin)
{
    struct staff_account account;
    enum clinic_status status =
        staff_find_id(decision->store, &decision->caller->staff_id, &account);

    return status == CLINIC_OK ? staff_try_pin(decision, &account, pin) : status;
}

static enum clinic_status create(struct decision *decision)
{
    struct clinic_id staff_id;
    struct clinic_problem problem;
    enum clinic_staff_role role = CLINIC_STAFF_NONE;
    const cJSON *data = decision->request->data;

    enum clinic_status status = staff_confirm_pin(decision, clinic_json_text(data, "pin"));
    if (status != CLINIC_OK)
        return status;
    // The catalogue's choices are the names of the roles.
    if (!clinic_staff_role_find(clinic_json_text(data, "role"), &role))
        return CLINIC_INVALID;
    status = staff_insert(decision->store, clinic_json_text(data, "name"), role,
                          clinic_json_text(data, "new_pin"), "new_pin", decision->now_ms, &staff_id,
                          &problem);
    if (status == CLINIC_EXISTS)
        return decision_refuse(decision, CLINIC_CODE_EXISTS, problem.field, "%s", problem.message);
    if (status == CLINIC_INVALID)
        return decision_refuse(decision, CLINIC_CODE_INVALID_FIELD, problem.field, "%s",
                               problem.message);
    if (status == CLINIC_OK)
        name_subject(decision, &staff_id);
    return status;
}

enum clinic_status staff_add(struct store *store, const char *name, enum clinic_staff_role role,
                             const char *pin, int64_t now_ms, char *reterr_problem,
                             size_t problem_bytes)
{
    struct clinic_id staff_id;
    struct clinic_problem problem;
    enum clinic_status status =
        staff_insert(store, name, role, pin, "pin", now_ms, &staff_id, &problem);

    if (status == CLINIC_INVALID || status == CLINIC_EXISTS)
        (void)snprintf(reterr_problem, problem_bytes, "%s", problem.message);
    else if (status != CLINIC_OK)
        (void)snprintf(reterr_problem, problem_bytes, "%s", clinic_status_text(status));
    return status;
}

static const struct ability abilities[] = {
    { CLINIC_REQUEST_STAFF_SIGN_IN, sign_in, .is_audited = true },
    { CLINIC_REQUEST_STAFF_SIGN_OUT, sign_out, .is_audited = true },
    { CLINIC_REQUEST_STAFF_CREATE, create, .is_audited = true },
};

const struct service staff_service = {
    .name = "staff",
    .title = "Staff",
    .schema = schema,
    .tables = tables,
    .statements = { staff_sql, STAFF_SQL_COUNT },
    .abilities = abilities,
    .ability_count = ARRAY_SIZE(abilities),
};
