#include "falsify.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

// A row in the middle, where no check of the ends looks.
static size_t middle(const struct books_events *events)
{
    assert_true(events->count > 4);
    return events->count / 2;
}

static void remove_row(struct books_events *events)
{
    const size_t at = middle(events);

    memmove(&events->rows[at], &events->rows[at + 1],
            (events->count - at - 1) * sizeof *events->rows);
    events->count--;
}

// The row takes the place of the one behind it.
static void double_row(struct books_events *events)
{
    const size_t at = middle(events);

    events->rows[at + 1] = events->rows[at];
}

static void swap_rows(struct books_events *events)
{
    const size_t at = middle(events);
    const struct books_event row = events->rows[at];

    events->rows[at] = events->rows[at + 1];
    events->rows[at + 1] = row;
}

static struct books_promise *accepted_promise(struct books *books)
{
    struct books_promises *promises = &books->submitters[1];

    for (size_t i = promises->count / 2; i < promises->count; i++) {
        if (promises->rows[i].answer == BOOKS_ACCEPTED)
            return &promises->rows[i];
    }
    fail_msg("no promise to falsify");
    return NULL;
}

static struct books_event *event_of(struct books *books, const struct books_promise *promise)
{
    for (size_t i = 0; i < books->log.count; i++) {
        if (strcmp(books->log.rows[i].request, promise->request) == 0)
            return &books->log.rows[i];
    }
    fail_msg("no event to falsify");
    return NULL;
}

// ---- the log

static void lose_event(struct books *books)
{
    remove_row(&books->log);
}

static void lose_last_event(struct books *books)
{
    books->log.count--;
}

static void lose_request(struct books *books)
{
    struct books_event *event = event_of(books, accepted_promise(books));

    (void)snprintf(event->request, sizeof event->request, "00000000-0000-7000-8000-000000000000");
}

static void double_request(struct books *books)
{
    struct books_event *event = event_of(books, accepted_promise(books));

    assert_true(event->sequence > 1);
    memcpy(event->request, event[-1].request, sizeof event->request);
}

// The events of two promises of one node, in their own places but the wrong way round.
static void swap_order(struct books *books)
{
    struct books_promise *first = accepted_promise(books);
    struct books_promise *second = first + 1;

    while (second->answer != BOOKS_ACCEPTED)
        second++;
    struct books_event *a = event_of(books, first);
    struct books_event *b = event_of(books, second);
    struct books_event later = *b;
    later.sequence = a->sequence;
    a->sequence = b->sequence;
    *b = *a;
    *a = later;
    first->sequence = 0;
    second->sequence = 0;
}

static void invent_event(struct books *books)
{
    struct books_promises *promises = &books->submitters[1];

    promises->count--; // its event is in the log, and nobody asked for it
}

// ---- promises

static void lose_answer(struct books *books)
{
    struct books_promise *promise = accepted_promise(books);

    promise->answer = BOOKS_OPEN;
    promise->answers = 0;
}

static void double_answer(struct books *books)
{
    accepted_promise(books)->answers = 2;
}

static void deny(struct books *books)
{
    struct books_promise *promise = accepted_promise(books);

    promise->answer = BOOKS_REJECTED;
    (void)snprintf(promise->code, sizeof promise->code, "busy");
}

static void misname(struct books *books)
{
    accepted_promise(books)->sequence = 1;
}

// ---- who reads

static void recorder_lost(struct books *books)
{
    remove_row(&books->recorded);
}

static void recorder_doubled(struct books *books)
{
    double_row(&books->recorded);
}

static void recorder_swapped(struct books *books)
{
    swap_rows(&books->recorded);
}

static void recorder_behind(struct books *books)
{
    books->recorded.count--;
}

static void archive_lost(struct books *books)
{
    remove_row(&books->archived);
}

static void archive_doubled(struct books *books)
{
    double_row(&books->archived);
}

const struct falsification falsifications[] = {
    { "an event is missing from the log", lose_event },
    { "the last event is missing from the log", lose_last_event },
    { "an accepted request is not in the log", lose_request },
    { "a request is in the log twice", double_request },
    { "a node's requests are in another order", swap_order },
    { "an event that nobody asked for", invent_event },
    { "a promise without an answer", lose_answer },
    { "a promise with two answers", double_answer },
    { "a rejected request is in the log", deny },
    { "an answer names another event", misname },
    { "the recorder missed an event", recorder_lost },
    { "the recorder saw an event twice", recorder_doubled },
    { "the recorder saw two events in the wrong order", recorder_swapped },
    { "the recorder missed the last event", recorder_behind },
    { "the archive missed an event", archive_lost },
    { "the archive has an event twice", archive_doubled },
};
const size_t falsification_count = sizeof falsifications / sizeof falsifications[0];
