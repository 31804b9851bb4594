// failure.h - why something could not be done, in one line for the person at the console.
//
// The function that knows the reason writes it; its callers pass the failure on in silence, and main
// prints it once.
#pragma once

#include <stdbool.h>

struct failure {
    char text[800];
};

void failure_set(struct failure *failure, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

// Writes the reason and is false, so that a function can end with it. A macro, so that a reader of one file
// (a static analyser, too) knows that it is never true.
#define failed(failure, ...) (failure_set((failure), __VA_ARGS__), false)
