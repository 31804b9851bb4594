#include "forge.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include <cmocka.h>

#define OPENSSL(...) process_must_run((const char *const[]){ "openssl", __VA_ARGS__, NULL })
#define EC_KEY "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"

enum { DAY_S = 86400, STAMP_BYTES = 16 };

static void write_file(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");

    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

// What `openssl ca` wants on the disk before it signs; the only openssl command that takes both dates.
static const char *make_workshop(struct fixture *fixture)
{
    const char *folder = fixture_path(fixture, "forge");
    char config[1024];

    if (mkdir(folder, 0700) != 0)
        return folder;
    (void)snprintf(config, sizeof config,
                   "[ca]\ndefault_ca = forged\n[forged]\ndatabase = %s/index\nserial = %s/serial\n"
                   "new_certs_dir = %s\ndefault_md = sha256\npolicy = any\nunique_subject = no\n"
                   "x509_extensions = leaf\n[any]\ncommonName = supplied\n"
                   "[leaf]\nkeyUsage = critical,digitalSignature\nextendedKeyUsage = clientAuth\n",
                   folder, folder, folder);
    write_file(fixture_path(fixture, "forge/config"), config);
    write_file(fixture_path(fixture, "forge/index"), "");
    write_file(fixture_path(fixture, "forge/serial"), "7A11\n");
    OPENSSL("req", "-x509", EC_KEY, "-subj", "/CN=Clinic CA", "-days", "30", "-keyout",
            fixture_path(fixture, "forge/ca.key"), "-out", fixture_path(fixture, "forge/ca.crt"));
    return folder;
}

static void print_stamp(int64_t from_now_s, char stamp[static STAMP_BYTES])
{
    const time_t at = time(NULL) + (time_t)from_now_s;
    struct tm utc;

    assert_non_null(gmtime_r(&at, &utc));
    assert_int_equal(strftime(stamp, STAMP_BYTES, "%Y%m%d%H%M%SZ", &utc), STAMP_BYTES - 1);
}

static void sign(struct fixture *fixture, const struct forge_wish *wish, const char *request,
                 const char *certificate)
{
    char from[STAMP_BYTES];
    char until[STAMP_BYTES];
    const bool is_ours = !wish->is_of_another_ca;

    print_stamp(-DAY_S, from);
    print_stamp(365 * DAY_S, until);
    OPENSSL("ca", "-batch", "-notext", "-config", fixture_path(fixture, "forge/config"), "-cert",
            fixture_path(fixture, is_ours ? "broker/ca/ca.crt" : "forge/ca.crt"), "-keyfile",
            fixture_path(fixture, is_ours ? "broker/ca/ca.key" : "forge/ca.key"), "-startdate",
            wish->valid_from == NULL ? from : wish->valid_from, "-enddate",
            wish->valid_until == NULL ? until : wish->valid_until, "-in", request, "-out",
            certificate);
}

struct peer_identity forge_identity(struct fixture *fixture, const struct forge_wish *wish)
{
    struct peer_identity identity = { .port = fixture->port };
    const char *folder = make_workshop(fixture);
    char request[PEER_PATH_BYTES];
    char subject[64];

    (void)snprintf(identity.node, sizeof identity.node, "%s", wish->node);
    (void)snprintf(identity.ca, sizeof identity.ca, "%s",
                   fixture_path(fixture, "broker/ca/ca.crt"));
    (void)snprintf(identity.key, sizeof identity.key, "%.280s/leaf.key", folder);
    (void)snprintf(identity.certificate, sizeof identity.certificate, "%.280s/leaf.crt", folder);
    (void)snprintf(request, sizeof request, "%.280s/leaf.csr", folder);
    (void)snprintf(subject, sizeof subject, "/CN=%s", wish->node);
    if (wish->is_self_signed) {
        OPENSSL("req", "-x509", EC_KEY, "-subj", subject, "-days", "30", "-keyout", identity.key,
                "-out", identity.certificate);
    } else {
        OPENSSL("req", "-new", EC_KEY, "-subj", subject, "-keyout", identity.key, "-out", request);
        sign(fixture, wish, request, identity.certificate);
    }
    return identity;
}
