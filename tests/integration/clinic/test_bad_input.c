// Whatever a node sends: a reply with a stable code where the sender can be told, a counter where not,
// and the next request works.
#include "evidence.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

enum { NOT_AUTHORIZED = 0x87, DEPTH = 10000, MIB = 1024 * 1024 };

static void assert_next_request_works(struct peer *desk)
{
    assert_accepted(peer_ask(desk, "patient/find", "{'text':'nobody at all'}"));
}

struct bad_data {
    const char *action;
    const char *data;
    const char *code;
};

#define SOMEBODY "'patient_id':'01930000-0000-7000-8000-00000000000a'"
#define POSITION "'type':'clinic.patient.created'"

static const struct bad_data bad_data[] = {
    { "patient/find", "{}", "invalid.missing" },
    { "patient/find", "{'text':5}", "invalid.field" },
    { "patient/find", "{'text':null}", "invalid.field" },
    { "patient/find", "{'text':''}", "invalid.field" },
    { "patient/find", "{'text':['a']}", "invalid.field" },
    { "patient/find", "{'text':'a\\u0007'}", "invalid.field" },
    { "patient/find", "{'text':'a','limit':0}", "invalid.field" },
    { "patient/find", "{'text':'a','limit':101}", "invalid.field" },
    { "patient/find", "{'text':'a','limit':-1}", "invalid.field" },
    { "patient/find", "{'text':'a','limit':1.5}", "invalid.field" },
    { "patient/find", "{'text':'a','limit':1e308}", "invalid.field" },
    { "patient/find", "{'text':'a','limit':9007199254740993}", "invalid.field" },
    { "patient/find", "{'text':'a','limit':'10'}", "invalid.field" },
    { "patient/find", "{'text':'a','colour':'red'}", "invalid.unknown-field" },
    { "patient/find", "[]", "invalid.field" },
    { "patient/find", "'a'", "invalid.field" },
    { "patient/read", "{'patient_id':'nobody'}", "invalid.field" },
    { "patient/read", "{'patient_id':true}", "invalid.field" },
    { "patient/create", "{" SOMEBODY ",'name':'A','birth_date':'1990-02-30'}", "invalid.field" },
    { "patient/create", "{" SOMEBODY ",'name':'A','birth_date':'2999-01-01'}", "invalid.field" },
    { "patient/create", "{" SOMEBODY ",'name':'A','birth_date':'1850-01-01'}", "invalid.field" },
    { "patient/create", "{" SOMEBODY ",'name':' ','birth_date':'1990-01-01'}", "invalid.field" },
    { "patient/create", "{" SOMEBODY ",'name':'A','birth_date':'1990-01-01','email':'somewhere'}",
      "invalid.field" },
    { "patient/create", "{" SOMEBODY ",'name':'A','birth_date':'1990-01-01','phone':'12'}",
      "invalid.field" },
    { "analytics/read", "{'from':'2026-13-01','to':'2026-12-31'}", "invalid.field" },
    { "audit/read", "{'from':'yesterday'}", "invalid.field" },
    { "events/replay", "{'positions':[]}", "invalid.field" },
    { "events/replay", "{'positions':[{" POSITION ",'after':-1}]}", "invalid.field" },
    { "events/replay", "{'positions':[{" POSITION ",'after':0}],'limit':1000}", "invalid.field" },
};

static void data_of_the_wrong_kind_is_answered_with_a_code(void **state)
{
    struct fixture *fixture = *state;
    struct peer *desk = fixture_desk(fixture, "desk-1", "ada");

    for (size_t i = 0; i < ARRAY_SIZE(bad_data); i++) {
        const cJSON *reply = peer_ask(desk, bad_data[i].action, "%s", bad_data[i].data);
        if (strcmp(peer_outcome(reply), bad_data[i].code) != 0)
            fail_msg("%s %s: %s instead of %s", bad_data[i].action, bad_data[i].data,
                     peer_outcome(reply), bad_data[i].code);
        assert_next_request_works(desk);
    }
}

// ---- envelopes whose id can be read

static const struct {
    const char *text; // with a place for the id
    const char *code;
} bad_envelopes[] = {
    { "{\"id\":\"%s\"}", "invalid.missing" },
    { "{\"id\":\"%s\",\"time\":\"2026-11-22T09:14:03Z\"}", "invalid.missing" },
    { "{\"id\":\"%s\",\"time\":\"noon\",\"data\":{}}", "invalid.field" },
    { "{\"id\":\"%s\",\"time\":5,\"data\":{}}", "invalid.field" },
    { "{\"id\":\"%s\",\"time\":\"2026-11-22T09:14:03Z\",\"session\":7,\"data\":{}}",
      "invalid.field" },
    { "{\"id\":\"%s\",\"time\":\"2026-11-22T09:14:03Z\",\"session\":\"short\",\"data\":{}}",
      "invalid.field" },
    { "{\"id\":\"%s\",\"time\":\"2026-11-22T09:14:03Z\",\"after\":\"x\",\"data\":{}}",
      "invalid.field" },
    { "{\"id\":\"%s\",\"time\":\"2026-11-22T09:14:03Z\",\"data\":{},\"role\":\"admin\"}",
      "invalid.unknown-field" },
};

static void an_envelope_that_is_wrong_is_answered_with_a_code(void **state)
{
    struct fixture *fixture = *state;
    struct peer *desk = fixture_desk(fixture, "desk-1", "ada");

    for (size_t i = 0; i < ARRAY_SIZE(bad_envelopes); i++) {
        char id[CLINIC_ID_TEXT_BYTES];
        char text[256];
        peer_new_id(id);
        // The tables' texts are this file's own.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
        (void)snprintf(text, sizeof text, bad_envelopes[i].text, id);
#pragma GCC diagnostic pop
        const cJSON *reply = peer_ask_raw(desk, id, "patient/find", text, strlen(text));
        if (strcmp(peer_outcome(reply), bad_envelopes[i].code) != 0)
            fail_msg("%s: %s", text, peer_outcome(reply));
        assert_next_request_works(desk);
    }
}

// ---- what has no id to answer to

static void assert_counted(struct fixture *fixture, struct peer *desk, const void *payload,
                           size_t length)
{
    const int64_t before = evidence_figure(fixture, "intake.undecodable");

    assert_int_equal(
        peer_publish(desk, "clinic/request/desk-1/patient/find", payload, length, false), 0);
    assert_next_request_works(desk);
    if (evidence_figure(fixture, "intake.undecodable") != before + 1)
        fail_msg("not counted: %.60s", (const char *)payload);
}

#define ID "\"id\":\"01930000-0000-7000-8000-00000000000b\""
#define TIME "\"time\":\"2026-11-22T09:14:03Z\""
#define COUNTED(text)                                                                              \
    {                                                                                              \
        text, sizeof(text) - 1                                                                     \
    }

static const struct {
    const char *bytes;
    size_t length;
} unreadable[] = {
    COUNTED(""),
    COUNTED("{"),
    COUNTED("null"),
    COUNTED("[]"),
    COUNTED("\"text\""),
    COUNTED("{}"),
    COUNTED("{\"id\":7}"),
    COUNTED("{\"id\":\"not a uuid\"}"),
    COUNTED("{" ID "," TIME ",\"data\":{\"text\":\"a\"}"),
    COUNTED("{" ID "," TIME ",\"data\":{\"text\":\"a\"}} trailing"),
    COUNTED("{" ID "," ID "," TIME ",\"data\":{\"text\":\"a\"}}"),
    COUNTED("{" ID "," TIME ",\"data\":{\"text\":\"\xff\xfe\"}}"),
    COUNTED("{" ID "," TIME ",\"data\":{\"text\":\"\xc0\xaf\"}}"),
    COUNTED("{" ID "," TIME ",\"data\":{\"text\":\"\xed\xa0\x80\"}}"),
    COUNTED("{" ID "," TIME ",\"data\":{\"text\":\"a\\u0000b\"}}"),
    COUNTED("{" ID "," TIME ",\"data\":{\"text\":\"a\0b\"}}"),
    COUNTED("{" ID "," TIME ",\"data\":{\"text\":\"a\nb\"}}"),
    COUNTED("{" ID "," TIME ",\"data\":{\"text\":\"a\",\"limit\":1e999}}"),
    COUNTED("{" ID "," TIME ",\"data\":{\"text\":\"a\",\"limit\":007}}"),
    COUNTED("\xef\xbb\xbf{" ID "," TIME ",\"data\":{\"text\":\"a\"}}"),
};

static void what_cannot_be_read_is_counted(void **state)
{
    struct fixture *fixture = *state;
    struct peer *desk = fixture_desk(fixture, "desk-1", "ada");

    for (size_t i = 0; i < ARRAY_SIZE(unreadable); i++)
        assert_counted(fixture, desk, unreadable[i].bytes, unreadable[i].length);
}

static void ten_thousand_nested_brackets_are_counted(void **state)
{
    struct fixture *fixture = *state;
    struct peer *desk = fixture_desk(fixture, "desk-1", "ada");
    static char brackets[2 * DEPTH];
    static char objects[5 * DEPTH + 1];

    memset(brackets, '[', DEPTH);
    memset(brackets + DEPTH, ']', DEPTH);
    for (int i = 0; i < DEPTH; i++)
        memcpy(objects + 5 * i, "{\"a\":", 5);
    assert_counted(fixture, desk, brackets, sizeof brackets);
    assert_counted(fixture, desk, objects, sizeof objects - 1);
}

static void more_than_64_kib_are_counted(void **state)
{
    struct fixture *fixture = *state;
    struct peer *desk = fixture_desk(fixture, "desk-1", "ada");
    static char text[CLINIC_JSON_BYTES_MAX + 1];

    memset(text, ' ', sizeof text);
    memcpy(text, "{" ID, strlen("{" ID));
    text[sizeof text - 1] = '}';
    assert_counted(fixture, desk, text, sizeof text);
}

// ---- what the broker stops

static void a_mebibyte_ends_the_connection_and_nothing_else(void **state)
{
    struct fixture *fixture = *state;
    struct peer *desk = fixture_desk(fixture, "desk-1", "ada");
    struct peer_identity identity = fixture_identity(fixture, "desk-2");
    char *payload = calloc(1, MIB);

    assert_non_null(payload);
    memset(payload, 'x', MIB);
    identity.speaks_3_1_1 = true; // the library's MQTT 5 would keep to the limit that it was told
    struct peer *flood = fixture_keep(fixture, peer_try(&identity));
    assert_true(peer_is_online(flood));
    const size_t before = evidence_lines(fixture, "logs/broker.log", "Client desk-2 disconnected");
    assert_int_equal(peer_publish(flood, "clinic/request/desk-2/patient/find", payload, MIB, false),
                     PEER_LOST);
    free(payload);
    evidence_wait_lines(fixture, "logs/broker.log", "Client desk-2 disconnected", before + 1);

    assert_next_request_works(desk);
    assert_next_request_works(fixture_desk(fixture, "desk-2", "ada"));
}

static void an_action_that_no_role_has_is_refused_by_the_broker(void **state)
{
    struct fixture *fixture = *state;
    struct peer *desk = fixture_desk(fixture, "desk-1", "ada");
    char id[CLINIC_ID_TEXT_BYTES];

    peer_new_id(id);
    assert_int_equal(peer_send(desk, id, "patient/explode", "{}"), NOT_AUTHORIZED);
    assert_next_request_works(desk);
}

static void an_unknown_action_that_the_broker_lets_through_is_answered(void **state)
{
    struct fixture *fixture = *state;
    struct peer *scale = fixture_peer(fixture, "scale-2");

    assert_rejected(peer_ask(scale, "patient/explode", "{}"), "unknown.action");
    assert_rejected(peer_ask(scale, "nothing/at-all", "{'a':1}"), "unknown.action");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        fixture_test(data_of_the_wrong_kind_is_answered_with_a_code),
        fixture_test(an_envelope_that_is_wrong_is_answered_with_a_code),
        fixture_test(what_cannot_be_read_is_counted),
        fixture_test(ten_thousand_nested_brackets_are_counted),
        fixture_test(more_than_64_kib_are_counted),
        fixture_test(a_mebibyte_ends_the_connection_and_nothing_else),
        fixture_test(an_action_that_no_role_has_is_refused_by_the_broker),
        fixture_test(an_unknown_action_that_the_broker_lets_through_is_answered),
    };
    return cmocka_run_group_tests_name("bad input", tests, fixture_setup, fixture_teardown);
}
