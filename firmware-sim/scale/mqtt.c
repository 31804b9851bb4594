#include "mqtt.h"

#include <string.h>

enum {
    PUBLISH_LEAST_BYTES = 7, // at QoS 1: fixed header, a topic of one character, packet id
    PUBACK_BYTES = 4,
    PINGREQ_BYTES = 2,
    CONNECT_FIXED_BYTES = 10, // protocol name and level, flags, keep-alive
    CONNECT_CLEAN = 0x02,
    CONNECT_WILL = 0x04 | 0x08 | 0x20, // there is one, QoS 1, retained
    PROTOCOL_LEVEL = 4,
    SUBACK_REFUSED = 0x80,
};

static const char malformed[] = "malformed packet from the broker";
static const char out_of_place[] = "packet out of place from the broker";

// By the return code of CONNACK.
static const char *const refusals[] = {
    [1] = "broker: wrong protocol version",
    [2] = "broker: name refused",
    [3] = "broker: unavailable",
    [4] = "broker: bad user name or password",
    [5] = "broker: not allowed to connect",
};

static bool give_up(struct mqtt *mqtt, const char *problem)
{
    mqtt->problem = problem;
    return false;
}

static bool refuse(struct mqtt *mqtt, const char *problem)
{
    mqtt->is_refused = true;
    return give_up(mqtt, problem);
}

static void enter(struct mqtt *mqtt, enum mqtt_state state)
{
    mqtt->state = (uint8_t)state;
    mqtt->changed_at_ms = mqtt->now_ms;
}

static uint16_t next_id(struct mqtt *mqtt)
{
    do
        mqtt->last_id++;
    while (mqtt->last_id == 0 || (mqtt->send_length > 0 && mqtt->last_id == mqtt->publish_id)
           || (mqtt->state == MQTT_SUBSCRIBING && mqtt->last_id == mqtt->subscribe_id));
    return mqtt->last_id;
}

// Where the next packet that is not a message goes; control_keep() keeps it there.
static struct packet_output control_open(struct mqtt *mqtt)
{
    return (struct packet_output){ .bytes = mqtt->control + mqtt->control_length,
                                   .room = (size_t)MQTT_CONTROL_BYTES - mqtt->control_length };
}

static bool control_keep(struct mqtt *mqtt, const struct packet_output *packet)
{
    if (packet->length > packet->room)
        return false;
    mqtt->control_length = (uint16_t)(mqtt->control_length + packet->length);
    return true;
}

static bool put_connect(struct mqtt *mqtt)
{
    const struct mqtt_config *config = &mqtt->config;
    struct packet_output packet = control_open(mqtt);

    packet_open(&packet, PACKET_CONNECT, 0,
                CONNECT_FIXED_BYTES + packet_text_bytes(config->client_id)
                    + packet_text_bytes(config->will_topic)
                    + packet_text_bytes(config->will_payload));
    packet_text(&packet, "MQTT");
    packet_u8(&packet, PROTOCOL_LEVEL);
    packet_u8(&packet, CONNECT_WILL | (mqtt->is_refused ? CONNECT_CLEAN : 0));
    packet_u16(&packet, config->keepalive_s);
    packet_text(&packet, config->client_id);
    packet_text(&packet, config->will_topic);
    packet_text(&packet, config->will_payload);
    return control_keep(mqtt, &packet);
}

static bool put_subscribe(struct mqtt *mqtt)
{
    struct packet_output packet = control_open(mqtt);
    size_t remaining = 2;

    for (size_t i = 0; i < mqtt->subscriptions; i++)
        remaining += packet_text_bytes(mqtt->config.subscriptions[i]) + 1;
    packet_open(&packet, PACKET_SUBSCRIBE, PACKET_QOS_1,
                remaining); // these flags are the standard's
    packet_u16(&packet, mqtt->subscribe_id);
    for (size_t i = 0; i < mqtt->subscriptions; i++) {
        packet_text(&packet, mqtt->config.subscriptions[i]);
        packet_u8(&packet, 1);
    }
    return control_keep(mqtt, &packet);
}

static bool put_pingreq(struct mqtt *mqtt)
{
    struct packet_output packet = control_open(mqtt);
    packet_open(&packet, PACKET_PINGREQ, 0, 0);
    return control_keep(mqtt, &packet);
}

static bool put_puback(struct mqtt *mqtt, uint16_t id)
{
    struct packet_output packet = control_open(mqtt);
    packet_open(&packet, PACKET_PUBACK, 0, sizeof id);
    packet_u16(&packet, id);
    return control_keep(mqtt, &packet);
}

void mqtt_init(struct mqtt *mqtt, const struct mqtt_config *config,
               const struct mqtt_handler *handler, void *context)
{
    memset(mqtt, 0, sizeof *mqtt);
    mqtt->config = *config;
    mqtt->handler = *handler;
    mqtt->context = context;
    while (mqtt->subscriptions < MQTT_SUBSCRIPTIONS
           && config->subscriptions[mqtt->subscriptions] != NULL)
        mqtt->subscriptions++;
}

void mqtt_begin(struct mqtt *mqtt, uint32_t now_ms)
{
    mqtt_lost(mqtt);
    mqtt->problem = NULL;
    mqtt->now_ms = mqtt->sent_at_ms = mqtt->received_at_ms = now_ms;
    enter(mqtt, MQTT_CONNECTING);
    if (!put_connect(mqtt))
        (void)give_up(mqtt, "name and last will are too long"); // told by the next tick
}

void mqtt_lost(struct mqtt *mqtt)
{
    mqtt->state = MQTT_OFFLINE;
    mqtt->output_length = 0;
    mqtt->control_length = 0;
    mqtt->is_sent = false;
    mqtt->is_pinged = false;
    mqtt->input = (struct packet_input){ 0 };
}

// What is told stays the same, bytes and length, until it is written: a TLS record may have been made of it.
size_t mqtt_output(struct mqtt *mqtt, const uint8_t **ret_bytes)
{
    const bool has_message = mqtt->state == MQTT_ONLINE && mqtt->send_length > 0 && !mqtt->is_sent;

    if (mqtt->output_length == 0) {
        mqtt->is_output_message = mqtt->control_length == 0 && has_message;
        mqtt->output = mqtt->is_output_message ? mqtt->send : mqtt->control;
        mqtt->output_length = mqtt->is_output_message ? mqtt->send_length : mqtt->control_length;
    }
    *ret_bytes = mqtt->output;
    return mqtt->output_length;
}

void mqtt_written(struct mqtt *mqtt, size_t length, uint32_t now_ms)
{
    if (length == 0 || length > mqtt->output_length)
        return;
    mqtt->now_ms = mqtt->sent_at_ms = now_ms;
    mqtt->output += length;
    mqtt->output_length = (uint16_t)(mqtt->output_length - length);
    mqtt->is_begun |= mqtt->is_output_message;
    if (mqtt->output_length > 0)
        return;
    if (mqtt->is_output_message) {
        mqtt->is_sent = true;
        return;
    }
    mqtt->control_length = (uint16_t)(mqtt->control_length - (mqtt->output - mqtt->control));
    memmove(mqtt->control, mqtt->output, mqtt->control_length);
}

static bool go_online(struct mqtt *mqtt)
{
    enter(mqtt, MQTT_ONLINE);
    mqtt->published_at_ms = mqtt->now_ms;
    mqtt->handler.on_online(mqtt->context);
    return true;
}

static bool take_connack(struct mqtt *mqtt)
{
    const uint8_t flags = mqtt->receive[0];
    const uint8_t code = mqtt->receive[1];

    if (mqtt->control_length > 0)
        return refuse(mqtt, out_of_place); // CONNECT is not written yet
    if (flags > 1 || code >= sizeof refusals / sizeof refusals[0])
        return refuse(mqtt, malformed);
    if (code > 0)
        return give_up(mqtt, refusals[code]);
    if (flags == 1 && mqtt->is_refused)
        return refuse(mqtt, out_of_place); // a session that was to be clean
    mqtt->is_refused = false;
    mqtt->is_begun = mqtt->is_begun && flags == 1;
    mqtt->send[0] &= (uint8_t)~PACKET_DUPLICATE;
    if (mqtt->is_begun)
        mqtt->send[0] |= PACKET_DUPLICATE;

    if (mqtt->subscriptions == 0)
        return go_online(mqtt);
    mqtt->subscribe_id = next_id(mqtt);
    enter(mqtt, MQTT_SUBSCRIBING);
    return put_subscribe(mqtt) || give_up(mqtt, "subscriptions are too long");
}

static bool take_suback(struct mqtt *mqtt)
{
    const uint8_t *codes = mqtt->receive + 2;

    if (packet_read_u16(mqtt->receive) != mqtt->subscribe_id)
        return refuse(mqtt, out_of_place);
    if (mqtt->input.length != 2U + mqtt->subscriptions)
        return refuse(mqtt, malformed);
    for (size_t i = 0; i < mqtt->subscriptions; i++) {
        if (codes[i] == SUBACK_REFUSED)
            return give_up(mqtt, "broker: subscription refused");
        if (codes[i] > 1)
            return refuse(mqtt, malformed);
    }
    return go_online(mqtt);
}

static bool take_publish(struct mqtt *mqtt)
{
    uint8_t *const body = mqtt->receive;
    const size_t length = mqtt->input.length;
    const uint8_t flags = mqtt->input.first & PACKET_FLAGS;
    const bool has_id = (flags & PACKET_QOS_1) != 0;
    const size_t topic_bytes = packet_read_u16(body);
    const size_t payload_at = 2 + topic_bytes + (has_id ? 2 : 0);

    if ((flags & PACKET_QOS_2) != 0)
        return refuse(mqtt, has_id ? malformed : "message of QoS 2 from the broker");
    if ((!has_id && (flags & PACKET_DUPLICATE) != 0) || payload_at > length
        || !packet_is_topic(body + 2, topic_bytes))
        return refuse(mqtt, malformed);
    const uint16_t id = has_id ? packet_read_u16(body + 2 + topic_bytes) : 0;
    if (has_id && id == 0)
        return refuse(mqtt, malformed);

    memmove(body, body + 2, topic_bytes); // over its own length: room for the NUL
    body[topic_bytes] = '\0';
    const struct mqtt_message message = {
        .topic = (const char *)body,
        .payload = body + payload_at,
        .length = length - payload_at,
        .is_retained = (flags & PACKET_RETAIN) != 0,
        .is_duplicate = (flags & PACKET_DUPLICATE) != 0,
    };
    mqtt->handler.on_message(mqtt->context, &message);
    return !has_id || put_puback(mqtt, id) || give_up(mqtt, "no room for an acknowledgement");
}

// One that nothing waits for is passed over: a broker that repeats itself after a session was resumed does
// no harm, and to close would bring it on again.
static bool take_puback(struct mqtt *mqtt)
{
    const uint16_t id = packet_read_u16(mqtt->receive);

    if (id == 0)
        return refuse(mqtt, malformed);
    if (mqtt->send_length == 0 || !mqtt->is_sent || id != mqtt->publish_id)
        return true;
    mqtt->send_length = 0;
    mqtt->is_sent = mqtt->is_begun = false;
    mqtt->handler.on_acknowledged(mqtt->context);
    return true;
}

static bool take_pingresp(struct mqtt *mqtt)
{
    mqtt->is_pinged = false;
    return true;
}

// What a broker may send: in which states, with which flags, how long.
static const struct kind {
    bool (*take)(struct mqtt *mqtt);
    uint8_t from, to; // enum mqtt_state
    uint8_t flags;
    uint16_t least, most;
} kinds[PACKET_TYPE_COUNT] = {
    [PACKET_CONNACK] = { take_connack, MQTT_CONNECTING, MQTT_CONNECTING, 0, 2, 2 },
    [PACKET_PUBLISH] = { take_publish, MQTT_SUBSCRIBING, MQTT_ONLINE, PACKET_FLAGS, 3,
                         MQTT_RECEIVE_BYTES },
    [PACKET_PUBACK] = { take_puback, MQTT_SUBSCRIBING, MQTT_ONLINE, 0, 2, 2 },
    [PACKET_SUBACK] = { take_suback, MQTT_SUBSCRIBING, MQTT_SUBSCRIBING, 0, 3,
                        2 + MQTT_SUBSCRIPTIONS },
    [PACKET_PINGRESP] = { take_pingresp, MQTT_SUBSCRIBING, MQTT_ONLINE, 0, 0, 0 },
};

static bool take_header(struct mqtt *mqtt)
{
    const struct packet_input *input = &mqtt->input;
    const struct kind *kind = &kinds[input->first >> 4];

    if (kind->take == NULL || mqtt->state < kind->from || mqtt->state > kind->to)
        return refuse(mqtt, out_of_place);
    if (input->length > MQTT_RECEIVE_BYTES)
        return refuse(mqtt, "too large a packet from the broker");
    if ((input->first & PACKET_FLAGS & ~kind->flags) != 0 || input->length < kind->least
        || input->length > kind->most)
        return refuse(mqtt, malformed);
    return true;
}

static bool take_header_byte(struct mqtt *mqtt, uint8_t byte)
{
    if (!packet_header_byte(&mqtt->input, byte))
        return refuse(mqtt, malformed);
    return !mqtt->input.is_announced || take_header(mqtt);
}

// Returns how many of the bytes belong to the packet.
static size_t take_body(struct mqtt *mqtt, const uint8_t *bytes, size_t length)
{
    struct packet_input *input = &mqtt->input;
    const size_t missing = input->length - input->arrived;
    const size_t taken = length < missing ? length : missing;

    memcpy(mqtt->receive + input->arrived, bytes, taken);
    input->arrived += (uint32_t)taken;
    return taken;
}

size_t mqtt_room(const struct mqtt *mqtt)
{
    const size_t used = (size_t)mqtt->control_length + PINGREQ_BYTES;

    if (mqtt->state == MQTT_OFFLINE || mqtt->problem != NULL || used > MQTT_CONTROL_BYTES)
        return 0;
    // Nothing that follows CONNACK is taken before SUBSCRIBE has its place.
    if (mqtt->state == MQTT_CONNECTING)
        return 1;
    return (MQTT_CONTROL_BYTES - used) / PUBACK_BYTES * PUBLISH_LEAST_BYTES;
}

bool mqtt_input(struct mqtt *mqtt, const uint8_t *bytes, size_t length, uint32_t now_ms)
{
    struct packet_input *input = &mqtt->input;

    if (mqtt->problem != NULL || mqtt->state == MQTT_OFFLINE)
        return false;
    if (length > mqtt_room(mqtt))
        return give_up(mqtt, "more input than room");
    mqtt->now_ms = mqtt->received_at_ms = now_ms;
    while (length > 0) {
        size_t taken = 1;
        if (input->is_announced)
            taken = take_body(mqtt, bytes, length);
        else if (!take_header_byte(mqtt, *bytes))
            return false;
        bytes += taken;
        length -= taken;
        if (!input->is_announced || input->arrived < input->length)
            continue;
        if (!kinds[input->first >> 4].take(mqtt))
            return false;
        *input = (struct packet_input){ 0 };
    }
    return true;
}

static bool keep_alive(struct mqtt *mqtt)
{
    const uint32_t keepalive_ms = mqtt->config.keepalive_s * UINT32_C(1000);
    const uint32_t idle_ms = keepalive_ms / 2;

    if (keepalive_ms == 0 || mqtt->state == MQTT_CONNECTING)
        return true;
    if (mqtt->is_pinged)
        return mqtt->now_ms - mqtt->pinged_at_ms < keepalive_ms
               || give_up(mqtt, "broker: no sign of life");
    if (mqtt->now_ms - mqtt->sent_at_ms < idle_ms && mqtt->now_ms - mqtt->received_at_ms < idle_ms)
        return true;
    mqtt->is_pinged = put_pingreq(mqtt);
    mqtt->pinged_at_ms = mqtt->now_ms;
    return true;
}

bool mqtt_tick(struct mqtt *mqtt, uint32_t now_ms)
{
    if (mqtt->problem != NULL)
        return false;
    if (mqtt->state == MQTT_OFFLINE)
        return true;
    mqtt->now_ms = now_ms;
    if (mqtt->state != MQTT_ONLINE && now_ms - mqtt->changed_at_ms >= MQTT_ANSWER_MS)
        return give_up(mqtt, mqtt->state == MQTT_CONNECTING ? "broker: no answer to CONNECT"
                                                            : "broker: no answer to SUBSCRIBE");
    if (mqtt->state == MQTT_ONLINE && mqtt->send_length > 0
        && now_ms - mqtt->published_at_ms >= MQTT_ANSWER_MS)
        return give_up(mqtt, "broker: no answer to a message");
    return keep_alive(mqtt);
}

const char *mqtt_problem(const struct mqtt *mqtt)
{
    return mqtt->problem;
}

enum mqtt_state mqtt_state(const struct mqtt *mqtt)
{
    return (enum mqtt_state)mqtt->state;
}

bool mqtt_is_free(const struct mqtt *mqtt)
{
    return mqtt->state == MQTT_ONLINE && mqtt->problem == NULL && mqtt->send_length == 0;
}

bool mqtt_publish(struct mqtt *mqtt, const char *topic, const void *payload, size_t length,
                  bool is_retained)
{
    struct packet_output packet = { .bytes = mqtt->send, .room = MQTT_SEND_BYTES };
    const size_t topic_bytes = packet_text_bytes(topic);

    if (!mqtt_is_free(mqtt) || length > MQTT_SEND_BYTES
        || !packet_is_topic((const uint8_t *)topic, topic_bytes - 2))
        return false;
    const uint16_t id = next_id(mqtt);
    packet_open(&packet, PACKET_PUBLISH,
                (uint8_t)(PACKET_QOS_1 | (is_retained ? PACKET_RETAIN : 0)),
                topic_bytes + sizeof id + length);
    packet_text(&packet, topic);
    packet_u16(&packet, id);
    packet_bytes(&packet, payload, length);
    if (packet.length > packet.room)
        return false;
    mqtt->publish_id = id;
    mqtt->send_length = (uint16_t)packet.length;
    mqtt->published_at_ms = mqtt->now_ms;
    return true;
}
