// What desks are told of the running gateway and of the nodes.
#include "../../../gateway/serve_scope.h"
#include "intake_fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { REPORTED_MAX = 200, REPLY_BYTES_MAX = 60 * 1024 };

struct scene {
    struct bench *bench;
    struct server server;
    cJSON *report;
};

static int open_scene(void **state)
{
    struct scene *scene = calloc(1, sizeof *scene);

    assert_non_null(scene);
    assert_int_equal(intake_set_up((void **)&scene->bench), 0);
    scene->server.store = scene->bench->store;
    scene->server.authority = scene->bench->authority;
    scene->server.nodes = nodes_open();
    assert_non_null(scene->server.nodes);
    *state = scene;
    return 0;
}

static int close_scene(void **state)
{
    struct scene *scene = *state;

    cJSON_Delete(scene->report);
    nodes_close(scene->server.nodes);
    const int result = intake_tear_down((void **)&scene->bench);
    free(scene);
    return result;
}

// As the gateway would reply: it must be as the catalogue says.
static void report(struct scene *scene)
{
    const struct clinic_request_type *type = &clinic_request_types[CLINIC_REQUEST_SYSTEM_STATUS];
    struct clinic_problem problem;

    cJSON_Delete(scene->report);
    scene->report = cJSON_CreateObject();
    assert_true(serve_report(&scene->server, scene->report));
    if (!clinic_fields_check(type->reply_fields, type->reply_field_count, scene->report, false,
                             &problem))
        fail_msg("%s: %s", problem.field, problem.message);
}

static const cJSON *reported(const struct scene *scene, const char *node)
{
    const cJSON *row;

    cJSON_ArrayForEach(row, clinic_json_member(scene->report, "nodes"))
    {
        if (strcmp(clinic_json_text(row, "node"), node) == 0)
            return row;
    }
    fail_msg("%s is not told of", node);
    return NULL;
}

static int64_t number_of(const cJSON *object, const char *name)
{
    int64_t number = -1;

    (void)clinic_json_integer(object, name, &number);
    return number;
}

static void says(struct scene *scene, const char *node, const char *payload)
{
    nodes_take(scene->server.nodes, node, payload, strlen(payload));
}

static void the_store_is_told_of(void **state)
{
    struct scene *scene = *state;
    struct clinic_request request = make_patient(scene->bench, "Ana", "1990-04-02");

    (void)ask(scene->bench, "kiosk-1", &request);
    clinic_request_done(&request);
    report(scene);
    assert_int_equal(number_of(scene->report, "head"), 1);
    assert_string_equal(clinic_json_text(scene->report, "version"), CLINIC_VERSION);
    assert_true(clinic_json_boolean(scene->report, "has_room", false));
    assert_true(number_of(scene->report, "free_bytes") > 0);
    assert_string_equal(clinic_json_text(scene->report, "time"),
                        clinic_json_text(scene->report, "last_commit"));
    assert_null(clinic_json_member(scene->report, "upstream")); // none is set
}

static void every_node_of_the_registry_is_told_of_with_what_it_last_said(void **state)
{
    struct scene *scene = *state;

    says(scene, "desk-1",
         "{\"state\":\"online\",\"since\":\"2026-11-23T07:00:00.000Z\",\"version\":\"1.2\","
         "\"outbox\":3,\"rejected\":1}");
    says(scene, "kiosk-1",
         "{\"state\":\"offline\",\"since\":\"2026-11-23T07:00:00.000Z\",\"version\":\"1.1\","
         "\"outbox\":0}");
    says(scene, "stranger", "{\"state\":\"online\"}");
    report(scene);
    assert_int_equal(cJSON_GetArraySize(clinic_json_member(scene->report, "nodes")), 4);
    assert_false(clinic_json_boolean(scene->report, "more", true));

    const cJSON *desk = reported(scene, "desk-1");
    assert_string_equal(clinic_json_text(desk, "role"), "desk");
    assert_string_equal(clinic_json_text(desk, "state"), "online");
    assert_string_equal(clinic_json_text(desk, "since"), "2026-11-23T07:00:00.000Z");
    assert_string_equal(clinic_json_text(desk, "version"), "1.2");
    assert_int_equal(number_of(desk, "waiting"), 3);
    assert_int_equal(number_of(desk, "rejected"), 1);
    assert_string_equal(clinic_json_text(desk, "certificate_expires"), "2030-01-01T00:00:00.000Z");
    assert_false(clinic_json_boolean(desk, "is_revoked", true));

    assert_string_equal(clinic_json_text(reported(scene, "kiosk-1"), "state"), "offline");
    assert_null(clinic_json_member(reported(scene, "kiosk-1"), "rejected"));
    assert_string_equal(clinic_json_text(reported(scene, "scale-1"), "state"), "unknown");
    assert_null(clinic_json_member(reported(scene, "scale-1"), "waiting"));
    assert_true(clinic_json_boolean(reported(scene, "lost-1"), "is_revoked", false));
}

// A node's status is its own word; the reply is the gateway's.
static void what_a_node_says_in_another_form_is_left_out(void **state)
{
    static const char *const payloads[] = {
        "{\"state\":\"on fire\",\"since\":\"yesterday\",\"version\":\"1.2\\n2\",\"outbox\":-1}",
        "{\"state\":7,\"since\":7,\"version\":7,\"outbox\":\"7\",\"rejected\":1e15}",
        "{\"version\":\"123456789012345678901\",\"outbox\":0.5}",
        "{}",
    };
    static const char *const members[] = { "since", "version", "waiting", "rejected" };
    struct scene *scene = *state;

    for (size_t i = 0; i < ARRAY_SIZE(payloads); i++) {
        says(scene, "desk-1", payloads[i]);
        report(scene);
        assert_string_equal(clinic_json_text(reported(scene, "desk-1"), "state"), "unknown");
        for (size_t j = 0; j < ARRAY_SIZE(members); j++)
            assert_null(clinic_json_member(reported(scene, "desk-1"), members[j]));
    }
}

// Names and words as long as they can be, of characters that need an escape.
static void add_nodes(struct scene *scene, size_t count)
{
    char *text = NULL;
    size_t length = 0;
    char path[128];
    char name[CLINIC_NODE_NAME_BYTES];
    FILE *file = open_memstream(&text, &length);

    assert_non_null(file);
    for (size_t i = 0; i < count; i++) {
        (void)snprintf(name, sizeof name, "n-%030zu", i);
        (void)fprintf(file,
                      "[%s]\nrole = archive\nserial = 01\n"
                      "expires = 2030-01-01T00:00:00.000Z\nrevoked = no\n",
                      name);
        says(scene, name,
             "{\"state\":\"offline\",\"since\":\"2026-11-23T07:00:00.000Z\",\"outbox\":1000000000,"
             "\"rejected\":1000000000,"
             "\"version\":"
             "\"\\\"\\\"\\\"\\\"\\\"\\\"\\\"\\\"\\\"\\\"\\\"\\\"\\\"\\\"\\\"\\\"\\\"\\\"\\\"\\\"\""
             "}");
    }
    assert_int_equal(fclose(file), 0);
    write_registry(scene->bench, text, path);
    free(text);
    assert_int_equal(authority_refresh(scene->bench->authority, path, sizeof path), CLINIC_OK);
}

static void two_hundred_nodes_fit_into_a_reply_and_more_are_said_to_be_there(void **state)
{
    static const struct {
        size_t nodes;
        bool has_more;
    } cases[] = { { REPORTED_MAX, false }, { REPORTED_MAX + 1, true } };
    struct scene *scene = *state;

    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        add_nodes(scene, cases[i].nodes);
        report(scene);
        char *text = cJSON_PrintUnformatted(scene->report);
        assert_in_range(strlen(text), 1, REPLY_BYTES_MAX);
        cJSON_free(text);
        const cJSON *nodes = clinic_json_member(scene->report, "nodes");
        assert_int_equal(cJSON_GetArraySize(nodes), REPORTED_MAX);
        assert_int_equal(strlen(clinic_json_text(nodes->child, "version")), 20);
        assert_int_equal(number_of(nodes->child, "rejected"), 1000000000);
        assert_int_equal(clinic_json_boolean(scene->report, "more", !cases[i].has_more),
                         cases[i].has_more);
    }
}

#undef TEST
#define TEST(function) cmocka_unit_test_setup_teardown(function, open_scene, close_scene)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_store_is_told_of),
        TEST(every_node_of_the_registry_is_told_of_with_what_it_last_said),
        TEST(what_a_node_says_in_another_form_is_left_out),
        TEST(two_hundred_nodes_fit_into_a_reply_and_more_are_said_to_be_there),
    };
    return cmocka_run_group_tests_name("what the gateway says of itself", tests, NULL, NULL);
}
