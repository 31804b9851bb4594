// A day of somebody who takes one and puts it back.
#include "room.h"

static void pass_minutes(struct room *room, int least, int most)
{
    room_pass(room, chance_between(&room->chance, MINUTES(least), MINUTES(most)));
}

static void nineteen_and_twenty_around_minimum_twenty_for_a_day_are_one_event(void **state)
{
    struct room *room = *state;
    int falls = 0;

    room_furnish(room, &(struct rig_options){ .variation_permyriad = 200 }, 20);
    room->slice_ms = SECONDS(5);
    const int64_t changes = room_events(room, CLINIC_EQUIPMENT_STOCK_CHANGED);
    for (const int64_t end_ms = room->now_ms + HOURS(24); room->now_ms < end_ms; falls++) {
        room_do(room, room_bin, SHELF_TAKE, 1);
        pass_minutes(room, 2, 5);
        room_do(room, room_bin, SHELF_ADD, 1);
        pass_minutes(room, 2, 5);
    }
    assert_true(falls > 150);
    // Each fall and each rise was seen; and that it became low.
    assert_in_range(room_events(room, CLINIC_EQUIPMENT_STOCK_CHANGED) - changes, 2 * falls,
                    2 * falls + 2);
    assert_int_equal(room_events(room, CLINIC_EQUIPMENT_LOW_STOCK), 1);

    room_do(room, room_bin, SHELF_ADD, 10);
    room_pass(room, MINUTES(2));
    room_assert_stock(room, 30, "ok");
    room_do(room, room_bin, SHELF_TAKE, 11);
    room_pass(room, MINUTES(2));
    room_assert_stock(room, 19, "low");
    assert_int_equal(room_events(room, CLINIC_EQUIPMENT_LOW_STOCK), 2);
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, room_open, room_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(nineteen_and_twenty_around_minimum_twenty_for_a_day_are_one_event),
    };
    return cmocka_run_group_tests_name("day", tests, NULL, NULL);
}
