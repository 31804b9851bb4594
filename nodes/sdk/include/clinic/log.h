// log.h - what a program tells its operator: stderr, one line a statement, with the syslog level
// prefix ("<6>") that journald reads.
//
// Only programs log; the SDK itself never does. Personal data is never logged. Text that came from
// the network is passed through clinic_log_quote() first.
#pragma once

#include <stddef.h>

enum clinic_log_level {
    CLINIC_LOG_ERROR = 3,
    CLINIC_LOG_WARNING = 4,
    CLINIC_LOG_NOTICE = 5,
    CLINIC_LOG_INFO = 6,
    CLINIC_LOG_DEBUG = 7,
};

// Lines above this level are dropped. The default is CLINIC_LOG_INFO.
void clinic_log_set_level(enum clinic_log_level highest);

// On a terminal the prefix is a word ("warning: ") instead of "<4>". Never fails; control characters
// in the result are replaced; cut at 1000 bytes.
void clinic_log(enum clinic_log_level level, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

// Writes untrusted text into `quoted`, control and non-ASCII bytes as \xNN, cut to fit. Returns `quoted`.
const char *clinic_log_quote(const char *text, size_t length, char *quoted, size_t quoted_bytes);
