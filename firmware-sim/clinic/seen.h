// seen.h - a set of 16-byte keys, for "have I had this one?".
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SEEN_KEY_BYTES = 16, SEEN_KEYS_MAX = 16 * 1024 * 1024 };

struct seen {
    uint8_t (*keys)[SEEN_KEY_BYTES]; // all zero: free
    size_t room;                     // a power of two
    size_t count;
};

enum seen_result { SEEN_NEW, SEEN_BEFORE, SEEN_FULL };

// Keys are expected to be digests: their first bytes are taken as a hash. All zero is not a key.
enum seen_result seen_add(struct seen *seen, const uint8_t key[static SEEN_KEY_BYTES]);
void seen_done(struct seen *seen);
