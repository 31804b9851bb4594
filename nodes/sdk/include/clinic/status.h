// status.h - the one set of results that functions of this project report.
//
// Where a thing can fail in only one way a function returns bool or a pointer instead.
#pragma once

enum clinic_status {
    CLINIC_OK = 0,
    CLINIC_NOMEM = 1,
    CLINIC_INVALID = 2, // the input breaks its contract
    CLINIC_IO = 3,      // a system call failed; errno tells which way
    CLINIC_FULL = 4,    // a limit is reached or the disk is full; nothing was stored
    CLINIC_DAMAGED = 5, // a file or a sealed text fails its check
    CLINIC_TOO_NEW = 6, // a later release wrote it; it was not touched
    CLINIC_NOT_FOUND = 7,
    CLINIC_EXISTS = 8,
    CLINIC_BUSY = 9,     // another process or an earlier call holds it
    CLINIC_OFFLINE = 10, // no connection now
    CLINIC_REFUSED = 11, // the other side said no
};

// A static English phrase, e.g. "no connection now".
const char *clinic_status_text(enum clinic_status status);
