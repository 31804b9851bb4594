// What becomes of a weight: when it counts, what is told of it, and what is not.
#include "trace.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static const struct weigh_memory nothing;

static void begin_with(struct trace *trace, uint32_t samples_per_s, int units)
{
    trace_begin(trace, samples_per_s);
    trace_add(trace, units);
    trace_settle(trace, 1, units);
}

static void assert_report(const struct trace *trace, size_t i, enum weigh_state state,
                          int32_t quantity)
{
    assert_in_range(i, 0, trace->report_count - 1);
    assert_int_equal(trace->reports[i].state, state);
    assert_int_equal(trace->reports[i].quantity, quantity);
}

static void a_weight_counts_when_it_has_been_stable_for_ten_seconds(void **state)
{
    static const struct {
        uint32_t samples_per_s, not_before_s, at_the_latest_s;
    } rows[] = { { 80, 13, 14 }, { 10, 13, 14 }, { 5, 13, 14 }, { 2, 17, 19 } };
    (void)state;

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct trace trace;

        trace_begin(&trace, rows[i].samples_per_s);
        trace_add(&trace, 20);
        trace_pass(&trace, SECONDS(rows[i].not_before_s));
        assert_int_equal(trace.report_count, 0);
        trace_pass(&trace, SECONDS(rows[i].at_the_latest_s - rows[i].not_before_s));
        assert_int_equal(trace.report_count, 1);
        assert_report(&trace, 0, WEIGH_STABLE, 20);
        trace_pass(&trace, MINUTES(10));
        assert_int_equal(trace.report_count, 1);
    }
}

static void an_empty_bin_is_told_as_well(void **state)
{
    struct trace trace;
    (void)state;

    begin_with(&trace, 10, 0);
    assert_report(&trace, 0, WEIGH_STABLE, 0);
}

static void what_is_taken_or_added_at_once_is_one_report(void **state)
{
    static const int changes[] = { -1, -2, 1, -7, 30, -43 };
    (void)state;

    for (uint32_t per_s = 10; per_s <= 80; per_s += 70) {
        struct trace trace;
        int units = 30;
        size_t reports = 1;

        begin_with(&trace, per_s, units);
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

        begin_with(&trace, 10, 20);
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

    begin_with(&trace, 10, 20);
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

    begin_with(&trace, 10, 20);
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

        begin_with(&trace, 10, 20);
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

    begin_with(&trace, 10, 20);
    trace.hand_mg = 80000;
    for (; trace.hand_mg > 0; trace.hand_mg -= 500)
        trace_pass(&trace, SECONDS(1));
    trace.hand_mg = 0;
    trace_settle(&trace, 1, 20);
}

static void a_wild_sample_changes_nothing(void **state)
{
    struct trace trace;
    (void)state;

    begin_with(&trace, 10, 20);
    trace_add(&trace, -1);
    for (int i = 0; i < 7; i++) {
        trace_pass(&trace, SECONDS(2));
        weigh_take(&trace.weigh, i % 2 == 0 ? INT32_MAX : INT32_MIN, trace.now_ms);
    }
    assert_int_equal(trace.report_count, 2);
    assert_report(&trace, 1, WEIGH_STABLE, 19);
}

static void lift(struct trace *trace, int units)
{
    trace->load_mg -= trace->settings.bin_mg + (double)units * trace->settings.unit_mg;
}

static void put_back(struct trace *trace, int units)
{
    trace->load_mg += trace->settings.bin_mg + (double)units * trace->settings.unit_mg;
}

static void a_lifted_bin_is_not_empty_and_counts_when_it_is_back(void **state)
{
    static const int back[] = { 20, 19, 13, 0, 57 };
    (void)state;

    for (size_t i = 0; i < sizeof back / sizeof back[0]; i++) {
        struct trace trace;

        begin_with(&trace, 10, 20);
        lift(&trace, 20);
        trace_settle(&trace, 2, 20);
        assert_report(&trace, 1, WEIGH_LIFTED, 20);
        trace_pass(&trace, HOURS(1));
        put_back(&trace, back[i]);
        trace_settle(&trace, 3, back[i]);
        assert_report(&trace, 2, WEIGH_STABLE, back[i]);
    }
}

static void a_bin_that_is_lifted_for_a_moment_is_no_report(void **state)
{
    struct trace trace;
    (void)state;

    begin_with(&trace, 10, 20);
    lift(&trace, 20);
    trace_pass(&trace, SECONDS(9));
    put_back(&trace, 20);
    trace_settle(&trace, 1, 20);

    lift(&trace, 20);
    trace_pass(&trace, SECONDS(9));
    put_back(&trace, 18);
    trace_settle(&trace, 2, 18);
    assert_report(&trace, 1, WEIGH_STABLE, 18);
}

static void overload_is_told_and_that_it_is_over(void **state)
{
    struct trace trace;
    (void)state;

    begin_with(&trace, 10, 20);
    trace.hand_mg = 6000000;
    trace.tremble_mg = 50000;
    trace_pass(&trace, SECONDS(9));
    assert_int_equal(trace.report_count, 1);
    trace_settle(&trace, 2, 20);
    assert_report(&trace, 1, WEIGH_OVERLOAD, 20);
    trace.hand_mg = 0;
    trace_settle(&trace, 3, 20);
    assert_report(&trace, 2, WEIGH_STABLE, 20);
}

static void pass_in_trouble(struct trace *trace, uint32_t ms,
                            void (*trouble)(struct weigh *weigh, uint32_t now_ms))
{
    struct weigh_memory news;

    for (uint32_t passed = 0; passed < ms; passed += 50) {
        trace->now_ms += 50;
        trouble(&trace->weigh, trace->now_ms);
        if (weigh_has_news(&trace->weigh, &news)) {
            trace->reports[trace->report_count++] = news;
            weigh_told(&trace->weigh, &news);
        }
    }
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

        begin_with(&trace, 10, 20);
        pass_in_trouble(&trace, 9000, rows[i].trouble);
        assert_int_equal(trace.report_count, 1);
        assert_false(weigh_is_still(&trace.weigh, &mean_mg, &noise_mg));
        assert_int_equal(weigh_now(&trace.weigh), rows[i].state);
        pass_in_trouble(&trace, 2000, rows[i].trouble);
        assert_int_equal(trace.report_count, 2);
        assert_report(&trace, 1, rows[i].state, 20);
        pass_in_trouble(&trace, HOURS(1), rows[i].trouble);
        assert_int_equal(trace.report_count, 2);
        trace_add(&trace, -1);
        trace_settle(&trace, 3, 19);
        assert_report(&trace, 2, WEIGH_STABLE, 19);
    }
}

static void time_without_samples_is_not_stable(void **state)
{
    struct trace trace;
    (void)state;

    begin_with(&trace, 10, 20);
    trace_add(&trace, -1);
    for (int i = 0; i < 20; i++) {
        trace_pass(&trace, SECONDS(12));
        trace_pass_without_samples(&trace, SECONDS(2));
    }
    assert_int_equal(trace.report_count, 1);
    trace_settle(&trace, 2, 19);

    // Nor is a lifted bin of which nothing was heard in between.
    lift(&trace, 19);
    trace_pass(&trace, SECONDS(5));
    trace_pass_without_samples(&trace, HOURS(1));
    trace_pass(&trace, SECONDS(5));
    assert_int_equal(trace.report_count, 2);
}

static void a_restart_goes_on_without_a_report(void **state)
{
    struct trace trace;
    struct weigh_memory memory;
    (void)state;

    trace_begin(&trace, 10);
    trace.load_mg = 20.4 * GLOVES_MG; // the pieces vary
    trace_settle(&trace, 1, 20);
    trace.drift_mg_per_s = 3.0 * GLOVES_MG / 86400;
    trace_pass(&trace, HOURS(24));
    weigh_memorise(&trace.weigh, &memory);
    assert_in_range(memory.drift_mg, 2.9 * GLOVES_MG, 3.1 * GLOVES_MG);
    for (int i = 0; i < 5; i++) {
        weigh_memorise(&trace.weigh, &memory);
        trace_pass_without_samples(&trace, MINUTES(10));
        trace_restart(&trace, &memory);
        trace_settle(&trace, 1, 20);
    }
}

static void what_was_taken_while_it_was_off_is_one_report(void **state)
{
    static const int changes[] = { -1, -20, 1, 5 };
    (void)state;

    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
        struct trace trace;
        struct weigh_memory memory;

        begin_with(&trace, 10, 20);
        weigh_memorise(&trace.weigh, &memory);
        trace_add(&trace, changes[i]);
        trace_restart(&trace, &memory);
        trace_settle(&trace, 2, 20 + changes[i]);
    }
}

static void what_was_not_told_before_a_restart_is_told_after_it(void **state)
{
    struct trace trace;
    struct weigh_memory memory;
    (void)state;

    begin_with(&trace, 10, 20);
    trace.is_deaf = true;
    trace_add(&trace, -3);
    trace_pass(&trace, SECONDS(30));
    weigh_memorise(&trace.weigh, &memory);
    assert_int_equal(memory.quantity, 20);
    trace.is_deaf = false;
    trace_restart(&trace, &memory);
    trace_settle(&trace, 2, 17);
}

static void news_are_offered_until_they_are_told(void **state)
{
    struct trace trace;
    struct weigh_memory news;
    (void)state;

    trace_begin(&trace, 10);
    trace.is_deaf = true;
    trace_add(&trace, 20);
    trace_pass(&trace, SECONDS(20));
    assert_true(weigh_has_news(&trace.weigh, &news));
    assert_true(weigh_has_news(&trace.weigh, &news));
    assert_int_equal(news.quantity, 20);
    weigh_told(&trace.weigh, &news);
    assert_false(weigh_has_news(&trace.weigh, &news));

    // What has changed back meanwhile is none any more.
    trace_add(&trace, -1);
    trace_pass(&trace, SECONDS(20));
    assert_true(weigh_has_news(&trace.weigh, &news));
    trace_add(&trace, 1);
    trace_pass(&trace, SECONDS(20));
    assert_false(weigh_has_news(&trace.weigh, &news));
}

static void a_restart_in_another_state_tells_the_new_one(void **state)
{
    struct trace trace;
    struct weigh_memory memory;
    (void)state;

    begin_with(&trace, 10, 20);
    lift(&trace, 20);
    trace_settle(&trace, 2, 20);
    weigh_memorise(&trace.weigh, &memory);
    trace_restart(&trace, &memory);
    trace_settle(&trace, 2, 20); // still lifted
    put_back(&trace, 20);
    trace_settle(&trace, 3, 20);
    assert_report(&trace, 2, WEIGH_STABLE, 20);
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

static void only_whole_boxes_are_counted(void **state)
{
    struct trace trace;
    (void)state;

    trace_begin(&trace, 10);
    trace.settings.unit_mg = 1000;
    trace.settings.units_per_box = 50;
    trace.noise_mg = 400;
    trace_restart(&trace, &nothing);
    trace_add(&trace, 6 * 50);
    trace_settle(&trace, 1, 300);
    trace_add(&trace, -50);
    trace_settle(&trace, 2, 250);
    trace_add(&trace, -10);
    trace_settle(&trace, 2, 250);
    trace_add(&trace, 110);
    trace_settle(&trace, 3, 350);
}

// A piece of a box is too small to make the weight unstable, and must not be taken for a drift.
static void boxes_that_are_emptied_piece_by_piece_are_counted_down(void **state)
{
    struct trace trace;
    (void)state;

    trace_begin(&trace, 10);
    trace.settings.unit_mg = 1000;
    trace.settings.units_per_box = 50;
    trace.noise_mg = 400;
    trace_restart(&trace, &nothing);
    trace_add(&trace, 4 * 50);
    trace_settle(&trace, 1, 200);
    for (int taken = 1; taken <= 200; taken++) {
        trace_add(&trace, -1);
        trace_pass(&trace, MINUTES(3));
        assert_in_range(trace_quantity(&trace), 200 - taken < 40 ? 0 : 200 - taken - 40,
                        200 - taken + 40);
    }
    trace_settle(&trace, 5, 0);
}

static void change_by(struct trace *trace, double pieces, int *ret_by_differences)
{
    trace->load_mg += 0.99 * GLOVES_MG * pieces;
    *ret_by_differences += (int)lround(0.99 * pieces);
    trace_pass(trace, SECONDS(20));
}

// Each piece weighs a hundredth less than a unit, so that every refill of eighty rounds to 79. Whoever
// trusts nothing but differences has one piece less after each.
static void an_inexact_unit_weight_does_not_add_up(void **state)
{
    struct trace trace;
    int by_differences = 0;
    (void)state;

    trace_begin(&trace, 10);
    change_by(&trace, 10, &by_differences);
    for (int refill = 0; refill < 6; refill++) {
        change_by(&trace, 80, &by_differences);
        assert_in_range(trace_quantity(&trace), 88, 90);
        for (int left = 89; left >= 10; left--) {
            change_by(&trace, -1, &by_differences);
            assert_in_range(trace_quantity(&trace), left - 2, left + 1);
        }
        assert_in_range(trace_quantity(&trace), 9, 11);
    }
    assert_int_equal(by_differences, 10 - 6);
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
    pass_in_trouble(&trace, MINUTES(5), weigh_take_fault);
    assert_int_equal(weigh_now(&trace.weigh), WEIGH_FAULT);
    assert_int_equal(trace.report_count, 0);
}

static void new_settings_count_the_whole_weight_anew(void **state)
{
    struct trace trace;
    struct weigh_memory memory;
    (void)state;

    begin_with(&trace, 10, 20);
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
            assert_true(trace_quantity(&trace) >= 0 || drawn[5] < 0);
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
        cmocka_unit_test(a_lifted_bin_is_not_empty_and_counts_when_it_is_back),
        cmocka_unit_test(a_bin_that_is_lifted_for_a_moment_is_no_report),
        cmocka_unit_test(overload_is_told_and_that_it_is_over),
        cmocka_unit_test(a_saturated_or_silent_cell_is_told_after_ten_seconds),
        cmocka_unit_test(time_without_samples_is_not_stable),
        cmocka_unit_test(a_restart_goes_on_without_a_report),
        cmocka_unit_test(what_was_taken_while_it_was_off_is_one_report),
        cmocka_unit_test(what_was_not_told_before_a_restart_is_told_after_it),
        cmocka_unit_test(news_are_offered_until_they_are_told),
        cmocka_unit_test(a_restart_in_another_state_tells_the_new_one),
        cmocka_unit_test(less_than_nothing_is_nothing),
        cmocka_unit_test(only_whole_boxes_are_counted),
        cmocka_unit_test(boxes_that_are_emptied_piece_by_piece_are_counted_down),
        cmocka_unit_test(an_inexact_unit_weight_does_not_add_up),
        cmocka_unit_test(without_a_unit_weight_nothing_is_told),
        cmocka_unit_test(new_settings_count_the_whole_weight_anew),
        cmocka_unit_test(it_says_when_it_stands_still_and_how_noisy_it_is),
        cmocka_unit_test(a_clock_that_wraps_changes_nothing),
        cmocka_unit_test(no_input_overflows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
