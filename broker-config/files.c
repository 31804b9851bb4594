#include "files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static bool fail_file(struct failure *failure, const char *doing, const char *path)
{
    return failed(failure, "cannot %s %.600s: %s", doing, path, strerror(errno));
}

static bool write_all(int descriptor, const char *bytes, size_t length)
{
    while (length > 0) {
        const ssize_t written = write(descriptor, bytes, length);
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return false;
        bytes += written;
        length -= (size_t)written;
    }
    return true;
}

static bool sync_folder(const char *path, struct failure *failure)
{
    const int descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor < 0)
        return fail_file(failure, "open the folder", path);
    const bool is_synced = fsync(descriptor) == 0;
    if (!is_synced)
        (void)fail_file(failure, "fsync the folder", path);
    (void)close(descriptor); // nothing was written through it
    return is_synced;
}

static bool sync_folder_of(const char *path, struct failure *failure)
{
    char folder[FILES_PATH_BYTES];
    (void)snprintf(folder, sizeof folder, "%s", path);
    char *slash = strrchr(folder, '/');
    if (slash == NULL)
        return sync_folder(".", failure);
    slash[slash == folder ? 1 : 0] = '\0';
    return sync_folder(folder, failure);
}

// The mode is set by fchmod, after the owner: the umask has no say, and nobody ever has more than it.
static bool fill(int descriptor, const void *bytes, size_t length, mode_t mode, gid_t group)
{
    if (group != FILES_NO_GROUP && fchown(descriptor, (uid_t)-1, group) != 0)
        return false;
    return write_all(descriptor, bytes, length) && fchmod(descriptor, mode) == 0
           && fsync(descriptor) == 0;
}

bool files_write(const char *path, const void *bytes, size_t length, mode_t mode, gid_t group,
                 struct failure *failure)
{
    char temporary[FILES_PATH_BYTES];
    const int used = snprintf(temporary, sizeof temporary, "%s.new", path);
    if (used < 0 || (size_t)used >= sizeof temporary)
        return failed(failure, "the path %.600s is too long", path);

    const int descriptor =
        open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (descriptor < 0)
        return fail_file(failure, "write", temporary);
    bool is_filled = fill(descriptor, bytes, length, mode, group);
    const int error = errno;
    is_filled = close(descriptor) == 0 && is_filled;
    if (!is_filled) {
        errno = error;
        (void)fail_file(failure, "write", temporary);
        (void)unlink(temporary); // the failure to write is the one to report
        return false;
    }
    return files_rename(temporary, path, failure);
}

bool files_rename(const char *from, const char *to, struct failure *failure)
{
    if (rename(from, to) != 0)
        return fail_file(failure, "put in place", to);
    return sync_folder_of(to, failure);
}

bool files_read(const char *path, size_t limit, char **ret_bytes, size_t *ret_length,
                struct failure *failure)
{
    FILE *file = fopen(path, "re");
    if (file == NULL)
        return fail_file(failure, "read", path);
    char *bytes = malloc(limit + 2);
    if (bytes == NULL) {
        (void)fclose(file); // read only: nothing can be lost
        return failed(failure, "out of memory");
    }
    const size_t length = fread(bytes, 1, limit + 1, file);
    bool is_read = ferror(file) == 0;
    if (!is_read)
        (void)fail_file(failure, "read", path);
    else if (length > limit)
        is_read = failed(failure, "%.600s is larger than %zu bytes", path, limit);
    (void)fclose(file); // read only: nothing can be lost
    if (!is_read) {
        free(bytes);
        return false;
    }
    bytes[length] = '\0';
    *ret_bytes = bytes;
    *ret_length = length;
    return true;
}

bool files_holds(const char *path, const void *bytes, size_t length)
{
    char *there = NULL;
    size_t there_length = 0;
    struct failure ignored;
    if (!files_read(path, length, &there, &there_length, &ignored))
        return false;
    const bool is_same = there_length == length && memcmp(there, bytes, length) == 0;
    free(there);
    return is_same;
}

bool files_exists(const char *path)
{
    struct stat status;
    return lstat(path, &status) == 0;
}

static bool make_folders_above(const char *path, struct failure *failure)
{
    char above[FILES_PATH_BYTES];
    (void)snprintf(above, sizeof above, "%s", path);
    for (char *slash = strchr(above + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        if (mkdir(above, 0755) != 0 && errno != EEXIST)
            return fail_file(failure, "make the folder", above);
        *slash = '/';
    }
    return true;
}

bool files_make_folder(const char *path, mode_t mode, gid_t group, struct failure *failure)
{
    if (!make_folders_above(path, failure))
        return false;
    if (mkdir(path, 0700) != 0 && errno != EEXIST)
        return fail_file(failure, "make the folder", path);
    if (group != FILES_NO_GROUP && chown(path, (uid_t)-1, group) != 0)
        return fail_file(failure, "change the group of", path);
    if (chmod(path, mode) != 0)
        return fail_file(failure, "change the mode of", path);
    return sync_folder_of(path, failure);
}

static bool remove_files_in(const char *path, DIR *folder, struct failure *failure)
{
    for (const struct dirent *entry = readdir(folder); entry != NULL; entry = readdir(folder)) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        if (unlinkat(dirfd(folder), entry->d_name, 0) != 0)
            return failed(failure, "cannot remove %.400s/%.200s: %s", path, entry->d_name,
                          strerror(errno));
    }
    return true;
}

bool files_remove_folder(const char *path, struct failure *failure)
{
    DIR *folder = opendir(path);
    if (folder == NULL)
        return errno == ENOENT ? true : fail_file(failure, "open the folder", path);
    const bool is_empty = remove_files_in(path, folder, failure);
    (void)closedir(folder); // nothing was written through it
    if (!is_empty)
        return false;
    return rmdir(path) == 0 ? true : fail_file(failure, "remove the folder", path);
}

bool files_lock(const char *path, int *ret_descriptor, struct failure *failure)
{
    const int descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (descriptor < 0)
        return fail_file(failure, "open the lock", path);
    if (flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
        if (errno == EWOULDBLOCK)
            (void)failed(failure, "another clinic-broker is at work; try again when it is done");
        else
            (void)fail_file(failure, "lock", path);
        (void)close(descriptor); // nothing was written through it
        return false;
    }
    *ret_descriptor = descriptor;
    return true;
}
