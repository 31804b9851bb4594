// problem.h - why a request is not accepted: a stable code for programs, a sentence for people.
//
// A message never reveals another patient. Codes are never renamed; new ones may be added, and a
// program treats one that it does not know as final.
#pragma once

#include <stdbool.h>
#include <stddef.h>

enum clinic_code {
    CLINIC_CODE_INVALID_JSON,
    CLINIC_CODE_INVALID_SIZE,
    CLINIC_CODE_INVALID_FIELD,
    CLINIC_CODE_INVALID_MISSING,
    CLINIC_CODE_INVALID_UNKNOWN_FIELD,
    CLINIC_CODE_UNKNOWN_ACTION,
    CLINIC_CODE_FORBIDDEN,
    CLINIC_CODE_SESSION_REQUIRED,
    CLINIC_CODE_SESSION_EXPIRED,
    CLINIC_CODE_SIGN_IN_FAILED,
    CLINIC_CODE_SIGN_IN_LOCKED,
    CLINIC_CODE_RATE_LIMITED,
    CLINIC_CODE_NOT_FOUND,
    CLINIC_CODE_EXISTS,
    CLINIC_CODE_NO_CHANGE,
    CLINIC_CODE_STALE_VERSION,
    CLINIC_CODE_PATIENT_DUPLICATE,
    CLINIC_CODE_PATIENT_SEE_RECEPTION,
    CLINIC_CODE_PATIENT_DELETED,
    CLINIC_CODE_CONFIRM_MISMATCH,
    CLINIC_CODE_REQUEST_EXPIRED,
    CLINIC_CODE_REQUEST_MISMATCH,
    CLINIC_CODE_ORDER_GAP,
    CLINIC_CODE_STORAGE_FULL,
    CLINIC_CODE_BUSY,
    CLINIC_CODE_INTERNAL,
    CLINIC_CODE_CONFLICT_DOCTOR,
    CLINIC_CODE_CONFLICT_PATIENT,
    CLINIC_CODE_SLOT_NO_SUCH_TIME,
    CLINIC_CODE_SLOT_PAST,
    CLINIC_CODE_SLOT_TOO_FAR,
    CLINIC_CODE_SLOT_OUTSIDE_HOURS,
    CLINIC_CODE_SLOT_TIME_OFF,
    CLINIC_CODE_SLOT_HOLIDAY,
    CLINIC_CODE_SLOT_OFF_GRID,
    CLINIC_CODE_DOCTOR_INACTIVE,
    CLINIC_CODE_STATE_MISMATCH,
    CLINIC_CODE_PATIENT_PRESENT,
    CLINIC_CODE_CALENDAR_INVALID,
    CLINIC_CODE_ATTACHMENT_MISSING,
    CLINIC_CODE_ATTACHMENT_MISMATCH,
    CLINIC_CODE_FEEDBACK_CLOSED,
    CLINIC_CODE_COUNT,
};

struct clinic_code_info {
    const char *name; // what is sent, e.g. "storage.full"
    bool
        is_temporary; // asking again later with the same id may succeed: an outbox keeps the request
    const char *meaning;
};

// One row a code, in the order of the enum.
extern const struct clinic_code_info clinic_codes[CLINIC_CODE_COUNT];

// False for names that this release does not know; *ret_code is then untouched.
bool clinic_code_find(const char *name, enum clinic_code *ret_code);

struct clinic_problem {
    char code[32];
    char field[64];    // a path such as "preconditions[2]"; empty where no field is to blame
    char message[200]; // valid UTF-8, cut at a character
};

// Fills all three; field may be NULL. The message is made one line: control characters become "?".
void clinic_problem_set(struct clinic_problem *problem, enum clinic_code code, const char *field,
                        const char *format, ...) __attribute__((format(printf, 4, 5)));
