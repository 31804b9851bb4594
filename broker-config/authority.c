#include "authority.h"

#include "compat.h"
#include "key.h"

#include <clinic/seal.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    CA_DAYS = 20 * 365,
    BROKER_DAYS = 5 * 365,
};

#define DAY_MS INT64_C(86400000)
#define BROKER_COMMON_NAME "broker"

int64_t authority_now_ms(const struct authority *authority)
{
    return clinic_wall_ms(authority->clock);
}

static bool write_key(const struct layout *layout, enum layout_file file, mbedtls_pk_context *key,
                      struct failure *failure)
{
    char pem[KEY_PEM_BYTES];
    const bool is_written =
        key_print(key, pem, failure) && layout_write(layout, file, pem, strlen(pem), failure);
    clinic_wipe(pem, sizeof pem);
    return is_written;
}

// A key that is there is used: it is never overwritten.
static bool load_or_make_key(const struct layout *layout, enum layout_file file,
                             mbedtls_pk_context *key, struct failure *failure)
{
    char path[FILES_PATH_BYTES];
    layout_path(layout, file, path);
    if (files_exists(path))
        return key_load(key, path, failure);
    return key_make(key, failure) && write_key(layout, file, key, failure);
}

static bool make_ca_certificate(struct authority *authority, struct failure *failure)
{
    char name[64];
    char pem[CERTIFICATE_PEM_BYTES];
    struct certificate_request request = {
        .kind = CERTIFICATE_CA,
        .common_name = name,
        .key = &authority->key,
        .expires_at_ms = authority_now_ms(authority) + CA_DAYS * DAY_MS,
    };
    certificate_new_serial(request.serial);
    // Two authorities of one site must not have one name.
    (void)snprintf(name, sizeof name, "%.32s clinic CA %02x%02x%02x%02x", authority->settings.site,
                   request.serial[1], request.serial[2], request.serial[3], request.serial[4]);
    return certificate_issue(&request, NULL, &authority->key, pem, failure)
           && layout_write(&authority->layout, LAYOUT_CA_CERTIFICATE, pem, strlen(pem), failure);
}

static bool load_ca(struct authority *authority, struct failure *failure)
{
    char path[FILES_PATH_BYTES];
    layout_path(&authority->layout, LAYOUT_CA_KEY, path);
    if (!key_load(&authority->key, path, failure))
        return false;
    layout_path(&authority->layout, LAYOUT_CA_CERTIFICATE, path);
    if (!certificate_load(path, &authority->certificate, failure))
        return false;
    if (compat_check_pair(&authority->certificate.pk, &authority->key) != 0)
        return failed(failure, "%.600s does not belong to ca.key; restore both from a backup",
                      path);
    return true;
}

static bool make_ca(struct authority *authority, struct failure *failure)
{
    char path[FILES_PATH_BYTES];
    layout_path(&authority->layout, LAYOUT_CA_CERTIFICATE, path);
    if (!files_exists(path)) {
        if (!load_or_make_key(&authority->layout, LAYOUT_CA_KEY, &authority->key, failure)
            || !make_ca_certificate(authority, failure))
            return false;
        mbedtls_pk_free(&authority->key);
        mbedtls_pk_init(&authority->key);
    }
    return load_ca(authority, failure);
}

static bool load_registry(struct authority *authority, struct failure *failure)
{
    char path[FILES_PATH_BYTES];
    char problem[512];
    layout_path(&authority->layout, LAYOUT_REGISTRY, path);
    const enum clinic_status status =
        clinic_registry_load(path, &authority->registry, problem, sizeof problem);
    return status == CLINIC_OK || failed(failure, "%s", problem);
}

static bool load_canary_serial(struct authority *authority, struct failure *failure)
{
    char path[FILES_PATH_BYTES];
    layout_path(&authority->layout, LAYOUT_CANARY_CERTIFICATE, path);
    mbedtls_x509_crt certificate;
    mbedtls_x509_crt_init(&certificate);
    const bool is_loaded = certificate_load(path, &certificate, failure);
    if (is_loaded)
        certificate_serial_text(&certificate, authority->canary_serial);
    mbedtls_x509_crt_free(&certificate);
    return is_loaded;
}

static bool open_folder(struct authority *authority, const char *dir,
                        const struct clinic_clock *clock, struct failure *failure)
{
    *authority = (struct authority){ .clock = clock, .lock = -1 };
    mbedtls_pk_init(&authority->key);
    mbedtls_x509_crt_init(&authority->certificate);
    if (!compat_init())
        return failed(failure, "cannot start mbedTLS");
    return layout_init(&authority->layout, dir, failure);
}

static bool lock(struct authority *authority, struct failure *failure)
{
    char path[FILES_PATH_BYTES];
    layout_path(&authority->layout, LAYOUT_LOCK, path);
    return files_lock(path, &authority->lock, failure);
}

bool authority_open(struct authority *authority, const char *dir, const struct clinic_clock *clock,
                    struct failure *failure)
{
    return open_folder(authority, dir, clock, failure)
           && settings_load(&authority->layout, &authority->settings, failure)
           && settings_broker_group(&authority->settings, &authority->layout.broker_group, failure)
           && lock(authority, failure) && load_ca(authority, failure)
           && load_registry(authority, failure)
           && ledger_load(&authority->layout, &authority->ledger, failure)
           && load_canary_serial(authority, failure);
}

static bool refuse_completed(const struct authority *authority, struct failure *failure)
{
    char path[FILES_PATH_BYTES];
    layout_path(&authority->layout, LAYOUT_SETTINGS, path);
    if (files_exists(path))
        return failed(failure,
                      "%.500s already holds a certificate authority, and none is ever overwritten; "
                      "give another --dir",
                      authority->layout.dir);
    return true;
}

// The canary's two certificates are alike but for the serial, so that being revoked is the only reason for
// the second to be refused. The good one is made last: its serial is the one that stays off the CRL.
static bool make_canary(struct authority *authority, struct failure *failure)
{
    static const enum layout_file files[] = { LAYOUT_CANARY_REVOKED, LAYOUT_CANARY_CERTIFICATE };
    mbedtls_pk_context key;
    struct authority_issue issue;
    mbedtls_pk_init(&key);
    bool is_made = load_or_make_key(&authority->layout, LAYOUT_CANARY_KEY, &key, failure);
    for (size_t i = 0; is_made && i < sizeof files / sizeof files[0]; i++)
        is_made =
            authority_issue_client(authority, "canary", &key, CA_DAYS, &issue, failure)
            && layout_write(&authority->layout, files[i], issue.pem, strlen(issue.pem), failure);
    mbedtls_pk_free(&key);
    return is_made && load_canary_serial(authority, failure);
}

bool authority_create(struct authority *authority, const char *dir, const struct settings *settings,
                      const struct clinic_clock *clock, struct failure *failure)
{
    if (!open_folder(authority, dir, clock, failure) || !refuse_completed(authority, failure))
        return false;
    authority->settings = *settings;

    char registry[FILES_PATH_BYTES];
    char ledger[FILES_PATH_BYTES];
    layout_path(&authority->layout, LAYOUT_REGISTRY, registry);
    layout_path(&authority->layout, LAYOUT_LEDGER, ledger);
    return settings_broker_group(settings, &authority->layout.broker_group, failure)
           && layout_make_folders(&authority->layout, failure) && lock(authority, failure)
           && refuse_completed(authority, failure) && make_ca(authority, failure)
           && (!files_exists(registry) || load_registry(authority, failure))
           && (!files_exists(ledger)
               || ledger_load(&authority->layout, &authority->ledger, failure))
           && make_canary(authority, failure) && authority_renew_broker(authority, failure);
}

void authority_close(struct authority *authority)
{
    mbedtls_pk_free(&authority->key);
    mbedtls_x509_crt_free(&authority->certificate);
    clinic_registry_done(&authority->registry);
    ledger_done(&authority->ledger);
    if (authority->lock >= 0)
        (void)close(authority->lock); // only a lock: nothing was written
    authority->lock = -1;
}

static int64_t expiry(const struct authority *authority, int64_t days)
{
    const int64_t wanted = authority_now_ms(authority) + days * DAY_MS;
    const int64_t latest = certificate_expires_at_ms(&authority->certificate);
    return wanted < latest ? wanted : latest;
}

bool authority_issue_client(struct authority *authority, const char *name, mbedtls_pk_context *key,
                            int64_t days, struct authority_issue *ret_issue,
                            struct failure *failure)
{
    struct certificate_request request = {
        .kind = CERTIFICATE_CLIENT,
        .common_name = name,
        .key = key,
        .expires_at_ms = expiry(authority, days),
    };
    certificate_new_serial(request.serial);
    certificate_print_serial(request.serial, sizeof request.serial, ret_issue->serial);
    ret_issue->expires_at_ms = request.expires_at_ms / 1000 * 1000; // as a certificate can say it
    return ledger_add(&authority->ledger, ret_issue->serial, name, failure)
           && authority_save_ledger(authority, failure)
           && certificate_issue(&request, &authority->certificate, &authority->key, ret_issue->pem,
                                failure);
}

static bool issue_broker(struct authority *authority, mbedtls_pk_context *key,
                         struct failure *failure)
{
    struct settings_sans sans;
    char pem[CERTIFICATE_PEM_BYTES];
    if (!settings_list_sans(&authority->settings, &sans, failure))
        return false;
    struct certificate_request request = {
        .kind = CERTIFICATE_SERVER,
        .common_name = BROKER_COMMON_NAME,
        .key = key,
        .expires_at_ms = expiry(authority, BROKER_DAYS),
        .sans = sans.sans,
        .san_count = sans.count,
    };
    certificate_new_serial(request.serial);
    return certificate_issue(&request, &authority->certificate, &authority->key, pem, failure)
           && layout_write(&authority->layout, LAYOUT_BROKER_CERTIFICATE, pem, strlen(pem),
                           failure);
}

bool authority_renew_broker(struct authority *authority, struct failure *failure)
{
    mbedtls_pk_context key;
    mbedtls_pk_init(&key);
    const bool is_renewed = load_or_make_key(&authority->layout, LAYOUT_BROKER_KEY, &key, failure)
                            && issue_broker(authority, &key, failure);
    mbedtls_pk_free(&key);
    return is_renewed;
}

bool authority_read_ca(const struct authority *authority, char **ret_pem, size_t *ret_length,
                       struct failure *failure)
{
    char path[FILES_PATH_BYTES];
    layout_path(&authority->layout, LAYOUT_CA_CERTIFICATE, path);
    return files_read(path, CERTIFICATE_PEM_BYTES, ret_pem, ret_length, failure);
}

bool authority_save_registry(struct authority *authority, struct failure *failure)
{
    char path[FILES_PATH_BYTES];
    layout_path(&authority->layout, LAYOUT_REGISTRY, path);
    const enum clinic_status status = clinic_registry_save(path, &authority->registry);
    return status == CLINIC_OK
           || failed(failure, "cannot write %.600s: %s", path, clinic_status_text(status));
}

bool authority_save_ledger(struct authority *authority, struct failure *failure)
{
    return ledger_save(&authority->layout, &authority->ledger, failure);
}

bool authority_is_current(const struct authority *authority, const struct ledger_row *row)
{
    if (strcmp(row->serial, authority->canary_serial) == 0)
        return true;
    const struct clinic_registry_node *node = clinic_registry_find(&authority->registry, row->name);
    return node != NULL && !node->is_revoked && strcmp(node->serial, row->serial) == 0;
}
