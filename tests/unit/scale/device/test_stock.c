// What people and rooms do to a shelf, from the pins to what the gateway is told.
#include "rig.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static struct rig rig;

static void begin(const struct rig_options *options)
{
    const struct rig_channel channels[] = { rig_common(1, "Gloves M"), rig_common(2, "Masks") };
    rig_open(&rig, options);
    rig_configure(&rig, 1, channels, options->cells == 2 ? 2 : 1);
    rig_run_s(&rig, 30);
    assert_int_equal(scale_bin(&rig.scale, 0).quantity, 20);
}

static int begin_usual(void **state)
{
    (void)state;
    begin(&(struct rig_options){ .seed = 21, .units = 20, .variation_permyriad = 100 });
    return 0;
}

static int end(void **state)
{
    (void)state;
    assert_int_equal(board_counters(rig.board)->watchdog_resets, 0);
    rig_close(&rig);
    return 0;
}

static void assert_told(unsigned channel, const struct rig_taken *expected, size_t count)
{
    struct rig_taken told[64];
    assert_int_equal(rig_measures(&rig, channel, told, 64), count);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(told[i].state, expected[i].state);
        assert_int_equal(told[i].quantity, expected[i].quantity);
    }
}

static void hold(enum shelf_verb verb, int32_t amount, int64_t for_s)
{
    const struct shelf_action action = {
        .verb = verb, .bin = 0, .amount = amount, .for_us = for_s * 1000000
    };
    assert_true(shelf_do(board_shelf(rig.board), &action, board_now_us(rig.board)));
    rig_run_s(&rig, for_s);
}

// Behaviour 21: a lifted bin, a leaning hand, an unplugged scale change no count.

static void a_lifted_bin_is_not_an_empty_one(void **state)
{
    static const struct rig_taken expected[] = { { 1, WEIGH_STABLE, 20 },
                                                 { 1, WEIGH_LIFTED, 0 },
                                                 { 1, WEIGH_STABLE, 20 } };
    (void)state;
    rig_do(&rig, SHELF_LIFT, 0, 0);
    rig_run_s(&rig, 400);
    assert_string_equal(board_panel(rig.board), "Gloves M lifted at clinic");
    rig_do(&rig, SHELF_RETURN, 0, 0);
    rig_run_s(&rig, 30);
    assert_told(1, expected, 3);
}

static void a_leaning_hand_takes_nothing(void **state)
{
    static const struct rig_taken expected[] = { { 1, WEIGH_STABLE, 20 } };
    (void)state;
    hold(SHELF_LEAN, 800, 120);
    rig_run_s(&rig, 30);
    hold(SHELF_STEPS_BY, 5, 60);
    rig_run_s(&rig, 30);
    assert_told(1, expected, 1);
}

static void what_is_taken_under_a_leaning_hand_is_seen_when_it_is_gone(void **state)
{
    static const struct rig_taken expected[] = { { 1, WEIGH_STABLE, 20 }, { 1, WEIGH_STABLE, 17 } };
    (void)state;
    hold(SHELF_LEAN, 800, 10);
    rig_do(&rig, SHELF_TAKE, 0, 3);
    hold(SHELF_LEAN, 500, 30);
    rig_run_s(&rig, 30);
    assert_told(1, expected, 2);
}

static void a_cable_that_is_pulled_is_a_fault_and_no_change(void **state)
{
    static const struct rig_taken expected[] = {
        { 1, WEIGH_STABLE, 20 },  { 1, WEIGH_FAULT, 0 },   { 1, WEIGH_STABLE, 20 },
        { 1, WEIGH_OVERLOAD, 0 }, { 1, WEIGH_STABLE, 20 },
    };
    (void)state;
    board_amplifier(rig.board, 0)->fault = AMPLIFIER_UNPLUGGED;
    rig_run_s(&rig, 60);
    board_amplifier(rig.board, 0)->fault = AMPLIFIER_WELL;
    rig_run_s(&rig, 60);
    board_amplifier(rig.board, 0)->fault = AMPLIFIER_BRIDGE_CUT;
    rig_run_s(&rig, 60);
    board_amplifier(rig.board, 0)->fault = AMPLIFIER_WELL;
    rig_run_s(&rig, 60);
    assert_told(1, expected, 5);
}

static void a_scale_without_power_says_nothing_and_counts_on(void **state)
{
    static const struct rig_taken expected[] = { { 1, WEIGH_STABLE, 20 }, { 1, WEIGH_STABLE, 18 } };
    (void)state;
    board_cut_power(rig.board);
    rig_do(&rig, SHELF_TAKE, 0, 2);
    rig_run_s(&rig, 1800);
    board_give_power(rig.board);
    rig_run_s(&rig, 40);
    assert_told(1, expected, 2);
}

// Behaviour 22: a restart repeats nothing.

static void a_restart_repeats_nothing(void **state)
{
    static const struct rig_taken expected[] = { { 1, WEIGH_STABLE, 20 }, { 1, WEIGH_STABLE, 12 } };
    (void)state;
    rig_do(&rig, SHELF_TAKE, 0, 8);
    rig_run_s(&rig, 30);
    for (int i = 0; i < 5; i++) {
        const size_t before = rig_count(&rig, CLINIC_REQUEST_EQUIPMENT_MEASURE);
        rig_cut_power(&rig, 3);
        rig_run_s(&rig, 40);
        assert_int_equal(rig_count(&rig, CLINIC_REQUEST_EQUIPMENT_MEASURE), before);
        assert_string_equal(board_panel(rig.board), "Gloves M 12 at clinic");
    }
    assert_told(1, expected, 2);
}

// Behaviour 23: seven units of drift, as in a fortnight of half a unit a day, in six hours with losses of power.

static void drift_changes_no_count_and_one_removal_is_still_seen(void **state)
{
    static const struct rig_taken expected[] = { { 1, WEIGH_STABLE, 20 }, { 1, WEIGH_STABLE, 19 } };
    (void)state;
    begin(&(struct rig_options){ .seed = 23,
                                 .units = 20,
                                 .drift_mg_per_day = 28 * RIG_UNIT_MG,
                                 .variation_permyriad = 100 });
    for (int i = 0; i < 12; i++) {
        rig_run_s(&rig, 1795);
        rig_cut_power(&rig, 5);
    }
    assert_told(1, expected, 1);
    assert_true(rig.scale.bins[0].kept.drift_mg > 6 * RIG_UNIT_MG);
    rig_do(&rig, SHELF_TAKE, 0, 1);
    rig_run_s(&rig, 30);
    assert_told(1, expected, 2);
}

// The new tare is of the cell as it has become, so what was absorbed until then must be forgotten with the old one.
static void a_new_tare_forgets_the_drift_also_where_the_power_fails(void **state)
{
    struct rig_channel channel = rig_common(1, "Gloves M");
    (void)state;
    begin(&(struct rig_options){ .seed = 25, .units = 20, .drift_mg_per_day = 28 * RIG_UNIT_MG });
    rig_run_s(&rig, 7200);
    const int32_t drift_mg = rig.scale.bins[0].kept.drift_mg;
    assert_in_range(drift_mg, RIG_UNIT_MG * 3 / 2, RIG_UNIT_MG * 3);
    channel.tare_counts += drift_mg / 100 * 42;
    rig_configure(&rig, 2, &channel, 1);
    rig_run_s(&rig, 2);
    rig_cut_power(&rig, 1);
    rig_run_s(&rig, 30);
    assert_int_equal(scale_bin(&rig.scale, 0).quantity, 20);
}

static void little_is_written_while_nothing_happens(void **state)
{
    (void)state;
    rig_run_s(&rig, 600);
    const uint64_t operations = rig.flash.operations;
    rig_run_s(&rig, 4 * 3600);
    assert_in_range(rig.flash.operations - operations, 1, 4 * 16); // the time, hourly
}

// Two bins are two counts, which the gateway adds up (24).

static void two_bins_are_counted_apart(void **state)
{
    static const struct rig_taken first[] = { { 1, WEIGH_STABLE, 20 }, { 1, WEIGH_STABLE, 25 } };
    static const struct rig_taken second[] = { { 2, WEIGH_STABLE, 20 },
                                               { 2, WEIGH_STABLE, 13 },
                                               { 2, WEIGH_STABLE, 0 } };
    (void)state;
    begin(&(struct rig_options){ .seed = 24, .cells = 2, .units = 20 });
    rig_do(&rig, SHELF_ADD, 0, 5);
    rig_do(&rig, SHELF_TAKE, 1, 7);
    rig_run_s(&rig, 30);
    rig_do(&rig, SHELF_TAKE, 1, 13);
    rig_run_s(&rig, 30);
    assert_told(1, first, 2);
    assert_told(2, second, 3);
    assert_string_equal(board_panel(rig.board), "Gloves M 25 at clinic");
    rig_press(&rig);
    assert_string_equal(board_panel(rig.board), "Masks 0 at clinic");
    rig_press(&rig);
    assert_string_equal(board_panel(rig.board), "Gloves M 25 at clinic");
}

int main(void)
{
#define USUAL(test) cmocka_unit_test_setup_teardown(test, begin_usual, end)
    const struct CMUnitTest tests[] = {
        USUAL(a_lifted_bin_is_not_an_empty_one),
        USUAL(a_leaning_hand_takes_nothing),
        USUAL(what_is_taken_under_a_leaning_hand_is_seen_when_it_is_gone),
        USUAL(a_cable_that_is_pulled_is_a_fault_and_no_change),
        USUAL(a_scale_without_power_says_nothing_and_counts_on),
        USUAL(a_restart_repeats_nothing),
        cmocka_unit_test_teardown(drift_changes_no_count_and_one_removal_is_still_seen, end),
        cmocka_unit_test_teardown(a_new_tare_forgets_the_drift_also_where_the_power_fails, end),
        USUAL(little_is_written_while_nothing_happens),
        cmocka_unit_test_teardown(two_bins_are_counted_apart, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
