#include "broker_files.h"

#include "acl.h"
#include "conf.h"
#include "crl.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DAY_MS INT64_C(86400000)

static void print_conf(const struct authority *authority, FILE *out)
{
    conf_print_broker(&authority->layout, &authority->settings, out);
}

static void print_watch(const struct authority *authority, FILE *out)
{
    (void)authority;
    conf_print_watch(out);
}

static void print_acl(const struct authority *authority, FILE *out)
{
    acl_print(authority->settings.prefix, &authority->registry, authority->ledger.generation, out);
}

// The CRL differs with every signature, so it is compared by what it lists; these by their bytes.
struct text_row {
    enum layout_file file;
    void (*print)(const struct authority *authority, FILE *out);
};

// The configuration comes last: it names the others.
static const struct text_row texts[] = {
    { LAYOUT_BROKER_WATCH, print_watch },
    { LAYOUT_BROKER_ACL, print_acl },
    { LAYOUT_BROKER_CONF, print_conf },
};

enum { TEXT_COUNT = sizeof texts / sizeof texts[0] };

// The caller frees *ret_text.
static bool print_text(const struct authority *authority, const struct text_row *row,
                       char **ret_text, size_t *ret_length, struct failure *failure)
{
    FILE *out = open_memstream(ret_text, ret_length);
    if (out == NULL)
        return failed(failure, "out of memory");
    row->print(authority, out);
    if (fclose(out) == 0)
        return true;
    free(*ret_text);
    return failed(failure, "out of memory");
}

static bool text_is_current(const struct authority *authority, const struct text_row *row,
                            struct failure *failure)
{
    char path[FILES_PATH_BYTES];
    char *text = NULL;
    size_t length = 0;
    if (!print_text(authority, row, &text, &length, failure))
        return false;
    layout_path(&authority->layout, row->file, path);
    const bool is_current = files_holds(path, text, length);
    free(text);
    return is_current || failed(failure, "%s is not what it should be", layout_name(row->file));
}

static bool write_text(const struct authority *authority, const struct text_row *row,
                       struct failure *failure)
{
    char *text = NULL;
    size_t length = 0;
    if (!print_text(authority, row, &text, &length, failure))
        return false;
    const bool is_written = layout_write(&authority->layout, row->file, text, length, failure);
    free(text);
    return is_written;
}

// The CA's certificate is kept in DER by the parser; the broker's copy must be that very certificate.
static bool ca_is_current(const struct authority *authority, struct failure *failure)
{
    char path[FILES_PATH_BYTES];
    mbedtls_x509_crt copy;
    mbedtls_x509_crt_init(&copy);
    layout_path(&authority->layout, LAYOUT_BROKER_CA, path);
    const bool is_current = certificate_load(path, &copy, failure)
                            && copy.raw.len == authority->certificate.raw.len
                            && memcmp(copy.raw.p, authority->certificate.raw.p, copy.raw.len) == 0;
    mbedtls_x509_crt_free(&copy);
    return is_current
           || failed(failure, "%s is not the CA's certificate", layout_name(LAYOUT_BROKER_CA));
}

static bool write_ca(const struct authority *authority, struct failure *failure)
{
    char *pem = NULL;
    size_t length = 0;
    if (!authority_read_ca(authority, &pem, &length, failure))
        return false;
    const bool is_written =
        layout_write(&authority->layout, LAYOUT_BROKER_CA, pem, length, failure);
    free(pem);
    return is_written;
}

// The rows that the CRL has to list. The caller frees *ret_entries.
static bool list_revoked(const struct authority *authority, struct crl_entry **ret_entries,
                         size_t *ret_count, struct failure *failure)
{
    const struct ledger *ledger = &authority->ledger;
    struct crl_entry *entries = calloc(ledger->count + 1, sizeof *entries);
    if (entries == NULL)
        return failed(failure, "out of memory");
    size_t count = 0;
    for (size_t i = 0; i < ledger->count; i++) {
        if (ledger->rows[i].revoked_at_ms == 0)
            continue;
        if (!certificate_parse_serial(ledger->rows[i].serial, entries[count].serial)) {
            free(entries);
            return failed(failure, "the ledger holds a bad serial");
        }
        entries[count++].revoked_at_ms = ledger->rows[i].revoked_at_ms;
    }
    *ret_entries = entries;
    *ret_count = count;
    return true;
}

static bool crl_lists_all(const mbedtls_x509_crl *crl, const struct crl_entry *entries,
                          size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (!crl_lists(crl, entries[i].serial))
            return false;
    }
    return crl_count(crl) == count;
}

// Flags of the list itself, of those that verifying a certificate against it can raise.
static bool crl_is_sound(const struct authority *authority, mbedtls_x509_crl *crl)
{
    const uint32_t faults = MBEDTLS_X509_BADCRL_NOT_TRUSTED | MBEDTLS_X509_BADCRL_EXPIRED
                            | MBEDTLS_X509_BADCRL_FUTURE | MBEDTLS_X509_BADCRL_BAD_MD
                            | MBEDTLS_X509_BADCRL_BAD_PK | MBEDTLS_X509_BADCRL_BAD_KEY;
    char path[FILES_PATH_BYTES];
    uint32_t flags = 0;
    struct failure ignored;
    mbedtls_x509_crt leaf;
    mbedtls_x509_crt ca;
    mbedtls_x509_crt_init(&leaf);
    mbedtls_x509_crt_init(&ca);
    layout_path(&authority->layout, LAYOUT_CANARY_CERTIFICATE, path);
    bool is_sound = certificate_load(path, &leaf, &ignored);
    layout_path(&authority->layout, LAYOUT_CA_CERTIFICATE, path);
    is_sound = is_sound && certificate_load(path, &ca, &ignored);
    if (is_sound) {
        (void)mbedtls_x509_crt_verify(&leaf, &ca, crl, NULL, &flags, NULL, NULL); // flags tell all
        is_sound = (flags & faults) == 0;
    }
    mbedtls_x509_crt_free(&leaf);
    mbedtls_x509_crt_free(&ca);
    return is_sound;
}

static bool compare_crl(const struct authority *authority, mbedtls_x509_crl *crl,
                        struct failure *failure)
{
    struct crl_entry *entries = NULL;
    size_t count = 0;
    if (!list_revoked(authority, &entries, &count, failure))
        return false;
    const bool lists_all = crl_lists_all(crl, entries, count);
    free(entries);
    if (!lists_all)
        return failed(failure, "%s does not list what is revoked", layout_name(LAYOUT_BROKER_CRL));
    if (!crl_is_sound(authority, crl))
        return failed(failure, "%s is not a valid list of this CA", layout_name(LAYOUT_BROKER_CRL));
    return true;
}

static bool crl_is_current(const struct authority *authority, struct failure *failure)
{
    char path[FILES_PATH_BYTES];
    mbedtls_x509_crl crl;
    mbedtls_x509_crl_init(&crl);
    layout_path(&authority->layout, LAYOUT_BROKER_CRL, path);
    const bool is_current = crl_load(path, &crl, failure) && compare_crl(authority, &crl, failure);
    mbedtls_x509_crl_free(&crl);
    return is_current;
}

static bool write_crl(struct authority *authority, struct failure *failure)
{
    struct crl_entry *entries = NULL;
    struct crl_request request = { .number = authority->ledger.generation,
                                   .made_at_ms = authority_now_ms(authority) };
    char *pem = NULL;
    if (!list_revoked(authority, &entries, &request.count, failure))
        return false;
    request.entries = entries;
    const bool is_written =
        crl_issue(&request, &authority->certificate, &authority->key, &pem, failure)
        && layout_write(&authority->layout, LAYOUT_BROKER_CRL, pem, strlen(pem), failure);
    free(pem);
    free(entries);
    return is_written;
}

// True if there was something to revoke.
static bool revoke_stale(struct authority *authority)
{
    bool has_revoked = false;
    for (size_t i = 0; i < authority->ledger.count; i++) {
        struct ledger_row *row = &authority->ledger.rows[i];
        if (row->revoked_at_ms != 0 || authority_is_current(authority, row))
            continue;
        row->revoked_at_ms = authority_now_ms(authority);
        has_revoked = true;
    }
    return has_revoked;
}

bool broker_files_are_current(const struct authority *authority, struct failure *reterr_reason)
{
    for (size_t i = 0; i < TEXT_COUNT; i++) {
        if (!text_is_current(authority, &texts[i], reterr_reason))
            return false;
    }
    return ca_is_current(authority, reterr_reason) && crl_is_current(authority, reterr_reason);
}

int64_t broker_files_crl_ends_at_ms(const struct authority *authority)
{
    char path[FILES_PATH_BYTES];
    struct failure ignored;
    mbedtls_x509_crl crl;
    mbedtls_x509_crl_init(&crl);
    layout_path(&authority->layout, LAYOUT_BROKER_CRL, path);
    const int64_t ends_at_ms = crl_load(path, &crl, &ignored) ? crl_next_update_ms(&crl) : 0;
    mbedtls_x509_crl_free(&crl);
    return ends_at_ms;
}

// The ledger first: it is what a rerun repairs the others from.
bool broker_files_write(struct authority *authority, struct failure *failure)
{
    (void)revoke_stale(authority); // written in any case
    authority->ledger.generation++;
    bool is_written = authority_save_ledger(authority, failure) && write_ca(authority, failure)
                      && write_crl(authority, failure);
    for (size_t i = 0; is_written && i < TEXT_COUNT; i++)
        is_written = write_text(authority, &texts[i], failure);
    return is_written;
}

bool broker_files_settle(struct authority *authority, bool *ret_changed, struct failure *failure)
{
    struct failure reason;
    *ret_changed = revoke_stale(authority) || !broker_files_are_current(authority, &reason)
                   || broker_files_crl_ends_at_ms(authority) - authority_now_ms(authority)
                          < CRL_WARN_DAYS * DAY_MS;
    return !*ret_changed || broker_files_write(authority, failure);
}
