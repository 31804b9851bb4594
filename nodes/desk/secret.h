// secret.h - reads a PIN without showing it: from a file, from the terminal, or from a pipe.
#pragma once

#include <stdbool.h>
#include <stddef.h>

enum { SECRET_BYTES = 80, SECRET_PROBLEM_BYTES = 1200 };

// One line. `path` NULL: asks by `prompt` on the terminal with echo off, or takes the next line of standard
// input where that is no terminal; "-" always means standard input. The caller wipes ret_secret.
bool secret_read(const char *path, const char *prompt, char ret_secret[static SECRET_BYTES],
                 char reterr_problem[static SECRET_PROBLEM_BYTES]);
