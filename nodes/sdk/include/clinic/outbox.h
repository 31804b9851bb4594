// outbox.h - a node's durable memory of what it has asked the gateway for.
//
// A request stays here until the gateway's reply says that it is committed or rejected. MQTT's own
// PUBACK is not that promise: libmosquitto sends it before the message callback runs.
//
// Requests go out in the order they were put, up to `window` of them unanswered. Each one sent behind an
// unanswered one names it in `after`; the gateway answers order.gap to a request whose `after` it has not
// applied, so an order once made survives any loss on the way (go-back-N). A temporary rejection
// (order.gap, storage.full, busy) keeps the request, pauses, and starts again from the oldest.
//
// Contents are sealed with a key derived from the node's private key and wiped once answered.
// One process writes the file (it is locked); an outbox is used by the thread that opened it.
#pragma once

#include "clock.h"
#include "request.h"
#include "seal.h"
#include "status.h"

struct clinic_outbox;

struct clinic_outbox_config {
    char path[1024];
    uint8_t key[CLINIC_KEY_BYTES];
    int64_t window; // requests unanswered at a time; 64 is a good value
    int64_t rows_max;
    int64_t bytes_max;           // of sealed contents
    int64_t retransmit_after_ms; // no reply for so long: send again from the oldest
};

struct clinic_outbox_counts {
    int64_t waiting;  // not answered, sent or not
    int64_t rejected; // kept for the program to show
    int64_t bytes;
    int64_t oldest_put_at_ms; // wall clock; 0: nothing waits
};

// Opens or creates the file. CLINIC_TOO_NEW: a later release wrote it; not one byte was changed.
// CLINIC_BUSY: another process has it open. A damaged file is renamed to <path>.damaged-<unix time> and
// a new one begun: *ret_set_aside tells. On success the caller owns *ret_outbox.
enum clinic_status clinic_outbox_open(const struct clinic_outbox_config *config,
                                      const struct clinic_clock *clock,
                                      struct clinic_outbox **ret_outbox, bool *ret_set_aside);

// Accepts NULL.
void clinic_outbox_close(struct clinic_outbox *outbox);

// Makes the next id for a request of this node: greater than every id that the outbox has ever seen.
struct clinic_id clinic_outbox_next_id(struct clinic_outbox *outbox);

// Makes one request durable before it returns (fsync). CLINIC_FULL: a limit is reached or the disk is
// full, nothing was stored. CLINIC_EXISTS: the id is in the outbox already.
enum clinic_status clinic_outbox_put(struct clinic_outbox *outbox,
                                     const struct clinic_request *request);

// The next request to send now, if the window, the pause and the order allow one; it counts as sent.
// *ret_request is borrowed until the next call. CLINIC_NOT_FOUND: nothing to send now.
enum clinic_status clinic_outbox_next(struct clinic_outbox *outbox,
                                      const struct clinic_request **ret_request);

// When clinic_outbox_next() may have something again without any other call, by the monotonic clock in
// milliseconds; -1: only after a put or a settle.
int64_t clinic_outbox_due_ms(const struct clinic_outbox *outbox);

// What was sent may be lost (the connection or the gateway came back): start again from the oldest.
void clinic_outbox_rewind(struct clinic_outbox *outbox);

// Takes a reply in. CLINIC_NOT_FOUND: not a request of ours, or settled before. An accepted request is wiped
// from the file; a rejected one is kept, with its contents, until it is dropped; a temporary
// rejection keeps it waiting. *ret_request_kind (may be NULL) tells what it was.
enum clinic_status clinic_outbox_settle(struct clinic_outbox *outbox,
                                        const struct clinic_reply *reply,
                                        enum clinic_request_kind *ret_request_kind);

void clinic_outbox_count(const struct clinic_outbox *outbox,
                         struct clinic_outbox_counts *ret_counts);

enum clinic_outbox_row_state { CLINIC_OUTBOX_WAITING = 1, CLINIC_OUTBOX_REJECTED = 2 };

// Calls `visit` for every row in order; the request and the problem are borrowed. Stops when it returns false.
enum clinic_status clinic_outbox_each(struct clinic_outbox *outbox,
                                      bool (*visit)(void *context,
                                                    enum clinic_outbox_row_state state,
                                                    const struct clinic_request *request,
                                                    const struct clinic_problem *problem),
                                      void *context);

// Forgets a rejected request for good. CLINIC_NOT_FOUND: none of that id is rejected.
enum clinic_status clinic_outbox_drop(struct clinic_outbox *outbox, const struct clinic_id *id);
