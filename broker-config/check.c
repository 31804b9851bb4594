#include "check.h"

#include "broker_files.h"
#include "compat.h"
#include "crl.h"
#include "key.h"

#include <dirent.h>
#include <mbedtls/oid.h>
#include <stdarg.h>
#include <string.h>

#define DAY_MS INT64_C(86400000)

struct report {
    const struct authority *authority;
    mbedtls_x509_crt ca; // with the functions of mbedTLS that want it changeable
    FILE *out;
    bool is_broken;
};

// What is looked at: a certificate and the key that has to fit.
struct pair {
    const char *what;
    char certificate[FILES_PATH_BYTES];
    char key[FILES_PATH_BYTES];
    const char *common_name;
    const char *usage;
    size_t usage_length;
    bool must_be_revoked;
};

__attribute__((format(printf, 3, 4))) static void say(struct report *report, const char *level,
                                                      const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    (void)fprintf(report->out, "%-8s", level);
    (void)vfprintf(report->out, format, arguments);
    (void)fputc('\n', report->out);
    va_end(arguments);
    if (strcmp(level, "BROKEN") == 0)
        report->is_broken = true;
}

static void say_expiry(struct report *report, const char *what, int64_t ends_at_ms,
                       int64_t warn_days)
{
    const int64_t left_ms = ends_at_ms - authority_now_ms(report->authority);
    char end[CLINIC_INSTANT_TEXT_BYTES];
    clinic_instant_print(ends_at_ms, end);
    if (left_ms <= 0)
        say(report, "BROKEN", "%s ended at %s", what, end);
    else
        say(report, left_ms < warn_days * DAY_MS ? "warning" : "ok", "%s ends at %s, in %lld days",
            what, end, (long long)(left_ms / DAY_MS));
}

static bool names(const mbedtls_x509_crt *certificate, const char *common_name)
{
    const mbedtls_x509_buf *value = &certificate->subject.val;
    return certificate->subject.next == NULL && value->len == strlen(common_name)
           && memcmp(value->p, common_name, value->len) == 0;
}

static bool is_let_in(struct report *report, mbedtls_x509_crt *certificate)
{
    char path[FILES_PATH_BYTES];
    uint32_t flags = 0;
    struct failure ignored;
    mbedtls_x509_crl crl;
    mbedtls_x509_crl_init(&crl);
    layout_path(&report->authority->layout, LAYOUT_BROKER_CRL, path);
    const bool is_valid =
        crl_load(path, &crl, &ignored)
        && mbedtls_x509_crt_verify(certificate, &report->ca, &crl, NULL, &flags, NULL, NULL) == 0;
    mbedtls_x509_crl_free(&crl);
    return is_valid;
}

static bool key_fits(const mbedtls_x509_crt *certificate, const char *path)
{
    struct failure ignored;
    mbedtls_pk_context key;
    mbedtls_pk_init(&key);
    const bool fits =
        key_load(&key, path, &ignored) && compat_check_pair(&certificate->pk, &key) == 0;
    mbedtls_pk_free(&key);
    return fits;
}

static void judge_pair(struct report *report, const struct pair *pair,
                       mbedtls_x509_crt *certificate)
{
    const int64_t ends_at_ms = certificate_expires_at_ms(certificate);
    const bool is_over = ends_at_ms <= authority_now_ms(report->authority);
    if (!names(certificate, pair->common_name))
        say(report, "BROKEN", "%s: the certificate is somebody else's", pair->what);
    else if (!key_fits(certificate, pair->key))
        say(report, "BROKEN", "%s: key and certificate do not belong together", pair->what);
    else if (mbedtls_x509_crt_check_extended_key_usage(certificate, pair->usage, pair->usage_length)
             != 0)
        say(report, "BROKEN", "%s: the certificate is for another use", pair->what);
    else if (!is_over && is_let_in(report, certificate) == pair->must_be_revoked)
        say(report, "BROKEN", "%s: the certificate is %s", pair->what,
            pair->must_be_revoked ? "not revoked, but must be" : "revoked or not of this CA");
    else
        say_expiry(report, pair->what, ends_at_ms, CHECK_WARN_DAYS);
}

static void check_pair(struct report *report, const struct pair *pair)
{
    struct failure failure;
    mbedtls_x509_crt certificate;
    mbedtls_x509_crt_init(&certificate);
    if (certificate_load(pair->certificate, &certificate, &failure))
        judge_pair(report, pair, &certificate);
    else
        say(report, "BROKEN", "%s: %s", pair->what, failure.text);
    mbedtls_x509_crt_free(&certificate);
}

static bool holds_serial(const char *path, const char *serial)
{
    char text[CLINIC_SERIAL_TEXT_BYTES] = "";
    struct failure ignored;
    mbedtls_x509_crt certificate;
    mbedtls_x509_crt_init(&certificate);
    if (certificate_load(path, &certificate, &ignored))
        certificate_serial_text(&certificate, text);
    mbedtls_x509_crt_free(&certificate);
    return strcmp(text, serial) == 0;
}

static bool has_all_files(struct report *report, const struct clinic_registry_node *node)
{
    bool has_all = true;
    for (int file = 0; file < LAYOUT_NODE_FILE_COUNT; file++) {
        char path[FILES_PATH_BYTES];
        layout_node_path(&report->authority->layout, node->name, (enum layout_node_file)file, path);
        if (files_exists(path))
            continue;
        say(report, "BROKEN", "node %s: %s is missing; clinic-broker renew %s", node->name,
            layout_node_name((enum layout_node_file)file), node->name);
        has_all = false;
    }
    return has_all;
}

static void check_node(struct report *report, const struct clinic_registry_node *node)
{
    char what[64];
    char folder[FILES_PATH_BYTES];
    const struct layout *layout = &report->authority->layout;
    (void)snprintf(what, sizeof what, "node %s", node->name);
    layout_node_folder(layout, node->name, folder);
    if (!files_exists(folder)) {
        say(report, "warning", "%s: its folder is not here; was it moved to the device?", what);
        say_expiry(report, what, node->expires_at_ms, CHECK_WARN_DAYS);
        return;
    }
    if (!has_all_files(report, node))
        return;

    struct pair pair = { .what = what,
                         .common_name = node->name,
                         .usage = MBEDTLS_OID_CLIENT_AUTH,
                         .usage_length = sizeof MBEDTLS_OID_CLIENT_AUTH - 1 };
    layout_node_path(layout, node->name, LAYOUT_NODE_CERTIFICATE, pair.certificate);
    layout_node_path(layout, node->name, LAYOUT_NODE_KEY, pair.key);
    if (!holds_serial(pair.certificate, node->serial))
        say(report, "BROKEN",
            "%s: the certificate is not the registered one; clinic-broker renew %s", what,
            node->name);
    else
        check_pair(report, &pair);
}

static void check_nodes(struct report *report)
{
    const struct clinic_registry *registry = &report->authority->registry;
    for (size_t i = 0; i < registry->count; i++) {
        if (registry->nodes[i].is_revoked)
            say(report, "ok", "node %s is revoked", registry->nodes[i].name);
        else
            check_node(report, &registry->nodes[i]);
    }
}

static void check_leftovers(struct report *report)
{
    char path[FILES_PATH_BYTES];
    layout_node_folder(&report->authority->layout, "", path);
    DIR *folder = opendir(path);
    if (folder == NULL) {
        say(report, "BROKEN", "the folder nodes cannot be read");
        return;
    }
    for (const struct dirent *entry = readdir(folder); entry != NULL; entry = readdir(folder)) {
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0
            && clinic_registry_find(&report->authority->registry, entry->d_name) == NULL)
            say(report, "warning", "nodes/%s belongs to no node: an interrupted add has left it",
                entry->d_name);
    }
    (void)closedir(folder); // read only
}

static void check_secrets(struct report *report)
{
    static const enum layout_file secrets[] = { LAYOUT_CA_KEY, LAYOUT_CANARY_KEY,
                                                LAYOUT_BROKER_KEY };
    for (size_t i = 0; i < sizeof secrets / sizeof secrets[0]; i++) {
        if (!layout_is_private(&report->authority->layout, secrets[i]))
            say(report, "BROKEN", "%s is missing or readable for others", layout_name(secrets[i]));
    }
}

static void check_broker(struct report *report)
{
    const struct layout *layout = &report->authority->layout;
    struct pair pair = { .what = "the broker",
                         .common_name = "broker",
                         .usage = MBEDTLS_OID_SERVER_AUTH,
                         .usage_length = sizeof MBEDTLS_OID_SERVER_AUTH - 1 };
    layout_path(layout, LAYOUT_BROKER_CERTIFICATE, pair.certificate);
    layout_path(layout, LAYOUT_BROKER_KEY, pair.key);
    check_pair(report, &pair);

    struct failure reason;
    if (broker_files_are_current(report->authority, &reason))
        say(report, "ok", "configuration, ACL and CRL are what registry and roles say");
    else
        say(report, "BROKEN", "%s; clinic-broker renew broker writes all of them", reason.text);
    say_expiry(report, "the CRL", broker_files_crl_ends_at_ms(report->authority), CRL_WARN_DAYS);
    if (report->authority->ledger.applied != report->authority->ledger.generation)
        say(report, "warning",
            "no broker has proved to use these files: restart it, then clinic-broker canary");
}

static void check_canary(struct report *report)
{
    const struct layout *layout = &report->authority->layout;
    struct pair pair = { .what = "the canary",
                         .common_name = "canary",
                         .usage = MBEDTLS_OID_CLIENT_AUTH,
                         .usage_length = sizeof MBEDTLS_OID_CLIENT_AUTH - 1 };
    layout_path(layout, LAYOUT_CANARY_CERTIFICATE, pair.certificate);
    layout_path(layout, LAYOUT_CANARY_KEY, pair.key);
    check_pair(report, &pair);

    pair.what = "the canary's revoked certificate";
    pair.must_be_revoked = true;
    layout_path(layout, LAYOUT_CANARY_REVOKED, pair.certificate);
    check_pair(report, &pair);
}

bool check_all(const struct authority *authority, FILE *out)
{
    struct report report = { .authority = authority, .out = out };
    struct failure failure;
    char path[FILES_PATH_BYTES];
    mbedtls_x509_crt_init(&report.ca);
    layout_path(&authority->layout, LAYOUT_CA_CERTIFICATE, path);
    if (!certificate_load(path, &report.ca, &failure)) {
        say(&report, "BROKEN", "%s", failure.text);
    } else {
        say_expiry(&report, "the authority", certificate_expires_at_ms(&report.ca),
                   CHECK_WARN_DAYS);
        check_secrets(&report);
        check_broker(&report);
        check_canary(&report);
        check_nodes(&report);
        check_leftovers(&report);
    }
    mbedtls_x509_crt_free(&report.ca);
    return !report.is_broken;
}
