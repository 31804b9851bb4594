#include "query.h"
#include "store_scope.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// ---- preparing

static int by_address(const void *a, const void *b)
{
    const uintptr_t first = (uintptr_t)((const struct query *)a)->sql;
    const uintptr_t second = (uintptr_t)((const struct query *)b)->sql;
    return (first > second) - (first < second);
}

static void list(struct store *store, const struct statements *statements)
{
    for (size_t i = 0; i < statements->count; i++) {
        struct query *query = &store->queries[store->query_count++];
        query->store = store;
        query->sql = statements->sql[i];
    }
}

// Linkers merge equal strings, so two modules may have declared the same address.
static void drop_repeated(struct store *store)
{
    size_t kept = 0;
    for (size_t i = 0; i < store->query_count; i++) {
        if (kept > 0 && store->queries[kept - 1].sql == store->queries[i].sql)
            continue;
        store->queries[kept++] = store->queries[i];
    }
    store->query_count = kept;
}

static void forget(struct query *query)
{
    if (query->statement == NULL)
        return;
    (void)sqlite3_finalize(query->statement); // repeats the last error, already told
    query->statement = NULL;
    query->store->prepared_count--;
}

// The one that was not used for the longest time. Where all are in use there is one more.
static void forget_oldest(struct store *store)
{
    struct query *oldest = NULL;
    for (size_t i = 0; i < store->query_count; i++) {
        struct query *query = &store->queries[i];
        const bool is_idle = query->statement != NULL && !query->is_active;
        if (is_idle && (oldest == NULL || query->used_at < oldest->used_at))
            oldest = query;
    }
    if (oldest != NULL)
        forget(oldest);
}

static enum clinic_status prepare(struct query *query)
{
    struct store *store = query->store;
    if (store->prepared_count >= STORE_PREPARED_MAX)
        forget_oldest(store);
    const int code = sqlite3_prepare_v3(store->db, query->sql, -1, SQLITE_PREPARE_PERSISTENT,
                                        &query->statement, NULL);
    if (code != SQLITE_OK)
        return store_status(store, code);
    store->prepared_count++;
    return CLINIC_OK;
}

// A statement that does not fit the file is found now, but all of them take more than a megabyte: what is used is prepared
// again when it is needed.
static enum clinic_status check(struct query *query,
                                char reterr_problem[static STORE_PROBLEM_BYTES])
{
    const enum clinic_status status = prepare(query);
    if (status != CLINIC_OK)
        store_problem(reterr_problem, "cannot prepare \"%.200s\": %s", query->sql,
                      sqlite3_errmsg(query->store->db));
    forget(query);
    return status;
}

enum clinic_status query_declare_all(struct store *store, const struct store_config *config,
                                     char reterr_problem[static STORE_PROBLEM_BYTES])
{
    static const struct statements *const own[] = {
        &store_statements,      &vault_statements,      &event_row_statements,
        &event_head_statements, &event_read_statements, &event_verify_statements,
    };
    size_t count = 0;
    for (size_t i = 0; i < ARRAY_SIZE(own); i++)
        count += own[i]->count;
    for (size_t i = 0; i < config->statement_count; i++)
        count += config->statements[i].count;

    store->queries = calloc(count, sizeof *store->queries);
    if (store->queries == NULL)
        return CLINIC_NOMEM;
    for (size_t i = 0; i < ARRAY_SIZE(own); i++)
        list(store, own[i]);
    for (size_t i = 0; i < config->statement_count; i++)
        list(store, &config->statements[i]);
    qsort(store->queries, store->query_count, sizeof *store->queries, by_address);
    drop_repeated(store);

    enum clinic_status status = CLINIC_OK;
    for (size_t i = 0; i < store->query_count && status == CLINIC_OK; i++)
        status = check(&store->queries[i], reterr_problem);
    return status;
}

void query_finalize_all(struct store *store)
{
    for (size_t i = 0; i < store->query_count; i++)
        forget(&store->queries[i]);
    free(store->queries);
    store->queries = NULL;
    store->query_count = 0;
}

// ---- running

// A wrong address, or a statement started twice, is a programmer's error that no caller could handle.
static void give_up(const char *sql, const char *why)
{
    (void)fprintf(stderr, "<0>store: %s: %.200s\n", why, sql);
    abort();
}

struct query *query_start(struct store *store, const char *sql)
{
    const struct query key = { .sql = sql };
    struct query *query = bsearch(&key, store->queries, store->query_count, sizeof key, by_address);
    if (query == NULL)
        give_up(sql, "statement was not declared");
    else if (query->is_active)
        give_up(sql, "statement is in use");

    query->is_active = true;
    query->is_done = false;
    query->used_at = ++store->query_starts;
    query->status = store_transaction_status(store);
    if (query->status == CLINIC_OK && query->statement == NULL)
        query->status = prepare(query);
    return query;
}

static void note(struct query *query, int code)
{
    if (code != SQLITE_OK)
        query->status = store_status(query->store, code);
}

void query_bind_integer(struct query *query, int parameter, int64_t value)
{
    if (query->status == CLINIC_OK)
        note(query, sqlite3_bind_int64(query->statement, parameter, value));
}

void query_bind_text(struct query *query, int parameter, const char *text)
{
    if (query->status == CLINIC_OK)
        note(query, sqlite3_bind_text(query->statement, parameter, text, -1, SQLITE_STATIC));
}

void query_bind_blob(struct query *query, int parameter, const void *bytes, size_t length)
{
    if (query->status != CLINIC_OK)
        return;
    // SQLite binds NULL for a null pointer; nothing of it is still a blob.
    if (bytes == NULL && length == 0)
        bytes = "";
    note(query, sqlite3_bind_blob64(query->statement, parameter, bytes, length, SQLITE_STATIC));
}

void query_bind_id(struct query *query, int parameter, const struct clinic_id *id)
{
    if (id == NULL || clinic_id_is_none(id)) {
        query_bind_null(query, parameter);
        return;
    }
    if (query->status == CLINIC_OK)
        note(query, sqlite3_bind_blob(query->statement, parameter, id->bytes, sizeof id->bytes,
                                      SQLITE_TRANSIENT));
}

void query_bind_null(struct query *query, int parameter)
{
    if (query->status == CLINIC_OK)
        note(query, sqlite3_bind_null(query->statement, parameter));
}

bool query_next(struct query *query)
{
    if (query->status != CLINIC_OK || query->is_done)
        return false;
    const int code = sqlite3_step(query->statement);
    if (code == SQLITE_ROW)
        return true;
    // Another step would start the statement all over again.
    query->is_done = true;
    if (code != SQLITE_DONE)
        note(query, code);
    return false;
}

enum clinic_status query_end(struct query *query)
{
    if (query->statement != NULL) {
        (void)sqlite3_reset(query->statement); // repeats the error of the last step
        (void)sqlite3_clear_bindings(query->statement);
    }
    query->is_active = false;
    return query->status;
}

enum clinic_status query_run(struct query *query, int64_t *ret_changes)
{
    while (query_next(query))
        ;
    const int64_t changes = sqlite3_changes64(query->store->db);
    const enum clinic_status status = query_end(query);
    if (status == CLINIC_OK && ret_changes != NULL)
        *ret_changes = changes;
    return status;
}

// ---- columns

int64_t query_column_integer(struct query *query, int column)
{
    return sqlite3_column_int64(query->statement, column);
}

const char *query_column_text(struct query *query, int column)
{
    const bool is_null = query_column_is_null(query, column);
    const unsigned char *text = sqlite3_column_text(query->statement, column);
    if (text == NULL && !is_null)
        query->status = CLINIC_NOMEM;
    return (const char *)text;
}

const void *query_column_blob(struct query *query, int column, size_t *ret_length)
{
    const void *blob = sqlite3_column_blob(query->statement, column);
    *ret_length = (size_t)sqlite3_column_bytes(query->statement, column);
    return blob;
}

struct clinic_id query_column_id(struct query *query, int column)
{
    struct clinic_id id = { 0 };
    size_t length = 0;
    const void *bytes = query_column_blob(query, column, &length);
    if (length == sizeof id.bytes)
        memcpy(id.bytes, bytes, sizeof id.bytes);
    else if (length > 0)
        query->status = CLINIC_INVALID;
    return id;
}

bool query_column_is_null(struct query *query, int column)
{
    return sqlite3_column_type(query->statement, column) == SQLITE_NULL;
}
