// staff_scope.h - what the files of the staff service share; nobody else includes it.
#pragma once

#include "../patient/name.h"
#include "pin.h"
#include "staff.h"

enum {
    STAFF_NAME_BYTES = 65,
    STAFF_MINUTE_MS = 60 * 1000,
    STAFF_FAILURES_MAX = 5,
    STAFF_LOCK_MS = 15 * STAFF_MINUTE_MS,
};

// ---- staff.c

enum staff_sql {
    STAFF_FIND_NAME,
    STAFF_FIND_ID,
    STAFF_INSERT,
    STAFF_COUNT_FAILURE,
    STAFF_RESET_FAILURES,
    STAFF_SESSION_INSERT,
    STAFF_SESSION_FIND,
    STAFF_SESSION_END,
    STAFF_SESSION_PRUNE,
    STAFF_SQL_COUNT,
};
extern const char *const staff_sql[STAFF_SQL_COUNT];

// ---- staff_account.c

struct staff_account {
    struct staff_member member; // id none: there is no such account
    char pin_hash[PIN_HASH_BYTES];
    int64_t failures;        // wrong PINs in a row
    int64_t locked_until_ms; // 0: never was locked
};

// An unknown name or id is an account of all zero, and CLINIC_OK.
enum clinic_status staff_find_name(struct store *store, const char *name,
                                   struct staff_account *ret_account);
enum clinic_status staff_find_id(struct store *store, const struct clinic_id *staff_id,
                                 struct staff_account *ret_account);

// Refuses with sign-in.failed or sign-in.locked. What it counts is kept although the decision is refused.
enum clinic_status staff_try_pin(struct decision *decision, const struct staff_account *account,
                                 const char *pin);

// CLINIC_INVALID or CLINIC_EXISTS with the problem. `pin_field` is how the caller names the PIN.
enum clinic_status staff_insert(struct store *store, const char *name, enum clinic_staff_role role,
                                const char *pin, const char *pin_field, int64_t now_ms,
                                struct clinic_id *ret_id, struct clinic_problem *reterr_problem);

// ---- staff_session.c

// Begins a session at a node; also forgets those that ended long ago.
enum clinic_status staff_begin_session(struct store *store, const struct clinic_id *staff_id,
                                       const char *node, int64_t now_ms,
                                       char ret_session[static CLINIC_SESSION_BYTES],
                                       int64_t *ret_ends_at_ms);
enum clinic_status staff_end_session(struct store *store, const char *session, const char *node,
                                     int64_t now_ms);
