#include "certificate.h"
#include "crl.h"
#include "der.h"
#include "key.h"
#include "place.h"

#include <mbedtls/oid.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define YEAR_MS INT64_C(31536000000)
// ecdsa-with-SHA256 with its length, as it stands in an AlgorithmIdentifier.
static const unsigned char ecdsa[] = { 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02 };

struct made {
    mbedtls_pk_context ca_key;
    mbedtls_pk_context key;
    mbedtls_x509_crt ca;
    struct failure failure;
};

static void parse(mbedtls_x509_crt *certificate, const char *pem)
{
    mbedtls_x509_crt_init(certificate);
    assert_int_equal(
        mbedtls_x509_crt_parse(certificate, (const unsigned char *)pem, strlen(pem) + 1), 0);
}

static struct certificate_request request_of(struct made *made, enum certificate_kind kind)
{
    struct certificate_request request = {
        .kind = kind,
        .common_name = kind == CERTIFICATE_CA ? "test CA" : "desk-1",
        .key = kind == CERTIFICATE_CA ? &made->ca_key : &made->key,
        .expires_at_ms = PLACE_NOW_MS + 2 * YEAR_MS,
    };
    certificate_new_serial(request.serial);
    return request;
}

static int make(void **state)
{
    struct made *made = calloc(1, sizeof *made);
    char pem[CERTIFICATE_PEM_BYTES];
    assert_non_null(made);
    mbedtls_pk_init(&made->ca_key);
    mbedtls_pk_init(&made->key);
    assert_true(key_make(&made->ca_key, &made->failure));
    assert_true(key_make(&made->key, &made->failure));
    const struct certificate_request request = request_of(made, CERTIFICATE_CA);
    assert_true(certificate_issue(&request, NULL, &made->ca_key, pem, &made->failure));
    parse(&made->ca, pem);
    *state = made;
    return 0;
}

static int unmake(void **state)
{
    struct made *made = *state;
    mbedtls_x509_crt_free(&made->ca);
    mbedtls_pk_free(&made->key);
    mbedtls_pk_free(&made->ca_key);
    free(made);
    return 0;
}

static void issue(struct made *made, const struct certificate_request *request,
                  mbedtls_x509_crt *ret_certificate)
{
    char pem[CERTIFICATE_PEM_BYTES];
    assert_true(certificate_issue(request, &made->ca, &made->ca_key, pem, &made->failure));
    parse(ret_certificate, pem);
}

static uint32_t verify(struct made *made, mbedtls_x509_crt *certificate)
{
    uint32_t flags = 0;
    (void)mbedtls_x509_crt_verify(certificate, &made->ca, NULL, NULL, &flags, NULL, NULL);
    return flags;
}

static void the_ca_may_sign_leaves_only(void **state)
{
    struct made *made = *state;
    assert_int_equal(made->ca.version, 3);
    assert_int_equal(verify(made, &made->ca), 0);
    assert_int_equal(mbedtls_x509_crt_check_key_usage(&made->ca, MBEDTLS_X509_KU_KEY_CERT_SIGN
                                                                     | MBEDTLS_X509_KU_CRL_SIGN),
                     0);
    assert_int_not_equal(
        mbedtls_x509_crt_check_key_usage(&made->ca, MBEDTLS_X509_KU_DIGITAL_SIGNATURE), 0);
    // basicConstraints, critical: CA true, pathlen 0
    static const unsigned char wanted[] = { 0x55, 0x1d, 0x13, 0x01, 0x01, 0xff, 0x04, 0x08,
                                            0x30, 0x06, 0x01, 0x01, 0xff, 0x02, 0x01, 0x00 };
    assert_non_null(memmem(made->ca.raw.p, made->ca.raw.len, wanted, sizeof wanted));
}

static void a_node_is_a_client_and_nothing_else(void **state)
{
    struct made *made = *state;
    mbedtls_x509_crt leaf;
    const struct certificate_request request = request_of(made, CERTIFICATE_CLIENT);
    issue(made, &request, &leaf);
    assert_int_equal(verify(made, &leaf), 0);
    assert_int_equal(mbedtls_x509_crt_check_key_usage(&leaf, MBEDTLS_X509_KU_DIGITAL_SIGNATURE), 0);
    assert_int_not_equal(mbedtls_x509_crt_check_key_usage(&leaf, MBEDTLS_X509_KU_KEY_CERT_SIGN), 0);
    assert_int_equal(mbedtls_x509_crt_check_extended_key_usage(&leaf, MBEDTLS_OID_CLIENT_AUTH,
                                                               sizeof MBEDTLS_OID_CLIENT_AUTH - 1),
                     0);
    assert_int_not_equal(mbedtls_x509_crt_check_extended_key_usage(
                             &leaf, MBEDTLS_OID_SERVER_AUTH, sizeof MBEDTLS_OID_SERVER_AUTH - 1),
                         0);
    assert_int_equal(leaf.serial.len, CERTIFICATE_SERIAL_BYTES);
    assert_memory_equal(leaf.serial.p, request.serial, CERTIFICATE_SERIAL_BYTES);
    assert_int_equal(certificate_expires_at_ms(&leaf), request.expires_at_ms);
    mbedtls_x509_crt_free(&leaf);
}

static void the_broker_has_its_names_and_addresses(void **state)
{
    struct made *made = *state;
    const struct certificate_san sans[] = { { false, "clinic.local", 12 },
                                            { true, "\300\250\001\005", 4 } };
    struct certificate_request request = request_of(made, CERTIFICATE_SERVER);
    mbedtls_x509_crt leaf;
    request.sans = sans;
    request.san_count = 2;
    issue(made, &request, &leaf);
    static const char wanted[] = "\x82\x0c"
                                 "clinic.local"
                                 "\x87\x04\300\250\001\005";
    assert_non_null(memmem(leaf.raw.p, leaf.raw.len, wanted, sizeof wanted - 1));
    uint32_t flags = 0;
    assert_int_equal(
        mbedtls_x509_crt_verify(&leaf, &made->ca, NULL, "clinic.local", &flags, NULL, NULL), 0);
    assert_int_not_equal(
        mbedtls_x509_crt_verify(&leaf, &made->ca, NULL, "other.local", &flags, NULL, NULL), 0);
    mbedtls_x509_crt_free(&leaf);
}

// Each of the two AlgorithmIdentifiers is a SEQUENCE of the identifier alone.
static size_t count_bare_algorithms(const unsigned char *bytes, size_t length)
{
    size_t count = 0;
    const unsigned char *at = bytes;
    while ((at = memmem(at, length - (size_t)(at - bytes), ecdsa, sizeof ecdsa)) != NULL) {
        assert_int_equal(at[-2], 0x30);
        assert_int_equal(at[-1], sizeof ecdsa);
        at += sizeof ecdsa;
        count++;
    }
    return count;
}

static void the_signature_algorithm_has_no_parameters(void **state)
{
    struct made *made = *state;
    const struct certificate_request request = request_of(made, CERTIFICATE_CLIENT);
    mbedtls_x509_crt leaf;
    issue(made, &request, &leaf);
    assert_int_equal(count_bare_algorithms(leaf.raw.p, leaf.raw.len), 2);
    assert_int_equal(count_bare_algorithms(made->ca.raw.p, made->ca.raw.len), 2);
    mbedtls_x509_crt_free(&leaf);
}

static void another_authority_is_not_believed(void **state)
{
    struct made *made = *state;
    const struct certificate_request request = request_of(made, CERTIFICATE_CLIENT);
    char pem[CERTIFICATE_PEM_BYTES];
    mbedtls_x509_crt leaf;
    // Signed with a key that is not the CA's, in the CA's name.
    assert_true(certificate_issue(&request, &made->ca, &made->key, pem, &made->failure));
    parse(&leaf, pem);
    assert_true((verify(made, &leaf) & MBEDTLS_X509_BADCERT_NOT_TRUSTED) != 0);
    mbedtls_x509_crt_free(&leaf);
}

static void from_2050_on_times_have_a_century(void **state)
{
    struct made *made = *state;
    struct certificate_request request = request_of(made, CERTIFICATE_CLIENT);
    mbedtls_x509_crt leaf;
    request.expires_at_ms = INT64_C(2524607999000); // 2049-12-31T23:59:59Z
    issue(made, &request, &leaf);
    assert_non_null(memmem(leaf.raw.p, leaf.raw.len,
                           "\x17\x0d"
                           "491231235959Z",
                           15));
    assert_int_equal(certificate_expires_at_ms(&leaf), request.expires_at_ms);
    mbedtls_x509_crt_free(&leaf);

    request.expires_at_ms += 1000;
    issue(made, &request, &leaf);
    assert_non_null(memmem(leaf.raw.p, leaf.raw.len,
                           "\x18\x0f"
                           "20500101000000Z",
                           17));
    assert_int_equal(certificate_expires_at_ms(&leaf), request.expires_at_ms);
    mbedtls_x509_crt_free(&leaf);
}

static void serials_are_positive_full_and_differ(void **state)
{
    (void)state;
    uint8_t last[CERTIFICATE_SERIAL_BYTES] = { 0 };
    for (int i = 0; i < 1000; i++) {
        uint8_t serial[CERTIFICATE_SERIAL_BYTES];
        uint8_t again[CERTIFICATE_SERIAL_BYTES];
        char text[CLINIC_SERIAL_TEXT_BYTES];
        certificate_new_serial(serial);
        assert_true(serial[0] >= 0x40 && serial[0] < 0x80);
        assert_memory_not_equal(serial, last, sizeof serial);
        certificate_print_serial(serial, sizeof serial, text);
        assert_true(certificate_parse_serial(text, again));
        assert_memory_equal(serial, again, sizeof serial);
        memcpy(last, serial, sizeof last);
    }
}

static void a_serial_that_is_none_is_refused(void **state)
{
    (void)state;
    static const char *const bad[] = { "", "4f", "4F2a00000000000000000000000000000000beef",
                                       "4f2a00000000000000000000000000000000beef00",
                                       "4f2a0000000000000000000000000000000 beef" };
    uint8_t serial[CERTIFICATE_SERIAL_BYTES];
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_false(certificate_parse_serial(bad[i], serial));
}

static void integers_are_written_as_der_wants_them(void **state)
{
    (void)state;
    static const struct {
        uint8_t bytes[4];
        size_t length;
        uint8_t der[8];
        size_t der_length;
    } rows[] = {
        { { 0 }, 1, { 2, 1, 0 }, 3 },
        { { 0, 0, 0, 1 }, 4, { 2, 1, 1 }, 3 },
        { { 0, 0, 0, 0x80 }, 4, { 2, 2, 0, 0x80 }, 4 },
        { { 0, 0, 1, 0 }, 4, { 2, 2, 1, 0 }, 4 },
        { { 0xff, 0, 0, 0 }, 4, { 2, 5, 0, 0xff, 0, 0, 0 }, 7 },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        unsigned char buffer[16];
        struct der der;
        der_init(&der, buffer, sizeof buffer);
        der_integer(&der, rows[i].bytes, rows[i].length);
        assert_false(der.is_broken);
        assert_int_equal(der_length(&der), rows[i].der_length);
        assert_memory_equal(der.at, rows[i].der, rows[i].der_length);
    }
}

static void no_room_is_noticed(void **state)
{
    struct made *made = *state;
    unsigned char buffer[16];
    struct der content;
    struct der der;
    der_init(&content, buffer, 4);
    der_common_name(&content, "too long");
    assert_true(content.is_broken);
    der_init(&der, buffer, sizeof buffer);
    assert_false(der_sign(&der, &content, &made->ca_key, &made->failure));
}

static void load_crl(struct made *made, const struct crl_request *request, mbedtls_x509_crl *crl)
{
    char *pem = NULL;
    assert_true(crl_issue(request, &made->ca, &made->ca_key, &pem, &made->failure));
    mbedtls_x509_crl_init(crl);
    assert_int_equal(mbedtls_x509_crl_parse(crl, (const unsigned char *)pem, strlen(pem) + 1), 0);
    free(pem);
}

static void a_crl_lists_what_it_was_given(void **state)
{
    struct made *made = *state;
    struct crl_entry entries[300];
    mbedtls_x509_crl crl;
    for (size_t i = 0; i < 300; i++) {
        certificate_new_serial(entries[i].serial);
        entries[i].revoked_at_ms = PLACE_NOW_MS;
    }
    const struct crl_request request = {
        .number = 200, .made_at_ms = PLACE_NOW_MS, .entries = entries, .count = 299
    };
    load_crl(made, &request, &crl);
    assert_int_equal(crl.version, 2);
    assert_int_equal(crl_count(&crl), 299);
    for (size_t i = 0; i < 299; i++)
        assert_true(crl_lists(&crl, entries[i].serial));
    assert_false(crl_lists(&crl, entries[299].serial));
    assert_int_equal(crl_next_update_ms(&crl), PLACE_NOW_MS + 5 * YEAR_MS);
    assert_int_equal(count_bare_algorithms(crl.raw.p, crl.raw.len), 2);
    mbedtls_x509_crl_free(&crl);
}

static void an_empty_crl_is_one(void **state)
{
    struct made *made = *state;
    const struct crl_request request = { .number = 1, .made_at_ms = PLACE_NOW_MS };
    mbedtls_x509_crl crl;
    load_crl(made, &request, &crl);
    assert_int_equal(crl_count(&crl), 0);
    mbedtls_x509_crl_free(&crl);
}

static void a_revoked_certificate_is_refused(void **state)
{
    struct made *made = *state;
    const struct certificate_request request = request_of(made, CERTIFICATE_CLIENT);
    struct crl_entry entry = { .revoked_at_ms = PLACE_NOW_MS - YEAR_MS };
    memcpy(entry.serial, request.serial, sizeof entry.serial);
    const struct crl_request list = {
        .number = 1, .made_at_ms = PLACE_NOW_MS, .entries = &entry, .count = 1
    };
    mbedtls_x509_crt leaf;
    mbedtls_x509_crl crl;
    uint32_t flags = 0;
    issue(made, &request, &leaf);
    load_crl(made, &list, &crl);
    assert_int_not_equal(mbedtls_x509_crt_verify(&leaf, &made->ca, &crl, NULL, &flags, NULL, NULL),
                         0);
    assert_true((flags & MBEDTLS_X509_BADCERT_REVOKED) != 0);
    mbedtls_x509_crl_free(&crl);
    mbedtls_x509_crt_free(&leaf);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_ca_may_sign_leaves_only),
        cmocka_unit_test(a_node_is_a_client_and_nothing_else),
        cmocka_unit_test(the_broker_has_its_names_and_addresses),
        cmocka_unit_test(the_signature_algorithm_has_no_parameters),
        cmocka_unit_test(another_authority_is_not_believed),
        cmocka_unit_test(from_2050_on_times_have_a_century),
        cmocka_unit_test(serials_are_positive_full_and_differ),
        cmocka_unit_test(a_serial_that_is_none_is_refused),
        cmocka_unit_test(integers_are_written_as_der_wants_them),
        cmocka_unit_test(no_room_is_noticed),
        cmocka_unit_test(a_crl_lists_what_it_was_given),
        cmocka_unit_test(an_empty_crl_is_one),
        cmocka_unit_test(a_revoked_certificate_is_refused),
    };
    return cmocka_run_group_tests(tests, make, unmake);
}
