#include "guess.h"

enum {
    FAILURES_MAX = 5,
    LOCK_MS = 60 * 1000,
};

static const char guess_table[] = "CREATE TABLE guess ("
                                  " node TEXT NOT NULL PRIMARY KEY,"
                                  " failures INTEGER NOT NULL,"
                                  " locked_until_ms INTEGER NOT NULL"
                                  ") STRICT, WITHOUT ROWID;";

static const char *const schema[] = { guess_table, NULL };
static const char *const tables[] = { NULL };

enum { READ, WRITE, FORGET, SQL_COUNT };

static const char *const sql[SQL_COUNT] = {
    [READ] = "SELECT failures, locked_until_ms FROM guess WHERE node = ?",
    [WRITE] = ("INSERT INTO guess (node, failures, locked_until_ms) VALUES (?1, ?2, ?3)"
               " ON CONFLICT (node) DO UPDATE SET failures = ?2, locked_until_ms = ?3"),
    [FORGET] = "DELETE FROM guess WHERE node = ?",
};

struct failures {
    int64_t count;
    int64_t locked_until_ms;
};

static enum clinic_status read_failures(struct decision *decision, struct failures *ret_failures)
{
    struct query *query = query_start(decision->store, sql[READ]);

    *ret_failures = (struct failures){ 0 };
    query_bind_text(query, 1, decision->caller->node);
    if (query_next(query)) {
        ret_failures->count = query_column_integer(query, 0);
        ret_failures->locked_until_ms = query_column_integer(query, 1);
    }
    return query_end(query);
}

enum clinic_status guess_refuse_locked(struct decision *decision)
{
    struct failures failures;
    enum clinic_status status = read_failures(decision, &failures);
    if (status != CLINIC_OK)
        return status;

    int64_t left_ms = failures.locked_until_ms - decision->now_ms;
    // A longer lock than there is was set before the clock was put back.
    if (left_ms > 0 && left_ms <= LOCK_MS)
        return decision_refuse(decision, CLINIC_CODE_RATE_LIMITED, NULL,
                               "Too many attempts. Wait a minute, or ask the reception.");
    return CLINIC_OK;
}

enum clinic_status guess_refuse_wrong(struct decision *decision, const char *message)
{
    struct failures failures;
    enum clinic_status status = read_failures(decision, &failures);
    if (status != CLINIC_OK)
        return status;

    bool is_last = failures.count + 1 >= FAILURES_MAX;
    struct query *query = query_start(decision->store, sql[WRITE]);
    query_bind_text(query, 1, decision->caller->node);
    query_bind_integer(query, 2, is_last ? 0 : failures.count + 1);
    query_bind_integer(query, 3, is_last ? decision->now_ms + LOCK_MS : 0);
    decision->keeps_writes = true;
    status = query_run(query, NULL);
    if (status != CLINIC_OK)
        return status;
    return decision_refuse(decision, CLINIC_CODE_NOT_FOUND, NULL, "%s", message);
}

enum clinic_status guess_forget(struct decision *decision)
{
    struct failures failures;
    enum clinic_status status = read_failures(decision, &failures);
    // Most people are right at once: then there is nothing to be written.
    if (status != CLINIC_OK || (failures.count == 0 && failures.locked_until_ms == 0))
        return status;

    struct query *query = query_start(decision->store, sql[FORGET]);
    query_bind_text(query, 1, decision->caller->node);
    return query_run(query, NULL);
}

const struct service guess_service = {
    .name = "guess",
    .title = "Wrong Guesses",
    .schema = schema,
    .tables = tables,
    .statements = { sql, SQL_COUNT },
};
