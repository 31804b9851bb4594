// decide.h - one request of a transaction: known, allowed, decided, audited, remembered.
#pragma once

#include "intake.h"

enum { CORRELATION_BYTES_MAX = 64 };

// One request from its arrival to its reply.
struct entry {
    struct caller caller;
    struct clinic_request request;
    struct clinic_reply reply;
    bool is_decided; // the reply was ready before the transaction: nothing to decide
    uint8_t correlation[CORRELATION_BYTES_MAX];
    size_t correlation_bytes;
};

// How much a transaction may write; a full disk takes it down step by step.
enum storing {
    STORING_NOTHING, // reads only, and their trail goes to the journal; rolled back at the end
    STORING_TRAIL,   // reads, with their audit trail
    STORING_ALL,
};

// What the requests of one transaction share.
struct transaction {
    const struct intake_config *config;
    struct intake_counts *counts;
    int64_t now_ms;
    enum storing storing;
    bool has_savepoints;   // each request in one of its own
    bool needs_savepoints; // a handler wrote and then refused: only a savepoint can take that back
    bool has_events;
    bool needs_checkpoint;
};

// Fills in the reply. Anything but CLINIC_OK is a fault of the store, not of the request: the whole transaction is in
// question then.
enum clinic_status decide(struct transaction *transaction, struct entry *entry);

// Makes the reply a rejection.
void entry_reject(struct entry *entry, const struct clinic_problem *problem);
void entry_reject_for(struct entry *entry, enum clinic_code code, const char *message);
