#include "wire.h"

#include <stdbool.h>
#include <string.h>

enum { CONNECT_CLEAN = 0x02, CONNECT_WILL_QOS_1_RETAINED = 0x2C, PUBLISH_QOS = 0x06 };

struct rest {
    const uint8_t *at;
    size_t left;
    bool is_short;
};

static unsigned take(struct rest *rest)
{
    if (rest->left == 0) {
        rest->is_short = true;
        return 0;
    }
    rest->left--;
    return *rest->at++;
}

static uint16_t take_two(struct rest *rest)
{
    const unsigned high = take(rest);
    return (uint16_t)(high * 256 + take(rest));
}

static struct wire_text take_bytes(struct rest *rest, size_t length)
{
    const struct wire_text text = { rest->at, length };
    if (length > rest->left) {
        rest->is_short = true;
        return (struct wire_text){ 0 };
    }
    rest->at += length;
    rest->left -= length;
    return text;
}

static struct wire_text take_text(struct rest *rest)
{
    const size_t length = take_two(rest);
    return take_bytes(rest, length);
}

static bool read_connect(struct rest *rest, struct wire_packet *packet)
{
    const struct wire_text protocol = take_bytes(rest, 7);
    if (protocol.bytes == NULL || memcmp(protocol.bytes, "\0\4MQTT\4", 7) != 0
        || packet->flags != 0)
        return false;
    packet->flags = take(rest);
    packet->keepalive_s = take_two(rest);
    packet->client = take_text(rest);
    packet->topic = take_text(rest);
    packet->payload = take_text(rest);
    return (packet->flags & ~(unsigned)CONNECT_CLEAN) == CONNECT_WILL_QOS_1_RETAINED
           && packet->client.length > 0 && packet->topic.length > 0;
}

static bool read_publish(struct rest *rest, struct wire_packet *packet)
{
    packet->topic = take_text(rest);
    packet->id = take_two(rest);
    packet->payload = take_bytes(rest, rest->left);
    return (packet->flags & PUBLISH_QOS) == 0x02 && packet->id != 0 && packet->topic.length > 0;
}

static bool read_puback(struct rest *rest, struct wire_packet *packet)
{
    packet->id = take_two(rest);
    return packet->flags == 0 && packet->id != 0;
}

static bool read_subscribe(struct rest *rest, struct wire_packet *packet)
{
    packet->id = take_two(rest);
    while (rest->left > 0 && packet->filter_count < WIRE_FILTERS_MAX) {
        packet->filters[packet->filter_count++] = take_text(rest);
        if (take(rest) != 1)
            return false;
    }
    return packet->flags == 0x02 && packet->id != 0 && packet->filter_count > 0;
}

static bool read_pingreq(struct rest *rest, struct wire_packet *packet)
{
    (void)rest;
    return packet->flags == 0;
}

static bool (*const readers[16])(struct rest *rest, struct wire_packet *packet) = {
    [WIRE_CONNECT] = read_connect,     [WIRE_PUBLISH] = read_publish, [WIRE_PUBACK] = read_puback,
    [WIRE_SUBSCRIBE] = read_subscribe, [WIRE_PINGREQ] = read_pingreq,
};

enum wire_result wire_read(const uint8_t *bytes, size_t length, struct wire_packet *ret_packet,
                           size_t *ret_length)
{
    struct wire_packet packet = { 0 };
    size_t announced = 0;
    size_t header = 1;
    do {
        if (header == length || length == 0)
            return WIRE_MORE;
        if (header == 5)
            return WIRE_BAD;
        announced += (size_t)(bytes[header] % 128) << (7 * (header - 1));
    } while (bytes[header++] >= 128);
    if (announced > length - header)
        return WIRE_MORE;

    struct rest rest = { bytes + header, announced, false };
    packet.type = bytes[0] / 16;
    packet.flags = bytes[0] % 16;
    if (readers[packet.type] == NULL || !readers[packet.type](&rest, &packet) || rest.is_short
        || rest.left > 0)
        return WIRE_BAD;
    *ret_packet = packet;
    *ret_length = header + announced;
    return WIRE_WHOLE;
}
