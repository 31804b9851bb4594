// wire.h - what a broker makes of a client's bytes: MQTT 3.1.1 read a second time, apart from the firmware's code.
#pragma once

#include <stddef.h>
#include <stdint.h>

enum { WIRE_CONNECT = 1, WIRE_PUBLISH = 3, WIRE_PUBACK = 4, WIRE_SUBSCRIBE = 8, WIRE_PINGREQ = 12 };
enum { WIRE_FILTERS_MAX = 8 };

struct wire_text {
    const uint8_t *bytes;
    size_t length;
};

// Members that the type does not have are zero.
struct wire_packet {
    unsigned type;
    unsigned flags; // of the fixed header; of CONNECT its own
    uint16_t id;
    uint16_t keepalive_s;
    struct wire_text client; // CONNECT
    struct wire_text topic;  // PUBLISH; of CONNECT the will's
    struct wire_text payload;
    struct wire_text filters[WIRE_FILTERS_MAX]; // SUBSCRIBE
    size_t filter_count;
};

enum wire_result { WIRE_MORE, WIRE_WHOLE, WIRE_BAD };

// Reads the packet at the beginning of the bytes. Bad is whatever a client must not send, and what this
// client has no use for: user names, other qualities of service than 1.
enum wire_result wire_read(const uint8_t *bytes, size_t length, struct wire_packet *ret_packet,
                           size_t *ret_length);
