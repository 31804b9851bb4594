#include "acl.h"

#include <clinic/topic.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define PREFIX "ward"

struct printed {
    char *text;
    size_t length;
    struct clinic_registry registry;
};

static void put(struct printed *printed, const char *name, enum clinic_node_role role,
                bool is_revoked)
{
    struct clinic_registry_node node = { .role = role, .is_revoked = is_revoked };
    (void)snprintf(node.name, sizeof node.name, "%s", name);
    assert_int_equal(clinic_registry_put(&printed->registry, &node), CLINIC_OK);
}

static void print(struct printed *printed)
{
    FILE *out = open_memstream(&printed->text, &printed->length);
    assert_non_null(out);
    acl_print(PREFIX, &printed->registry, 42, out);
    assert_int_equal(fclose(out), 0);
}

static void done(struct printed *printed)
{
    free(printed->text);
    clinic_registry_done(&printed->registry);
}

// The lines of one user; the caller frees them. NULL: there is no such user.
static char *block_of(const struct printed *printed, const char *name)
{
    char head[64];
    (void)snprintf(head, sizeof head, "\nuser %s\n", name);
    const char *start = strstr(printed->text, head);
    if (start == NULL)
        return NULL;
    start += strlen(head) - 1; // each line then begins with a line feed
    const char *end = strstr(start, "\n\n");
    return end == NULL ? strdup(start) : strndup(start, (size_t)(end - start) + 1);
}

static bool lets(const char *block, const char *access, const char *topic)
{
    char line[256];
    (void)snprintf(line, sizeof line, "\ntopic %s %s\n", access, topic);
    return strstr(block, line) != NULL;
}

static size_t count_lines(const char *block)
{
    size_t count = 0;
    for (const char *at = strstr(block, "\ntopic "); at != NULL; at = strstr(at + 1, "\ntopic "))
        count++;
    return count;
}

// One node of each role, named as its role.
static void print_all(struct printed *printed)
{
    *printed = (struct printed){ .text = NULL };
    for (int role = CLINIC_ROLE_NONE + 1; role < CLINIC_NODE_ROLE_COUNT; role++)
        put(printed, clinic_node_role_name((enum clinic_node_role)role),
            (enum clinic_node_role)role, false);
    print(printed);
}

static const enum clinic_node_role devices[] = { CLINIC_ROLE_KIOSK, CLINIC_ROLE_DESK,
                                                 CLINIC_ROLE_SCALE, CLINIC_ROLE_BOARD };
enum { DEVICE_COUNT = sizeof devices / sizeof devices[0] };

static size_t expect_requests(const char *block, const char *name, enum clinic_node_role role)
{
    size_t count = 0;
    for (size_t i = 1; i < CLINIC_REQUEST_KIND_COUNT; i++) {
        const struct clinic_request_type *type = &clinic_request_types[i];
        const bool may_ask = (type->nodes & CLINIC_BIT(role)) != 0;
        char topic[CLINIC_TOPIC_BYTES];
        clinic_topic_request(PREFIX, name, type, topic);
        assert_int_equal(lets(block, "write", topic), may_ask);
        count += may_ask ? 1 : 0;
    }
    return count;
}

static size_t expect_events(const char *block, enum clinic_node_role role)
{
    size_t count = 0;
    for (size_t i = 1; i < CLINIC_EVENT_KIND_COUNT; i++) {
        const bool may_read = (clinic_event_types[i].readers & CLINIC_BIT(role)) != 0;
        char topic[CLINIC_TOPIC_BYTES];
        clinic_topic_event(PREFIX, &clinic_event_types[i], topic);
        assert_int_equal(lets(block, "read", topic), may_read);
        assert_false(lets(block, "write", topic));
        count += may_read ? 1 : 0;
    }
    return count;
}

static void expect_device(const struct printed *printed, enum clinic_node_role role)
{
    const char *name = clinic_node_role_name(role);
    char *block = block_of(printed, name);
    char topic[CLINIC_TOPIC_BYTES];
    assert_non_null(block);
    size_t expected = expect_requests(block, name, role) + expect_events(block, role);
    assert_true(expected > 0);

    clinic_topic_reply(PREFIX, name, topic);
    assert_true(lets(block, "read", topic));
    clinic_topic_status(PREFIX, name, topic);
    assert_true(lets(block, "write", topic));
    clinic_topic_config(PREFIX, name, topic);
    assert_true(lets(block, "read", topic));
    expected += 3;
    if (role == CLINIC_ROLE_DESK) {
        assert_true(lets(block, "read", PREFIX "/notification/staff"));
        assert_true(lets(block, "read", PREFIX "/notification/doctor/+"));
        assert_true(lets(block, "read", PREFIX "/node/+/status"));
        expected += 3;
    } else {
        assert_true(lets(block, "read", PREFIX "/node/gateway/status"));
        expected += 1;
    }
    assert_int_equal(count_lines(block), expected); // and nothing else
    free(block);
}

static void a_device_may_do_what_the_catalogue_says_and_no_more(void **state)
{
    (void)state;
    struct printed printed;
    print_all(&printed);
    for (size_t i = 0; i < DEVICE_COUNT; i++)
        expect_device(&printed, devices[i]);
    done(&printed);
}

static void only_the_gateway_writes_events_and_replies(void **state)
{
    (void)state;
    struct printed printed;
    print_all(&printed);
    char *block = block_of(&printed, "gateway");
    assert_non_null(block);
    for (size_t i = 1; i < CLINIC_EVENT_KIND_COUNT; i++) {
        char topic[CLINIC_TOPIC_BYTES];
        char line[256];
        clinic_topic_event(PREFIX, &clinic_event_types[i], topic);
        assert_true(lets(block, "write", topic));
        (void)snprintf(line, sizeof line, "topic write %s\n", topic);
        const char *first = strstr(printed.text, line);
        assert_null(strstr(first + 1, line));
    }
    assert_true(lets(block, "read", PREFIX "/request/#"));
    assert_true(lets(block, "read", PREFIX "/node/+/status"));
    assert_true(lets(block, "write", PREFIX "/reply/+"));
    assert_true(lets(block, "write", PREFIX "/node/+/config"));
    assert_true(lets(block, "write", PREFIX "/notification/#"));
    assert_true(lets(block, "write", PREFIX "/node/gateway/status"));
    assert_int_equal(count_lines(block), CLINIC_EVENT_KIND_COUNT - 1 + 6);
    free(block);
    done(&printed);
}

static void headquarters_roles_are_kept_to_the_clinics(void **state)
{
    (void)state;
    struct printed printed = { .text = NULL };
    put(&printed, "north", CLINIC_ROLE_CLINIC, false);
    put(&printed, "south", CLINIC_ROLE_CLINIC, true); // what it sent is still read
    put(&printed, "store", CLINIC_ROLE_ARCHIVE, false);
    print(&printed);
    char *north = block_of(&printed, "north");
    char *store = block_of(&printed, "store");
    assert_string_equal(north, "\ntopic write " PREFIX "/north/#\n");
    assert_string_equal(store, "\ntopic read " PREFIX "/north/#\ntopic read " PREFIX "/south/#\n");
    assert_null(strstr(printed.text, "user south\n"));
    free(north);
    free(store);
    done(&printed);
}

static void an_archive_on_a_clinics_own_broker_reads_nothing(void **state)
{
    (void)state;
    struct printed printed = { .text = NULL };
    put(&printed, "desk-1", CLINIC_ROLE_DESK, false);
    put(&printed, "store", CLINIC_ROLE_ARCHIVE, false);
    print(&printed);
    char *store = block_of(&printed, "store");
    assert_int_equal(count_lines(store), 0);
    free(store);
    done(&printed);
}

static void a_revoked_node_has_no_block(void **state)
{
    (void)state;
    struct printed printed = { .text = NULL };
    put(&printed, "desk-1", CLINIC_ROLE_DESK, true);
    put(&printed, "desk-2", CLINIC_ROLE_DESK, false);
    print(&printed);
    assert_null(strstr(printed.text, "desk-1"));
    assert_non_null(strstr(printed.text, "user desk-2\n"));
    done(&printed);
}

static void the_canary_may_write_the_topic_of_this_generation_only(void **state)
{
    (void)state;
    struct printed printed;
    print_all(&printed);
    char *block = block_of(&printed, ACL_CANARY);
    assert_string_equal(block, "\ntopic write " PREFIX "/canary/42\n");
    free(block);

    char forbidden[ACL_CANARY_TOPIC_BYTES];
    acl_canary_forbidden_topic(PREFIX, forbidden);
    assert_null(strstr(printed.text, forbidden));
    done(&printed);
}

static void nothing_is_let_before_the_first_user(void **state)
{
    (void)state;
    struct printed printed;
    print_all(&printed);
    // A topic line there would be for everybody without a name, a pattern line for everybody.
    const char *first_user = strstr(printed.text, "\nuser ");
    const char *first_topic = strstr(printed.text, "\ntopic ");
    assert_true(first_user < first_topic);
    assert_null(strstr(printed.text, "\npattern "));
    done(&printed);
}

static void a_clinics_name_is_no_first_level_of_ours(void **state)
{
    (void)state;
    static const char *const bad[] = { "request", "reply",       "node",    "notification",
                                       "canary",  "patient",     "doctor",  "equipment",
                                       "report",  "appointment", "feedback" };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_false(acl_is_clinic_name(bad[i]));
    assert_true(acl_is_clinic_name("north"));
    assert_true(acl_is_clinic_name("patient-house"));
    assert_true(acl_is_clinic_name("pat"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_device_may_do_what_the_catalogue_says_and_no_more),
        cmocka_unit_test(only_the_gateway_writes_events_and_replies),
        cmocka_unit_test(headquarters_roles_are_kept_to_the_clinics),
        cmocka_unit_test(an_archive_on_a_clinics_own_broker_reads_nothing),
        cmocka_unit_test(a_revoked_node_has_no_block),
        cmocka_unit_test(the_canary_may_write_the_topic_of_this_generation_only),
        cmocka_unit_test(nothing_is_let_before_the_first_user),
        cmocka_unit_test(a_clinics_name_is_no_first_level_of_ours),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
