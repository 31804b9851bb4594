// seal.h - secrets at rest: AES-256-GCM, SHA-256, HKDF and random bytes, by mbedTLS and the kernel.
#pragma once

#include "status.h"

#include <stddef.h>
#include <stdint.h>

enum {
    CLINIC_KEY_BYTES = 32,
    CLINIC_DIGEST_BYTES = 32,
    CLINIC_SEAL_OVERHEAD_BYTES = 28, // nonce 12, tag 16
};

// Seals `plain` under `key`, bound to `context` (authenticated, not stored): what was sealed for one
// place cannot be passed off at another. Writes plain_bytes + CLINIC_SEAL_OVERHEAD_BYTES to `ret_sealed`.
// The nonce is random: at most 2^32 seals a key.
enum clinic_status clinic_seal(const uint8_t key[static CLINIC_KEY_BYTES], const void *context,
                               size_t context_bytes, const void *plain, size_t plain_bytes,
                               uint8_t *ret_sealed);

// CLINIC_DAMAGED: not sealed with this key and context, or altered. Writes
// sealed_bytes - CLINIC_SEAL_OVERHEAD_BYTES to `ret_plain`.
enum clinic_status clinic_unseal(const uint8_t key[static CLINIC_KEY_BYTES], const void *context,
                                 size_t context_bytes, const uint8_t *sealed, size_t sealed_bytes,
                                 void *ret_plain);

// SHA-256 of the concatenation of `count` pieces.
struct clinic_piece {
    const void *bytes;
    size_t length;
};
void clinic_digest(const struct clinic_piece *pieces, size_t count,
                   uint8_t ret_digest[static CLINIC_DIGEST_BYTES]);

// The same of what does not fit into memory. NULL: out of memory.
struct clinic_digester;
struct clinic_digester *clinic_digester_new(void);
void clinic_digester_add(struct clinic_digester *digester, const void *bytes, size_t length);
// Releases it; `ret_digest` may be NULL. Accepts NULL and then writes nothing.
void clinic_digester_free(struct clinic_digester *digester, uint8_t *ret_digest);

// HKDF-SHA256 (RFC 5869) over the private scalar of a node's P-256 key in PEM; `purpose` keeps the uses
// apart. The same file and purpose always give the same key.
enum clinic_status clinic_key_from_private_key(const char *pem_path, const char *purpose,
                                               uint8_t ret_key[static CLINIC_KEY_BYTES]);

// From the kernel; waits at boot until it has entropy. Never returns without having filled the buffer.
void clinic_random(void *bytes, size_t length);

// Overwrites memory in a way the compiler keeps.
void clinic_wipe(void *bytes, size_t length);
