// A lifted bin, a leaning hand, an unplugged scale: no low stock, and the count is right when it is over.
#include "room.h"

// Exactly the minimum lies in the bin: one less would be low.
static void begin(struct room *room)
{
    room_furnish(room, &(struct rig_options){ .variation_permyriad = 100 }, 20);
}

static void assert_nothing_came_of_it(struct room *room)
{
    room_pass(room, MINUTES(3));
    room_assert_stock(room, 20, "ok");
    assert_int_equal(room_events(room, CLINIC_EQUIPMENT_LOW_STOCK), 0);

    // It is not blind either.
    room_do(room, room_bin, SHELF_TAKE, 1);
    room_pass(room, MINUTES(2));
    room_assert_stock(room, 19, "low");
    assert_int_equal(room_events(room, CLINIC_EQUIPMENT_LOW_STOCK), 1);
}

static void a_lifted_bin_is_no_low_stock(void **state)
{
    struct room *room = *state;

    begin(room);
    for (int i = 0; i < 3; i++) {
        room_do(room, room_bin, SHELF_LIFT, 0);
        room_pass(room, i * MINUTES(4) + SECONDS(8));
        room_do(room, room_bin, SHELF_RETURN, 0);
        room_pass(room, SECONDS(40));
    }
    assert_nothing_came_of_it(room);
}

static void a_leaning_hand_is_no_low_stock(void **state)
{
    static const int32_t grams[] = { 100, 1000, 4000, 8000 };
    struct room *room = *state;

    begin(room);
    for (size_t i = 0; i < sizeof grams / sizeof grams[0]; i++) {
        room_hold(room, room_bin, SHELF_LEAN, grams[i], MINUTES(3));
        room_hold(room, room_bin, SHELF_STEPS_BY, 30, MINUTES(1));
        room_pass(room, SECONDS(30));
    }
    assert_nothing_came_of_it(room);
}

static void plug(struct room *room, enum amplifier_fault fault)
{
    board_amplifier(room->scales[0].board, 0)->fault = fault;
    room_pass(room, MINUTES(3));
}

static void an_unplugged_load_cell_is_no_low_stock(void **state)
{
    static const enum amplifier_fault faults[] = { AMPLIFIER_UNPLUGGED, AMPLIFIER_DATA_LOW,
                                                   AMPLIFIER_CLOCK_CUT };
    struct room *room = *state;

    begin(room);
    for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++) {
        plug(room, faults[i]);
        room_assert_stock(room, 20, "unknown");
        plug(room, AMPLIFIER_WELL);
        room_assert_stock(room, 20, "ok");
    }
    assert_nothing_came_of_it(room);
}

static void an_unplugged_network_is_no_low_stock(void **state)
{
    struct room *room = *state;

    begin(room);
    board_unplug(room->scales[0].board, true);
    room_pass(room, MINUTES(9)); // it was heard of five minutes before at most
    room_assert_stock(room, 20, "ok");
    room_pass(room, MINUTES(11));
    room_assert_stock(room, 20, "unknown");
    board_unplug(room->scales[0].board, false);
    assert_nothing_came_of_it(room);
}

static void an_unplugged_scale_is_no_low_stock(void **state)
{
    struct room *room = *state;

    begin(room);
    room_cut_power(room, room_bin, MINUTES(20));
    room_assert_stock(room, 20, "unknown");
    assert_nothing_came_of_it(room);
}

// As if a bin was taken to the sink, and the scale unplugged meanwhile.
static void what_is_lifted_while_there_is_no_power_is_no_low_stock(void **state)
{
    struct room *room = *state;

    begin(room);
    room_do(room, room_bin, SHELF_LIFT, 0);
    room_pass(room, SECONDS(15));
    room_cut_power(room, room_bin, MINUTES(1));
    room_pass(room, MINUTES(2));
    room_assert_stock(room, 20, "ok");
    room_do(room, room_bin, SHELF_RETURN, 0);
    assert_nothing_came_of_it(room);
}

static void what_was_taken_unseen_is_low_stock_once_it_is_seen(void **state)
{
    struct room *room = *state;

    begin(room);
    board_unplug(room->scales[0].board, true);
    for (int i = 0; i < 3; i++) {
        room_do(room, room_bin, SHELF_TAKE, 1);
        room_pass(room, MINUTES(6));
    }
    assert_int_equal(room_events(room, CLINIC_EQUIPMENT_LOW_STOCK), 0);
    board_unplug(room->scales[0].board, false);
    room_pass(room, MINUTES(3));
    room_assert_stock(room, 17, "low");
    assert_int_equal(room_events(room, CLINIC_EQUIPMENT_LOW_STOCK), 1);
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, room_open, room_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_lifted_bin_is_no_low_stock),
        TEST(a_leaning_hand_is_no_low_stock),
        TEST(an_unplugged_load_cell_is_no_low_stock),
        TEST(an_unplugged_network_is_no_low_stock),
        TEST(an_unplugged_scale_is_no_low_stock),
        TEST(what_is_lifted_while_there_is_no_power_is_no_low_stock),
        TEST(what_was_taken_unseen_is_low_stock_once_it_is_seen),
    };
    return cmocka_run_group_tests_name("shelf", tests, NULL, NULL);
}
