// intake.h - from bytes on the bus to one committed transaction to replies: the only way in.
//
// Requests that arrive together share a transaction (group commit); one bad request never spoils its neighbours.
// Replies leave only after the commit: a reply is the promise that the request is on the disk.
//
// The queue is bounded in requests and bytes; a full queue is flushed on the spot.
#pragma once

#include "authority.h"

struct intake;

struct intake_handler {
    // A reply is final and may leave now. Borrowed. `correlation` is what the asker's MQTT 5 request carried.
    void (*on_reply)(void *context, const char *node, const struct clinic_reply *reply,
                     const void *correlation, size_t correlation_bytes);
    // A transaction with new events has been committed.
    void (*on_committed)(void *context);
    // The database failed in a way that only a restart with a full check can mend: stop serving now. Nothing more
    // is taken in.
    void (*on_fault)(void *context, enum clinic_status status, const char *problem);
};

struct intake_config {
    struct store *store;
    struct authority *authority;
    const struct site *site;
    const struct clinic_clock *clock;
    const struct self_report *self; // NULL: system/status cannot be told
    // Who decides requests of a kind; NULL: the services, as services_find_ability() knows them.
    const struct ability *(*find_ability)(enum clinic_request_kind kind);
};

struct intake_counts {
    uint64_t requests;    // that could be read
    uint64_t undecodable; // whose sender could not be told
    uint64_t accepted;
    uint64_t rejected;
    uint64_t repeated; // answered from memory
    uint64_t faults;   // handlers that failed
    uint64_t transactions;
};

enum clinic_status intake_open(const struct intake_config *config,
                               const struct intake_handler *handler, void *context,
                               struct intake **ret_intake);
void intake_close(
    struct intake *intake); // accepts NULL; what is queued is forgotten, as never received

// One message of a request topic. `type` NULL: an action that this release lacks.
void intake_take(struct intake *intake, const char *node, const struct clinic_request_type *type,
                 const char *payload, size_t length, const void *correlation,
                 size_t correlation_bytes);

// Decides and commits all that is queued, then lets the replies out.
void intake_flush(struct intake *intake);

// Once a second: what time alone brings about in the services, in a transaction of its own; and empties the WAL of
// what was erased, if a reader held it then.
void intake_tend(struct intake *intake);

// For a quiet moment: forgets remembered requests that are over their time. Its own small transaction.
void intake_prune(struct intake *intake);

void intake_count(const struct intake *intake, struct intake_counts *ret_counts);
