#include <clinic/seal.h>

#include <errno.h>
#include <mbedtls/ecp.h>
#include <mbedtls/gcm.h>
#include <mbedtls/hkdf.h>
#include <mbedtls/md.h>
#include <mbedtls/pk.h>
#include <mbedtls/sha256.h>
#include <mbedtls/version.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#if MBEDTLS_VERSION_MAJOR < 3
#define mbedtls_sha256_starts mbedtls_sha256_starts_ret
#define mbedtls_sha256_update mbedtls_sha256_update_ret
#define mbedtls_sha256_finish mbedtls_sha256_finish_ret
#endif

enum {
    NONCE_BYTES = 12,
    TAG_BYTES = 16,
    SCALAR_BYTES = 32,
    PEM_BYTES_MAX = 16 * 1024,
};

static enum clinic_status gcm_open(mbedtls_gcm_context *gcm,
                                   const uint8_t key[static CLINIC_KEY_BYTES])
{
    mbedtls_gcm_init(gcm);
    const int error = mbedtls_gcm_setkey(gcm, MBEDTLS_CIPHER_ID_AES, key, CLINIC_KEY_BYTES * 8);
    return error == 0 ? CLINIC_OK : CLINIC_NOMEM;
}

enum clinic_status clinic_seal(const uint8_t key[static CLINIC_KEY_BYTES], const void *context,
                               size_t context_bytes, const void *plain, size_t plain_bytes,
                               uint8_t *ret_sealed)
{
    uint8_t nonce[NONCE_BYTES];
    clinic_random(nonce, sizeof nonce);

    mbedtls_gcm_context gcm;
    enum clinic_status status = gcm_open(&gcm, key);
    if (status == CLINIC_OK
        && mbedtls_gcm_crypt_and_tag(&gcm, MBEDTLS_GCM_ENCRYPT, plain_bytes, nonce, sizeof nonce,
                                     context, context_bytes, plain, ret_sealed + NONCE_BYTES,
                                     TAG_BYTES, ret_sealed + NONCE_BYTES + plain_bytes)
               != 0)
        status = CLINIC_INVALID;
    mbedtls_gcm_free(&gcm);

    if (status == CLINIC_OK)
        memcpy(ret_sealed, nonce, sizeof nonce);
    return status;
}

enum clinic_status clinic_unseal(const uint8_t key[static CLINIC_KEY_BYTES], const void *context,
                                 size_t context_bytes, const uint8_t *sealed, size_t sealed_bytes,
                                 void *ret_plain)
{
    if (sealed_bytes < CLINIC_SEAL_OVERHEAD_BYTES)
        return CLINIC_DAMAGED;
    const size_t plain_bytes = sealed_bytes - CLINIC_SEAL_OVERHEAD_BYTES;

    mbedtls_gcm_context gcm;
    enum clinic_status status = gcm_open(&gcm, key);
    if (status == CLINIC_OK
        && mbedtls_gcm_auth_decrypt(&gcm, plain_bytes, sealed, NONCE_BYTES, context, context_bytes,
                                    sealed + NONCE_BYTES + plain_bytes, TAG_BYTES,
                                    sealed + NONCE_BYTES, ret_plain)
               != 0)
        status = CLINIC_DAMAGED;
    mbedtls_gcm_free(&gcm);
    return status;
}

// The software implementation of SHA-256 has no way to fail; its results are for hardware ones.
static void must(int error)
{
    if (error != 0)
        abort();
}

void clinic_digest(const struct clinic_piece *pieces, size_t count,
                   uint8_t ret_digest[static CLINIC_DIGEST_BYTES])
{
    mbedtls_sha256_context sha256;
    mbedtls_sha256_init(&sha256);
    must(mbedtls_sha256_starts(&sha256, 0));
    for (size_t i = 0; i < count; i++) {
        if (pieces[i].length > 0)
            must(mbedtls_sha256_update(&sha256, pieces[i].bytes, pieces[i].length));
    }
    must(mbedtls_sha256_finish(&sha256, ret_digest));
    mbedtls_sha256_free(&sha256);
}

struct clinic_digester {
    mbedtls_sha256_context sha256;
};

struct clinic_digester *clinic_digester_new(void)
{
    struct clinic_digester *digester = malloc(sizeof *digester);
    if (digester == NULL)
        return NULL;
    mbedtls_sha256_init(&digester->sha256);
    must(mbedtls_sha256_starts(&digester->sha256, 0));
    return digester;
}

void clinic_digester_add(struct clinic_digester *digester, const void *bytes, size_t length)
{
    if (length > 0)
        must(mbedtls_sha256_update(&digester->sha256, bytes, length));
}

void clinic_digester_free(struct clinic_digester *digester, uint8_t *ret_digest)
{
    if (digester == NULL)
        return;
    if (ret_digest != NULL)
        must(mbedtls_sha256_finish(&digester->sha256, ret_digest));
    mbedtls_sha256_free(&digester->sha256);
    free(digester);
}

// Blinds the key's arithmetic while it is read; mbedTLS 3 asks for it.
static int random_for_mbedtls(void *context, unsigned char *bytes, size_t length)
{
    (void)context;
    clinic_random(bytes, length);
    return 0;
}

static int parse_key(mbedtls_pk_context *key, const uint8_t *pem, size_t pem_bytes)
{
#if MBEDTLS_VERSION_MAJOR < 3
    (void)random_for_mbedtls;
    return mbedtls_pk_parse_key(key, pem, pem_bytes, NULL, 0);
#else
    return mbedtls_pk_parse_key(key, pem, pem_bytes, NULL, 0, random_for_mbedtls, NULL);
#endif
}

static int write_scalar(mbedtls_ecp_keypair *pair, uint8_t scalar[static SCALAR_BYTES])
{
#if MBEDTLS_VERSION_MAJOR < 3
    return mbedtls_ecp_write_key(pair, scalar, SCALAR_BYTES);
#else
    size_t length = 0;
    return mbedtls_ecp_write_key_ext(pair, &length, scalar, SCALAR_BYTES);
#endif
}

static bool is_p256(mbedtls_pk_context *key)
{
    // 256 bits alone would also let secp256k1 and Brainpool pass.
    static const char curve[] = "secp256r1";
    if (mbedtls_pk_get_type(key) != MBEDTLS_PK_ECKEY)
        return false;
    mbedtls_ecp_keypair *pair = mbedtls_pk_ec(*key);
#if MBEDTLS_VERSION_MAJOR < 3
    const mbedtls_ecp_group_id group = pair->grp.id;
#else
    const mbedtls_ecp_group_id group = mbedtls_ecp_keypair_get_group_id(pair);
#endif
    const mbedtls_ecp_curve_info *info = mbedtls_ecp_curve_info_from_grp_id(group);
    return info != NULL && strcmp(info->name, curve) == 0;
}

static enum clinic_status read_scalar(const uint8_t *pem, size_t pem_bytes,
                                      uint8_t scalar[static SCALAR_BYTES])
{
    mbedtls_pk_context key;
    mbedtls_pk_init(&key);
    enum clinic_status status = CLINIC_INVALID;
    if (parse_key(&key, pem, pem_bytes) == 0 && is_p256(&key)
        && write_scalar(mbedtls_pk_ec(key), scalar) == 0)
        status = CLINIC_OK;
    mbedtls_pk_free(&key);
    return status;
}

// Unbuffered, so that no copy of the key stays in a freed buffer of the C library.
static enum clinic_status read_pem(const char *path, uint8_t *pem, size_t pem_bytes,
                                   size_t *ret_length)
{
    FILE *file = fopen(path, "re");
    if (file == NULL)
        return CLINIC_IO;
    (void)setvbuf(file, NULL, _IONBF, 0);
    const size_t length = fread(pem, 1, pem_bytes, file);
    const int error = ferror(file) ? errno : 0;
    (void)fclose(file); // read only: nothing can be lost
    if (error != 0) {
        errno = error;
        return CLINIC_IO;
    }
    if (length == pem_bytes)
        return CLINIC_INVALID;
    *ret_length = length;
    return CLINIC_OK;
}

enum clinic_status clinic_key_from_private_key(const char *pem_path, const char *purpose,
                                               uint8_t ret_key[static CLINIC_KEY_BYTES])
{
    uint8_t pem[PEM_BYTES_MAX] = { 0 };
    uint8_t scalar[SCALAR_BYTES];
    size_t length = 0;
    enum clinic_status status = read_pem(pem_path, pem, sizeof pem, &length);
    if (status == CLINIC_OK) // mbedTLS wants the NUL behind a PEM counted
        status = read_scalar(pem, length + 1, scalar);
    if (status == CLINIC_OK
        && mbedtls_hkdf(mbedtls_md_info_from_type(MBEDTLS_MD_SHA256), NULL, 0, scalar,
                        sizeof scalar, (const uint8_t *)purpose, strlen(purpose), ret_key,
                        CLINIC_KEY_BYTES)
               != 0)
        status = CLINIC_NOMEM;
    clinic_wipe(pem, sizeof pem);
    clinic_wipe(scalar, sizeof scalar);
    return status;
}

void clinic_random(void *bytes, size_t length)
{
    uint8_t *next = bytes;
    while (length > 0) {
        const ssize_t got = getrandom(next, length, 0);
        if (got < 0) {
            if (errno
                != EINTR) // no such call in this kernel, or a bad buffer: never go on with a guess
                abort();
            continue;
        }
        next += got;
        length -= (size_t)got;
    }
}

void clinic_wipe(void *bytes, size_t length)
{
    if (length > 0)
        explicit_bzero(bytes, length);
}
