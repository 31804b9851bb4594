// failing_disk.c - preloaded into a program: the disk under its database fails while a certain file exists.
//
// CLINIC_FAILING_DISK names that file; its content is "sync" or "write". Only clinic.db and clinic.db-wal are hit.
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PATH_BYTES = 512, WORD_BYTES = 16 };

static bool is_database(int fd)
{
    static const char *const endings[] = { "/clinic.db", "/clinic.db-wal" };
    char link[64];
    char path[PATH_BYTES] = "";

    (void)snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    const ssize_t length = readlink(link, path, sizeof path - 1);
    for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++) {
        const size_t ending = strlen(endings[i]);
        if (length >= (ssize_t)ending && strcmp(path + length - ending, endings[i]) == 0)
            return true;
    }
    return false;
}

static bool is_failing(const char *what, int fd)
{
    const char *path = getenv("CLINIC_FAILING_DISK");
    char word[WORD_BYTES] = "";
    const int saved = errno;
    const int file = path == NULL ? -1 : open(path, O_RDONLY | O_CLOEXEC);

    if (file >= 0) {
        (void)!read(file, word, sizeof word - 1); // nothing read is no word
        (void)close(file);
    }
    errno = saved;
    return strcmp(word, what) == 0 && is_database(fd);
}

static int fail(void)
{
    errno = EIO;
    return -1;
}

int fsync(int fd)
{
    int (*real)(int fd) = (int (*)(int fd))dlsym(RTLD_NEXT, "fsync");

    return is_failing("sync", fd) ? fail() : real(fd);
}

int fdatasync(int fd)
{
    int (*real)(int fd) = (int (*)(int fd))dlsym(RTLD_NEXT, "fdatasync");

    return is_failing("sync", fd) ? fail() : real(fd);
}

ssize_t pwrite64(int fd, const void *bytes, size_t length, off64_t offset)
{
    ssize_t (*real)(int fd, const void *bytes, size_t length, off64_t offset) =
        (ssize_t(*)(int fd, const void *bytes, size_t length, off64_t offset))dlsym(RTLD_NEXT,
                                                                                    "pwrite64");

    return is_failing("write", fd) ? fail() : real(fd, bytes, length, offset);
}
