// Which broker a scale trusts: the one of its clinic, by authority, name and time, and never one without TLS.
#include "folder.h"
#include "port.h"
#include "town.h"

#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

enum { WITHIN_MS = 30000, LOOK_EVERY_MS = 20, YEAR_S = 31557600 };

// A scale of the town: its folder is a copy, so each test may spoil its own.
struct scale {
    struct process program;
    char folder[256];
};

static void edit(const char *path, const char *from, const char *to)
{
    char *text = town_read(path);
    char *at = strstr(text, from);
    char *edited = NULL;
    assert_non_null(at);
    *at = '\0';
    assert_true(asprintf(&edited, "%s%s%s", text, to, at + strlen(from)) > 0);
    town_write(path, edited);
    free(edited);
    free(text);
}

static struct scale take_scale(const struct town *town, const char *name)
{
    struct scale scale = { 0 };
    (void)snprintf(scale.folder, sizeof scale.folder, "%s/%s", town->folder, name);
    folder_copy(town_path("%s/nodes/scale-1", town->dir), scale.folder);
    return scale;
}

// The option and its value may be NULL.
static void switch_on(struct scale *scale, const char *option, const char *value)
{
    const char *const argv[] = { PROGRAM_FOLDER "/clinic-scale-sim",
                                 "--folder",
                                 scale->folder,
                                 "--address",
                                 "127.0.0.1",
                                 option,
                                 value,
                                 NULL };
    process_start(&scale->program, town_path("%s.log", scale->folder), argv);
}

static void expect(struct scale *scale, const char *text)
{
    const int64_t deadline_ms = process_now_ms() + WITHIN_MS;
    for (bool is_there = false; !is_there;) {
        int status = 0;
        char *log = town_read(scale->program.log_path);
        is_there = strstr(log, text) != NULL;
        if (!is_there
            && (process_now_ms() > deadline_ms || process_wait(&scale->program, 0, &status)))
            fail_msg("the scale does not say \"%s\" but:\n%s", text, log);
        free(log);
        (void)poll(NULL, 0, is_there ? 0 : LOOK_EVERY_MS);
    }
}

static bool said(const struct scale *scale, const char *text)
{
    char *log = town_read(scale->program.log_path);
    const bool is_there = strstr(log, text) != NULL;
    free(log);
    return is_there;
}

static void assert_refused(struct scale *scale, const char *reason)
{
    expect(scale, reason);
    assert_false(said(scale, " online"));
    assert_int_equal(process_end(&scale->program, SIGTERM), 0);
}

static void the_broker_of_the_clinic_is_trusted(void **state)
{
    struct scale scale = take_scale(*state, "right");
    switch_on(&scale, NULL, NULL);
    expect(&scale, "scale-1 online");
    assert_int_equal(process_end(&scale.program, SIGTERM), 0);
}

// A lower bound that is behind the certificate's begin says nothing against it.
static void a_scale_that_knows_no_time_trusts_it_as_well(void **state)
{
    struct scale scale = take_scale(*state, "timeless");
    switch_on(&scale, "--built", "0");
    expect(&scale, "scale-1 online");
    assert_int_equal(process_end(&scale.program, SIGTERM), 0);
}

static void a_broker_of_another_authority_is_refused(void **state)
{
    const struct town *town = *state;
    struct scale scale = take_scale(town, "other-authority");
    char other[256];
    (void)snprintf(other, sizeof other, "%s/other", town->folder);
    process_must_run((const char *const[]){ PROGRAM_FOLDER "/clinic-broker", "init", "--dir", other,
                                            "--name", "clinic.local", "--ip", "192.168.1.5",
                                            "--site", "main", NULL });
    process_must_run((const char *const[]){ "cp", town_path("%s/ca/ca.crt", other),
                                            town_path("%s/ca.crt", scale.folder), NULL });
    switch_on(&scale, NULL, NULL);
    assert_refused(&scale, "the broker's certificate is not of this clinic's authority");
}

static void a_broker_of_another_name_is_refused(void **state)
{
    struct scale scale = take_scale(*state, "other-name");
    edit(town_path("%s/node.ini", scale.folder), "host = clinic.local", "host = klinik.local");
    switch_on(&scale, NULL, NULL);
    assert_refused(&scale, "the broker's certificate is for another name");
}

// The scale was built after the end of the certificate, whatever this machine's clock says.
static void a_certificate_that_has_ended_by_the_scales_own_time_is_refused(void **state)
{
    struct scale scale = take_scale(*state, "expired");
    char built[32];
    (void)snprintf(built, sizeof built, "%lld", (long long)time(NULL) + 6LL * YEAR_S);
    switch_on(&scale, "--built", built);
    assert_refused(&scale, "the broker's certificate has expired");
}

// A broker, but one that speaks MQTT to everybody.
static void a_broker_without_tls_is_refused(void **state)
{
    const struct town *town = *state;
    struct scale scale = take_scale(town, "plain");
    struct town plain = { .port = port_free() };
    const char *conf = town_path("%s/plain.conf", town->folder);
    char port[32];
    (void)snprintf(plain.folder, sizeof plain.folder, "%.100s", scale.folder);
    (void)snprintf(port, sizeof port, "port = %d", plain.port);
    town_write(conf, town_path("listener %d 127.0.0.1\nallow_anonymous true\n", plain.port));
    town_start_with(&plain, conf);
    edit(town_path("%s/node.ini", scale.folder), town_path("port = %d", town->port), port);
    switch_on(&scale, NULL, NULL);
    expect(&scale, "scale-1 offline the connection ended");
    assert_false(said(&scale, " online"));
    assert_int_equal(process_end(&scale.program, SIGTERM), 0);
    (void)process_end(&plain.broker, SIGTERM); // how it ends is no matter here
}

static int accept_within(int listener)
{
    struct pollfd readable = { .fd = listener, .events = POLLIN };
    assert_int_equal(poll(&readable, 1, WITHIN_MS), 1);
    const int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
    assert_true(fd >= 0);
    return fd;
}

static void something_that_answers_in_plain_text_is_refused(void **state)
{
    static const char greeting[] = "220 mail.example ESMTP, what can I do for you?\r\n";
    const struct town *town = *state;
    struct scale scale = take_scale(town, "text");
    int port = 0;
    const int listener = port_listen(4, &port);
    char replacement[32];
    (void)snprintf(replacement, sizeof replacement, "port = %d", port);
    edit(town_path("%s/node.ini", scale.folder), town_path("port = %d", town->port), replacement);
    switch_on(&scale, NULL, NULL);
    const int fd = accept_within(listener);
    assert_int_equal(write(fd, greeting, sizeof greeting - 1), sizeof greeting - 1);
    assert_refused(&scale, "what answers does not speak TLS");
    (void)close(fd);
    (void)close(listener);
}

static void a_scale_that_was_revoked_is_told_so(void **state)
{
    struct town *town = *state;
    assert_int_equal(RUN(town, "add", "scale-2", "--role", "scale"), 0);
    assert_int_equal(RUN(town, "revoke", "scale-2"), 0);
    town_restart(town);
    struct scale scale = take_scale(town, "revoked");
    for (int i = 0; i < 2; i++) {
        const char *file = i == 0 ? "node.crt" : "node.key";
        process_must_run((const char *const[]){ "cp",
                                                town_path("%s/nodes/scale-2/%s", town->dir, file),
                                                town_path("%s/%s", scale.folder, file), NULL });
    }
    switch_on(&scale, NULL, NULL);
    assert_refused(&scale, "the broker refused this certificate");
}

static int setup(void **state)
{
    if (town_make(state) != 0)
        return -1;
    struct town *town = *state;
    assert_int_equal(RUN(town, "add", "scale-1", "--role", "scale"), 0);
    town_start(town);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_broker_of_the_clinic_is_trusted),
        cmocka_unit_test(a_scale_that_knows_no_time_trusts_it_as_well),
        cmocka_unit_test(a_broker_of_another_authority_is_refused),
        cmocka_unit_test(a_broker_of_another_name_is_refused),
        cmocka_unit_test(a_certificate_that_has_ended_by_the_scales_own_time_is_refused),
        cmocka_unit_test(a_broker_without_tls_is_refused),
        cmocka_unit_test(something_that_answers_in_plain_text_is_refused),
        cmocka_unit_test(a_scale_that_was_revoked_is_told_so),
    };
    return cmocka_run_group_tests_name("trust", tests, setup, town_remove);
}
