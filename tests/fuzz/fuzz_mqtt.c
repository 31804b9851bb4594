// Any bytes from a broker → the scale's MQTT client. Five bytes say in which pieces it reads and writes, how time
// passes and when the connection is lost; the rest is what it hears, over as many connections as it takes.
//
// What it says is read by wire.c: always well-formed, CONNECT once and first, one message at a time, no id twice, sent
// again only with the same id, and each message that it took acknowledged in its turn. It never comes to a stop with nothing to say and nothing it would hear.
#include "fuzz.h"

#include <mqtt.h>
#include <wire.h>

#include <string.h>

struct session {
    struct mqtt mqtt;
    uint32_t now_ms;
    size_t read_most;
    size_t write_most;
    size_t lost_after; // so many steps; 0: never
    uint32_t step_ms;
    uint8_t said[8192]; // the beginning of a packet
    size_t said_length;
    uint16_t owed[MQTT_CONTROL_BYTES]; // ids to be acknowledged, over this connection
    size_t owed_count;
    size_t packets; // said over this connection
    uint16_t subscribe_id;
    uint16_t message_id;  // in flight; 0: none
    bool is_said_now;     // over this connection
    bool is_said_earlier; // over another one
};

static void publish(struct session *session)
{
    const bool was_free = mqtt_is_free(&session->mqtt);
    FUZZ_REQUIRE(mqtt_publish(&session->mqtt, "clinic/t", "payload", 7, true) == was_free);
}

static void on_online(void *context)
{
    struct session *session = context;
    FUZZ_REQUIRE(mqtt_state(&session->mqtt) == MQTT_ONLINE);
    session->subscribe_id = 0;
    publish(session);
}

static void on_message(void *context, const struct mqtt_message *message)
{
    struct session *session = context;
    char copy[MQTT_RECEIVE_BYTES];

    FUZZ_REQUIRE(strlen(message->topic) > 0 && strpbrk(message->topic, "+#") == NULL);
    FUZZ_REQUIRE(strlen(message->topic) + message->length < MQTT_RECEIVE_BYTES);
    memcpy(copy, message->payload, message->length); // for the sanitizer
    publish(session);
    if ((session->mqtt.input.first & PACKET_QOS_1) == 0)
        return;
    FUZZ_REQUIRE(session->owed_count < sizeof session->owed / sizeof session->owed[0]);
    session->owed[session->owed_count++] =
        (uint16_t)(message->payload[-2] * 256 + message->payload[-1]);
}

static void on_acknowledged(void *context)
{
    struct session *session = context;
    FUZZ_REQUIRE(session->message_id != 0 && session->is_said_now);
    session->message_id = 0;
    session->is_said_now = session->is_said_earlier = false;
    publish(session);
}

static void check_message(struct session *session, const struct wire_packet *packet)
{
    FUZZ_REQUIRE(!session->is_said_now && packet->id != session->subscribe_id);
    FUZZ_REQUIRE(session->message_id == 0 || packet->id == session->message_id);
    FUZZ_REQUIRE((packet->flags & 0x08) == 0 || session->is_said_earlier);
    FUZZ_REQUIRE(packet->payload.length == 7 && memcmp(packet->payload.bytes, "payload", 7) == 0);
    session->message_id = packet->id;
    session->is_said_now = true;
}

static void check_acknowledgement(struct session *session, const struct wire_packet *packet)
{
    FUZZ_REQUIRE(session->owed_count > 0 && packet->id == session->owed[0]);
    session->owed_count--;
    memmove(session->owed, session->owed + 1, session->owed_count * sizeof session->owed[0]);
}

static void check_packet(struct session *session, const struct wire_packet *packet)
{
    FUZZ_REQUIRE((packet->type == WIRE_CONNECT) == (session->packets == 0));
    session->packets++;
    if (packet->type == WIRE_PUBLISH)
        check_message(session, packet);
    if (packet->type == WIRE_PUBACK)
        check_acknowledgement(session, packet);
    if (packet->type == WIRE_SUBSCRIBE) {
        FUZZ_REQUIRE(packet->id != session->message_id && packet->filter_count == 2);
        session->subscribe_id = packet->id;
    }
}

static void hear_out(struct session *session)
{
    struct wire_packet packet;
    size_t length = 0;
    enum wire_result result;

    while ((result = wire_read(session->said, session->said_length, &packet, &length))
           == WIRE_WHOLE) {
        check_packet(session, &packet);
        session->said_length -= length;
        memmove(session->said, session->said + length, session->said_length);
    }
    FUZZ_REQUIRE(result == WIRE_MORE);
}

// Returns how much was written. CONNECT goes at once: an answer to half of it ends everything there.
static size_t let_write(struct session *session)
{
    const uint8_t *bytes = NULL;
    const size_t length = mqtt_output(&session->mqtt, &bytes);
    const bool is_connect = mqtt_state(&session->mqtt) == MQTT_CONNECTING;
    const size_t count = is_connect || length < session->write_most ? length : session->write_most;

    FUZZ_REQUIRE(count <= sizeof session->said - session->said_length);
    if (count > 0)
        memcpy(session->said + session->said_length, bytes, count);
    session->said_length += count;
    mqtt_written(&session->mqtt, count, session->now_ms);
    hear_out(session);
    return count;
}

static void begin(struct session *session)
{
    mqtt_lost(&session->mqtt);
    session->said_length = session->packets = session->owed_count = 0;
    session->subscribe_id = 0;
    // A message of which any byte was written counts; how far it came, wire.c does not see.
    session->is_said_earlier = session->is_said_earlier || session->mqtt.send_length > 0;
    session->is_said_now = false;
    mqtt_begin(&session->mqtt, session->now_ms);
    FUZZ_REQUIRE(mqtt_problem(&session->mqtt) == NULL);
}

// Time passes, some is written and some read. Returns how much was read.
static size_t step(struct session *session, const uint8_t *bytes, size_t length)
{
    session->now_ms += session->step_ms;
    bool is_fine = mqtt_tick(&session->mqtt, session->now_ms);
    const size_t written = is_fine ? let_write(session) : 0;
    size_t count = mqtt_room(&session->mqtt);

    FUZZ_REQUIRE(!is_fine || count > 0 || written > 0);
    if (count > length)
        count = length;
    if (count > session->read_most)
        count = session->read_most;
    if (is_fine && count > 0)
        is_fine = mqtt_input(&session->mqtt, bytes, count, session->now_ms);
    FUZZ_REQUIRE(is_fine == (mqtt_problem(&session->mqtt) == NULL));
    if (!is_fine) {
        FUZZ_REQUIRE(strlen(mqtt_problem(&session->mqtt)) <= 40);
        FUZZ_REQUIRE(strstr(mqtt_problem(&session->mqtt), "room") == NULL); // it was asked for
        FUZZ_REQUIRE(!mqtt_is_free(&session->mqtt) && mqtt_room(&session->mqtt) == 0);
        begin(session);
    }
    return count;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    static const struct mqtt_config config = { "scale-1", "clinic/s", "{}", 10, { "a/b", "c/#" } };
    static const struct mqtt_handler handler = { on_online, on_message, on_acknowledged };
    static struct session session;

    if (length < 5)
        return 0;
    session = (struct session){
        .now_ms = UINT32_MAX - 20000,
        .read_most = bytes[0] + 1U,
        .write_most = bytes[1] + 1U,
        .step_ms = bytes[2] * 8U,
        .lost_after = bytes[4],
    };
    mqtt_init(&session.mqtt, &config, &handler, &session);
    session.mqtt.last_id = (uint16_t)(UINT16_MAX - bytes[3]); // ids wrap soon
    begin(&session);
    size_t steps = 0;
    for (size_t at = 5; at < length;) {
        at += step(&session, bytes + at, length - at);
        if (++steps == session.lost_after)
            begin(&session);
    }
    return 0;
}
