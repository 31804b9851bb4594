// base64.h - RFC 4648, section 4, with padding: how bytes travel in JSON.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Characters of so many bytes, without the NUL.
#define BASE64_CHARACTERS(bytes) (((bytes) + 2) / 3 * 4)

// Writes BASE64_CHARACTERS(count) and the NUL.
void base64_encode(const uint8_t *bytes, size_t count, char *ret_text);

// At most `max` bytes. False: more, or not base64; bits that belong to no byte must be zero, so that one content has
// one spelling.
bool base64_decode(const char *text, uint8_t *ret_bytes, size_t max, size_t *ret_count);
