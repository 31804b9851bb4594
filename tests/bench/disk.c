// disk.c - what one fdatasync costs here: appends 4 KiB and syncs, again and again.
//
//   bench-disk FOLDER      prints fdatasync_p50_ms=… fdatasync_p99_ms=…
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { SYNCS = 300, BYTES = 4096 };

static double now_ms(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec * 1e-6;
}

static int by_size(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

int main(int argc, char **argv)
{
    static char block[BYTES];
    static double took_ms[SYNCS];
    char path[1024];

    (void)snprintf(path, sizeof path, "%s/bench-disk", argc > 1 ? argv[1] : ".");
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    for (int i = 0; fd >= 0 && i < SYNCS; i++) {
        double before_ms = now_ms();
        if (write(fd, block, sizeof block) != (ssize_t)sizeof block || fdatasync(fd) != 0)
            break;
        took_ms[i] = now_ms() - before_ms;
    }
    if (fd < 0 || took_ms[SYNCS - 1] == 0) {
        fprintf(stderr, "bench-disk: %s: %s\n", path, strerror(errno));
        return 1;
    }
    (void)close(fd);
    (void)unlink(path);
    qsort(took_ms, SYNCS, sizeof took_ms[0], by_size);
    printf("fdatasync_p50_ms=%.3f fdatasync_p99_ms=%.3f\n", took_ms[SYNCS / 2],
           took_ms[SYNCS * 99 / 100]);
    return 0;
}
