// The canary passes where all is well, and fails for each thing that it is there for.

#include "town.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void expect_failure(struct town *town, const char *reason)
{
    assert_int_equal(RUN(town, "canary", "--wait", "1"), 1);
    if (strstr(town->output.text, reason) == NULL)
        fail_msg("\"%s\" says nothing of \"%s\"", town->output.text, reason);
}

static void it_passes_with_the_files_as_they_are_written(void **state)
{
    struct town *town = *state;
    town_start(town);
    assert_int_equal(RUN(town, "canary"), 0);
    assert_null(strstr(town->output.text, "FAILED"));
    assert_int_equal(RUN(town, "check"), 0);
    assert_null(strstr(town->output.text, "warning"));
}

static void it_fails_where_no_broker_runs(void **state)
{
    expect_failure(*state, "no connection to 127.0.0.1");
}

static void it_fails_where_the_broker_hangs(void **state)
{
    struct town *town = *state;
    town_start(town);
    assert_int_equal(kill(town->broker.pid, SIGSTOP), 0);
    expect_failure(town, "no connection to 127.0.0.1");
    assert_int_equal(kill(town->broker.pid, SIGCONT), 0);
    assert_int_equal(RUN(town, "canary"), 0);
}

static void it_fails_while_the_broker_runs_with_older_files(void **state)
{
    struct town *town = *state;
    town_start(town);
    assert_int_equal(RUN(town, "canary"), 0);
    assert_int_equal(RUN(town, "revoke", "kiosk-2"), 0);
    expect_failure(town, "the broker runs with older files");
    town_restart(town);
    assert_int_equal(RUN(town, "canary"), 0);
}

static bool begins_with_any(const char *line, const char *const *beginnings)
{
    for (size_t i = 0; beginnings[i] != NULL; i++) {
        if (strncmp(line, beginnings[i], strlen(beginnings[i])) == 0)
            return true;
    }
    return false;
}

// Starts the broker with the configuration as it is written, but for some lines.
static void start_without(struct town *town, const char *const *beginnings, const char *instead)
{
    const char *conf = town_path("%s/broker/careless.conf", town->dir);
    char *text = town_read(town_path("%s/broker/mosquitto.conf", town->dir));
    char *rest = NULL;
    FILE *file = fopen(conf, "w");
    size_t dropped = 0;
    assert_non_null(file);
    for (char *line = strtok_r(text, "\n", &rest); line != NULL;
         line = strtok_r(NULL, "\n", &rest)) {
        if (begins_with_any(line, beginnings))
            dropped++;
        else
            (void)fprintf(file, "%s\n", line);
    }
    (void)fprintf(file, "%s\n", instead);
    assert_int_equal(fclose(file), 0);
    assert_true(dropped > 0);
    free(text);
    town_start_with(town, conf);
}

// The plugin reads the same ACL and refuses as well.
static const char *const acl[] = { "acl_file ", "plugin ", "plugin_opt_", NULL };
static const char *const crl[] = { "crlfile ", NULL };
static const char *const certificate[] = { "require_certificate ", NULL };

static void it_fails_where_the_acl_lets_everything(void **state)
{
    struct town *town = *state;
    char line[600];
    town_write(town_path("%s/careless", town->folder), "user canary\ntopic readwrite #\n");
    (void)snprintf(line, sizeof line, "acl_file %s/careless", town->folder);
    start_without(town, acl, line);
    expect_failure(town, "a forbidden publish was accepted");
    assert_non_null(strstr(town->output.text, "FAILED  a forbidden publish is refused"));
}

static void it_fails_where_there_is_no_acl(void **state)
{
    struct town *town = *state;
    start_without(town, acl, "");
    expect_failure(town, "a forbidden publish was accepted");
}

static void it_fails_where_there_is_no_crl(void **state)
{
    struct town *town = *state;
    start_without(town, crl, "");
    expect_failure(town, "a revoked certificate was let in");
    assert_non_null(strstr(town->output.text, "FAILED  a revoked certificate is refused"));
}

static void it_fails_where_no_certificate_is_wanted(void **state)
{
    struct town *town = *state;
    // Mosquitto then asks nobody for one, and nobody has a name.
    start_without(town, certificate, "require_certificate false");
    expect_failure(town, "no connection to 127.0.0.1");
}

static void a_reload_with_a_broken_acl_is_what_it_finds(void **state)
{
    struct town *town = *state;
    town_start(town);
    assert_int_equal(RUN(town, "canary"), 0);
    assert_int_equal(remove(town_path("%s/broker/acl", town->dir)), 0);
    assert_int_equal(kill(town->broker.pid, SIGHUP), 0);
    town_expect_log(town, "Reloading config");
    assert_int_equal(RUN(town, "canary", "--wait", "1"), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, town_make, town_remove)
        TEST(it_passes_with_the_files_as_they_are_written),
        TEST(it_fails_where_no_broker_runs),
        TEST(it_fails_where_the_broker_hangs),
        TEST(it_fails_while_the_broker_runs_with_older_files),
        TEST(it_fails_where_the_acl_lets_everything),
        TEST(it_fails_where_there_is_no_acl),
        TEST(it_fails_where_there_is_no_crl),
        TEST(it_fails_where_no_certificate_is_wanted),
        TEST(a_reload_with_a_broken_acl_is_what_it_finds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
