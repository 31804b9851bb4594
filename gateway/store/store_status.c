#include "store_scope.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

static const char mark[] = "check-needed";

static enum clinic_status of_constraint(int code)
{
    switch (code) {
    case SQLITE_CONSTRAINT_UNIQUE:
    case SQLITE_CONSTRAINT_PRIMARYKEY:
    case SQLITE_CONSTRAINT_ROWID:
    case SQLITE_CONSTRAINT_CHECK:
        return CLINIC_EXISTS;
    case SQLITE_CONSTRAINT_TRIGGER:
        return CLINIC_REFUSED;
    default:
        return CLINIC_INVALID;
    }
}

enum clinic_status store_system_status(int error)
{
    const bool is_full = error == ENOSPC || error == EDQUOT || error == EFBIG;
    return is_full ? CLINIC_FULL : CLINIC_IO;
}

// SQLite says SQLITE_FULL for ENOSPC alone. A limit on the file's size or a quota that stopped a write is the
// same thing to us. A failed sync is not: its outcome is unknown.
static enum clinic_status of_io_error(struct store *store, int code)
{
    // SQLite keeps no system error of a write that failed within COMMIT; the failed call itself left it.
    const int kept = sqlite3_system_errno(store->db);
    const int error = kept != 0 ? kept : errno;
    const bool is_write =
        code == SQLITE_IOERR_WRITE || code == SQLITE_IOERR_TRUNCATE || code == SQLITE_IOERR_SHMSIZE;
    if (is_write && store_system_status(error) == CLINIC_FULL) {
        store_found_full(store);
        return CLINIC_FULL;
    }
    errno = error;
    return CLINIC_IO;
}

static enum clinic_status translate(struct store *store, int code)
{
    switch (code & 0xff) {
    case SQLITE_OK:
    case SQLITE_ROW:
    case SQLITE_DONE:
        return CLINIC_OK;
    case SQLITE_NOMEM:
        return CLINIC_NOMEM;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return CLINIC_BUSY;
    case SQLITE_FULL:
        store_found_full(store);
        return CLINIC_FULL;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        store_mark_damaged(store);
        return CLINIC_DAMAGED;
    case SQLITE_CONSTRAINT:
        return of_constraint(code);
    case SQLITE_RANGE:
    case SQLITE_MISUSE:
    case SQLITE_MISMATCH:
    case SQLITE_ERROR:
    case SQLITE_TOOBIG:
        return CLINIC_INVALID;
    default:
        return of_io_error(store, code);
    }
}

enum clinic_status store_status(struct store *store, int code)
{
    const enum clinic_status status = translate(store, code);
    if (status != CLINIC_OK)
        store->last_fault = status;
    return status;
}

// Best effort: on a disk that takes no new file the damage is found by the next read of it.
void store_mark_damaged(struct store *store)
{
    char path[STORE_PATH_BYTES];
    store_path(store, mark, path);
    const int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0)
        return;
    (void)fsync(fd);
    (void)close(fd);
    (void)store_sync_folder(store);
}

void store_problem(char problem[static STORE_PROBLEM_BYTES], const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(problem, STORE_PROBLEM_BYTES, format, arguments);
    va_end(arguments);
}

enum clinic_status store_script(struct store *store, const char *sql, const char *what,
                                char reterr_problem[static STORE_PROBLEM_BYTES])
{
    const int code = sqlite3_exec(store->db, sql, NULL, NULL, NULL);
    if (code == SQLITE_OK)
        return CLINIC_OK;
    store_problem(reterr_problem, "%s: %s", what, sqlite3_errmsg(store->db));
    return store_status(store, code);
}
