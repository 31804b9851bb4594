// A restart while it is low repeats nothing, whoever restarts.
#include "room.h"

static void restart_scale(struct room *room)
{
    room_cut_power(room, room_bin, SECONDS(5));
}

static void restart_scale_after_long(struct room *room)
{
    room_cut_power(room, room_bin, MINUTES(20));
    room_assert_stock(room, 19, "unknown");
}

static void restart_both(struct room *room)
{
    board_cut_power(room->scales[0].board);
    room_restart_gateway(room);
    room_pass(room, SECONDS(5));
    board_give_power(room->scales[0].board);
}

static void a_restart_while_it_is_low_repeats_nothing(void **state)
{
    static void (*const restarts[])(struct room * room) = {
        restart_scale,
        room_restart_gateway,
        restart_both,
        restart_scale_after_long,
    };
    struct room *room = *state;

    room_furnish(room, &(struct rig_options){ .variation_permyriad = 100 }, 20);
    room_do(room, room_bin, SHELF_TAKE, 1);
    room_pass(room, MINUTES(2));
    for (size_t i = 0; i < sizeof restarts / sizeof restarts[0]; i++) {
        restarts[i](room);
        room_pass(room, MINUTES(3));
        room_assert_stock(room, 19, "low");
        assert_int_equal(room_events(room, CLINIC_EQUIPMENT_LOW_STOCK), 1);
    }

    // What was before is not forgotten: there is enough again, and the next shortage is another one.
    room_do(room, room_bin, SHELF_ADD, 5);
    room_pass(room, MINUTES(2));
    room_assert_stock(room, 24, "ok");
    restart_both(room);
    room_do(room, room_bin, SHELF_TAKE, 5);
    room_pass(room, MINUTES(3));
    room_assert_stock(room, 19, "low");
    assert_int_equal(room_events(room, CLINIC_EQUIPMENT_LOW_STOCK), 2);
}

// Also in the seconds in which the scale has not told it yet, and in the minute that it must hold.
static void a_restart_while_it_becomes_low_neither_loses_nor_doubles_the_event(void **state)
{
    static const int after_s[] = { 2, 8, 12, 14, 16, 20, 45, 75 };
    struct room *room = *state;

    room_furnish(room, &(struct rig_options){ .variation_permyriad = 100 }, 20);
    for (int i = 0; i < (int)(sizeof after_s / sizeof after_s[0]); i++) {
        room_do(room, room_bin, SHELF_TAKE, 1);
        room_pass(room, SECONDS(after_s[i]));
        restart_both(room);
        room_pass(room, MINUTES(2));
        room_assert_stock(room, 19, "low");
        assert_int_equal(room_events(room, CLINIC_EQUIPMENT_LOW_STOCK), i + 1);
        room_do(room, room_bin, SHELF_ADD, 3);
        room_pass(room, MINUTES(2));
        room_assert_stock(room, 22, "ok");
        room_do(room, room_bin, SHELF_TAKE, 2);
        room_pass(room, MINUTES(2));
    }
}

// Nobody decides, and nobody sees a minute go by.
static void stay_away(struct room *room, int64_t for_ms)
{
    room->is_gateway_away = true;
    room_pass(room, for_ms);
    room->is_gateway_away = false;
    room_restart_gateway(room);
}

static void what_becomes_low_while_the_gateway_is_away_is_one_event_on_its_return(void **state)
{
    struct room *room = *state;

    room_furnish(room, &(struct rig_options){ .variation_permyriad = 100 }, 23);
    for (int i = 0; i < 4; i++) {
        room_do(room, room_bin, SHELF_TAKE, 1);
        stay_away(room, MINUTES(15));
    }
    assert_int_equal(room_events(room, CLINIC_EQUIPMENT_LOW_STOCK), 0);
    room_pass(room, MINUTES(3));
    room_assert_stock(room, 19, "low");
    assert_int_equal(room_events(room, CLINIC_EQUIPMENT_LOW_STOCK), 1);
    stay_away(room, HOURS(2));
    room_pass(room, MINUTES(3));
    room_assert_stock(room, 19, "low");
    assert_int_equal(room_events(room, CLINIC_EQUIPMENT_LOW_STOCK), 1);
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, room_open, room_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_restart_while_it_is_low_repeats_nothing),
        TEST(a_restart_while_it_becomes_low_neither_loses_nor_doubles_the_event),
        TEST(what_becomes_low_while_the_gateway_is_away_is_one_event_on_its_return),
    };
    return cmocka_run_group_tests_name("restart", tests, NULL, NULL);
}
