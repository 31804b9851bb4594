// mqtt_packet.h - MQTT 3.1.1 packets as bytes: OASIS standard, sections 1.5 and 2.2.
//
// Writing never goes beyond its room and reading never beyond what has arrived; what does not fit is told.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum packet_type {
    PACKET_CONNECT = 1,
    PACKET_CONNACK = 2,
    PACKET_PUBLISH = 3,
    PACKET_PUBACK = 4,
    PACKET_SUBSCRIBE = 8,
    PACKET_SUBACK = 9,
    PACKET_PINGREQ = 12,
    PACKET_PINGRESP = 13,
    PACKET_TYPE_COUNT = 16,
};

// The lower half of a packet's first byte.
enum {
    PACKET_RETAIN = 0x01,
    PACKET_QOS_1 = 0x02,
    PACKET_QOS_2 = 0x04,
    PACKET_DUPLICATE = 0x08,
    PACKET_FLAGS = 0x0F,
};

// A packet being written. It fits while `length` has not gone beyond `room`.
struct packet_output {
    uint8_t *bytes;
    size_t room;
    size_t length;
};

void packet_open(struct packet_output *output, enum packet_type type, uint8_t flags,
                 size_t remaining);
void packet_u8(struct packet_output *output, uint8_t value);
void packet_u16(struct packet_output *output, uint16_t value);
void packet_bytes(struct packet_output *output, const void *bytes, size_t length);
void packet_text(struct packet_output *output,
                 const char *text);         // its length in two bytes before it
size_t packet_text_bytes(const char *text); // what that takes

// A packet as it arrives.
struct packet_input {
    uint32_t length;      // what its fixed header announces
    uint32_t arrived;     // of it
    uint8_t first;        // type and flags
    uint8_t header_bytes; // of the fixed header, that have arrived
    bool is_announced;    // the fixed header is whole
};

// False: the length takes more than four bytes.
bool packet_header_byte(struct packet_input *input, uint8_t byte);

uint16_t packet_read_u16(const uint8_t *bytes);

// A name that may be published to: UTF-8 of at least one character, without NUL and wildcards.
bool packet_is_topic(const uint8_t *bytes, size_t length);
