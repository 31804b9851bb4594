// outbox_content.h - requests and the answers that rejected them, to and from the sealed bytes of a row.
//
// What is read back was written by us, so it is not checked against the catalogue: a request that breaks it goes
// to the gateway all the same, which says so, and a stricter release finds no damage in an older one's file.
#pragma once

#include "outbox_file.h"

// On success the caller frees *ret_sealed. CLINIC_INVALID: the request is larger than one may be.
enum clinic_status content_seal_request(const uint8_t key[static CLINIC_KEY_BYTES],
                                        const struct clinic_request *request, uint8_t **ret_sealed,
                                        size_t *ret_sealed_bytes);
enum clinic_status content_seal_answer(const uint8_t key[static CLINIC_KEY_BYTES],
                                       const struct clinic_reply *reply, uint8_t **ret_sealed,
                                       size_t *ret_sealed_bytes);

// CLINIC_DAMAGED: not sealed with this key, or altered. On success the caller owns the content of *ret_request.
enum clinic_status content_read_request(const uint8_t key[static CLINIC_KEY_BYTES],
                                        const struct outbox_row *row,
                                        struct clinic_request *ret_request);
enum clinic_status content_read_answer(const uint8_t key[static CLINIC_KEY_BYTES],
                                       const struct outbox_row *row,
                                       struct clinic_problem *ret_problem);
