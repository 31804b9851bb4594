// crl.h - the certificate revocation list (X.509 CRL v2) that mosquitto's crlfile takes.
//
// A broker locks everybody out once its CRL is past nextUpdate. So a CRL is good for CRL_VALID_DAYS, is
// made anew with every change, and `clinic-broker check` warns CRL_WARN_DAYS ahead.
#pragma once

#include "certificate.h"

#include <mbedtls/x509_crl.h>

enum {
    CRL_VALID_DAYS = 5 * 365,
    CRL_WARN_DAYS = 180,
};

struct crl_entry {
    uint8_t serial[CERTIFICATE_SERIAL_BYTES];
    int64_t revoked_at_ms;
};

struct crl_request {
    uint32_t number; // greater than that of every CRL before
    int64_t made_at_ms;
    const struct crl_entry *entries;
    size_t count;
};

// The caller frees *ret_pem.
bool crl_issue(const struct crl_request *request, const mbedtls_x509_crt *issuer,
               mbedtls_pk_context *issuer_key, char **ret_pem, struct failure *failure);

// The caller has initialised *ret_crl and frees it.
bool crl_load(const char *path, mbedtls_x509_crl *ret_crl, struct failure *failure);

int64_t crl_next_update_ms(const mbedtls_x509_crl *crl);
size_t crl_count(const mbedtls_x509_crl *crl);
bool crl_lists(const mbedtls_x509_crl *crl, const uint8_t serial[static CERTIFICATE_SERIAL_BYTES]);
