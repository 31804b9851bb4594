// box.h - a front-desk box in a test: clinic-desk run as a person would, with its exit code and words.
#pragma once

#include "fixture.h"

// The exit codes of clinic-desk.
enum { ACCEPTED = 0, REJECTED = 1, USAGE = 2, QUEUED = 3, UNAVAILABLE = 4, FAULT = 5 };

// Runs `clinic-desk --folder <node> …`; what it printed is in box_text() until the next run.
int box_run(struct fixture *fixture, const char *node, const char *const words[]);
#define DESK(fixture, node, ...)                                                                   \
    box_run((fixture), (node), (const char *const[]){ __VA_ARGS__, NULL })
const char *box_text(void);

// Fails with what was printed.
void box_expect(int found, int wanted);

// The value behind a label of the last run, e.g. "patient id", in one of a few static buffers.
const char *box_value(const char *label);

// Starts `clinic-desk` in the background; what it prints goes to logs/<name>.log of the fixture.
void box_start(struct fixture *fixture, struct process *process, const char *name, const char *node,
               const char *const words[]);
#define START_DESK(fixture, process, name, node, ...)                                              \
    box_start((fixture), (process), (name), (node), (const char *const[]){ __VA_ARGS__, NULL })

// Starts `clinic-desk serve` and comes back when its socket answers.
void box_serve(struct fixture *fixture, struct process *process, const char *node);

void box_sign_in(struct fixture *fixture, const char *node);

// A connection to desk.sock that talks for itself; the caller closes it.
int box_connect(struct fixture *fixture, const char *node);
