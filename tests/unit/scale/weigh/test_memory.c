// What the owner keeps: over restarts, and until news are told.
#include "trace.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void a_restart_goes_on_without_a_report(void **state)
{
    struct trace trace;
    struct weigh_memory memory;
    (void)state;

    trace_begin(&trace, 10);
    trace.load_mg = 20.4 * GLOVES_MG; // the pieces vary
    trace_settle(&trace, 1, 20);
    trace.drift_mg_per_s = 3.0 * GLOVES_MG / 7200;
    trace_pass(&trace, HOURS(2));
    weigh_memorise(&trace.weigh, &memory);
    assert_in_range(memory.drift_mg, 2.9 * GLOVES_MG, 3.1 * GLOVES_MG);
    for (int i = 0; i < 5; i++) {
        weigh_memorise(&trace.weigh, &memory);
        trace_pass_without_samples(&trace, MINUTES(5));
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

        trace_begin_with(&trace, 10, 20);
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

    trace_begin_with(&trace, 10, 20);
    trace.is_deaf = true;
    trace_add(&trace, -3);
    trace_pass(&trace, SECONDS(30));
    weigh_memorise(&trace.weigh, &memory);
    assert_int_equal(memory.quantity, 20);
    trace.is_deaf = false;
    trace_restart(&trace, &memory);
    trace_settle(&trace, 2, 17);
}

static void a_state_that_was_not_told_before_a_restart_is_told_after_it(void **state)
{
    struct trace trace;
    struct weigh_memory memory;
    (void)state;

    trace_begin_with(&trace, 10, 20);
    trace.is_deaf = true;
    trace_lift(&trace, 20);
    trace_pass(&trace, SECONDS(30));
    weigh_memorise(&trace.weigh, &memory);
    trace.is_deaf = false;
    trace_restart(&trace, &memory);
    trace_settle(&trace, 2, 20);
    trace_assert_report(&trace, 1, WEIGH_LIFTED, 20);
}

static void drift_while_it_was_off_is_drift(void **state)
{
    struct trace trace;
    struct weigh_memory memory;
    (void)state;

    trace_begin_with(&trace, 10, 20);
    for (int i = 0; i < 12; i++) {
        weigh_memorise(&trace.weigh, &memory);
        trace.drift_mg += 0.2 * GLOVES_MG;
        trace_restart(&trace, &memory);
        trace_settle(&trace, 1, 20);
    }
    weigh_memorise(&trace.weigh, &memory);
    assert_true(memory.excess_mg > -0.05 * GLOVES_MG && memory.excess_mg < 0.05 * GLOVES_MG);
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

    trace_begin_with(&trace, 10, 20);
    trace_lift(&trace, 20);
    trace_settle(&trace, 2, 20);
    weigh_memorise(&trace.weigh, &memory);
    trace_restart(&trace, &memory);
    trace_settle(&trace, 2, 20); // still lifted
    trace_put_back(&trace, 20);
    trace_settle(&trace, 3, 20);
    trace_assert_report(&trace, 2, WEIGH_STABLE, 20);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_restart_goes_on_without_a_report),
        cmocka_unit_test(what_was_taken_while_it_was_off_is_one_report),
        cmocka_unit_test(what_was_not_told_before_a_restart_is_told_after_it),
        cmocka_unit_test(a_state_that_was_not_told_before_a_restart_is_told_after_it),
        cmocka_unit_test(drift_while_it_was_off_is_drift),
        cmocka_unit_test(news_are_offered_until_they_are_told),
        cmocka_unit_test(a_restart_in_another_state_tells_the_new_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
