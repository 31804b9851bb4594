// der.h - writes DER, from the end to the beginning, as mbedTLS's asn1 writer does.
//
// A structure is written last member first; der_mark() before and der_wrap() after enclose it. Running
// out of room is remembered and reported once, by der_is_broken().
//
// mbedTLS's own certificate writer is not used: it puts NULL parameters into ecdsa-with-SHA256, which
// RFC 5758 forbids and strict verifiers refuse, and it has no CRL writer at all.
#pragma once

#include "failure.h"

#include <mbedtls/pk.h>
#include <stdint.h>

struct der {
    unsigned char *start;
    unsigned char *at; // the first byte written so far
    unsigned char *end;
    bool is_broken;
};

// An object identifier's content, without tag and length.
struct der_oid {
    const char *bytes;
    size_t length;
};

#define DER_OID(literal) ((struct der_oid){ (literal), sizeof(literal) - 1 })

void der_init(struct der *der, void *buffer, size_t size);
size_t der_length(const struct der *der);

size_t der_mark(const struct der *der);
void der_wrap(struct der *der, size_t mark, unsigned char tag);

void der_raw(struct der *der, const void *bytes, size_t length);
void der_tagged(struct der *der, unsigned char tag, const void *bytes, size_t length);
void der_small_integer(struct der *der, int value);
// `bytes` is an unsigned number, most significant byte first.
void der_integer(struct der *der, const uint8_t *bytes, size_t length);
void der_identifier(struct der *der, struct der_oid oid);
void der_true(struct der *der);
// UTCTime through 2049, GeneralizedTime from 2050 on (RFC 5280, 4.1.2.5); whole seconds.
void der_time(struct der *der, int64_t unix_ms);
void der_common_name(struct der *der, const char *name); // a Name of one attribute
void der_ecdsa_algorithm(struct der *der);               // without parameters

// Encloses what was written since `mark` as the value of an extension.
void der_wrap_extension(struct der *der, size_t mark, struct der_oid oid, bool is_critical);

// SHA-1 of the public key's bits, the key identifier of RFC 5280, 4.2.1.2 (1).
enum { DER_KEY_ID_BYTES = 20 };
bool der_key_id(mbedtls_pk_context *key, uint8_t ret_id[static DER_KEY_ID_BYTES]);

// Writes SEQUENCE { content, ecdsa-with-SHA256, signature }: a certificate or a CRL.
bool der_sign(struct der *der, const struct der *content, mbedtls_pk_context *key,
              struct failure *failure);
