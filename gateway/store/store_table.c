#include "store_scope.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum {
    COLUMNS_MAX = 64,
    SQL_BYTES = 4096,
    HEAD_BYTES = 9,
};

// ---- building statements around a table's own columns

struct text {
    char bytes[SQL_BYTES];
    size_t length;
    bool is_cut; // it did not fit: must not be run
};

__attribute__((format(printf, 2, 3))) static void add(struct text *text, const char *format, ...)
{
    const size_t room = sizeof text->bytes - text->length;
    va_list arguments;
    va_start(arguments, format);
    const int length = vsnprintf(text->bytes + text->length, room, format, arguments);
    va_end(arguments);
    if (length < 0 || (size_t)length >= room)
        text->is_cut = true;
    else
        text->length += (size_t)length;
}

// Appends "a", "b", … of the columns that `sql` lists for the table; *ret_count: how many.
static enum clinic_status add_columns(struct store *store, struct text *text, const char *sql,
                                      const char *table, int *ret_count)
{
    sqlite3_stmt *statement = NULL;
    int code = sqlite3_prepare_v2(store->db, sql, -1, &statement, NULL);
    if (code == SQLITE_OK)
        code = sqlite3_bind_text(statement, 1, table, -1, SQLITE_STATIC);
    int count = 0;
    if (code == SQLITE_OK) {
        while ((code = sqlite3_step(statement)) == SQLITE_ROW)
            add(text, "%s\"%s\"", count++ == 0 ? "" : ", ", sqlite3_column_text(statement, 0));
    }
    (void)sqlite3_finalize(statement);
    if (code != SQLITE_DONE)
        return store_status(store, code);
    *ret_count = count;
    return count <= COLUMNS_MAX ? CLINIC_OK : CLINIC_INVALID;
}

static enum clinic_status add_all_columns(struct store *store, struct text *text, const char *table)
{
    int count = 0;
    const enum clinic_status status = add_columns(
        store, text, "SELECT name FROM pragma_table_info(?1) ORDER BY cid", table, &count);
    return status == CLINIC_OK && count == 0 ? CLINIC_NOT_FOUND : status;
}

static enum clinic_status add_order(struct store *store, struct text *text, const char *table)
{
    int count = 0;
    enum clinic_status status =
        add_columns(store, text, "SELECT name FROM pragma_table_info(?1) WHERE pk > 0 ORDER BY pk",
                    table, &count);
    if (status == CLINIC_OK && count == 0) // equal rows may come in any order
        status = add_all_columns(store, text, table);
    return status;
}

// ---- digest

static struct clinic_piece value_of(sqlite3_stmt *statement, int column,
                                    uint8_t head[static HEAD_BYTES])
{
    const int type = sqlite3_column_type(statement, column);
    struct clinic_piece value = { NULL, 0 };
    uint64_t number = 0;
    if (type == SQLITE_INTEGER) {
        number = (uint64_t)sqlite3_column_int64(statement, column);
    } else if (type == SQLITE_FLOAT) {
        const double real = sqlite3_column_double(statement, column);
        memcpy(&number, &real, sizeof number);
    } else if (type != SQLITE_NULL) {
        value.bytes = sqlite3_column_blob(statement, column);
        value.length = (size_t)sqlite3_column_bytes(statement, column);
        number = value.length;
    }
    head[0] = (uint8_t)type;
    for (int i = 0; i < 8; i++)
        head[1 + i] = (uint8_t)(number >> (56 - 8 * i));
    return value;
}

// digest = SHA-256(digest so far, the row's values, each with its type and length)
static void add_row(sqlite3_stmt *statement, uint8_t digest[static CLINIC_DIGEST_BYTES])
{
    uint8_t heads[COLUMNS_MAX][HEAD_BYTES];
    struct clinic_piece pieces[1 + 2 * COLUMNS_MAX];
    size_t count = 0;
    pieces[count++] = (struct clinic_piece){ digest, CLINIC_DIGEST_BYTES };
    for (int column = 0; column < sqlite3_column_count(statement); column++) {
        const struct clinic_piece value = value_of(statement, column, heads[column]);
        pieces[count++] = (struct clinic_piece){ heads[column], HEAD_BYTES };
        pieces[count++] = value;
    }
    clinic_digest(pieces, count, digest);
}

static enum clinic_status digest_rows(struct store *store, const char *sql,
                                      uint8_t ret_digest[static CLINIC_DIGEST_BYTES],
                                      int64_t *ret_rows)
{
    uint8_t digest[CLINIC_DIGEST_BYTES] = { 0 };
    int64_t rows = 0;
    sqlite3_stmt *statement = NULL;
    int code = sqlite3_prepare_v2(store->db, sql, -1, &statement, NULL);
    if (code == SQLITE_OK) {
        for (; (code = sqlite3_step(statement)) == SQLITE_ROW; rows++)
            add_row(statement, digest);
    }
    (void)sqlite3_finalize(statement);
    if (code != SQLITE_DONE)
        return store_status(store, code);
    memcpy(ret_digest, digest, sizeof digest);
    *ret_rows = rows;
    return CLINIC_OK;
}

enum clinic_status store_table_digest(struct store *store, const char *table,
                                      uint8_t ret_digest[static 32], int64_t *ret_rows)
{
    struct text sql = { .length = 0 };
    add(&sql, "SELECT ");
    enum clinic_status status = add_all_columns(store, &sql, table);
    add(&sql, " FROM \"%s\" ORDER BY ", table);
    if (status == CLINIC_OK)
        status = add_order(store, &sql, table);
    if (status == CLINIC_OK)
        status = sql.is_cut ? CLINIC_INVALID : digest_rows(store, sql.bytes, ret_digest, ret_rows);
    return status;
}

// ---- adopting another file's content

static enum clinic_status run(struct store *store, const char *sql)
{
    char ignored[STORE_PROBLEM_BYTES];
    return store_script(store, sql, "adopt", ignored);
}

static enum clinic_status adopt_table(struct store *store, const char *table)
{
    struct text sql = { .length = 0 };
    add(&sql, "DELETE FROM main.\"%s\"; INSERT INTO main.\"%s\" (", table, table);
    enum clinic_status status = add_all_columns(store, &sql, table);
    add(&sql, ") SELECT ");
    if (status == CLINIC_OK)
        status = add_all_columns(store, &sql, table);
    add(&sql, " FROM adopted.\"%s\"", table);
    if (status == CLINIC_OK)
        status = sql.is_cut ? CLINIC_INVALID : run(store, sql.bytes);
    return status;
}

static enum clinic_status attach(struct store *store, const struct store *source)
{
    char path[STORE_PATH_BYTES];
    store_path(source, "clinic.db", path);
    sqlite3_stmt *statement = NULL;
    int code = sqlite3_prepare_v2(store->db, "ATTACH ?1 AS adopted", -1, &statement, NULL);
    if (code == SQLITE_OK)
        code = sqlite3_bind_text(statement, 1, path, -1, SQLITE_STATIC);
    if (code == SQLITE_OK)
        code = sqlite3_step(statement);
    (void)sqlite3_finalize(statement);
    return code == SQLITE_DONE ? CLINIC_OK : store_status(store, code);
}

enum clinic_status store_adopt(struct store *store, struct store *source, const char *const *tables,
                               size_t count)
{
    assert(!store->is_in_transaction);
    enum clinic_status status = attach(store, source);
    if (status != CLINIC_OK)
        return status;
    status = store_begin(store);
    if (status == CLINIC_OK) // tables come in any order: references are checked at the commit
        status = run(store, "PRAGMA defer_foreign_keys=ON");
    for (size_t i = 0; i < count && status == CLINIC_OK; i++)
        status = adopt_table(store, tables[i]);
    if (status == CLINIC_OK)
        status = store_commit(store);
    store_rollback(store); // nothing after a commit
    const enum clinic_status detached = run(store, "DETACH adopted");
    return status == CLINIC_OK ? detached : status;
}
