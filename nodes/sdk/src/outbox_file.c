#include "outbox_file.h"

#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

// Append only: index = PRAGMA user_version of the file it is applied to.
static const char *const schema_steps[] = {
    "CREATE TABLE request ("
    "    position INTEGER PRIMARY KEY AUTOINCREMENT,"
    "    id BLOB NOT NULL UNIQUE CHECK (length(id) = 16),"
    "    kind INTEGER NOT NULL,"
    "    state INTEGER NOT NULL CHECK (state IN (1, 2)),"
    "    put_at_ms INTEGER NOT NULL,"
    "    sealed BLOB NOT NULL,"
    "    sealed_answer BLOB CHECK ((sealed_answer IS NOT NULL) = (state = 2))"
    ") STRICT;"
    "CREATE TABLE maker ("
    "    only INTEGER PRIMARY KEY CHECK (only = 1),"
    "    last_id BLOB NOT NULL CHECK (length(last_id) = 16)"
    ") STRICT;"
    "INSERT INTO maker VALUES (1, zeroblob(16));",
};
enum { SCHEMA_VERSION = sizeof schema_steps / sizeof schema_steps[0] };

// No write may come before the version is known.
static const char pragmas[] = "PRAGMA journal_mode = WAL;"
                              "PRAGMA synchronous = FULL;"
                              "PRAGMA secure_delete = ON;"
                              "PRAGMA foreign_keys = ON;"
                              "PRAGMA trusted_schema = OFF;"
                              "PRAGMA cache_size = -256;";

#define COLUMNS "position, id, kind, state, put_at_ms, sealed, sealed_answer"

enum statement {
    INSERT,
    KEEP_ID,
    DELETE,
    REJECT,
    FIND,
    WAITING_AFTER,
    WAITING_BEFORE,
    ROW_AFTER,
    TOTALS,
    STATEMENT_COUNT,
};

static const char *const statement_sql[STATEMENT_COUNT] = {
    [INSERT] = "INSERT INTO request (id, kind, state, put_at_ms, sealed) VALUES (?, ?, 1, ?, ?)",
    [KEEP_ID] = "UPDATE maker SET last_id = max(last_id, ?)",
    [DELETE] = "DELETE FROM request WHERE position = ?",
    [REJECT] = "UPDATE request SET state = 2, sealed_answer = ? WHERE position = ?",
    [FIND] = "SELECT " COLUMNS " FROM request WHERE id = ?",
    [WAITING_AFTER] = "SELECT " COLUMNS " FROM request WHERE state = 1 AND position > ?"
                      " ORDER BY position LIMIT 1",
    [WAITING_BEFORE] = "SELECT " COLUMNS " FROM request WHERE state = 1 AND position < ?"
                       " ORDER BY position DESC LIMIT 1",
    [ROW_AFTER] = "SELECT " COLUMNS " FROM request WHERE position > ? ORDER BY position LIMIT 1",
    [TOTALS] = "SELECT coalesce(sum(state = 1), 0), coalesce(sum(state = 2), 0),"
               " coalesce(sum(length(sealed)), 0), (SELECT last_id FROM maker) FROM request",
};

struct outbox_file {
    char path[1024];
    int lock_fd;
    sqlite3 *database;
    sqlite3_stmt *statements[STATEMENT_COUNT];
};

// ---- results

static enum clinic_status status_of(sqlite3 *database, int result)
{
    const int extended = database == NULL ? result : sqlite3_extended_errcode(database);
    const int primary = result & 0xff;
    if (primary == SQLITE_OK || primary == SQLITE_ROW || primary == SQLITE_DONE)
        return CLINIC_OK;
    if (primary == SQLITE_NOMEM)
        return CLINIC_NOMEM;
    if (extended == SQLITE_CONSTRAINT_UNIQUE)
        return CLINIC_EXISTS;
    // A file size limit and a quota are full disks as well, but SQLite keeps to itself why a write failed.
    if (primary == SQLITE_FULL || extended == SQLITE_IOERR_WRITE)
        return CLINIC_FULL;
    // SQLITE_ERROR: our statements are right, so the tables are not ours.
    if (primary == SQLITE_CORRUPT || primary == SQLITE_NOTADB || primary == SQLITE_ERROR
        || primary == SQLITE_CONSTRAINT)
        return CLINIC_DAMAGED;
    return CLINIC_IO;
}

static enum clinic_status execute(struct outbox_file *file, const char *sql)
{
    return status_of(file->database, sqlite3_exec(file->database, sql, NULL, NULL, NULL));
}

// Runs a statement that gives no row, and makes it ready for the next time.
static enum clinic_status run(struct outbox_file *file, enum statement which)
{
    sqlite3_stmt *statement = file->statements[which];
    const int result = sqlite3_step(statement);
    const enum clinic_status status = status_of(file->database, result);
    (void)sqlite3_reset(statement); // repeats the result of the step
    (void)sqlite3_clear_bindings(statement);
    return status;
}

// ---- opening

static enum clinic_status lock(struct outbox_file *file)
{
    char path[sizeof file->path + 8];
    (void)snprintf(path, sizeof path, "%s.lock", file->path);
    file->lock_fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (file->lock_fd < 0)
        return CLINIC_IO;
    if (flock(file->lock_fd, LOCK_EX | LOCK_NB) == 0)
        return CLINIC_OK;
    return errno == EWOULDBLOCK ? CLINIC_BUSY : CLINIC_IO;
}

static void close_database(struct outbox_file *file)
{
    for (size_t i = 0; i < STATEMENT_COUNT; i++) {
        (void)sqlite3_finalize(file->statements[i]); // repeats the result of its last step
        file->statements[i] = NULL;
    }
    // Fails only with statements left open, of which there is none.
    (void)sqlite3_close(file->database);
    file->database = NULL;
}

// A single number that a pragma answers.
static enum clinic_status ask_number(struct outbox_file *file, const char *sql, int *ret_number)
{
    sqlite3_stmt *statement = NULL;
    int result = sqlite3_prepare_v2(file->database, sql, -1, &statement, NULL);
    if (result == SQLITE_OK)
        result = sqlite3_step(statement);
    const enum clinic_status status = status_of(file->database, result);
    if (status == CLINIC_OK)
        *ret_number = sqlite3_column_int(statement, 0);
    (void)sqlite3_finalize(statement);
    return status;
}

// Until the version is known nothing may be written, not even by the checkpoint of a close.
static enum clinic_status open_database(struct outbox_file *file, int *ret_version)
{
    const int fd = open(file->path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0)
        return CLINIC_IO;
    (void)close(fd); // made here only for its mode
    int result = sqlite3_open_v2(file->path, &file->database,
                                 SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);
    if (result == SQLITE_OK)
        result = sqlite3_extended_result_codes(file->database, 1);
    if (result == SQLITE_OK)
        result = sqlite3_db_config(file->database, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
    if (result != SQLITE_OK)
        return status_of(file->database, result);
    const enum clinic_status status = ask_number(file, "PRAGMA user_version", ret_version);
    if (status != CLINIC_OK)
        return status;
    return *ret_version > SCHEMA_VERSION ? CLINIC_TOO_NEW : CLINIC_OK;
}

// It is small, so the thorough check is affordable; the quick one misses most damage. Without "main." SQLite would look
// at its temporary database too, and for that make one, with a cache of 90 KB.
static enum clinic_status check_integrity(struct outbox_file *file)
{
    sqlite3_stmt *statement = NULL;
    int result =
        sqlite3_prepare_v2(file->database, "PRAGMA main.integrity_check(1)", -1, &statement, NULL);
    if (result == SQLITE_OK)
        result = sqlite3_step(statement);
    enum clinic_status status = status_of(file->database, result);
    if (status == CLINIC_OK && strcmp((const char *)sqlite3_column_text(statement, 0), "ok") != 0)
        status = CLINIC_DAMAGED;
    (void)sqlite3_finalize(statement);
    return status;
}

static enum clinic_status migrate(struct outbox_file *file, int version)
{
    enum clinic_status status = CLINIC_OK;
    for (int step = version; step < SCHEMA_VERSION && status == CLINIC_OK; step++) {
        char bump[64];
        (void)snprintf(bump, sizeof bump, "PRAGMA user_version = %d; COMMIT", step + 1);
        status = execute(file, "BEGIN IMMEDIATE");
        if (status == CLINIC_OK)
            status = execute(file, schema_steps[step]);
        if (status == CLINIC_OK)
            status = execute(file, bump);
    }
    return status;
}

static enum clinic_status prepare(struct outbox_file *file)
{
    for (size_t i = 0; i < STATEMENT_COUNT; i++) {
        const int result =
            sqlite3_prepare_v3(file->database, statement_sql[i], -1, SQLITE_PREPARE_PERSISTENT,
                               &file->statements[i], NULL);
        if (result != SQLITE_OK)
            return status_of(file->database, result);
    }
    return CLINIC_OK;
}

static enum clinic_status open_and_check(struct outbox_file *file)
{
    int version = 0;
    struct outbox_totals totals;
    enum clinic_status status = open_database(file, &version);
    if (status == CLINIC_OK)
        status = execute(file, pragmas);
    if (status == CLINIC_OK)
        status = check_integrity(file);
    if (status == CLINIC_OK)
        status = migrate(file, version);
    if (status == CLINIC_OK)
        status = prepare(file);
    if (status == CLINIC_OK)
        status = outbox_file_totals(file, &totals);
    if (status != CLINIC_OK)
        close_database(file);
    else
        (void)sqlite3_db_config(file->database, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 0, NULL);
    return status;
}

// Two in the same second must not replace each other.
static void name_aside(const struct outbox_file *file, int64_t wall_ms, char *aside,
                       size_t aside_bytes)
{
    for (int64_t unix_s = wall_ms / 1000;; unix_s++) {
        (void)snprintf(aside, aside_bytes, "%s.damaged-%lld", file->path, (long long)unix_s);
        if (access(aside, F_OK) != 0)
            return;
    }
}

static enum clinic_status set_aside(const struct outbox_file *file, int64_t wall_ms)
{
    static const char *const endings[] = { "", "-wal", "-shm" };
    char aside[sizeof file->path + 48];
    char from[sizeof aside + 8];
    char to[sizeof aside + 8];
    name_aside(file, wall_ms, aside, sizeof aside);
    for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++) {
        (void)snprintf(from, sizeof from, "%s%s", file->path, endings[i]);
        (void)snprintf(to, sizeof to, "%s%s", aside, endings[i]);
        if (rename(from, to) != 0 && errno != ENOENT)
            return CLINIC_IO;
    }
    return CLINIC_OK;
}

enum clinic_status outbox_file_open(const char *path, int64_t wall_ms,
                                    struct outbox_file **ret_file, bool *ret_set_aside)
{
    struct outbox_file *file = calloc(1, sizeof *file);
    if (file == NULL)
        return CLINIC_NOMEM;
    file->lock_fd = -1;
    const int length = snprintf(file->path, sizeof file->path, "%s", path);
    enum clinic_status status = length < (int)sizeof file->path ? lock(file) : CLINIC_INVALID;
    if (status == CLINIC_OK)
        status = open_and_check(file);
    const bool is_damaged = status == CLINIC_DAMAGED;
    if (is_damaged)
        status = set_aside(file, wall_ms);
    if (is_damaged && status == CLINIC_OK)
        status = open_and_check(file);

    if (status != CLINIC_OK) {
        outbox_file_close(file);
        return status;
    }
    *ret_file = file;
    *ret_set_aside = is_damaged;
    return CLINIC_OK;
}

void outbox_file_close(struct outbox_file *file)
{
    if (file == NULL)
        return;
    close_database(file);
    if (file->lock_fd >= 0)
        (void)close(file->lock_fd); // unlocks
    free(file);
}

// ---- writing

static int bind_blob(sqlite3_stmt *statement, int index, const void *bytes, size_t length)
{
    return sqlite3_bind_blob64(statement, index, bytes, length, SQLITE_STATIC);
}

static enum clinic_status insert(struct outbox_file *file, const struct outbox_row *row)
{
    sqlite3_stmt *statement = file->statements[INSERT];
    int result = bind_blob(statement, 1, row->id.bytes, sizeof row->id.bytes);
    if (result == SQLITE_OK)
        result = sqlite3_bind_int(statement, 2, (int)row->kind);
    if (result == SQLITE_OK)
        result = sqlite3_bind_int64(statement, 3, row->put_at_ms);
    if (result == SQLITE_OK)
        result = bind_blob(statement, 4, row->sealed, row->sealed_bytes);
    return result == SQLITE_OK ? run(file, INSERT) : status_of(file->database, result);
}

static enum clinic_status keep_id(struct outbox_file *file, const struct clinic_id *id)
{
    const int result = bind_blob(file->statements[KEEP_ID], 1, id->bytes, sizeof id->bytes);
    return result == SQLITE_OK ? run(file, KEEP_ID) : status_of(file->database, result);
}

enum clinic_status outbox_file_insert(struct outbox_file *file, const struct outbox_row *row)
{
    enum clinic_status status = execute(file, "BEGIN IMMEDIATE");
    if (status == CLINIC_OK)
        status = insert(file, row);
    if (status == CLINIC_OK)
        status = keep_id(file, &row->id);
    if (status == CLINIC_OK)
        status = execute(file, "COMMIT");
    if (status != CLINIC_OK && !sqlite3_get_autocommit(file->database))
        (void)execute(file, "ROLLBACK"); // cannot fail for a reason that a retry would cure
    return status;
}

// One statement without waiting for the disk. The next put waits for it as well.
static enum clinic_status run_unsynced(struct outbox_file *file, enum statement which)
{
    enum clinic_status status = execute(file, "PRAGMA synchronous = NORMAL");
    if (status == CLINIC_OK)
        status = run(file, which);
    const enum clinic_status restored = execute(file, "PRAGMA synchronous = FULL");
    return status != CLINIC_OK ? status : restored;
}

enum clinic_status outbox_file_delete(struct outbox_file *file, int64_t position)
{
    const int result = sqlite3_bind_int64(file->statements[DELETE], 1, position);
    return result == SQLITE_OK ? run_unsynced(file, DELETE) : status_of(file->database, result);
}

enum clinic_status outbox_file_reject(struct outbox_file *file, int64_t position,
                                      const uint8_t *sealed_answer, size_t sealed_answer_bytes)
{
    sqlite3_stmt *statement = file->statements[REJECT];
    int result = bind_blob(statement, 1, sealed_answer, sealed_answer_bytes);
    if (result == SQLITE_OK)
        result = sqlite3_bind_int64(statement, 2, position);
    return result == SQLITE_OK ? run_unsynced(file, REJECT) : status_of(file->database, result);
}

enum clinic_status outbox_file_forget(struct outbox_file *file)
{
    return status_of(
        file->database,
        sqlite3_wal_checkpoint_v2(file->database, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL));
}

enum clinic_status outbox_file_copy_aside(struct outbox_file *file, int64_t wall_ms)
{
    char aside[sizeof file->path + 48];
    name_aside(file, wall_ms, aside, sizeof aside);
    sqlite3_stmt *statement = NULL;
    int result = sqlite3_prepare_v2(file->database, "VACUUM INTO ?", -1, &statement, NULL);
    if (result == SQLITE_OK)
        result = sqlite3_bind_text(statement, 1, aside, -1, SQLITE_STATIC);
    if (result == SQLITE_OK)
        result = sqlite3_step(statement);
    const enum clinic_status status = status_of(file->database, result);
    (void)sqlite3_finalize(statement);
    (void)chmod(aside, 0600); // SQLite made it by the umask; the folder is the node's own
    return status;
}

// ---- reading

void outbox_row_done(struct outbox_row *row)
{
    free(row->sealed);
    free(row->sealed_answer);
    *row = (struct outbox_row){ 0 };
}

static bool copy_blob(sqlite3_stmt *statement, int column, uint8_t **ret_bytes, size_t *ret_length)
{
    *ret_length = (size_t)sqlite3_column_bytes(statement, column);
    if (*ret_length == 0)
        return true;
    *ret_bytes = malloc(*ret_length);
    if (*ret_bytes == NULL)
        return false;
    memcpy(*ret_bytes, sqlite3_column_blob(statement, column), *ret_length);
    return true;
}

static enum clinic_status copy_row(sqlite3_stmt *statement, struct outbox_row *ret_row)
{
    struct outbox_row row = {
        .position = sqlite3_column_int64(statement, 0),
        .kind = (enum clinic_request_kind)sqlite3_column_int(statement, 2),
        .state = (enum clinic_outbox_row_state)sqlite3_column_int(statement, 3),
        .put_at_ms = sqlite3_column_int64(statement, 4),
    };
    memcpy(row.id.bytes, sqlite3_column_blob(statement, 1), sizeof row.id.bytes);
    if (!copy_blob(statement, 5, &row.sealed, &row.sealed_bytes)
        || !copy_blob(statement, 6, &row.sealed_answer, &row.sealed_answer_bytes)) {
        outbox_row_done(&row);
        return CLINIC_NOMEM;
    }
    *ret_row = row;
    return CLINIC_OK;
}

static enum clinic_status read_row(struct outbox_file *file, enum statement which,
                                   struct outbox_row *ret_row)
{
    sqlite3_stmt *statement = file->statements[which];
    const int result = sqlite3_step(statement);
    enum clinic_status status = status_of(file->database, result);
    if (result == SQLITE_DONE)
        status = CLINIC_NOT_FOUND;
    else if (status == CLINIC_OK)
        status = copy_row(statement, ret_row);
    (void)sqlite3_reset(statement); // repeats the result of the step
    (void)sqlite3_clear_bindings(statement);
    return status;
}

static enum clinic_status read_by_position(struct outbox_file *file, enum statement which,
                                           int64_t position, struct outbox_row *ret_row)
{
    const int result = sqlite3_bind_int64(file->statements[which], 1, position);
    return result == SQLITE_OK ? read_row(file, which, ret_row) : status_of(file->database, result);
}

enum clinic_status outbox_file_find(struct outbox_file *file, const struct clinic_id *id,
                                    struct outbox_row *ret_row)
{
    const int result = bind_blob(file->statements[FIND], 1, id->bytes, sizeof id->bytes);
    return result == SQLITE_OK ? read_row(file, FIND, ret_row) : status_of(file->database, result);
}

enum clinic_status outbox_file_waiting_after(struct outbox_file *file, int64_t position,
                                             struct outbox_row *ret_row)
{
    return read_by_position(file, WAITING_AFTER, position, ret_row);
}

enum clinic_status outbox_file_waiting_before(struct outbox_file *file, int64_t position,
                                              struct outbox_row *ret_row)
{
    return read_by_position(file, WAITING_BEFORE, position, ret_row);
}

enum clinic_status outbox_file_row_after(struct outbox_file *file, int64_t position,
                                         struct outbox_row *ret_row)
{
    return read_by_position(file, ROW_AFTER, position, ret_row);
}

enum clinic_status outbox_file_totals(struct outbox_file *file, struct outbox_totals *ret_totals)
{
    sqlite3_stmt *statement = file->statements[TOTALS];
    const int result = sqlite3_step(statement);
    enum clinic_status status = status_of(file->database, result);
    if (status == CLINIC_OK && sqlite3_column_bytes(statement, 3) != sizeof ret_totals->last_id)
        status = CLINIC_DAMAGED; // the row of the maker is gone
    if (status == CLINIC_OK) {
        ret_totals->waiting = sqlite3_column_int64(statement, 0);
        ret_totals->rejected = sqlite3_column_int64(statement, 1);
        ret_totals->bytes = sqlite3_column_int64(statement, 2);
        memcpy(ret_totals->last_id.bytes, sqlite3_column_blob(statement, 3),
               sizeof ret_totals->last_id.bytes);
    }
    (void)sqlite3_reset(statement); // repeats the result of the step
    return status;
}
