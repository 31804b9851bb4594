// notification.h - messages to people: rows rendered from templates, told when an event is committed.
#pragma once

#include "../service.h"

// Calls `visit` for each notice for a screen that the events after `after_sequence` and up to `through` caused, in
// order, until it returns false. `json` is the payload for clinic/notification/<audience>. Borrowed.
enum clinic_status notification_read_notices(struct store *store, uint64_t after_sequence,
                                             uint64_t through,
                                             bool (*visit)(void *context, uint64_t sequence,
                                                           const char *audience, const char *json),
                                             void *context);

// Reads the message templates, as the first message would. CLINIC_INVALID: reterr_problem says what is wrong.
enum clinic_status notification_check(char *reterr_problem, size_t problem_bytes);
