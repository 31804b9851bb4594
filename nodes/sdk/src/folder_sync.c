#include "folder_sync.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <unistd.h>

enum { PATH_BYTES = 4096 };

bool folder_sync_of(const char *path)
{
    char copy[PATH_BYTES];
    const int length = snprintf(copy, sizeof copy, "%s", path);
    if (length < 0 || (size_t)length >= sizeof copy) {
        errno = ENAMETOOLONG; // a part of it would be another folder
        return false;
    }
    const int descriptor = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor < 0)
        return false;
    const bool is_synced = fsync(descriptor) == 0;
    const int error = errno;
    (void)close(descriptor); // nothing was written through it
    errno = error;
    return is_synced;
}
