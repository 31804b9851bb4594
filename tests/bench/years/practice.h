// practice.h - the gateway without its bus: a data folder, the intake on it, and the people who ask, at any time of
// the calendar.
//
// Requests go in as bytes and are decided, audited, remembered and committed by the code that serves a clinic. Those
// between two calls of practice_go_on() share a transaction, as requests that arrive together do.
#pragma once

#include "../../../gateway/intake/intake.h"

#include <clinic/clock.h>

#include <stdbool.h>
#include <stdint.h>

enum {
    PRACTICE_PROBLEM_BYTES = 512,
    PRACTICE_PATH_BYTES = 512,
    PRACTICE_REFUSALS_MAX = 64,
    PRACTICE_ASKED_MAX = 1024, // the intake flushes no later
};

// Who asks, each from a node of their own. People sign in by themselves when their session is over.
enum practice_seat {
    PRACTICE_RECEPTION,
    PRACTICE_DOCTOR,
    PRACTICE_ADMIN,
    PRACTICE_KIOSK,
    PRACTICE_SCALE,
    PRACTICE_SEAT_COUNT,
};

// Requests of one kind that were refused with one code.
struct practice_refusal {
    enum clinic_request_kind kind;
    char code[48];
    uint64_t count;
};

struct practice {
    char folder[PRACTICE_PATH_BYTES];
    int64_t now_ms;
    struct clinic_clock clock;
    struct site site;
    struct store *store;
    struct authority *authority;
    struct intake *intake;
    struct clinic_id_maker ids;
    struct {
        char session[CLINIC_SESSION_BYTES];
        int64_t until_ms;
    } seats[PRACTICE_SEAT_COUNT];
    char *text;                                         // the request in the making
    enum clinic_request_kind asked[PRACTICE_ASKED_MAX]; // by position in the transaction
    size_t asked_count;
    size_t answered_count;
    struct clinic_reply reply; // to the last request
    uint64_t requests;
    uint64_t refused;
    struct practice_refusal refusals[PRACTICE_REFUSALS_MAX];
    size_t refusal_count;
};

// Opens or makes the folder, with accounts for all seats. False: reterr_problem says why.
bool practice_open(struct practice *practice, const char *folder, int64_t now_ms,
                   char reterr_problem[static PRACTICE_PROBLEM_BYTES]);
void practice_close(struct practice *practice);

struct clinic_id practice_new_id(struct practice *practice);
extern const char practice_pin[]; // of every account

// Queues a request made at `time_ms` with the data that `format` gives as JSON.
void practice_ask(struct practice *practice, enum practice_seat seat, enum clinic_request_kind kind,
                  int64_t time_ms, const char *format, ...) __attribute__((format(printf, 5, 6)));

// It is `now_ms`: decides and commits what is queued, and lets the services do what time brings about.
void practice_go_on(struct practice *practice, int64_t now_ms);

// Asks by itself, now. True: accepted; practice->reply holds the reply either way.
bool practice_answer(struct practice *practice, enum practice_seat seat,
                     enum clinic_request_kind kind, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

// Makes a request without asking: practice->text, of so many bytes. For practice_send(), whose time is then
// the gateway's alone.
size_t practice_write(struct practice *practice, enum practice_seat seat, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
bool practice_send(struct practice *practice, enum practice_seat seat,
                   enum clinic_request_kind kind, size_t length);

// One line a kind and code on stdout.
void practice_print_refusals(const struct practice *practice);
