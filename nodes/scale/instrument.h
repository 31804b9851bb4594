// instrument.h - one scale on its line: opened, asked, and opened again when it was unplugged.
//
// What it finds out is handed over by instrument_take(), one thing a call; it never waits and logs once when the line comes and
// goes, and once when what arrives is not understood.
#pragma once

#include "dialog.h"

enum {
    INSTRUMENT_RETRY_LEAST_MS = 100, // after a failure; doubles
    INSTRUMENT_RETRY_MOST_MS = 2000,
    // No reading for so long: the line is opened anew. An adapter may be stuck, or its name lead to another one by now.
    INSTRUMENT_STUCK_MS = 15000,
    INSTRUMENT_READ_BYTES = 256,
};

struct instrument {
    const char *path; // borrowed
    int64_t baud;
    int fd; // -1: not open
    int64_t retry_at_ms;
    int64_t retry_ms;
    int64_t heard_at_ms; // the last reading, or when it was opened
    bool has_complained;
    char bytes[INSTRUMENT_READ_BYTES]; // read and not looked at yet
    size_t length;
    size_t position;
    struct dialog dialog;
};

void instrument_init(struct instrument *instrument, const char *path, int64_t baud);
void instrument_close(struct instrument *instrument);

// For poll(); -1: not open now.
int instrument_fd(const struct instrument *instrument);

// When instrument_step() has something to do though nothing arrives.
int64_t instrument_due_ms(const struct instrument *instrument);

// Opens, sends, gives up.
void instrument_step(struct instrument *instrument, int64_t now_ms);

// DIALOG_READING or DIALOG_IDENTITY with *ret_answer; DIALOG_NOTHING: that is all for now, or poll() tells that there
// is more.
enum dialog_news instrument_take(struct instrument *instrument, int64_t now_ms,
                                 struct sics_answer *ret_answer);
