// What is confirmed is a run without holes, whatever the order of the acknowledgements.
#include "../../../gateway/couriers/flight.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void nothing_is_confirmed_before_it_lands(void **state)
{
    struct flight flight;

    (void)state;
    flight_reset(&flight, 41);
    flight_add(&flight, 7, 42);
    assert_int_equal(flight.confirmed, 41);
    assert_int_equal(flight.offered, 42);
    assert_true(flight_land(&flight, 7));
    assert_int_equal(flight.confirmed, 42);
}

static void a_hole_holds_back_what_landed_behind_it(void **state)
{
    struct flight flight;

    (void)state;
    flight_reset(&flight, 0);
    for (uint64_t i = 1; i <= 4; i++)
        flight_add(&flight, 100 + i, i);
    assert_true(flight_land(&flight, 103));
    assert_true(flight_land(&flight, 101));
    assert_int_equal(flight.confirmed, 1);
    assert_true(flight_land(&flight, 102));
    assert_int_equal(flight.confirmed, 3);
}

static void a_token_of_somebody_else_is_not_ours(void **state)
{
    struct flight flight;

    (void)state;
    flight_reset(&flight, 0);
    flight_add(&flight, 1, 1);
    assert_false(flight_land(&flight, 2));
    assert_int_equal(flight.confirmed, 0);
}

static void after_a_reset_it_begins_again_behind_what_is_confirmed(void **state)
{
    struct flight flight;

    (void)state;
    flight_reset(&flight, 0);
    flight_add(&flight, 1, 1);
    flight_add(&flight, 2, 2);
    assert_true(flight_land(&flight, 1));
    flight_reset(&flight, flight.confirmed);
    assert_int_equal(flight.offered, 1);
    assert_false(flight_land(&flight, 2));
    flight_add(&flight, 3, 2);
    assert_true(flight_land(&flight, 3));
    assert_int_equal(flight.confirmed, 2);
}

static void the_ring_goes_round(void **state)
{
    struct flight flight;

    (void)state;
    flight_reset(&flight, 0);
    for (uint64_t i = 1; i <= 3 * FLIGHT_MAX; i++) {
        if (flight_room(&flight) == 0)
            assert_true(flight_land(&flight, i - FLIGHT_MAX));
        flight_add(&flight, i, i);
    }
    assert_int_equal(flight.confirmed, 2 * FLIGHT_MAX);
    assert_int_equal(flight_room(&flight), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_is_confirmed_before_it_lands),
        cmocka_unit_test(a_hole_holds_back_what_landed_behind_it),
        cmocka_unit_test(a_token_of_somebody_else_is_not_ours),
        cmocka_unit_test(after_a_reset_it_begins_again_behind_what_is_confirmed),
        cmocka_unit_test(the_ring_goes_round),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
