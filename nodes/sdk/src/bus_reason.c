#include "bus_reason.h"

#include <mosquitto.h>
#include <netdb.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

// What OpenSSL and libmosquitto say, and what it means here.
struct meaning {
    const char *words;
    const char *meaning;
};

static const struct meaning meanings[] = {
    { "host name verification failed",
      "the broker's certificate is not for this host name or address" },
    { "certificate verify failed",
      "the broker's certificate was not issued by our CA, or is expired or not yet valid by this "
      "machine's clock" },
    { "alert unknown ca", "the broker does not trust the CA that issued our certificate" },
    { "alert certificate revoked", "the broker says that our certificate is revoked" },
    { "alert certificate expired", "the broker says that our certificate is expired" },
    { "alert certificate unknown", "the broker does not accept our certificate" },
    { "alert bad certificate", "the broker does not accept our certificate" },
    { "alert decrypt error", "the broker does not accept our certificate" },
    { "alert certificate required", "the broker wants a certificate and got none" },
    { "alert handshake failure", "the broker refused the TLS handshake" },
    { "alert protocol version", "the broker speaks no TLS version that we do" },
    { "wrong version number", "what listens there does not speak TLS" },
    { "unexpected eof", "the broker closed the connection during the TLS handshake" },
    { "Unable to load CA certificates", "the CA file cannot be used" },
    { "Unable to load client certificate", "our certificate file cannot be used" },
    { "Unable to load client key", "our key file cannot be used" },
    { "certificate/key are inconsistent", "our key does not belong to our certificate" },
};

static const char *find_meaning(const char *detail)
{
    for (size_t i = 0; i < sizeof meanings / sizeof meanings[0]; i++) {
        if (strcasestr(detail, meanings[i].words) != NULL)
            return meanings[i].meaning;
    }
    return NULL;
}

// OpenSSL's line without what only its authors need: "error:0A000086:SSL routines::".
static const char *without_codes(const char *detail)
{
    const char *last = strstr(detail, "::");
    return last == NULL ? detail : last + 2;
}

static void print_detail(const struct reason_facts *facts, char *reason, size_t reason_bytes)
{
    const char *meaning = find_meaning(facts->detail);
    if (meaning != NULL)
        (void)snprintf(reason, reason_bytes, "%s (%s)", meaning, without_codes(facts->detail));
    else
        (void)snprintf(reason, reason_bytes, "%s", without_codes(facts->detail));
}

void reason_print(const struct reason_facts *facts, char *reason, size_t reason_bytes)
{
    if (facts->mqtt_reason != 0)
        (void)snprintf(reason, reason_bytes, "the broker says: %s",
                       mosquitto_reason_string(facts->mqtt_reason));
    else if (facts->detail[0] != '\0')
        print_detail(facts, reason, reason_bytes);
    else if (facts->error == MOSQ_ERR_EAI)
        (void)snprintf(reason, reason_bytes, "the name %s cannot be looked up: %s", facts->host,
                       gai_strerror(facts->system_error));
    else if (facts->error == MOSQ_ERR_ERRNO && facts->system_error != 0)
        (void)snprintf(reason, reason_bytes, "%s", strerror(facts->system_error));
    else if (facts->error == MOSQ_ERR_KEEPALIVE)
        (void)snprintf(reason, reason_bytes, "the broker no longer answers");
    else if (facts->error == MOSQ_ERR_SUCCESS || facts->error == MOSQ_ERR_CONN_LOST)
        (void)snprintf(reason, reason_bytes, "the connection was closed by the broker");
    else
        (void)snprintf(reason, reason_bytes, "%s", mosquitto_strerror(facts->error));
}
