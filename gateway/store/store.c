#include "store.h"
#include "store_scope.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { BEGIN, BEGIN_READING, COMMIT, ROLLBACK, SAVEPOINT, RELEASE, ROLLBACK_TO };
static const char *const sql[] = {
    [BEGIN] = "BEGIN IMMEDIATE",       [BEGIN_READING] = "BEGIN",     [COMMIT] = "COMMIT",
    [ROLLBACK] = "ROLLBACK",           [SAVEPOINT] = "SAVEPOINT one", [RELEASE] = "RELEASE one",
    [ROLLBACK_TO] = "ROLLBACK TO one",
};
const struct statements store_statements = { sql, ARRAY_SIZE(sql) };

// ---- opening

// One thread uses SQLite in this program, so it needs neither locks nor shared figures of its memory. Changes nothing
// where SQLite is in use already.
static void set_up_library(void)
{
    (void)sqlite3_config(SQLITE_CONFIG_SINGLETHREAD);
    (void)sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

static enum clinic_status begin_store(const struct store_config *config, struct store **ret_store,
                                      char reterr_problem[static STORE_PROBLEM_BYTES])
{
    assert(config->step_count > 0);
    set_up_library();
    if (strlen(config->folder) >= STORE_FOLDER_BYTES) {
        store_problem(reterr_problem, "the name of the data folder is too long");
        return CLINIC_INVALID;
    }
    struct store *store = calloc(1, sizeof *store);
    if (store == NULL)
        return CLINIC_NOMEM;
    store->mode = config->mode;
    store->clock = config->clock;
    store->lock_fd = -1;
    store->reserve_bytes = config->reserve_bytes;
    memcpy(store->folder, config->folder, strlen(config->folder) + 1);
    *ret_store = store;
    return CLINIC_OK;
}

static enum clinic_status find_file(struct store *store, const struct store_config *config,
                                    char reterr_problem[static STORE_PROBLEM_BYTES])
{
    if (store->mode == STORE_SERVE) {
        const enum clinic_status status = store_lock(store, reterr_problem);
        if (status != CLINIC_OK)
            return status;
    }
    if (store_file_exists(store, "clinic.db"))
        return vault_file_read(store, reterr_problem);

    enum clinic_status status = store_may_begin(store, reterr_problem);
    if (status == CLINIC_OK)
        status = vault_file_create(store, reterr_problem);
    if (status == CLINIC_OK)
        status = vault_file_read(store, reterr_problem);
    if (status == CLINIC_OK)
        status = store_create(store, config, reterr_problem);
    return status;
}

// Every step that may find the file damaged.
static enum clinic_status open_file(struct store *store, const struct store_config *config,
                                    char reterr_problem[static STORE_PROBLEM_BYTES])
{
    enum clinic_status status = store_peek(store, config, reterr_problem);
    if (status == CLINIC_OK)
        status = store_connect(store, "clinic.db", reterr_problem);
    if (status == CLINIC_OK && store->mode == STORE_SERVE)
        status = store_check_file(store, reterr_problem);
    if (status == CLINIC_OK && store->mode == STORE_SERVE)
        status = store_migrate(store, config, reterr_problem);
    if (status == CLINIC_OK)
        status = query_declare_all(store, config, reterr_problem);
    if (status == CLINIC_OK)
        status = vault_check(store, reterr_problem);
    if (status == CLINIC_OK && store->mode == STORE_SERVE)
        status = store_check_log(store, reterr_problem);
    if (status == CLINIC_OK)
        status = event_head_refresh(store);
    return status;
}

enum clinic_status store_open(const struct store_config *config, struct store **ret_store,
                              char reterr_problem[static STORE_PROBLEM_BYTES])
{
    reterr_problem[0] = '\0';
    struct store *store = NULL;
    enum clinic_status status = begin_store(config, &store, reterr_problem);
    if (status == CLINIC_OK)
        status = find_file(store, config, reterr_problem);
    if (status == CLINIC_OK) {
        status = open_file(store, config, reterr_problem);
        if (status == CLINIC_DAMAGED && store->mode == STORE_SERVE)
            status = store_set_aside(store, reterr_problem);
    }
    if (status == CLINIC_OK && store->mode == STORE_SERVE) {
        // Old pages must not outlive a restart in the WAL. A reader may hold it: then the next one does it.
        (void)store_checkpoint(store);
        store_open_room(store);
    }

    if (status != CLINIC_OK) {
        if (reterr_problem[0] == '\0')
            store_problem(reterr_problem, "%s: %s", config->folder, clinic_status_text(status));
        store_close(store);
        return status;
    }
    *ret_store = store;
    return CLINIC_OK;
}

void store_close(struct store *store)
{
    if (store == NULL)
        return;
    if (store->db != NULL) {
        store_rollback(store);
        query_finalize_all(store);
        (void)sqlite3_close_v2(store->db); // checkpoints if nobody else has the file open
    }
    if (store->lock_fd >= 0)
        (void)close(store->lock_fd);
    clinic_wipe(store->vault_key, sizeof store->vault_key);
    clinic_wipe(store->cached_key, sizeof store->cached_key);
    free(store);
}

// ---- transactions

static enum clinic_status run(struct store *store, int statement)
{
    return query_run(query_start(store, sql[statement]), NULL);
}

enum clinic_status store_transaction_status(const struct store *store)
{
    if (!store->is_in_transaction || !sqlite3_get_autocommit(store->db))
        return CLINIC_OK;
    return store->last_fault == CLINIC_OK ? CLINIC_IO : store->last_fault;
}

static enum clinic_status begin(struct store *store, int statement)
{
    assert(!store->is_in_transaction);
    enum clinic_status status = run(store, statement);
    if (status != CLINIC_OK)
        return status;
    store->is_in_transaction = true;
    store->last_fault = CLINIC_OK;
    status = event_head_refresh(store);
    if (status != CLINIC_OK)
        store_rollback(store);
    store->head_at_begin = store->head;
    return status;
}

enum clinic_status store_begin(struct store *store)
{
    return begin(store, store->mode == STORE_READ ? BEGIN_READING : BEGIN);
}

enum clinic_status store_begin_reading(struct store *store)
{
    return begin(store, BEGIN_READING);
}

enum clinic_status store_commit(struct store *store)
{
    enum clinic_status status = store_transaction_status(store);
    if (status == CLINIC_OK && store->head.sequence != store->head_at_begin.sequence)
        status = event_head_write(store);
    if (status == CLINIC_OK)
        status = run(store, COMMIT);
    if (status != CLINIC_OK) {
        store_rollback(store);
        return status;
    }
    store->is_in_transaction = false;
    vault_forget_cached(store);
    store->commits++;
    store->last_commit_at_ms = clinic_wall_ms(store->clock);
    return CLINIC_OK;
}

void store_rollback(struct store *store)
{
    if (!store->is_in_transaction)
        return;
    if (!sqlite3_get_autocommit(store->db))
        (void)run(store, ROLLBACK); // in WAL mode it only forgets: nothing is read or written
    store->is_in_transaction = false;
    store->head = store->head_at_begin;
    vault_forget_cached(store);
}

enum clinic_status store_savepoint(struct store *store)
{
    assert(store->is_in_transaction);
    store->head_at_savepoint = store->head;
    return run(store, SAVEPOINT);
}

enum clinic_status store_release(struct store *store)
{
    return run(store, RELEASE);
}

// Where SQLite has given up the whole transaction there is nothing to undo; every later call tells.
void store_rollback_to_savepoint(struct store *store)
{
    if (run(store, ROLLBACK_TO) == CLINIC_OK)
        (void)run(store, RELEASE); // cannot fail after it, and a leftover ends with the transaction
    store->head = store->head_at_savepoint;
    vault_forget_cached(store);
}

// ---- the rest

enum clinic_status store_checkpoint(struct store *store)
{
    // A loop that serves a clinic does not wait for a reader.
    (void)sqlite3_busy_timeout(store->db, 0);
    const int code =
        sqlite3_wal_checkpoint_v2(store->db, "main", SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
    (void)sqlite3_busy_timeout(store->db, STORE_BUSY_TIMEOUT_MS);
    return store_status(store, code);
}

int64_t store_changes(const struct store *store)
{
    return sqlite3_total_changes64(store->db);
}

size_t store_prepared_count(const struct store *store)
{
    return store->prepared_count;
}

const struct clinic_clock *store_clock(const struct store *store)
{
    return store->clock;
}

const char *store_folder(const struct store *store)
{
    return store->folder;
}
