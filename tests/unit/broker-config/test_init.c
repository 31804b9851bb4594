#include "place.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

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

#define TEST(name) cmocka_unit_test_setup(name, place_set_up_clinic)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(init_makes_everything_and_check_finds_it_sound),
        TEST(secrets_are_for_the_owner_alone),
        TEST(an_authority_is_never_overwritten),
        TEST(an_authority_without_settings_is_completed_with_its_own_key),
    };
    return cmocka_run_group_tests(tests, place_make_clinic, place_remove);
}
