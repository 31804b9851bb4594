#include "ledger.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

enum { BUFFER_BYTES = 64 * 1024 };

struct ledger {
    int fd;
    bool has_failed;
    size_t length;
    char buffer[BUFFER_BYTES];
};

static bool visit_lines(FILE *file, bool (*visit)(void *context, const char *line), void *context,
                        off_t *ret_whole_bytes)
{
    char *line = NULL;
    size_t room = 0;
    ssize_t length = 0;
    bool is_good = true;
    *ret_whole_bytes = 0;
    while (is_good && (length = getline(&line, &room, file)) > 0 && line[length - 1] == '\n') {
        line[length - 1] = '\0';
        is_good = visit == NULL || visit(context, line);
        *ret_whole_bytes += length;
    }
    free(line);
    return is_good;
}

// Reads what is there and cuts a torn end off.
static bool take_over(struct ledger *ledger, const char *path,
                      bool (*visit)(void *context, const char *line), void *context)
{
    off_t whole_bytes = 0;
    FILE *file = fopen(path, "re");
    if (file == NULL)
        return false;
    bool is_good = visit_lines(file, visit, context, &whole_bytes);
    (void)fclose(file);
    if (!is_good)
        errno = EILSEQ;
    return is_good && ftruncate(ledger->fd, whole_bytes) == 0 && fsync(ledger->fd) == 0;
}

bool ledger_open(const char *path, bool (*visit)(void *context, const char *line), void *context,
                 struct ledger **ret_ledger, char reterr_problem[static LEDGER_PROBLEM_BYTES])
{
    struct ledger *ledger = calloc(1, sizeof *ledger);
    if (ledger == NULL)
        return false;
    ledger->fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
    if (ledger->fd < 0 || flock(ledger->fd, LOCK_EX | LOCK_NB) != 0
        || !take_over(ledger, path, visit, context)) {
        (void)snprintf(reterr_problem, LEDGER_PROBLEM_BYTES, "%.300s: %s", path,
                       errno == EILSEQ        ? "this is no ledger of this command"
                       : errno == EWOULDBLOCK ? "another program writes it"
                                              : strerror(errno));
        ledger_close(ledger);
        return false;
    }
    *ret_ledger = ledger;
    return true;
}

void ledger_close(struct ledger *ledger)
{
    if (ledger == NULL)
        return;
    if (ledger->fd >= 0)
        (void)close(ledger->fd);
    free(ledger);
}

static bool write_out(struct ledger *ledger)
{
    size_t written = 0;
    while (written < ledger->length) {
        ssize_t part = write(ledger->fd, ledger->buffer + written, ledger->length - written);
        if (part < 0 && errno == EINTR)
            continue;
        if (part <= 0)
            return false;
        written += (size_t)part;
    }
    return true;
}

bool ledger_flush(struct ledger *ledger)
{
    if (ledger->length > 0 && !ledger->has_failed)
        ledger->has_failed = !write_out(ledger) || fdatasync(ledger->fd) != 0;
    ledger->length = 0;
    return !ledger->has_failed;
}

void ledger_add(struct ledger *ledger, const char *format, ...)
{
    va_list arguments;
    if (sizeof ledger->buffer - ledger->length < LEDGER_LINE_MAX + 2)
        (void)ledger_flush(ledger); // a failure is kept
    char *line = ledger->buffer + ledger->length;
    va_start(arguments, format);
    int length = vsnprintf(line, LEDGER_LINE_MAX + 1, format, arguments);
    va_end(arguments);
    if (length < 0)
        return;
    if (length > LEDGER_LINE_MAX)
        length = LEDGER_LINE_MAX;
    line[length] = '\n';
    ledger->length += (size_t)length + 1;
}
