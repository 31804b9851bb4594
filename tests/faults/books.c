#include "books.h"

#include <clinic/json.h>
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { FIRST_ROOM = 256 };

// Gives every whole line of the file to `take`.
static void each_line(const char *path, void (*take)(void *book, const char *line), void *book)
{
    FILE *file = fopen(path, "re");
    char *line = NULL;
    size_t room = 0;

    if (file == NULL)
        fail_msg("there is no %s", path);
    for (ssize_t length; (length = getline(&line, &room, file)) > 0;) {
        if (line[length - 1] != '\n')
            break; // a kill tore it
        line[length - 1] = '\0';
        take(book, line);
    }
    free(line);
    (void)fclose(file);
}

static struct books_event *add_event(struct books_events *events)
{
    if (events->count == events->room) {
        events->room = events->room == 0 ? FIRST_ROOM : 2 * events->room;
        events->rows = reallocarray(events->rows, events->room, sizeof *events->rows);
        assert_non_null(events->rows);
    }
    struct books_event *event = &events->rows[events->count++];
    memset(event, 0, sizeof *event);
    return event;
}

// ---- the log

static void copy_text(const cJSON *json, const char *name, char *text, size_t size)
{
    const char *value = clinic_json_text(json, name);

    if (value == NULL || strlen(value) >= size)
        fail_msg("an event without %s", name);
    (void)snprintf(text, size, "%s", value);
}

static void take_log_line(void *book, const char *line)
{
    struct books_event *event = add_event(book);
    cJSON *json = cJSON_Parse(line);
    char sequence[32];

    if (json == NULL)
        fail_msg("no event: %.200s", line);
    copy_text(json, "sequence", sequence, sizeof sequence);
    event->sequence = strtoull(sequence, NULL, 10);
    copy_text(json, "id", event->id, sizeof event->id);
    copy_text(json, "type", event->type, sizeof event->type);
    copy_text(json, "correlationid", event->request, sizeof event->request);
    copy_text(json, "subject", event->subject, sizeof event->subject);
    cJSON_Delete(json);
}

// ---- what the recorder and the archive saw

static void take_recorded_line(void *book, const char *line)
{
    struct books_event *event = add_event(book);

    if (sscanf(line, "event %" SCNu64 " %47s %36s", &event->sequence, event->type, event->id) != 3)
        fail_msg("no line of a recorder: %.200s", line);
}

static void take_archived_line(void *book, const char *line)
{
    struct books_event *event = add_event(book);

    if (sscanf(line, "event /clinic/test %" SCNu64 " %47s %36s", &event->sequence, event->type,
               event->id)
        != 3)
        fail_msg("no line of an archive: %.200s", line);
}

// ---- what was promised

static struct books_promise *add_promise(struct books_promises *promises)
{
    if (promises->count == promises->room) {
        promises->room = promises->room == 0 ? FIRST_ROOM : 2 * promises->room;
        promises->rows = reallocarray(promises->rows, promises->room, sizeof *promises->rows);
        assert_non_null(promises->rows);
    }
    struct books_promise *promise = &promises->rows[promises->count++];
    memset(promise, 0, sizeof *promise);
    return promise;
}

// Backwards: what is answered was asked a moment ago.
static struct books_promise *find_promise(struct books_promises *promises, const char *request)
{
    for (size_t i = promises->count; i-- > 0;) {
        if (strcmp(promises->rows[i].request, request) == 0)
            return &promises->rows[i];
    }
    return NULL;
}

static void take_answer(struct books_promises *promises, const char *line)
{
    static const struct {
        const char *word;
        enum books_answer answer;
    } answers[] = {
        { "accepted", BOOKS_ACCEPTED },
        { "rejected", BOOKS_REJECTED },
        { "unknown", BOOKS_UNKNOWN },
    };
    char word[16];
    char request[CLINIC_ID_TEXT_BYTES];
    char rest[BOOKS_WORD_BYTES] = "";

    if (sscanf(line, "%15s %36s %47s", word, request, rest) < 2)
        fail_msg("no line of a submitter: %.200s", line);
    struct books_promise *promise = find_promise(promises, request);
    if (promise == NULL) {
        promises->strays++;
        return;
    }
    for (size_t i = 0; i < sizeof answers / sizeof answers[0]; i++) {
        if (strcmp(word, answers[i].word) == 0)
            promise->answer = answers[i].answer;
    }
    promise->answers++;
    if (promise->answer == BOOKS_ACCEPTED)
        promise->sequence = strtoull(rest, NULL, 10);
    memcpy(promise->code, rest, sizeof promise->code);
}

static void take_submitter_line(void *book, const char *line)
{
    struct books_promise promise = { .answer = BOOKS_OPEN };

    if (strncmp(line, "put ", 4) != 0) {
        take_answer(book, line);
        return;
    }
    if (sscanf(line, "put %36s %47s %36s", promise.request, promise.kind, promise.patient) != 3)
        fail_msg("no line of a submitter: %.200s", line);
    *add_promise(book) = promise;
}

// ---- all of them

void books_read(const struct books_paths *paths, struct books *ret_books)
{
    memset(ret_books, 0, sizeof *ret_books);
    each_line(paths->log, take_log_line, &ret_books->log);
    for (size_t i = 0; i < BOOKS_SUBMITTERS; i++) {
        ret_books->submitters[i].node = paths->nodes[i];
        each_line(paths->submitters[i], take_submitter_line, &ret_books->submitters[i]);
    }
    each_line(paths->recorded, take_recorded_line, &ret_books->recorded);
    each_line(paths->archived, take_archived_line, &ret_books->archived);
}

void books_done(struct books *books)
{
    free(books->log.rows);
    for (size_t i = 0; i < BOOKS_SUBMITTERS; i++)
        free(books->submitters[i].rows);
    free(books->recorded.rows);
    free(books->archived.rows);
}

size_t books_count_lines(const char *path, const char *words)
{
    FILE *file = fopen(path, "re");
    char *line = NULL;
    size_t room = 0;
    size_t count = 0;

    if (file == NULL)
        return 0;
    for (ssize_t length; (length = getline(&line, &room, file)) > 0;)
        count += line[length - 1] == '\n' && strncmp(line, words, strlen(words)) == 0;
    free(line);
    (void)fclose(file);
    return count;
}
