// check.h - `clinic-scale --check`: whether the settings are in order and every scale answers.
#pragma once

#include <stdbool.h>
#include <stdio.h>

// Writes a line a scale. It must not run beside the node itself, which has the lines for its own.
bool check(const char *folder, FILE *out);
