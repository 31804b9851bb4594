#include "ics.h"

#include "local_time.h"
#include "tidy.h"

#include <clinic/log.h>
#include <clinic/text.h>

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    PATH_BYTES = 512,
    // Two days, a name, the spaces and the line feed.
    LINE_BYTES = 2 * LOCAL_DAY_BYTES + CALENDAR_NAME_BYTES,
    ANSWER_BYTES = CALENDAR_EVENTS_MAX * LINE_BYTES + 1,
    NOT_STARTED = -1,
    NOT_FOUND = 127, // of posix_spawn(), where it is told only by the child
};

static const char program_name[] = "clinic-calendar";

// ---- running the reader

static void find_program(char path[static PATH_BYTES])
{
    const char *named = getenv("CLINIC_CALENDAR_READER");
    const ssize_t length = readlink("/proc/self/exe", path, PATH_BYTES - sizeof program_name - 1);

    path[length > 0 ? length : 0] = '\0';
    char *slash = strrchr(path, '/');
    if (named != NULL)
        (void)snprintf(path, PATH_BYTES, "%s", named);
    else
        memcpy(slash == NULL ? path : slash + 1, program_name, sizeof program_name);
}

static bool write_whole(int fd, const char *text)
{
    size_t left = strlen(text);

    while (left > 0) {
        const ssize_t written = write(fd, text, left);
        if (written < 0)
            return false;
        text += written;
        left -= (size_t)written;
    }
    return lseek(fd, 0, SEEK_SET) == 0;
}

static bool start(const int fds[2], const char *today, pid_t *ret_child)
{
    char path[PATH_BYTES];
    char name[sizeof program_name];
    char day[LOCAL_DAY_BYTES];
    char *const arguments[] = { name, day, NULL };
    posix_spawn_file_actions_t actions;

    find_program(path);
    memcpy(name, program_name, sizeof name);
    memcpy(day, today, sizeof day);
    if (posix_spawn_file_actions_init(&actions) != 0)
        return false;
    int error = posix_spawn_file_actions_adddup2(&actions, fds[0], STDIN_FILENO);
    if (error == 0)
        error = posix_spawn_file_actions_adddup2(&actions, fds[1], STDOUT_FILENO);
    if (error == 0)
        error = posix_spawn(ret_child, path, &actions, NULL, arguments, environ);
    (void)posix_spawn_file_actions_destroy(&actions);
    if (error != 0)
        clinic_log(CLINIC_LOG_ERROR, "calendar files cannot be read: %s: %s", path,
                   strerror(error));
    return error == 0;
}

// The exit code; of a reader that was killed 128 and more. It limits its own time.
static int wait_for(pid_t child)
{
    int state = 0;

    while (waitpid(child, &state, 0) < 0) {
        if (errno != EINTR)
            return NOT_STARTED;
    }
    return WIFEXITED(state) ? WEXITSTATUS(state) : 128 + WTERMSIG(state);
}

static int run(const int fds[2], const char *text, const char *today,
               char answer[static ANSWER_BYTES])
{
    pid_t child;

    if (!write_whole(fds[0], text) || !start(fds, today, &child))
        return NOT_STARTED;
    const int code = wait_for(child);
    const ssize_t length = pread(fds[1], answer, ANSWER_BYTES - 1, 0);
    answer[length > 0 ? length : 0] = '\0';
    return code;
}

// Both files are in memory: no pipe that could fill up while nobody reads.
static int ask(const char *text, const char *today, char answer[static ANSWER_BYTES])
{
    const int fds[2] = { memfd_create("calendar", MFD_CLOEXEC), memfd_create("days", MFD_CLOEXEC) };
    const int code = fds[0] >= 0 && fds[1] >= 0 ? run(fds, text, today, answer) : NOT_STARTED;

    for (size_t i = 0; i < ARRAY_SIZE(fds); i++) {
        if (fds[i] >= 0)
            (void)close(fds[i]);
    }
    return code;
}

// ---- its answer

static bool read_line(const char *line, struct calendar_event *ret_event)
{
    char from[LOCAL_DAY_BYTES];
    char to[LOCAL_DAY_BYTES];
    int end = 0;

    if (sscanf(line, "%10s %10s %n", from, to, &end) != 2 || !local_day_is_real(from)
        || !local_day_is_real(to) || strcmp(from, to) > 0)
        return false;
    ret_event->from_day = local_day_number(from);
    ret_event->to_day = local_day_number(to);
    if (!clinic_text_is_utf8(line, strlen(line)) || clinic_text_has_control(line, false)
        || !tidy_text(line + end, ret_event->name, sizeof ret_event->name))
        ret_event->name[0] = '\0';
    return true;
}

static bool read_answer(char *answer, struct calendar_days *days)
{
    char *rest = answer;

    for (char *line; (line = strsep(&rest, "\n")) != NULL && line[0] != '\0';) {
        if (days->count == CALENDAR_EVENTS_MAX || !read_line(line, &days->items[days->count]))
            return false;
        days->count++;
    }
    return days->count > 0;
}

// Sentences are the reader's own: they repeat nothing of the file.
static enum clinic_status judge(struct decision *decision, int code, char *answer,
                                struct calendar_days *days)
{
    if (code == NOT_STARTED || code == NOT_FOUND)
        return decision_refuse(decision, CLINIC_CODE_INTERNAL, "ics",
                               "Calendar files cannot be read at the moment.");
    if (code == 1) {
        answer[strcspn(answer, "\n")] = '\0';
        return decision_refuse(decision, CLINIC_CODE_CALENDAR_INVALID, "ics", "%s", answer);
    }
    if (code != 0 || !read_answer(answer, days))
        return decision_refuse(decision, CLINIC_CODE_CALENDAR_INVALID, "ics",
                               "This file takes too much to read.");
    return CLINIC_OK;
}

enum clinic_status ics_take(struct decision *decision, const char *text,
                            struct calendar_days *ret_days)
{
    char today[LOCAL_DAY_BYTES];
    char *answer = calloc(1, ANSWER_BYTES);

    ret_days->count = 0;
    if (answer == NULL)
        return CLINIC_NOMEM;
    local_day_at(decision->now_ms, today);
    enum clinic_status status = judge(decision, ask(text, today, answer), answer, ret_days);
    free(answer);
    return status;
}
