#include "position.h"

#include "../services/service.h"
#include "../store/store.h"

const char *const position_schema[] = {
    "CREATE TABLE courier ("
    " name TEXT PRIMARY KEY,"
    " position INTEGER NOT NULL CHECK (position >= 0)"
    ") STRICT, WITHOUT ROWID;",
    NULL,
};

enum { LOAD, SAVE };

static const char *const sql[] = {
    [LOAD] = "SELECT position FROM courier WHERE name = ?1",
    [SAVE] = "INSERT INTO courier (name, position) VALUES (?1, ?2)"
             " ON CONFLICT (name) DO UPDATE SET position = max(position, excluded.position)",
};
const struct statements position_statements = { sql, ARRAY_SIZE(sql) };

enum clinic_status position_load(struct store *store, const char *courier, uint64_t *ret_position)
{
    int64_t position = 0;

    struct query *query = query_start(store, sql[LOAD]);
    query_bind_text(query, 1, courier);
    if (query_next(query))
        position = query_column_integer(query, 0);
    enum clinic_status status = query_end(query);
    if (status == CLINIC_OK)
        *ret_position = (uint64_t)position;
    return status;
}

enum clinic_status position_save(struct store *store, const char *courier, uint64_t position)
{
    enum clinic_status status = store_begin(store);
    if (status != CLINIC_OK)
        return status;
    struct query *query = query_start(store, sql[SAVE]);
    query_bind_text(query, 1, courier);
    query_bind_integer(query, 2, (int64_t)position);
    status = query_run(query, NULL);
    if (status == CLINIC_OK)
        return store_commit(store);
    store_rollback(store);
    return status;
}
