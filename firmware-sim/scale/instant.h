// instant.h - points in time as text: "2026-11-23T09:14:03.120Z", always UTC with milliseconds.
#pragma once

#include <stdbool.h>
#include <stdint.h>

enum { INSTANT_TEXT_BYTES = 25 }; // with the NUL

// Of the years 1970 to 9999; what lies outside becomes the first or last of them.
void instant_print(int64_t wall_ms, char text[INSTANT_TEXT_BYTES]);

// Only exactly that form, and only of a day that exists.
bool instant_read(const char *text, int64_t *ret_wall_ms);
