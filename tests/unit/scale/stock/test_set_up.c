// A scale is set up from the front desk: each step goes down to the pins, and what was measured comes back in the config.
#include "room.h"

static void begin(struct room *room, int32_t unit_mg, int32_t variation_permyriad)
{
    room_add_scale(room, &(struct rig_options){ .unit_mg = unit_mg,
                                                .variation_permyriad = variation_permyriad });
    room_add_item(room, &room_bin, 1);
    room_pass(room, SECONDS(5));
}

static void a_scale_that_was_set_up_at_the_desk_counts_what_lies_on_it(void **state)
{
    struct room *room = *state;

    begin(room, 8000, 100);
    room_set_up(room, room_bin, 33);
    assert_in_range(room_channel_number(room, room_bin, "settings", "span_counts"), 419000, 421000);
    assert_in_range(room_channel_number(room, room_bin, "settings", "unit_mg"), 7900, 8100);
    assert_in_range(room_channel_number(room, room_bin, "last", "accuracy_permille"), 990, 1000);
    room_assert_stock(room, 33, "ok");
    assert_string_equal(board_panel(room->scales[0].board), "Some gloves 33 at clinic");

    room_do(room, room_bin, SHELF_TAKE, 3);
    room_pass(room, SECONDS(20));
    room_do(room, room_bin, SHELF_ADD, 12);
    room_pass(room, SECONDS(20));
    room_assert_stock(room, 42, "ok");
    assert_int_equal(room_events(room, CLINIC_EQUIPMENT_LOW_STOCK), 0);
}

static void tare_and_calibrate(struct room *room)
{
    char outcome[ROOM_OUTCOME_BYTES];

    room_step(room, room_bin, "tare", "", outcome);
    assert_string_equal(outcome, "done");
    room_do(room, room_bin, SHELF_MASS, 1000);
    room_pass(room, SECONDS(5));
    room_step(room, room_bin, "calibrate", ",\"mass_mg\":1000000", outcome);
    assert_string_equal(outcome, "done");
    room_do(room, room_bin, SHELF_MASS, 0);
    room_pass(room, SECONDS(5));
}

static void set_boxes(struct room *room, int units)
{
    const int version = (int)room_channel_number(room, room_bin, NULL, "version");

    assert_accepted(room->gateway, CLINIC_REQUEST_EQUIPMENT_SCALE,
                    "{\"node\":\"scale-1\",\"channel\":1,\"expected_version\":%d,"
                    "\"units_per_box\":%d}",
                    version, units);
    room_pass(room, SECONDS(30));
}

// Swabs of 0.3 g that vary by 5 %: of 500 nobody knows within four how many there are, but a box of 50 is 15 g.
static void units_that_are_too_light_are_inexact_and_boxes_are_proposed(void **state)
{
    struct room *room = *state;
    char outcome[ROOM_OUTCOME_BYTES];

    begin(room, 300, 500);
    room_add_channel(room, room_bin, 500, 500);
    tare_and_calibrate(room);
    room_do(room, room_bin, SHELF_ADD, 200);
    room_pass(room, SECONDS(5));
    room_step(room, room_bin, "sample", ",\"count\":200", outcome);
    assert_string_equal(outcome, "inexact");
    assert_in_range(room_channel_number(room, room_bin, "last", "accuracy_permille"), 0, 989);
    assert_in_range(room_channel_number(room, room_bin, "settings", "box_at_least"), 2, 20);
    room_pass(room, MINUTES(2));
    assert_false(room_is_set_up(room, room_bin));
    assert_int_equal(rig_count(&room->scales[0], CLINIC_REQUEST_EQUIPMENT_MEASURE), 0);

    set_boxes(room, 50);
    assert_true(room_is_set_up(room, room_bin));
    room_assert_stock(room, 200, "ok");
    room_do(room, room_bin, SHELF_TAKE, 50);
    room_pass(room, SECONDS(30));
    room_assert_stock(room, 150, "ok");
}

static void a_step_while_the_weight_moves_is_answered_with_moving(void **state)
{
    struct room *room = *state;
    char outcome[ROOM_OUTCOME_BYTES];

    begin(room, 8000, 100);
    room_add_channel(room, room_bin, 100, 60);
    const struct shelf_action walk = { .verb = SHELF_STEPS_BY,
                                       .amount = 20,
                                       .for_us = 30 * SECONDS(1000) };
    assert_true(shelf_do(board_shelf(room->scales[0].board), &walk, room->now_ms * 1000));
    const int64_t asked_at_ms = room->now_ms;
    room_step(room, room_bin, "tare", "", outcome);
    assert_string_equal(outcome, "moving");
    assert_in_range(room->now_ms - asked_at_ms, SECONDS(10), SECONDS(18));
    assert_int_equal(room_channel_number(room, room_bin, "settings", "tare_counts"), INT64_MIN);

    room_pass(room, SECONDS(30));
    room_step(room, room_bin, "tare", "", outcome);
    assert_string_equal(outcome, "done");
    assert_in_range(room_channel_number(room, room_bin, "settings", "tare_counts"),
                    RIG_TARE_COUNTS - 1000, RIG_TARE_COUNTS + 1000);
}

// Nobody answers; the desk is told after two minutes, and what was measured for another time is worth nothing.
static void a_scale_that_is_switched_off_answers_no_step(void **state)
{
    struct room *room = *state;
    char outcome[ROOM_OUTCOME_BYTES];

    begin(room, 8000, 100);
    room_add_channel(room, room_bin, 100, 60);
    board_cut_power(room->scales[0].board);
    room_step(room, room_bin, "tare", "", outcome);
    assert_string_equal(outcome, "expired");
    board_give_power(room->scales[0].board);
    room_pass(room, MINUTES(2));
    assert_int_equal(room_channel_number(room, room_bin, "settings", "tare_counts"), INT64_MIN);
    room_step(room, room_bin, "tare", "", outcome);
    assert_string_equal(outcome, "done");
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, room_open, room_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_scale_that_was_set_up_at_the_desk_counts_what_lies_on_it),
        TEST(units_that_are_too_light_are_inexact_and_boxes_are_proposed),
        TEST(a_step_while_the_weight_moves_is_answered_with_moving),
        TEST(a_scale_that_is_switched_off_answers_no_step),
    };
    return cmocka_run_group_tests_name("set_up", tests, NULL, NULL);
}
