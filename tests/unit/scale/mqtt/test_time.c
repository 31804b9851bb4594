// Keep-alive, time-outs and what is written, with a virtual clock.
#include "script.h"

// The clock wraps in the middle of what these tests do.
static const uint32_t starts_ms[] = { 0, 1000, UINT32_MAX, UINT32_MAX - 20000, UINT32_MAX / 2 };

enum { START_COUNT = sizeof starts_ms / sizeof starts_ms[0], IDLE_MS = SCRIPT_KEEPALIVE_S * 500 };

static void start(struct script *script, size_t turn)
{
    script_init(script, &script_config);
    script->now_ms = starts_ms[turn];
}

static void an_idle_client_pings_for_days(void **state)
{
    struct script *script = *state;

    for (size_t turn = 0; turn < START_COUNT; turn++) {
        start(script, turn);
        script_online(script, script_connack);
        for (int i = 0; i < 20000; i++) {
            assert_true(script_wait(script, IDLE_MS - 1));
            script_expect_silence(script);
            assert_true(script_wait(script, 1));
            (void)script_expect(script, WIRE_PINGREQ);
            assert_true(script_feed(script, BYTES(0xD0, 0)));
        }
    }
}

static void a_broker_without_a_sign_of_life_is_given_up(void **state)
{
    struct script *script = *state;

    for (size_t turn = 0; turn < START_COUNT; turn++) {
        start(script, turn);
        script_online(script, script_connack);
        assert_true(script_wait(script, IDLE_MS));
        (void)script_expect(script, WIRE_PINGREQ);
        assert_true(script_wait(script, SCRIPT_KEEPALIVE_S * 1000 - 1));
        script_expect_silence(script); // one is enough
        assert_false(script_wait(script, 1));
        assert_string_equal(mqtt_problem(&script->mqtt), "broker: no sign of life");
    }
}

static void a_client_that_only_hears_pings_nevertheless(void **state)
{
    struct script *script = *state;

    script_online(script, script_connack);
    for (int i = 0; i < IDLE_MS / 1000; i++) {
        script_expect_silence(script);
        assert_true(script_feed(script, BYTES(0x30, 3, 0, 1, 't')));
        assert_true(script_wait(script, 1000));
    }
    (void)script_expect(script, WIRE_PINGREQ);
}

static void a_client_that_only_says_pings_nevertheless(void **state)
{
    struct script *script = *state;
    struct mqtt_config config = script_config;
    const uint8_t *bytes = NULL;

    config.keepalive_s = 10;
    script_init(script, &config);
    script_online(script, script_connack);
    assert_true(mqtt_publish(&script->mqtt, "t", "some payload", 12, false));
    assert_true(mqtt_output(&script->mqtt, &bytes) > 5);
    script->is_stalled = true;
    for (int i = 1; i < 5; i++) { // byte by byte
        mqtt_written(&script->mqtt, 1, script->now_ms);
        assert_true(script_wait(script, 1000));
    }
    assert_false(script->mqtt.is_pinged);
    assert_true(script_wait(script, 1000));
    assert_true(script->mqtt.is_pinged);
}

static void without_keepalive_there_are_no_pings(void **state)
{
    struct script *script = *state;
    struct mqtt_config config = script_config;

    config.keepalive_s = 0;
    script_init(script, &config);
    script_online(script, script_connack);
    assert_true(script_wait(script, 1000000));
    script_expect_silence(script);
}

static void the_longest_keepalive_is_kept(void **state)
{
    struct script *script = *state;
    struct mqtt_config config = script_config;

    config.keepalive_s = UINT16_MAX;
    script_init(script, &config);
    script_online(script, script_connack);
    assert_true(script_wait(script, UINT16_MAX * 500U - 1));
    script_expect_silence(script);
    assert_true(script_wait(script, 1));
    (void)script_expect(script, WIRE_PINGREQ);
}

static void no_answer_to_connect_is_given_up(void **state)
{
    struct script *script = *state;
    struct mqtt_config config = script_config;

    config.keepalive_s = 4;
    for (size_t turn = 0; turn < START_COUNT; turn++) {
        script_init(script, &config);
        script->now_ms = starts_ms[turn];
        script_begin(script);
        assert_true(script_feed(script, script_connack, 3));
        assert_true(script_wait(script, MQTT_ANSWER_MS - 1));
        script_expect_silence(script); // no ping before CONNACK
        assert_false(script_wait(script, 1));
        assert_string_equal(mqtt_problem(&script->mqtt), "broker: no answer to CONNECT");
    }
}

static void no_answer_to_subscribe_is_given_up(void **state)
{
    struct script *script = *state;

    for (size_t turn = 0; turn < START_COUNT; turn++) {
        start(script, turn);
        script_begin(script);
        assert_true(script_wait(script, MQTT_ANSWER_MS - 1));
        assert_true(script_feed(script, script_connack, 4));
        assert_true(script_wait(script, MQTT_ANSWER_MS - 1));
        assert_false(script_wait(script, 1));
        assert_string_equal(mqtt_problem(&script->mqtt), "broker: no answer to SUBSCRIBE");
    }
}

static void no_answer_to_a_message_is_given_up_over_each_connection(void **state)
{
    struct script *script = *state;

    for (size_t turn = 0; turn < START_COUNT; turn++) {
        start(script, turn);
        script_online(script, script_connack);
        assert_true(script_wait(script, 5000));
        assert_true(mqtt_publish(&script->mqtt, "t", "p", 1, false));
        for (int i = 0; i < 2; i++) {
            assert_true(script_wait(script, MQTT_ANSWER_MS - 1));
            assert_false(script_wait(script, 1));
            assert_string_equal(mqtt_problem(&script->mqtt), "broker: no answer to a message");
            script_lose(script);
            script->now_ms += 100000;
            script_online(script, script_resumed);
        }
    }
}

static void time_that_passes_offline_is_no_problem(void **state)
{
    struct script *script = *state;

    script_online(script, script_connack);
    script_lose(script);
    assert_true(script_wait(script, 200000));
    script_online(script, script_connack);
    assert_true(script_wait(script, IDLE_MS - 1));
    script_expect_silence(script);
}

static void output_stays_the_same_until_it_is_written(void **state)
{
    struct script *script = *state;
    const uint8_t *first = NULL;
    const uint8_t *second = NULL;
    uint8_t copy[MQTT_SEND_BYTES];

    script_online(script, script_connack);
    script->is_stalled = true;
    assert_true(script_feed(script, BYTES(0x32, 5, 0, 1, 't', 0, 1)));
    const size_t length = mqtt_output(&script->mqtt, &first);
    assert_int_equal(length, 4);
    memcpy(copy, first, length);
    assert_true(script_feed(script, BYTES(0x32, 5, 0, 1, 't', 0, 2)));
    assert_true(mqtt_publish(&script->mqtt, "t", "p", 1, false));
    assert_int_equal(mqtt_output(&script->mqtt, &second), length);
    assert_ptr_equal(second, first);
    assert_memory_equal(second, copy, length);
    mqtt_written(&script->mqtt, 0, script->now_ms);          // nothing was taken
    mqtt_written(&script->mqtt, length + 1, script->now_ms); // more than there was
    assert_int_equal(mqtt_output(&script->mqtt, &second), length);

    script->is_stalled = false;
    assert_int_equal(script_expect(script, WIRE_PUBACK).id, 1);
    assert_int_equal(script_expect(script, WIRE_PUBACK).id, 2);
    assert_true(script_is(script_expect(script, WIRE_PUBLISH).payload, "p"));
}

// Writes one byte at a time, with something new to say after each of them.
static void a_packet_that_is_begun_is_finished_before_the_next(void **state)
{
    struct script *script = *state;
    const uint8_t *bytes = NULL;

    script_online(script, script_connack);
    script->is_stalled = true;
    assert_true(mqtt_publish(&script->mqtt, "t", "payload", 7, false));
    for (uint8_t id = 1; mqtt_output(&script->mqtt, &bytes) > 0; id++) {
        script->sent[script->sent_length++] = bytes[0];
        mqtt_written(&script->mqtt, 1, script->now_ms);
        if (id <= 9)
            assert_true(script_feed(script, BYTES(0x32, 5, 0, 1, 't', 0, id)));
    }
    assert_true(script_is(script_expect(script, WIRE_PUBLISH).payload, "payload"));
    for (uint8_t id = 1; id <= 9; id++)
        assert_int_equal(script_expect(script, WIRE_PUBACK).id, id);
    script_expect_silence(script);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SCRIPT_TEST(an_idle_client_pings_for_days),
        SCRIPT_TEST(a_broker_without_a_sign_of_life_is_given_up),
        SCRIPT_TEST(a_client_that_only_hears_pings_nevertheless),
        SCRIPT_TEST(a_client_that_only_says_pings_nevertheless),
        SCRIPT_TEST(without_keepalive_there_are_no_pings),
        SCRIPT_TEST(the_longest_keepalive_is_kept),
        SCRIPT_TEST(no_answer_to_connect_is_given_up),
        SCRIPT_TEST(no_answer_to_subscribe_is_given_up),
        SCRIPT_TEST(no_answer_to_a_message_is_given_up_over_each_connection),
        SCRIPT_TEST(time_that_passes_offline_is_no_problem),
        SCRIPT_TEST(output_stays_the_same_until_it_is_written),
        SCRIPT_TEST(a_packet_that_is_begun_is_finished_before_the_next),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
