// event_log.h - the log: every event of the clinic, append only, chained.
//
// chain = SHA-256(previous chain, canonical bytes of the row), over the sealed bytes, not the clear ones: it
// still verifies after a patient's key is gone. Triggers refuse UPDATE and DELETE. The canonical bytes are
// defined in event_row.h. Each commit also writes down where the log ends, proved with vault.key, so that an
// end that was cut off, or added to, is found as well.
#pragma once

#include <clinic/event.h>
#include <clinic/status.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct store;

// Where an event came from.
struct event_origin {
    char node[33];
    char person[65]; // account name of the member of staff; empty: nobody
};

// Inside a transaction: gives the event its id, sequence, previous, recorded time (never going backwards) and
// chain, and stores it. `time_ms` is clamped to the recorded time. The personal fields of data are sealed
// with the owner's key (vault.h); `owner` may be none if there are none. The catalogue is checked: CLINIC_INVALID.
// CLINIC_NOT_FOUND, CLINIC_REFUSED: the owner has no key yet, or no longer.
enum clinic_status event_log_append(struct store *store, struct clinic_event *event,
                                    const struct event_origin *origin,
                                    const struct clinic_id *owner);

struct event_filter {
    uint64_t after;      // sequence; 0: from the first
    uint64_t through;    // last sequence wanted; 0: to the end
    uint64_t kinds;      // bits 1 << kind; 0: all
    const char *subject; // NULL: all
    const uint64_t
        *after_by_kind;  // NULL, or CLINIC_EVENT_KIND_COUNT positions that replace `after`
    bool is_public_only; // do not unseal
};

// Calls `visit` for each event in order until it returns false. `is_erased`: it had personal data whose key
// has been destroyed; `data` then holds the public part. Everything is borrowed. `visit` may write and
// append: what is appended meanwhile is not visited. No lock is held between two events.
enum clinic_status event_log_read(struct store *store, const struct event_filter *filter,
                                  bool (*visit)(void *context, const struct clinic_event *event,
                                                const struct event_origin *origin, bool is_erased),
                                  void *context);

uint64_t event_log_head(struct store *store); // sequence of the newest; 0: empty
int64_t event_log_head_time_ms(struct store *store);

// How far the log's last time is ahead of the wall clock, and so how long recorded times will stand still; 0: not at
// all. Clocks are set by seconds every day: only above the limit there is something to tell.
int64_t event_log_lead_ms(struct store *store);
enum { EVENT_LOG_LEAD_MAX_MS = 5 * 60 * 1000 };

uint64_t event_log_newest(struct store *store, enum clinic_event_kind kind);

// Forget what is cached of the head. Rollbacks put it right by themselves, and another process's writing is
// noticed: this is for code that changes the tables in other ways.
void event_log_reload(struct store *store);

struct event_log_report {
    uint64_t events;
    uint64_t erased;
    uint64_t bad_sequence; // the first event that fails; 0: none
    char problem[200];
    uint8_t chain[32]; // of the newest event
};

// Recomputes the whole chain from `from` (1: all; otherwise trusts the chain stored before it), checks that there
// are no gaps, that `previous` is right and that what has a key can be unsealed. CLINIC_DAMAGED: see the report;
// the next start then checks the whole file. Not inside a transaction.
enum clinic_status event_log_verify(struct store *store, uint64_t from,
                                    struct event_log_report *ret_report);
