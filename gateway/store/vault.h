// vault.h - one key a person; destroying it makes every copy of the log forget the person.
//
// Keys lie in the database wrapped (AES-256-GCM) by the key in vault.key, which never changes and is
// saved once, apart from the backups.
#pragma once

#include <clinic/id.h>
#include <clinic/seal.h>
#include <clinic/status.h>

struct store;

// Makes a key for a new owner. CLINIC_EXISTS: there is, or was, one.
enum clinic_status vault_create(struct store *store, const struct clinic_id *owner);

// CLINIC_NOT_FOUND: never had one. CLINIC_REFUSED: it was destroyed.
enum clinic_status vault_key(struct store *store, const struct clinic_id *owner,
                             uint8_t ret_key[static CLINIC_KEY_BYTES]);

// Overwrites the key and keeps the owner's row, so that no new one is ever made. Twice is harmless.
// The caller commits and then calls store_checkpoint(), before it tells anybody that it is done.
enum clinic_status vault_destroy(struct store *store, const struct clinic_id *owner);
