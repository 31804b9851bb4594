// What staff say of a scale's load cells.
#include "scale_fixture.h"

static const enum clinic_request_kind SET = CLINIC_REQUEST_EQUIPMENT_SCALE;

#define CELL "\"node\":\"scale-1\",\"channel\":1"

static void a_new_channel_needs_to_say_what_it_bears(void **state)
{
    static const struct {
        const char *data;
        const char *field;
    } rows[] = {
        { "{" CELL "}", "capacity_mg" },
        { "{" CELL ",\"bin_mg\":0}", "capacity_mg" },
        { "{" CELL ",\"capacity_mg\":5000000}", "bin_mg" },
    };
    struct service_fixture *fixture = *state;

    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        assert_refused(fixture, CLINIC_CODE_INVALID_MISSING, SET, "%s", rows[i].data);
        assert_string_equal(fixture->reply.problem.field, rows[i].field);
    }
}

static void a_channel_is_added_once_and_changed_from_its_version(void **state)
{
    struct service_fixture *fixture = *state;

    cell_add(fixture);
    assert_string_equal(fixture->subject, "scale/scale-1.1");
    assert_refused(fixture, CLINIC_CODE_EXISTS, SET, "{" CELL ",\"capacity_mg\":1,\"bin_mg\":1}");
    assert_refused(fixture, CLINIC_CODE_NOT_FOUND, SET,
                   "{\"node\":\"scale-1\",\"channel\":2,\"expected_version\":1,\"most\":7}");
    assert_accepted(fixture, SET, "{" CELL ",\"expected_version\":1,\"most\":50}");
    assert_int_equal(cell_number(fixture, "settings", "most"), 50);
    assert_int_equal(cell_number(fixture, "settings", "capacity_mg"), 5000000);
    assert_refused(fixture, CLINIC_CODE_STALE_VERSION, SET,
                   "{" CELL ",\"expected_version\":1,\"most\":60}");
    const cJSON *current = clinic_json_member(fixture->reply.data, "channel");
    assert_int_equal(clinic_json_member(clinic_json_member(current, "settings"), "most")->valueint,
                     50);
    assert_refused(fixture, CLINIC_CODE_NO_CHANGE, SET,
                   "{" CELL ",\"expected_version\":2,\"most\":50}");
    assert_refused(fixture, CLINIC_CODE_NO_CHANGE, SET, "{" CELL ",\"expected_version\":2}");
}

static void a_channel_taken_off_is_gone_and_its_versions_are_not_used_again(void **state)
{
    struct service_fixture *fixture = *state;

    cell_set_up(fixture);
    assert_refused(fixture, CLINIC_CODE_INVALID_MISSING, SET, "{" CELL ",\"remove\":true}");
    assert_true(cell_set(fixture, "\"remove\":true"));
    assert_null(cell_row(fixture, 1));
    assert_refused(fixture, CLINIC_CODE_NOT_FOUND, SET,
                   "{" CELL ",\"expected_version\":8,\"remove\":true}");
    assert_refused(fixture, CLINIC_CODE_NOT_FOUND, SET, "{" CELL ",\"remove\":true}");
    assert_false(step_ask(fixture, "tare", ""));
    cell_add(fixture);
    assert_int_equal(cell_number(fixture, NULL, "version"), 9);
    assert_int_equal(cell_number(fixture, "settings", "tare_counts"), NOTHING);
    assert_int_equal(cell_number(fixture, "settings", "unit_mg"), NOTHING);
    assert_null(clinic_json_member(cell_row(fixture, 1), "last"));
}

static void only_a_scale_of_the_registry_is_set_up_and_any_is_taken_off(void **state)
{
    struct clinic_registry_node nodes[] = {
        { .name = "desk-1", .role = CLINIC_ROLE_DESK },
        { .name = "scale-1", .role = CLINIC_ROLE_SCALE },
        { .name = "scale-2", .role = CLINIC_ROLE_SCALE, .is_revoked = true },
    };
    const struct clinic_registry registry = { nodes, ARRAY_SIZE(nodes) };
    static const char *const others[] = { "desk-1", "scale-2", "scale-3" };
    struct service_fixture *fixture = *state;

    fixture->registry = &registry;
    cell_add(fixture);
    for (size_t i = 0; i < ARRAY_SIZE(others); i++) {
        assert_refused(fixture, CLINIC_CODE_NOT_FOUND, SET,
                       "{\"node\":\"%s\",\"channel\":1,\"capacity_mg\":1,\"bin_mg\":0}", others[i]);
        assert_string_equal(fixture->reply.problem.field, "node");
    }
    nodes[1].is_revoked = true;
    assert_false(cell_set(fixture, "\"most\":60"));
    assert_true(cell_set(fixture, "\"remove\":true"));
}

static void a_weight_that_was_typed_is_none_that_a_sample_has_shown(void **state)
{
    struct service_fixture *fixture = *state;

    cell_set_up(fixture);
    assert_int_equal(cell_number(fixture, "settings", "sample"), 500);
    assert_true(cell_set(fixture, "\"unit_mg\":7900"));
    assert_int_equal(cell_number(fixture, "settings", "unit_mg"), 7900);
    assert_int_equal(cell_number(fixture, "settings", "sample"), NOTHING);
    assert_int_equal(cell_number(fixture, "settings", "noise_mg"), NOTHING);
    assert_true(clinic_json_boolean(cell_row(fixture, 1), "is_set_up", false));
}

// 500 units of a sample of 500 that vary by 2 %: a deviation of 0.63 units, more than 0.58.
static void more_or_other_units_than_the_sample_was_good_for_are_judged_again(void **state)
{
    static const struct {
        const char *fields;
        int64_t box;
    } rows[] = {
        { "\"most\":50", NOTHING },
        { "\"most\":500", 2 },
        { "\"variation_permyriad\":100", NOTHING },
        { "\"variation_permyriad\":1000,\"most\":5000", 41 },
        { "\"variation_permyriad\":10000,\"most\":1000000", 76815 },
    };
    struct service_fixture *fixture = *state;

    cell_set_up(fixture);
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        assert_true(cell_set(fixture, rows[i].fields));
        const int64_t box = cell_number(fixture, "settings", "box_at_least");
        if (box != rows[i].box)
            fail_msg("%s: %lld", rows[i].fields, (long long)box);
        assert_int_equal(clinic_json_boolean(cell_row(fixture, 1), "is_set_up", false),
                         box == NOTHING);
    }
}

static void boxes_too_small_to_be_told_apart_are_refused(void **state)
{
    struct service_fixture *fixture = *state;

    cell_set_up(fixture);
    assert_true(cell_set(fixture, "\"variation_permyriad\":1000,\"most\":5000"));
    assert_false(cell_set(fixture, "\"units_per_box\":40"));
    assert_string_equal(fixture->reply.problem.field, "units_per_box");
    assert_non_null(strstr(fixture->reply.problem.message, "41"));
    assert_true(cell_set(fixture, "\"units_per_box\":41"));
    assert_true(clinic_json_boolean(cell_row(fixture, 1), "is_set_up", false));
    assert_true(cell_set(fixture, "\"units_per_box\":0"));
    assert_false(clinic_json_boolean(cell_row(fixture, 1), "is_set_up", true));
}

static void what_is_known_of_goods_is_void_once_others_lie_there(void **state)
{
    struct service_fixture *fixture = *state;

    cell_set_up(fixture); // of whatever is put there first
    item_put(fixture, "gloves", "Gloves M", "scale-1", 1);
    assert_string_equal(cell_text(fixture, NULL, "item_id"), "gloves");
    assert_int_equal(cell_number(fixture, "settings", "unit_mg"), 8000);

    assert_accepted(fixture, CLINIC_REQUEST_EQUIPMENT_ITEM,
                    "{\"item_id\":\"gloves\",\"expected_version\":1,\"bins\":[]}");
    assert_string_equal(cell_text(fixture, NULL, "item_id"), "none");
    assert_int_equal(cell_number(fixture, "settings", "unit_mg"), 8000);
    item_put(fixture, "masks", "Masks", "scale-1", 1);
    assert_int_equal(cell_number(fixture, "settings", "unit_mg"), NOTHING);
    assert_int_equal(cell_number(fixture, "settings", "most"), NOTHING);
    assert_int_equal(cell_number(fixture, "settings", "tare_counts"), 84213);
    assert_false(clinic_json_boolean(cell_row(fixture, 1), "is_set_up", true));

    assert_false(step_ask(fixture, "sample", ",\"count\":20"));
    assert_true(cell_set(fixture, "\"variation_permyriad\":100,\"most\":50"));
    step_do(fixture, "sample", ",\"count\":20", "done",
            ",\"unit_mg\":4000,\"noise_mg\":0,\"accuracy_permille\":999");
    assert_true(clinic_json_boolean(cell_row(fixture, 1), "is_set_up", false));
}

static void who_set_a_scale_up_is_in_the_trail_and_what_it_answers_is_not(void **state)
{
    static const char *const wanted[] = { "removed", "asked", "settings" };
    struct service_fixture *fixture = *state;

    cell_add(fixture);
    step_do(fixture, "tare", "", "done", ",\"tare_counts\":1");
    assert_true(cell_set(fixture, "\"remove\":true"));
    assert_accepted(fixture, CLINIC_REQUEST_AUDIT_READ, "{\"subject\":\"scale/scale-1.1\"}");
    const cJSON *rows = clinic_json_member(fixture->reply.data, "rows");
    assert_int_equal(cJSON_GetArraySize(rows), ARRAY_SIZE(wanted));
    for (size_t i = 0; i < ARRAY_SIZE(wanted); i++) {
        const cJSON *row = cJSON_GetArrayItem(rows, (int)i);
        assert_string_equal(clinic_json_text(row, "detail"), wanted[i]);
        assert_string_equal(clinic_json_text(row, "person"), "Rita");
        assert_string_equal(clinic_json_text(row, "action"), "clinic.equipment.scale-changed");
    }
}

static void a_channel_is_read_with_what_lies_there_and_when_it_spoke(void **state)
{
    struct service_fixture *fixture = *state;

    assert_refused(fixture, CLINIC_CODE_NOT_FOUND, CLINIC_REQUEST_EQUIPMENT_SCALE_READ,
                   "{" CELL "}");
    cell_set_up(fixture);
    assert_string_equal(cell_text(fixture, NULL, "seen"), "none");
    item_put(fixture, "gloves", "Gloves M", "scale-1", 1);
    services_at(fixture, "scale-1", CLINIC_ROLE_SCALE);
    assert_accepted(fixture, CLINIC_REQUEST_EQUIPMENT_MEASURE,
                    "{\"channel\":1,\"state\":\"stable\",\"quantity\":41}");
    assert_string_equal(reply_text(fixture, "time"), "2026-11-23T08:00:00.000Z");
    services_at(fixture, "desk-1", CLINIC_ROLE_DESK);
    assert_string_equal(cell_text(fixture, NULL, "seen"), "2026-11-23T08:00:00.000Z");
    assert_string_equal(cell_text(fixture, NULL, "label"), "Gloves M");
    assert_int_equal(cell_number(fixture, NULL, "config"), config_version(fixture, "scale-1"));
    char *json = clinic_json_print(clinic_json_member(cell_row(fixture, 1), "last"));
    assert_non_null(strstr(json, "\"step\":\"sample\",\"outcome\":\"done\","
                                 "\"answered\":\"2026-11-23T08:00:00.000Z\","
                                 "\"accuracy_permille\":998"));
    free(json);
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, services_open, services_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_new_channel_needs_to_say_what_it_bears),
        TEST(a_channel_is_added_once_and_changed_from_its_version),
        TEST(a_channel_taken_off_is_gone_and_its_versions_are_not_used_again),
        TEST(only_a_scale_of_the_registry_is_set_up_and_any_is_taken_off),
        TEST(a_weight_that_was_typed_is_none_that_a_sample_has_shown),
        TEST(more_or_other_units_than_the_sample_was_good_for_are_judged_again),
        TEST(boxes_too_small_to_be_told_apart_are_refused),
        TEST(what_is_known_of_goods_is_void_once_others_lie_there),
        TEST(who_set_a_scale_up_is_in_the_trail_and_what_it_answers_is_not),
        TEST(a_channel_is_read_with_what_lies_there_and_when_it_spoke),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
