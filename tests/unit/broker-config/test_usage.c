#include "options.h"
#include "place.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

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

#define TEST(name) cmocka_unit_test_setup_teardown(name, place_make, place_remove)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(wrong_arguments_do_nothing_and_say_what_is_right),
        TEST(every_command_explains_itself),
        TEST(without_init_every_command_says_to_begin_with_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
