// failure.h - why something could not be done, in one line for the person at the console.
//
// The function that knows the reason writes it; its callers pass the failure on in silence, and main
// prints it once.
#pragma once

#include <stdbool.h>

struct failure {
    char text[800];
};

// Always returns false, so that a function can end with it.
bool fail(struct failure *failure, const char *format, ...) __attribute__((format(printf, 2, 3)));
