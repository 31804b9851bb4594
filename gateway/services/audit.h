// audit.h - who did what, when, with what outcome: changes (from the log), reads and refusals.
#pragma once

#include "service.h"

// Writes one access or refusal: action "patient/read", outcome "accepted" or a code. Not part of the log, so
// rebuild keeps it. Refusals of one node beyond 60 a minute are counted in one row instead.
enum clinic_status audit_record_access(struct store *store, const struct caller *caller,
                                       const char *action, const char *subject, const char *outcome,
                                       int64_t now_ms);
