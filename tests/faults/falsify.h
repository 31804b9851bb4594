// falsify.h - ways to spoil books that agree: each must be found, or the verdict on a campaign means nothing.
#pragma once

#include "books.h"

struct falsification {
    const char *name; // "an event is missing from the log"
    void (*spoil)(struct books *books);
};

extern const struct falsification falsifications[];
extern const size_t falsification_count;
