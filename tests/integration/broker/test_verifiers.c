// Certificates and CRL before the eyes of OpenSSL and GnuTLS, as strict as they can be.

#include "town.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define CA(town) town_path("%s/ca/ca.crt", (town)->dir)
#define CRL(town) town_path("%s/broker/crl.pem", (town)->dir)

static const char *const good[] = {
    "broker/server.crt",     "canary/canary.crt",      "nodes/gateway/node.crt",
    "nodes/desk-1/node.crt", "nodes/kiosk-1/node.crt",
};
enum { GOOD_COUNT = sizeof good / sizeof good[0] };

static struct process_output output;

static bool openssl_lets_in(const struct town *town, const char *certificate, const char *purpose)
{
    process_run(&output, (const char *const[]){ "openssl", "verify", "-x509_strict", "-crl_check",
                                                "-purpose", purpose, "-CAfile", CA(town),
                                                "-CRLfile", CRL(town),
                                                town_path("%s/%s", town->dir, certificate), NULL });
    return output.exit_code == 0;
}

static bool gnutls_lets_in(const struct town *town, const char *certificate)
{
    process_run(&output, (const char *const[]){ "certtool", "--verify", "--verify-profile",
                                                "medium", "--load-ca-certificate", CA(town),
                                                "--load-crl", CRL(town), "--infile",
                                                town_path("%s/%s", town->dir, certificate), NULL });
    return output.exit_code == 0 && strstr(output.text, "Not verified") == NULL;
}

static void both_verifiers_accept_every_certificate(void **state)
{
    const struct town *town = *state;
    for (size_t i = 0; i < GOOD_COUNT; i++) {
        const char *purpose = i == 0 ? "sslserver" : "sslclient";
        if (!openssl_lets_in(town, good[i], purpose) || !gnutls_lets_in(town, good[i]))
            fail_msg("%s: %s", good[i], output.text);
    }
}

static void neither_takes_a_certificate_for_another_use(void **state)
{
    const struct town *town = *state;
    assert_false(openssl_lets_in(town, "nodes/desk-1/node.crt", "sslserver"));
    assert_false(openssl_lets_in(town, "broker/server.crt", "sslclient"));
}

static void both_verifiers_refuse_what_is_revoked(void **state)
{
    struct town *town = *state;
    char *old = town_read(town_path("%s/nodes/desk-1/node.crt", town->dir));
    town_write(town_path("%s/old.crt", town->dir), old);
    free(old);
    assert_int_equal(RUN(town, "revoke", "kiosk-2"), 0);
    assert_int_equal(RUN(town, "renew", "desk-1"), 0);

    static const char *const bad[] = { "canary/revoked.crt", "nodes/kiosk-2/node.crt", "old.crt" };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_false(openssl_lets_in(town, bad[i], "sslclient"));
        assert_non_null(strstr(output.text, "certificate revoked"));
        assert_false(gnutls_lets_in(town, bad[i]));
        assert_non_null(strstr(output.text, "revoked"));
    }
    both_verifiers_accept_every_certificate(state);
}

static void both_verifiers_accept_the_crl(void **state)
{
    const struct town *town = *state;
    process_run(&output, (const char *const[]){ "openssl", "crl", "-in", CRL(town), "-CAfile",
                                                CA(town), "-noout", "-text", NULL });
    assert_int_equal(output.exit_code, 0);
    assert_non_null(strstr(output.text, "verify OK"));
    assert_non_null(strstr(output.text, "Version 2"));
    assert_non_null(strstr(output.text, "X509v3 CRL Number"));
    assert_non_null(strstr(output.text, "X509v3 Authority Key Identifier"));

    process_run(&output, (const char *const[]){ "certtool", "--verify-crl", "--load-ca-certificate",
                                                CA(town), "--infile", CRL(town), NULL });
    assert_int_equal(output.exit_code, 0);
    assert_non_null(strstr(output.text, "Verified. The certificate is trusted"));
}

static void no_algorithm_has_null_parameters(void **state)
{
    const struct town *town = *state;
    for (size_t i = 0; i <= GOOD_COUNT; i++) {
        const char *file = i == GOOD_COUNT ? CRL(town) : town_path("%s/%s", town->dir, good[i]);
        process_run(&output, (const char *const[]){ "openssl", "asn1parse", "-in", file, NULL });
        assert_int_equal(output.exit_code, 0);
        assert_non_null(strstr(output.text, "ecdsa-with-SHA256"));
        assert_null(strstr(output.text, "NULL"));
    }
}

static void expect_in_text(const struct town *town, const char *file, const char *const *lines)
{
    process_run(&output, (const char *const[]){ "openssl", "x509", "-in",
                                                town_path("%s/%s", town->dir, file), "-noout",
                                                "-text", "-nameopt", "RFC2253", NULL });
    assert_int_equal(output.exit_code, 0);
    for (size_t i = 0; lines[i] != NULL; i++) {
        if (strstr(output.text, lines[i]) == NULL)
            fail_msg("%s lacks \"%s\": %s", file, lines[i], output.text);
    }
}

static void each_certificate_has_the_right_uses(void **state)
{
    const struct town *town = *state;
    static const char *const ca[] = { "Version: 3",
                                      "CA:TRUE, pathlen:0",
                                      "X509v3 Key Usage: critical",
                                      "Certificate Sign, CRL Sign\n",
                                      "X509v3 Subject Key Identifier",
                                      "X509v3 Authority Key Identifier",
                                      "NIST CURVE: P-256",
                                      "Not Before: Jan  1 00:00:00 2020 GMT",
                                      NULL };
    static const char *const server[] = {
        "CA:FALSE", "Digital Signature\n", "TLS Web Server Authentication\n",
        "DNS:clinic.local, IP Address:192.168.1.5, DNS:localhost, IP Address:127.0.0.1", NULL
    };
    static const char *const client[] = { "Subject: CN=desk-1",
                                          "CA:FALSE",
                                          "Digital Signature\n",
                                          "TLS Web Client Authentication\n",
                                          "X509v3 Subject Key Identifier",
                                          "X509v3 Authority Key Identifier",
                                          NULL };
    expect_in_text(town, "ca/ca.crt", ca);
    expect_in_text(town, "broker/server.crt", server);
    expect_in_text(town, "nodes/desk-1/node.crt", client);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, town_make, town_remove)
        TEST(both_verifiers_accept_every_certificate),
        TEST(neither_takes_a_certificate_for_another_use),
        TEST(both_verifiers_refuse_what_is_revoked),
        TEST(both_verifiers_accept_the_crl),
        TEST(no_algorithm_has_null_parameters),
        TEST(each_certificate_has_the_right_uses),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
