// event.h - what happened: a CloudEvents 1.0 event in JSON, structured mode.
//
// On the clinic's bus an event carries its public data only; upstream it carries the personal data too,
// over an encrypted link. Attributes beyond the core: `sequence`, `correlationid` and `causationid` are
// documented CloudEvents extensions; `recordedtime`, `previous` and `clock` are ours.
#pragma once

#include "catalogue.h"
#include "id.h"
#include "status.h"

enum { CLINIC_SUBJECT_BYTES = 64, CLINIC_SOURCE_BYTES = 64 };

struct clinic_event {
    struct clinic_id id;
    enum clinic_event_kind kind;
    char subject[CLINIC_SUBJECT_BYTES]; // "patient/0193…"
    int64_t time_ms;              // by the asking node's clock, never later than recorded_at_ms
    int64_t recorded_at_ms;       // of the commit; never goes backwards within a log
    bool is_clock_held;           // the wall clock was behind the log, its last time was used
    uint64_t sequence;            // from 1, without gaps
    uint64_t previous;            // sequence of the event before it on its topic; 0: none
    struct clinic_id correlation; // the request
    struct clinic_id causation;   // the event that caused it, or none
    cJSON *data;                  // owned by the event
};

// True if `text` is "<word>/<id>", e.g. "patient/0193…" or "equipment/gloves-m".
bool clinic_subject_is_valid(const char *text);

// Releases what the event owns; accepts an event of all zero.
void clinic_event_done(struct clinic_event *event);

enum clinic_event_scope {
    CLINIC_SCOPE_PUBLIC, // leaves personal fields out, whatever `data` holds
    CLINIC_SCOPE_ALL,
};

// Writes the event as JSON; `source` is "/clinic/<site>". The caller frees *ret_json. The data is checked
// against the catalogue first: CLINIC_INVALID is a programmer's error in the sender.
enum clinic_status clinic_event_encode(const struct clinic_event *event, const char *source,
                                       enum clinic_event_scope scope, char **ret_json);

// Reads an event strictly, but ignores members it does not know. On success the caller owns the content
// of *ret_event (clinic_event_done). CLINIC_NOT_FOUND: well-formed, but of a type this release lacks.
enum clinic_status clinic_event_decode(const char *bytes, size_t length,
                                       struct clinic_event *ret_event,
                                       char ret_source[static CLINIC_SOURCE_BYTES],
                                       struct clinic_problem *reterr_problem);

// The same from a parsed object, which stays the caller's.
enum clinic_status clinic_event_read(const cJSON *json, struct clinic_event *ret_event,
                                     char ret_source[static CLINIC_SOURCE_BYTES],
                                     struct clinic_problem *reterr_problem);

// Splits `data` into the catalogue's public and personal members, each a new object that the caller
// owns; *ret_personal is NULL where there is none.
enum clinic_status clinic_event_split(enum clinic_event_kind kind, const cJSON *data,
                                      cJSON **ret_public, cJSON **ret_personal);
