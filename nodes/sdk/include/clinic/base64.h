// base64.h - RFC 4648, section 4, with padding: how bytes travel in JSON. By mbedTLS.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Characters of so many bytes, without the NUL.
#define CLINIC_BASE64_CHARACTERS(bytes) (((bytes) + 2) / 3 * 4)

// Writes CLINIC_BASE64_CHARACTERS(count) and the NUL.
void clinic_base64_encode(const uint8_t *bytes, size_t count, char *ret_text);

// At most `max` bytes. False: more, or not base64.
bool clinic_base64_decode(const char *text, uint8_t *ret_bytes, size_t max, size_t *ret_count);
