// control.h - lines that come while the program runs, from a FIFO or from stdin.
#pragma once

#include <stdbool.h>
#include <stddef.h>

enum { CONTROL_BYTES = 4096, CONTROL_PROBLEM_BYTES = 400 };

struct control {
    int fd; // -1: none, or it has ended
    size_t length;
    char buffer[CONTROL_BYTES];
};

// `path` NULL: none; "-": stdin; else a FIFO, made where there is none.
bool control_open(struct control *control, const char *path,
                  char reterr_problem[static CONTROL_PROBLEM_BYTES]);
void control_close(struct control *control);

// Takes in what is there; then call control_line() until it is NULL. A line that is longer than the buffer is cut in pieces.
void control_read(struct control *control);

// The next whole line, which holds until the next call of either. NULL: none is whole.
const char *control_line(struct control *control, char ret_line[static CONTROL_BYTES]);
