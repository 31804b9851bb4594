// slow_disk.c - LD_PRELOAD: a disk whose fsync and fdatasync take 5 ms longer.
#include <dlfcn.h>
#include <time.h>
#include <unistd.h>

static int slowly(const char *name, int fd)
{
    const struct timespec pause = { .tv_nsec = 5000000 };
    int (*next)(int) = NULL;

    *(void **)&next = dlsym(RTLD_NEXT, name);
    (void)nanosleep(&pause, NULL);
    return next(fd);
}

int fsync(int fd)
{
    return slowly("fsync", fd);
}

int fdatasync(int fd)
{
    return slowly("fdatasync", fd);
}
