// desk.h - the work of a front-desk box: one node, and the calls that front ends make on it.
//
// A call is a JSON object, its answers are JSON objects; the last one has a member "done". The command line makes
// calls in its own process or over the Unix socket of `clinic-desk serve`; a page server is one more front
// end and needs nothing new here. Staff sessions belong to the front end: each call brings its own.
//
//   {"call":"submit","request":"patient/create","data":{…},"session":"…","timeout_ms":5000}
//   → {"queued":"<request id>"}                       durable here; goes out whatever happens now
//   → {"reply":{…},"request":"patient/create"}        as request.h has it
//   → {"done":"accepted","waiting":0,"rejected":0}    names of outcomes as below; maybe "message"
//
// The calls: submit, ask, watch, outbox, drop, flush, status.
//
// A desk is used by the thread that opened it. It does not log.
#pragma once

#include <clinic/catalogue.h>
#include <clinic/status.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct desk;
struct desk_call;

// Also the exit codes of the command line.
enum desk_outcome {
    DESK_ACCEPTED = 0,    // accepted, or answered
    DESK_REJECTED = 1,    // the gateway said no
    DESK_USAGE = 2,       // the call is not well-formed; nothing was done
    DESK_QUEUED = 3,      // kept in the outbox, not answered yet
    DESK_UNAVAILABLE = 4, // no connection or no answer; nothing was kept
    DESK_FAULT = 5,       // something is wrong on this box
    DESK_OUTCOME_COUNT,
};

extern const char *const desk_outcome_names[DESK_OUTCOME_COUNT];

enum {
    DESK_CALLS_MAX = 64,
    DESK_TIMEOUT_MS_MAX = 3600 * 1000,
    DESK_LISTED_ROWS_MAX = 1000, // rows of the outbox that one call lists
};

struct desk_caller {
    // The answer is borrowed. After the one that is last the call is gone.
    void (*on_answer)(void *context, const cJSON *answer, bool is_last);
    void *context;
};

// Reads the node folder that clinic-broker made. CLINIC_BUSY: another program of this box holds the outbox.
enum clinic_status desk_open(const char *folder, struct desk **ret_desk, char *reterr_problem,
                             size_t problem_bytes);
void desk_close(struct desk *desk); // accepts NULL; calls under way end without an answer

// Poll for reading, and call desk_step() when it is readable or when desk_due_ms() has come.
int desk_fd(const struct desk *desk);
void desk_step(struct desk *desk);

// When the next call's time is up, by the monotonic clock; -1: no call has a limit.
int64_t desk_due_ms(const struct desk *desk);

// Follows the events and notices that a desk may read, from now on; `watch` does it by itself.
enum clinic_status desk_follow(struct desk *desk);

// Starts the call that the JSON object describes. Answers may come before this returns; NULL: the last one has come already.
struct desk_call *desk_start(struct desk *desk, const cJSON *members,
                             const struct desk_caller *caller);

// The caller is gone: no more answers. What is in the outbox stays there.
void desk_cancel(struct desk *desk, struct desk_call *call);
