#include "flash_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

// What the file begins with.
struct header {
    char magic[8];
    uint64_t flash_bytes;
};

struct content {
    struct header header;
    struct sim_flash flash;
};

static const struct header expected = { "scaleflh", sizeof(struct sim_flash) };

static bool complain(char *reterr_problem, const char *path, const char *what)
{
    (void)snprintf(reterr_problem, FLASH_FILE_PROBLEM_BYTES, "%.300s: %s", path, what);
    return false;
}

static bool keep_in_memory(struct flash_file *file, uint64_t seed, char *reterr_problem)
{
    file->flash = malloc(sizeof *file->flash);
    if (file->flash == NULL)
        return complain(reterr_problem, "flash", "out of memory");
    sim_flash_init(file->flash, seed);
    return true;
}

static const char no_flash[] = "this is no flash of a simulated scale of this release";

// Locks the file and gives it its size, if it is ours or new.
static bool take_file(int fd, const char *path, char *reterr_problem)
{
    struct stat status;
    if (flock(fd, LOCK_EX | LOCK_NB) != 0)
        return complain(reterr_problem, path, "another program uses it");
    if (fstat(fd, &status) != 0)
        return complain(reterr_problem, path, strerror(errno));
    if (status.st_size != 0 && status.st_size != sizeof(struct content))
        return complain(reterr_problem, path, no_flash);
    return ftruncate(fd, sizeof(struct content)) == 0
           || complain(reterr_problem, path, strerror(errno));
}

// A file whose header is not there was being made when the program was killed.
static bool map(struct flash_file *file, const char *path, uint64_t seed, char *reterr_problem)
{
    struct content *content =
        mmap(NULL, sizeof *content, PROT_READ | PROT_WRITE, MAP_SHARED, file->fd, 0);
    if (content == MAP_FAILED)
        return complain(reterr_problem, path, strerror(errno));
    if (content->header.magic[0] == '\0') {
        sim_flash_init(&content->flash, seed);
        content->header = expected;
    }
    file->flash = &content->flash;
    file->mapped_bytes = sizeof *content;
    return memcmp(&content->header, &expected, sizeof expected) == 0
           || complain(reterr_problem, path, no_flash);
}

bool flash_file_open(struct flash_file *file, const char *path, uint64_t seed,
                     char reterr_problem[static FLASH_FILE_PROBLEM_BYTES])
{
    memset(file, 0, sizeof *file);
    if (path == NULL)
        return keep_in_memory(file, seed, reterr_problem);
    file->fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (file->fd < 0) {
        file->fd = 0;
        return complain(reterr_problem, path, strerror(errno));
    }
    if (take_file(file->fd, path, reterr_problem) && map(file, path, seed, reterr_problem)) {
        sim_flash_power_on(file->flash);
        return true;
    }
    flash_file_close(file);
    return false;
}

void flash_file_close(struct flash_file *file)
{
    if (file->flash != NULL && file->mapped_bytes == 0)
        free(file->flash);
    if (file->mapped_bytes > 0)
        (void)munmap((char *)file->flash - offsetof(struct content, flash), file->mapped_bytes);
    if (file->fd > 0) // 0 is stdin's
        (void)close(file->fd);
    memset(file, 0, sizeof *file);
}
