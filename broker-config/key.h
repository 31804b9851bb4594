// key.h - P-256 private keys in PEM.
#pragma once

#include "failure.h"

#include <mbedtls/pk.h>
#include <stddef.h>

enum { KEY_PEM_BYTES = 512 };

// Makes a new key in `key`, which the caller has initialised with mbedtls_pk_init() and frees.
bool key_make(mbedtls_pk_context *key, struct failure *failure);

// `pem` holds a secret: wipe it with clinic_wipe().
bool key_print(mbedtls_pk_context *key, char pem[static KEY_PEM_BYTES], struct failure *failure);

// Refuses what is not a private key on P-256.
bool key_load(mbedtls_pk_context *key, const char *path, struct failure *failure);
