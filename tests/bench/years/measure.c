// measure.c - how long requests take inside the gateway, on a folder that bench-years-make wrote.
//
//   bench-years-measure FOLDER MONTHS LAST_DAY [cold]
//
// From the bytes that came in to the reply that may go out: read, allowed, decided, audited, remembered, committed
// with its fdatasync. A line a request: name, how many, how many refused, median and 99th percentile in milliseconds,
// and the median of what the processor did of it, which other programs on the machine do not lengthen.
// With "cold" the machine's copy of the file is given up before each request: what the gateway's own page cache
// lacks comes from the disk. Otherwise all of the file is read before.
#include "calendar.h"
#include "questions.h"

#include <local_time.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum {
    ASKED = 300,
    ASKED_COLD = 60,
    MORNING_MINUTE = 7 * 60 + 15,
    SECOND_MS = 1000,
    READ_BYTES = 1024 * 1024
};

// ---- measuring

struct times {
    double taken_ms[ASKED];
    double worked_ms[ASKED];
    size_t count;
};

static double now_ms(clockid_t clock)
{
    struct timespec now;

    (void)clock_gettime(clock, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec * 1e-6;
}

static int by_size(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static const char *const files[] = { "clinic.db", "clinic.db-wal" };

static int open_copy(const struct bench *bench, size_t i)
{
    char path[PRACTICE_PATH_BYTES + 32];

    (void)snprintf(path, sizeof path, "%s/%s", bench->practice.folder, files[i]);
    return open(path, O_RDONLY | O_CLOEXEC);
}

// What has been written is given up only once it is on the disk.
static void chill(const struct bench *bench)
{
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        const int fd = open_copy(bench, i);
        if (fd < 0)
            continue; // there is no WAL yet
        (void)fdatasync(fd);
        (void)posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);
        (void)close(fd);
    }
}

static void warm_up(const struct bench *bench)
{
    static char bytes[READ_BYTES];

    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        const int fd = open_copy(bench, i);
        while (fd >= 0 && read(fd, bytes, sizeof bytes) > 0)
            continue;
        if (fd >= 0)
            (void)close(fd);
    }
}

static void pose(struct bench *bench, const struct question *question, size_t length)
{
    if (question->kind == CLINIC_REQUEST_NONE)
        practice_go_on(&bench->practice, bench->practice.now_ms + SECOND_MS);
    else
        (void)practice_send(&bench->practice, question->seat, question->kind, length);
}

static void run(struct bench *bench, const struct question *question, struct times *times)
{
    const size_t wanted = bench->is_cold ? ASKED_COLD : ASKED;
    size_t length;

    bench->seat = question->seat;
    while (times->count < wanted && (length = question->write(bench, times->count)) > 0) {
        if (bench->is_cold)
            chill(bench);
        const double begun = now_ms(CLOCK_MONOTONIC);
        const double worked = now_ms(CLOCK_PROCESS_CPUTIME_ID);
        pose(bench, question, length);
        times->worked_ms[times->count] = now_ms(CLOCK_PROCESS_CPUTIME_ID) - worked;
        times->taken_ms[times->count++] = now_ms(CLOCK_MONOTONIC) - begun;
    }
}

static void measure_one(struct bench *bench, const struct question *question)
{
    struct times times = { .count = 0 };
    const uint64_t refused = bench->practice.refused;

    run(bench, question, &times);
    if (times.count == 0)
        return;
    qsort(times.taken_ms, times.count, sizeof times.taken_ms[0], by_size);
    qsort(times.worked_ms, times.count, sizeof times.worked_ms[0], by_size);
    printf("%s\t%zu\t%llu\t%.3f\t%.3f\t%.3f\n", question->name, times.count,
           (unsigned long long)(bench->practice.refused - refused), times.taken_ms[times.count / 2],
           times.taken_ms[times.count * 99 / 100], times.worked_ms[times.count / 2]);
    (void)fflush(stdout);
}

static bool measure(struct bench *bench, const char *folder, int first_day, int last_day)
{
    char problem[PRACTICE_PROBLEM_BYTES] = "";

    if (!practice_open(&bench->practice, folder, local_minute_from(last_day, MORNING_MINUTE),
                       problem)) {
        fprintf(stderr, "%s: %s\n", folder, problem);
        return false;
    }
    if (!bench->is_cold)
        warm_up(bench);
    const bool is_known = sample_take(&bench->sample, &bench->practice, first_day, last_day);
    for (size_t i = 0; is_known && i < question_count; i++)
        measure_one(bench, &questions[i]);
    if (!is_known)
        fprintf(stderr, "%s: no patients to ask for\n", folder);
    practice_close(&bench->practice);
    return is_known;
}

int main(int argc, char **argv)
{
    int first_day, last_day;

    if (argc < 4 || !calendar_span(argv[2], argv[3], &first_day, &last_day)) {
        fputs("usage: bench-years-measure FOLDER MONTHS LAST_DAY [cold]\n", stderr);
        return 2;
    }
    struct bench *bench = calloc(1, sizeof *bench); // too large for the stack
    if (bench == NULL)
        return EXIT_FAILURE;
    bench->is_cold = argc > 4 && strcmp(argv[4], "cold") == 0;
    const bool is_measured = measure(bench, argv[1], first_day, last_day);
    free(bench);
    return is_measured ? EXIT_SUCCESS : EXIT_FAILURE;
}
