// What a broker sends: in pieces of any size, cut anywhere, malformed, out of place, too large, too much.
#include "script.h"

#include <stdlib.h>

// What a broker says over a whole connection, and what comes of it.
static const uint8_t stream[] = {
    0x20, 2,    0,    0,                               // CONNACK
    0x31, 6,    0,    3, 'a', '/', 'b', '1',           // PUBLISH, QoS 0, retained, before SUBACK
    0x3A, 8,    0,    3, 'a', '/', 'b', 1,   1,   'k', // another of a session that was kept
    0x90, 4,    0,    1, 1,   1,                       // SUBACK
    0x32, 8,    0,    3, 'a', '/', 'b', 1,   2,   '2', // PUBLISH, QoS 1
    0x3B, 0x88, 0x00, 0, 3,   'a', '/', 'b', 0,   7,   '3', // again, retained, length in two bytes
    0xD0, 0,                                                // PINGRESP
    0x32, 7,    0,    3, 'a', '/', 'b', 255, 255,           // PUBLISH, nothing in it
    0x40, 2,    9,    9,                                    // PUBACK of an id that nobody knows
    0x30, 6,    0,    3, 'c', '/', 'd', '5',                // PUBLISH, QoS 0
};
static const char stream_log[] =
    "a/b=1 retained\na/b=k again\nonline\na/b=2\na/b=3 retained again\na/b=\nc/d=5\n";
static const uint8_t stream_answer[] = { 0x40, 2, 1, 1, 0x40, 2, 1,   2,
                                         0x40, 2, 0, 7, 0x40, 2, 255, 255 };

static void assert_answer(struct script *script)
{
    (void)script_expect(script, WIRE_SUBSCRIBE);
    assert_int_equal(script->sent_length, sizeof stream_answer);
    assert_memory_equal(script->sent, stream_answer, sizeof stream_answer);
}

static void a_stream_byte_by_byte_is_the_same_as_whole(void **state)
{
    struct script *script = *state;

    script_begin(script);
    for (size_t i = 0; i < sizeof stream; i++)
        assert_true(script_feed(script, stream + i, 1));
    script_assert_log(script, stream_log);
    assert_answer(script);
}

static void a_stream_cut_in_two_anywhere_is_the_same_as_whole(void **state)
{
    struct script *script = *state;

    for (size_t cut = 0; cut <= sizeof stream; cut++) {
        script_init(script, &script_config);
        script_begin(script);
        assert_true(script_feed(script, stream, cut));
        assert_true(script_feed(script, stream + cut, sizeof stream - cut));
        script_assert_log(script, stream_log);
        assert_answer(script);
    }
}

static void a_stream_lost_anywhere_leaves_nothing_to_the_next_connection(void **state)
{
    struct script *script = *state;

    for (size_t cut = 0; cut < sizeof stream; cut++) {
        script_init(script, &script_config);
        script_begin(script);
        assert_true(script_feed(script, stream, cut));
        assert_null(mqtt_problem(&script->mqtt));
        script_lose(script);
        script->log[0] = '\0';
        script->mqtt.last_id = 0; // the stream's SUBACK is for 1
        script_begin(script);
        assert_true(script_feed(script, stream, sizeof stream));
        script_assert_log(script, stream_log);
        assert_answer(script);
    }
}

enum stage { CONNECTING, SUBSCRIBING, ONLINE };

struct bad {
    const char *what;
    enum stage stage;
    const uint8_t *bytes;
    size_t length;
};

static const struct bad bads[] = {
    { "CONNACK too short", CONNECTING, BYTES(0x20, 1) },
    { "CONNACK too long", CONNECTING, BYTES(0x20, 3) },
    { "CONNACK with flags in its header", CONNECTING, BYTES(0x21, 2) },
    { "CONNACK with unknown acknowledge flags", CONNECTING, BYTES(0x20, 2, 2, 0) },
    { "CONNACK with an unknown code", CONNECTING, BYTES(0x20, 2, 0, 6) },
    { "CONNACK with code 255", CONNECTING, BYTES(0x20, 2, 0, 255) },
    { "PUBLISH before CONNACK", CONNECTING, BYTES(0x30, 4) },
    { "SUBACK before CONNACK", CONNECTING, BYTES(0x90, 4) },
    { "PUBACK before CONNACK", CONNECTING, BYTES(0x40, 2) },
    { "PINGRESP before CONNACK", CONNECTING, BYTES(0xD0, 0) },
    { "plain HTTP", CONNECTING, TEXT("HTTP/1.1 400 Bad Request\r\n") },
    { "the beginning of a TLS alert", CONNECTING, BYTES(0x15, 0x03, 0x03, 0x00, 0x02) },
    { "a second CONNACK", SUBSCRIBING, BYTES(0x20, 2) },
    { "a second CONNACK when online", ONLINE, BYTES(0x20, 2) },
    { "a second SUBACK", ONLINE, BYTES(0x90, 4) },
    { "SUBACK of another id", SUBSCRIBING, BYTES(0x90, 4, 0, 9, 1, 1) },
    { "SUBACK of too few", SUBSCRIBING, BYTES(0x90, 3, 0, 1, 1) },
    { "SUBACK of too many", SUBSCRIBING, BYTES(0x90, 5, 0, 1, 1, 1, 1) },
    { "SUBACK of far too many", SUBSCRIBING, BYTES(0x90, 7) },
    { "SUBACK of none", SUBSCRIBING, BYTES(0x90, 2) },
    { "SUBACK granting more than asked for", SUBSCRIBING, BYTES(0x90, 4, 0, 1, 1, 2) },
    { "SUBACK with an unknown code", SUBSCRIBING, BYTES(0x90, 4, 0, 1, 3, 1) },
    { "SUBACK with flags", SUBSCRIBING, BYTES(0x92, 4) },
    { "length over four bytes", ONLINE, BYTES(0x30, 0x80, 0x80, 0x80, 0x80) },
    { "length over four bytes, all set", ONLINE, BYTES(0x30, 0xFF, 0xFF, 0xFF, 0xFF) },
    { "type 0", ONLINE, BYTES(0x00, 0) },
    { "type 15", ONLINE, BYTES(0xF0, 0) },
    { "CONNECT", ONLINE, BYTES(0x10, 12) },
    { "PUBREC", ONLINE, BYTES(0x50, 2) },
    { "PUBREL", ONLINE, BYTES(0x62, 2) },
    { "PUBCOMP", ONLINE, BYTES(0x70, 2) },
    { "SUBSCRIBE", ONLINE, BYTES(0x82, 6) },
    { "UNSUBSCRIBE", ONLINE, BYTES(0xA2, 6) },
    { "UNSUBACK", ONLINE, BYTES(0xB0, 2) },
    { "PINGREQ", ONLINE, BYTES(0xC0, 0) },
    { "DISCONNECT", ONLINE, BYTES(0xE0, 0) },
    { "PUBACK with flags", ONLINE, BYTES(0x42, 2) },
    { "PUBACK too short", ONLINE, BYTES(0x40, 1) },
    { "PUBACK too long", ONLINE, BYTES(0x40, 3) },
    { "PUBACK of id 0", ONLINE, BYTES(0x40, 2, 0, 0) },
    { "PINGRESP with flags", ONLINE, BYTES(0xD1, 0) },
    { "PINGRESP with something in it", ONLINE, BYTES(0xD0, 1) },
    { "PUBLISH of nothing", ONLINE, BYTES(0x30, 0) },
    { "PUBLISH too short for a topic", ONLINE, BYTES(0x30, 2) },
    { "PUBLISH with an empty topic", ONLINE, BYTES(0x30, 3, 0, 0, 'x') },
    { "topic beyond the packet", ONLINE, BYTES(0x30, 4, 0, 3, 'a', 'b') },
    { "topic far beyond the packet", ONLINE, BYTES(0x30, 4, 255, 255, 'a', 'b') },
    { "packet id beyond the packet", ONLINE, BYTES(0x32, 4, 0, 2, 'a', 'b') },
    { "half a packet id", ONLINE, BYTES(0x32, 5, 0, 2, 'a', 'b', 1) },
    { "packet id 0", ONLINE, BYTES(0x32, 6, 0, 2, 'a', 'b', 0, 0) },
    { "QoS 2", ONLINE, BYTES(0x34, 6, 0, 2, 'a', 'b', 0, 1) },
    { "QoS 3", ONLINE, BYTES(0x36, 6, 0, 2, 'a', 'b', 0, 1) },
    { "DUP at QoS 0", ONLINE, BYTES(0x38, 4, 0, 2, 'a', 'b') },
    { "NUL in a topic", ONLINE, BYTES(0x30, 5, 0, 3, 'a', 0, 'b') },
    { "+ in a topic", ONLINE, BYTES(0x30, 5, 0, 3, 'a', '/', '+') },
    { "# in a topic", ONLINE, BYTES(0x30, 3, 0, 1, '#') },
    { "a stray tail of UTF-8", ONLINE, BYTES(0x30, 3, 0, 1, 0x80) },
    { "UTF-8 cut off", ONLINE, BYTES(0x30, 3, 0, 1, 0xC3) },
    { "UTF-8 cut off by a letter", ONLINE, BYTES(0x30, 4, 0, 2, 0xC3, 'a') },
    { "UTF-8 cut off by the end of the topic", ONLINE, BYTES(0x30, 5, 0, 2, 0xE2, 0x82, 0xAC) },
    { "overlong slash", ONLINE, BYTES(0x30, 4, 0, 2, 0xC0, 0xAF) },
    { "overlong NUL", ONLINE, BYTES(0x30, 4, 0, 2, 0xC0, 0x80) },
    { "overlong in three", ONLINE, BYTES(0x30, 5, 0, 3, 0xE0, 0x9F, 0xBF) },
    { "overlong in four", ONLINE, BYTES(0x30, 6, 0, 4, 0xF0, 0x8F, 0xBF, 0xBF) },
    { "a surrogate", ONLINE, BYTES(0x30, 5, 0, 3, 0xED, 0xA0, 0x80) },
    { "beyond Unicode", ONLINE, BYTES(0x30, 6, 0, 4, 0xF4, 0x90, 0x80, 0x80) },
    { "five bytes", ONLINE, BYTES(0x30, 7, 0, 5, 0xF8, 0x88, 0x80, 0x80, 0x80) },
    { "larger than the buffer by one", ONLINE, BYTES(0x30, 0x81, 0x20) },
    { "as large as can be", ONLINE, BYTES(0x30, 0xFF, 0xFF, 0xFF, 0x7F) },
};

static void reach(struct script *script, enum stage stage)
{
    script_init(script, &script_config);
    if (stage == ONLINE) {
        script_online(script, script_connack);
        return;
    }
    script_begin(script);
    if (stage == SUBSCRIBING) {
        assert_true(script_feed(script, script_connack, sizeof script_connack));
        (void)script_expect(script, WIRE_SUBSCRIBE);
    }
}

// Refused with its last byte: neither earlier, nor does it wait for more.
static void assert_refused(struct script *script, const struct bad *bad, size_t piece)
{
    bool is_taken = true;
    reach(script, bad->stage);
    for (size_t at = 0; at < bad->length && is_taken; at += piece) {
        const size_t left = bad->length - at;
        is_taken = script_feed(script, bad->bytes + at, left < piece ? left : piece);
    }
    if (is_taken || mqtt_problem(&script->mqtt) == NULL)
        fail_msg("%s was taken", bad->what);
    assert_in_range(strlen(mqtt_problem(&script->mqtt)), 1, 40);
    script_assert_log(script, "");
    assert_false(mqtt_tick(&script->mqtt, script->now_ms));
    assert_false(mqtt_input(&script->mqtt, bad->bytes, 1, script->now_ms));
    assert_int_equal(mqtt_room(&script->mqtt), 0);
    assert_false(mqtt_is_free(&script->mqtt));
}

static void what_is_malformed_or_out_of_place_is_refused(void **state)
{
    for (size_t i = 0; i < sizeof bads / sizeof bads[0]; i++) {
        assert_refused(*state, &bads[i], bads[i].length);
        assert_refused(*state, &bads[i], 1);
    }
}

static void after_refused_input_the_next_session_is_a_clean_one(void **state)
{
    struct script *script = *state;

    script_online(script, script_connack);
    assert_true(mqtt_publish(&script->mqtt, "t", "p", 1, false));
    (void)script_expect(script, WIRE_PUBLISH);
    assert_false(script_feed(script, BYTES(0x30, 0x81, 0x20)));
    assert_string_equal(mqtt_problem(&script->mqtt), "too large a packet from the broker");
    for (int i = 0; i < 2; i++) { // until it has come about
        script_lose(script);
        mqtt_begin(&script->mqtt, script->now_ms);
        assert_int_equal(script_expect(script, WIRE_CONNECT).flags, 0x2E);
    }
    assert_true(script_feed(script, script_connack, 4));
    const struct wire_packet subscribe = script_expect(script, WIRE_SUBSCRIBE);
    assert_true(script_feed(script, BYTES(0x90, 4, 0, (uint8_t)subscribe.id, 1, 1)));
    assert_int_equal(script_expect(script, WIRE_PUBLISH).flags, 0x02); // new to that session
    script_lose(script);
    mqtt_begin(&script->mqtt, script->now_ms);
    assert_int_equal(script_expect(script, WIRE_CONNECT).flags, 0x2C);
}

static void a_clean_session_cannot_be_present(void **state)
{
    struct script *script = *state;

    script_online(script, script_connack);
    assert_false(script_feed(script, BYTES(0x00, 0)));
    script_lose(script);
    script_begin(script);
    assert_false(script_feed(script, script_resumed, 4));
}

static void a_connack_before_connect_is_written_is_out_of_place(void **state)
{
    struct script *script = *state;

    mqtt_begin(&script->mqtt, script->now_ms);
    script->is_stalled = true;
    assert_false(script_feed(script, script_connack, 4));
}

static void topics_of_any_language_are_taken(void **state)
{
    static const char *const topics[] = { "a",
                                          "/",
                                          " ",
                                          "\x01",
                                          "\x7f",
                                          "\xc2\x80",
                                          "\xdf\xbf",
                                          "\xe0\xa0\x80",
                                          "\xed\x9f\xbf",
                                          "\xee\x80\x80",
                                          "\xef\xbf\xbf",
                                          "\xf0\x90\x80\x80",
                                          "\xf4\x8f\xbf\xbf",
                                          "قفاز/$é" };
    struct script *script = *state;
    uint8_t bytes[64];
    char expected[64];

    script_online(script, script_connack);
    for (size_t i = 0; i < sizeof topics / sizeof topics[0]; i++) {
        const size_t length = script_message(bytes, 0, topics[i], 0, "x", 1);
        assert_true(script_feed(script, bytes, length));
        strcpy(expected, topics[i]);
        strcat(expected, "=x\n");
        script_assert_log(script, expected);
    }
}

static void a_message_as_large_as_the_buffer_is_taken(void **state)
{
    struct script *script = *state;
    uint8_t bytes[MQTT_RECEIVE_BYTES + 8];
    uint8_t payload[MQTT_RECEIVE_BYTES];
    const size_t most = MQTT_RECEIVE_BYTES - 2 - 1 - 2; // topic "t", packet id

    memset(payload, 'y', sizeof payload);
    script_online(script, script_connack);
    const size_t length = script_message(bytes, 0x03, "t", 5, payload, most);
    assert_true(script_feed(script, bytes, length));
    script_assert_log(script, "t=yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy retained\n");
    assert_int_equal(script_expect(script, WIRE_PUBACK).id, 5);
}

static const uint8_t shortest[] = { 0x32, 5, 0, 1, 't', 0, 1 }; // a message to be acknowledged

// Gives one message after the other until no more is taken, and writes nothing. Returns how many bytes were taken.
static size_t flood(struct script *script)
{
    size_t taken = 0;
    for (size_t room; (room = mqtt_room(&script->mqtt)) > 0; taken += room) {
        uint8_t bytes[MQTT_RECEIVE_BYTES];
        for (size_t i = 0; i < room; i++)
            bytes[i] = shortest[(taken + i) % sizeof shortest];
        assert_true(mqtt_input(&script->mqtt, bytes, room, script->now_ms));
    }
    return taken;
}

// A broker that sends and does not read: what is owed to it is kept, and nothing more is taken.
static void what_cannot_be_acknowledged_is_not_taken(void **state)
{
    struct script *script = *state;
    size_t acknowledged = 0;

    script_online(script, script_connack);
    const size_t taken = flood(script);
    assert_true(script_wait(script, SCRIPT_KEEPALIVE_S * 500)); // there is room for a ping
    for (; script->sent_length > 4; acknowledged++)
        assert_int_equal(script_expect(script, WIRE_PUBACK).id, 1);
    assert_int_equal(acknowledged, taken / sizeof shortest);
    assert_in_range(acknowledged, 100, MQTT_CONTROL_BYTES / 4);
    assert_true(mqtt_room(&script->mqtt) > 0);
}

static void messages_right_behind_connack_leave_room_for_subscribe(void **state)
{
    struct script *script = *state;
    uint8_t bytes[4 + 200 * sizeof shortest];

    memcpy(bytes, script_resumed, 4);
    for (size_t i = 0; i < 200; i++)
        memcpy(bytes + 4 + i * sizeof shortest, shortest, sizeof shortest);
    script_begin(script);
    assert_true(script_feed(script, bytes, sizeof bytes));
    assert_int_equal(script_expect(script, WIRE_SUBSCRIBE).id, 1);
    for (size_t i = 0; i < 200; i++)
        assert_int_equal(script_expect(script, WIRE_PUBACK).id, 1);
}

static void more_than_there_is_room_for_ends_the_connection(void **state)
{
    struct script *script = *state;
    uint8_t bytes[MQTT_RECEIVE_BYTES] = { 0x30 };

    script_online(script, script_connack);
    assert_false(mqtt_input(&script->mqtt, bytes, sizeof bytes, script->now_ms));
    assert_string_equal(mqtt_problem(&script->mqtt), "more input than room");
    script_lose(script);
    assert_false(mqtt_input(&script->mqtt, bytes, 1, script->now_ms)); // not connected
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SCRIPT_TEST(a_stream_byte_by_byte_is_the_same_as_whole),
        SCRIPT_TEST(a_stream_cut_in_two_anywhere_is_the_same_as_whole),
        SCRIPT_TEST(a_stream_lost_anywhere_leaves_nothing_to_the_next_connection),
        SCRIPT_TEST(what_is_malformed_or_out_of_place_is_refused),
        SCRIPT_TEST(after_refused_input_the_next_session_is_a_clean_one),
        SCRIPT_TEST(a_clean_session_cannot_be_present),
        SCRIPT_TEST(a_connack_before_connect_is_written_is_out_of_place),
        SCRIPT_TEST(topics_of_any_language_are_taken),
        SCRIPT_TEST(a_message_as_large_as_the_buffer_is_taken),
        SCRIPT_TEST(what_cannot_be_acknowledged_is_not_taken),
        SCRIPT_TEST(messages_right_behind_connack_leave_room_for_subscribe),
        SCRIPT_TEST(more_than_there_is_room_for_ends_the_connection),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
