// store_scope.h - what the files of the store share among themselves; nobody else includes it.
#pragma once

#include "event_log.h"
#include "query.h"
#include "store.h"

#include <clinic/catalogue.h>
#include <clinic/seal.h>

#include <sqlite3.h>

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

enum {
    STORE_FOLDER_BYTES = 1024,
    STORE_PATH_BYTES = STORE_FOLDER_BYTES + 64,
    STORE_BUSY_TIMEOUT_MS = 2000,
};

struct query {
    struct store *store;
    const char *sql;
    sqlite3_stmt *statement;
    uint64_t used_at; // by store->query_starts
    enum clinic_status status;
    bool is_active;
    bool is_done;
};

// The newest of the log, so that an append reads nothing.
struct log_head {
    uint64_t sequence;
    int64_t recorded_at_ms;
    uint64_t newest[CLINIC_EVENT_KIND_COUNT];
    uint8_t chain[CLINIC_DIGEST_BYTES];
};

struct store {
    sqlite3 *db;
    enum store_mode mode;
    const struct clinic_clock *clock;
    char folder[STORE_FOLDER_BYTES];
    int lock_fd; // -1: none

    struct query *queries; // sorted by the address of their SQL
    size_t query_count;
    size_t prepared_count;
    uint64_t query_starts;

    bool is_in_transaction;
    enum clinic_status last_fault; // why SQLite gave the transaction up, if it did

    bool is_head_known;
    int64_t data_version; // SQLite's: differs once another connection has committed
    struct log_head head;
    struct log_head head_at_begin;
    struct log_head head_at_savepoint;
    struct clinic_id_maker ids;

    uint8_t vault_key[CLINIC_KEY_BYTES];
    struct clinic_id cached_owner; // none: no key is cached
    uint8_t cached_key[CLINIC_KEY_BYTES];

    int64_t reserve_bytes;
    bool has_room;
    bool was_full;
    int64_t room_seen_at_ms; // monotonic

    uint64_t commits;
    int64_t last_commit_at_ms;
};

// ---- store_status.c

// What a result code of SQLite means to callers. Also remembers a full disk and a damaged file.
enum clinic_status store_status(struct store *store, int code);

// CLINIC_FULL for the errors of a full disk, CLINIC_IO for all others.
enum clinic_status store_system_status(int error);

// Leaves a note that makes the next start check the whole file, however large it is.
void store_mark_damaged(struct store *store);

__attribute__((format(printf, 2, 3))) void store_problem(char problem[static STORE_PROBLEM_BYTES],
                                                         const char *format, ...);

// Runs a script without results. On failure the problem holds `what` and SQLite's words.
enum clinic_status store_script(struct store *store, const char *sql, const char *what,
                                char reterr_problem[static STORE_PROBLEM_BYTES]);

// ---- store.c

// CLINIC_OK, or why the open transaction is no more: SQLite rolls it back by itself on some faults, and
// what came after it would then commit on its own.
enum clinic_status store_transaction_status(const struct store *store);

// ---- store_file.c

void store_path(const struct store *store, const char *name, char path[static STORE_PATH_BYTES]);
bool store_file_exists(const struct store *store, const char *name);
int64_t store_file_bytes(const struct store *store, const char *name); // 0 where there is none
enum clinic_status store_sync_folder(const struct store *store);

enum clinic_status store_lock(struct store *store, char reterr_problem[static STORE_PROBLEM_BYTES]);

// CLINIC_NOT_FOUND if an empty log must not be begun here; CLINIC_OK if it may.
enum clinic_status store_may_begin(struct store *store,
                                   char reterr_problem[static STORE_PROBLEM_BYTES]);

// Closes the database and moves it out of the way; adds to the problem where it is now. Always CLINIC_DAMAGED,
// or CLINIC_IO if the file could not be moved.
enum clinic_status store_set_aside(struct store *store, char problem[static STORE_PROBLEM_BYTES]);

// ---- store_migrate.c

// Refuses a file of a newer release, a damaged header or, in modes that do not migrate, an older
// file. Writes nothing.
enum clinic_status store_peek(struct store *store, const struct store_config *config,
                              char reterr_problem[static STORE_PROBLEM_BYTES]);

enum clinic_status store_connect(struct store *store, const char *file,
                                 char reterr_problem[static STORE_PROBLEM_BYTES]);
enum clinic_status store_create(struct store *store, const struct store_config *config,
                                char reterr_problem[static STORE_PROBLEM_BYTES]);
enum clinic_status store_migrate(struct store *store, const struct store_config *config,
                                 char reterr_problem[static STORE_PROBLEM_BYTES]);

// ---- store_check.c

// At start: the file itself, if it is small or was marked.
enum clinic_status store_check_file(struct store *store,
                                    char reterr_problem[static STORE_PROBLEM_BYTES]);
// At start, once statements are prepared: the log. Takes the mark away when all is well.
enum clinic_status store_check_log(struct store *store,
                                   char reterr_problem[static STORE_PROBLEM_BYTES]);
enum clinic_status store_integrity(struct store *store, sqlite3 *db,
                                   char reterr_problem[static STORE_PROBLEM_BYTES]);

// ---- store_room.c

void store_open_room(struct store *store);
void store_found_full(struct store *store);

// ---- query.c

enum clinic_status query_declare_all(struct store *store, const struct store_config *config,
                                     char reterr_problem[static STORE_PROBLEM_BYTES]);
void query_finalize_all(struct store *store);

extern const struct statements store_statements;
extern const struct statements vault_statements;
extern const struct statements event_row_statements;
extern const struct statements event_head_statements;
extern const struct statements event_read_statements;
extern const struct statements event_verify_statements;

// ---- vault.c, vault_file.c

// Makes vault.key where there is none. Only for a folder without a database.
enum clinic_status vault_file_create(struct store *store,
                                     char reterr_problem[static STORE_PROBLEM_BYTES]);
enum clinic_status vault_file_read(struct store *store,
                                   char reterr_problem[static STORE_PROBLEM_BYTES]);

// CLINIC_INVALID: vault.key is not the one that this database was made with.
enum clinic_status vault_check(struct store *store,
                               char reterr_problem[static STORE_PROBLEM_BYTES]);
void vault_forget_cached(struct store *store);

// ---- event_head.c

// Reads the head from the tables unless it is known.
enum clinic_status event_head_load(struct store *store);
// The same, if another process may have written since.
enum clinic_status event_head_refresh(struct store *store);
// Before COMMIT: writes the head's row with its proof.
enum clinic_status event_head_write(struct store *store);
// CLINIC_NOT_FOUND: no row, as in an empty log. CLINIC_DAMAGED: the proof is wrong.
enum clinic_status event_head_read(struct store *store, uint64_t *ret_sequence,
                                   uint8_t ret_chain[static CLINIC_DIGEST_BYTES]);
