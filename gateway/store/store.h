// store.h - the gateway's memory: one SQLite file, opened only here.
//
// What is committed is on the disk (WAL, synchronous=FULL: one fdatasync a commit). A file that fails its check
// is set aside and never served. A file of a newer release is refused before one byte is written.
//
// The data folder holds clinic.db (with its -wal and -shm), vault.key (wraps the patients' keys; 0600),
// ballast (room that is given back when the disk is full) and lock.
//
// A store is used by the thread that opened it.
#pragma once

#include "query.h"

#include <clinic/clock.h>
#include <clinic/status.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum store_mode {
    STORE_SERVE, // the one gateway of this folder: takes the lock, checks, creates, migrates
    STORE_EDIT,  // a short write beside a running gateway (staff add); the file must exist
    STORE_READ,  // reads beside a running gateway; the file must exist
};

// One step of the schema: its SQL, run in one transaction with the new version number.
struct schema_step {
    const char *name;
    const char *const *sql; // several scripts, ends with NULL
};

struct store_config {
    const char *folder;
    enum store_mode mode;
    const struct schema_step *steps; // append-only: the position is PRAGMA user_version
    size_t step_count;
    const struct statements *statements; // of all modules
    size_t statement_count;
    int64_t reserve_bytes; // below so much free space new requests are refused
    const struct clinic_clock *clock;
};

enum { STORE_PROBLEM_BYTES = 512 };

// On failure reterr_problem says what to do. CLINIC_TOO_NEW, CLINIC_BUSY (another gateway has the
// lock), CLINIC_DAMAGED (the file has been renamed to clinic.db.damaged-<unix time>, with its WAL, in mode
// STORE_SERVE only), CLINIC_NOT_FOUND (no file; or a damaged one was set aside and nothing was restored:
// an empty log would reuse sequences, so it is not begun by itself), CLINIC_INVALID (vault.key is missing, not
// private or not the one of this database; or, beside a gateway, the file is of an older release).
//
// STORE_SERVE checks a file of up to 16 MiB whole, the log's chain included; of a larger one the newest 1000
// events, unless damage was seen in it before.
enum clinic_status store_open(const struct store_config *config, struct store **ret_store,
                              char reterr_problem[static STORE_PROBLEM_BYTES]);

// Checkpoints where it may. Accepts NULL.
void store_close(struct store *store);

// BEGIN IMMEDIATE … COMMIT; in mode STORE_READ a view that does not change until it ends. A failed commit rolls
// back by itself; its outcome is unknown for CLINIC_IO: stop and start again. Where a full disk or an I/O error
// makes SQLite give the transaction up halfway, every query and the commit fail with that status until
// store_rollback(), which is harmless at any time.
enum clinic_status store_begin(struct store *store);
enum clinic_status store_commit(struct store *store);
void store_rollback(struct store *store);

// A transaction that only reads, so that what it reads belongs together. Ends with store_rollback().
enum clinic_status store_begin_reading(struct store *store);

// One level inside a transaction.
enum clinic_status store_savepoint(struct store *store);
enum clinic_status store_release(struct store *store);
void store_rollback_to_savepoint(struct store *store);

// False below the reserve. Looks at the disk at most once a second; also false for a second after the disk
// was found full. Frees the ballast when the disk is full and makes it anew when there is room.
bool store_has_room(struct store *store);

// Empties the WAL into the file and cuts it to nothing, so that no older page remains in it. CLINIC_BUSY:
// a reader holds it; try again.
enum clinic_status store_checkpoint(struct store *store);

// How many rows were inserted, changed or deleted since the start, undone ones included.
int64_t store_changes(const struct store *store);

// As given to store_open().
const struct clinic_clock *store_clock(const struct store *store);
const char *store_folder(const struct store *store);

// A counter of commits and of bytes in the file, for `status` and the benchmarks.
struct store_figures {
    uint64_t commits;
    int64_t last_commit_at_ms; // wall clock, 0: none since start
    int64_t file_bytes;
    int64_t wal_bytes;
    int64_t free_bytes; // of the disk
};
void store_measure(struct store *store, struct store_figures *ret_figures);

// Digest over all rows of a table in the order of its primary key, and their number: for comparing a rebuilt
// state with the live one. The name is one of a module's own.
enum clinic_status store_table_digest(struct store *store, const char *table,
                                      uint8_t ret_digest[static 32], int64_t *ret_rows);

// Copies the content of `tables` from `source` over those of `store`, in one transaction.
enum clinic_status store_adopt(struct store *store, struct store *source, const char *const *tables,
                               size_t count);

// Writes a complete, checked copy to `path` (VACUUM INTO; refuses to overwrite), fsynced.
enum clinic_status store_backup(struct store *store, const char *path,
                                char reterr_problem[static STORE_PROBLEM_BYTES]);

// Full check of the file: PRAGMA integrity_check. CLINIC_DAMAGED with the first finding.
enum clinic_status store_check(struct store *store,
                               char reterr_problem[static STORE_PROBLEM_BYTES]);

// So many statements are kept prepared at most, but for those in use; the count is for tests.
enum { STORE_PREPARED_MAX = 128 };
size_t store_prepared_count(const struct store *store);

// "EXPLAIN QUERY PLAN" of each declared statement, for tests.
enum clinic_status store_explain(struct store *store,
                                 void (*visit)(void *context, const char *sql, const char *plan),
                                 void *context);
