// What is told of a bin that is not simply there: lifted, overloaded, silent, set up anew.
#include "trace.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static const struct weigh_memory nothing;

static void a_lifted_bin_is_not_empty_and_counts_when_it_is_back(void **state)
{
    static const int back[] = { 20, 19, 13, 0, 57 };
    (void)state;

    for (size_t i = 0; i < sizeof back / sizeof back[0]; i++) {
        struct trace trace;

        trace_begin_with(&trace, 10, 20);
        trace_lift(&trace, 20);
        trace_settle(&trace, 2, 20);
        trace_assert_report(&trace, 1, WEIGH_LIFTED, 20);
        trace_pass(&trace, HOURS(1));
        trace_put_back(&trace, back[i]);
        trace_settle(&trace, 3, back[i]);
        trace_assert_report(&trace, 2, WEIGH_STABLE, back[i]);
    }
}

static void a_bin_that_is_lifted_for_a_moment_is_no_report(void **state)
{
    struct trace trace;
    (void)state;

    trace_begin_with(&trace, 10, 20);
    trace_lift(&trace, 20);
    trace_pass(&trace, SECONDS(9));
    trace_put_back(&trace, 20);
    trace_settle(&trace, 1, 20);

    trace_lift(&trace, 20);
    trace_pass(&trace, SECONDS(9));
    trace_put_back(&trace, 18);
    trace_settle(&trace, 2, 18);
    trace_assert_report(&trace, 1, WEIGH_STABLE, 18);
}

static void overload_is_told_and_that_it_is_over(void **state)
{
    struct trace trace;
    (void)state;

    trace_begin_with(&trace, 10, 20);
    trace.hand_mg = 6000000;
    trace.tremble_mg = 50000;
    trace_pass(&trace, SECONDS(9));
    assert_int_equal(trace.report_count, 1);
    trace_settle(&trace, 2, 20);
    trace_assert_report(&trace, 1, WEIGH_OVERLOAD, 20);
    trace.hand_mg = 0;
    trace_settle(&trace, 3, 20);
    trace_assert_report(&trace, 2, WEIGH_STABLE, 20);
}

static void a_saturated_or_silent_cell_is_told_after_ten_seconds(void **state)
{
    static const struct {
        void (*trouble)(struct weigh *weigh, uint32_t now_ms);
        enum weigh_state state;
    } rows[] = { { weigh_take_overload, WEIGH_OVERLOAD }, { weigh_take_fault, WEIGH_FAULT } };
    (void)state;

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct trace trace;
        int32_t mean_mg;
        int32_t noise_mg;

        trace_begin_with(&trace, 10, 20);
        trace_pass_in_trouble(&trace, 9000, rows[i].trouble);
        assert_int_equal(trace.report_count, 1);
        assert_false(weigh_is_still(&trace.weigh, &mean_mg, &noise_mg));
        assert_int_equal(weigh_now(&trace.weigh), rows[i].state);
        trace_pass_in_trouble(&trace, 2000, rows[i].trouble);
        assert_int_equal(trace.report_count, 2);
        trace_assert_report(&trace, 1, rows[i].state, 20);
        trace_pass_in_trouble(&trace, HOURS(1), rows[i].trouble);
        assert_int_equal(trace.report_count, 2);
        trace_add(&trace, -1);
        trace_settle(&trace, 3, 19);
        trace_assert_report(&trace, 2, WEIGH_STABLE, 19);
    }
}

static void time_without_samples_is_not_stable(void **state)
{
    struct trace trace;
    (void)state;

    trace_begin_with(&trace, 10, 20);
    trace_add(&trace, -1);
    for (int i = 0; i < 20; i++) {
        trace_pass(&trace, SECONDS(12));
        trace_pass_without_samples(&trace, SECONDS(2));
    }
    assert_int_equal(trace.report_count, 1);
    trace_settle(&trace, 2, 19);

    // Nor is a lifted bin of which nothing was heard in between.
    trace_lift(&trace, 19);
    trace_pass(&trace, SECONDS(5));
    trace_pass_without_samples(&trace, HOURS(1));
    trace_pass(&trace, SECONDS(5));
    assert_int_equal(trace.report_count, 2);
}

static void without_a_unit_weight_nothing_is_told(void **state)
{
    struct trace trace;
    (void)state;

    trace_begin(&trace, 10);
    trace.settings.unit_mg = 0;
    trace_restart(&trace, &nothing);
    trace.load_mg = 160000;
    trace_pass(&trace, MINUTES(5));
    assert_int_equal(weigh_now(&trace.weigh), WEIGH_STABLE);
    trace.load_mg = -100000;
    trace_pass(&trace, MINUTES(5));
    assert_int_equal(weigh_now(&trace.weigh), WEIGH_LIFTED);
    trace_pass_in_trouble(&trace, MINUTES(5), weigh_take_fault);
    assert_int_equal(weigh_now(&trace.weigh), WEIGH_FAULT);
    assert_int_equal(trace.report_count, 0);
}

static void new_settings_count_the_whole_weight_anew(void **state)
{
    struct trace trace;
    struct weigh_memory memory;
    (void)state;

    trace_begin_with(&trace, 10, 20);
    trace.settings.capacity_mg *= 2;
    weigh_change(&trace.weigh, &trace.settings, false);
    trace_settle(&trace, 1, 20);

    trace.settings.unit_mg /= 2;
    weigh_change(&trace.weigh, &trace.settings, false);
    weigh_memorise(&trace.weigh, &memory);
    assert_int_equal(memory.state, WEIGH_UNKNOWN);
    trace_settle(&trace, 2, 40);

    weigh_change(&trace.weigh, &trace.settings, true);
    trace_settle(&trace, 3, 40);

    trace.settings.units_per_box = 15;
    weigh_change(&trace.weigh, &trace.settings, false);
    trace_settle(&trace, 4, 45);

    // The owner was late with what it had been told before.
    weigh_change(&trace.weigh, &trace.settings, true);
    weigh_told(&trace.weigh, &trace.reports[3]);
    assert_false(weigh_has_news(&trace.weigh, &memory));
    trace_settle(&trace, 4, 45);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_lifted_bin_is_not_empty_and_counts_when_it_is_back),
        cmocka_unit_test(a_bin_that_is_lifted_for_a_moment_is_no_report),
        cmocka_unit_test(overload_is_told_and_that_it_is_over),
        cmocka_unit_test(a_saturated_or_silent_cell_is_told_after_ten_seconds),
        cmocka_unit_test(time_without_samples_is_not_stable),
        cmocka_unit_test(without_a_unit_weight_nothing_is_told),
        cmocka_unit_test(new_settings_count_the_whole_weight_anew),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
