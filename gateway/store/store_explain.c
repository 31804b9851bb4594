#include "store_scope.h"

#include <stdio.h>
#include <stdlib.h>

enum { PLAN_BYTES = 2048 };

static enum clinic_status read_plan(struct store *store, const char *sql,
                                    char plan[static PLAN_BYTES])
{
    size_t length = 0;
    sqlite3_stmt *statement = NULL;
    plan[0] = '\0';
    int code = sqlite3_prepare_v2(store->db, sql, -1, &statement, NULL);
    while (code == SQLITE_OK || code == SQLITE_ROW) {
        code = sqlite3_step(statement);
        if (code != SQLITE_ROW)
            break;
        const int added = snprintf(plan + length, PLAN_BYTES - length, "%s\n",
                                   (const char *)sqlite3_column_text(statement, 3));
        if (added > 0 && (size_t)added < PLAN_BYTES - length)
            length += (size_t)added;
    }
    (void)sqlite3_finalize(statement);
    return code == SQLITE_DONE ? CLINIC_OK : store_status(store, code);
}

enum clinic_status store_explain(struct store *store,
                                 void (*visit)(void *context, const char *sql, const char *plan),
                                 void *context)
{
    enum clinic_status status = CLINIC_OK;
    for (size_t i = 0; i < store->query_count && status == CLINIC_OK; i++) {
        char plan[PLAN_BYTES];
        char *sql = sqlite3_mprintf("EXPLAIN QUERY PLAN %s", store->queries[i].sql);
        if (sql == NULL)
            return CLINIC_NOMEM;
        status = read_plan(store, sql, plan);
        sqlite3_free(sql);
        if (status == CLINIC_OK)
            visit(context, store->queries[i].sql, plan);
    }
    return status;
}
