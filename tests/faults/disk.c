#include "disk.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cmocka.h>

#define RUN(...) process_must_run((const char *const[]){ __VA_ARGS__, NULL })

static void move_contents(const struct fixture *fixture, const char *from, const char *to)
{
    RUN("cp", "-a", fixture_path(fixture, "%s/.", from), fixture_path(fixture, "%s/", to));
    RUN("rm", "-rf", fixture_path(fixture, "%s", from));
}

bool disk_begin(struct fixture *fixture, int mebibytes)
{
    char options[64];

    (void)snprintf(options, sizeof options, "size=%dm,mode=0700", mebibytes);
    if (unshare(CLONE_NEWNS) != 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0)
        return false;
    assert_int_equal(rename(fixture_path(fixture, "data"), fixture_path(fixture, "before")), 0);
    assert_int_equal(mkdir(fixture_path(fixture, "data"), 0700), 0);
    assert_int_equal(mount("tmpfs", fixture_path(fixture, "data"), "tmpfs", 0, options), 0);
    move_contents(fixture, "before", "data");
    return true;
}

void disk_end(struct fixture *fixture)
{
    assert_int_equal(umount2(fixture_path(fixture, "data"), MNT_DETACH), 0);
}

static int64_t room(const struct fixture *fixture)
{
    struct statvfs disk;

    assert_int_equal(statvfs(fixture_path(fixture, "data"), &disk), 0);
    return (int64_t)disk.f_bavail * (int64_t)disk.f_frsize;
}

void disk_fill(const struct fixture *fixture, int64_t leave_bytes)
{
    const int fd = open(fixture_path(fixture, "data/filler"), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    struct stat about;
    int error = ENOSPC;

    assert_true(fd >= 0);
    assert_int_equal(fstat(fd, &about), 0);
    const int64_t wanted = room(fixture) - leave_bytes;
    if (wanted > 0)
        error = posix_fallocate(fd, about.st_size, wanted);
    (void)close(fd);
    assert_true(error == 0 || error == ENOSPC);
}

void disk_make_room(const struct fixture *fixture)
{
    assert_int_equal(unlink(fixture_path(fixture, "data/filler")), 0);
}
