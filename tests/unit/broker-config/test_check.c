#include "place.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

struct damage {
    const char *file;
    const char *text; // NULL: removed
    const char *finding;
};

static const struct damage damages[] = {
    { "broker/acl", "", "broker/acl is not what it should be" },
    { "broker/acl", NULL, "broker/acl is not what it should be" },
    { "broker/mosquitto.conf", "allow_anonymous true\n", "mosquitto.conf is not what" },
    { "broker/crl.pem", NULL, "crl.pem: No such file" },
    { "broker/crl.pem", "garbage", "is not one CRL" },
    { "broker/ca.crt", "garbage", "broker/ca.crt is not the CA's certificate" },
    { "broker/server.crt", NULL, "the broker: cannot read" },
    { "broker/server.key", "garbage", "the broker: key and certificate do not belong together" },
    { "canary/revoked.crt", NULL, "the canary's revoked certificate: cannot read" },
    { "nodes/desk-1/node.crt", NULL, "node desk-1: node.crt is missing" },
    { "nodes/desk-1/node.crt", "garbage",
      "node desk-1: the certificate is not the registered one" },
    { "nodes/desk-1/node.key", "garbage", "node desk-1: key and certificate do not belong" },
    { "nodes/desk-1/node.ini", NULL, "node desk-1: node.ini is missing" },
    { "nodes.ini", "[desk-1]\n", "without \"role\"" },
    { "nodes.ini", NULL, "No such file" },
    { "ca/issued", "nonsense\n", "rows are missing" },
    { "ca/issued", NULL, "No such file" },
    { "ca/ca.key", "garbage", "not a P-256 private key" },
    { "ca/ca.crt", "garbage", "not one certificate" },
    { "broker.ini", "[broker]\ncolour = red\n", "no setting \"colour\"" },
};

static void check_finds_every_damage(void **state)
{
    struct place *place = *state;
    for (size_t i = 0; i < sizeof damages / sizeof damages[0]; i++) {
        const struct damage *row = &damages[i];
        char *before = strdup(place_read(place, row->file));
        assert_non_null(before);
        if (row->text == NULL)
            assert_int_equal(unlink(place_path(place, row->file)), 0);
        else
            place_write(place, row->file, row->text);
        assert_int_equal(RUN(place, "check"), COMMANDS_FAILED);
        if (strstr(place->out, row->finding) == NULL && strstr(place->err, row->finding) == NULL)
            fail_msg("row %zu: \"%s%s\" says nothing of \"%s\"", i, place->out, place->err,
                     row->finding);
        place_write(place, row->file, before);
        if (strstr(row->file, ".key") != NULL)
            assert_int_equal(chmod(place_path(place, row->file), 0600), 0);
        free(before);
        assert_int_equal(RUN(place, "check"), COMMANDS_DONE);
    }
}

static void check_finds_a_secret_that_others_can_read(void **state)
{
    struct place *place = *state;
    assert_int_equal(chmod(place_path(place, "ca/ca.key"), 0644), 0);
    assert_int_equal(RUN(place, "check"), COMMANDS_FAILED);
    assert_non_null(strstr(place->out, "BROKEN  ca/ca.key is missing or readable for others"));
}

static void check_finds_another_nodes_certificate(void **state)
{
    struct place *place = *state;
    char *other = strdup(place_read(place, "nodes/kiosk-1/node.crt"));
    place_write(place, "nodes/desk-1/node.crt", other);
    free(other);
    assert_int_equal(RUN(place, "check"), COMMANDS_FAILED);
    assert_non_null(
        strstr(place->out, "BROKEN  node desk-1: the certificate is not the registered"));
}

static void what_expires_is_told_in_time(void **state)
{
    struct place *place = *state;
    const int64_t day_ms = INT64_C(86400000);
    place->now_ms = PLACE_NOW_MS + 701 * day_ms;
    assert_int_equal(RUN(place, "check"), COMMANDS_DONE);
    assert_non_null(strstr(place->out, "warning node desk-1 ends at"));
    assert_non_null(strstr(place->out, "in 29 days"));

    place->now_ms = PLACE_NOW_MS + 731 * day_ms;
    assert_int_equal(RUN(place, "check"), COMMANDS_FAILED);
    assert_non_null(strstr(place->out, "BROKEN  node desk-1 ended at"));
    assert_int_equal(RUN(place, "list"), COMMANDS_DONE);
    assert_non_null(strstr(place->out, "desk     expired"));

    place->now_ms = PLACE_NOW_MS + 1700 * day_ms;
    (void)RUN(place, "check"); // the nodes are expired by now
    assert_non_null(strstr(place->out, "warning the CRL ends at"));
    assert_int_equal(RUN(place, "renew", "desk-1"), COMMANDS_DONE);
    (void)RUN(place, "check");
    assert_non_null(strstr(place->out, "ok      the CRL ends at"));
}

static void the_next_change_repairs_the_brokers_files(void **state)
{
    struct place *place = *state;
    place_write(place, "broker/acl", "topic readwrite #\n");
    assert_int_equal(unlink(place_path(place, "broker/crl.pem")), 0);
    assert_int_equal(RUN(place, "add", "desk-2", "--role", "desk"), COMMANDS_DONE);
    assert_non_null(strstr(place->out, "were not up to date"));
    assert_null(strstr(place_read(place, "broker/acl"), "readwrite"));
    assert_int_equal(RUN(place, "check"), COMMANDS_DONE);
}

static void a_damaged_registry_revokes_nobody(void **state)
{
    struct place *place = *state;
    char *registry = strdup(place_read(place, "nodes.ini"));
    char *crl = strdup(place_read(place, "broker/crl.pem"));
    place_write(place, "nodes.ini", "[desk-1]\nrole = desk\n");
    assert_int_equal(RUN(place, "add", "desk-2", "--role", "desk"), COMMANDS_FAILED);
    assert_int_equal(RUN(place, "renew", "desk-1"), COMMANDS_FAILED);
    assert_string_equal(place_read(place, "broker/crl.pem"), crl);
    place_write(place, "nodes.ini", registry);
    assert_int_equal(RUN(place, "check"), COMMANDS_DONE);
    free(registry);
    free(crl);
}

#define TEST(name) cmocka_unit_test_setup(name, place_set_up_clinic)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(check_finds_every_damage),
        TEST(check_finds_a_secret_that_others_can_read),
        TEST(check_finds_another_nodes_certificate),
        TEST(what_expires_is_told_in_time),
        TEST(the_next_change_repairs_the_brokers_files),
        TEST(a_damaged_registry_revokes_nobody),
    };
    return cmocka_run_group_tests(tests, place_make_clinic, place_remove);
}
