// mqtt.h - an MQTT 3.1.1 client for a device without a heap: bytes in, bytes out, no I/O of its own.
//
// One message at QoS 1 is in flight at a time, in a buffer of its own; incoming packets have another. A packet
// larger than its buffer, malformed, or out of place ends the connection with a reason, never more.
// A session is resumed where the broker still has it: only then is what was in flight sent again with its id and DUP.
// After input that was refused the next connection begins a new session, or the broker would send the very
// packet again for ever.
//
// The clock may wrap, but never goes back. From within a handler only mqtt_publish() may be called, and what
// takes a const struct mqtt.
#pragma once

#include "mqtt_packet.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    MQTT_RECEIVE_BYTES = 4096, // an incoming packet but for its fixed header
    MQTT_SEND_BYTES = 1024,    // the message in flight, whole
    MQTT_CONTROL_BYTES = 512,  // CONNECT, SUBSCRIBE, acknowledgements, pings
    MQTT_TOPIC_BYTES = 160,    // room for any topic of ours, with its NUL
    MQTT_SUBSCRIPTIONS = 4,
    MQTT_ANSWER_MS = 15000, // the broker's time to answer CONNECT, SUBSCRIBE and a message
};

// Copied, but its strings are borrowed and outlive the client.
struct mqtt_config {
    const char *client_id;
    const char *will_topic; // retained, QoS 1
    const char *will_payload;
    uint16_t keepalive_s; // idle for half of it: PINGREQ; 0: never
    // QoS 1, made after every CONNACK; ends with NULL where there are fewer.
    const char *subscriptions[MQTT_SUBSCRIPTIONS];
};

struct mqtt_message {
    const char *topic; // NUL-terminated, within the buffer
    const uint8_t *payload;
    size_t length;
    bool is_retained;
    bool is_duplicate;
};

struct mqtt_handler {
    void (*on_online)(void *context); // CONNACK and every SUBACK are there
    void (*on_message)(void *context, const struct mqtt_message *message);
    void (*on_acknowledged)(void *context); // the message in flight was taken by the broker
};

enum mqtt_state { MQTT_OFFLINE, MQTT_CONNECTING, MQTT_SUBSCRIBING, MQTT_ONLINE };

// The members are mqtt.c's.
struct mqtt {
    struct mqtt_config config;
    struct mqtt_handler handler;
    void *context;
    const char *problem;
    const uint8_t *output;  // what mqtt_output() has told, until it is written
    uint32_t now_ms;        // when it was last called
    uint32_t changed_at_ms; // the state
    uint32_t sent_at_ms;
    uint32_t received_at_ms;
    uint32_t pinged_at_ms;
    uint32_t published_at_ms;
    struct packet_input input;
    uint16_t output_length;
    uint16_t control_length;
    uint16_t send_length; // 0: nothing in flight
    uint16_t last_id;
    uint16_t subscribe_id;
    uint16_t publish_id;
    uint8_t state; // enum mqtt_state
    uint8_t subscriptions;
    bool is_output_message; // else it is of `control`
    bool is_pinged;         // and not answered
    bool is_begun;          // some of what is in flight was written in this session
    bool is_sent;           // all of it, over this connection
    bool is_refused;        // the last connection ended by what the broker sent
    uint8_t control[MQTT_CONTROL_BYTES];
    uint8_t send[MQTT_SEND_BYTES];
    uint8_t receive[MQTT_RECEIVE_BYTES];
};

void mqtt_init(struct mqtt *mqtt, const struct mqtt_config *config,
               const struct mqtt_handler *handler, void *context);

// A byte stream to the broker is open: CONNECT is the next output.
void mqtt_begin(struct mqtt *mqtt, uint32_t now_ms);
void mqtt_lost(struct mqtt *mqtt); // it is closed

// What is to be written next (length 0: nothing), and how much of it was.
size_t mqtt_output(struct mqtt *mqtt, const uint8_t **ret_bytes);
void mqtt_written(struct mqtt *mqtt, size_t length, uint32_t now_ms);

// How many bytes mqtt_input() takes now: fewer, or none, where acknowledgements wait to be written.
size_t mqtt_room(const struct mqtt *mqtt);

// At most mqtt_room() bytes. False: the stream must be closed; mqtt_problem() says why.
bool mqtt_input(struct mqtt *mqtt, const uint8_t *bytes, size_t length, uint32_t now_ms);
bool mqtt_tick(struct mqtt *mqtt, uint32_t now_ms); // pings, time-outs; at least once a second

// At most 40 bytes, for the display; NULL: none since mqtt_begin().
const char *mqtt_problem(const struct mqtt *mqtt);

enum mqtt_state mqtt_state(const struct mqtt *mqtt);

// False: not online, or another one is in flight, or it is too long, or no topic to publish to; nothing
// happened. QoS 1. It stays in flight until it is acknowledged, over as many connections as that takes.
bool mqtt_publish(struct mqtt *mqtt, const char *topic, const void *payload, size_t length,
                  bool is_retained);
bool mqtt_is_free(const struct mqtt *mqtt); // whether mqtt_publish() would take one
