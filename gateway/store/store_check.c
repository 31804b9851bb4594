#include "store_scope.h"

#include <unistd.h>

enum {
    // A whole check of so much takes 0.2 s on a PC, about a second on the smallest machine; the log's last
    // thousand events take no time.
    CHECKED_BYTES_MAX = 16 * 1024 * 1024,
    CHECKED_EVENTS = 1000,
};

static bool is_checked_whole(const struct store *store)
{
    return store_file_bytes(store, "clinic.db") <= CHECKED_BYTES_MAX
           || store_file_exists(store, "check-needed");
}

enum clinic_status store_integrity(struct store *store, sqlite3 *db,
                                   char reterr_problem[static STORE_PROBLEM_BYTES])
{
    sqlite3_stmt *statement = NULL;
    enum clinic_status status = CLINIC_OK;
    int code = sqlite3_prepare_v2(db, "PRAGMA integrity_check(1)", -1, &statement, NULL);
    if (code == SQLITE_OK)
        code = sqlite3_step(statement);
    if (code != SQLITE_ROW) {
        store_problem(reterr_problem, "integrity check: %s", sqlite3_errmsg(db));
        status = store_status(store, code);
    } else if (sqlite3_stricmp((const char *)sqlite3_column_text(statement, 0), "ok") != 0) {
        store_problem(reterr_problem, "integrity check: %.300s",
                      (const char *)sqlite3_column_text(statement, 0));
        status = CLINIC_DAMAGED;
    }
    (void)sqlite3_finalize(statement);
    return status;
}

enum clinic_status store_check(struct store *store, char reterr_problem[static STORE_PROBLEM_BYTES])
{
    const enum clinic_status status = store_integrity(store, store->db, reterr_problem);
    if (status == CLINIC_DAMAGED)
        store_mark_damaged(store);
    return status;
}

enum clinic_status store_check_file(struct store *store,
                                    char reterr_problem[static STORE_PROBLEM_BYTES])
{
    return is_checked_whole(store) ? store_check(store, reterr_problem) : CLINIC_OK;
}

enum clinic_status store_check_log(struct store *store,
                                   char reterr_problem[static STORE_PROBLEM_BYTES])
{
    const bool is_whole = is_checked_whole(store);
    const uint64_t head = event_log_head(store);
    const uint64_t from = is_whole || head <= CHECKED_EVENTS ? 1 : head - CHECKED_EVENTS + 1;

    struct event_log_report report = { 0 };
    const enum clinic_status status = event_log_verify(store, from, &report);
    if (status == CLINIC_DAMAGED)
        store_problem(reterr_problem, "the log: %s", report.problem);
    if (status != CLINIC_OK || !is_whole)
        return status;

    char mark[STORE_PATH_BYTES];
    store_path(store, "check-needed", mark);
    (void)unlink(mark); // one left over costs a check
    return CLINIC_OK;
}
