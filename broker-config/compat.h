// compat.h - the few calls that differ between mbedTLS 2.28 (Debian 12) and 3.6 (Debian 13).
#pragma once

#include <mbedtls/pk.h>
#include <mbedtls/version.h>
#include <stdbool.h>
#include <stddef.h>

// Random bytes from the kernel, in the form that mbedTLS takes. Never fails.
int compat_random(void *context, unsigned char *bytes, size_t length);

bool compat_init(void);

static inline int compat_parse_key(mbedtls_pk_context *key, const unsigned char *bytes,
                                   size_t length)
{
#if MBEDTLS_VERSION_MAJOR >= 3
    return mbedtls_pk_parse_key(key, bytes, length, NULL, 0, compat_random, NULL);
#else
    return mbedtls_pk_parse_key(key, bytes, length, NULL, 0);
#endif
}

static inline int compat_check_pair(const mbedtls_pk_context *public_key,
                                    const mbedtls_pk_context *private_key)
{
#if MBEDTLS_VERSION_MAJOR >= 3
    return mbedtls_pk_check_pair(public_key, private_key, compat_random, NULL);
#else
    return mbedtls_pk_check_pair(public_key, private_key);
#endif
}

// Signs a SHA-256 digest; `signature` has room for MBEDTLS_PK_SIGNATURE_MAX_SIZE bytes.
static inline int compat_sign(mbedtls_pk_context *key, const unsigned char *digest,
                              size_t digest_length, unsigned char *signature, size_t *ret_length)
{
#if MBEDTLS_VERSION_MAJOR >= 3
    return mbedtls_pk_sign(key, MBEDTLS_MD_SHA256, digest, digest_length, signature,
                           MBEDTLS_PK_SIGNATURE_MAX_SIZE, ret_length, compat_random, NULL);
#else
    return mbedtls_pk_sign(key, MBEDTLS_MD_SHA256, digest, digest_length, signature, ret_length,
                           compat_random, NULL);
#endif
}
