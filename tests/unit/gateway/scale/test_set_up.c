// Setting a scale up: steps that somebody begins at the front desk and the scale answers.
#include "scale_fixture.h"

static void tare_calibration_and_sample_make_a_scale_count(void **state)
{
    struct service_fixture *fixture = *state;

    cell_add(fixture);
    assert_false(clinic_json_boolean(cell_row(fixture, 1), "is_set_up", true));
    assert_true(step_ask(fixture, "tare", ""));
    assert_string_equal(cell_text(fixture, "task", "step"), "tare");
    assert_true(step_answer(fixture, "scale-1", NULL, "done", ",\"tare_counts\":-84213"));
    assert_int_equal(cell_number(fixture, "settings", "tare_counts"), -84213);
    assert_null(clinic_json_member(cell_row(fixture, 1), "task"));
    assert_string_equal(cell_text(fixture, "last", "outcome"), "done");

    step_do(fixture, "calibrate", ",\"mass_mg\":1000000", "done",
            ",\"span_counts\":-420000,\"span_mg\":1000000");
    assert_int_equal(cell_number(fixture, "settings", "span_counts"), -420000);
    step_do(fixture, "sample", ",\"count\":500", "done",
            ",\"unit_mg\":8000,\"noise_mg\":90,\"accuracy_permille\":998");
    assert_int_equal(cell_number(fixture, "settings", "unit_mg"), 8000);
    assert_int_equal(cell_number(fixture, "settings", "sample"), 500);
    assert_int_equal(cell_number(fixture, "last", "accuracy_permille"), 998);
    assert_true(clinic_json_boolean(cell_row(fixture, 1), "is_set_up", false));
    assert_int_equal(cell_number(fixture, NULL, "version"), 7);
}

static void a_step_needs_what_comes_before_it(void **state)
{
    struct service_fixture *fixture = *state;

    assert_false(step_ask(fixture, "tare", ""));
    assert_string_equal(fixture->reply.problem.code, "not-found");
    assert_accepted(fixture, CLINIC_REQUEST_EQUIPMENT_SCALE,
                    "{\"node\":\"scale-1\",\"channel\":1,\"capacity_mg\":5000000,\"bin_mg\":0}");
    assert_false(step_ask(fixture, "calibrate", ",\"mass_mg\":1000000"));
    assert_string_equal(fixture->reply.problem.code, "state.mismatch");
    assert_false(step_ask(fixture, "sample", ",\"count\":20"));
    assert_string_equal(fixture->reply.problem.message, "Take the tare first.");
    step_do(fixture, "tare", "", "done", ",\"tare_counts\":0");
    assert_false(step_ask(fixture, "calibrate", ""));
    assert_string_equal(fixture->reply.problem.field, "mass_mg");
    assert_false(step_ask(fixture, "calibrate", ",\"mass_mg\":5000001"));
    assert_string_equal(fixture->reply.problem.code, "invalid.field");
    assert_false(step_ask(fixture, "sample", ",\"count\":20"));
    assert_string_equal(fixture->reply.problem.message, "Calibrate first.");
    step_do(fixture, "calibrate", ",\"mass_mg\":5000000", "done",
            ",\"span_counts\":1,\"span_mg\":1");
    assert_false(step_ask(fixture, "sample", ""));
    assert_string_equal(fixture->reply.problem.field, "count");
    assert_false(step_ask(fixture, "sample", ",\"count\":20"));
    assert_non_null(strstr(fixture->reply.problem.message, "variation_permyriad"));
    assert_true(cell_set(fixture, "\"variation_permyriad\":0,\"most\":1"));
    assert_true(step_ask(fixture, "sample", ",\"count\":20"));
}

static void one_step_at_a_time_for_two_minutes(void **state)
{
    struct service_fixture *fixture = *state;

    cell_add(fixture);
    assert_true(step_ask(fixture, "tare", ""));
    services_pass(fixture, MINUTES(2), SECONDS(1));
    assert_false(step_ask(fixture, "tare", ""));
    assert_string_equal(fixture->reply.problem.code, "state.mismatch");
    services_pass(fixture, SECONDS(1), SECONDS(1));
    assert_null(clinic_json_member(cell_row(fixture, 1), "task"));
    assert_string_equal(cell_text(fixture, "last", "outcome"), "expired");
    assert_false(step_answer(fixture, "scale-1", NULL, "done", ",\"tare_counts\":1"));
    assert_string_equal(fixture->reply.problem.code, "not-found");
    assert_false(fixture->reply.is_temporary);
    assert_int_equal(cell_number(fixture, "settings", "tare_counts"), NOTHING);
    assert_true(step_ask(fixture, "tare", ""));
}

static void a_step_that_waited_in_an_outbox_is_not_begun(void **state)
{
    struct service_fixture *fixture = *state;

    cell_add(fixture);
    fixture->request_time_ms = fixture->wall_ms - MINUTES(2);
    assert_true(step_ask(fixture, "tare", ""));
    assert_true(step_answer(fixture, "scale-1", NULL, "moving", ""));
    fixture->request_time_ms = fixture->wall_ms - MINUTES(2) - 1;
    assert_false(step_ask(fixture, "tare", ""));
    assert_string_equal(fixture->reply.problem.code, "request.expired");
}

static void a_step_of_a_clock_that_was_ahead_is_not_open_for_as_long(void **state)
{
    struct service_fixture *fixture = *state;

    cell_add(fixture);
    fixture->wall_ms += MINUTES(600);
    assert_true(step_ask(fixture, "tare", ""));
    fixture->wall_ms -= MINUTES(600);
    services_pass(fixture, SECONDS(1), SECONDS(1));
    assert_string_equal(cell_text(fixture, "last", "outcome"), "expired");
}

static void an_answer_twice_changes_nothing(void **state)
{
    struct service_fixture *fixture = *state;

    cell_add(fixture);
    step_do(fixture, "tare", "", "done", ",\"tare_counts\":5");
    const int64_t version = cell_number(fixture, NULL, "version");
    // After a loss of power it measures once more, and something else.
    assert_true(step_answer(fixture, "scale-1", NULL, "done", ",\"tare_counts\":6"));
    assert_int_equal(clinic_json_member(fixture->reply.data, "version")->valueint, version);
    assert_int_equal(cell_number(fixture, "settings", "tare_counts"), 5);
    assert_int_equal(cell_number(fixture, NULL, "version"), version);
}

static void a_scale_answers_nothing_but_its_own_open_step(void **state)
{
    struct service_fixture *fixture = *state;
    char first[CLINIC_ID_TEXT_BYTES];

    cell_add(fixture);
    assert_accepted(fixture, CLINIC_REQUEST_EQUIPMENT_SCALE,
                    "{\"node\":\"scale-2\",\"channel\":1,\"capacity_mg\":1,\"bin_mg\":0}");
    assert_true(step_ask(fixture, "tare", ""));
    (void)snprintf(first, sizeof first, "%s", reply_text(fixture, "task_id"));
    assert_false(step_answer(fixture, "scale-2", NULL, "done", ",\"tare_counts\":5"));
    assert_string_equal(fixture->reply.problem.code, "not-found");
    assert_false(step_answer(fixture, "scale-3", NULL, "done", ",\"tare_counts\":5"));
    assert_string_equal(fixture->reply.problem.field, "channel");
    assert_false(step_answer(fixture, "scale-1", "01935c1e-8b2a-7c3d-8e4f-123456789abc", "done",
                             ",\"tare_counts\":5"));
    assert_string_equal(fixture->reply.problem.field, "task_id");
    assert_string_equal(cell_text(fixture, "task", "step"), "tare");
    assert_true(step_answer(fixture, "scale-1", NULL, "done", ",\"tare_counts\":5"));
    step_do(fixture, "tare", "", "moving", "");
    assert_false(step_answer(fixture, "scale-1", first, "done", ",\"tare_counts\":5"));
}

static void a_good_answer_says_what_was_measured(void **state)
{
    static const struct {
        const char *step;
        const char *asked;
        const char *outcome;
        const char *answered;
        const char *field;
    } rows[] = {
        { "tare", "", "done", "", "tare_counts" },
        { "tare", "", "inexact", ",\"tare_counts\":1", "outcome" },
        { "calibrate", ",\"mass_mg\":1", "done", ",\"span_mg\":1", "span_counts" },
        { "calibrate", ",\"mass_mg\":1", "done", ",\"span_counts\":1", "span_mg" },
        { "calibrate", ",\"mass_mg\":1", "done", ",\"span_counts\":0,\"span_mg\":1",
          "span_counts" },
        { "sample", ",\"count\":1", "done", ",\"noise_mg\":1", "unit_mg" },
        { "sample", ",\"count\":1", "inexact", ",\"unit_mg\":1", "noise_mg" },
    };
    struct service_fixture *fixture = *state;

    cell_set_up(fixture);
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        assert_true(step_ask(fixture, rows[i].step, rows[i].asked));
        assert_false(step_answer(fixture, "scale-1", NULL, rows[i].outcome, rows[i].answered));
        assert_string_equal(fixture->reply.problem.field, rows[i].field);
        assert_true(step_answer(fixture, "scale-1", NULL, "fault", ""));
    }
}

static void a_step_that_failed_changes_no_setting(void **state)
{
    static const char *const outcomes[] = { "moving",    "lifted",         "overload", "fault",
                                            "too-light", "not-calibrated", NULL };
    struct service_fixture *fixture = *state;

    cell_set_up(fixture);
    for (size_t i = 0; outcomes[i] != NULL; i++) {
        step_do(fixture, "tare", "", outcomes[i], ",\"tare_counts\":1,\"noise_mg\":7");
        assert_string_equal(cell_text(fixture, "last", "outcome"), outcomes[i]);
        assert_int_equal(cell_number(fixture, "settings", "tare_counts"), 84213);
        assert_int_equal(cell_number(fixture, "settings", "noise_mg"), 90);
    }
}

// 500 units that vary by 10 %, of a sample of 50: a deviation of 7.4 units; a box of 13 is told from the next one.
static void units_that_would_be_miscounted_are_counted_by_the_box(void **state)
{
    struct service_fixture *fixture = *state;

    cell_set_up(fixture);
    assert_true(cell_set(fixture, "\"variation_permyriad\":1000"));
    step_do(fixture, "sample", ",\"count\":50", "inexact",
            ",\"unit_mg\":8000,\"noise_mg\":90,\"accuracy_permille\":160");
    assert_string_equal(cell_text(fixture, "last", "outcome"), "inexact");
    assert_int_equal(cell_number(fixture, "last", "accuracy_permille"), 160);
    assert_int_equal(cell_number(fixture, "settings", "unit_mg"), 8000);
    assert_int_equal(cell_number(fixture, "settings", "box_at_least"), 13);
    assert_false(clinic_json_boolean(cell_row(fixture, 1), "is_set_up", true));
    assert_true(cell_set(fixture, "\"units_per_box\":50"));
    assert_true(clinic_json_boolean(cell_row(fixture, 1), "is_set_up", false));

    // The scale judges by the boxes then; pieces remain what they are.
    step_do(fixture, "sample", ",\"count\":50", "done",
            ",\"unit_mg\":8000,\"noise_mg\":90,\"accuracy_permille\":999");
    assert_int_equal(cell_number(fixture, "settings", "box_at_least"), 13);
    assert_true(clinic_json_boolean(cell_row(fixture, 1), "is_set_up", false));
}

// The scale has the last word on what it has weighed, whatever is reckoned here.
static void the_scales_verdict_stands(void **state)
{
    static const struct {
        int box;
        const char *outcome;
        const char *count;
        int64_t box_at_least;
        bool is_set_up;
    } rows[] = {
        { 0, "done", "500", NOTHING, true },  // reckoned: a box of 2
        { 0, "inexact", "500", 2, false },    // the same
        { 0, "inexact", "100000", 2, false }, // reckoned: pieces are told
        { 10, "inexact", "500", 11, false },  // reckoned: a box of 2
        { 1, "done", "500", NOTHING, true },
    };
    struct service_fixture *fixture = *state;
    char text[100];

    cell_set_up(fixture);
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        (void)snprintf(text, sizeof text, "\"most\":500,\"units_per_box\":%d", rows[i].box);
        (void)cell_set(fixture, "\"unit_mg\":7999"); // typed: forgets what a sample has shown
        (void)cell_set(fixture, text);
        (void)snprintf(text, sizeof text, ",\"count\":%s", rows[i].count);
        step_do(fixture, "sample", text, rows[i].outcome,
                ",\"unit_mg\":8000,\"noise_mg\":90,\"accuracy_permille\":500");
        assert_int_equal(cell_number(fixture, "settings", "box_at_least"), rows[i].box_at_least);
        assert_int_equal(clinic_json_boolean(cell_row(fixture, 1), "is_set_up", false),
                         rows[i].is_set_up);
    }
}

static void steps_survive_a_restart(void **state)
{
    struct service_fixture *fixture = *state;

    cell_add(fixture);
    assert_true(step_ask(fixture, "tare", ""));
    services_reopen(fixture);
    assert_true(step_answer(fixture, "scale-1", NULL, "done", ",\"tare_counts\":5"));
    assert_true(step_ask(fixture, "tare", ""));
    services_reopen(fixture);
    services_pass(fixture, MINUTES(3), MINUTES(3));
    assert_string_equal(cell_text(fixture, "last", "outcome"), "expired");
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, services_open, services_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(tare_calibration_and_sample_make_a_scale_count),
        TEST(a_step_needs_what_comes_before_it),
        TEST(one_step_at_a_time_for_two_minutes),
        TEST(a_step_that_waited_in_an_outbox_is_not_begun),
        TEST(a_step_of_a_clock_that_was_ahead_is_not_open_for_as_long),
        TEST(an_answer_twice_changes_nothing),
        TEST(a_scale_answers_nothing_but_its_own_open_step),
        TEST(a_good_answer_says_what_was_measured),
        TEST(a_step_that_failed_changes_no_setting),
        TEST(units_that_would_be_miscounted_are_counted_by_the_box),
        TEST(the_scales_verdict_stands),
        TEST(steps_survive_a_restart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
