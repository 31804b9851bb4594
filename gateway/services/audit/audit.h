// audit.h - who did what, when, with what outcome: changes (from the log), reads and refusals.
#pragma once

#include "../service.h"

struct audit_access {
    const struct caller *caller;
    const char *action;  // "patient/read"
    const char *subject; // empty: none
    const char *outcome; // "accepted", or the code of the refusal
    int64_t time_ms;
};

// Writes one access or refusal. Not part of the log, so rebuild keeps it. Refusals of one node beyond 60 a minute are
// counted in one row instead.
enum clinic_status audit_record_access(struct store *store, const struct audit_access *access);
