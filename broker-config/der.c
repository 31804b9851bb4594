#include "der.h"

#include "compat.h"

#include <mbedtls/asn1write.h>
#include <mbedtls/md.h>
#include <mbedtls/oid.h>
#include <string.h>
#include <time.h>

enum {
    TAG_SEQUENCE = MBEDTLS_ASN1_CONSTRUCTED | MBEDTLS_ASN1_SEQUENCE,
    TAG_SET = MBEDTLS_ASN1_CONSTRUCTED | MBEDTLS_ASN1_SET,
    DIGEST_BYTES = 32,
};

static void keep(struct der *der, int result)
{
    der->is_broken = der->is_broken || result < 0;
}

void der_init(struct der *der, void *buffer, size_t size)
{
    *der = (struct der){ .start = buffer,
                         .at = (unsigned char *)buffer + size,
                         .end = (unsigned char *)buffer + size };
}

size_t der_length(const struct der *der)
{
    return (size_t)(der->end - der->at);
}

size_t der_mark(const struct der *der)
{
    return der_length(der);
}

void der_wrap(struct der *der, size_t mark, unsigned char tag)
{
    keep(der, mbedtls_asn1_write_len(&der->at, der->start, der_length(der) - mark));
    keep(der, mbedtls_asn1_write_tag(&der->at, der->start, tag));
}

void der_raw(struct der *der, const void *bytes, size_t length)
{
    keep(der, mbedtls_asn1_write_raw_buffer(&der->at, der->start, bytes, length));
}

void der_tagged(struct der *der, unsigned char tag, const void *bytes, size_t length)
{
    const size_t mark = der_mark(der);
    der_raw(der, bytes, length);
    der_wrap(der, mark, tag);
}

void der_small_integer(struct der *der, int value)
{
    keep(der, mbedtls_asn1_write_int(&der->at, der->start, value));
}

void der_integer(struct der *der, const uint8_t *bytes, size_t length)
{
    while (length > 1 && bytes[0] == 0) {
        bytes++;
        length--;
    }
    const size_t mark = der_mark(der);
    der_raw(der, bytes, length);
    if (length == 0 || (bytes[0] & 0x80) != 0)
        der_raw(der, "", 1); // a leading zero: the number is not negative
    der_wrap(der, mark, MBEDTLS_ASN1_INTEGER);
}

void der_identifier(struct der *der, struct der_oid oid)
{
    der_tagged(der, MBEDTLS_ASN1_OID, oid.bytes, oid.length);
}

void der_true(struct der *der)
{
    keep(der, mbedtls_asn1_write_bool(&der->at, der->start, 1));
}

void der_time(struct der *der, int64_t unix_ms)
{
    const time_t seconds = (time_t)(unix_ms / 1000);
    struct tm utc;
    char text[32];
    if (gmtime_r(&seconds, &utc) == NULL || utc.tm_year < 50 || utc.tm_year >= 9999 - 1900) {
        der->is_broken = true;
        return;
    }
    const bool is_short = utc.tm_year < 150;
    const size_t skipped = is_short ? 2 : 0; // UTCTime has no century
    const size_t length = strftime(text, sizeof text, "%Y%m%d%H%M%SZ", &utc);
    der_tagged(der, is_short ? MBEDTLS_ASN1_UTC_TIME : MBEDTLS_ASN1_GENERALIZED_TIME,
               text + skipped, length - skipped);
}

void der_common_name(struct der *der, const char *name)
{
    const size_t mark = der_mark(der);
    der_tagged(der, MBEDTLS_ASN1_UTF8_STRING, name, strlen(name));
    der_identifier(der, DER_OID(MBEDTLS_OID_AT_CN));
    der_wrap(der, mark, TAG_SEQUENCE);
    der_wrap(der, mark, TAG_SET);
    der_wrap(der, mark, TAG_SEQUENCE);
}

void der_ecdsa_algorithm(struct der *der)
{
    const size_t mark = der_mark(der);
    der_identifier(der, DER_OID(MBEDTLS_OID_ECDSA_SHA256));
    der_wrap(der, mark, TAG_SEQUENCE);
}

void der_wrap_extension(struct der *der, size_t mark, struct der_oid oid, bool is_critical)
{
    der_wrap(der, mark, MBEDTLS_ASN1_OCTET_STRING);
    if (is_critical)
        der_true(der);
    der_identifier(der, oid);
    der_wrap(der, mark, TAG_SEQUENCE);
}

bool der_key_id(mbedtls_pk_context *key, uint8_t ret_id[static DER_KEY_ID_BYTES])
{
    unsigned char buffer[256];
    unsigned char *at = buffer + sizeof buffer;
    const int length = mbedtls_pk_write_pubkey(&at, buffer, key);
    return length > 0
           && mbedtls_md(mbedtls_md_info_from_type(MBEDTLS_MD_SHA1), at, (size_t)length, ret_id)
                  == 0;
}

bool der_sign(struct der *der, const struct der *content, mbedtls_pk_context *key,
              struct failure *failure)
{
    unsigned char digest[DIGEST_BYTES];
    unsigned char signature[MBEDTLS_PK_SIGNATURE_MAX_SIZE];
    size_t signature_length = 0;
    if (content->is_broken
        || mbedtls_md(mbedtls_md_info_from_type(MBEDTLS_MD_SHA256), content->at,
                      der_length(content), digest)
               != 0
        || compat_sign(key, digest, sizeof digest, signature, &signature_length) != 0)
        return failed(failure, "cannot sign");

    const size_t mark = der_mark(der);
    const size_t bits = der_mark(der);
    der_raw(der, signature, signature_length);
    der_raw(der, "", 1); // no unused bits
    der_wrap(der, bits, MBEDTLS_ASN1_BIT_STRING);
    der_ecdsa_algorithm(der);
    der_raw(der, content->at, der_length(content));
    der_wrap(der, mark, TAG_SEQUENCE);
    return !der->is_broken || failed(failure, "a certificate or CRL became too large");
}
