// storm.h - requests as no browser sends them, made from a seed: the same number is the same request.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { STORM_BYTES_MAX = 160 * 1024 };

struct storm {
    uint64_t seed;
    int port;
    const char *token;

    // The request made last.
    char bytes[STORM_BYTES_MAX];
    size_t length;
    size_t pieces;       // sent in so many parts
    bool hangs_up_early; // without looking at the answer
};

void storm_make(struct storm *storm, uint64_t number);
