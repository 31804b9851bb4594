// certificate.h - X.509 v3 certificates as RFC 5280 wants them: the clinic's own authority, its broker
// and its nodes.
#pragma once

#include "failure.h"

#include <clinic/registry.h>

#include <mbedtls/x509_crt.h>
#include <stdint.h>

enum {
    CERTIFICATE_SERIAL_BYTES = 20, // RFC 5280 allows no more
    CERTIFICATE_PEM_BYTES = 4096,
    CERTIFICATE_SANS_MAX = 32,
};

enum certificate_kind {
    CERTIFICATE_CA,
    CERTIFICATE_SERVER,
    CERTIFICATE_CLIENT,
};

struct certificate_san {
    bool is_ip;
    const void *bytes; // of the name, or 4 or 16 of the address
    size_t length;
};

struct certificate_request {
    enum certificate_kind kind;
    const char *common_name;
    mbedtls_pk_context *key; // its public half is certified
    uint8_t serial[CERTIFICATE_SERIAL_BYTES];
    int64_t expires_at_ms;
    const struct certificate_san *sans; // of a server
    size_t san_count;
};

// Devices boot with a clock of long ago; every certificate is valid since this day.
#define CERTIFICATE_VALID_SINCE_MS INT64_C(1577836800000) // 2020-01-01T00:00:00Z

// Positive, 159 random bits, never shorter than 20 bytes.
void certificate_new_serial(uint8_t ret_serial[static CERTIFICATE_SERIAL_BYTES]);
void certificate_print_serial(const uint8_t *serial, size_t length,
                              char text[static CLINIC_SERIAL_TEXT_BYTES]);
bool certificate_parse_serial(const char *text,
                              uint8_t ret_serial[static CERTIFICATE_SERIAL_BYTES]);

// Signs with the authority's key; `issuer` is NULL for the authority's own, self-signed certificate.
bool certificate_issue(const struct certificate_request *request, const mbedtls_x509_crt *issuer,
                       mbedtls_pk_context *issuer_key, char pem[static CERTIFICATE_PEM_BYTES],
                       struct failure *failure);

// One certificate in PEM; the caller has initialised *ret_certificate and frees it.
bool certificate_load(const char *path, mbedtls_x509_crt *ret_certificate, struct failure *failure);

int64_t certificate_expires_at_ms(const mbedtls_x509_crt *certificate);
void certificate_serial_text(const mbedtls_x509_crt *certificate,
                             char text[static CLINIC_SERIAL_TEXT_BYTES]);
