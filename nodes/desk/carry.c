#include "carry.h"

#include "desk_socket.h"

#include <clinic/clock.h>
#include <clinic/json.h>

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    // A program that serves answers when the time is up; this much later it is taken for stuck.
    SERVE_GRACE_MS = 5000,
    TURN_POLL_MS = 50,
    TURN_PATIENCE_MS = 5000,
};

struct progress {
    const struct carry *carry;
    bool is_done;
    bool is_queued;
    enum clinic_outcome outcome;
};

static enum clinic_outcome outcome_named(const char *name)
{
    for (int i = 0; i < CLINIC_OUTCOME_COUNT; i++)
        if (name != NULL && strcmp(clinic_outcome_names[i], name) == 0)
            return (enum clinic_outcome)i;
    return CLINIC_OUTCOME_FAULT;
}

static void take_answer(struct progress *progress, const cJSON *answer)
{
    const char *done = clinic_json_text(answer, "done");
    if (clinic_json_text(answer, "queued") != NULL)
        progress->is_queued = true;
    if (done != NULL) {
        progress->is_done = true;
        progress->outcome = outcome_named(done);
    }
    progress->carry->on_answer(progress->carry->context, answer);
}

static void end_with(struct progress *progress, enum clinic_outcome outcome, const char *message)
{
    cJSON *answer = cJSON_CreateObject();
    cJSON_AddStringToObject(answer, "done", clinic_outcome_names[outcome]);
    cJSON_AddStringToObject(answer, "message", message);
    take_answer(progress, answer);
    cJSON_Delete(answer);
}

// What is known when the serving program is gone or stuck in the middle.
static void end_cut_short(struct progress *progress, const cJSON *call)
{
    const char *name = clinic_json_text(call, "call");
    bool is_submit = name != NULL && strcmp(name, "submit") == 0;
    if (progress->is_queued)
        end_with(progress, CLINIC_OUTCOME_QUEUED, "clinic-desk serve ended before the answer came");
    else if (is_submit)
        end_with(progress, CLINIC_OUTCOME_FAULT,
                 "clinic-desk serve ended before it said whether it kept the request; look with "
                 "`clinic-desk outbox` before asking again");
    else
        end_with(progress, CLINIC_OUTCOME_UNAVAILABLE,
                 "clinic-desk serve ended before it answered");
}

// ---- through the socket

static bool send_all(int fd, const char *bytes, size_t length)
{
    while (length > 0) {
        ssize_t sent = send(fd, bytes, length, MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR)
            continue;
        if (sent <= 0)
            return false;
        bytes += sent;
        length -= (size_t)sent;
    }
    return true;
}

static bool send_call(int fd, const cJSON *call)
{
    char *text = clinic_json_print(call);
    bool is_sent = text != NULL && send_all(fd, text, strlen(text)) && send_all(fd, "\n", 1);
    free(text);
    return is_sent;
}

struct reader {
    int fd;
    size_t length;
    char bytes[DESK_ANSWER_LINE_MAX];
};

static void take_lines(struct reader *reader, struct progress *progress)
{
    char *start = reader->bytes;
    char *end = reader->bytes + reader->length;
    char *feed = NULL;
    while (!progress->is_done && (feed = memchr(start, '\n', (size_t)(end - start))) != NULL) {
        cJSON *answer = cJSON_ParseWithLength(start, (size_t)(feed - start));
        if (answer != NULL)
            take_answer(progress, answer);
        cJSON_Delete(answer);
        start = feed + 1;
    }
    reader->length = (size_t)(end - start);
    memmove(reader->bytes, start, reader->length);
}

// False: nothing more will come.
static bool read_more(struct reader *reader, int64_t wait_ms)
{
    struct pollfd wait = { .fd = reader->fd, .events = POLLIN };
    int ready = poll(&wait, 1, wait_ms < 0 ? -1 : (int)wait_ms);
    if (ready < 0 && errno == EINTR)
        return true;
    if (ready <= 0 || reader->length == sizeof reader->bytes)
        return false;
    ssize_t length =
        recv(reader->fd, reader->bytes + reader->length, sizeof reader->bytes - reader->length, 0);
    if (length <= 0)
        return false;
    reader->length += (size_t)length;
    return true;
}

static void carry_by_socket(int fd, struct progress *progress, const cJSON *call)
{
    const struct clinic_clock *clock = clinic_clock_system();
    int64_t timeout_ms = progress->carry->timeout_ms;
    int64_t until_ms = clinic_monotonic_ms(clock) + timeout_ms + SERVE_GRACE_MS;
    struct reader *reader = calloc(1, sizeof *reader);
    bool is_open = reader != NULL && send_call(fd, call);
    if (is_open)
        reader->fd = fd;
    while (is_open && !progress->is_done) {
        int64_t left_ms = timeout_ms < 0 ? -1 : until_ms - clinic_monotonic_ms(clock);
        is_open = (timeout_ms < 0 || left_ms > 0) && read_more(reader, left_ms);
        if (is_open)
            take_lines(reader, progress);
    }
    free(reader);
    if (!progress->is_done)
        end_cut_short(progress, call);
}

// ---- by ourselves

static void on_answer(void *context, const cJSON *answer, bool is_last)
{
    (void)is_last;
    take_answer(context, answer);
}

static void carry_by_desk(struct clinic_box *box, struct progress *progress, const cJSON *call)
{
    const struct clinic_clock *clock = clinic_clock_system();
    const struct clinic_box_caller caller = { .on_answer = on_answer, .context = progress };
    (void)clinic_box_start(box, call, &caller);
    clinic_box_step(box);
    while (!progress->is_done) {
        int64_t due_ms = clinic_box_due_ms(box);
        int64_t wait_ms = due_ms < 0 ? -1 : due_ms - clinic_monotonic_ms(clock);
        struct pollfd wait = { .fd = clinic_box_fd(box), .events = POLLIN };
        (void)poll(&wait, 1, due_ms >= 0 && wait_ms < 0 ? 0 : (int)wait_ms);
        clinic_box_step(box);
    }
}

static void pause_for_turn(void)
{
    (void)poll(NULL, 0, TURN_POLL_MS);
}

// Whoever serves may be starting or ending at this moment: try both ways until the time is up.
enum clinic_outcome carry_out(const struct carry *carry, const cJSON *call)
{
    const struct clinic_clock *clock = clinic_clock_system();
    int64_t patience_ms = carry->timeout_ms < 0 ? TURN_PATIENCE_MS : carry->timeout_ms;
    int64_t until_ms = clinic_monotonic_ms(clock) + patience_ms;
    struct progress progress = { .carry = carry, .outcome = CLINIC_OUTCOME_FAULT };
    char problem[600];

    for (;;) {
        int fd = desk_socket_connect(carry->state_folder);
        if (fd >= 0) {
            carry_by_socket(fd, &progress, call);
            (void)close(fd);
            return progress.outcome;
        }
        struct clinic_box *box = NULL;
        enum clinic_status status =
            clinic_box_open(carry->folder, CLINIC_ROLE_DESK, &box, problem, sizeof problem);
        if (status == CLINIC_OK) {
            carry_by_desk(box, &progress, call);
            clinic_box_close(box);
            return progress.outcome;
        }
        if (status != CLINIC_BUSY || clinic_monotonic_ms(clock) >= until_ms) {
            end_with(&progress, CLINIC_OUTCOME_FAULT, problem);
            return progress.outcome;
        }
        pause_for_turn();
    }
}
