// books.h - what every part of a clinic wrote down of the same weeks: the gateway its log, each submitting node
// what it was promised, the recorder and headquarters' archive what they saw.
//
// Only reading here; whether the books agree is verdict.h's to say. The ledgers are clinic-sim's, whose
// files say what each line means.
//
// A file that cannot be read, or a line that is none, fails the running test.
#pragma once

#include <clinic/id.h>

#include <stddef.h>
#include <stdint.h>

enum { BOOKS_SUBMITTERS = 3, BOOKS_WORD_BYTES = 48, BOOKS_PATH_BYTES = 300 };

// One event, as the log has it or as somebody saw it.
struct books_event {
    uint64_t sequence;
    char id[CLINIC_ID_TEXT_BYTES];
    char type[BOOKS_WORD_BYTES];
    char request[CLINIC_ID_TEXT_BYTES]; // only in the log
    char subject[BOOKS_WORD_BYTES];     // only in the log
};

struct books_events {
    struct books_event *rows;
    size_t count;
    size_t room;
};

enum books_answer { BOOKS_OPEN, BOOKS_ACCEPTED, BOOKS_REJECTED, BOOKS_UNKNOWN };

// One request that a node took into its outbox.
struct books_promise {
    char request[CLINIC_ID_TEXT_BYTES];
    char kind[BOOKS_WORD_BYTES]; // "patient/create"
    char patient[CLINIC_ID_TEXT_BYTES];
    enum books_answer answer;
    unsigned answers;
    uint64_t sequence; // of an accepted one; 0: a kill hid it
    char code[BOOKS_WORD_BYTES];
};

struct books_promises {
    const char *node;
    struct books_promise *rows; // in the order in which they were made
    size_t count;
    size_t room;
    size_t strays; // answers to what was never promised
};

struct books {
    struct books_events log;
    struct books_promises submitters[BOOKS_SUBMITTERS];
    struct books_events recorded;
    struct books_events archived;
};

struct books_paths {
    const char *nodes[BOOKS_SUBMITTERS];
    char log[BOOKS_PATH_BYTES]; // of `clinic-gateway events --json`
    char submitters[BOOKS_SUBMITTERS][BOOKS_PATH_BYTES];
    char recorded[BOOKS_PATH_BYTES];
    char archived[BOOKS_PATH_BYTES];
};

// The caller releases the books with books_done().
void books_read(const struct books_paths *paths, struct books *ret_books);
void books_done(struct books *books);

// Whole lines of a ledger that begin with these words; 0 where there is no file yet.
size_t books_count_lines(const char *path, const char *words);
