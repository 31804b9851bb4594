// What scales say of their bins, and how far that can be trusted.
#include "scale_fixture.h"

static const enum clinic_request_kind READ = CLINIC_REQUEST_EQUIPMENT_BINS;

static void measure(struct service_fixture *fixture, const char *more)
{
    const struct caller desk = fixture->caller;

    services_at(fixture, "scale-1", CLINIC_ROLE_SCALE);
    assert_accepted(fixture, CLINIC_REQUEST_EQUIPMENT_MEASURE, "{\"channel\":1,%s}", more);
    fixture->caller = desk;
}

static const cJSON *only_row(struct service_fixture *fixture)
{
    assert_accepted(fixture, READ, "{}");
    const cJSON *rows = clinic_json_member(fixture->reply.data, "bins");
    assert_int_equal(cJSON_GetArraySize(rows), 1);
    return cJSON_GetArrayItem(rows, 0);
}

static void assert_confidence(struct service_fixture *fixture, const char *wanted)
{
    assert_string_equal(clinic_json_text(only_row(fixture), "confidence"), wanted);
}

static void a_bin_is_shown_with_all_that_is_known_of_it(void **state)
{
    struct service_fixture *fixture = *state;

    cell_set_up(fixture);
    item_put(fixture, "gloves", "Gloves, medium, powder-free", "scale-1", 1);
    measure(fixture, "\"state\":\"stable\",\"quantity\":41,\"accuracy_permille\":995");
    char *json = clinic_json_print(only_row(fixture));
    assert_string_equal(json, "{\"bin_id\":\"gloves\",\"item_id\":\"gloves\","
                              "\"name\":\"Gloves, medium, powder-free\","
                              "\"label\":\"Gloves, medium, powder-f\",\"node\":\"scale-1\","
                              "\"channel\":1,\"quantity\":41,\"state\":\"stable\","
                              "\"seen\":\"2026-11-23T08:00:00.000Z\",\"accuracy_permille\":995,"
                              "\"confidence\":\"high\",\"is_set_up\":true}");
    free(json);
}

static void confidence_is_by_accuracy(void **state)
{
    static const struct {
        const char *accuracy;
        const char *confidence;
    } rows[] = {
        { "", "low" }, // never told
        { ",\"accuracy_permille\":1000", "high" },
        { ",\"accuracy_permille\":990", "high" },
        { ",\"accuracy_permille\":989", "medium" },
        { ",\"accuracy_permille\":900", "medium" },
        { ",\"accuracy_permille\":899", "low" },
        { ",\"accuracy_permille\":0", "low" },
        { "", "low" }, // as told last
        { ",\"accuracy_permille\":990", "high" },
        { "", "high" },
    };
    struct service_fixture *fixture = *state;
    char data[100];

    item_put(fixture, "gloves", "Gloves", "scale-1", 1);
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        (void)snprintf(data, sizeof data, "\"state\":\"stable\",\"quantity\":41%s",
                       rows[i].accuracy);
        measure(fixture, data);
        assert_confidence(fixture, rows[i].confidence);
    }
}

static void who_does_not_see_is_not_trusted(void **state)
{
    struct service_fixture *fixture = *state;

    item_put(fixture, "gloves", "Gloves", "scale-1", 1);
    assert_confidence(fixture, "none");
    measure(fixture, "\"state\":\"lifted\",\"accuracy_permille\":999");
    assert_confidence(fixture, "none"); // it has never stood still
    measure(fixture, "\"state\":\"stable\",\"quantity\":41");
    assert_confidence(fixture, "high");
    measure(fixture, "\"state\":\"lifted\"");
    assert_confidence(fixture, "low");
    measure(fixture, "\"state\":\"overload\"");
    assert_confidence(fixture, "low");
    measure(fixture, "\"state\":\"fault\"");
    assert_confidence(fixture, "none");
    measure(fixture, "\"state\":\"stable\",\"quantity\":41");
    assert_confidence(fixture, "high");
    services_pass(fixture, MINUTES(17), SECONDS(10));
    assert_string_equal(clinic_json_text(only_row(fixture), "state"), "stale");
    assert_confidence(fixture, "none");
}

static void what_staff_counted_meanwhile_makes_the_last_reading_doubtful(void **state)
{
    struct service_fixture *fixture = *state;

    item_put(fixture, "gloves", "Gloves", "scale-1", 1);
    measure(fixture, "\"state\":\"stable\",\"quantity\":41,\"accuracy_permille\":999");
    measure(fixture, "\"state\":\"lifted\"");
    assert_accepted(fixture, CLINIC_REQUEST_EQUIPMENT_COUNT,
                    "{\"item_id\":\"gloves\",\"quantity\":30,\"reason\":\"counted\"}");
    assert_confidence(fixture, "low");
    measure(fixture, "\"state\":\"stable\",\"quantity\":30");
    assert_confidence(fixture, "high");
}

static void bins_are_shown_page_by_page(void **state)
{
    struct service_fixture *fixture = *state;
    char item[16], node[16];
    char after[16] = "a";
    bool has_more = true;
    int pages = 0;
    int shown = 0;

    for (int i = 0; i < 103; i++) {
        (void)snprintf(item, sizeof item, "item-%03d", i);
        (void)snprintf(node, sizeof node, "scale-%d", i / 4);
        item_put(fixture, item, "Gloves", node, i % 4 + 1);
    }
    while (has_more) {
        assert_accepted(fixture, READ, "{\"after\":\"%s\"}", after);
        const cJSON *rows = clinic_json_member(fixture->reply.data, "bins");
        const cJSON *last = cJSON_GetArrayItem(rows, cJSON_GetArraySize(rows) - 1);
        (void)snprintf(after, sizeof after, "%s", clinic_json_text(last, "bin_id"));
        shown += cJSON_GetArraySize(rows);
        has_more = clinic_json_boolean(fixture->reply.data, "more", false);
        pages++;
    }
    assert_int_equal(pages, 3);
    assert_int_equal(shown, 103);
    assert_accepted(fixture, READ, "{\"limit\":3}");
    assert_int_equal(cJSON_GetArraySize(clinic_json_member(fixture->reply.data, "bins")), 3);
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, services_open, services_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_bin_is_shown_with_all_that_is_known_of_it),
        TEST(confidence_is_by_accuracy),
        TEST(who_does_not_see_is_not_trusted),
        TEST(what_staff_counted_meanwhile_makes_the_last_reading_doubtful),
        TEST(bins_are_shown_page_by_page),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
