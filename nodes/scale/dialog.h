// dialog.h - what is asked of a scale and when: it is reset, says its serial number twice, and is then asked for its weight.
//
// Polled (SI) rather than left to repeat by itself (SIR): a question and its answer cannot get out of step, a lost byte costs
// one reading, and nothing piles up in an adapter's buffer. Never sent are T and Z: a tare that the scale keeps is gone after
// a reset and a zero taken with the bin on it makes a full bin an empty one, so both are kept by this side.
//
// Pure: bytes and times in, lines to send out. Times are monotonic milliseconds.
#pragma once

#include "sics.h"

enum {
    DIALOG_EVERY_MS = 100,     // between two questions for the weight
    DIALOG_PATIENCE_MS = 1000, // a question without an answer is asked again
    DIALOG_RESET_PATIENCE_MS =
        3000, // after a reset; an answer to an earlier one would be taken for a restart
    DIALOG_FAILURES_MAX = 5, // so often; then the scale is reset
};

enum dialog_phase { DIALOG_RESETTING, DIALOG_IDENTIFYING, DIALOG_WEIGHING };

enum dialog_news {
    DIALOG_NOTHING,
    DIALOG_READING,       // *ret_answer is a weight, or why there is none
    DIALOG_IDENTITY,      // *ret_answer has the serial number; empty: the scale has none
    DIALOG_MISUNDERSTOOD, // *ret_reason says why the line in dialog_line() is no answer
};

struct dialog {
    enum dialog_phase phase;
    bool is_waiting; // for an answer
    int64_t asked_at_ms;
    int64_t due_at_ms;
    unsigned failures; // one after the other
    struct sics_reader reader;
    char serial[SICS_SERIAL_BYTES]; // as said the first time
};

// The line was opened.
void dialog_begin(struct dialog *dialog, int64_t now_ms);

// What to send now; NULL: nothing. It counts as sent.
const char *dialog_ask(struct dialog *dialog, int64_t now_ms);

// When dialog_ask() has something again without any other call.
int64_t dialog_due_ms(const struct dialog *dialog);

// One byte of what arrived. The outputs are set as the result says.
enum dialog_news dialog_take(struct dialog *dialog, char byte, int64_t now_ms,
                             struct sics_answer *ret_answer, const char **ret_reason);

// The line that dialog_take() read last.
const char *dialog_line(const struct dialog *dialog);
