// A fortnight of drift, and then one is taken.
#include "room.h"

static int64_t weight_in_units(const struct room *room)
{
    const struct weigh *weigh = &room->scales[0].scale.bins[0].weigh;
    int32_t mean_mg = 0;
    int32_t noise_mg = 0;

    assert_true(weigh_is_still(weigh, &mean_mg, &noise_mg));
    return (mean_mg + RIG_UNIT_MG / 2) / RIG_UNIT_MG;
}

// The zero of the cell moves by half a unit a day, besides warm afternoons and creep under the load.
static void
drift_of_half_a_unit_a_day_for_a_fortnight_is_no_event_and_one_removal_is_seen(void **state)
{
    struct room *room = *state;

    room_furnish(
        room,
        &(struct rig_options){ .variation_permyriad = 100, .drift_mg_per_day = RIG_UNIT_MG / 2 },
        20);
    const int64_t changes = room_events(room, CLINIC_EQUIPMENT_STOCK_CHANGED);
    room_be_quiet(room);
    room_pass(room, DAYS(14));
    room_be_awake(room);
    room_pass(room, MINUTES(2));
    assert_int_equal(room_events(room, CLINIC_EQUIPMENT_STOCK_CHANGED), changes);
    room_assert_stock(room, 20, "ok");
    assert_in_range(weight_in_units(room), 26, 28); // so much for the naive way

    room_do(room, room_bin, SHELF_TAKE, 1);
    room_pass(room, MINUTES(5));
    room_assert_stock(room, 19, "low");
    assert_int_equal(room_events(room, CLINIC_EQUIPMENT_LOW_STOCK), 1);
    assert_in_range(room_events(room, CLINIC_EQUIPMENT_STOCK_CHANGED) - changes, 1, 2);
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, room_open, room_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(drift_of_half_a_unit_a_day_for_a_fortnight_is_no_event_and_one_removal_is_seen),
    };
    return cmocka_run_group_tests_name("fortnight", tests, NULL, NULL);
}
