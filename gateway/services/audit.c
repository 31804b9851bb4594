// audit.c - who did what, when, with what outcome. No value of any record is ever written here.
#include "audit_scope.h"

#include <stdio.h>
#include <string.h>

enum {
    REFUSALS_A_MINUTE = 60,
    MINUTE_MS = 60 * 1000,
    DETAIL_BYTES = 401, // the catalogue's limit and the NUL
};

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
    " detail TEXT NOT NULL,"
    " PRIMARY KEY (time_ms, sequence)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE INDEX audit_change_subject ON audit_change (subject);"
    "CREATE INDEX audit_change_person ON audit_change (person) WHERE person <> '';"
    "CREATE INDEX audit_change_node ON audit_change (node);";

static const char access_table[] =
    "CREATE TABLE audit_access ("
    " time_ms INTEGER NOT NULL,"
    " number INTEGER NOT NULL," // among those of the same millisecond
    " node TEXT NOT NULL,"
    " person TEXT NOT NULL,"
    " action TEXT NOT NULL,"
    " subject TEXT NOT NULL,"
    " outcome TEXT NOT NULL,"
    " more INTEGER NOT NULL DEFAULT 0," // refusals of that minute that have no row of their own
    " PRIMARY KEY (time_ms, number)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE INDEX audit_access_subject ON audit_access (subject) WHERE subject <> '';"
    "CREATE INDEX audit_access_person ON audit_access (person) WHERE person <> '';"
    "CREATE INDEX audit_access_node ON audit_access (node);";

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
    " (?1 IS NULL OR subject = ?1) AND (?2 IS NULL OR person = ?2)"                                \
    " AND (?3 IS NULL OR node = ?3) AND time_ms >= ?4 AND time_ms < ?5"                            \
    " ORDER BY time_ms DESC"
#define CHANGES_END FILTER ", sequence DESC LIMIT ?6"
#define ACCESSES_END FILTER ", number DESC LIMIT ?6"

const char *const audit_sql[AUDIT_SQL_COUNT] = {
    [AUDIT_INSERT_CHANGE] =
        "INSERT INTO audit_change (time_ms, sequence, node, person, action, subject, detail)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
    [AUDIT_INSERT_ACCESS] =
        "INSERT INTO audit_access (time_ms, number, node, person, action, subject, outcome, more)"
        " VALUES (?1, (SELECT coalesce(max(number), 0) + 1 FROM audit_access WHERE time_ms = ?1),"
        " ?2, ?3, ?4, ?5, ?6, ?7) RETURNING number",
    [AUDIT_COUNT_REFUSAL] =
        "INSERT INTO audit_refusal (node, minute, refusals) VALUES (?1, ?2, 1) ON CONFLICT (node)"
        " DO UPDATE SET refusals = iif(minute = ?2, refusals + 1, 1), minute = ?2"
        " RETURNING refusals, summary_time_ms, summary_number",
    [AUDIT_NOTE_SUMMARY] = "UPDATE audit_refusal SET summary_time_ms = ?2, summary_number = ?3"
                           " WHERE node = ?1",
    [AUDIT_COUNT_MORE] = "UPDATE audit_access SET more = more + 1 WHERE time_ms = ? AND number = ?",
    [AUDIT_CHANGES_BY_SUBJECT] = CHANGES "subject = ?1 AND" CHANGES_END,
    [AUDIT_CHANGES_BY_PERSON] = CHANGES "person = ?2 AND person <> '' AND" CHANGES_END,
    [AUDIT_CHANGES_BY_NODE] = CHANGES "node = ?3 AND" CHANGES_END,
    [AUDIT_CHANGES] = CHANGES CHANGES_END,
    [AUDIT_ACCESSES_BY_SUBJECT] = ACCESSES "subject = ?1 AND subject <> '' AND" ACCESSES_END,
    [AUDIT_ACCESSES_BY_PERSON] = ACCESSES "person = ?2 AND person <> '' AND" ACCESSES_END,
    [AUDIT_ACCESSES_BY_NODE] = ACCESSES "node = ?3 AND" ACCESSES_END,
    [AUDIT_ACCESSES] = ACCESSES ACCESSES_END,
};

// ---- changes

// Names of fields, or the code of a reason: public members of the event, never a value of the record.
static void describe(const cJSON *data, char detail[static DETAIL_BYTES])
{
    const cJSON *name = NULL;
    const char *reason = clinic_json_text(data, "reason");
    size_t used = 0;

    (void)snprintf(detail, DETAIL_BYTES, "%s", reason == NULL ? "" : reason);
    cJSON_ArrayForEach(name, clinic_json_member(data, "changed"))
    {
        size_t needed = strlen(name->valuestring) + 2;
        if (used + needed >= DETAIL_BYTES)
            break;
        used += (size_t)snprintf(detail + used, DETAIL_BYTES - used, "%s%s", used == 0 ? "" : ", ",
                                 name->valuestring);
    }
}

static enum clinic_status log_change(const struct reaction_scene *scene,
                                     const struct clinic_event *event)
{
    char detail[DETAIL_BYTES];
    struct query *query = query_start(scene->store, audit_sql[AUDIT_INSERT_CHANGE]);

    describe(event->data, detail);
    query_bind_integer(query, 1, event->recorded_at_ms);
    query_bind_integer(query, 2, (int64_t)event->sequence);
    query_bind_text(query, 3, scene->origin->node);
    query_bind_text(query, 4, scene->origin->person);
    query_bind_text(query, 5, clinic_event_types[event->kind].type);
    query_bind_text(query, 6, event->subject);
    query_bind_text(query, 7, detail);
    return query_run(query, NULL);
}

// ---- accesses and refusals

struct access {
    const struct caller *caller;
    const char *action;
    const char *subject;
    const char *outcome;
    int64_t time_ms;
    int64_t more;
};

static enum clinic_status insert_access(struct store *store, const struct access *access,
                                        int64_t *ret_number)
{
    struct query *query = query_start(store, audit_sql[AUDIT_INSERT_ACCESS]);

    query_bind_integer(query, 1, access->time_ms);
    query_bind_text(query, 2, access->caller->node);
    query_bind_text(query, 3, access->caller->person);
    query_bind_text(query, 4, access->action);
    query_bind_text(query, 5, access->subject);
    query_bind_text(query, 6, access->outcome);
    query_bind_integer(query, 7, access->more);
    while (query_next(query)) // a statement that returns rows has written only once it is through
        *ret_number = query_column_integer(query, 0);
    return query_end(query);
}

struct refusals {
    int64_t count;
    int64_t summary_time_ms;
    int64_t summary_number;
};

static enum clinic_status count_refusal(struct store *store, const struct access *access,
                                        struct refusals *ret_refusals)
{
    struct query *query = query_start(store, audit_sql[AUDIT_COUNT_REFUSAL]);

    query_bind_text(query, 1, access->caller->node);
    query_bind_integer(query, 2, access->time_ms / MINUTE_MS);
    while (query_next(query)) {
        ret_refusals->count = query_column_integer(query, 0);
        ret_refusals->summary_time_ms = query_column_integer(query, 1);
        ret_refusals->summary_number = query_column_integer(query, 2);
    }
    return query_end(query);
}

static enum clinic_status begin_summary(struct store *store, const struct access *access)
{
    int64_t number = 0;
    const struct access summary = {
        .caller = access->caller,
        .action = "refusals",
        .subject = "",
        .outcome = "counted",
        .time_ms = access->time_ms,
        .more = 1,
    };
    enum clinic_status status = insert_access(store, &summary, &number);
    if (status != CLINIC_OK)
        return status;

    struct query *query = query_start(store, audit_sql[AUDIT_NOTE_SUMMARY]);
    query_bind_text(query, 1, access->caller->node);
    query_bind_integer(query, 2, access->time_ms);
    query_bind_integer(query, 3, number);
    return query_run(query, NULL);
}

static enum clinic_status record_refusal(struct store *store, const struct access *access)
{
    struct refusals refusals = { 0 };
    int64_t number;

    enum clinic_status status = count_refusal(store, access, &refusals);
    if (status != CLINIC_OK)
        return status;
    if (refusals.count <= REFUSALS_A_MINUTE)
        return insert_access(store, access, &number);
    if (refusals.count == REFUSALS_A_MINUTE + 1)
        return begin_summary(store, access);
    struct query *query = query_start(store, audit_sql[AUDIT_COUNT_MORE]);
    query_bind_integer(query, 1, refusals.summary_time_ms);
    query_bind_integer(query, 2, refusals.summary_number);
    return query_run(query, NULL);
}

enum clinic_status audit_record_access(struct store *store, const struct caller *caller,
                                       const char *action, const char *subject, const char *outcome,
                                       int64_t now_ms)
{
    int64_t number;
    const struct access access = {
        .caller = caller,
        .action = action,
        .subject = subject,
        .outcome = outcome,
        .time_ms = now_ms,
    };

    return strcmp(outcome, "accepted") == 0 ? insert_access(store, &access, &number)
                                            : record_refusal(store, &access);
}

// ---- the service

static const struct ability abilities[] = {
    { CLINIC_REQUEST_AUDIT_READ, audit_read, .is_audited = true },
};

static const struct reaction reactions[] = {
    { CLINIC_PATIENT_CREATED, log_change, "log the registration" },
    { CLINIC_PATIENT_UPDATED, log_change, "log the update" },
    { CLINIC_PATIENT_DELETED, log_change, "log the deletion" },
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
