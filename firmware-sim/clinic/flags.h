// flags.h - `--name value` options as rows: reading, limits and --help from the same table.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum flag_type {
    FLAG_TEXT,    // const char *
    FLAG_INTEGER, // int64_t
    FLAG_PERCENT, // int64_t, 0 to 100
};

struct flag {
    const char *name; // without the dashes
    enum flag_type type;
    size_t offset;
    bool is_required;
    int64_t min;
    int64_t max;
    const char *help;
};

enum { FLAGS_PROBLEM_BYTES = 300 };

// Fills what the words give; the rest keeps the defaults that `settings` came with.
bool flags_parse(const struct flag *flags, size_t count, int argc, char **argv, void *settings,
                 char reterr_problem[static FLAGS_PROBLEM_BYTES]);
void flags_print(const struct flag *flags, size_t count, FILE *out);
