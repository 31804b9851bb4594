#include "key.h"

#include "compat.h"
#include "files.h"

#include <clinic/seal.h>

#include <mbedtls/ecp.h>
#include <stdlib.h>
#include <string.h>

#if defined(MBEDTLS_USE_PSA_CRYPTO)
#include <psa/crypto.h>
#endif

bool compat_init(void)
{
#if defined(MBEDTLS_USE_PSA_CRYPTO)
    return psa_crypto_init() == PSA_SUCCESS;
#else
    return true;
#endif
}

int compat_random(void *context, unsigned char *bytes, size_t length)
{
    (void)context; // the kernel's generator needs no state of ours
    clinic_random(bytes, length);
    return 0;
}

bool key_make(mbedtls_pk_context *key, struct failure *failure)
{
    if (mbedtls_pk_setup(key, mbedtls_pk_info_from_type(MBEDTLS_PK_ECKEY)) != 0
        || mbedtls_ecp_gen_key(MBEDTLS_ECP_DP_SECP256R1, mbedtls_pk_ec(*key), compat_random, NULL)
               != 0)
        return failed(failure, "cannot make a P-256 key");
    return true;
}

bool key_print(mbedtls_pk_context *key, char pem[static KEY_PEM_BYTES], struct failure *failure)
{
    if (mbedtls_pk_write_key_pem(key, (unsigned char *)pem, KEY_PEM_BYTES) != 0)
        return failed(failure, "cannot print a private key");
    return true;
}

bool key_load(mbedtls_pk_context *key, const char *path, struct failure *failure)
{
    char *pem = NULL;
    size_t length = 0;
    if (!files_read(path, (size_t)8 * KEY_PEM_BYTES, &pem, &length, failure))
        return false;
    const int result = compat_parse_key(key, (const unsigned char *)pem, length + 1);
    clinic_wipe(pem, length);
    free(pem);
    if (result != 0 || !mbedtls_pk_can_do(key, MBEDTLS_PK_ECDSA)
        || mbedtls_pk_get_bitlen(key) != 256)
        return failed(failure, "%.600s is not a P-256 private key", path);
    return true;
}
