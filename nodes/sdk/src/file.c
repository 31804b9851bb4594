#include <clinic/file.h>

#include "folder_sync.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PATH_BYTES = 4096 };

static bool write_file(const char *path, const char *text)
{
    const int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0)
        return false;
    const size_t length = strlen(text);
    // One that a run before left behind may have any mode.
    const bool is_written =
        fchmod(fd, 0600) == 0 && write(fd, text, length) == (ssize_t)length && fsync(fd) == 0;
    return close(fd) == 0 && is_written;
}

enum clinic_status clinic_file_replace(const char *path, const char *text)
{
    char fresh[PATH_BYTES];
    const int length = snprintf(fresh, sizeof fresh, "%s.new", path);
    if (length < 0 || (size_t)length >= sizeof fresh)
        return CLINIC_INVALID;
    if (write_file(fresh, text) && rename(fresh, path) == 0 && folder_sync_of(path))
        return CLINIC_OK;
    return errno == ENOSPC ? CLINIC_FULL : CLINIC_IO;
}
