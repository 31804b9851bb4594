#include "store_scope.h"

#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static const char damaged_prefix[] = "clinic.db.damaged-";

void store_path(const struct store *store, const char *name, char path[static STORE_PATH_BYTES])
{
    const int length = snprintf(path, STORE_PATH_BYTES, "%s/%s", store->folder, name);
    assert(length > 0 && length < STORE_PATH_BYTES);
    (void)length;
}

bool store_file_exists(const struct store *store, const char *name)
{
    char path[STORE_PATH_BYTES];
    store_path(store, name, path);
    return access(path, F_OK) == 0;
}

int64_t store_file_bytes(const struct store *store, const char *name)
{
    char path[STORE_PATH_BYTES];
    store_path(store, name, path);
    struct stat about;
    return stat(path, &about) == 0 ? about.st_size : 0;
}

enum clinic_status store_sync_folder(const struct store *store)
{
    const int fd = open(store->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return CLINIC_IO;
    const int result = fsync(fd);
    (void)close(fd); // opened for reading
    return result == 0 ? CLINIC_OK : CLINIC_IO;
}

enum clinic_status store_lock(struct store *store, char reterr_problem[static STORE_PROBLEM_BYTES])
{
    if (mkdir(store->folder, 0700) != 0 && errno != EEXIST) {
        store_problem(reterr_problem, "cannot make the data folder %s: %s", store->folder,
                      strerror(errno));
        return CLINIC_IO;
    }
    char path[STORE_PATH_BYTES];
    store_path(store, "lock", path);
    store->lock_fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (store->lock_fd < 0) {
        store_problem(reterr_problem, "cannot open %s: %s", path, strerror(errno));
        return CLINIC_IO;
    }
    if (flock(store->lock_fd, LOCK_EX | LOCK_NB) == 0)
        return CLINIC_OK;
    if (errno == EWOULDBLOCK) {
        store_problem(reterr_problem, "another gateway is running on the data folder %s",
                      store->folder);
        return CLINIC_BUSY;
    }
    store_problem(reterr_problem, "cannot lock %s: %s", path, strerror(errno));
    return CLINIC_IO;
}

// ---- what was set aside

static int is_damaged(const struct dirent *entry)
{
    if (strncmp(entry->d_name, damaged_prefix, strlen(damaged_prefix)) != 0)
        return 0;
    const char *digits = entry->d_name + strlen(damaged_prefix);
    return digits[strspn(digits, "0123456789")] == '\0';
}

// The newest damaged file in the folder, without its companions. False: none.
static bool find_damaged(const struct store *store, char ret_name[static NAME_MAX + 1])
{
    struct dirent **entries = NULL;
    const int count = scandir(store->folder, &entries, is_damaged, alphasort);
    if (count < 0)
        return false;
    if (count > 0)
        (void)snprintf(ret_name, NAME_MAX + 1, "%s", entries[count - 1]->d_name);
    for (int i = 0; i < count; i++)
        free(entries[i]);
    free(entries);
    return count > 0;
}

static enum clinic_status move(const struct store *store, const char *from, const char *to)
{
    char old_path[STORE_PATH_BYTES];
    char new_path[STORE_PATH_BYTES];
    store_path(store, from, old_path);
    store_path(store, to, new_path);
    return rename(old_path, new_path) == 0 || errno == ENOENT ? CLINIC_OK : CLINIC_IO;
}

// A WAL that stayed behind would be played into whatever is put in place as clinic.db next.
static enum clinic_status move_companions(const struct store *store, const char *name)
{
    char companion[NAME_MAX + 1];
    (void)snprintf(companion, sizeof companion, "%.200s-wal", name);
    enum clinic_status status = move(store, "clinic.db-wal", companion);
    (void)snprintf(companion, sizeof companion, "%.200s-shm", name);
    if (status == CLINIC_OK)
        status = move(store, "clinic.db-shm", companion);
    if (status == CLINIC_OK)
        status = store_sync_folder(store);
    return status;
}

enum clinic_status store_may_begin(struct store *store,
                                   char reterr_problem[static STORE_PROBLEM_BYTES])
{
    char name[NAME_MAX + 1] = "";
    if (store->mode != STORE_SERVE) {
        store_problem(reterr_problem, "there is no database in %s; start the gateway there first",
                      store->folder);
        return CLINIC_NOT_FOUND;
    }
    if (find_damaged(store, name)) {
        if (move_companions(store, name) != CLINIC_OK)
            return CLINIC_IO;
        store_problem(
            reterr_problem,
            "the database was found damaged and is now %.200s/%.100s: put a backup in place as "
            "clinic.db, or move the damaged files out of the folder to begin an empty log",
            store->folder, name);
        return CLINIC_NOT_FOUND;
    }
    if (store_file_bytes(store, "clinic.db-wal") > 0) {
        store_problem(reterr_problem,
                      "%.300s has a clinic.db-wal but no clinic.db: put clinic.db back, or move "
                      "clinic.db-wal out of the folder to begin an empty log",
                      store->folder);
        return CLINIC_NOT_FOUND;
    }
    return CLINIC_OK;
}

static void choose_name(const struct store *store, char name[static 64])
{
    int64_t now_s = clinic_wall_ms(store->clock) / 1000;
    do
        (void)snprintf(name, 64, "%s%" PRId64, damaged_prefix, now_s++);
    while (store_file_exists(store, name));
}

enum clinic_status store_set_aside(struct store *store, char problem[static STORE_PROBLEM_BYTES])
{
    query_finalize_all(store);
    if (store->db != NULL)
        // Closing must not write the WAL into a file that is evidence now.
        (void)sqlite3_db_config(store->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
    (void)sqlite3_close_v2(store->db);
    store->db = NULL;

    char finding[STORE_PROBLEM_BYTES / 2];
    char name[64];
    (void)snprintf(finding, sizeof finding, "%.*s", (int)sizeof finding - 1, problem);
    choose_name(store, name);
    enum clinic_status status = move(store, "clinic.db", name);
    if (status == CLINIC_OK)
        status = move_companions(store, name);
    if (status == CLINIC_OK) {
        char mark[STORE_PATH_BYTES];
        store_path(store, "check-needed", mark);
        (void)unlink(mark); // it was about this file; one left over costs a check
    }
    store_problem(
        problem, "the database is damaged (%s). %s %.150s/%s. Put a backup in place as clinic.db.",
        finding,
        status == CLINIC_OK ? "It is not served and has been kept as" : "It could not be moved to",
        store->folder, name);
    return status == CLINIC_OK ? CLINIC_DAMAGED : CLINIC_IO;
}
