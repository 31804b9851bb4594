// sics.h - MT-SICS, the command set that scales of many makers speak on a serial line (levels 0 and 1).
//
// Source: Mettler-Toledo, reference manuals of the Standard Interface Command Set: commands and answers are lines of
// ASCII that end with CR LF; an answer begins with its command's name and a status, fields are apart by blanks. Weights become
// integers of milligrams here; no number of it was ever a floating-point one.
//
// Pure: bytes in, answers out. Whatever is not an answer word for word is refused with a reason.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum sics_command {
    SICS_RESET, // @: ends what it is at and forgets its tare; the zero stays. Answered as SICS_READ_SERIAL
    SICS_READ_SERIAL,  // I4
    SICS_WEIGH,        // SI: the weight now
    SICS_WEIGH_STABLE, // S: the weight once it stands still
    SICS_WEIGH_REPEAT, // SIR: as SI, again and again until the next command
    SICS_TARE,         // T, at a standstill
    SICS_ZERO,         // Z, at a standstill
    SICS_COMMAND_COUNT,
};

// The bytes to be sent, CR LF included.
const char *sics_command_line(enum sics_command command);

enum sics_kind {
    SICS_WEIGHT, // to S, SI and SIR
    SICS_TARED,
    SICS_ZEROED,
    SICS_SERIAL,
    SICS_ERROR,
};

enum sics_status {
    SICS_STABLE,       // of a weight, and of what was done
    SICS_MOVING,       // of a weight: it does not stand still
    SICS_BUSY,         // understood, but not now
    SICS_OVERLOAD,     // beyond the upper end of the range
    SICS_UNDERLOAD,    // beyond the lower one: the pan is off
    SICS_SYNTAX,       // ES: no such command
    SICS_TRANSMISSION, // ET: a byte arrived damaged
    SICS_LOGICAL,      // EL: it cannot do that
    SICS_REFUSED,      // I4 with a parameter it does not take
};

enum {
    SICS_LINE_BYTES = 64, // of an answer, with its NUL
    SICS_SERIAL_BYTES = 33,
};

struct sics_answer {
    enum sics_kind kind;
    enum sics_status status;
    int32_t weight_mg; // of a weight that is stable or moving, and of a tare that was set
    char serial[SICS_SERIAL_BYTES]; // of SICS_SERIAL, stable
};

// A line without its end. False: *reterr_reason is a phrase such as "unknown unit", static.
bool sics_parse(const char *line, struct sics_answer *ret_answer, const char **reterr_reason);

// Makes lines of bytes as they arrive. All zero is an empty one.
struct sics_reader {
    char line[SICS_LINE_BYTES];
    size_t length;
};

// True: the byte ended a line that was not empty; *ret_line is valid until the next call. A line that is too long
// comes cut, and one with bytes that are no text with others in their place, so that sics_parse() refuses both.
bool sics_reader_take(struct sics_reader *reader, char byte, const char **ret_line);
