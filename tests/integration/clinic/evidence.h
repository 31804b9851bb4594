// evidence.h - what a clinic has written down: its event log, its figures, its files.
#pragma once

#include "fixture.h"

// Events in the log that hold the text, as `clinic-gateway events --json` prints them, one a line.
size_t evidence_events(struct fixture *fixture, const char *text);

// The number that an SQL query of the gateway's database gives, running or not.
int64_t evidence_sql(struct fixture *fixture, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

// A figure of `clinic-gateway status --json`; the path is its names with dots, "intake.undecodable".
int64_t evidence_figure(struct fixture *fixture, const char *path);

// True if a file of the fixture's folder holds the text.
bool evidence_in_file(const struct fixture *fixture, const char *file, const char *text);

// Lines of a file of the fixture's folder that hold the text; none where there is no such file.
size_t evidence_lines(const struct fixture *fixture, const char *file, const char *text);

// Waits until there are so many.
void evidence_wait_lines(const struct fixture *fixture, const char *file, const char *text,
                         size_t count);

// True if any file below this folder of the fixture ("": all) holds the text, in any case of ASCII letters.
// ret_where: which one.
bool evidence_on_disk(const struct fixture *fixture, const char *folder, const char *text,
                      char *ret_where, size_t where_bytes);
