#include "store_scope.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum {
    HEADER_BYTES = 100, // of an SQLite file; the offsets are its file format's
    AT_PAGE_BYTES = 16,
    AT_CHANGES = 24,
    AT_PAGES = 28,
    AT_VERSION = 60,
    AT_VALID_FOR = 92,
};

static const char unfinished[] = "clinic.db.new";

// ---- looking before opening

static uint32_t big_endian(const uint8_t *bytes)
{
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

static const char *header_fault(const uint8_t header[static HEADER_BYTES], int64_t file_bytes)
{
    static const char magic[] = "SQLite format 3";
    if (memcmp(header, magic, sizeof magic) != 0)
        return "clinic.db is not a database";
    uint32_t page_bytes = (uint32_t)header[AT_PAGE_BYTES] << 8 | header[AT_PAGE_BYTES + 1];
    if (page_bytes == 1)
        page_bytes = 65536;
    if (page_bytes < 512 || (page_bytes & (page_bytes - 1)) != 0)
        return "the header of clinic.db is wrong";
    const bool has_count = big_endian(header + AT_CHANGES) == big_endian(header + AT_VALID_FOR);
    if (has_count && file_bytes < (int64_t)big_endian(header + AT_PAGES) * page_bytes)
        return "clinic.db is cut short";
    return NULL;
}

static enum clinic_status peek_header(struct store *store, int64_t *ret_version,
                                      char reterr_problem[static STORE_PROBLEM_BYTES])
{
    char path[STORE_PATH_BYTES];
    uint8_t header[HEADER_BYTES] = { 0 };
    store_path(store, "clinic.db", path);
    const int fd = open(path, O_RDONLY | O_CLOEXEC);
    const ssize_t got = fd < 0 ? -1 : pread(fd, header, sizeof header, 0);
    const int error = errno;
    if (fd >= 0)
        (void)close(fd); // opened for reading
    if (got < 0) {
        store_problem(reterr_problem, "cannot read %s: %s", path, strerror(error));
        return CLINIC_IO;
    }
    const char *fault = header_fault(header, store_file_bytes(store, "clinic.db"));
    if (fault != NULL) {
        store_problem(reterr_problem, "%s", fault);
        return CLINIC_DAMAGED;
    }
    *ret_version = (int32_t)big_endian(header + AT_VERSION);
    return CLINIC_OK;
}

static enum clinic_status read_version(struct store *store, int64_t *ret_version,
                                       char reterr_problem[static STORE_PROBLEM_BYTES])
{
    sqlite3_stmt *statement = NULL;
    int code = sqlite3_prepare_v2(store->db, "PRAGMA user_version", -1, &statement, NULL);
    if (code == SQLITE_OK)
        code = sqlite3_step(statement);
    if (code == SQLITE_ROW)
        *ret_version = sqlite3_column_int64(statement, 0);
    else
        store_problem(reterr_problem, "clinic.db: %s", sqlite3_errmsg(store->db));
    (void)sqlite3_finalize(statement);
    return store_status(store, code);
}

static enum clinic_status open_connection(struct store *store, const char *file, int flags,
                                          char reterr_problem[static STORE_PROBLEM_BYTES])
{
    char path[STORE_PATH_BYTES];
    store_path(store, file, path);
    const int code = sqlite3_open_v2(
        path, &store->db,
        flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE | SQLITE_OPEN_EXRESCODE, NULL);
    if (code == SQLITE_OK) {
        (void)sqlite3_busy_timeout(store->db, STORE_BUSY_TIMEOUT_MS);
        return CLINIC_OK;
    }
    store_problem(reterr_problem, "cannot open %s: %s", path,
                  store->db == NULL ? "out of memory" : sqlite3_errmsg(store->db));
    return store->db == NULL ? CLINIC_NOMEM : store_status(store, code);
}

// The newest version may still lie in the WAL, which also makes an odd header good.
static enum clinic_status peek_through_wal(struct store *store, int64_t *ret_version,
                                           char reterr_problem[static STORE_PROBLEM_BYTES])
{
    enum clinic_status status =
        open_connection(store, "clinic.db", SQLITE_OPEN_READONLY, reterr_problem);
    if (status == CLINIC_OK) {
        (void)sqlite3_db_config(store->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
        status = read_version(store, ret_version, reterr_problem);
    }
    (void)sqlite3_close_v2(store->db);
    store->db = NULL;
    return status;
}

enum clinic_status store_peek(struct store *store, const struct store_config *config,
                              char reterr_problem[static STORE_PROBLEM_BYTES])
{
    int64_t version = 0;
    const bool has_wal = store_file_bytes(store, "clinic.db-wal") > 0;
    const enum clinic_status status = has_wal ? peek_through_wal(store, &version, reterr_problem)
                                              : peek_header(store, &version, reterr_problem);
    if (status != CLINIC_OK)
        return status;
    if (version > (int64_t)config->step_count) {
        store_problem(
            reterr_problem,
            "%.300s/clinic.db was written by a later release (schema %lld, this one knows "
            "%zu): install that release again",
            store->folder, (long long)version, config->step_count);
        return CLINIC_TOO_NEW;
    }
    if (version < 0) {
        store_problem(reterr_problem, "the schema version of clinic.db is wrong");
        return CLINIC_DAMAGED;
    }
    if (store->mode != STORE_SERVE && version < (int64_t)config->step_count) {
        store_problem(reterr_problem,
                      "%.300s/clinic.db is of an older release: start the gateway once, it brings "
                      "the file up to date",
                      store->folder);
        return CLINIC_INVALID;
    }
    return CLINIC_OK;
}

// ---- opening

static enum clinic_status switch_to_wal(struct store *store,
                                        char reterr_problem[static STORE_PROBLEM_BYTES])
{
    return store_script(store, "PRAGMA journal_mode=WAL", "cannot switch to WAL", reterr_problem);
}

enum clinic_status store_connect(struct store *store, const char *file,
                                 char reterr_problem[static STORE_PROBLEM_BYTES])
{
    // Pages are changed at random places: a longer WAL writes each of them to the file less often, which spares the
    // card, and a checkpoint's syncs are rarer. After a long reader it shrinks again to the size limit.
    static const char pragmas[] = "PRAGMA synchronous=FULL;"
                                  "PRAGMA foreign_keys=ON;"
                                  "PRAGMA trusted_schema=OFF;"
                                  "PRAGMA secure_delete=ON;"
                                  "PRAGMA cell_size_check=ON;"
                                  "PRAGMA mmap_size=0;"
                                  "PRAGMA cache_size=-1500;"
                                  "PRAGMA temp_store=MEMORY;"
                                  "PRAGMA wal_autocheckpoint=12000;"
                                  "PRAGMA journal_size_limit=62914560;";
    const bool is_reader = store->mode == STORE_READ;
    enum clinic_status status = open_connection(
        store, file, is_reader ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE, reterr_problem);
    if (status != CLINIC_OK)
        return status;

    (void)sqlite3_db_config(store->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    (void)sqlite3_db_config(store->db, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
    (void)sqlite3_db_config(store->db, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
    (void)sqlite3_db_config(store->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, is_reader, NULL);
    status = store_script(store, pragmas, "cannot set up the connection", reterr_problem);
    if (status == CLINIC_OK && store->mode == STORE_SERVE && strcmp(file, unfinished) != 0)
        status = switch_to_wal(store, reterr_problem);
    return status;
}

// ---- schema steps

static bool breaks_foreign_keys(struct store *store)
{
    sqlite3_stmt *statement = NULL;
    bool breaks = true;
    if (sqlite3_prepare_v2(store->db, "PRAGMA foreign_key_check", -1, &statement, NULL)
        == SQLITE_OK)
        breaks = sqlite3_step(statement) != SQLITE_DONE;
    (void)sqlite3_finalize(statement);
    return breaks;
}

static enum clinic_status run_step(struct store *store, const struct schema_step *step,
                                   size_t version, char reterr_problem[static STORE_PROBLEM_BYTES])
{
    char set_version[64];
    (void)snprintf(set_version, sizeof set_version, "PRAGMA user_version=%zu", version);

    enum clinic_status status = store_script(store, "BEGIN IMMEDIATE", step->name, reterr_problem);
    for (size_t i = 0; step->sql[i] != NULL && status == CLINIC_OK; i++)
        status = store_script(store, step->sql[i], step->name, reterr_problem);
    if (status == CLINIC_OK && breaks_foreign_keys(store)) {
        store_problem(reterr_problem, "schema step %s breaks a reference", step->name);
        status = CLINIC_INVALID;
    }
    if (status == CLINIC_OK)
        status = store_script(store, set_version, step->name, reterr_problem);
    if (status == CLINIC_OK)
        status = store_script(store, "COMMIT", step->name, reterr_problem);
    if (status != CLINIC_OK && !sqlite3_get_autocommit(store->db))
        (void)sqlite3_exec(store->db, "ROLLBACK", NULL, NULL, NULL); // closing would do it too
    return status;
}

enum clinic_status store_migrate(struct store *store, const struct store_config *config,
                                 char reterr_problem[static STORE_PROBLEM_BYTES])
{
    int64_t version = 0;
    enum clinic_status status = read_version(store, &version, reterr_problem);
    if (status != CLINIC_OK || version == (int64_t)config->step_count)
        return status;

    // A step may build a table anew, which SQLite allows only with references unchecked in between.
    status = store_script(store, "PRAGMA foreign_keys=OFF", "schema", reterr_problem);
    for (size_t i = (size_t)version; i < config->step_count && status == CLINIC_OK; i++)
        status = run_step(store, &config->steps[i], i + 1, reterr_problem);
    if (status == CLINIC_OK)
        status = store_script(store, "PRAGMA foreign_keys=ON", "schema", reterr_problem);
    return status;
}

// ---- the first start

static void remove_unfinished(const struct store *store)
{
    char path[STORE_PATH_BYTES];
    store_path(store, unfinished, path);
    (void)unlink(path);
    store_path(store, "clinic.db.new-journal", path);
    (void)unlink(path);
}

// A file that is there is a whole one: an empty or half-made clinic.db always means damage.
enum clinic_status store_create(struct store *store, const struct store_config *config,
                                char reterr_problem[static STORE_PROBLEM_BYTES])
{
    char from[STORE_PATH_BYTES];
    char to[STORE_PATH_BYTES];
    store_path(store, unfinished, from);
    store_path(store, "clinic.db", to);
    remove_unfinished(store);

    const int fd = open(from, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0 || close(fd) != 0) {
        const int error = errno;
        store_problem(reterr_problem, "cannot make %s: %s", from, strerror(error));
        return store_system_status(error);
    }
    enum clinic_status status = store_connect(store, unfinished, reterr_problem);
    if (status == CLINIC_OK)
        status = store_migrate(store, config, reterr_problem);
    (void)sqlite3_close_v2(store->db); // all is committed, and synced by the commit
    store->db = NULL;
    if (status != CLINIC_OK) {
        remove_unfinished(store);
        return status;
    }
    if (rename(from, to) == 0 && store_sync_folder(store) == CLINIC_OK)
        return CLINIC_OK;
    store_problem(reterr_problem, "cannot move %s into place: %s", from, strerror(errno));
    return CLINIC_IO;
}
