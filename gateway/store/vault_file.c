#include "store_scope.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char name[] = "vault.key";
static const char unfinished[] = "vault.key.new";

static enum clinic_status write_synced(const char *path, const void *bytes, size_t length)
{
    (void)unlink(path); // of a start that was cut short
    const int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0)
        return store_system_status(errno);
    errno = ENOSPC; // what a short write means
    bool is_written = write(fd, bytes, length) == (ssize_t)length && fsync(fd) == 0;
    const enum clinic_status failure = store_system_status(errno);
    if (close(fd) != 0)
        is_written = false;
    return is_written ? CLINIC_OK : failure;
}

enum clinic_status vault_file_create(struct store *store,
                                     char reterr_problem[static STORE_PROBLEM_BYTES])
{
    if (store_file_exists(store, name))
        return CLINIC_OK;
    char from[STORE_PATH_BYTES];
    char to[STORE_PATH_BYTES];
    store_path(store, unfinished, from);
    store_path(store, name, to);

    uint8_t key[CLINIC_KEY_BYTES];
    clinic_random(key, sizeof key);
    enum clinic_status status = write_synced(from, key, sizeof key);
    clinic_wipe(key, sizeof key);
    if (status == CLINIC_OK && rename(from, to) != 0)
        status = CLINIC_IO;
    if (status == CLINIC_OK)
        status = store_sync_folder(store);
    if (status != CLINIC_OK) {
        store_problem(reterr_problem, "cannot make %s: %s", to, strerror(errno));
        (void)unlink(from);
    }
    return status;
}

static enum clinic_status check_rights(int fd, const char *path,
                                       char reterr_problem[static STORE_PROBLEM_BYTES])
{
    struct stat about;
    if (fstat(fd, &about) != 0)
        return CLINIC_IO;
    if ((about.st_mode & (S_IRWXG | S_IRWXO)) == 0)
        return CLINIC_OK;
    store_problem(reterr_problem, "others can read %s: chmod 600 it", path);
    return CLINIC_INVALID;
}

enum clinic_status vault_file_read(struct store *store,
                                   char reterr_problem[static STORE_PROBLEM_BYTES])
{
    char path[STORE_PATH_BYTES];
    store_path(store, name, path);
    const int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        const int error = errno;
        store_problem(reterr_problem,
                      "cannot open %s: %s. The database cannot be used without the key it was made "
                      "with: put the saved copy back",
                      path, strerror(error));
        return error == ENOENT ? CLINIC_INVALID : CLINIC_IO;
    }
    uint8_t key[CLINIC_KEY_BYTES + 1];
    enum clinic_status status = check_rights(fd, path, reterr_problem);
    if (status == CLINIC_OK && read(fd, key, sizeof key) != CLINIC_KEY_BYTES) {
        store_problem(reterr_problem, "%s is not a key of %d bytes: put the saved copy back", path,
                      CLINIC_KEY_BYTES);
        status = CLINIC_INVALID;
    }
    (void)close(fd); // opened for reading
    if (status == CLINIC_OK)
        memcpy(store->vault_key, key, CLINIC_KEY_BYTES);
    clinic_wipe(key, sizeof key);
    return status;
}
