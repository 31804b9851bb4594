#include "crl.h"

#include "der.h"
#include "files.h"

#include <mbedtls/asn1write.h>
#include <mbedtls/oid.h>
#include <mbedtls/pem.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
    TAG_SEQUENCE = MBEDTLS_ASN1_CONSTRUCTED | MBEDTLS_ASN1_SEQUENCE,
    TAG_EXTENSIONS = MBEDTLS_ASN1_CONTEXT_SPECIFIC | MBEDTLS_ASN1_CONSTRUCTED, // [0]
    TAG_KEY_ID = MBEDTLS_ASN1_CONTEXT_SPECIFIC,                                // [0]
    VERSION_2 = 1,
    ENTRY_BYTES = 48, // two headers of 2, serial 22, time 17
    FRAME_BYTES = 1024,
    FILE_BYTES_MAX = 4 * 1024 * 1024,
    // A Pi has no clock of its own. If its time is behind after a power cut, a list that says it is of
    // today would be one of the future, and everybody would be refused.
    BACKDATED_DAYS = 30,
};

#define PEM_BEGIN "-----BEGIN X509 CRL-----\n"
#define PEM_END "-----END X509 CRL-----\n"
#define DAY_MS INT64_C(86400000)

static void write_extensions(struct der *der, uint32_t number, mbedtls_pk_context *issuer_key)
{
    uint8_t key_id[DER_KEY_ID_BYTES] = { 0 };
    if (!der_key_id(issuer_key, key_id))
        der->is_broken = true;
    const uint8_t digits[4] = { (uint8_t)(number >> 24), (uint8_t)(number >> 16),
                                (uint8_t)(number >> 8), (uint8_t)number };

    const size_t mark = der_mark(der);
    der_integer(der, digits, sizeof digits);
    der_wrap_extension(der, mark, DER_OID(MBEDTLS_OID_CRL_NUMBER), false);

    const size_t key_id_mark = der_mark(der);
    der_tagged(der, TAG_KEY_ID, key_id, sizeof key_id);
    der_wrap(der, key_id_mark, TAG_SEQUENCE);
    der_wrap_extension(der, key_id_mark, DER_OID(MBEDTLS_OID_AUTHORITY_KEY_IDENTIFIER), false);

    der_wrap(der, mark, TAG_SEQUENCE);
    der_wrap(der, mark, TAG_EXTENSIONS);
}

// An empty list is left out altogether (RFC 5280, 5.1.2.6).
static void write_entries(struct der *der, const struct crl_entry *entries, size_t count)
{
    const size_t all = der_mark(der);
    for (size_t i = count; i > 0; i--) {
        const size_t mark = der_mark(der);
        der_time(der, entries[i - 1].revoked_at_ms);
        der_integer(der, entries[i - 1].serial, sizeof entries[i - 1].serial);
        der_wrap(der, mark, TAG_SEQUENCE);
    }
    if (count > 0)
        der_wrap(der, all, TAG_SEQUENCE);
}

// TBSCertList, last member first.
static void write_content(struct der *der, const struct crl_request *request,
                          const mbedtls_x509_crt *issuer, mbedtls_pk_context *issuer_key)
{
    write_extensions(der, request->number, issuer_key);
    write_entries(der, request->entries, request->count);
    der_time(der, request->made_at_ms + CRL_VALID_DAYS * DAY_MS);
    der_time(der, request->made_at_ms - BACKDATED_DAYS * DAY_MS);
    der_raw(der, issuer->subject_raw.p, issuer->subject_raw.len);
    der_ecdsa_algorithm(der);
    der_small_integer(der, VERSION_2);
    der_wrap(der, 0, TAG_SEQUENCE);
}

static bool print_pem(const struct der *der, char **ret_pem, struct failure *failure)
{
    const size_t size = der_length(der) * 2 + FRAME_BYTES;
    char *pem = malloc(size);
    if (pem == NULL)
        return failed(failure, "out of memory");
    size_t written = 0;
    if (mbedtls_pem_write_buffer(PEM_BEGIN, PEM_END, der->at, der_length(der), (unsigned char *)pem,
                                 size, &written)
        != 0) {
        free(pem);
        return failed(failure, "cannot print the CRL");
    }
    *ret_pem = pem;
    return true;
}

bool crl_issue(const struct crl_request *request, const mbedtls_x509_crt *issuer,
               mbedtls_pk_context *issuer_key, char **ret_pem, struct failure *failure)
{
    const size_t size = request->count * ENTRY_BYTES + FRAME_BYTES;
    unsigned char *buffers = malloc(2 * size);
    if (buffers == NULL)
        return failed(failure, "out of memory");

    struct der content;
    struct der der;
    der_init(&content, buffers, size);
    der_init(&der, buffers + size, size);
    write_content(&content, request, issuer, issuer_key);
    const bool is_made =
        der_sign(&der, &content, issuer_key, failure) && print_pem(&der, ret_pem, failure);
    free(buffers);
    return is_made;
}

bool crl_load(const char *path, mbedtls_x509_crl *ret_crl, struct failure *failure)
{
    char *pem = NULL;
    size_t length = 0;
    if (!files_read(path, FILE_BYTES_MAX, &pem, &length, failure))
        return false;
    const int result = mbedtls_x509_crl_parse(ret_crl, (const unsigned char *)pem, length + 1);
    free(pem);
    if (result != 0 || ret_crl->next != NULL)
        return failed(failure, "%.600s is not one CRL in PEM", path);
    return true;
}

int64_t crl_next_update_ms(const mbedtls_x509_crl *crl)
{
    const mbedtls_x509_time *next = &crl->next_update;
    struct tm utc = { .tm_year = next->year - 1900,
                      .tm_mon = next->mon - 1,
                      .tm_mday = next->day,
                      .tm_hour = next->hour,
                      .tm_min = next->min,
                      .tm_sec = next->sec };
    return (int64_t)timegm(&utc) * 1000;
}

size_t crl_count(const mbedtls_x509_crl *crl)
{
    size_t count = 0;
    for (const mbedtls_x509_crl_entry *entry = &crl->entry; entry != NULL && entry->raw.len > 0;
         entry = entry->next)
        count++;
    return count;
}

bool crl_lists(const mbedtls_x509_crl *crl, const uint8_t serial[static CERTIFICATE_SERIAL_BYTES])
{
    for (const mbedtls_x509_crl_entry *entry = &crl->entry; entry != NULL && entry->raw.len > 0;
         entry = entry->next) {
        if (entry->serial.len == CERTIFICATE_SERIAL_BYTES
            && memcmp(entry->serial.p, serial, CERTIFICATE_SERIAL_BYTES) == 0)
            return true;
    }
    return false;
}
