#include <clinic/topic.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static struct clinic_topic parsed(const char *topic)
{
    struct clinic_topic result;
    memset(&result, 0xff, sizeof result);
    clinic_topic_parse("clinic", topic, &result);
    return result;
}

static void every_event_topic_is_built_and_read(void **state)
{
    (void)state;
    for (int kind = 1; kind < CLINIC_EVENT_KIND_COUNT; kind++) {
        char topic[CLINIC_TOPIC_BYTES];
        clinic_topic_event("clinic", &clinic_event_types[kind], topic);
        struct clinic_topic result = parsed(topic);
        assert_int_equal(result.kind, CLINIC_TOPIC_EVENT);
        assert_ptr_equal(result.event, &clinic_event_types[kind]);
        assert_string_equal(result.node, "");
    }
}

static void every_request_topic_is_built_and_read(void **state)
{
    (void)state;
    for (int kind = 1; kind < CLINIC_REQUEST_KIND_COUNT; kind++) {
        char topic[CLINIC_TOPIC_BYTES];
        clinic_topic_request("clinic", "desk-1", &clinic_request_types[kind], topic);
        struct clinic_topic result = parsed(topic);
        assert_int_equal(result.kind, CLINIC_TOPIC_REQUEST);
        assert_ptr_equal(result.request, &clinic_request_types[kind]);
        assert_string_equal(result.node, "desk-1");
    }
}

static void the_other_topics_are_built_and_read(void **state)
{
    (void)state;
    char topic[CLINIC_TOPIC_BYTES];

    clinic_topic_reply("clinic", "kiosk-2", topic);
    assert_string_equal(topic, "clinic/reply/kiosk-2");
    assert_int_equal(parsed(topic).kind, CLINIC_TOPIC_REPLY);
    assert_string_equal(parsed(topic).node, "kiosk-2");

    clinic_topic_status("clinic", "kiosk-2", topic);
    assert_string_equal(topic, "clinic/node/kiosk-2/status");
    assert_int_equal(parsed(topic).kind, CLINIC_TOPIC_STATUS);

    clinic_topic_config("clinic", "scale-3", topic);
    assert_string_equal(topic, "clinic/node/scale-3/config");
    assert_int_equal(parsed(topic).kind, CLINIC_TOPIC_CONFIG);
    assert_string_equal(parsed(topic).node, "scale-3");

    clinic_topic_notification("clinic", "staff", topic);
    assert_string_equal(topic, "clinic/notification/staff");
    assert_int_equal(parsed(topic).kind, CLINIC_TOPIC_NOTIFICATION);
    assert_string_equal(parsed(topic).audience, "staff");

    clinic_topic_notification("clinic", "doctor/01935c1e-8b2a-7c3d-8e4f-123456789abc", topic);
    assert_string_equal(parsed(topic).audience, "doctor/01935c1e-8b2a-7c3d-8e4f-123456789abc");
}

static void an_unknown_action_still_names_its_node(void **state)
{
    (void)state;
    struct clinic_topic result = parsed("clinic/request/desk-1/patient/clone");
    assert_int_equal(result.kind, CLINIC_TOPIC_REQUEST);
    assert_string_equal(result.node, "desk-1");
    assert_null(result.request);
}

static void what_is_not_ours_is_other(void **state)
{
    (void)state;
    static const char *const others[] = {
        "",
        "/",
        "clinic",
        "clinic/",
        "clinic//",
        "Clinic/patient/created",
        "clinics/patient/created",
        "other/patient/created",
        "clinic/patient",
        "clinic/patient/cloned",
        "clinic/patient/created/",
        "clinic/patient/created/x",
        "clinic/patient//created",
        "/clinic/patient/created",
        "clinic/request",
        "clinic/request/desk-1",
        "clinic/request/desk-1/patient",
        "clinic/request/desk-1/patient/create/now",
        "clinic/request//patient/create",
        "clinic/request/Desk/patient/create",
        "clinic/request/desk+/patient/create",
        "clinic/request/abcdefghijklmnopqrstuvwxyz0123456/patient/create",
        "clinic/request/desk-1/patient/cre ate",
        "clinic/request/desk-1/pat\xff/create",
        "clinic/reply",
        "clinic/reply/",
        "clinic/reply/desk-1/x",
        "clinic/reply/#",
        "clinic/node/desk-1",
        "clinic/node/desk-1/secrets",
        "clinic/node/desk-1/status/x",
        "clinic/notification",
        "clinic/notification/doctor/x/y",
        "clinic/notification/",
        "$SYS/broker/uptime",
        "clinic/a/b/c/d/e/f/g/h",
    };
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        struct clinic_topic result = parsed(others[i]);
        if (result.kind != CLINIC_TOPIC_OTHER)
            fail_msg("%s", others[i]);
        assert_string_equal(result.node, "");
        assert_string_equal(result.audience, "");
        assert_null(result.event);
        assert_null(result.request);
    }
}

static void long_topics_are_other(void **state)
{
    (void)state;
    char topic[400] = "clinic/notification/";
    memset(topic + strlen(topic), 'a', 300);
    assert_int_equal(parsed(topic).kind, CLINIC_TOPIC_OTHER);

    // 47 characters fit an audience, 48 do not.
    (void)snprintf(topic, sizeof topic, "clinic/notification/%047d", 1);
    assert_int_equal(parsed(topic).kind, CLINIC_TOPIC_NOTIFICATION);
    (void)snprintf(topic, sizeof topic, "clinic/notification/%048d", 1);
    assert_int_equal(parsed(topic).kind, CLINIC_TOPIC_OTHER);
}

static void another_prefix_works_alike(void **state)
{
    (void)state;
    static const char prefix[] = "abcdefghijklmnopqrstuvwxyz012345";
    static const char node[] = "543210zyxwvutsrqponmlkjihgfedcba";
    struct clinic_topic result;
    for (int kind = 1; kind < CLINIC_REQUEST_KIND_COUNT; kind++) {
        char topic[CLINIC_TOPIC_BYTES];
        clinic_topic_request(prefix, node, &clinic_request_types[kind], topic);
        clinic_topic_parse(prefix, topic, &result);
        assert_int_equal(result.kind, CLINIC_TOPIC_REQUEST);
        assert_ptr_equal(result.request, &clinic_request_types[kind]);
    }
    clinic_topic_parse(prefix, "clinic/patient/created", &result);
    assert_int_equal(result.kind, CLINIC_TOPIC_OTHER);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_event_topic_is_built_and_read),
        cmocka_unit_test(every_request_topic_is_built_and_read),
        cmocka_unit_test(the_other_topics_are_built_and_read),
        cmocka_unit_test(an_unknown_action_still_names_its_node),
        cmocka_unit_test(what_is_not_ours_is_other),
        cmocka_unit_test(long_topics_are_other),
        cmocka_unit_test(another_prefix_works_alike),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
