// What differences round away: boxes that are opened, pieces that weigh less than they should.
#include "trace.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static const struct weigh_memory nothing;

// An empty bin of boxes with fifty pieces of a gram.
static void begin_boxes(struct trace *trace)
{
    trace_begin(trace, 10);
    trace->settings.unit_mg = 1000;
    trace->settings.units_per_box = 50;
    trace_restart(trace, &nothing);
}

static void only_whole_boxes_are_counted(void **state)
{
    struct trace trace;
    (void)state;

    begin_boxes(&trace);
    trace.noise_mg = 400;
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

    begin_boxes(&trace);
    trace.noise_mg = 400;
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

static void a_box_that_is_filled_bit_by_bit_counts(void **state)
{
    struct trace trace;
    (void)state;

    begin_boxes(&trace);
    trace_settle(&trace, 1, 0);
    for (int i = 0; i < 5; i++) {
        trace_add(&trace, 10);
        trace_pass(&trace, MINUTES(2));
    }
    trace_settle(&trace, 2, 50);
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_whole_boxes_are_counted),
        cmocka_unit_test(boxes_that_are_emptied_piece_by_piece_are_counted_down),
        cmocka_unit_test(a_box_that_is_filled_bit_by_bit_counts),
        cmocka_unit_test(an_inexact_unit_weight_does_not_add_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
