// staff.h - who works here: accounts, sessions, PINs. Not part of the log: no PIN hash ever goes upstream.
#pragma once

#include "../service.h"

struct staff_member {
    struct clinic_id id;
    char name[65];
    enum clinic_staff_role role;
};

// The member whose session this is: begun at this node, not over at `time_ms` (when the request was made; a request
// may wait in an outbox longer than the session lasts). A time before the session began is a node's clock that
// is behind: only who signed in knows the token. CLINIC_NOT_FOUND: no such session here, or it was over.
enum clinic_status staff_find_session(struct store *store, const char *session, const char *node,
                                      int64_t time_ms, struct staff_member *ret_member);

// Checks the PIN of the caller again, counting wrong ones as sign-in does: refuses the decision with
// sign-in.failed or sign-in.locked, keeping the count.
enum clinic_status staff_confirm_pin(struct decision *decision, const char *pin);

// Adds an account, e.g. the first admin from the gateway's own console. CLINIC_EXISTS: the name is taken.
// CLINIC_INVALID: the name or the PIN breaks a rule; reterr_problem says which.
enum clinic_status staff_add(struct store *store, const char *name, enum clinic_staff_role role,
                             const char *pin, int64_t now_ms, char *reterr_problem,
                             size_t problem_bytes);
