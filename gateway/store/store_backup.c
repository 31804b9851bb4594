#include "store_scope.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

// The copy is made beside its place and checked before it gets its name, so that a file of that name is always a
// whole one.

static enum clinic_status make_private(const char *path,
                                       char reterr_problem[static STORE_PROBLEM_BYTES])
{
    (void)unlink(path); // of a backup that was cut short
    const int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd >= 0 && close(fd) == 0)
        return CLINIC_OK;
    store_problem(reterr_problem, "cannot make %.300s: %s", path, strerror(errno));
    return CLINIC_IO;
}

static enum clinic_status copy(struct store *store, const char *path,
                               char reterr_problem[static STORE_PROBLEM_BYTES])
{
    sqlite3_stmt *statement = NULL;
    int code = sqlite3_prepare_v2(store->db, "VACUUM INTO ?1", -1, &statement, NULL);
    if (code == SQLITE_OK)
        code = sqlite3_bind_text(statement, 1, path, -1, SQLITE_STATIC);
    if (code == SQLITE_OK)
        code = sqlite3_step(statement);
    (void)sqlite3_finalize(statement);
    if (code == SQLITE_DONE)
        return CLINIC_OK;
    store_problem(reterr_problem, "cannot copy the database: %s", sqlite3_errmsg(store->db));
    return store_status(store, code);
}

// The original is not to blame for a bad copy: damage found here is an I/O fault of the place it was written to.
static enum clinic_status check_copy(struct store *store, const char *path,
                                     char reterr_problem[static STORE_PROBLEM_BYTES])
{
    sqlite3 *db = NULL;
    enum clinic_status status = CLINIC_IO;
    if (sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, NULL) == SQLITE_OK)
        status = store_integrity(store, db, reterr_problem);
    else
        store_problem(reterr_problem, "cannot read the copy again");
    (void)sqlite3_close_v2(db);
    return status == CLINIC_DAMAGED ? CLINIC_IO : status;
}

static enum clinic_status sync_path(const char *path, int flags)
{
    const int fd = open(path, flags | O_CLOEXEC);
    if (fd < 0)
        return CLINIC_IO;
    const int result = fsync(fd);
    (void)close(fd); // nothing was written through it
    return result == 0 ? CLINIC_OK : CLINIC_IO;
}

static enum clinic_status sync_parent(const char *path)
{
    char folder[STORE_PATH_BYTES];
    (void)snprintf(folder, sizeof folder, "%s", path);
    char *slash = strrchr(folder, '/');
    if (slash == NULL)
        return sync_path(".", O_RDONLY | O_DIRECTORY);
    slash[slash == folder] = '\0';
    return sync_path(folder, O_RDONLY | O_DIRECTORY);
}

// link() never replaces a file, rename() would.
static enum clinic_status name_copy(const char *from, const char *to,
                                    char reterr_problem[static STORE_PROBLEM_BYTES])
{
    enum clinic_status status = sync_path(from, O_RDWR);
    if (status == CLINIC_OK && link(from, to) != 0)
        status = errno == EEXIST ? CLINIC_EXISTS : CLINIC_IO;
    if (status == CLINIC_OK)
        status = sync_parent(to);
    if (status != CLINIC_OK)
        store_problem(reterr_problem, "cannot put the backup in place as %.300s: %s", to,
                      strerror(errno));
    return status;
}

enum clinic_status store_backup(struct store *store, const char *path,
                                char reterr_problem[static STORE_PROBLEM_BYTES])
{
    char unfinished[STORE_PATH_BYTES];
    const int length = snprintf(unfinished, sizeof unfinished, "%s.part", path);
    if (length < 0 || (size_t)length >= sizeof unfinished) {
        store_problem(reterr_problem, "the name of the backup is too long");
        return CLINIC_INVALID;
    }
    if (access(path, F_OK) == 0) {
        store_problem(reterr_problem, "%.300s is there already, and a backup never overwrites",
                      path);
        return CLINIC_EXISTS;
    }
    enum clinic_status status = make_private(unfinished, reterr_problem);
    if (status != CLINIC_OK)
        return status;
    status = copy(store, unfinished, reterr_problem);
    if (status == CLINIC_OK)
        status = check_copy(store, unfinished, reterr_problem);
    if (status == CLINIC_OK)
        status = name_copy(unfinished, path, reterr_problem);
    (void)unlink(unfinished); // of what was named, the other name stays
    return status;
}
