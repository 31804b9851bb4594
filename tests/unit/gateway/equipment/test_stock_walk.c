// Readings, trouble, counts by hand, pauses and restarts in any order: between two alerts it was ok again.
#include "equipment_fixture.h"

struct walk {
    struct service_fixture *fixture;
    uint32_t random;
};

static uint32_t draw(struct walk *walk, uint32_t below)
{
    walk->random = walk->random * 1103515245U + 12345U;
    return (walk->random >> 16) % below;
}

static void step_reading(struct walk *walk)
{
    scale_weighs(walk->fixture, "scale-1", 1, (int)draw(walk, 45));
}

static void step_trouble(struct walk *walk)
{
    static const char *const states[] = { "lifted", "overload", "fault" };

    scale_says(walk->fixture, "scale-1", 1, states[draw(walk, ARRAY_SIZE(states))]);
}

static void step_pause(struct walk *walk)
{
    services_pass(walk->fixture, MINUTES(1 + draw(walk, 20)), MINUTES(1));
}

static void step_count(struct walk *walk)
{
    assert_accepted(walk->fixture, CLINIC_REQUEST_EQUIPMENT_COUNT,
                    "{\"item_id\":\"gloves\",\"quantity\":%u,\"reason\":\"x\"}", draw(walk, 45));
}

static void step_adjust(struct walk *walk)
{
    assert_accepted(walk->fixture, CLINIC_REQUEST_EQUIPMENT_ADJUST,
                    "{\"item_id\":\"gloves\",\"change\":%u,\"reason\":\"x\"}", 1 + draw(walk, 9));
}

static void step_restart(struct walk *walk)
{
    services_reopen(walk->fixture);
}

// Also an exercise for the rebuild that follows every test.
static void whatever_happens_between_two_alerts_it_was_ok_again(void **state)
{
    enum { STEPS = 600 };
    static void (*const steps[])(struct walk *) = {
        step_reading, step_reading, step_reading, step_trouble, step_pause,
        step_pause,   step_pause,   step_count,   step_adjust,  step_restart,
    };
    struct service_fixture *fixture = *state;
    struct walk walk = { fixture, 20 };

    shelf_add_gloves(fixture);
    for (int i = 0; i < STEPS; i++)
        steps[draw(&walk, ARRAY_SIZE(steps))](&walk);
    assert_true(event_count(fixture, CLINIC_EQUIPMENT_LOW_STOCK) > 20);
    assert_int_equal(
        sql_number(fixture,
                   "SELECT count(*) FROM (SELECT sequence AS second, lag(sequence)"
                   " OVER (ORDER BY sequence) AS first FROM event WHERE kind = %d)"
                   " WHERE first IS NOT NULL AND NOT EXISTS (SELECT 1 FROM event"
                   " WHERE sequence > first AND sequence < second AND data ->> 'state' = 'ok')",
                   CLINIC_EQUIPMENT_LOW_STOCK),
        0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(whatever_happens_between_two_alerts_it_was_ok_again,
                                        services_open, services_close),
    };
    return cmocka_run_group_tests_name("equipment_stock_walk", tests, NULL, NULL);
}
