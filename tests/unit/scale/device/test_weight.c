// What the scale says that presses on a cell: to displays and service ports, set up to the end or not.
#include "rig.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

enum { UNITS = 20, NEAR_MG = 1000 };

static struct rig rig;

static int open_rig(void **state)
{
    const struct rig_options options = { .seed = 7, .units = UNITS };
    (void)state;
    rig_open(&rig, &options);
    return 0;
}

static int close_rig(void **state)
{
    (void)state;
    rig_close(&rig);
    return 0;
}

static void configure(int64_t version, bool has_tare, int32_t span_counts)
{
    struct rig_channel channel = rig_common(1, "Gloves M");
    channel.unit_mg = 0; // nothing is counted yet
    channel.has_tare = has_tare;
    channel.span_counts = span_counts;
    rig_configure(&rig, version, &channel, 1);
    rig_run_s(&rig, 3);
}

static void nothing_is_weighed_before_tare_and_calibration(void **state)
{
    int32_t mg = 0;
    (void)state;
    rig_run_s(&rig, 3);
    assert_false(scale_weight(&rig.scale, 0, &mg));
    configure(1, false, 420000);
    assert_false(scale_weight(&rig.scale, 0, &mg));
    configure(2, true, 0);
    assert_false(scale_weight(&rig.scale, 0, &mg));
}

static void what_lies_there_is_weighed_without_a_unit(void **state)
{
    int32_t mg = 0;
    (void)state;
    configure(1, true, 420000);
    assert_true(scale_weight(&rig.scale, 0, &mg));
    assert_in_range(mg, UNITS * RIG_UNIT_MG - NEAR_MG, UNITS * RIG_UNIT_MG + NEAR_MG);
    rig_do(&rig, SHELF_LIFT, 0, 0);
    rig_run_s(&rig, 10);
    assert_true(scale_weight(&rig.scale, 0, &mg));
    assert_in_range(-mg, RIG_BIN_MG - NEAR_MG, RIG_BIN_MG + NEAR_MG);
}

static void a_saturated_cell_weighs_too_much_and_a_silent_one_nothing(void **state)
{
    struct amplifier *amplifier = board_amplifier(rig.board, 0);
    int32_t mg = 0;
    (void)state;
    configure(1, true, 420000);
    amplifier->fault = AMPLIFIER_BRIDGE_CUT;
    rig_run_s(&rig, 3);
    assert_true(scale_weight(&rig.scale, 0, &mg));
    assert_int_equal(mg, INT32_MAX);
    amplifier->fault = AMPLIFIER_UNPLUGGED;
    rig_run_s(&rig, 3);
    assert_false(scale_weight(&rig.scale, 0, &mg));
}

int main(void)
{
#define weight_test(function) cmocka_unit_test_setup_teardown(function, open_rig, close_rig)
    const struct CMUnitTest tests[] = {
        weight_test(nothing_is_weighed_before_tare_and_calibration),
        weight_test(what_lies_there_is_weighed_without_a_unit),
        weight_test(a_saturated_cell_weighs_too_much_and_a_silent_one_nothing),
    };
    return cmocka_run_group_tests_name("weight", tests, NULL, NULL);
}
