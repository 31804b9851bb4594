// ledger.h - an append-only file of lines that a killed program continues from.
//
// Lines gather in memory until ledger_flush() has written and synced them. A line that a kill cut short
// is removed at the next open, since whatever it said was not yet relied on.
//
// One process writes the file; it is locked.
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct ledger;

enum { LEDGER_LINE_MAX = 300, LEDGER_PROBLEM_BYTES = 400 };

// Creates the file where there is none; calls `visit` for every line in it, without the line feed. A line that
// `visit` refuses makes the whole file unusable: it is not ours. visit may be NULL.
bool ledger_open(const char *path, bool (*visit)(void *context, const char *line), void *context,
                 struct ledger **ret_ledger, char reterr_problem[static LEDGER_PROBLEM_BYTES]);
void ledger_close(struct ledger *ledger); // accepts NULL; what was not flushed is dropped

// Adds a line of at most LEDGER_LINE_MAX bytes. Flushes by itself where its buffer is full. The first
// failure is kept for ledger_flush().
void ledger_add(struct ledger *ledger, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

// False: the disk failed, now or before. What is in the file then is unknown until it is opened again.
bool ledger_flush(struct ledger *ledger);
