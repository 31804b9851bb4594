// Two bins add up: an item is low by the sum of its bins, whichever scale they stand on.
#include "room.h"

// Neither bin alone would be enough.
static void live_through(struct room *room, const struct place places[2])
{
    room_add_item(room, places, 2);
    room_set_up(room, places[0], 12);
    room_set_up(room, places[1], 10);
    room_pass(room, MINUTES(2));
    room_assert_stock(room, 22, "ok");

    room_do(room, places[0], SHELF_TAKE, 2);
    room_pass(room, MINUTES(2));
    room_assert_stock(room, 20, "ok");
    assert_int_equal(room_events(room, CLINIC_EQUIPMENT_LOW_STOCK), 0);

    room_do(room, places[1], SHELF_TAKE, 1);
    room_pass(room, MINUTES(2));
    room_assert_stock(room, 19, "low");
    assert_int_equal(room_events(room, CLINIC_EQUIPMENT_LOW_STOCK), 1);

    // From one bin to the other, and one bin empty: the sum is the same.
    room_do(room, places[1], SHELF_TAKE, 9);
    room_do(room, places[0], SHELF_ADD, 9);
    room_pass(room, MINUTES(2));
    room_assert_stock(room, 19, "low");
    assert_int_equal(room_events(room, CLINIC_EQUIPMENT_LOW_STOCK), 1);
    assert_int_equal(scale_bin(&room_scale(room, places[0])->scale, places[0].bin).quantity, 19);
    assert_int_equal(scale_bin(&room_scale(room, places[1])->scale, places[1].bin).quantity, 0);

    room_do(room, places[1], SHELF_ADD, 3);
    room_pass(room, MINUTES(2));
    room_assert_stock(room, 22, "ok");
    room_do(room, places[0], SHELF_TAKE, 3);
    room_pass(room, MINUTES(2));
    room_assert_stock(room, 19, "low");
    assert_int_equal(room_events(room, CLINIC_EQUIPMENT_LOW_STOCK), 2);
}

static void two_bins_on_one_scale_add_up(void **state)
{
    struct room *room = *state;

    room_add_scale(room, &(struct rig_options){ .cells = 2, .variation_permyriad = 100 });
    live_through(room, (const struct place[2]){ { 0, 0 }, { 0, 1 } });
}

static void two_bins_on_two_scales_add_up(void **state)
{
    struct room *room = *state;

    for (int i = 0; i < 2; i++)
        room_add_scale(room, &(struct rig_options){ .variation_permyriad = 100 });
    live_through(room, (const struct place[2]){ { 0, 0 }, { 1, 0 } });
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, room_open, room_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(two_bins_on_one_scale_add_up),
        TEST(two_bins_on_two_scales_add_up),
    };
    return cmocka_run_group_tests_name("bins", tests, NULL, NULL);
}
