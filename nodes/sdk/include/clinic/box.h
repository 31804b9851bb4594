// box.h - the work of a box that people use: one node, and the calls that front ends make on it.
//
// A call is a JSON object, its answers are JSON objects; the last one has a member "done". A command line, a
// Unix socket and the page server (page.h) are front ends. Staff sessions belong to the front end: each call
// brings its own.
//
//   {"call":"submit","request":"patient/create","data":{…},"session":"…","timeout_ms":5000}
//   → {"queued":"<request id>"}                       durable here; goes out whatever happens now
//   → {"reply":{…},"request":"patient/create"}        as request.h has it
//   → {"done":"accepted","waiting":0,"rejected":0}    names of outcomes as below; maybe "message", and "code" (problem.h)
//
// The calls: submit, ask, watch, outbox, drop, flush, status.
//
// A box is used by the thread that opened it. It does not log.
#pragma once

#include <clinic/catalogue.h>
#include <clinic/request.h>
#include <clinic/status.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct clinic_box;
struct clinic_box_call;

// Also the exit codes of the command line.
enum clinic_outcome {
    CLINIC_OUTCOME_ACCEPTED = 0,    // accepted, or answered
    CLINIC_OUTCOME_REJECTED = 1,    // the gateway said no
    CLINIC_OUTCOME_USAGE = 2,       // the call is not well-formed; nothing was done
    CLINIC_OUTCOME_QUEUED = 3,      // kept in the outbox, not answered yet
    CLINIC_OUTCOME_UNAVAILABLE = 4, // no connection or no answer; nothing was kept
    CLINIC_OUTCOME_FAULT = 5,       // something is wrong on this box
    CLINIC_OUTCOME_COUNT,
};

extern const char *const clinic_outcome_names[CLINIC_OUTCOME_COUNT];

enum {
    CLINIC_BOX_CALLS_MAX = 64,
    CLINIC_BOX_TIMEOUT_MS_MAX = 3600 * 1000,
    CLINIC_BOX_LISTED_ROWS_MAX = 1000, // rows of the outbox that one call lists
};

struct clinic_box_caller {
    // The answer is borrowed. After the one that is last the call is gone.
    void (*on_answer)(void *context, const cJSON *answer, bool is_last);
    void *context;
};

// Reads the node folder that clinic-broker made for a node of `role`. CLINIC_BUSY: another program of this box
// holds the outbox.
enum clinic_status clinic_box_open(const char *folder, enum clinic_node_role role,
                                   struct clinic_box **ret_box, char *reterr_problem,
                                   size_t problem_bytes);
void clinic_box_close(
    struct clinic_box *box); // accepts NULL; calls under way end without an answer

// Poll for reading, and call clinic_box_step() when it is readable or when clinic_box_due_ms() has come.
int clinic_box_fd(const struct clinic_box *box);
void clinic_box_step(struct clinic_box *box);

// When the next call's time is up, by the monotonic clock; -1: no call has a limit.
int64_t clinic_box_due_ms(const struct clinic_box *box);

// Follows the events, and at a desk the notices, that the role may read, from now on; `watch` does it by itself.
enum clinic_status clinic_box_follow(struct clinic_box *box);

// Starts the call that the JSON object describes. Answers may come before this returns; NULL: the last one has come already.
struct clinic_box_call *clinic_box_start(struct clinic_box *box, const cJSON *members,
                                         const struct clinic_box_caller *caller);

// The caller is gone: no more answers. What is in the outbox stays there.
void clinic_box_cancel(struct clinic_box *box, struct clinic_box_call *call);

// The id that the call's request has on the bus. False: it has not been sent.
bool clinic_box_call_id(const struct clinic_box_call *call, struct clinic_id *ret_id);

// Tells of the final reply to every request of the outbox, whoever put it there, maybe before a restart; after the
// answer to its call. One observer at a time; NULL: none.
void clinic_box_observe(struct clinic_box *box,
                        void (*on_settled)(void *context, const struct clinic_reply *reply),
                        void *context);

// What the box knows of itself and of the way up, at once; the caller owns it:
// {"node":"kiosk-1","broker":"online","reason":"…","gateway_online":true,"waiting":0,"rejected":0,
//  "waiting_since":"…","zone":"Europe/Paris","upstream":1042}. `zone` is the clinic's. `upstream`: all events up to this
// sequence are at headquarters; absent: the clinic has none. Absent both: the gateway has not said so yet.
cJSON *clinic_box_describe(const struct clinic_box *box);

struct clinic_node *clinic_box_node(struct clinic_box *box); // borrowed
