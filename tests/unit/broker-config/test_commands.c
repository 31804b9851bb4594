#include "certificate.h"
#include "options.h"
#include "place.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define NAME_32 "a2345678901234567890123456789-32"
#define NAME_33 NAME_32 "3"

enum { WORDS_MAX = 12 };

struct refusal {
    const char *words[WORDS_MAX];
    const char *reason; // part of the line
};

static const struct refusal usage_errors[] = {
    { { NULL }, "which command?" },
    { { "destroy" }, "no command \"destroy\"" },
    { { "add" }, "which node?" },
    { { "add", "desk-2" }, "which --role? Roles are kiosk, desk, scale, board, clinic, archive" },
    { { "add", "desk-2", "--role", "janitor" },
      "no role \"janitor\"; roles are kiosk, desk, scale, board, clinic, archive" },
    { { "add", "desk-2", "--role", "none" }, "no role \"none\"" },
    { { "add", "desk-2", "--role", "gateway" }, "one gateway, made by init" },
    { { "add", "desk-2", "--role", "" }, "no role" },
    { { "add", "", "--role", "desk" }, "1 to 32 of a-z, 0-9 and -" },
    { { "add", "a/b", "--role", "desk" }, "1 to 32 of a-z, 0-9 and -" },
    { { "add", "../x", "--role", "desk" }, "1 to 32 of a-z, 0-9 and -" },
    { { "add", ".", "--role", "desk" }, "1 to 32 of a-z, 0-9 and -" },
    { { "add", "Desk", "--role", "desk" }, "1 to 32 of a-z, 0-9 and -" },
    { { "add", "desk+1", "--role", "desk" }, "1 to 32 of a-z, 0-9 and -" },
    { { "add", "#", "--role", "desk" }, "1 to 32 of a-z, 0-9 and -" },
    { { "add", "desk\n1", "--role", "desk" }, "1 to 32 of a-z, 0-9 and -" },
    { { "add", "d\303\251sk", "--role", "desk" }, "1 to 32 of a-z, 0-9 and -" },
    { { "add", NAME_33, "--role", "desk" }, "1 to 32 of a-z, 0-9 and -" },
    { { "add", "canary", "--role", "desk" }, "taken by the broker's own use" },
    { { "add", "broker", "--role", "desk" }, "taken by the broker's own use" },
    { { "add", "patient", "--role", "clinic" }, "could forge" },
    { { "add", "desk-2", "desk-3", "--role", "desk" }, "one node at a time" },
    { { "add", "desk-2", "--role" }, "unexpected" },
    { { "add", "desk-2", "--days", "0", "--role", "desk" }, "--days is from 1" },
    { { "add", "desk-2", "--days", "1x", "--role", "desk" }, "--days is from 1" },
    { { "add", "desk-2", "--days", "99999999999999999999", "--role", "desk" }, "--days is from" },
    { { "add", "desk-2", "--colour", "red" }, "add has no option --colour" },
    { { "list", "desk-1" }, "list takes no argument \"desk-1\"" },
    { { "list", "--json=yes" }, "--json takes no value" },
    { { "revoke" }, "which node?" },
    { { "renew" }, "which node?" },
    { { "canary", "--wait", "0" }, "--wait is from 1" },
    { { "init", "--site", "main" }, "give the broker a --name or an --ip" },
    { { "init", "--name", "a" }, "--site is 1 to 32" },
    { { "init", "--name", "a", "--site", "Main St" }, "--site is 1 to 32" },
    { { "init", "--name", "a b!", "--site", "main" }, "not a host name" },
    { { "init", "--name", "10.0.0.1", "--site", "main" }, "given with --ip" },
    { { "init", "--ip", "10.0.0.256", "--site", "main" }, "not an IP address" },
    { { "init", "--name", "a", "--site", "main", "--port", "0" }, "--port is from 1 to 65535" },
    { { "init", "--name", "a", "--site", "main", "--port", "65536" }, "--port is from 1" },
    { { "init", "--name", "a", "--site", "main", "--prefix", "a/b" }, "--prefix is 1 to 32" },
    { { "init", "--name", "a", "--site", "main", "--bind", "here" }, "--bind is not an IP" },
    { { "init", "--name", "a", "--site", "main", "--user", "a b" }, "--user is the name" },
    { { "init", "--name", "a", "--site", "main", "--restart", "a ; b" }, "--restart is one line" },
    { { "init", "--name", "a", "--site", "main", "--restart", "a\nb" }, "--restart is one line" },
};

static void wrong_arguments_do_nothing_and_say_what_is_right(void **state)
{
    struct place *place = *state;
    for (size_t i = 0; i < sizeof usage_errors / sizeof usage_errors[0]; i++) {
        const struct refusal *row = &usage_errors[i];
        // --dir is added behind: there the missing value of --role is "--dir".
        const bool lacks_value = strcmp(row->reason, "unexpected") == 0;
        assert_int_equal(place_run(place, row->words), COMMANDS_USAGE);
        if (!lacks_value && strstr(place->err, row->reason) == NULL)
            fail_msg("row %zu: \"%s\" says nothing of \"%s\"", i, place->err, row->reason);
        const char *end = strchr(place->err, '\n');
        assert_true(end != NULL && end[1] == '\0'); // one line
        assert_string_equal(place->out, "");
        assert_false(place_has(place, ""));
    }
}

static void every_command_explains_itself(void **state)
{
    struct place *place = *state;
    static const char *const names[COMMAND_COUNT] = { "init", "add",   "renew", "revoke",
                                                      "list", "check", "canary" };
    for (size_t i = 0; i < COMMAND_COUNT; i++) {
        assert_int_equal(RUN(place, names[i], "--help"), COMMANDS_DONE);
        assert_non_null(strstr(place->out, names[i]));
        assert_non_null(strstr(place->out, "--dir FOLDER"));
        assert_string_equal(place->err, "");
        assert_false(place_has(place, ""));
    }
    assert_int_equal(RUN(place, "add", "--help"), COMMANDS_DONE);
    assert_non_null(strstr(place->out, "Roles: kiosk, desk, scale, board, clinic, archive."));
}

static void without_init_every_command_says_to_begin_with_it(void **state)
{
    struct place *place = *state;
    static const struct refusal rows[] = {
        { { "add", "desk-1", "--role", "desk" }, NULL },
        { { "renew", "desk-1" }, NULL },
        { { "revoke", "desk-1" }, NULL },
        { { "list" }, NULL },
        { { "check" }, NULL },
        { { "canary" }, NULL },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_int_equal(place_run(place, rows[i].words), COMMANDS_FAILED);
        assert_non_null(strstr(place->err, "begin with clinic-broker init"));
        assert_false(place_has(place, ""));
    }
}

static void init_makes_everything_and_check_finds_it_sound(void **state)
{
    struct place *place = *state;
    static const char *const files[] = {
        "broker.ini",
        "nodes.ini",
        "ca/ca.key",
        "ca/ca.crt",
        "broker/acl",
        "broker/crl.pem",
        "broker/ca.crt",
        "broker/mosquitto.conf",
        "broker/server.crt",
        "broker/server.key",
        "canary/canary.crt",
        "nodes/gateway/node.key",
        "nodes/gateway/node.crt",
        "nodes/gateway/ca.crt",
        "nodes/gateway/node.ini",
    };
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++)
        assert_true(place_has(place, files[i]));
    assert_int_equal(RUN(place, "check"), COMMANDS_DONE);
    assert_null(strstr(place->out, "BROKEN"));
    assert_non_null(strstr(place->out, "ok      node gateway ends at 2028-11-21T09:14:03.000Z"));
}

static void secrets_are_for_the_owner_alone(void **state)
{
    struct place *place = *state;
    static const char *const secrets[] = { "ca/ca.key",
                                           "ca/issued",
                                           "canary/canary.key",
                                           "broker/server.key",
                                           "nodes/desk-1/node.key",
                                           "nodes/gateway/node.key" };
    static const char *const folders[] = { "ca", "canary", "nodes", "broker", "nodes/desk-1" };
    struct stat status;
    for (size_t i = 0; i < sizeof secrets / sizeof secrets[0]; i++) {
        assert_int_equal(stat(place_path(place, secrets[i]), &status), 0);
        assert_int_equal(status.st_mode & 0777, 0600);
    }
    for (size_t i = 0; i < sizeof folders / sizeof folders[0]; i++) {
        assert_int_equal(stat(place_path(place, folders[i]), &status), 0);
        assert_int_equal(status.st_mode & 0027, 0);
    }
}

static void an_authority_is_never_overwritten(void **state)
{
    struct place *place = *state;
    char *before = strdup(place_read(place, "ca/ca.key"));
    assert_int_equal(RUN(place, "init", "--name", "other", "--site", "other", "--user", "root"),
                     COMMANDS_FAILED);
    assert_non_null(strstr(place->err, "already holds a certificate authority"));
    assert_string_equal(place_read(place, "ca/ca.key"), before);
    free(before);
    assert_int_equal(RUN(place, "check"), COMMANDS_DONE);
}

static void an_authority_without_settings_is_completed_with_its_own_key(void **state)
{
    struct place *place = *state;
    char *key = strdup(place_read(place, "ca/ca.key"));
    char *certificate = strdup(place_read(place, "nodes/desk-1/node.crt"));
    assert_int_equal(unlink(place_path(place, "broker.ini")), 0);
    assert_int_equal(RUN(place, "init", "--name", "other", "--site", "main", "--user", "root"),
                     COMMANDS_DONE);
    assert_string_equal(place_read(place, "ca/ca.key"), key);
    assert_string_equal(place_read(place, "nodes/desk-1/node.crt"), certificate);
    free(key);
    free(certificate);
    assert_int_equal(RUN(place, "check"), COMMANDS_DONE);
}

static void a_node_gets_a_folder_with_all_it_needs(void **state)
{
    struct place *place = *state;
    assert_string_equal(place_read(place, "nodes/desk-1/node.ini"),
                        "[node]\nname = desk-1\nhost = clinic.local\nport = 8883\n"
                        "prefix = clinic\nca = ca.crt\ncertificate = node.crt\nkey = node.key\n"
                        "state = state\n");
    assert_non_null(strstr(place_read(place, "nodes/gateway/node.ini"), "host = 127.0.0.1\n"));
    assert_int_equal(RUN(place, "add", NAME_32, "--role", "scale", "--days", "90"), COMMANDS_DONE);
    assert_int_equal(RUN(place, "list"), COMMANDS_DONE);
    assert_non_null(strstr(place->out, NAME_32 "  scale    valid    2027-02-20T09:14:03.000Z"));
}

static void a_name_is_given_once(void **state)
{
    struct place *place = *state;
    char *before = strdup(place_read(place, "nodes/desk-1/node.key"));
    assert_int_equal(RUN(place, "add", "desk-1", "--role", "kiosk"), COMMANDS_FAILED);
    assert_non_null(strstr(place->err, "there is a node \"desk-1\" already"));
    assert_string_equal(place_read(place, "nodes/desk-1/node.key"), before);
    free(before);

    assert_int_equal(RUN(place, "revoke", "desk-1"), COMMANDS_DONE);
    assert_int_equal(RUN(place, "add", "desk-1", "--role", "desk"), COMMANDS_FAILED);
    assert_non_null(strstr(place->err, "was revoked"));
    assert_int_equal(RUN(place, "renew", "desk-1"), COMMANDS_FAILED);
    assert_non_null(strstr(place->err, "was revoked"));
}

static void renewing_keeps_the_key_and_revokes_the_old_certificate(void **state)
{
    struct place *place = *state;
    char *key = strdup(place_read(place, "nodes/desk-1/node.key"));
    char *certificate = strdup(place_read(place, "nodes/desk-1/node.crt"));
    char *crl = strdup(place_read(place, "broker/crl.pem"));
    assert_int_equal(RUN(place, "renew", "desk-1", "--days", "10"), COMMANDS_DONE);
    assert_string_equal(place_read(place, "nodes/desk-1/node.key"), key);
    assert_string_not_equal(place_read(place, "nodes/desk-1/node.crt"), certificate);
    assert_string_not_equal(place_read(place, "broker/crl.pem"), crl);
    assert_int_equal(RUN(place, "check"), COMMANDS_DONE);
    assert_non_null(strstr(place->out, "warning node desk-1 ends at 2026-12-02T09:14:03.000Z, in "
                                       "10 days"));

    assert_int_equal(RUN(place, "renew", "desk-1", "--new-key"), COMMANDS_DONE);
    assert_string_not_equal(place_read(place, "nodes/desk-1/node.key"), key);
    assert_int_equal(RUN(place, "check"), COMMANDS_DONE);
    free(key);
    free(certificate);
    free(crl);
}

static void the_broker_is_renewed_with_its_settings(void **state)
{
    struct place *place = *state;
    char *certificate = strdup(place_read(place, "broker/server.crt"));
    char *key = strdup(place_read(place, "broker/server.key"));
    place_write(place, "broker.ini",
                "[broker]\nnames = new.local\nport = 1883\nsite = main\nuser = root\n");
    assert_int_equal(RUN(place, "renew", "broker"), COMMANDS_DONE);
    assert_string_not_equal(place_read(place, "broker/server.crt"), certificate);
    assert_string_equal(place_read(place, "broker/server.key"), key);
    assert_non_null(strstr(place_read(place, "broker/mosquitto.conf"), "\nlistener 1883\n"));
    assert_int_equal(RUN(place, "check"), COMMANDS_DONE);
    free(certificate);
    free(key);
}

static void a_revoked_node_loses_its_rights_and_stays_listed(void **state)
{
    struct place *place = *state;
    assert_int_equal(RUN(place, "revoke", "kiosk-1"), COMMANDS_DONE);
    assert_null(strstr(place_read(place, "broker/acl"), "kiosk-1"));
    assert_non_null(strstr(place_read(place, "nodes.ini"), "[kiosk-1]"));
    assert_int_equal(RUN(place, "list"), COMMANDS_DONE);
    assert_non_null(strstr(place->out, "kiosk    revoked"));
    assert_int_equal(RUN(place, "check"), COMMANDS_DONE);
    assert_int_equal(RUN(place, "revoke", "kiosk-1"), COMMANDS_DONE);
    assert_non_null(strstr(place->out, "was already revoked"));
    assert_int_equal(RUN(place, "revoke", "nobody"), COMMANDS_FAILED);
    assert_non_null(strstr(place->err, "there is no node \"nobody\""));
    assert_int_equal(RUN(place, "revoke", "canary"), COMMANDS_FAILED);
}

static void the_list_is_json_where_wanted(void **state)
{
    struct place *place = *state;
    static const char start[] = "[{\"name\":\"desk-1\",\"role\":\"desk\",\"state\":\"valid\","
                                "\"expires\":\"2028-11-21T09:14:03.000Z\",\"serial\":\"";
    assert_int_equal(RUN(place, "list", "--json"), COMMANDS_DONE);
    assert_memory_equal(place->out, start, sizeof start - 1);
}

static void a_restart_command_is_run_and_its_failure_told(void **state)
{
    struct place *place = *state;
    char settings[512];
    (void)snprintf(settings, sizeof settings,
                   "[broker]\nnames = a.local\nport = 1\nsite = main\nuser = root\n"
                   "restart = echo restarted > %.150s/proof && exit 3\n",
                   place->dir);
    place_write(place, "broker.ini", settings);
    assert_int_equal(RUN(place, "add", "desk-2", "--role", "desk"), COMMANDS_FAILED);
    assert_non_null(strstr(place->err, "the files are written, but the broker does not use them: "
                                       "the restart command ended with status 3"));
    assert_string_equal(place_read(place, "proof"), "restarted\n");
    assert_non_null(strstr(place_read(place, "broker/acl"), "user desk-2\n"));

    // What was not applied is tried again by whatever comes next.
    assert_int_equal(unlink(place_path(place, "proof")), 0);
    assert_int_equal(RUN(place, "revoke", "nobody"), COMMANDS_FAILED);
    assert_string_equal(place_read(place, "proof"), "restarted\n");
}

static void one_at_a_time(void **state)
{
    struct place *place = *state;
    struct place nested = *place;
    char settings[512];
    // The restart command runs while the lock is held; it sees whether it is.
    (void)snprintf(settings, sizeof settings,
                   "[broker]\nnames = a.local\nport = 1\nsite = main\nuser = root\n"
                   "restart = ! flock -n %.150s/lock true && exit 7\n",
                   nested.dir);
    place_write(place, "broker.ini", settings);
    assert_int_equal(RUN(place, "add", "desk-2", "--role", "desk"), COMMANDS_FAILED);
    assert_non_null(strstr(place->err, "status 7"));
}

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

static void a_node_does_not_outlive_its_authority(void **state)
{
    struct place *place = *state;
    assert_int_equal(RUN(place, "add", "scale-1", "--role", "scale", "--days", "7300"),
                     COMMANDS_DONE);
    place->now_ms += INT64_C(86400000) * 300;
    assert_int_equal(RUN(place, "add", "scale-2", "--role", "scale", "--days", "7300"),
                     COMMANDS_DONE);
    assert_int_equal(RUN(place, "list"), COMMANDS_DONE);
    const char *first = strstr(strstr(place->out, "scale-1 "), "2046-");
    const char *second = strstr(strstr(place->out, "scale-2 "), "2046-");
    assert_memory_equal(first, second, 24);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define IN_PLACE(name) cmocka_unit_test_setup_teardown(name, place_make, place_remove)
#define IN_CLINIC(name) cmocka_unit_test_setup_teardown(name, place_make_clinic, place_remove)
        IN_PLACE(wrong_arguments_do_nothing_and_say_what_is_right),
        IN_PLACE(every_command_explains_itself),
        IN_PLACE(without_init_every_command_says_to_begin_with_it),
        IN_CLINIC(init_makes_everything_and_check_finds_it_sound),
        IN_CLINIC(secrets_are_for_the_owner_alone),
        IN_CLINIC(an_authority_is_never_overwritten),
        IN_CLINIC(an_authority_without_settings_is_completed_with_its_own_key),
        IN_CLINIC(a_node_gets_a_folder_with_all_it_needs),
        IN_CLINIC(a_name_is_given_once),
        IN_CLINIC(renewing_keeps_the_key_and_revokes_the_old_certificate),
        IN_CLINIC(the_broker_is_renewed_with_its_settings),
        IN_CLINIC(a_revoked_node_loses_its_rights_and_stays_listed),
        IN_CLINIC(the_list_is_json_where_wanted),
        IN_CLINIC(a_restart_command_is_run_and_its_failure_told),
        IN_CLINIC(one_at_a_time),
        IN_CLINIC(check_finds_every_damage),
        IN_CLINIC(check_finds_a_secret_that_others_can_read),
        IN_CLINIC(check_finds_another_nodes_certificate),
        IN_CLINIC(the_next_change_repairs_the_brokers_files),
        IN_CLINIC(a_damaged_registry_revokes_nobody),
        IN_CLINIC(what_expires_is_told_in_time),
        IN_CLINIC(a_node_does_not_outlive_its_authority),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
