#include "certificate.h"

#include "der.h"
#include "files.h"

#include <clinic/seal.h>

#include <mbedtls/asn1write.h>
#include <mbedtls/oid.h>
#include <mbedtls/pem.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
    TAG_SEQUENCE = MBEDTLS_ASN1_CONSTRUCTED | MBEDTLS_ASN1_SEQUENCE,
    TAG_VERSION = MBEDTLS_ASN1_CONTEXT_SPECIFIC | MBEDTLS_ASN1_CONSTRUCTED, // [0]
    TAG_EXTENSIONS = MBEDTLS_ASN1_CONTEXT_SPECIFIC | MBEDTLS_ASN1_CONSTRUCTED | 3,
    TAG_KEY_ID = MBEDTLS_ASN1_CONTEXT_SPECIFIC, // [0]
    TAG_SAN_NAME = MBEDTLS_ASN1_CONTEXT_SPECIFIC | 2,
    TAG_SAN_IP = MBEDTLS_ASN1_CONTEXT_SPECIFIC | 7,
    VERSION_3 = 2,
    DER_BYTES = 2800, // leaves room for base64 in CERTIFICATE_PEM_BYTES
};

#define PEM_BEGIN "-----BEGIN CERTIFICATE-----\n"
#define PEM_END "-----END CERTIFICATE-----\n"

struct kind_row {
    // The BIT STRING's content: the number of unused bits, then the bits.
    uint8_t key_usage[2];
    struct der_oid extended_key_usage; // none: a CA
};

static const struct kind_row kinds[] = {
    [CERTIFICATE_CA] = { { 1, 0x06 }, { NULL, 0 } }, // keyCertSign, cRLSign
    [CERTIFICATE_SERVER] = { { 7, 0x80 },            // digitalSignature
                             { MBEDTLS_OID_SERVER_AUTH, sizeof MBEDTLS_OID_SERVER_AUTH - 1 } },
    [CERTIFICATE_CLIENT] = { { 7, 0x80 },
                             { MBEDTLS_OID_CLIENT_AUTH, sizeof MBEDTLS_OID_CLIENT_AUTH - 1 } },
};

void certificate_new_serial(uint8_t ret_serial[static CERTIFICATE_SERIAL_BYTES])
{
    clinic_random(ret_serial, CERTIFICATE_SERIAL_BYTES);
    // Positive, and without leading zero bytes, so that its text has one form everywhere.
    ret_serial[0] = (uint8_t)((ret_serial[0] & 0x7f) | 0x40);
}

void certificate_print_serial(const uint8_t *serial, size_t length,
                              char text[static CLINIC_SERIAL_TEXT_BYTES])
{
    text[0] = '\0';
    for (size_t i = 0; i < length && i < CERTIFICATE_SERIAL_BYTES; i++)
        (void)snprintf(text + 2 * i, 3, "%02x", serial[i]);
}

bool certificate_parse_serial(const char *text, uint8_t ret_serial[static CERTIFICATE_SERIAL_BYTES])
{
    if (strlen(text) != (size_t)2 * CERTIFICATE_SERIAL_BYTES
        || strspn(text, "0123456789abcdef") != (size_t)2 * CERTIFICATE_SERIAL_BYTES)
        return false;
    for (size_t i = 0; i < CERTIFICATE_SERIAL_BYTES; i++) {
        const char digits[3] = { text[2 * i], text[2 * i + 1], '\0' };
        ret_serial[i] = (uint8_t)strtoul(digits, NULL, 16);
    }
    return true;
}

static void write_sans(struct der *der, const struct certificate_request *request)
{
    if (request->san_count == 0)
        return;
    const size_t mark = der_mark(der);
    for (size_t i = request->san_count; i > 0; i--) {
        const struct certificate_san *san = &request->sans[i - 1];
        der_tagged(der, san->is_ip ? TAG_SAN_IP : TAG_SAN_NAME, san->bytes, san->length);
    }
    der_wrap(der, mark, TAG_SEQUENCE);
    der_wrap_extension(der, mark, DER_OID(MBEDTLS_OID_SUBJECT_ALT_NAME), false);
}

static void write_basic_constraints(struct der *der, enum certificate_kind kind)
{
    const size_t mark = der_mark(der);
    if (kind == CERTIFICATE_CA) {
        der_small_integer(der, 0); // pathLenConstraint: it signs leaves only
        der_true(der);
    }
    der_wrap(der, mark, TAG_SEQUENCE);
    der_wrap_extension(der, mark, DER_OID(MBEDTLS_OID_BASIC_CONSTRAINTS), true);
}

static void write_usages(struct der *der, const struct kind_row *row)
{
    size_t mark = der_mark(der);
    if (row->extended_key_usage.length > 0) {
        der_identifier(der, row->extended_key_usage);
        der_wrap(der, mark, TAG_SEQUENCE);
        der_wrap_extension(der, mark, DER_OID(MBEDTLS_OID_EXTENDED_KEY_USAGE), false);
    }
    mark = der_mark(der);
    der_tagged(der, MBEDTLS_ASN1_BIT_STRING, row->key_usage, sizeof row->key_usage);
    der_wrap_extension(der, mark, DER_OID(MBEDTLS_OID_KEY_USAGE), true);
}

static void write_key_ids(struct der *der, mbedtls_pk_context *subject, mbedtls_pk_context *issuer)
{
    uint8_t subject_id[DER_KEY_ID_BYTES] = { 0 };
    uint8_t issuer_id[DER_KEY_ID_BYTES] = { 0 };
    if (!der_key_id(subject, subject_id) || !der_key_id(issuer, issuer_id)) {
        der->is_broken = true;
        return;
    }
    size_t mark = der_mark(der);
    der_tagged(der, TAG_KEY_ID, issuer_id, sizeof issuer_id);
    der_wrap(der, mark, TAG_SEQUENCE);
    der_wrap_extension(der, mark, DER_OID(MBEDTLS_OID_AUTHORITY_KEY_IDENTIFIER), false);

    mark = der_mark(der);
    der_tagged(der, MBEDTLS_ASN1_OCTET_STRING, subject_id, sizeof subject_id);
    der_wrap_extension(der, mark, DER_OID(MBEDTLS_OID_SUBJECT_KEY_IDENTIFIER), false);
}

static void write_extensions(struct der *der, const struct certificate_request *request,
                             mbedtls_pk_context *issuer_key)
{
    const size_t mark = der_mark(der);
    write_sans(der, request);
    write_key_ids(der, request->key, issuer_key);
    write_usages(der, &kinds[request->kind]);
    write_basic_constraints(der, request->kind);
    der_wrap(der, mark, TAG_SEQUENCE);
    der_wrap(der, mark, TAG_EXTENSIONS);
}

static void write_public_key(struct der *der, mbedtls_pk_context *key)
{
    unsigned char buffer[256];
    const int length = mbedtls_pk_write_pubkey_der(key, buffer, sizeof buffer);
    if (length <= 0) {
        der->is_broken = true;
        return;
    }
    der_raw(der, buffer + sizeof buffer - (size_t)length, (size_t)length);
}

static void write_validity(struct der *der, int64_t expires_at_ms)
{
    const size_t mark = der_mark(der);
    der_time(der, expires_at_ms);
    der_time(der, CERTIFICATE_VALID_SINCE_MS);
    der_wrap(der, mark, TAG_SEQUENCE);
}

// TBSCertificate, last member first.
static void write_content(struct der *der, const struct certificate_request *request,
                          const mbedtls_x509_crt *issuer, mbedtls_pk_context *issuer_key)
{
    write_extensions(der, request, issuer_key);
    write_public_key(der, request->key);
    der_common_name(der, request->common_name);
    write_validity(der, request->expires_at_ms);
    // Byte for byte the issuer's subject, or a chain is not found.
    if (issuer != NULL)
        der_raw(der, issuer->subject_raw.p, issuer->subject_raw.len);
    else
        der_common_name(der, request->common_name);
    der_ecdsa_algorithm(der);
    der_integer(der, request->serial, sizeof request->serial);
    const size_t mark = der_mark(der);
    der_small_integer(der, VERSION_3);
    der_wrap(der, mark, TAG_VERSION);
    der_wrap(der, 0, TAG_SEQUENCE);
}

bool certificate_issue(const struct certificate_request *request, const mbedtls_x509_crt *issuer,
                       mbedtls_pk_context *issuer_key, char pem[static CERTIFICATE_PEM_BYTES],
                       struct failure *failure)
{
    unsigned char content_buffer[DER_BYTES];
    struct der content;
    der_init(&content, content_buffer, sizeof content_buffer);
    write_content(&content, request, issuer, issuer_key);

    unsigned char buffer[DER_BYTES];
    struct der der;
    der_init(&der, buffer, sizeof buffer);
    if (!der_sign(&der, &content, issuer_key, failure))
        return false;
    size_t written = 0;
    if (mbedtls_pem_write_buffer(PEM_BEGIN, PEM_END, der.at, der_length(&der), (unsigned char *)pem,
                                 CERTIFICATE_PEM_BYTES, &written)
        != 0)
        return failed(failure, "a certificate became too large; give fewer names");
    return true;
}

bool certificate_load(const char *path, mbedtls_x509_crt *ret_certificate, struct failure *failure)
{
    char *pem = NULL;
    size_t length = 0;
    if (!files_read(path, (size_t)4 * CERTIFICATE_PEM_BYTES, &pem, &length, failure))
        return false;
    const int result =
        mbedtls_x509_crt_parse(ret_certificate, (const unsigned char *)pem, length + 1);
    free(pem);
    if (result != 0 || ret_certificate->next != NULL)
        return failed(failure, "%.600s is not one certificate in PEM", path);
    return true;
}

int64_t certificate_expires_at_ms(const mbedtls_x509_crt *certificate)
{
    const mbedtls_x509_time *to = &certificate->valid_to;
    struct tm utc = { .tm_year = to->year - 1900,
                      .tm_mon = to->mon - 1,
                      .tm_mday = to->day,
                      .tm_hour = to->hour,
                      .tm_min = to->min,
                      .tm_sec = to->sec };
    return (int64_t)timegm(&utc) * 1000;
}

void certificate_serial_text(const mbedtls_x509_crt *certificate,
                             char text[static CLINIC_SERIAL_TEXT_BYTES])
{
    certificate_print_serial(certificate->serial.p, certificate->serial.len, text);
}
