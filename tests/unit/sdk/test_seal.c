#include <clinic/seal.h>

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static const char sec1_pem[] = "-----BEGIN EC PRIVATE KEY-----\n"
                               "MHcCAQEEIPlBLdJHcgM7N7YOIS9ntprMcg5ocRZLTuFMA/KaUTb6oAoGCCqGSM49\n"
                               "AwEHoUQDQgAEsfuBiZcZELN2ClRZ2gNBhAqdXlLwjwqIUSVc6YeplialLpsAz+3V\n"
                               "PyTMIZLpo6C7EL0wP1LTKGjUU4ZHDOnEVg==\n"
                               "-----END EC PRIVATE KEY-----\n";
// The same key as PKCS #8.
static const char pkcs8_pem[] = "-----BEGIN PRIVATE KEY-----\n"
                                "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg+UEt0kdyAzs3tg4h\n"
                                "L2e2msxyDmhxFktO4UwD8ppRNvqhRANCAASx+4GJlxkQs3YKVFnaA0GECp1eUvCP\n"
                                "CohRJVzph6mWJqUumwDP7dU/JMwhkumjoLsQvTA/UtMoaNRThkcM6cRW\n"
                                "-----END PRIVATE KEY-----\n";
static const char secp256k1_pem[] =
    "-----BEGIN EC PRIVATE KEY-----\n"
    "MHQCAQEEILOw03wzpRGVkRc/2ampJ9JGPxUzI5QF9bmg4/jWD2PAoAcGBSuBBAAK\n"
    "oUQDQgAEPJf73s6Cu2P4JdMTj2E3no+nV4h5hRsGVjecK279P1L/Yc/f9qrZW4ch\n"
    "1oA5DHltszJa4v5Oby01YcTk7UnB2w==\n"
    "-----END EC PRIVATE KEY-----\n";

static const uint8_t some_key[CLINIC_KEY_BYTES] = { 1, 2, 3 };

static void unhex(const char *hex, uint8_t *bytes)
{
    for (size_t i = 0; hex[2 * i] != '\0'; i++) {
        unsigned value = 0;
        assert_int_equal(sscanf(hex + 2 * i, "%2x", &value), 1);
        bytes[i] = (uint8_t)value;
    }
}

static void what_is_sealed_comes_back(void **state)
{
    (void)state;
    static const char plain[] = "Ana, born 1990-04-02";
    uint8_t sealed[sizeof plain + CLINIC_SEAL_OVERHEAD_BYTES];
    char back[sizeof plain];

    assert_int_equal(clinic_seal(some_key, "here", 4, plain, sizeof plain, sealed), CLINIC_OK);
    assert_null(memmem(sealed, sizeof sealed, "Ana", 3));
    assert_int_equal(clinic_unseal(some_key, "here", 4, sealed, sizeof sealed, back), CLINIC_OK);
    assert_memory_equal(back, plain, sizeof plain);
}

static void nothing_can_be_sealed_as_well(void **state)
{
    (void)state;
    uint8_t sealed[CLINIC_SEAL_OVERHEAD_BYTES];
    char back[1];
    assert_int_equal(clinic_seal(some_key, NULL, 0, "", 0, sealed), CLINIC_OK);
    assert_int_equal(clinic_unseal(some_key, NULL, 0, sealed, sizeof sealed, back), CLINIC_OK);
    assert_int_equal(clinic_unseal(some_key, "x", 1, sealed, sizeof sealed, back), CLINIC_DAMAGED);
}

static void every_altered_bit_is_noticed(void **state)
{
    (void)state;
    static const char plain[] = "gloves";
    uint8_t sealed[sizeof plain + CLINIC_SEAL_OVERHEAD_BYTES];
    char back[sizeof plain];
    assert_int_equal(clinic_seal(some_key, "a", 1, plain, sizeof plain, sealed), CLINIC_OK);

    for (size_t bit = 0; bit < 8 * sizeof sealed; bit++) {
        sealed[bit / 8] ^= (uint8_t)(1u << bit % 8);
        assert_int_equal(clinic_unseal(some_key, "a", 1, sealed, sizeof sealed, back),
                         CLINIC_DAMAGED);
        sealed[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
    assert_int_equal(clinic_unseal(some_key, "a", 1, sealed, sizeof sealed, back), CLINIC_OK);
}

static void another_key_place_or_length_is_refused(void **state)
{
    (void)state;
    static const uint8_t other_key[CLINIC_KEY_BYTES] = { 9 };
    static const char plain[] = "gloves";
    uint8_t sealed[sizeof plain + CLINIC_SEAL_OVERHEAD_BYTES];
    char back[sizeof plain];
    assert_int_equal(clinic_seal(some_key, "a", 1, plain, sizeof plain, sealed), CLINIC_OK);

    assert_int_equal(clinic_unseal(other_key, "a", 1, sealed, sizeof sealed, back), CLINIC_DAMAGED);
    assert_int_equal(clinic_unseal(some_key, "b", 1, sealed, sizeof sealed, back), CLINIC_DAMAGED);
    assert_int_equal(clinic_unseal(some_key, "a", 1, sealed, sizeof sealed - 1, back),
                     CLINIC_DAMAGED);
    assert_int_equal(clinic_unseal(some_key, "a", 1, sealed, 27, back), CLINIC_DAMAGED);
}

// Case 16 of the GCM specification by McGrew and Viega.
static void the_cipher_is_aes_256_gcm(void **state)
{
    (void)state;
    static const char plain_hex[] =
        "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e24"
        "49a6b525b16aedf5aa0de657ba637b39";
    static const char sealed_hex[] =
        "cafebabefacedbaddecaf888"
        "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b10"
        "56828838c5f61e6393ba7a0abcc9f662"
        "76fc6ece0f4e1768cddf8853bb2d551b";
    uint8_t key[32], context[20], plain[60], sealed[88], back[60];
    unhex("feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308", key);
    unhex("feedfacedeadbeeffeedfacedeadbeefabaddad2", context);
    unhex(plain_hex, plain);
    unhex(sealed_hex, sealed);

    assert_int_equal(clinic_unseal(key, context, sizeof context, sealed, sizeof sealed, back),
                     CLINIC_OK);
    assert_memory_equal(back, plain, sizeof plain);
}

static void a_nonce_is_never_used_again(void **state)
{
    (void)state;
    uint8_t a[CLINIC_SEAL_OVERHEAD_BYTES];
    uint8_t b[CLINIC_SEAL_OVERHEAD_BYTES];
    assert_int_equal(clinic_seal(some_key, NULL, 0, "", 0, a), CLINIC_OK);
    assert_int_equal(clinic_seal(some_key, NULL, 0, "", 0, b), CLINIC_OK);
    assert_memory_not_equal(a, b, 12);
}

static void a_digest_is_sha_256_of_the_pieces_in_a_row(void **state)
{
    (void)state;
    const struct clinic_piece pieces[] = { { "a", 1 }, { NULL, 0 }, { "bc", 2 } };
    uint8_t expected[CLINIC_DIGEST_BYTES];
    uint8_t digest[CLINIC_DIGEST_BYTES];

    clinic_digest(pieces, 3, digest);
    unhex("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", expected);
    assert_memory_equal(digest, expected, sizeof digest);

    clinic_digest(NULL, 0, digest);
    unhex("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", expected);
    assert_memory_equal(digest, expected, sizeof digest);
}

static void a_digest_grows_as_bytes_come(void **state)
{
    (void)state;
    uint8_t expected[CLINIC_DIGEST_BYTES];
    uint8_t digest[CLINIC_DIGEST_BYTES];

    struct clinic_digester *digester = clinic_digester_new();
    assert_non_null(digester);
    clinic_digester_add(digester, "a", 1);
    clinic_digester_add(digester, NULL, 0);
    clinic_digester_add(digester, "bc", 2);
    clinic_digester_free(digester, digest);
    unhex("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", expected);
    assert_memory_equal(digest, expected, sizeof digest);

    clinic_digester_free(clinic_digester_new(), NULL);
    clinic_digester_free(NULL, digest);
    assert_memory_equal(digest, expected, sizeof digest);
}

static enum clinic_status derive(const char *pem, size_t pem_bytes, const char *purpose,
                                 uint8_t key[static CLINIC_KEY_BYTES])
{
    char path[] = "/tmp/clinic-seal-XXXXXX";
    const int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, pem, pem_bytes), pem_bytes);
    assert_int_equal(close(fd), 0);
    const enum clinic_status status = clinic_key_from_private_key(path, purpose, key);
    assert_int_equal(unlink(path), 0);
    return status;
}

// Computed with Python's hmac from the scalar that `openssl ec -text` prints.
static void a_key_file_gives_one_key_for_each_purpose(void **state)
{
    (void)state;
    uint8_t expected[CLINIC_KEY_BYTES];
    uint8_t key[CLINIC_KEY_BYTES];

    unhex("51bcfe60266fa5e67cbac1cabc79a9ce71688b099318a7a3bb3420267275d1c9", expected);
    assert_int_equal(derive(sec1_pem, strlen(sec1_pem), "outbox", key), CLINIC_OK);
    assert_memory_equal(key, expected, sizeof key);
    assert_int_equal(derive(pkcs8_pem, strlen(pkcs8_pem), "outbox", key), CLINIC_OK);
    assert_memory_equal(key, expected, sizeof key);

    unhex("7bc3d962bf3264a8edca84d3e5496269a872b92589dc093ebab25942cefa3c22", expected);
    assert_int_equal(derive(sec1_pem, strlen(sec1_pem), "other", key), CLINIC_OK);
    assert_memory_equal(key, expected, sizeof key);
}

static void a_file_without_such_a_key_is_refused(void **state)
{
    (void)state;
    static const char nul_filled[20 * 1024];
    uint8_t key[CLINIC_KEY_BYTES];
    errno = 0;
    assert_int_equal(clinic_key_from_private_key("/nonexistent/key", "outbox", key), CLINIC_IO);
    assert_int_equal(errno, ENOENT);
    assert_int_equal(derive("", 0, "outbox", key), CLINIC_INVALID);
    assert_int_equal(derive("garbage\n", 8, "outbox", key), CLINIC_INVALID);
    assert_int_equal(derive(sec1_pem, strlen(sec1_pem) - 40, "outbox", key), CLINIC_INVALID);
    assert_int_equal(derive(secp256k1_pem, strlen(secp256k1_pem), "outbox", key), CLINIC_INVALID);
    assert_int_equal(derive(nul_filled, sizeof nul_filled, "outbox", key), CLINIC_INVALID);
}

static void wiped_memory_is_zero(void **state)
{
    (void)state;
    static const char zero[8];
    char secret[8] = "secret!";
    clinic_wipe(secret, sizeof secret);
    assert_memory_equal(secret, zero, sizeof secret);
    clinic_wipe(NULL, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_sealed_comes_back),
        cmocka_unit_test(nothing_can_be_sealed_as_well),
        cmocka_unit_test(every_altered_bit_is_noticed),
        cmocka_unit_test(another_key_place_or_length_is_refused),
        cmocka_unit_test(the_cipher_is_aes_256_gcm),
        cmocka_unit_test(a_nonce_is_never_used_again),
        cmocka_unit_test(a_digest_is_sha_256_of_the_pieces_in_a_row),
        cmocka_unit_test(a_digest_grows_as_bytes_come),
        cmocka_unit_test(a_key_file_gives_one_key_for_each_purpose),
        cmocka_unit_test(a_file_without_such_a_key_is_refused),
        cmocka_unit_test(wiped_memory_is_zero),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
