// The restocking report: what to order first, how much of it, and what is used a day.
#include "equipment_fixture.h"

static const cJSON *report_row(struct service_fixture *fixture, int index)
{
    assert_accepted(fixture, CLINIC_REQUEST_EQUIPMENT_RESTOCK_REPORT, "{}");
    return cJSON_GetArrayItem(clinic_json_member(fixture->reply.data, "items"), index);
}

static void assert_number(const cJSON *row, const char *name, int64_t wanted)
{
    int64_t found = -1;

    assert_non_null(row);
    if (!clinic_json_integer(row, name, &found) || found != wanted)
        fail_msg("%s is %lld, not %lld", name, (long long)found, (long long)wanted);
}

static void count(struct service_fixture *fixture, const char *item_id, int quantity)
{
    assert_accepted(fixture, CLINIC_REQUEST_EQUIPMENT_COUNT,
                    "{\"item_id\":\"%s\",\"quantity\":%d,\"reason\":\"stocktaking\"}", item_id,
                    quantity);
}

static void adjust(struct service_fixture *fixture, const char *item_id, int change)
{
    assert_accepted(fixture, CLINIC_REQUEST_EQUIPMENT_ADJUST,
                    "{\"item_id\":\"%s\",\"change\":%d,\"reason\":\"x\"}", item_id, change);
}

static void what_is_enough_is_not_in_the_report(void **state)
{
    struct service_fixture *fixture = *state;

    shelf_add_gloves(fixture);
    assert_null(report_row(fixture, 0));
}

// 4 boxes a day for 8 days: 46, 42, … 14; on the last days it is low.
static void a_row_says_all_that_an_order_needs(void **state)
{
    struct service_fixture *fixture = *state;
    char since[CLINIC_INSTANT_TEXT_BYTES];

    shelf_add_gloves(fixture);
    scale_weighs(fixture, "scale-1", 1, 46);
    for (int day = 1; day <= 8; day++) {
        services_pass(fixture, DAYS(1) - MINUTES(1), MINUTES(9));
        scale_weighs(fixture, "scale-1", 1, 46 - 4 * day);
        services_pass(fixture, MINUTES(1), MINUTES(1));
        if (day == 7)
            clinic_instant_print(fixture->wall_ms, since);
    }
    const cJSON *row = report_row(fixture, 0);
    assert_string_equal(clinic_json_text(row, "item_id"), "gloves");
    assert_string_equal(clinic_json_text(row, "name"), "Some gloves");
    assert_string_equal(clinic_json_text(row, "state"), "low");
    assert_number(row, "quantity", 14);
    assert_number(row, "minimum", 20);
    assert_number(row, "suggested", 46);
    // 32 in nine days, the first and today included.
    assert_number(row, "use_per_day_milli", 3555);
    assert_number(row, "days_left", 3);
    assert_string_equal(clinic_json_text(row, "low_since"), since);
    assert_number(row, "ordered", 0);
    assert_null(clinic_json_text(row, "expected"));
}

static void what_is_on_order_is_not_suggested_again(void **state)
{
    struct service_fixture *fixture = *state;

    shelf_add_gloves(fixture);
    scale_goes_on(fixture, 1, 10, MINUTES(2));
    assert_number(report_row(fixture, 0), "suggested", 50);
    assert_accepted(fixture, CLINIC_REQUEST_EQUIPMENT_ORDER,
                    "{\"item_id\":\"gloves\",\"quantity\":30,\"expected\":\"2026-11-27\"}");
    const cJSON *row = report_row(fixture, 0);
    assert_number(row, "suggested", 20);
    assert_number(row, "ordered", 30);
    assert_string_equal(clinic_json_text(row, "expected"), "2026-11-27");
    assert_accepted(fixture, CLINIC_REQUEST_EQUIPMENT_ORDER,
                    "{\"item_id\":\"gloves\",\"quantity\":90}");
    assert_number(report_row(fixture, 0), "suggested", 0);
}

static void what_was_refilled_leaves_the_report(void **state)
{
    struct service_fixture *fixture = *state;

    shelf_add_gloves(fixture);
    scale_goes_on(fixture, 1, 10, MINUTES(2));
    assert_non_null(report_row(fixture, 0));
    scale_goes_on(fixture, 1, 50, MINUTES(2));
    assert_null(report_row(fixture, 0));
    assert_sql_text(fixture, "1", "SELECT low_since_ms IS NULL FROM stock_item");
}

// Wavering takes away what it adds; what is put back was not used; a delivery is not use below nothing.
static void use_is_what_was_taken_and_stayed_away(void **state)
{
    struct service_fixture *fixture = *state;

    shelf_add_gloves(fixture);
    for (int i = 0; i < 50; i++) {
        scale_goes_on(fixture, 1, 39, MINUTES(2));
        scale_goes_on(fixture, 1, 40, MINUTES(2));
    }
    scale_goes_on(fixture, 1, 30, MINUTES(2));
    scale_goes_on(fixture, 1, 32, MINUTES(2));
    scale_goes_on(fixture, 1, 60, MINUTES(2));
    scale_goes_on(fixture, 1, 19, MINUTES(2));
    // 10 less 2, and 41.
    assert_number(report_row(fixture, 0), "use_per_day_milli", 49000);
}

static void a_correction_by_a_count_is_no_use_where_a_scale_watches(void **state)
{
    struct service_fixture *fixture = *state;

    shelf_add_gloves(fixture);
    services_pass(fixture, MINUTES(2), MINUTES(1));
    count(fixture, "gloves", 12);
    services_pass(fixture, MINUTES(2), MINUTES(1));
    const cJSON *row = report_row(fixture, 0);
    assert_number(row, "use_per_day_milli", 0);
    assert_null(clinic_json_member(row, "days_left"));
    // What was taken just before the count is use all the same.
    scale_weighs(fixture, "scale-1", 1, 37);
    count(fixture, "gloves", 11);
    services_pass(fixture, MINUTES(2), MINUTES(1));
    assert_number(report_row(fixture, 0), "use_per_day_milli", 3000);
}

static void counts_show_the_use_of_what_no_scale_watches(void **state)
{
    struct service_fixture *fixture = *state;

    shelf_add(fixture, "masks", 20, 60, "[]");
    count(fixture, "masks", 50);
    services_pass(fixture, DAYS(3), HOURS(1));
    count(fixture, "masks", 30);
    adjust(fixture, "masks", -5);
    count(fixture, "masks", 60);
    count(fixture, "masks", 19);
    const cJSON *row = report_row(fixture, 0);
    // 20, 5 and 41 in four days.
    assert_number(row, "use_per_day_milli", 16500);
    assert_number(row, "days_left", 1);
}

static void use_of_more_than_28_days_ago_is_forgotten(void **state)
{
    struct service_fixture *fixture = *state;

    shelf_add(fixture, "masks", 20, 90, "[]");
    count(fixture, "masks", 80);
    adjust(fixture, "masks", -28);
    services_pass(fixture, DAYS(27), HOURS(6));
    count(fixture, "masks", 10);
    // 28 and 42 in 28 days.
    assert_number(report_row(fixture, 0), "use_per_day_milli", 2500);
    services_pass(fixture, DAYS(1), HOURS(6));
    assert_number(report_row(fixture, 0), "use_per_day_milli", 1500);
    adjust(fixture, "masks", -1);
    assert_int_equal(sql_number(fixture, "SELECT count(*) FROM stock_use"), 2);
}

// Out comes before low, then what will be used up first, then what has waited the longest.
static void the_most_urgent_comes_first(void **state)
{
    static const char *const wanted[] = { "out", "fast", "slow", "waiting", "unused" };
    struct service_fixture *fixture = *state;

    shelf_add(fixture, "waiting", 20, 60, "[]");
    shelf_add(fixture, "unused", 20, 60, "[]");
    shelf_add(fixture, "slow", 20, 60, "[]");
    shelf_add(fixture, "fast", 20, 60, "[]");
    shelf_add(fixture, "out", 20, 60, "[]");
    count(fixture, "waiting", 10);
    services_pass(fixture, MINUTES(1), MINUTES(1));
    count(fixture, "unused", 10);
    count(fixture, "slow", 20);
    adjust(fixture, "slow", -3);
    count(fixture, "fast", 50);
    adjust(fixture, "fast", -35);
    count(fixture, "out", 0);
    for (size_t i = 0; i < ARRAY_SIZE(wanted); i++)
        assert_string_equal(clinic_json_text(report_row(fixture, (int)i), "item_id"), wanted[i]);
    assert_null(report_row(fixture, (int)ARRAY_SIZE(wanted)));
}

static void a_low_item_whose_scale_fell_silent_stays_in_the_report(void **state)
{
    struct service_fixture *fixture = *state;

    shelf_add_gloves(fixture);
    scale_goes_on(fixture, 1, 10, MINUTES(2));
    scale_says(fixture, "scale-1", 1, "fault");
    const cJSON *row = report_row(fixture, 0);
    assert_string_equal(clinic_json_text(row, "state"), "unknown");
    assert_non_null(clinic_json_text(row, "low_since"));
}

static void a_long_report_fits_into_a_message_and_says_that_there_is_more(void **state)
{
    enum { ITEMS = 95 };
    struct service_fixture *fixture = *state;
    char id[64];
    char quotes[161];
    size_t shown = 0;

    for (size_t i = 0; i + 1 < sizeof quotes; i += 2)
        memcpy(quotes + i, "\\\"", 2);
    quotes[160] = '\0';
    for (int i = 0; i < ITEMS; i++) {
        (void)snprintf(id, sizeof id, "item-%03d-with-a-name-of-forty-characters", i);
        id[40] = '\0';
        assert_accepted(fixture, CLINIC_REQUEST_EQUIPMENT_ITEM,
                        "{\"item_id\":\"%s\",\"name\":\"%s\",\"unit\":\"%.40s\","
                        "\"location\":\"%s\",\"minimum\":900000,\"par\":999999,\"bins\":[]}",
                        id, quotes, quotes, quotes);
        count(fixture, id, 800000);
        assert_accepted(fixture, CLINIC_REQUEST_EQUIPMENT_ORDER,
                        "{\"item_id\":\"%s\",\"quantity\":100000,\"expected\":\"2026-12-27\"}", id);
        if (i >= 90)
            count(fixture, id, 0);
    }
    assert_accepted(fixture, CLINIC_REQUEST_EQUIPMENT_RESTOCK_REPORT, "{}");
    assert_true(clinic_json_boolean(fixture->reply.data, "more", false));
    const cJSON *items = clinic_json_member(fixture->reply.data, "items");
    shown = (size_t)cJSON_GetArraySize(items);
    assert_int_equal(shown, 80);
    assert_string_equal(clinic_json_text(cJSON_GetArrayItem(items, 4), "state"), "out");
    assert_string_equal(clinic_json_text(cJSON_GetArrayItem(items, 5), "state"), "low");
    char *json = clinic_json_print(fixture->reply.data);
    assert_non_null(json);
    assert_true(strlen(json) < CLINIC_JSON_BYTES_MAX - 1024);
    free(json);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, services_open, services_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_is_enough_is_not_in_the_report),
        TEST(a_row_says_all_that_an_order_needs),
        TEST(what_is_on_order_is_not_suggested_again),
        TEST(what_was_refilled_leaves_the_report),
        TEST(use_is_what_was_taken_and_stayed_away),
        TEST(a_correction_by_a_count_is_no_use_where_a_scale_watches),
        TEST(counts_show_the_use_of_what_no_scale_watches),
        TEST(use_of_more_than_28_days_ago_is_forgotten),
        TEST(the_most_urgent_comes_first),
        TEST(a_low_item_whose_scale_fell_silent_stays_in_the_report),
        TEST(a_long_report_fits_into_a_message_and_says_that_there_is_more),
    };
    return cmocka_run_group_tests_name("equipment_restock", tests, NULL, NULL);
}
