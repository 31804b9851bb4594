// tls_reason.h - why a TLS connection failed, in a line for a person.
#pragma once

#include <stdint.h>

enum { TLS_REASON_BYTES = 160 };

// From what mbedTLS returned and from mbedtls_ssl_get_verify_result(); 0 there: nothing was found wrong.
void tls_reason(int result, uint32_t verify_flags, char ret_reason[static TLS_REASON_BYTES]);
