// authority.h - the folder as a whole: the certificate authority, its registry and its ledger, open for
// one change at a time.
//
// The order of writes makes every crash harmless. A serial goes to the ledger first; then key and
// certificate to the node's folder; then the registry, which is the commit; then the broker's files,
// which are derived from registry and ledger and repaired by any later command (authority_settle). What a
// crash leaves before the commit is a certificate that nobody registered: it is put on the CRL, and the
// same command given again starts afresh.
#pragma once

#include "ledger.h"
#include "settings.h"

#include <clinic/clock.h>

#include <mbedtls/pk.h>

#define AUTHORITY_GATEWAY "gateway"
#define AUTHORITY_BROKER "broker" // not a node: the name by which `renew` means the broker itself

struct authority {
    const struct clinic_clock *clock;
    struct layout layout;
    struct settings settings;
    mbedtls_pk_context key;
    mbedtls_x509_crt certificate;
    struct clinic_registry registry;
    struct ledger ledger;
    char canary_serial[CLINIC_SERIAL_TEXT_BYTES]; // of its good certificate
    int lock;
};

// Takes the lock and reads everything. The caller releases it with authority_close(), also on failure.
bool authority_open(struct authority *authority, const char *dir, const struct clinic_clock *clock,
                    struct failure *failure);

// The same for `init`: the folder need not be there, and a CA that an interrupted init has left is used.
// `settings` are checked already. Refuses a folder that an init has completed.
bool authority_create(struct authority *authority, const char *dir, const struct settings *settings,
                      const struct clinic_clock *clock, struct failure *failure);
void authority_close(struct authority *authority);

// The CA's certificate as it lies in the folder, for copies that match it byte by byte. The caller frees *ret_pem.
bool authority_read_ca(const struct authority *authority, char **ret_pem, size_t *ret_length,
                       struct failure *failure);

// Signs a client certificate; its serial is in the ledger before. `days` is cut to the CA's own life.
struct authority_issue {
    char pem[CERTIFICATE_PEM_BYTES];
    char serial[CLINIC_SERIAL_TEXT_BYTES];
    int64_t expires_at_ms;
};
bool authority_issue_client(struct authority *authority, const char *name, mbedtls_pk_context *key,
                            int64_t days, struct authority_issue *ret_issue,
                            struct failure *failure);

// The broker's certificate, with the names and addresses of the settings. Its key is kept if there is one.
bool authority_renew_broker(struct authority *authority, struct failure *failure);

bool authority_save_registry(struct authority *authority, struct failure *failure);
bool authority_save_ledger(struct authority *authority, struct failure *failure);

// Whether the ledger's row is the current certificate of a node, or of the canary.
bool authority_is_current(const struct authority *authority, const struct ledger_row *row);

int64_t authority_now_ms(const struct authority *authority);
