#include "tls_reason.h"

#include <mbedtls/error.h>
#include <mbedtls/ssl.h>
#include <mbedtls/x509.h>
#include <stddef.h>
#include <stdio.h>

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

// Of several the first counts: a certificate of somebody else need not be looked at further.
static const struct {
    uint32_t flag;
    const char *words;
} faults[] = {
    { MBEDTLS_X509_BADCERT_NOT_TRUSTED,
      "the broker's certificate is not of this clinic's authority" },
    { MBEDTLS_X509_BADCERT_EXPIRED, "the broker's certificate has expired" },
    { MBEDTLS_X509_BADCERT_CN_MISMATCH, "the broker's certificate is for another name" },
    { MBEDTLS_X509_BADCERT_EXT_KEY_USAGE, "the broker's certificate is not for a server" },
    { MBEDTLS_X509_BADCERT_KEY_USAGE, "the broker's certificate is not for TLS" },
    { MBEDTLS_X509_BADCERT_BAD_KEY, "the broker's certificate has too weak a key" },
    { MBEDTLS_X509_BADCERT_BAD_MD, "the broker's certificate has too weak a signature" },
};

static const struct {
    int result;
    const char *words;
} results[] = {
    { MBEDTLS_ERR_SSL_INVALID_RECORD, "what answers does not speak TLS" },
    { MBEDTLS_ERR_SSL_CONN_EOF, "the connection ended" },
    { MBEDTLS_ERR_SSL_PEER_CLOSE_NOTIFY, "the broker ended the connection" },
    { MBEDTLS_ERR_SSL_FATAL_ALERT_MESSAGE, "the broker refused this certificate or this TLS" },
};

static const char *find_words(int result, uint32_t verify_flags)
{
    // Before the broker has shown a certificate all flags are set.
    for (size_t i = 0; verify_flags != UINT32_MAX && i < ARRAY_SIZE(faults); i++)
        if (verify_flags & faults[i].flag)
            return faults[i].words;
    for (size_t i = 0; i < ARRAY_SIZE(results); i++)
        if (result == results[i].result)
            return results[i].words;
    return result == 0 ? "the connection ended" : NULL;
}

void tls_reason(int result, uint32_t verify_flags, char ret_reason[static TLS_REASON_BYTES])
{
    char text[100];
    const char *words = find_words(result, verify_flags);
    if (words != NULL) {
        (void)snprintf(ret_reason, TLS_REASON_BYTES, "%s", words);
        return;
    }
    mbedtls_strerror(result, text, sizeof text);
    (void)snprintf(ret_reason, TLS_REASON_BYTES, "TLS failed: %s", text);
}
