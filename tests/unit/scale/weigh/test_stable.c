// When a weight counts, and when it does not: stable states and their differences.
#include "trace.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static const struct weigh_memory nothing;

static void a_weight_counts_when_it_has_been_stable_for_ten_seconds(void **state)
{
    static const struct {
        uint32_t interval_us, not_before_s, at_the_latest_s;
    } rows[] = { { 12500, 13, 14 },  { 99000, 13, 14 },  { 100000, 13, 14 },
                 { 103000, 13, 14 }, { 200000, 13, 14 }, { 500000, 17, 19 } };
    (void)state;

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct trace trace;

        trace_begin(&trace, 10);
        trace.interval_us = rows[i].interval_us;
        trace_add(&trace, 20);
        trace_pass(&trace, SECONDS(rows[i].not_before_s));
        assert_int_equal(trace.report_count, 0);
        trace_pass(&trace, SECONDS(rows[i].at_the_latest_s - rows[i].not_before_s));
        assert_int_equal(trace.report_count, 1);
        trace_assert_report(&trace, 0, WEIGH_STABLE, 20);
        trace_pass(&trace, MINUTES(10));
        assert_int_equal(trace.report_count, 1);
    }
}

static void an_empty_bin_is_told_as_well(void **state)
{
    struct trace trace;
    (void)state;

    trace_begin_with(&trace, 10, 0);
    trace_assert_report(&trace, 0, WEIGH_STABLE, 0);
}

static void what_is_taken_or_added_at_once_is_one_report(void **state)
{
    static const int changes[] = { -1, -2, 1, -7, 30, -43 };
    (void)state;

    for (uint32_t per_s = 10; per_s <= 80; per_s += 70) {
        struct trace trace;
        int units = 30;
        size_t reports = 1;

        trace_begin_with(&trace, per_s, units);
        for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
            const int left = units + changes[i] < 0 ? 0 : units + changes[i];

            trace_add(&trace, left - units);
            units = left;
            trace_settle(&trace, ++reports, units);
        }
    }
}

static void what_is_taken_within_the_window_is_one_report(void **state)
{
    static const uint32_t pauses_ms[] = { 100, 900, 2900, 3100, 6000, 12000 };
    (void)state;

    for (size_t i = 0; i < sizeof pauses_ms / sizeof pauses_ms[0]; i++) {
        struct trace trace;

        trace_begin_with(&trace, 10, 20);
        trace_add(&trace, -1);
        trace_pass(&trace, pauses_ms[i]);
        trace_add(&trace, -1);
        trace_settle(&trace, 2, 18);
    }
}

static void what_is_put_back_before_it_counts_is_no_report(void **state)
{
    struct trace trace;
    (void)state;

    trace_begin_with(&trace, 10, 20);
    for (unsigned i = 0; i < 200; i++) {
        trace_add(&trace, -1);
        trace_pass(&trace, SECONDS(4 + i % 6));
        trace_add(&trace, 1);
        trace_pass(&trace, SECONDS(1 + i % 30));
    }
    trace_settle(&trace, 1, 20);
}

static void nineteen_and_twenty_in_turn_are_all_told(void **state)
{
    struct trace trace;
    (void)state;

    trace_begin_with(&trace, 10, 20);
    for (size_t i = 1; i <= 50; i++) {
        trace_add(&trace, i % 2 == 1 ? -1 : 1);
        trace_settle(&trace, 1 + i, i % 2 == 1 ? 19 : 20);
    }
}

static void a_leaning_hand_is_no_report(void **state)
{
    static const struct {
        double hand_mg, tremble_mg;
    } rows[] = { { 3000000, 40000 }, { 400000, 5000 }, { 20000, 2000 }, { -30000, 3000 } };
    (void)state;

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct trace trace;

        trace_begin_with(&trace, 10, 20);
        trace.hand_mg = rows[i].hand_mg;
        trace.tremble_mg = rows[i].tremble_mg;
        trace_pass(&trace, MINUTES(20));
        trace.hand_mg = 0;
        trace_settle(&trace, 1, 20);
    }
}

// Within three seconds it moves by less than a quarter of a unit, all the way down.
static void a_hand_that_lets_go_slowly_is_no_report(void **state)
{
    struct trace trace;
    (void)state;

    trace_begin_with(&trace, 10, 20);
    trace.hand_mg = 80000;
    for (int second = 0; second < 160; second++) {
        trace_pass(&trace, SECONDS(1));
        trace.hand_mg -= 500;
    }
    trace.hand_mg = 0;
    trace_settle(&trace, 1, 20);
}

static void a_wild_sample_changes_nothing(void **state)
{
    struct trace trace;
    (void)state;

    trace_begin_with(&trace, 10, 20);
    trace_add(&trace, -1);
    for (int i = 0; i < 7; i++) {
        trace_pass(&trace, SECONDS(2));
        weigh_take(&trace.weigh, i % 2 == 0 ? INT32_MAX : INT32_MIN, trace.now_ms);
    }
    assert_int_equal(trace.report_count, 2);
    trace_assert_report(&trace, 1, WEIGH_STABLE, 19);
}

static void less_than_nothing_is_nothing(void **state)
{
    struct trace trace;
    (void)state;

    trace_begin(&trace, 10);
    trace.settings.bin_mg = 0;
    trace_restart(&trace, &nothing);
    trace_add(&trace, -5); // the tare was taken with something in it
    trace_settle(&trace, 1, 0);
    trace_add(&trace, 8);
    trace_settle(&trace, 2, 8);
    trace_add(&trace, -10);
    trace_settle(&trace, 3, 0);
    trace_add(&trace, 1);
    trace_settle(&trace, 4, 1);
}

static void it_says_when_it_stands_still_and_how_noisy_it_is(void **state)
{
    static const double noises_mg[] = { 20, 100, 500 };
    (void)state;

    for (size_t i = 0; i < sizeof noises_mg / sizeof noises_mg[0]; i++) {
        struct trace trace;
        int32_t mean_mg;
        int32_t noise_mg;
        double sum_mg = 0;
        int count = 0;

        trace_begin(&trace, 10);
        trace.noise_mg = noises_mg[i];
        trace.drift_mg_per_s = 5; // no noise
        trace_add(&trace, 20);
        trace_pass(&trace, SECONDS(2));
        assert_false(weigh_is_still(&trace.weigh, &mean_mg, &noise_mg));
        trace_pass(&trace, SECONDS(3));
        for (; count < 100; count++) {
            trace_pass(&trace, SECONDS(3));
            assert_true(weigh_is_still(&trace.weigh, &mean_mg, &noise_mg));
            assert_true(mean_mg > trace.load_mg + trace.drift_mg - 3 * noises_mg[i]);
            assert_true(mean_mg < trace.load_mg + trace.drift_mg + 3 * noises_mg[i]);
            sum_mg += noise_mg;
        }
        // A fifth of a second is the mean of two samples.
        assert_true(sum_mg / count > 0.63 * noises_mg[i]);
        assert_true(sum_mg / count < 0.78 * noises_mg[i]);
        trace_add(&trace, -1);
        trace_pass(&trace, SECONDS(1));
        assert_false(weigh_is_still(&trace.weigh, &mean_mg, &noise_mg));
        assert_int_equal(weigh_now(&trace.weigh), WEIGH_UNKNOWN);
    }
}

static void a_wild_sample_is_no_noise(void **state)
{
    struct trace trace;
    int32_t mean_mg;
    int32_t noise_mg;
    (void)state;

    trace_begin(&trace, 10);
    trace_add(&trace, 20);
    trace_pass(&trace, SECONDS(5));
    weigh_take(&trace.weigh, 1000000, trace.now_ms);
    trace_pass(&trace, SECONDS(1));
    assert_true(weigh_is_still(&trace.weigh, &mean_mg, &noise_mg));
    assert_in_range(noise_mg, 10, 100);
}

static void a_clock_that_wraps_changes_nothing(void **state)
{
    (void)state;

    for (uint32_t before_ms = 0; before_ms < 40000; before_ms += 3700) {
        struct trace trace;

        trace_begin(&trace, 10);
        trace.now_ms = UINT32_MAX - before_ms;
        trace_add(&trace, 20);
        trace_settle(&trace, 1, 20);
        trace_add(&trace, -1);
        trace_settle(&trace, 2, 19);
    }
}

// For the sanitizers: no input is beyond it.
static void no_input_overflows(void **state)
{
    static const int32_t values[] = { INT32_MIN, INT32_MIN + 1, -1,       0, 1,
                                      GLOVES_MG, INT32_MAX / 2, INT32_MAX };
    enum { VALUES = sizeof values / sizeof values[0] };
    (void)state;

    for (size_t i = 0; i < 400; i++) {
        struct trace trace;
        int32_t drawn[8];

        trace_begin(&trace, 10);
        trace.random += (uint32_t)i;
        for (size_t k = 0; k < 8; k++)
            drawn[k] = values[trace_random(&trace, VALUES)];
        trace.settings =
            (struct weigh_settings){ drawn[0], drawn[1], drawn[2], drawn[3], drawn[4] };
        trace_restart(&trace, &(struct weigh_memory){ WEIGH_STABLE, drawn[5], drawn[6], drawn[7] });
        for (int k = 0; k < 6; k++) {
            const int32_t weight_mg = values[trace_random(&trace, VALUES)];

            for (int sample = 0; sample < 200; sample++) {
                int32_t ignored;

                trace.now_ms += 100;
                weigh_take(&trace.weigh, sample % 90 == 0 ? INT32_MIN : weight_mg, trace.now_ms);
                (void)weigh_is_still(&trace.weigh, &ignored, &ignored);
            }
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_weight_counts_when_it_has_been_stable_for_ten_seconds),
        cmocka_unit_test(an_empty_bin_is_told_as_well),
        cmocka_unit_test(what_is_taken_or_added_at_once_is_one_report),
        cmocka_unit_test(what_is_taken_within_the_window_is_one_report),
        cmocka_unit_test(what_is_put_back_before_it_counts_is_no_report),
        cmocka_unit_test(nineteen_and_twenty_in_turn_are_all_told),
        cmocka_unit_test(a_leaning_hand_is_no_report),
        cmocka_unit_test(a_hand_that_lets_go_slowly_is_no_report),
        cmocka_unit_test(a_wild_sample_changes_nothing),
        cmocka_unit_test(less_than_nothing_is_nothing),
        cmocka_unit_test(it_says_when_it_stands_still_and_how_noisy_it_is),
        cmocka_unit_test(a_wild_sample_is_no_noise),
        cmocka_unit_test(a_clock_that_wraps_changes_nothing),
        cmocka_unit_test(no_input_overflows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
