// commands.h - clinic-broker as a function: what main() calls, and tests as well.
#pragma once

#include <clinic/clock.h>

#include <stdio.h>

enum commands_status {
    COMMANDS_DONE = 0,
    COMMANDS_FAILED = 1,
    COMMANDS_USAGE = 2, // the arguments are wrong; nothing was done
};

// Results go to `out`, the one line about a failure to `err`.
enum commands_status commands_run(int argc, char *const *argv, const struct clinic_clock *clock,
                                  FILE *out, FILE *err);
