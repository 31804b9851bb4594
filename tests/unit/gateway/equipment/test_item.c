// Items: added, changed, their bins moved; the list.
#include "equipment_fixture.h"

static void change(struct service_fixture *fixture, const char *item_id, int version,
                   const char *fields)
{
    int64_t found = 0;

    assert_accepted(fixture, CLINIC_REQUEST_EQUIPMENT_ITEM,
                    "{\"item_id\":\"%s\",\"expected_version\":%d,%s}", item_id, version, fields);
    assert_true(clinic_json_integer(fixture->reply.data, "version", &found));
    assert_int_equal(found, version + 1);
}

static void a_new_item_needs_all_that_is_known_of_it(void **state)
{
    static const struct {
        const char *data;
        const char *field;
    } rows[] = {
        { "{\"item_id\":\"x\"}", "name" },
        { "{\"item_id\":\"x\",\"name\":\"X\"}", "unit" },
        { "{\"item_id\":\"x\",\"name\":\"X\",\"unit\":\"box\"}", "location" },
        { "{\"item_id\":\"x\",\"name\":\"X\",\"unit\":\"box\",\"location\":\"\"}", "minimum" },
        { "{\"item_id\":\"x\",\"name\":\"X\",\"unit\":\"box\",\"location\":\"\",\"minimum\":1}",
          "par" },
    };
    struct service_fixture *fixture = *state;

    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        assert_refused(fixture, CLINIC_CODE_INVALID_MISSING, CLINIC_REQUEST_EQUIPMENT_ITEM, "%s",
                       rows[i].data);
        assert_string_equal(fixture->reply.problem.field, rows[i].field);
    }
}

static void an_item_without_bins_is_counted_by_hand(void **state)
{
    struct service_fixture *fixture = *state;

    assert_accepted(fixture, CLINIC_REQUEST_EQUIPMENT_ITEM,
                    "{\"item_id\":\"x\",\"name\":\"X\",\"unit\":\"box\",\"location\":\"\","
                    "\"minimum\":1,\"par\":2}");
    assert_accepted(fixture, CLINIC_REQUEST_EQUIPMENT_COUNT,
                    "{\"item_id\":\"x\",\"quantity\":7,\"reason\":\"first count\"}");
    assert_string_equal(reply_text(fixture, "state"), "ok");
}

static void an_item_is_added_once_and_changed_from_its_version(void **state)
{
    struct service_fixture *fixture = *state;

    shelf_add(fixture, "gloves", 20, 60, "[]");
    assert_refused(fixture, CLINIC_CODE_EXISTS, CLINIC_REQUEST_EQUIPMENT_ITEM,
                   "{\"item_id\":\"gloves\",\"name\":\"Others\"}");
    assert_refused(fixture, CLINIC_CODE_NOT_FOUND, CLINIC_REQUEST_EQUIPMENT_ITEM,
                   "{\"item_id\":\"glove\",\"expected_version\":1,\"name\":\"Others\"}");
    change(fixture, "gloves", 1, "\"name\":\"Gloves, medium\"");
    assert_string_equal(clinic_json_text(shelf_row(fixture, "gloves"), "name"), "Gloves, medium");
    assert_string_equal(clinic_json_text(shelf_row(fixture, "gloves"), "location"), "Room 2");
    assert_refused(fixture, CLINIC_CODE_STALE_VERSION, CLINIC_REQUEST_EQUIPMENT_ITEM,
                   "{\"item_id\":\"gloves\",\"expected_version\":1,\"name\":\"Gloves\"}");
    assert_string_equal(clinic_json_text(clinic_json_member(fixture->reply.data, "item"), "name"),
                        "Gloves, medium");
    assert_refused(fixture, CLINIC_CODE_NO_CHANGE, CLINIC_REQUEST_EQUIPMENT_ITEM,
                   "{\"item_id\":\"gloves\",\"expected_version\":2,\"name\":\"Gloves, medium\"}");
    assert_refused(fixture, CLINIC_CODE_INVALID_FIELD, CLINIC_REQUEST_EQUIPMENT_ITEM,
                   "{\"item_id\":\"gloves\",\"expected_version\":2,\"minimum\":61}");
    assert_string_equal(fixture->reply.problem.field, "par");
    assert_int_equal(event_count(fixture, CLINIC_EQUIPMENT_ITEM_CHANGED), 2);
}

static void a_changed_minimum_is_judged_at_once(void **state)
{
    struct service_fixture *fixture = *state;

    shelf_add_gloves(fixture);
    change(fixture, "gloves", 1, "\"minimum\":41");
    assert_stock(fixture, "gloves", 40, "low");
    assert_newest(fixture, CLINIC_EQUIPMENT_STOCK_CHANGED, "cause", "minimum");
    assert_newest(fixture, CLINIC_EQUIPMENT_LOW_STOCK, "minimum", "41");
    // 37 and a margin of 4 would be 41.
    change(fixture, "gloves", 2, "\"minimum\":37");
    assert_stock(fixture, "gloves", 40, "low");
    change(fixture, "gloves", 3, "\"minimum\":36");
    assert_stock(fixture, "gloves", 40, "ok");
    assert_int_equal(event_count(fixture, CLINIC_EQUIPMENT_LOW_STOCK), 1);
}

static void a_changed_minimum_of_what_nobody_knows_is_judged_later(void **state)
{
    struct service_fixture *fixture = *state;

    shelf_add_gloves(fixture);
    scale_says(fixture, "scale-1", 1, "fault");
    change(fixture, "gloves", 1, "\"minimum\":50");
    assert_stock(fixture, "gloves", 40, "unknown");
    assert_int_equal(event_count(fixture, CLINIC_EQUIPMENT_LOW_STOCK), 0);
    scale_goes_on(fixture, 1, 40, MINUTES(2));
    assert_stock(fixture, "gloves", 40, "low");
    assert_int_equal(event_count(fixture, CLINIC_EQUIPMENT_LOW_STOCK), 1);
}

static void a_load_cell_belongs_to_one_bin_of_one_item(void **state)
{
    static const struct {
        const char *bins;
        const char *field;
    } rows[] = {
        { "[{\"bin_id\":\"a\",\"node\":\"scale-1\",\"channel\":1}]", "bins[0].channel" },
        { "[{\"bin_id\":\"a\",\"node\":\"scale-1\",\"channel\":2},"
          "{\"bin_id\":\"left\",\"node\":\"scale-1\",\"channel\":3}]",
          "bins[1].bin_id" },
        { "[{\"bin_id\":\"a\",\"node\":\"scale-1\",\"channel\":2},"
          "{\"bin_id\":\"b\",\"node\":\"scale-1\",\"channel\":2}]",
          "bins[1].channel" },
        { "[{\"bin_id\":\"a\",\"node\":\"scale-1\",\"channel\":2},"
          "{\"bin_id\":\"a\",\"node\":\"scale-1\",\"channel\":3}]",
          "bins[1].bin_id" },
    };
    struct service_fixture *fixture = *state;

    shelf_add_gloves(fixture);
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        assert_refused(fixture, CLINIC_CODE_EXISTS, CLINIC_REQUEST_EQUIPMENT_ITEM,
                       "{\"item_id\":\"masks\",\"name\":\"Masks\",\"unit\":\"box\","
                       "\"location\":\"\",\"minimum\":1,\"par\":2,\"bins\":%s}",
                       rows[i].bins);
        assert_string_equal(fixture->reply.problem.field, rows[i].field);
    }
}

static void a_bin_is_moved_to_another_item_by_taking_it_out_first(void **state)
{
    struct service_fixture *fixture = *state;

    shelf_add(fixture, "gloves", 20, 60,
              "[{\"bin_id\":\"a\",\"node\":\"scale-1\",\"channel\":1},"
              "{\"bin_id\":\"b\",\"node\":\"scale-1\",\"channel\":2}]");
    shelf_add(fixture, "masks", 20, 60, "[]");
    scale_weighs(fixture, "scale-1", 1, 30);
    scale_weighs(fixture, "scale-1", 2, 15);
    change(fixture, "gloves", 1,
           "\"bins\":[{\"bin_id\":\"a\",\"node\":\"scale-1\",\"channel\":1}]");
    assert_stock(fixture, "gloves", 30, "ok");
    assert_newest(fixture, CLINIC_EQUIPMENT_STOCK_CHANGED, "cause", "bins");
    assert_newest(fixture, CLINIC_EQUIPMENT_STOCK_CHANGED, "change", "-15");

    assert_accepted(fixture, CLINIC_REQUEST_EQUIPMENT_COUNT,
                    "{\"item_id\":\"masks\",\"quantity\":8,\"reason\":\"x\"}");
    change(fixture, "masks", 1, "\"bins\":[{\"bin_id\":\"b\",\"node\":\"scale-1\",\"channel\":2}]");
    assert_stock(fixture, "masks", 0, "unknown");
    scale_weighs(fixture, "scale-1", 2, 7);
    assert_stock(fixture, "masks", 7, "low");
    assert_stock(fixture, "gloves", 30, "ok");
    // Moving is not using.
    services_pass(fixture, MINUTES(5), MINUTES(1));
    scale_weighs(fixture, "scale-1", 1, 29);
    assert_int_equal(sql_number(fixture, "SELECT count(*) FROM stock_use"), 0);
}

static void bins_of_an_item_change_places(void **state)
{
    struct service_fixture *fixture = *state;

    shelf_add(fixture, "gloves", 20, 60,
              "[{\"bin_id\":\"a\",\"node\":\"scale-1\",\"channel\":1},"
              "{\"bin_id\":\"b\",\"node\":\"scale-1\",\"channel\":2}]");
    scale_weighs(fixture, "scale-1", 1, 30);
    scale_weighs(fixture, "scale-1", 2, 15);
    change(fixture, "gloves", 1,
           "\"bins\":[{\"bin_id\":\"a\",\"node\":\"scale-1\",\"channel\":2},"
           "{\"bin_id\":\"b\",\"node\":\"scale-1\",\"channel\":1}]");
    assert_stock(fixture, "gloves", 45, "unknown");
    scale_weighs(fixture, "scale-1", 1, 15);
    scale_weighs(fixture, "scale-1", 2, 29);
    assert_stock(fixture, "gloves", 44, "ok");
}

static void without_its_last_bin_an_item_is_counted_by_hand(void **state)
{
    struct service_fixture *fixture = *state;

    shelf_add_gloves(fixture);
    change(fixture, "gloves", 1, "\"bins\":[]");
    assert_stock(fixture, "gloves", 40, "ok");
    services_pass(fixture, HOURS(1), MINUTES(1));
    assert_stock(fixture, "gloves", 40, "ok");
    // A quarter of an hour of silence means nothing where no bin stands.
    assert_int_equal(event_count(fixture, CLINIC_EQUIPMENT_STOCK_CHANGED), 1);
}

static void a_broken_scale_that_is_taken_away_leaves_what_the_others_see(void **state)
{
    struct service_fixture *fixture = *state;

    shelf_add(fixture, "gloves", 20, 60,
              "[{\"bin_id\":\"a\",\"node\":\"scale-1\",\"channel\":1},"
              "{\"bin_id\":\"b\",\"node\":\"scale-1\",\"channel\":2}]");
    scale_weighs(fixture, "scale-1", 1, 30);
    scale_weighs(fixture, "scale-1", 2, 15);
    scale_says(fixture, "scale-1", 2, "fault");
    assert_stock(fixture, "gloves", 45, "unknown");
    change(fixture, "gloves", 1,
           "\"bins\":[{\"bin_id\":\"a\",\"node\":\"scale-1\",\"channel\":1}]");
    assert_stock(fixture, "gloves", 30, "ok");
}

static void the_list_goes_on_behind_an_item_and_fits_into_a_message(void **state)
{
    enum { ITEMS = 25, BINS = 16 };
    struct service_fixture *fixture = *state;
    char bins[2048];
    char id[16];
    char after[16] = "";
    int seen = 0;
    bool has_more = true;

    for (int i = 0; i < ITEMS; i++) {
        size_t length = 0;
        (void)snprintf(id, sizeof id, "item-%02d", i);
        for (int bin = 0; bin < BINS; bin++)
            length +=
                (size_t)snprintf(bins + length, sizeof bins - length,
                                 "%c{\"bin_id\":\"%02d-%02d-a-bin-with-a-name-of-forty-letters\","
                                 "\"node\":\"scale-%02d-with-as-many-as-32-char\",\"channel\":%d}",
                                 bin == 0 ? '[' : ',', i, bin, 2 * i + bin / 8, bin % 8 + 1);
        (void)snprintf(bins + length, sizeof bins - length, "]");
        shelf_add(fixture, id, 20, 60, bins);
    }
    while (has_more) {
        assert_accepted(fixture, CLINIC_REQUEST_EQUIPMENT_LIST, "{\"after\":\"%s\"}",
                        after[0] == '\0' ? "0" : after);
        char *json = clinic_json_print(fixture->reply.data);
        assert_non_null(json);
        assert_true(strlen(json) < CLINIC_JSON_BYTES_MAX - 1024);
        free(json);
        const cJSON *row;
        cJSON_ArrayForEach(row, clinic_json_member(fixture->reply.data, "items"))
        {
            (void)snprintf(id, sizeof id, "item-%02d", seen++);
            assert_string_equal(clinic_json_text(row, "item_id"), id);
        }
        (void)snprintf(after, sizeof after, "%s", id);
        has_more = clinic_json_boolean(fixture->reply.data, "more", false);
    }
    assert_int_equal(seen, ITEMS);
    assert_accepted(fixture, CLINIC_REQUEST_EQUIPMENT_LIST, "{\"after\":\"item-21\",\"limit\":2}");
    assert_int_equal(cJSON_GetArraySize(clinic_json_member(fixture->reply.data, "items")), 2);
    assert_true(clinic_json_boolean(fixture->reply.data, "more", false));
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, services_open, services_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_new_item_needs_all_that_is_known_of_it),
        TEST(an_item_without_bins_is_counted_by_hand),
        TEST(an_item_is_added_once_and_changed_from_its_version),
        TEST(a_changed_minimum_is_judged_at_once),
        TEST(a_changed_minimum_of_what_nobody_knows_is_judged_later),
        TEST(a_load_cell_belongs_to_one_bin_of_one_item),
        TEST(a_bin_is_moved_to_another_item_by_taking_it_out_first),
        TEST(bins_of_an_item_change_places),
        TEST(without_its_last_bin_an_item_is_counted_by_hand),
        TEST(a_broken_scale_that_is_taken_away_leaves_what_the_others_see),
        TEST(the_list_goes_on_behind_an_item_and_fits_into_a_message),
    };
    return cmocka_run_group_tests_name("equipment_item", tests, NULL, NULL);
}
