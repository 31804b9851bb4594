// pty_line.h - a pseudo-terminal for programs that expect a serial line with a scale at its other end.
#pragma once

#include "sics_scale.h"

enum { PTY_LINE_PATH_BYTES = 64, PTY_LINE_PROBLEM_BYTES = 1200 };

struct pty_line {
    int master;                     // -1: it is not there
    const char *link;               // borrowed
    char path[PTY_LINE_PATH_BYTES]; // another one each time it is plugged in
};

// Not there yet. `link`: a symbolic link that always leads to it, as udev's do; NULL: none.
void pty_line_init(struct pty_line *line, const char *link);

bool pty_line_plug(struct pty_line *line, char reterr_problem[static PTY_LINE_PROBLEM_BYTES]);
void pty_line_unplug(struct pty_line *line);

// Carries what was said by either side. It cannot be waited for: without anybody at the other end it is always ready.
void pty_line_carry(const struct pty_line *line, struct sics_scale *scale, int64_t now_ms);
