// Setting a scale up at the front desk, as a person does: one command a step, and what came of it in words.
#include "box.h"
#include "evidence.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include <cmocka.h>

#define CONFIG "clinic/node/scale-1/config"

enum { WITHIN_MS = 20000 };

// The id of the step in the newest config.
static void read_task(struct peer *scale, size_t from, char task_id[static CLINIC_ID_TEXT_BYTES])
{
    const struct peer_message *config = peer_expect(scale, from, CONFIG, "\"task\":{\"id\":\"");
    const char *start = strstr(config->payload, "\"task\":{\"id\":\"");

    (void)snprintf(task_id, CLINIC_ID_TEXT_BYTES, "%s", start + strlen("\"task\":{\"id\":\""));
}

// Begins a step, lets the scale answer it and returns the command's exit code. What it printed is in the log.
static int do_step(struct fixture *fixture, struct peer *scale, const char *log,
                   const char *const words[], const char *answer)
{
    struct process desk = { 0 };
    char task_id[CLINIC_ID_TEXT_BYTES];
    int status = 0;
    const size_t mark = peer_mark(scale);

    box_start(fixture, &desk, log, "desk-1", words);
    read_task(scale, mark, task_id);
    assert_accepted(peer_ask(scale, "equipment/scale-answer", "{'channel':1,'task_id':'%s',%s}",
                             task_id, answer));
    assert_true(process_wait(&desk, WITHIN_MS, &status));
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

#define STEP(fixture, scale, log, answer, ...)                                                     \
    do_step((fixture), (scale), (log),                                                             \
            (const char *const[]){ "equipment", "scale-set-up", "scale-1", "--channel", "1",       \
                                   "--step", __VA_ARGS__, NULL },                                  \
            (answer))

static void set_up(struct fixture *fixture)
{
    struct peer *scale = fixture_peer(fixture, "scale-1");

    peer_subscribe(scale, CONFIG);
    box_expect(DESK(fixture, "desk-1", "equipment", "scale", "scale-1", "--channel", "1",
                    "--capacity-mg", "5000000", "--bin-mg", "100000", "--variation-permyriad",
                    "1000", "--most", "500"),
               ACCEPTED);
    assert_int_equal(STEP(fixture, scale, "tare", "'outcome':'done','tare_counts':84213", "tare"),
                     ACCEPTED);
    assert_true(evidence_in_file(fixture, "logs/tare.log", "the scale has measured it"));
    assert_int_equal(
        STEP(fixture, scale, "moving", "'outcome':'moving'", "calibrate", "--mass-mg", "1000000"),
        REJECTED);
    assert_true(evidence_in_file(fixture, "logs/moving.log", "did not stand still"));
    assert_int_equal(STEP(fixture, scale, "calibrate",
                          "'outcome':'done','span_counts':420000,'span_mg':1000000", "calibrate",
                          "--mass-mg", "1000000"),
                     ACCEPTED);
    assert_int_equal(STEP(fixture, scale, "sample",
                          "'outcome':'inexact','unit_mg':8000,'noise_mg':90,"
                          "'accuracy_permille':160",
                          "sample", "--count", "50"),
                     REJECTED);
    assert_true(evidence_in_file(fixture, "logs/sample.log", "--units-per-box 13"));
}

static void finish(struct fixture *fixture)
{
    box_expect(DESK(fixture, "desk-1", "equipment", "scale-read", "scale-1", "--channel", "1"),
               ACCEPTED);
    assert_string_equal(box_value("tare counts"), "84213");
    assert_string_equal(box_value("outcome"), "inexact");
    assert_string_equal(box_value("is set up"), "no");
    const char *version = box_value("version");
    box_expect(DESK(fixture, "desk-1", "equipment", "scale", "scale-1", "--channel", "1",
                    "--expected-version", version, "--units-per-box", "12"),
               REJECTED);
    box_expect(DESK(fixture, "desk-1", "equipment", "scale", "scale-1", "--channel", "1",
                    "--expected-version", version, "--units-per-box", "50"),
               ACCEPTED);
    box_expect(DESK(fixture, "desk-1", "equipment", "scale-read", "scale-1", "--channel", "1"),
               ACCEPTED);
    assert_string_equal(box_value("is set up"), "yes");
}

static void take_off(struct fixture *fixture)
{
    const char *version = box_value("version");

    box_expect(DESK(fixture, "desk-1", "equipment", "scale", "scale-1", "--channel", "1",
                    "--expected-version", version, "--remove"),
               ACCEPTED);
}

static void a_scale_is_set_up_step_by_step(void **state)
{
    struct fixture *fixture = *state;

    box_sign_in(fixture, "desk-1");
    set_up(fixture);
    finish(fixture);
    take_off(fixture);
}

static void the_same_through_the_program_that_keeps_the_connection(void **state)
{
    struct fixture *fixture = *state;
    struct process serve = { 0 };

    box_serve(fixture, &serve, "desk-1");
    box_sign_in(fixture, "desk-1");
    set_up(fixture);
    finish(fixture);
    take_off(fixture);
    (void)process_end(&serve, 15);
}

static void a_step_that_nobody_answers_is_waited_for_as_long_as_was_said(void **state)
{
    struct fixture *fixture = *state;

    box_sign_in(fixture, "desk-1");
    box_expect(DESK(fixture, "desk-1", "equipment", "scale", "scale-1", "--channel", "2",
                    "--capacity-mg", "5000000", "--bin-mg", "100000"),
               ACCEPTED);
    box_expect(DESK(fixture, "desk-1", "--timeout", "3", "equipment", "scale-set-up", "scale-1",
                    "--channel", "2", "--step", "tare"),
               UNAVAILABLE);
    assert_non_null(strstr(box_text(), "has not answered yet"));
    box_expect(DESK(fixture, "desk-1", "equipment", "scale-set-up", "scale-1", "--channel", "2",
                    "--step", "tare"),
               REJECTED);
    assert_non_null(strstr(box_text(), "still busy"));
    box_expect(DESK(fixture, "desk-1", "--json", "equipment", "scale-set-up", "scale-1",
                    "--channel", "3", "--step", "tare"),
               REJECTED);
    assert_non_null(strstr(box_text(), "\"code\":\"not-found\""));
}

static void bins_are_shown_with_how_far_they_can_be_trusted(void **state)
{
    struct fixture *fixture = *state;
    struct peer *scale = fixture_peer(fixture, "scale-1");

    box_sign_in(fixture, "desk-1");
    box_expect(DESK(fixture, "desk-1", "equipment", "item", "swabs", "--name", "Swabs", "--unit",
                    "piece", "--location", "Room 2", "--minimum", "1", "--par", "9", "--bin",
                    "bin_id=s,node=scale-1,channel=4"),
               ACCEPTED);
    assert_accepted(peer_ask(scale, "equipment/measure",
                             "{'channel':4,'state':'stable','quantity':41,"
                             "'accuracy_permille':995}"));
    box_expect(DESK(fixture, "desk-1", "equipment", "bins"), ACCEPTED);
    assert_non_null(strstr(box_text(), "Swabs"));
    assert_non_null(strstr(box_text(), "high"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        fixture_test(a_scale_is_set_up_step_by_step),
        fixture_test(the_same_through_the_program_that_keeps_the_connection),
        fixture_test(a_step_that_nobody_answers_is_waited_for_as_long_as_was_said),
        fixture_test(bins_are_shown_with_how_far_they_can_be_trusted),
    };
    return cmocka_run_group_tests(tests, fixture_setup, fixture_teardown);
}
