// tls.h - the real network of a simulated board: TCP and TLS 1.2 with a client certificate, by mbedTLS.
//
// The broker's certificate must be signed by the clinic's authority, bear the host's name, be meant for servers, and not
// have ended at the time that hal_net_connect() was given: the machine's own clock is not asked. Since that time is a
// lower bound, "not yet valid" cannot be told from a device whose clock is behind, and is no reason to refuse. The
// same holds for the authority's certificate. There are no revocation lists on devices.
//
// Nothing blocks. The broker is looked up once, at tls_open(), which may: a device has its broker's address from
// its network, and this program looks it up where no scale waits for it.
#pragma once

#include "network.h"

enum { TLS_PATH_BYTES = 1024, TLS_HOST_BYTES = 256, TLS_PROBLEM_BYTES = 256 };

struct tls_config {
    char host[TLS_HOST_BYTES];    // what the broker's certificate must bear
    char address[TLS_HOST_BYTES]; // where to find it; empty: the host is looked up
    int port;
    char ca_path[TLS_PATH_BYTES];
    char certificate_path[TLS_PATH_BYTES];
    char key_path[TLS_PATH_BYTES];
};

struct tls_counters {
    uint32_t attempts;
    uint32_t handshakes; // that succeeded
};

struct tls;

// NULL: the reason is in `reterr_problem`.
struct tls *tls_open(const struct tls_config *config,
                     char reterr_problem[static TLS_PROBLEM_BYTES]);
void tls_close(struct tls *tls); // accepts NULL

struct network tls_network(struct tls *tls);

// For poll(): -1, or the socket and what it is waiting for.
int tls_fd(const struct tls *tls, short *ret_events);

// Why the last connection was refused, failed or ended, for a person; empty: nothing yet.
const char *tls_problem(const struct tls *tls);
void tls_forget_problem(struct tls *tls);
const struct tls_counters *tls_counters(const struct tls *tls);
