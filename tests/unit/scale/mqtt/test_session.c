// Sessions: CONNECT to SUBACK, messages in flight over several connections, packet ids.
#include "script.h"

#include <stdlib.h>

static void it_connects_with_a_last_will_and_a_session_to_be_kept(void **state)
{
    struct script *script = *state;
    mqtt_begin(&script->mqtt, script->now_ms);
    const struct wire_packet connect = script_expect(script, WIRE_CONNECT);

    assert_int_equal(connect.flags, 0x2C); // retained, QoS 1, will; not clean
    assert_int_equal(connect.keepalive_s, SCRIPT_KEEPALIVE_S);
    assert_true(script_is(connect.client, "scale-1"));
    assert_true(script_is(connect.topic, "clinic/node/scale-1/status"));
    assert_true(script_is(connect.payload, "{\"state\":\"offline\"}"));
    script_expect_silence(script);
    assert_int_equal(mqtt_state(&script->mqtt), MQTT_CONNECTING);
}

static void it_subscribes_after_every_connack_then_is_online(void **state)
{
    struct script *script = *state;

    for (int round = 0; round < 3; round++) {
        script_begin(script);
        script_expect_silence(script);
        assert_true(script_feed(script, round % 2 == 0 ? script_connack : script_resumed, 4));
        const struct wire_packet subscribe = script_expect(script, WIRE_SUBSCRIBE);
        assert_int_equal(subscribe.filter_count, 2);
        assert_true(script_is(subscribe.filters[0], "clinic/node/scale-1/config"));
        assert_true(script_is(subscribe.filters[1], "clinic/reply/scale-1"));
        assert_int_equal(mqtt_state(&script->mqtt), MQTT_SUBSCRIBING);
        assert_false(mqtt_publish(&script->mqtt, "t", "p", 1, false));
        script_assert_log(script, "");
        assert_true(script_feed(script, BYTES(0x90, 4, 0, (uint8_t)subscribe.id, 1, 0)));
        assert_int_equal(mqtt_state(&script->mqtt), MQTT_ONLINE);
        script_assert_log(script, "online\n");
        script_lose(script);
    }
}

static void without_subscriptions_connack_is_enough(void **state)
{
    struct script *script = *state;
    struct mqtt_config config = script_config;
    config.subscriptions[0] = NULL;

    script_init(script, &config);
    script_begin(script);
    assert_true(script_feed(script, script_connack, 4));
    script_assert_log(script, "online\n");
    script_expect_silence(script);
}

static void a_refused_connection_says_why(void **state)
{
    struct script *script = *state;
    static const char *const expected[] = { "version", "name", "unavailable", "password",
                                            "not allowed" };

    for (uint8_t code = 1; code <= 5; code++) {
        script_begin(script);
        assert_false(script_feed(script, BYTES(0x20, 2, 0, code)));
        assert_non_null(strstr(mqtt_problem(&script->mqtt), expected[code - 1]));
        assert_true(strlen(mqtt_problem(&script->mqtt)) <= 40);
        assert_false(mqtt_tick(&script->mqtt, script->now_ms));
        script_lose(script);
    }
    script_online(script, script_connack);
    assert_null(mqtt_problem(&script->mqtt));
}

static void a_refused_subscription_ends_the_connection(void **state)
{
    struct script *script = *state;

    script_begin(script);
    assert_true(script_feed(script, script_connack, 4));
    const struct wire_packet subscribe = script_expect(script, WIRE_SUBSCRIBE);
    assert_false(script_feed(script, BYTES(0x90, 4, 0, (uint8_t)subscribe.id, 1, 0x80)));
    assert_string_equal(mqtt_problem(&script->mqtt), "broker: subscription refused");
    script_assert_log(script, "");
}

static void what_does_not_fit_is_a_problem_and_not_an_overflow(void **state)
{
    struct script *script = *state;
    struct mqtt_config config = script_config;
    char *const text = test_malloc(70000);

    memset(text, 'a', 69999);
    text[69999] = '\0';
    config.will_payload = text;
    script_init(script, &config);
    mqtt_begin(&script->mqtt, 0);
    script_expect_silence(script);
    assert_false(mqtt_tick(&script->mqtt, 0));
    assert_non_null(strstr(mqtt_problem(&script->mqtt), "too long"));

    config = script_config;
    config.subscriptions[2] = text;
    script_init(script, &config);
    script_begin(script);
    assert_false(script_feed(script, script_connack, 4));
    assert_non_null(strstr(mqtt_problem(&script->mqtt), "too long"));
    test_free(text);
}

static void a_message_is_in_flight_until_it_is_acknowledged(void **state)
{
    struct script *script = *state;

    assert_false(mqtt_publish(&script->mqtt, "t", "p", 1, false));
    script_online(script, script_connack);
    assert_true(mqtt_is_free(&script->mqtt));
    assert_true(mqtt_publish(&script->mqtt, "clinic/t", "{}", 2, true));
    assert_false(mqtt_is_free(&script->mqtt));
    assert_false(mqtt_publish(&script->mqtt, "clinic/other", "{}", 2, true));

    const struct wire_packet message = script_expect(script, WIRE_PUBLISH);
    assert_int_equal(message.flags, 0x03); // retained, QoS 1
    assert_true(script_is(message.topic, "clinic/t"));
    assert_true(script_is(message.payload, "{}"));
    script_expect_silence(script);
    script_assert_log(script, "");
    assert_true(script_feed(script, BYTES(0x40, 2, 0, (uint8_t)message.id)));
    script_assert_log(script, "acknowledged\n");
    assert_true(
        script_feed(script, BYTES(0x40, 2, 0, (uint8_t)message.id))); // the broker repeats itself
    assert_true(script_feed(script, BYTES(0x40, 2, 0x77, 0x77)));
    script_assert_log(script, "");
}

static void what_cannot_be_published_changes_nothing(void **state)
{
    struct script *script = *state;
    uint8_t payload[MQTT_SEND_BYTES];
    const size_t most = MQTT_SEND_BYTES - 3 - 2 - 1 - 2; // header, topic "t", packet id

    memset(payload, 'x', sizeof payload);
    script_online(script, script_connack);
    assert_false(mqtt_publish(&script->mqtt, "t", payload, most + 1, false));
    assert_false(mqtt_publish(&script->mqtt, "t", payload, SIZE_MAX, false));
    assert_false(mqtt_publish(&script->mqtt, "", payload, 1, false));
    assert_false(mqtt_publish(&script->mqtt, "a/#", payload, 1, false));
    assert_false(mqtt_publish(&script->mqtt, "a/+/b", payload, 1, false));
    assert_false(mqtt_publish(&script->mqtt, "a\xff", payload, 1, false));
    script_expect_silence(script);
    assert_true(mqtt_publish(&script->mqtt, "t", payload, most, false));
    assert_int_equal(script_expect(script, WIRE_PUBLISH).payload.length, most);
}

static void only_a_resumed_session_makes_a_duplicate(void **state)
{
    // Each connection: whether CONNACK said session present, whether the message was begun over it, and how it
    // must have looked there.
    static const struct {
        const uint8_t *connack;
        bool is_written;
        unsigned flags;
    } connections[] = {
        { script_resumed, true, 0x02 | 0x08 }, { script_resumed, true, 0x02 | 0x08 },
        { script_connack, true, 0x02 },        { script_connack, false, 0 },
        { script_resumed, true, 0x02 }, // the session is the last one's, over which it never went
        { script_resumed, true, 0x02 | 0x08 },
    };
    struct script *script = *state;

    script_online(script, script_connack);
    assert_true(mqtt_publish(&script->mqtt, "t", "p", 1, false));
    const uint16_t id = script_expect(script, WIRE_PUBLISH).id;
    for (size_t i = 0; i < sizeof connections / sizeof connections[0]; i++) {
        script_lose(script);
        script_begin(script);
        assert_true(script_feed(script, connections[i].connack, 4));
        const struct wire_packet subscribe = script_expect(script, WIRE_SUBSCRIBE);
        script_expect_silence(
            script); // not before the subscriptions stand: its reply would be missed
        script->is_stalled = !connections[i].is_written;
        assert_true(script_feed(script, BYTES(0x90, 4, 0, (uint8_t)subscribe.id, 1, 1)));
        if (connections[i].is_written) {
            const struct wire_packet message = script_expect(script, WIRE_PUBLISH);
            assert_int_equal(message.flags, connections[i].flags);
            assert_int_equal(message.id, id);
            assert_true(script_is(message.payload, "p"));
        }
        script_expect_silence(script);
        script->is_stalled = false;
    }
    assert_true(script_feed(script, BYTES(0x40, 2, 0, (uint8_t)id)));
    assert_true(mqtt_publish(&script->mqtt, "t", "next", 4, false));
    assert_int_equal(script_expect(script, WIRE_PUBLISH).flags, 0x02);
}

static void a_message_is_written_once_over_a_connection(void **state)
{
    struct script *script = *state;

    script_online(script, script_connack);
    assert_true(mqtt_publish(&script->mqtt, "t", "p", 1, false));
    (void)script_expect(script, WIRE_PUBLISH);
    assert_true(script_wait(script, MQTT_ANSWER_MS - 1));
    script_expect_silence(script);
}

static void an_acknowledgement_of_what_is_not_written_is_none(void **state)
{
    struct script *script = *state;
    const uint8_t *bytes = NULL;

    script_online(script, script_connack);
    assert_true(mqtt_publish(&script->mqtt, "t", "p", 1, false));
    const size_t length = mqtt_output(&script->mqtt, &bytes);
    const uint8_t id = bytes[length - 2];
    mqtt_written(&script->mqtt, length - 1, script->now_ms);
    script->is_stalled = true;
    assert_true(script_feed(script, BYTES(0x40, 2, 0, id)));
    script_assert_log(script, "");
    assert_int_equal(mqtt_output(&script->mqtt, &bytes), 1);
    mqtt_written(&script->mqtt, 1, script->now_ms);
    assert_true(script_feed(script, BYTES(0x40, 2, 0, id)));
    script_assert_log(script, "acknowledged\n");
}

static void acknowledge(struct script *script, uint16_t id)
{
    assert_true(script_feed(script, BYTES(0x40, 2, (uint8_t)(id >> 8), (uint8_t)id)));
    script_assert_log(script, "acknowledged\n");
}

static void over_70000_messages_each_id_comes_in_its_turn_and_never_zero(void **state)
{
    struct script *script = *state;
    uint16_t last = 0;

    script_online(script, script_connack);
    for (int i = 0; i < 70000; i++) {
        assert_true(mqtt_publish(&script->mqtt, "t", "p", 1, false));
        const uint16_t id = script_expect(script, WIRE_PUBLISH).id; // not zero: wire.c
        assert_int_equal(id, i == 0 ? 2 : (last == UINT16_MAX ? 1 : last + 1));
        acknowledge(script, id);
        last = id;
    }
}

static void an_id_in_flight_is_not_given_out_again_over_70000_connections(void **state)
{
    struct script *script = *state;

    script_online(script, script_connack);
    assert_true(mqtt_publish(&script->mqtt, "t", "p", 1, false));
    const uint16_t id = script_expect(script, WIRE_PUBLISH).id;
    for (int i = 0; i < 70000; i++) {
        script_lose(script);
        mqtt_begin(&script->mqtt, script->now_ms);
        assert_int_equal(script_expect(script, WIRE_CONNECT).flags, 0x2C);
        assert_true(script_feed(script, script_resumed, 4));
        assert_int_not_equal(script_expect(script, WIRE_SUBSCRIBE).id, id);
    }
}

static void an_answer_is_published_from_within_the_handler(void **state)
{
    struct script *script = *state;
    uint8_t bytes[64];
    const size_t length = script_message(bytes, 0x02, "clinic/reply/scale-1", 9, "ask", 3);

    script_online(script, script_connack);
    script->answer_topic = "clinic/answer";
    assert_true(script_feed(script, bytes, length));
    script_assert_log(script, "clinic/reply/scale-1=ask\n");
    assert_int_equal(script_expect(script, WIRE_PUBACK).id, 9);
    assert_true(script_is(script_expect(script, WIRE_PUBLISH).topic, "clinic/answer"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SCRIPT_TEST(it_connects_with_a_last_will_and_a_session_to_be_kept),
        SCRIPT_TEST(it_subscribes_after_every_connack_then_is_online),
        SCRIPT_TEST(without_subscriptions_connack_is_enough),
        SCRIPT_TEST(a_refused_connection_says_why),
        SCRIPT_TEST(a_refused_subscription_ends_the_connection),
        SCRIPT_TEST(what_does_not_fit_is_a_problem_and_not_an_overflow),
        SCRIPT_TEST(a_message_is_in_flight_until_it_is_acknowledged),
        SCRIPT_TEST(what_cannot_be_published_changes_nothing),
        SCRIPT_TEST(only_a_resumed_session_makes_a_duplicate),
        SCRIPT_TEST(a_message_is_written_once_over_a_connection),
        SCRIPT_TEST(an_acknowledgement_of_what_is_not_written_is_none),
        SCRIPT_TEST(over_70000_messages_each_id_comes_in_its_turn_and_never_zero),
        SCRIPT_TEST(an_id_in_flight_is_not_given_out_again_over_70000_connections),
        SCRIPT_TEST(an_answer_is_published_from_within_the_handler),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
