#include "verdict.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

__attribute__((format(printf, 2, 3))) static void find(struct verdict *verdict, const char *format,
                                                       ...)
{
    va_list arguments;

    if (verdict->count < VERDICT_FINDINGS_MAX) {
        va_start(arguments, format);
        (void)vsnprintf(verdict->findings[verdict->count], VERDICT_FINDING_BYTES, format,
                        arguments);
        va_end(arguments);
    }
    verdict->count++;
}

// ---- the log by the request of each event

struct index {
    const struct books_event **rows;
    size_t count;
};

static int by_request(const void *a, const void *b)
{
    const struct books_event *const *first = a;
    const struct books_event *const *second = b;

    return strcmp((*first)->request, (*second)->request);
}

static int by_id(const void *a, const void *b)
{
    const struct books_event *const *first = a;
    const struct books_event *const *second = b;

    return strcmp((*first)->id, (*second)->id);
}

static struct index index_by(const struct books_events *events,
                             int (*compare)(const void *a, const void *b))
{
    struct index index = { .count = events->count };

    index.rows = calloc(events->count + 1, sizeof *index.rows);
    assert_non_null(index.rows);
    for (size_t i = 0; i < events->count; i++)
        index.rows[i] = &events->rows[i];
    qsort(index.rows, index.count, sizeof *index.rows, compare);
    return index;
}

static const struct books_event *look_up(const struct index *index, const char *request)
{
    struct books_event wanted;
    const struct books_event *key = &wanted;

    memcpy(wanted.request, request, sizeof wanted.request);
    const struct books_event **found =
        bsearch(&key, index->rows, index->count, sizeof *index->rows, by_request);
    return found == NULL ? NULL : *found;
}

// ---- the log itself

static void find_repeated(const struct index *index, int (*compare)(const void *a, const void *b),
                          const char *what, struct verdict *verdict)
{
    for (size_t i = 1; i < index->count; i++) {
        if (compare(&index->rows[i - 1], &index->rows[i]) == 0)
            find(verdict, "log: events %llu and %llu have one %s",
                 (unsigned long long)index->rows[i - 1]->sequence,
                 (unsigned long long)index->rows[i]->sequence, what);
    }
}

static void judge_log(const struct books_events *log, struct verdict *verdict)
{
    struct index ids = index_by(log, by_id);

    for (size_t i = 0; i < log->count; i++) {
        if (log->rows[i].sequence != i + 1)
            find(verdict, "log: event %llu where %zu is due",
                 (unsigned long long)log->rows[i].sequence, i + 1);
    }
    find_repeated(&ids, by_id, "id", verdict);
    free(ids.rows);
}

// ---- promises

static const char *type_of(const char *kind)
{
    return strcmp(kind, "patient/create") == 0 ? "clinic.patient.created"
                                               : "clinic.patient.updated";
}

static void judge_event(const struct books_promises *promises, const struct books_promise *promise,
                        const struct books_event *event, struct verdict *verdict)
{
    char subject[BOOKS_WORD_BYTES];

    (void)snprintf(subject, sizeof subject, "patient/%s", promise->patient);
    if (strcmp(event->type, type_of(promise->kind)) != 0 || strcmp(event->subject, subject) != 0)
        find(verdict, "%s: request %s became another event (%s of %s)", promises->node,
             promise->request, event->type, event->subject);
    if (promise->sequence != 0 && promise->sequence != event->sequence)
        find(verdict, "%s: request %s was said to be event %llu and is %llu", promises->node,
             promise->request, (unsigned long long)promise->sequence,
             (unsigned long long)event->sequence);
}

static void judge_promise(const struct books_promises *promises,
                          const struct books_promise *promise, const struct books_event *event,
                          struct verdict *verdict)
{
    if (promise->answers != 1)
        find(verdict, "%s: request %s has %u answers", promises->node, promise->request,
             promise->answers);
    switch (promise->answer) {
    case BOOKS_OPEN:
    case BOOKS_UNKNOWN:
        find(verdict, "%s: nobody knows what became of request %s", promises->node,
             promise->request);
        break;
    case BOOKS_ACCEPTED:
        if (event == NULL)
            find(verdict, "%s: request %s was accepted and is not in the log", promises->node,
                 promise->request);
        else
            judge_event(promises, promise, event, verdict);
        break;
    case BOOKS_REJECTED:
        if (event != NULL || promise->code[0] == '\0')
            find(verdict, "%s: request %s was rejected (%s) and is %sin the log", promises->node,
                 promise->request, promise->code, event == NULL ? "not " : "");
        break;
    }
}

// Returns how many events of the log are this node's.
static size_t judge_submitter(const struct books_promises *promises, const struct index *log,
                              struct verdict *verdict)
{
    uint64_t last = 0;
    size_t events = 0;

    if (promises->strays > 0)
        find(verdict, "%s: %zu answers to what it never asked", promises->node, promises->strays);
    for (size_t i = 0; i < promises->count; i++) {
        const struct books_promise *promise = &promises->rows[i];
        const struct books_event *event = look_up(log, promise->request);
        judge_promise(promises, promise, event, verdict);
        if (event == NULL)
            continue;
        if (event->sequence <= last)
            find(verdict, "%s: request %s came out of its order, as event %llu behind %llu",
                 promises->node, promise->request, (unsigned long long)event->sequence,
                 (unsigned long long)last);
        last = event->sequence;
        events++;
    }
    return events;
}

static void judge_submitters(const struct books *books, struct verdict *verdict)
{
    struct index requests = index_by(&books->log, by_request);
    size_t events = 0;

    find_repeated(&requests, by_request, "request", verdict);
    for (size_t i = 0; i < BOOKS_SUBMITTERS; i++)
        events += judge_submitter(&books->submitters[i], &requests, verdict);
    if (events != books->log.count)
        find(verdict, "log: %zu events, but the nodes asked for %zu", books->log.count, events);
    free(requests.rows);
}

// ---- who reads

static bool is_same(const struct books_event *seen, const struct books_events *log)
{
    if (seen->sequence == 0 || seen->sequence > log->count)
        return false;
    const struct books_event *event = &log->rows[seen->sequence - 1];
    return strcmp(seen->id, event->id) == 0 && strcmp(seen->type, event->type) == 0;
}

static void judge_recorder(const struct books *books, struct verdict *verdict)
{
    uint64_t last = 0;

    for (size_t i = 0; i < books->recorded.count; i++) {
        const struct books_event *seen = &books->recorded.rows[i];
        if (!is_same(seen, &books->log))
            find(verdict, "recorder: event %llu is not the log's",
                 (unsigned long long)seen->sequence);
        if (seen->sequence != last + 1)
            find(verdict, "recorder: event %llu behind %llu", (unsigned long long)seen->sequence,
                 (unsigned long long)last);
        last = seen->sequence;
    }
    if (last != books->log.count)
        find(verdict, "recorder: the last is %llu, the log's %zu", (unsigned long long)last,
             books->log.count);
}

static void judge_archive(const struct books *books, struct verdict *verdict)
{
    unsigned *times = calloc(books->log.count + 1, sizeof *times);

    assert_non_null(times);
    for (size_t i = 0; i < books->archived.count; i++) {
        const struct books_event *seen = &books->archived.rows[i];
        if (is_same(seen, &books->log))
            times[seen->sequence]++;
        else
            find(verdict, "archive: event %llu is not the log's",
                 (unsigned long long)seen->sequence);
    }
    for (size_t sequence = 1; sequence <= books->log.count; sequence++) {
        if (times[sequence] != 1)
            find(verdict, "archive: event %zu is there %u times", sequence, times[sequence]);
    }
    free(times);
}

void verdict_reach(const struct books *books, struct verdict *ret_verdict)
{
    memset(ret_verdict, 0, sizeof *ret_verdict);
    judge_log(&books->log, ret_verdict);
    judge_submitters(books, ret_verdict);
    judge_recorder(books, ret_verdict);
    judge_archive(books, ret_verdict);
}
