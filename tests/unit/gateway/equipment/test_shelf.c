// What staff say of the stock - counted, taken, ordered - and who else may say anything.
#include "equipment_fixture.h"

static void count(struct service_fixture *fixture, const char *item_id, int quantity)
{
    assert_accepted(fixture, CLINIC_REQUEST_EQUIPMENT_COUNT,
                    "{\"item_id\":\"%s\",\"quantity\":%d,\"reason\":\"stocktaking\"}", item_id,
                    quantity);
}

static void adjust(struct service_fixture *fixture, const char *item_id, int change)
{
    assert_accepted(fixture, CLINIC_REQUEST_EQUIPMENT_ADJUST,
                    "{\"item_id\":\"%s\",\"change\":%d,\"reason\":\"for room 3\"}", item_id,
                    change);
}

static int64_t ordered(struct service_fixture *fixture, const char *item_id)
{
    int64_t found = -1;

    assert_true(clinic_json_integer(shelf_row(fixture, item_id), "ordered", &found));
    return found;
}

// ---- scales

static void a_scale_speaks_for_its_own_load_cells_only(void **state)
{
    static const struct {
        const char *node;
        int channel;
    } rows[] = { { "scale-2", 1 }, { "scale-1", 2 }, { "scale-11", 1 } };
    struct service_fixture *fixture = *state;

    shelf_add_gloves(fixture);
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        services_at(fixture, rows[i].node, CLINIC_ROLE_SCALE);
        assert_refused(fixture, CLINIC_CODE_NOT_FOUND, CLINIC_REQUEST_EQUIPMENT_MEASURE,
                       "{\"channel\":%d,\"state\":\"stable\",\"quantity\":3}", rows[i].channel);
        assert_string_equal(fixture->reply.problem.field, "channel");
    }
    services_at(fixture, "desk-1", CLINIC_ROLE_DESK);
    assert_stock(fixture, "gloves", 40, "ok");
    assert_int_equal(sql_number(fixture, "SELECT count(*) FROM scale_word"), 1);
}

static void a_stable_reading_says_how_many(void **state)
{
    struct service_fixture *fixture = *state;

    shelf_add_gloves(fixture);
    services_at(fixture, "scale-1", CLINIC_ROLE_SCALE);
    assert_refused(fixture, CLINIC_CODE_INVALID_MISSING, CLINIC_REQUEST_EQUIPMENT_MEASURE,
                   "{\"channel\":1,\"state\":\"stable\"}");
    assert_string_equal(fixture->reply.problem.field, "quantity");
    // What else it says of a bin that does not stand still means nothing.
    assert_accepted(fixture, CLINIC_REQUEST_EQUIPMENT_MEASURE,
                    "{\"channel\":1,\"state\":\"lifted\",\"quantity\":0}");
    services_at(fixture, "desk-1", CLINIC_ROLE_DESK);
    assert_stock(fixture, "gloves", 40, "ok");
}

// ---- counting

static void a_count_stands_against_the_scale_which_goes_on_from_there(void **state)
{
    struct service_fixture *fixture = *state;

    shelf_add_gloves(fixture);
    count(fixture, "gloves", 45);
    assert_newest(fixture, CLINIC_EQUIPMENT_STOCK_CHANGED, "reason", "stocktaking");
    assert_newest(fixture, CLINIC_EQUIPMENT_STOCK_CHANGED, "change", "5");
    assert_sql_text(fixture, "Rita", "SELECT person FROM event ORDER BY sequence DESC LIMIT 1");
    scale_goes_on(fixture, 1, 40, MINUTES(1));
    assert_stock(fixture, "gloves", 45, "ok");
    scale_weighs(fixture, "scale-1", 1, 37);
    assert_stock(fixture, "gloves", 42, "ok");
    // Nothing is left that the five could be of.
    scale_weighs(fixture, "scale-1", 1, 0);
    assert_stock(fixture, "gloves", 0, "ok");
    scale_weighs(fixture, "scale-1", 1, 50);
    assert_stock(fixture, "gloves", 50, "ok");
}

static void a_count_below_what_the_scale_sees_never_goes_below_nothing(void **state)
{
    struct service_fixture *fixture = *state;

    shelf_add_gloves(fixture);
    count(fixture, "gloves", 5);
    scale_weighs(fixture, "scale-1", 1, 30);
    assert_stock(fixture, "gloves", 0, "low");
    scale_weighs(fixture, "scale-1", 1, 55);
    assert_stock(fixture, "gloves", 25, "low");
}

static void a_count_is_judged_at_once(void **state)
{
    static const struct {
        int quantity;
        const char *state;
        int alerts;
    } rows[] = {
        { 20, "ok", 0 }, { 19, "low", 1 }, { 21, "low", 1 }, { 0, "out", 1 },
        { 5, "low", 1 }, { 22, "ok", 1 },  { 0, "out", 2 },  { 60, "ok", 2 },
    };
    struct service_fixture *fixture = *state;

    shelf_add_gloves(fixture);
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        count(fixture, "gloves", rows[i].quantity);
        assert_string_equal(reply_text(fixture, "state"), rows[i].state);
        assert_stock(fixture, "gloves", rows[i].quantity, rows[i].state);
        assert_int_equal(event_count(fixture, CLINIC_EQUIPMENT_LOW_STOCK), rows[i].alerts);
    }
}

static void a_count_makes_up_for_a_silent_scale_until_another_fails(void **state)
{
    struct service_fixture *fixture = *state;

    shelf_add_gloves(fixture);
    services_pass(fixture, MINUTES(20), 10000);
    assert_stock(fixture, "gloves", 40, "unknown");
    count(fixture, "gloves", 15);
    assert_stock(fixture, "gloves", 15, "low");
    assert_int_equal(event_count(fixture, CLINIC_EQUIPMENT_LOW_STOCK), 1);
    services_pass(fixture, HOURS(1), MINUTES(1));
    assert_stock(fixture, "gloves", 15, "low");

    scale_says(fixture, "scale-1", 1, "fault");
    assert_stock(fixture, "gloves", 15, "low");
    scale_weighs(fixture, "scale-1", 1, 40);
    assert_stock(fixture, "gloves", 15, "low");
    scale_says(fixture, "scale-1", 1, "fault");
    assert_stock(fixture, "gloves", 15, "unknown");
}

// The scale was silent while 25 were taken: its first reading must not take them away a second time.
static void what_was_counted_while_a_scale_was_silent_is_where_it_goes_on(void **state)
{
    struct service_fixture *fixture = *state;

    shelf_add_gloves(fixture);
    services_pass(fixture, MINUTES(20), 10000);
    count(fixture, "gloves", 15);
    scale_weighs(fixture, "scale-1", 1, 14);
    assert_stock(fixture, "gloves", 15, "low");
    scale_weighs(fixture, "scale-1", 1, 12);
    assert_stock(fixture, "gloves", 13, "low");
}

static void what_was_counted_while_a_bin_was_lifted_is_where_it_goes_on(void **state)
{
    struct service_fixture *fixture = *state;

    shelf_add_gloves(fixture);
    scale_says(fixture, "scale-1", 1, "lifted");
    count(fixture, "gloves", 60);
    services_reopen(fixture);
    scale_weighs(fixture, "scale-1", 1, 60);
    assert_stock(fixture, "gloves", 60, "ok");
    scale_weighs(fixture, "scale-1", 1, 59);
    assert_stock(fixture, "gloves", 59, "ok");
}

static void a_count_of_an_empty_shelf_stands_until_the_scale_says_something_new(void **state)
{
    struct service_fixture *fixture = *state;

    shelf_add_gloves(fixture);
    scale_goes_on(fixture, 1, 0, MINUTES(2));
    count(fixture, "gloves", 25);
    scale_goes_on(fixture, 1, 0, MINUTES(2));
    assert_stock(fixture, "gloves", 25, "ok");
    scale_weighs(fixture, "scale-1", 1, 0);
    assert_string_equal(reply_text(fixture, "state"), "ok");
}

static void what_was_counted_before_the_first_reading_is_not_added_to_it(void **state)
{
    struct service_fixture *fixture = *state;

    shelf_add(fixture, "gloves", 20, 60,
              "[{\"bin_id\":\"left\",\"node\":\"scale-1\",\"channel\":1}]");
    assert_stock(fixture, "gloves", 0, "unknown");
    count(fixture, "gloves", 40);
    scale_weighs(fixture, "scale-1", 1, 39);
    assert_stock(fixture, "gloves", 40, "ok");
    scale_weighs(fixture, "scale-1", 1, 38);
    assert_stock(fixture, "gloves", 39, "ok");
}

static void units_taken_by_hand_count_at_once(void **state)
{
    struct service_fixture *fixture = *state;

    shelf_add(fixture, "drill", 2, 5, "[]");
    assert_stock(fixture, "drill", 0, "unknown");
    adjust(fixture, "drill", 4);
    assert_stock(fixture, "drill", 4, "ok");
    adjust(fixture, "drill", -3);
    assert_stock(fixture, "drill", 1, "low");
    assert_newest(fixture, CLINIC_EQUIPMENT_STOCK_CHANGED, "cause", "adjust");
    assert_newest(fixture, CLINIC_EQUIPMENT_STOCK_CHANGED, "reason", "for room 3");
    assert_int_equal(event_count(fixture, CLINIC_EQUIPMENT_LOW_STOCK), 1);
}

static void an_impossible_adjustment_is_refused(void **state)
{
    static const int changes[] = { 0, -5, 1000000 };
    struct service_fixture *fixture = *state;

    shelf_add(fixture, "drill", 2, 5, "[]");
    adjust(fixture, "drill", 4);
    for (size_t i = 0; i < ARRAY_SIZE(changes); i++) {
        assert_refused(fixture, CLINIC_CODE_INVALID_FIELD, CLINIC_REQUEST_EQUIPMENT_ADJUST,
                       "{\"item_id\":\"drill\",\"change\":%d,\"reason\":\"x\"}", changes[i]);
        assert_string_equal(fixture->reply.problem.field, "change");
    }
    assert_stock(fixture, "drill", 4, "ok");
}

static void unknown_items_are_refused(void **state)
{
    struct service_fixture *fixture = *state;

    assert_refused(fixture, CLINIC_CODE_NOT_FOUND, CLINIC_REQUEST_EQUIPMENT_COUNT,
                   "{\"item_id\":\"x\",\"quantity\":1,\"reason\":\"y\"}");
    assert_refused(fixture, CLINIC_CODE_NOT_FOUND, CLINIC_REQUEST_EQUIPMENT_ADJUST,
                   "{\"item_id\":\"x\",\"change\":1,\"reason\":\"y\"}");
    assert_refused(fixture, CLINIC_CODE_NOT_FOUND, CLINIC_REQUEST_EQUIPMENT_ORDER,
                   "{\"item_id\":\"x\",\"quantity\":1}");
    assert_int_equal(sql_number(fixture, "SELECT count(*) FROM event"), 0);
}

// ---- orders

static void an_order_is_noted_and_taken_back(void **state)
{
    struct service_fixture *fixture = *state;

    shelf_add_gloves(fixture);
    assert_accepted(fixture, CLINIC_REQUEST_EQUIPMENT_ORDER,
                    "{\"item_id\":\"gloves\",\"quantity\":50,\"expected\":\"2026-11-27\"}");
    assert_newest(fixture, CLINIC_EQUIPMENT_STOCK_CHANGED, "cause", "order");
    assert_newest(fixture, CLINIC_EQUIPMENT_STOCK_CHANGED, "change", "0");
    assert_newest(fixture, CLINIC_EQUIPMENT_STOCK_CHANGED, "expected", "2026-11-27");
    assert_int_equal(ordered(fixture, "gloves"), 50);
    assert_refused(fixture, CLINIC_CODE_NO_CHANGE, CLINIC_REQUEST_EQUIPMENT_ORDER,
                   "{\"item_id\":\"gloves\",\"quantity\":50,\"expected\":\"2026-11-27\"}");
    assert_refused(fixture, CLINIC_CODE_INVALID_FIELD, CLINIC_REQUEST_EQUIPMENT_ORDER,
                   "{\"item_id\":\"gloves\",\"quantity\":50,\"expected\":\"2026-11-22\"}");
    assert_accepted(fixture, CLINIC_REQUEST_EQUIPMENT_ORDER,
                    "{\"item_id\":\"gloves\",\"quantity\":0}");
    assert_int_equal(ordered(fixture, "gloves"), 0);
    assert_sql_text(fixture, "1", "SELECT expected IS NULL FROM stock_item");
}

static void a_delivery_is_taken_off_the_order_once_it_stands(void **state)
{
    struct service_fixture *fixture = *state;

    shelf_add_gloves(fixture);
    assert_accepted(fixture, CLINIC_REQUEST_EQUIPMENT_ORDER,
                    "{\"item_id\":\"gloves\",\"quantity\":50,\"expected\":\"2026-11-27\"}");
    // Put back, leant on: no delivery.
    scale_goes_on(fixture, 1, 41, MINUTES(2));
    scale_goes_on(fixture, 1, 70, 30000);
    scale_goes_on(fixture, 1, 40, MINUTES(2));
    assert_int_equal(ordered(fixture, "gloves"), 50);
    // In two parts.
    scale_goes_on(fixture, 1, 70, MINUTES(2));
    assert_int_equal(ordered(fixture, "gloves"), 20);
    assert_newest(fixture, CLINIC_EQUIPMENT_STOCK_CHANGED, "expected", "2026-11-27");
    scale_goes_on(fixture, 1, 95, MINUTES(2));
    assert_int_equal(ordered(fixture, "gloves"), 0);
    assert_newest(fixture, CLINIC_EQUIPMENT_STOCK_CHANGED, "cause", "held");
    assert_newest(fixture, CLINIC_EQUIPMENT_STOCK_CHANGED, "expected", "none");
}

static void a_delivery_that_staff_enter_is_taken_off_the_order(void **state)
{
    struct service_fixture *fixture = *state;

    shelf_add(fixture, "pump", 1, 2, "[]");
    count(fixture, "pump", 1);
    assert_accepted(fixture, CLINIC_REQUEST_EQUIPMENT_ORDER,
                    "{\"item_id\":\"pump\",\"quantity\":1}");
    adjust(fixture, "pump", 1);
    assert_int_equal(ordered(fixture, "pump"), 0);
    assert_accepted(fixture, CLINIC_REQUEST_EQUIPMENT_ORDER,
                    "{\"item_id\":\"pump\",\"quantity\":5}");
    count(fixture, "pump", 6);
    assert_int_equal(ordered(fixture, "pump"), 1);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, services_open, services_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_scale_speaks_for_its_own_load_cells_only),
        TEST(a_stable_reading_says_how_many),
        TEST(a_count_stands_against_the_scale_which_goes_on_from_there),
        TEST(a_count_below_what_the_scale_sees_never_goes_below_nothing),
        TEST(a_count_is_judged_at_once),
        TEST(a_count_makes_up_for_a_silent_scale_until_another_fails),
        TEST(what_was_counted_while_a_scale_was_silent_is_where_it_goes_on),
        TEST(what_was_counted_while_a_bin_was_lifted_is_where_it_goes_on),
        TEST(a_count_of_an_empty_shelf_stands_until_the_scale_says_something_new),
        TEST(what_was_counted_before_the_first_reading_is_not_added_to_it),
        TEST(units_taken_by_hand_count_at_once),
        TEST(an_impossible_adjustment_is_refused),
        TEST(unknown_items_are_refused),
        TEST(an_order_is_noted_and_taken_back),
        TEST(a_delivery_is_taken_off_the_order_once_it_stands),
        TEST(a_delivery_that_staff_enter_is_taken_off_the_order),
    };
    return cmocka_run_group_tests_name("equipment_shelf", tests, NULL, NULL);
}
