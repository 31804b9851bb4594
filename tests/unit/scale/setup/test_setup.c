// The steps of setting a scale up, on simulated samples.
#include "setup.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

enum { EVERY_MS = 100 };

static const struct setup_calibration calibrated = {
    .tare_counts = 50000, .span_counts = 420000, .span_mg = 1000000, .has_tare = true
};
static const struct setup_goods goods = { .variation_permyriad = 100, .most = 50 };

struct bench {
    struct setup setup;
    struct setup_answer answer;
    uint32_t now_ms;
    bool is_answered;
};

static void begin(struct bench *bench, enum setup_step step,
                  const struct setup_calibration *calibration)
{
    const struct setup_task task = { .step = step,
                                     .mass_mg = 1000000,
                                     .count = 20,
                                     .still_counts = 500,
                                     .calibration = *calibration,
                                     .goods = goods };
    *bench = (struct bench){ .now_ms = UINT32_MAX - 2000 }; // the clock wraps in between
    setup_begin(&bench->setup, &task, bench->now_ms);
}

// A sample each tenth of a second, with a noise of so many counts up and down.
static void weigh(struct bench *bench, int32_t counts, int32_t noise, uint32_t for_ms)
{
    for (uint32_t passed = 0; passed < for_ms && !bench->is_answered; passed += EVERY_MS) {
        bench->now_ms += EVERY_MS;
        setup_take(&bench->setup, counts + (passed / EVERY_MS % 2 == 0 ? noise : -noise),
                   bench->now_ms);
        bench->is_answered = setup_is_answered(&bench->setup, bench->now_ms, &bench->answer);
    }
}

static void a_tare_is_the_mean_of_three_still_seconds(void **state)
{
    struct bench bench;
    (void)state;
    begin(&bench, SETUP_TARE, &(struct setup_calibration){ 0 });
    weigh(&bench, 50000, 30, 2900);
    assert_false(bench.is_answered);
    weigh(&bench, 50000, 30, 500);
    assert_true(bench.is_answered);
    assert_int_equal(bench.answer.outcome, SETUP_DONE);
    assert_in_range(bench.answer.tare_counts, 49998, 50002);
    assert_int_equal(bench.answer.noise_mg, 0); // nobody knows what a count weighs
    assert_false(setup_is_busy(&bench.setup));
    assert_false(setup_is_answered(&bench.setup, bench.now_ms, &bench.answer));
}

static void a_hand_that_leaves_late_begins_the_three_seconds_anew(void **state)
{
    struct bench bench;
    (void)state;
    begin(&bench, SETUP_TARE, &calibrated);
    weigh(&bench, 90000, 30, 2800);
    weigh(&bench, 50000, 30, 2800);
    assert_false(bench.is_answered);
    weigh(&bench, 50000, 30, 600);
    assert_true(bench.is_answered);
    assert_in_range(bench.answer.tare_counts, 49998, 50002);
    assert_in_range(bench.answer.noise_mg, 68, 76); // 30 counts of 2.38 mg
}

static void a_known_mass_calibrates(void **state)
{
    struct bench bench;
    (void)state;
    begin(&bench, SETUP_CALIBRATE,
          &(struct setup_calibration){ .tare_counts = 50000, .has_tare = true });
    weigh(&bench, 470000, 30, 4000);
    assert_int_equal(bench.answer.outcome, SETUP_DONE);
    assert_in_range(bench.answer.span_counts, 419998, 420002);
    assert_int_equal(bench.answer.span_mg, 1000000);
    assert_in_range(bench.answer.noise_mg, 68, 76);
}

static void a_sample_gives_the_weight_of_one_and_how_well_they_count(void **state)
{
    struct bench bench;
    (void)state;
    begin(&bench, SETUP_SAMPLE, &calibrated);
    weigh(&bench, 50000 + 67200, 30, 4000); // 160 g
    assert_int_equal(bench.answer.outcome, SETUP_DONE);
    assert_in_range(bench.answer.unit_mg, 7999, 8001);
    assert_in_range(bench.answer.accuracy_permille, 990, 1000);
}

struct refusal {
    const char *what;
    enum setup_step step;
    struct setup_calibration calibration;
    int32_t counts;
    int32_t noise;
    enum setup_outcome outcome;
};

static const struct refusal refusals[] = {
    { "calibrated before tare", SETUP_CALIBRATE, { 0 }, 470000, 30, SETUP_NOT_CALIBRATED },
    { "sampled before tare",
      SETUP_SAMPLE,
      { .span_counts = 1, .span_mg = 1 },
      470000,
      30,
      SETUP_NOT_CALIBRATED },
    { "sampled before calibration",
      SETUP_SAMPLE,
      { .has_tare = true },
      470000,
      30,
      SETUP_NOT_CALIBRATED },
    { "calibrated with nothing",
      SETUP_CALIBRATE,
      { .tare_counts = 50000, .has_tare = true },
      50003,
      30,
      SETUP_TOO_LIGHT },
    { "calibrated with a feather",
      SETUP_CALIBRATE,
      { .tare_counts = 50000, .has_tare = true },
      57000,
      30,
      SETUP_TOO_LIGHT },
    { "calibrated with nothing, after a cold night",
      SETUP_CALIBRATE,
      { .tare_counts = 50000, .has_tare = true },
      49600,
      30,
      SETUP_TOO_LIGHT },
    { "calibrated without the bin",
      SETUP_CALIBRATE,
      { .tare_counts = 50000, .has_tare = true },
      10000,
      30,
      SETUP_LIFTED },
    { "sampled without the bin",
      SETUP_SAMPLE,
      { .tare_counts = 50000, .span_counts = 420000, .span_mg = 1000000, .has_tare = true },
      10000,
      30,
      SETUP_LIFTED },
    { "sampled with nothing",
      SETUP_SAMPLE,
      { .tare_counts = 50000, .span_counts = 420000, .span_mg = 1000000, .has_tare = true },
      50020,
      30,
      SETUP_TOO_LIGHT },
    { "sampled with shreds",
      SETUP_SAMPLE,
      { .tare_counts = 50000, .span_counts = 420000, .span_mg = 1000000, .has_tare = true },
      52000,
      200,
      SETUP_INEXACT },
    { "never still", SETUP_TARE, { 0 }, 50000, 3000, SETUP_MOVING },
};

static void what_cannot_be_measured_is_said_within_fifteen_seconds(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof refusals / sizeof refusals[0]; i++) {
        const struct refusal *row = &refusals[i];
        struct bench bench;
        begin(&bench, row->step, &row->calibration);
        const uint32_t begun_at_ms = bench.now_ms;
        weigh(&bench, row->counts, row->noise, SETUP_LIMIT_MS + EVERY_MS);
        if (!bench.is_answered || bench.answer.outcome != row->outcome)
            fail_msg("%s: %s", row->what,
                     bench.is_answered ? setup_outcome_name(bench.answer.outcome) : "no answer");
        assert_in_range(bench.now_ms - begun_at_ms, SETUP_STILL_MS, SETUP_LIMIT_MS);
    }
}

static void pieces_that_cannot_be_counted_may_be_counted_by_the_box(void **state)
{
    struct bench bench;
    struct setup_task task = { .step = SETUP_SAMPLE,
                               .count = 100,
                               .still_counts = 500,
                               .calibration = calibrated,
                               .goods = { .variation_permyriad = 500, .most = 1000 } };
    (void)state;
    for (int32_t box = 0; box <= 100; box += 100) {
        bench = (struct bench){ 0 };
        task.goods.units_per_box = box;
        setup_begin(&bench.setup, &task, 0);
        weigh(&bench, 50000 + 42000, 30, 4000); // pieces of one gram
        assert_int_equal(bench.answer.outcome, box == 0 ? SETUP_INEXACT : SETUP_DONE);
        assert_in_range(bench.answer.unit_mg, 999, 1001);
    }
}

static void silence_and_saturation_are_told_as_such(void **state)
{
    static void (*const troubles[])(struct setup *) = { setup_take_fault, setup_take_overload };
    static const enum setup_outcome outcomes[] = { SETUP_FAULT, SETUP_OVERLOAD };
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct bench bench;
        begin(&bench, SETUP_TARE, &calibrated);
        weigh(&bench, 50000, 30, 2900);
        troubles[i](&bench.setup);
        weigh(&bench, 50000, 30, 2900);
        assert_false(
            bench
                .is_answered); // it stood still for three seconds only if one forgets what was between
        troubles[i](&bench.setup);
        assert_true(setup_is_answered(&bench.setup, bench.now_ms + SETUP_LIMIT_MS, &bench.answer));
        assert_int_equal(bench.answer.outcome, outcomes[i]);
    }
}

static void without_a_sample_it_is_a_fault(void **state)
{
    struct bench bench;
    (void)state;
    begin(&bench, SETUP_TARE, &calibrated);
    assert_false(setup_is_answered(&bench.setup, bench.now_ms + SETUP_LIMIT_MS - 1, &bench.answer));
    assert_true(setup_is_answered(&bench.setup, bench.now_ms + SETUP_LIMIT_MS, &bench.answer));
    assert_int_equal(bench.answer.outcome, SETUP_FAULT);
}

static void weights_stay_within_what_they_are_stored_in(void **state)
{
    static const struct {
        struct setup_calibration calibration;
        int32_t counts;
        int32_t weight_mg;
    } rows[] = {
        { { .tare_counts = 0, .span_counts = 1, .span_mg = 1 }, 1234, 1234 },
        { { .tare_counts = 50000, .span_counts = 420000, .span_mg = 1000000 }, 470000, 1000000 },
        { { .tare_counts = 50000, .span_counts = 420000, .span_mg = 1000000 }, 0, -119048 },
        { { .tare_counts = 0, .span_counts = -420000, .span_mg = 1000000 }, -420000, 1000000 },
        { { .tare_counts = -(1 << 30), .span_counts = 1, .span_mg = 1000000000 },
          1 << 30,
          INT32_MAX },
        { { .tare_counts = 1 << 30, .span_counts = 1, .span_mg = 1000000000 },
          -(1 << 30),
          -INT32_MAX },
        { { .tare_counts = 5 }, 1000, 0 },
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_int_equal(setup_weight_mg(&rows[i].calibration, rows[i].counts), rows[i].weight_mg);
}

static void names_are_those_of_the_messages(void **state)
{
    enum setup_step step = SETUP_TARE;
    (void)state;
    for (int i = SETUP_TARE; i <= SETUP_SAMPLE; i++) {
        assert_true(setup_step_find(setup_step_name((enum setup_step)i), &step));
        assert_int_equal(step, i);
    }
    for (int i = SETUP_DONE; i < SETUP_OUTCOME_COUNT; i++)
        assert_non_null(setup_outcome_name((enum setup_outcome)i));
    assert_null(setup_outcome_name(SETUP_PENDING));
    assert_null(setup_step_name((enum setup_step)0));
    assert_false(setup_step_find("tar", &step));
    assert_false(setup_step_find("tares", &step));
    assert_false(setup_step_find("", &step));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_tare_is_the_mean_of_three_still_seconds),
        cmocka_unit_test(a_hand_that_leaves_late_begins_the_three_seconds_anew),
        cmocka_unit_test(a_known_mass_calibrates),
        cmocka_unit_test(a_sample_gives_the_weight_of_one_and_how_well_they_count),
        cmocka_unit_test(what_cannot_be_measured_is_said_within_fifteen_seconds),
        cmocka_unit_test(pieces_that_cannot_be_counted_may_be_counted_by_the_box),
        cmocka_unit_test(silence_and_saturation_are_told_as_such),
        cmocka_unit_test(without_a_sample_it_is_a_fault),
        cmocka_unit_test(weights_stay_within_what_they_are_stored_in),
        cmocka_unit_test(names_are_those_of_the_messages),
    };
    return cmocka_run_group_tests_name("set-up", tests, NULL, NULL);
}
