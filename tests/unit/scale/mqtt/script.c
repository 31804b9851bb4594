#include "script.h"

#include <stdio.h>
#include <stdlib.h>

const struct mqtt_config script_config = {
    .client_id = "scale-1",
    .will_topic = "clinic/node/scale-1/status",
    .will_payload = "{\"state\":\"offline\"}",
    .keepalive_s = SCRIPT_KEEPALIVE_S,
    .subscriptions = { "clinic/node/scale-1/config", "clinic/reply/scale-1" },
};
const uint8_t script_connack[4] = { 0x20, 2, 0, 0 };
const uint8_t script_resumed[4] = { 0x20, 2, 1, 0 };

__attribute__((format(printf, 2, 3))) static void note(struct script *script, const char *format,
                                                       ...)
{
    const size_t used = strlen(script->log);
    va_list arguments;

    va_start(arguments, format);
    const int length = vsnprintf(script->log + used, sizeof script->log - used, format, arguments);
    va_end(arguments);
    assert_in_range(length, 1, sizeof script->log - used - 1);
}

static void on_online(void *context)
{
    struct script *script = context;
    assert_int_equal(mqtt_state(&script->mqtt), MQTT_ONLINE);
    note(script, "online\n");
}

static void on_message(void *context, const struct mqtt_message *message)
{
    struct script *script = context;
    note(script, "%s=%.*s%s%s\n", message->topic, message->length < 40 ? (int)message->length : 40,
         (const char *)message->payload, message->is_retained ? " retained" : "",
         message->is_duplicate ? " again" : "");
    if (script->answer_topic != NULL)
        assert_true(mqtt_publish(&script->mqtt, script->answer_topic, "yes", 3, false));
}

static void on_acknowledged(void *context)
{
    struct script *script = context;
    assert_true(mqtt_is_free(&script->mqtt));
    note(script, "acknowledged\n");
}

static const struct mqtt_handler handler = { on_online, on_message, on_acknowledged };

void script_init(struct script *script, const struct mqtt_config *config)
{
    *script = (struct script){ .now_ms = 1000 };
    mqtt_init(&script->mqtt, config, &handler, script);
}

int script_set_up(void **state)
{
    struct script *script = malloc(sizeof *script);
    assert_non_null(script);
    script_init(script, &script_config);
    *state = script;
    return 0;
}

int script_tear_down(void **state)
{
    free(*state);
    return 0;
}

static void drain(struct script *script)
{
    const uint8_t *bytes = NULL;
    size_t length = 0;

    while (!script->is_stalled && (length = mqtt_output(&script->mqtt, &bytes)) > 0) {
        assert_true(length <= sizeof script->sent - script->sent_length);
        memcpy(script->sent + script->sent_length, bytes, length);
        script->sent_length += length;
        mqtt_written(&script->mqtt, length, script->now_ms);
    }
}

void script_begin(struct script *script)
{
    mqtt_begin(&script->mqtt, script->now_ms);
    script_expect(script, WIRE_CONNECT);
}

void script_lose(struct script *script)
{
    mqtt_lost(&script->mqtt);
    script->sent_length = 0;
}

void script_online(struct script *script, const uint8_t connack[4])
{
    script_begin(script);
    assert_true(script_feed(script, connack, 4));
    const struct wire_packet subscribe = script_expect(script, WIRE_SUBSCRIBE);
    assert_true(script_feed(
        script, BYTES(0x90, 4, (uint8_t)(subscribe.id >> 8), (uint8_t)subscribe.id, 1, 1)));
    script_assert_log(script, "online\n");
}

bool script_feed(struct script *script, const uint8_t *bytes, size_t length)
{
    drain(script);
    while (length > 0) {
        const size_t room = mqtt_room(&script->mqtt);
        const size_t count = room < length ? room : length;
        if (!mqtt_input(&script->mqtt, bytes, count, script->now_ms))
            return false;
        bytes += count;
        length -= count;
        drain(script);
        assert_true(room > 0);
    }
    return true;
}

bool script_wait(struct script *script, uint32_t ms)
{
    for (uint32_t passed = 0; passed < ms;) {
        const uint32_t step = ms - passed < 1000 ? ms - passed : 1000;
        passed += step;
        script->now_ms += step;
        if (!mqtt_tick(&script->mqtt, script->now_ms))
            return false;
        drain(script);
    }
    return true;
}

struct wire_packet script_expect(struct script *script, unsigned type)
{
    static uint8_t bytes[sizeof script->sent]; // what the packet returned points into
    struct wire_packet packet;
    size_t length = 0;

    drain(script);
    memcpy(bytes, script->sent, script->sent_length);
    assert_int_equal(wire_read(bytes, script->sent_length, &packet, &length), WIRE_WHOLE);
    assert_int_equal(packet.type, type);
    script->sent_length -= length;
    memmove(script->sent, script->sent + length, script->sent_length);
    return packet;
}

void script_expect_silence(struct script *script)
{
    drain(script);
    assert_int_equal(script->sent_length, 0);
}

bool script_is(struct wire_text text, const char *expected)
{
    return text.length == strlen(expected) && memcmp(text.bytes, expected, text.length) == 0;
}

void script_assert_log(struct script *script, const char *expected)
{
    assert_string_equal(script->log, expected);
    script->log[0] = '\0';
}

size_t script_message(uint8_t *ret_bytes, uint8_t flags, const char *topic, uint16_t id,
                      const void *payload, size_t length)
{
    const size_t topic_length = strlen(topic);
    size_t remaining = 2 + topic_length + (id != 0 ? 2 : 0) + length;
    size_t at = 0;

    ret_bytes[at++] = 0x30 | flags;
    do {
        ret_bytes[at++] = (uint8_t)(remaining % 128 + (remaining > 127 ? 128 : 0));
        remaining /= 128;
    } while (remaining > 0);
    ret_bytes[at++] = (uint8_t)(topic_length / 256);
    ret_bytes[at++] = (uint8_t)topic_length;
    memcpy(ret_bytes + at, topic, topic_length);
    at += topic_length;
    if (id != 0) {
        ret_bytes[at++] = (uint8_t)(id / 256);
        ret_bytes[at++] = (uint8_t)id;
    }
    if (length > 0)
        memcpy(ret_bytes + at, payload, length);
    return at + length;
}
