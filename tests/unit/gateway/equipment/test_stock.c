// When staff are alerted of low stock, and when not: scales waver, are lifted, leant on and unplugged.
#include "equipment_fixture.h"

static int64_t alerts(const struct service_fixture *fixture)
{
    return event_count(fixture, CLINIC_EQUIPMENT_LOW_STOCK);
}

static int64_t changes(const struct service_fixture *fixture)
{
    return event_count(fixture, CLINIC_EQUIPMENT_STOCK_CHANGED);
}

static void stock_that_stays_below_the_minimum_for_a_minute_is_low(void **state)
{
    struct service_fixture *fixture = *state;

    shelf_add_gloves(fixture);
    assert_stock(fixture, "gloves", 40, "ok");
    scale_weighs(fixture, "scale-1", 1, 19);
    assert_string_equal(fixture->subject, "equipment/gloves");
    services_pass(fixture, 59000, 1000);
    assert_stock(fixture, "gloves", 19, "ok");
    assert_int_equal(alerts(fixture), 0);
    services_pass(fixture, 1000, 1000);
    assert_stock(fixture, "gloves", 19, "low");
    assert_int_equal(alerts(fixture), 1);
    assert_newest(fixture, CLINIC_EQUIPMENT_LOW_STOCK, "quantity", "19");
    assert_newest(fixture, CLINIC_EQUIPMENT_LOW_STOCK, "location", "Room 2");
    assert_newest(fixture, CLINIC_EQUIPMENT_STOCK_CHANGED, "cause", "held");
    // The alert names the change that caused it.
    assert_int_equal(sql_number(fixture,
                                "SELECT count(*) FROM event low JOIN event changed"
                                " ON low.causation = changed.id WHERE low.kind = %d"
                                " AND changed.data ->> 'state' = 'low'",
                                CLINIC_EQUIPMENT_LOW_STOCK),
                     1);
}

static void exactly_the_minimum_is_not_low(void **state)
{
    struct service_fixture *fixture = *state;

    shelf_add_gloves(fixture);
    scale_goes_on(fixture, 1, 20, MINUTES(5));
    assert_stock(fixture, "gloves", 20, "ok");
    assert_int_equal(alerts(fixture), 0);
}

// A day of readings around the minimum, each for 10 s to 10 min; returns how often it fell below.
static int waver_for_a_day(struct service_fixture *fixture)
{
    int falls = 0;
    uint32_t random = 20;

    for (int64_t passed = 0; passed < DAYS(1); falls++) {
        for (int quantity = 19; quantity <= 20; quantity++) {
            random = random * 1103515245U + 12345U;
            const int64_t ms = 10000 * (1 + (random >> 16) % 18);
            scale_weighs(fixture, "scale-1", 1, quantity);
            services_pass(fixture, ms, ms);
            passed += ms;
        }
    }
    return falls;
}

static void
a_day_of_19_and_20_around_the_minimum_is_one_alert_and_a_refill_makes_a_second(void **state)
{
    struct service_fixture *fixture = *state;

    shelf_add_gloves(fixture);
    assert_true(waver_for_a_day(fixture) > 300);
    assert_int_equal(alerts(fixture), 1);

    // Within the margin it is not enough yet.
    scale_goes_on(fixture, 1, 21, MINUTES(5));
    scale_goes_on(fixture, 1, 19, MINUTES(5));
    assert_int_equal(alerts(fixture), 1);

    scale_goes_on(fixture, 1, 22, MINUTES(2));
    assert_stock(fixture, "gloves", 22, "ok");
    scale_goes_on(fixture, 1, 19, MINUTES(2));
    assert_stock(fixture, "gloves", 19, "low");
    assert_int_equal(alerts(fixture), 2);
}

static void a_lifted_bin_is_not_low_stock(void **state)
{
    struct service_fixture *fixture = *state;

    shelf_add_gloves(fixture);
    scale_says(fixture, "scale-1", 1, "lifted");
    for (int i = 0; i < 60; i++) {
        services_pass(fixture, 10000, 10000);
        scale_says(fixture, "scale-1", 1, "lifted");
    }
    assert_stock(fixture, "gloves", 40, "ok");
    assert_string_equal(
        clinic_json_text(
            cJSON_GetArrayItem(clinic_json_member(shelf_row(fixture, "gloves"), "bins"), 0),
            "state"),
        "lifted");
    scale_goes_on(fixture, 1, 40, MINUTES(2));
    assert_stock(fixture, "gloves", 40, "ok");
    assert_int_equal(alerts(fixture), 0);
    // First reading, lifted, put back: three changes in twelve minutes of readings.
    assert_int_equal(changes(fixture), 3);
}

// The other bin may be emptied meanwhile: with one in somebody's hands nothing is decided.
static void nothing_is_decided_while_a_bin_is_lifted(void **state)
{
    struct service_fixture *fixture = *state;

    shelf_add_gloves(fixture);
    scale_weighs(fixture, "scale-1", 1, 19);
    services_pass(fixture, 40000, 1000);
    scale_says(fixture, "scale-1", 1, "lifted");
    services_pass(fixture, MINUTES(5), 10000);
    assert_int_equal(alerts(fixture), 0);
    scale_weighs(fixture, "scale-1", 1, 19);
    services_pass(fixture, 59000, 1000);
    assert_int_equal(alerts(fixture), 0);
    services_pass(fixture, 1000, 1000);
    assert_int_equal(alerts(fixture), 1);
}

static void a_hand_that_leans_on_the_shelf_is_no_transaction(void **state)
{
    struct service_fixture *fixture = *state;

    shelf_add_gloves(fixture);
    scale_goes_on(fixture, 1, 15, MINUTES(2));
    assert_stock(fixture, "gloves", 15, "low");
    // Pressed down, and lightened by somebody who holds on to it.
    scale_goes_on(fixture, 1, 44, 30000);
    scale_says(fixture, "scale-1", 1, "overload");
    services_pass(fixture, MINUTES(3), 10000);
    scale_goes_on(fixture, 1, 0, 40000);
    scale_goes_on(fixture, 1, 15, MINUTES(10));
    assert_stock(fixture, "gloves", 15, "low");
    assert_int_equal(alerts(fixture), 1);
    assert_int_equal(sql_number(fixture, "SELECT sum(taken) FROM stock_use"), 25);
}

static void an_unplugged_scale_makes_its_item_unknown_and_alerts_nobody(void **state)
{
    struct service_fixture *fixture = *state;

    services_pass(fixture, MINUTES(1), 1000); // the gateway has been listening
    shelf_add_gloves(fixture);
    services_pass(fixture, MINUTES(15), 1000);
    assert_stock(fixture, "gloves", 40, "ok");
    services_pass(fixture, 1000, 1000);
    assert_stock(fixture, "gloves", 40, "unknown");
    assert_newest(fixture, CLINIC_EQUIPMENT_STOCK_CHANGED, "bin_state", "stale");
    const int64_t told = changes(fixture);
    services_pass(fixture, HOURS(10), MINUTES(1));
    assert_int_equal(changes(fixture), told);
    assert_int_equal(alerts(fixture), 0);

    scale_weighs(fixture, "scale-1", 1, 40);
    assert_stock(fixture, "gloves", 40, "ok");
    assert_int_equal(alerts(fixture), 0);
}

static void a_faulty_scale_makes_its_item_unknown_at_once(void **state)
{
    struct service_fixture *fixture = *state;

    shelf_add_gloves(fixture);
    scale_says(fixture, "scale-1", 1, "fault");
    assert_stock(fixture, "gloves", 40, "unknown");
    scale_weighs(fixture, "scale-1", 1, 39);
    assert_stock(fixture, "gloves", 39, "ok");
}

static void a_scale_that_comes_back_to_too_little_alerts_after_a_minute(void **state)
{
    struct service_fixture *fixture = *state;

    shelf_add_gloves(fixture);
    services_pass(fixture, MINUTES(20), 1000);
    scale_weighs(fixture, "scale-1", 1, 5);
    services_pass(fixture, 59000, 1000);
    assert_stock(fixture, "gloves", 5, "ok");
    services_pass(fixture, 1000, 1000);
    assert_stock(fixture, "gloves", 5, "low");
    assert_int_equal(alerts(fixture), 1);
}

static void a_scale_that_falls_silent_while_low_comes_back_without_a_second_alert(void **state)
{
    struct service_fixture *fixture = *state;

    shelf_add_gloves(fixture);
    scale_goes_on(fixture, 1, 10, MINUTES(2));
    services_pass(fixture, MINUTES(20), 10000);
    assert_stock(fixture, "gloves", 10, "unknown");
    scale_goes_on(fixture, 1, 10, MINUTES(5));
    assert_stock(fixture, "gloves", 10, "low");
    assert_int_equal(alerts(fixture), 1);
}

static void low_and_then_out_is_one_alert_and_a_change_that_says_out(void **state)
{
    struct service_fixture *fixture = *state;

    shelf_add_gloves(fixture);
    scale_goes_on(fixture, 1, 10, MINUTES(2));
    scale_goes_on(fixture, 1, 0, 50000);
    assert_stock(fixture, "gloves", 0, "low");
    scale_goes_on(fixture, 1, 0, 20000);
    assert_stock(fixture, "gloves", 0, "out");
    assert_newest(fixture, CLINIC_EQUIPMENT_STOCK_CHANGED, "state", "out");
    assert_int_equal(alerts(fixture), 1);
    scale_goes_on(fixture, 1, 5, MINUTES(2));
    assert_stock(fixture, "gloves", 5, "low");
    assert_int_equal(alerts(fixture), 1);
}

static void straight_to_out_is_one_alert(void **state)
{
    struct service_fixture *fixture = *state;

    shelf_add_gloves(fixture);
    scale_goes_on(fixture, 1, 0, MINUTES(2));
    assert_stock(fixture, "gloves", 0, "out");
    assert_int_equal(alerts(fixture), 1);
    assert_newest(fixture, CLINIC_EQUIPMENT_LOW_STOCK, "quantity", "0");
}

static void what_has_no_minimum_runs_out_without_an_alert(void **state)
{
    struct service_fixture *fixture = *state;

    shelf_add(fixture, "drill", 0, 1, "[]");
    assert_accepted(fixture, CLINIC_REQUEST_EQUIPMENT_COUNT,
                    "{\"item_id\":\"drill\",\"quantity\":0,\"reason\":\"broken\"}");
    assert_stock(fixture, "drill", 0, "out");
    assert_int_equal(alerts(fixture), 0);
}

static void a_restart_while_low_repeats_nothing(void **state)
{
    struct service_fixture *fixture = *state;

    shelf_add_gloves(fixture);
    scale_goes_on(fixture, 1, 10, MINUTES(2));
    assert_int_equal(alerts(fixture), 1);
    services_reopen(fixture);
    scale_goes_on(fixture, 1, 10, MINUTES(5));
    scale_goes_on(fixture, 1, 9, MINUTES(5));
    assert_stock(fixture, "gloves", 9, "low");
    assert_int_equal(alerts(fixture), 1);
}

static void a_restart_does_not_begin_the_minute_anew(void **state)
{
    struct service_fixture *fixture = *state;

    shelf_add_gloves(fixture);
    scale_weighs(fixture, "scale-1", 1, 10);
    services_pass(fixture, 40000, 1000);
    services_reopen(fixture);
    services_pass(fixture, 19000, 1000);
    assert_int_equal(alerts(fixture), 0);
    services_pass(fixture, 1000, 1000);
    assert_int_equal(alerts(fixture), 1);
}

// The gateway was off for a night: the scales spoke to nobody, and are given their quarter of an hour.
static void a_gateway_that_was_away_takes_no_scale_for_silent(void **state)
{
    struct service_fixture *fixture = *state;

    shelf_add_gloves(fixture);
    services_pass(fixture, MINUTES(5), 1000);
    fixture->wall_ms += HOURS(10);
    services_reopen(fixture);
    services_pass(fixture, MINUTES(15), 1000);
    assert_stock(fixture, "gloves", 40, "ok");
    services_pass(fixture, MINUTES(2), 1000);
    assert_stock(fixture, "gloves", 40, "unknown");
}

// The clock was a year ahead and is put right: a minute is a minute, and silence is noticed.
static void after_a_clock_was_ahead_stock_is_low_after_a_minute(void **state)
{
    struct service_fixture *fixture = *state;

    fixture->wall_ms += DAYS(365);
    shelf_add_gloves(fixture);
    services_pass(fixture, MINUTES(1), 1000);
    fixture->wall_ms -= DAYS(365);
    scale_weighs(fixture, "scale-1", 1, 12);
    services_pass(fixture, MINUTES(1) - 1000, 1000);
    assert_int_equal(alerts(fixture), 0);
    services_pass(fixture, 2000, 1000);
    assert_int_equal(alerts(fixture), 1);
    assert_stock(fixture, "gloves", 12, "low");
}

// It fell below the minimum while the clock was ahead: held since the next time that anything is heard of it.
static void what_a_clock_that_was_ahead_has_seen_begins_to_hold_now(void **state)
{
    struct service_fixture *fixture = *state;

    shelf_add_gloves(fixture);
    fixture->wall_ms += DAYS(365);
    scale_weighs(fixture, "scale-1", 1, 12);
    fixture->wall_ms -= DAYS(365);
    scale_weighs(fixture, "scale-1", 1, 11);
    services_pass(fixture, MINUTES(2), 1000);
    assert_int_equal(alerts(fixture), 1);
}

static void a_scale_that_was_heard_in_the_future_can_fall_silent(void **state)
{
    struct service_fixture *fixture = *state;

    fixture->wall_ms += DAYS(365);
    shelf_add_gloves(fixture);
    services_pass(fixture, MINUTES(1), 1000);
    fixture->wall_ms -= DAYS(365);
    services_pass(fixture, MINUTES(15), 1000);
    assert_stock(fixture, "gloves", 40, "ok");
    services_pass(fixture, MINUTES(2), 1000);
    assert_stock(fixture, "gloves", 40, "unknown");
}

// As far as the gateway sees drift: scales report whole units and absorb slow residuals, so nothing changes for weeks.
static void
readings_that_stay_the_same_for_14_days_leave_no_trace_and_one_removal_is_seen(void **state)
{
    struct service_fixture *fixture = *state;

    shelf_add_gloves(fixture);
    const int64_t before = changes(fixture);
    for (int64_t passed = 0; passed < DAYS(14); passed += MINUTES(14)) {
        scale_weighs(fixture, "scale-1", 1, 40);
        services_pass(fixture, MINUTES(14), MINUTES(7));
    }
    assert_int_equal(changes(fixture), before);
    scale_weighs(fixture, "scale-1", 1, 39);
    assert_int_equal(changes(fixture), before + 1);
    assert_newest(fixture, CLINIC_EQUIPMENT_STOCK_CHANGED, "change", "-1");
    assert_stock(fixture, "gloves", 39, "ok");
}

static void two_bins_add_up(void **state)
{
    struct service_fixture *fixture = *state;

    shelf_add(fixture, "masks", 20, 60,
              "[{\"bin_id\":\"a\",\"node\":\"scale-1\",\"channel\":1},"
              "{\"bin_id\":\"b\",\"node\":\"scale-2\",\"channel\":1}]");
    scale_weighs(fixture, "scale-1", 1, 12);
    assert_stock(fixture, "masks", 12, "unknown");
    scale_weighs(fixture, "scale-2", 1, 15);
    assert_stock(fixture, "masks", 27, "ok");
    services_pass(fixture, MINUTES(2), 1000);
    assert_int_equal(alerts(fixture), 0);
    // One bin empty is not out, both below the minimum is low.
    scale_weighs(fixture, "scale-1", 1, 0);
    services_pass(fixture, MINUTES(2), 1000);
    assert_stock(fixture, "masks", 15, "low");
    assert_int_equal(alerts(fixture), 1);
    scale_weighs(fixture, "scale-2", 1, 30);
    services_pass(fixture, MINUTES(2), 1000);
    assert_stock(fixture, "masks", 30, "ok");
}

static void one_silent_scale_of_two_makes_the_item_unknown(void **state)
{
    struct service_fixture *fixture = *state;

    shelf_add(fixture, "masks", 20, 60,
              "[{\"bin_id\":\"a\",\"node\":\"scale-1\",\"channel\":1},"
              "{\"bin_id\":\"b\",\"node\":\"scale-2\",\"channel\":1}]");
    scale_weighs(fixture, "scale-2", 1, 15);
    scale_goes_on(fixture, 1, 12, MINUTES(16));
    assert_stock(fixture, "masks", 27, "unknown");
    scale_goes_on(fixture, 1, 2, MINUTES(2));
    assert_stock(fixture, "masks", 17, "unknown");
    assert_int_equal(alerts(fixture), 0);
}

static void many_items_that_do_not_change_do_not_let_the_log_grow(void **state)
{
    enum { ITEMS = 100, CHANNELS = 4 };
    struct service_fixture *fixture = *state;
    char id[16];
    char bins[100];
    char node[16];

    for (int round = 0; round < 4; round++) {
        for (int i = 0; i < ITEMS; i++) {
            (void)snprintf(id, sizeof id, "item-%03d", i);
            (void)snprintf(node, sizeof node, "scale-%d", i / CHANNELS);
            (void)snprintf(bins, sizeof bins,
                           "[{\"bin_id\":\"bin-%d\",\"node\":\"%s\",\"channel\":%d}]", i, node,
                           i % CHANNELS + 1);
            if (round == 0)
                shelf_add(fixture, id, 20, 60, bins);
            scale_weighs(fixture, node, i % CHANNELS + 1, 25 + i);
        }
        services_pass(fixture, MINUTES(5), MINUTES(1));
    }
    assert_int_equal(sql_number(fixture, "SELECT count(*) FROM event"), 2 * ITEMS);
    services_pass(fixture, MINUTES(16), MINUTES(1));
    assert_int_equal(sql_number(fixture, "SELECT count(*) FROM event"), 3 * ITEMS);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, services_open, services_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(stock_that_stays_below_the_minimum_for_a_minute_is_low),
        TEST(exactly_the_minimum_is_not_low),
        TEST(a_day_of_19_and_20_around_the_minimum_is_one_alert_and_a_refill_makes_a_second),
        TEST(a_lifted_bin_is_not_low_stock),
        TEST(nothing_is_decided_while_a_bin_is_lifted),
        TEST(a_hand_that_leans_on_the_shelf_is_no_transaction),
        TEST(an_unplugged_scale_makes_its_item_unknown_and_alerts_nobody),
        TEST(a_faulty_scale_makes_its_item_unknown_at_once),
        TEST(a_scale_that_comes_back_to_too_little_alerts_after_a_minute),
        TEST(a_scale_that_falls_silent_while_low_comes_back_without_a_second_alert),
        TEST(low_and_then_out_is_one_alert_and_a_change_that_says_out),
        TEST(straight_to_out_is_one_alert),
        TEST(what_has_no_minimum_runs_out_without_an_alert),
        TEST(a_restart_while_low_repeats_nothing),
        TEST(a_restart_does_not_begin_the_minute_anew),
        TEST(a_gateway_that_was_away_takes_no_scale_for_silent),
        TEST(after_a_clock_was_ahead_stock_is_low_after_a_minute),
        TEST(what_a_clock_that_was_ahead_has_seen_begins_to_hold_now),
        TEST(a_scale_that_was_heard_in_the_future_can_fall_silent),
        TEST(readings_that_stay_the_same_for_14_days_leave_no_trace_and_one_removal_is_seen),
        TEST(two_bins_add_up),
        TEST(one_silent_scale_of_two_makes_the_item_unknown),
        TEST(many_items_that_do_not_change_do_not_let_the_log_grow),
    };
    return cmocka_run_group_tests_name("equipment_stock", tests, NULL, NULL);
}
