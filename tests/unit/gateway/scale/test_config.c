// The configs that scales are given.
#include "scale_fixture.h"

// 4000 bytes are what a scale takes.
static void assert_config(const struct service_fixture *fixture, const char *node,
                          const char *wanted)
{
    char *json = config_text(fixture, node);

    assert_non_null(json);
    assert_string_equal(json, wanted);
    free(json);
}

static void a_config_is_to_the_letter(void **state)
{
    struct service_fixture *fixture = *state;
    char wanted[1000];

    cell_add(fixture);
    assert_config(
        fixture, "scale-1",
        "{\"version\":1,\"time\":\"2026-11-23T08:00:00.000Z\",\"channels\":[{\"channel\":1,"
        "\"label\":\"\",\"capacity_mg\":5000000,\"bin_mg\":100000,\"units_per_box\":0,"
        "\"variation_permyriad\":200,\"most\":500}]}");
    item_put(fixture, "gloves", "Gloves M", "scale-1", 1);
    step_do(fixture, "tare", "", "done", ",\"tare_counts\":84213");
    step_do(fixture, "calibrate", ",\"mass_mg\":1000000", "done",
            ",\"span_counts\":420000,\"span_mg\":1000000");
    step_do(fixture, "sample", ",\"count\":500", "done",
            ",\"unit_mg\":8000,\"noise_mg\":90,\"accuracy_permille\":998");
    assert_true(step_ask(fixture, "calibrate", ",\"mass_mg\":2000000"));
    (void)snprintf(wanted, sizeof wanted,
                   "{\"version\":%d,\"time\":\"2026-11-23T08:00:00.000Z\",\"channels\":[{"
                   "\"channel\":1,\"label\":\"Gloves M\",\"capacity_mg\":5000000,"
                   "\"bin_mg\":100000,\"tare_counts\":84213,\"span_counts\":420000,"
                   "\"span_mg\":1000000,\"unit_mg\":8000,\"units_per_box\":0,"
                   "\"variation_permyriad\":200,\"most\":500,\"sample\":500,\"noise_mg\":90,"
                   "\"task\":{\"id\":\"%s\",\"step\":\"calibrate\",\"mass_mg\":2000000}}]}",
                   (int)config_version(fixture, "scale-1"), reply_text(fixture, "task_id"));
    assert_config(fixture, "scale-1", wanted);
}

static void the_largest_config_fits_into_a_scale(void **state)
{
    static const char name[] = "\\\\\\\"\\\\\\\"\\\\\\\"\\\\\\\"\\\\\\\"\\\\\\\"\\\\\\\"\\\\\\\""
                               "\\\\\\\"\\\\\\\"\\\\\\\"\\\\\\\"\\\\\\\"\\\\\\\"";
    struct service_fixture *fixture = *state;
    char item[8];

    for (int channel = 1; channel <= 4; channel++) {
        assert_accepted(fixture, CLINIC_REQUEST_EQUIPMENT_SCALE,
                        "{\"node\":\"scale-1\",\"channel\":%d,\"capacity_mg\":1000000000,"
                        "\"bin_mg\":1000000000,\"variation_permyriad\":10000,\"most\":1000000,"
                        "\"units_per_box\":100000}",
                        channel);
        (void)snprintf(item, sizeof item, "item-%d", channel);
        item_put(fixture, item, name, "scale-1", channel);
        // As no set-up would leave it: every number as long as it may be, and a step under way.
        services_happen(fixture, CLINIC_EQUIPMENT_SCALE_CHANGED, "scale/scale-1.1", NULL,
                        "{\"node\":\"scale-1\",\"channel\":%d,\"version\":123456789012345,"
                        "\"cause\":\"asked\",\"settings\":{\"capacity_mg\":1000000000,"
                        "\"bin_mg\":1000000000,\"unit_mg\":1000000000,\"units_per_box\":100000,"
                        "\"variation_permyriad\":10000,\"most\":1000000,"
                        "\"tare_counts\":-1073741824,\"span_counts\":-1073741824,"
                        "\"span_mg\":1000000000,\"sample\":1000000,\"noise_mg\":1000000000,"
                        "\"box_at_least\":100000},\"task\":{"
                        "\"id\":\"01935c1e-8b2a-7c3d-8e4f-123456789abc\",\"step\":\"calibrate\","
                        "\"mass_mg\":1000000000,\"count\":1000000,"
                        "\"asked\":\"2026-11-23T08:00:00.000Z\"}}",
                        channel);
    }
    char *json = config_text(fixture, "scale-1");
    assert_non_null(strstr(json, "-1073741824"));
    assert_non_null(strstr(json, "\\\\\\\"\\\\\\\"\\\\\\\""));
    // A place in the log has two digits here, and at most sixteen.
    assert_true(strlen(json) + 14 <= SCALE_CONFIG_BYTES_MAX);
    assert_true(strlen(json) > SCALE_CONFIG_BYTES_MAX / 3);
    free(json);
}

static void a_label_is_cut_at_a_character(void **state)
{
    struct service_fixture *fixture = *state;

    cell_add(fixture);
    item_put(fixture, "gloves", "Gants médicaux, n° 7 – été", "scale-1", 1);
    assert_string_equal(cell_text(fixture, NULL, "label"), "Gants médicaux, n° 7 ");
}

static void what_a_scale_must_not_count_by_is_withheld(void **state)
{
    struct service_fixture *fixture = *state;

    cell_set_up(fixture);
    assert_true(cell_set(fixture, "\"variation_permyriad\":1000"));
    char *json = config_text(fixture, "scale-1");
    assert_null(strstr(json, "unit_mg"));
    assert_null(strstr(json, "box_at_least"));
    free(json);
    assert_true(cell_set(fixture, "\"units_per_box\":50"));
    json = config_text(fixture, "scale-1");
    assert_non_null(strstr(json, "\"unit_mg\":8000,\"units_per_box\":50"));
    free(json);
}

// A scale writes every config into its flash: there is a new one for what it shows or does, and for nothing else.
static void a_config_changes_with_what_its_scale_must_know(void **state)
{
    struct service_fixture *fixture = *state;

    cell_add(fixture);
    assert_accepted(fixture, CLINIC_REQUEST_EQUIPMENT_SCALE,
                    "{\"node\":\"scale-2\",\"channel\":1,\"capacity_mg\":1,\"bin_mg\":0}");
    const uint64_t second = config_version(fixture, "scale-2");
    assert_int_equal(second, 2);
    item_put(fixture, "gloves", "Gloves M", "scale-1", 1);
    assert_int_equal(config_version(fixture, "scale-1"), 3);
    assert_accepted(fixture, CLINIC_REQUEST_EQUIPMENT_ITEM,
                    "{\"item_id\":\"gloves\",\"expected_version\":1,\"minimum\":30}");
    assert_accepted(fixture, CLINIC_REQUEST_EQUIPMENT_COUNT,
                    "{\"item_id\":\"gloves\",\"quantity\":7,\"reason\":\"first count\"}");
    assert_int_equal(config_version(fixture, "scale-1"), 3);
    assert_accepted(fixture, CLINIC_REQUEST_EQUIPMENT_ITEM,
                    "{\"item_id\":\"gloves\",\"expected_version\":2,\"name\":\"Gloves L\"}");
    const uint64_t renamed = config_version(fixture, "scale-1");
    assert_true(renamed > 3);
    assert_int_equal(config_version(fixture, "scale-2"), second);

    // Moved to the other scale: both are told.
    assert_accepted(fixture, CLINIC_REQUEST_EQUIPMENT_ITEM,
                    "{\"item_id\":\"gloves\",\"expected_version\":3,\"bins\":[{"
                    "\"bin_id\":\"gloves\",\"node\":\"scale-2\",\"channel\":1}]}");
    assert_true(config_version(fixture, "scale-1") > renamed);
    assert_int_equal(config_version(fixture, "scale-1"), config_version(fixture, "scale-2"));
    char *json = config_text(fixture, "scale-1");
    assert_non_null(strstr(json, "\"label\":\"\""));
    free(json);
    json = config_text(fixture, "scale-2");
    assert_non_null(strstr(json, "\"label\":\"Gloves L\""));
    free(json);
}

static void a_bin_on_a_scale_that_nobody_has_set_up_makes_no_config(void **state)
{
    struct service_fixture *fixture = *state;

    item_put(fixture, "gloves", "Gloves M", "scale-1", 1);
    assert_null(config_text(fixture, "scale-1"));
    cell_add(fixture);
    assert_string_equal(cell_text(fixture, NULL, "label"), "Gloves M");
}

static void a_channel_taken_off_vanishes_and_the_last_leaves_an_empty_config(void **state)
{
    struct service_fixture *fixture = *state;

    cell_add(fixture);
    item_put(fixture, "gloves", "Gloves M", "scale-1", 1);
    assert_accepted(fixture, CLINIC_REQUEST_EQUIPMENT_SCALE,
                    "{\"node\":\"scale-1\",\"channel\":3,\"capacity_mg\":1,\"bin_mg\":0}");
    assert_true(cell_set(fixture, "\"remove\":true"));
    assert_config(fixture, "scale-1",
                  "{\"version\":4,\"time\":\"2026-11-23T08:00:00.000Z\",\"channels\":[{"
                  "\"channel\":3,\"label\":\"\",\"capacity_mg\":1,\"bin_mg\":0,"
                  "\"units_per_box\":0}]}");
    assert_accepted(fixture, CLINIC_REQUEST_EQUIPMENT_SCALE,
                    "{\"node\":\"scale-1\",\"channel\":3,\"expected_version\":1,\"remove\":true}");
    assert_config(fixture, "scale-1",
                  "{\"version\":5,\"time\":\"2026-11-23T08:00:00.000Z\",\"channels\":[]}");
    // What lies where a channel was is nothing to the scale.
    assert_accepted(fixture, CLINIC_REQUEST_EQUIPMENT_ITEM,
                    "{\"item_id\":\"gloves\",\"expected_version\":1,\"name\":\"Gloves L\"}");
    assert_int_equal(config_version(fixture, "scale-1"), 5);
}

static void configs_are_found_in_the_order_in_which_they_changed(void **state)
{
    static const char *const wanted[] = { "scale-3", "scale-1", "scale-2" };
    struct service_fixture *fixture = *state;
    struct scale_mark mark = { 0 };

    for (int node = 1; node <= 3; node++)
        assert_accepted(fixture, CLINIC_REQUEST_EQUIPMENT_SCALE,
                        "{\"node\":\"scale-%d\",\"channel\":1,\"capacity_mg\":1,\"bin_mg\":0}",
                        node);
    // One event, two scales: the same version.
    assert_accepted(fixture, CLINIC_REQUEST_EQUIPMENT_ITEM,
                    "{\"item_id\":\"gloves\",\"name\":\"Gloves\",\"unit\":\"piece\","
                    "\"location\":\"\",\"minimum\":20,\"par\":60,\"bins\":["
                    "{\"bin_id\":\"b\",\"node\":\"scale-2\",\"channel\":1},"
                    "{\"bin_id\":\"a\",\"node\":\"scale-1\",\"channel\":1}]}");
    for (size_t i = 0; i < ARRAY_SIZE(wanted); i++) {
        assert_int_equal(scale_next_config(fixture->store, &mark, &mark), CLINIC_OK);
        assert_string_equal(mark.node, wanted[i]);
    }
    assert_int_equal(scale_next_config(fixture->store, &mark, &mark), CLINIC_NOT_FOUND);
    assert_string_equal(mark.node, "scale-2");
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, services_open, services_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_config_is_to_the_letter),
        TEST(the_largest_config_fits_into_a_scale),
        TEST(a_label_is_cut_at_a_character),
        TEST(what_a_scale_must_not_count_by_is_withheld),
        TEST(a_config_changes_with_what_its_scale_must_know),
        TEST(a_bin_on_a_scale_that_nobody_has_set_up_makes_no_config),
        TEST(a_channel_taken_off_vanishes_and_the_last_leaves_an_empty_config),
        TEST(configs_are_found_in_the_order_in_which_they_changed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
