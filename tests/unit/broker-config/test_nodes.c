#include "place.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define NAME_32 "a2345678901234567890123456789-32"

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

#define TEST(name) cmocka_unit_test_setup(name, place_set_up_clinic)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_node_gets_a_folder_with_all_it_needs),
        TEST(a_name_is_given_once),
        TEST(renewing_keeps_the_key_and_revokes_the_old_certificate),
        TEST(the_broker_is_renewed_with_its_settings),
        TEST(a_revoked_node_loses_its_rights_and_stays_listed),
        TEST(the_list_is_json_where_wanted),
        TEST(a_node_does_not_outlive_its_authority),
        TEST(a_restart_command_is_run_and_its_failure_told),
        TEST(one_at_a_time),
    };
    return cmocka_run_group_tests(tests, place_make_clinic, place_remove);
}
