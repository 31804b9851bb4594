// main.c - clinic-calendar: reads an iCalendar file from its input and writes the days that it is about, a line each:
//
//   2026-12-25 2026-12-26 Christmas
//
// The argument is today, "2026-11-23". A file that cannot be taken gives a sentence instead, and exit code 1.
//
// The gateway runs it for as long as a file takes, in a process of its own: libical and the ICU it brings along cost
// 5 MiB that would stay, and whatever a stranger's file does to a parser happens here, within limits.
//
// Read next: calendar_days.c (the file), ../services/ics.c (the gateway's side).
#include "calendar_days.h"

#include "../services/local_time.h"

#include <stdio.h>
#include <sys/resource.h>
#include <unistd.h>

enum { REFUSED = 1, USAGE = 2, CPU_S = 2, WALL_S = 10, MEMORY_BYTES = 256 * 1024 * 1024 };

#if defined(__SANITIZE_ADDRESS__)
#define IS_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define IS_SANITIZED 1
#endif
#endif
#ifndef IS_SANITIZED
#define IS_SANITIZED 0
#endif

// The sanitizer reserves terabytes of addresses.
static void limit(void)
{
    const struct rlimit processor = { CPU_S, CPU_S };
    const struct rlimit memory = { MEMORY_BYTES, MEMORY_BYTES };

    (void)setrlimit(RLIMIT_CPU, &processor);
    if (!IS_SANITIZED)
        (void)setrlimit(RLIMIT_AS, &memory);
    (void)alarm(WALL_S);
}

static void print(const struct calendar_days *days)
{
    for (size_t i = 0; i < days->count; i++) {
        const struct calendar_event *event = &days->items[i];
        char from[LOCAL_DAY_BYTES];
        char to[LOCAL_DAY_BYTES];
        local_day_print(event->from_day, from);
        local_day_print(event->to_day, to);
        (void)printf("%s %s %s\n", from, to, event->name);
    }
}

int main(int argc, char **argv)
{
    static char text[CALENDAR_TEXT_BYTES + 1];
    static struct calendar_days days;
    char problem[CALENDAR_PROBLEM_BYTES];

    if (argc != 2 || !local_day_is_real(argv[1])) {
        (void)fputs("usage: clinic-calendar YYYY-MM-DD <file.ics\n", stderr);
        return USAGE;
    }
    limit();
    const size_t length = fread(text, 1, sizeof text, stdin);
    if (length == sizeof text) {
        (void)puts("The file is too large.");
        return REFUSED;
    }
    text[length] = '\0';
    if (!calendar_days_read(text, local_day_number(argv[1]), &days, problem)) {
        (void)puts(problem);
        return REFUSED;
    }
    print(&days);
    return 0;
}
