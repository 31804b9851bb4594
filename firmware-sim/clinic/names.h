// names.h - the pools that people are named from.
#pragma once

#include <stdbool.h>
#include <stddef.h>

enum { NAMES_EACH = 12 };

struct names {
    const char *language; // ISO 639
    bool is_family_first;
    const char *separator; // between the two; some scripts have none
    const char *given[NAMES_EACH];
    const char *family[NAMES_EACH]; // all NULL: people of one name
};

extern const struct names names[];
extern const size_t names_count;
