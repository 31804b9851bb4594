// mqtt.h - an MQTT 3.1.1 client for a device without a heap: bytes in, bytes out, no I/O of its own.
//
// One message at QoS 1 is in flight at a time, in a buffer of its own; incoming packets have another. A packet
// larger than its buffer, malformed, or out of place ends the connection with a reason, never more.
// A session is resumed where the broker still has it: only then is what was in flight sent again with its id and DUP.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    MQTT_RECEIVE_BYTES = 4096,
    MQTT_SEND_BYTES = 1024,  // the message in flight, whole
    MQTT_CONTROL_BYTES = 512, // CONNECT, SUBSCRIBE, acknowledgements, pings
    MQTT_TOPIC_BYTES = 160,
};

// Strings are borrowed and outlive the client.
struct mqtt_config {
    const char *client_id;
    const char *will_topic;   // retained, QoS 1
    const char *will_payload;
    uint16_t keepalive_s;
    const char *subscriptions[4]; // QoS 1, made after every CONNACK; ends with NULL where there are fewer
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

struct mqtt; // defined below

void mqtt_init(struct mqtt *mqtt, const struct mqtt_config *config,
               const struct mqtt_handler *handler, void *context);

// A byte stream to the broker is open: CONNECT is the next output.
void mqtt_begin(struct mqtt *mqtt, uint32_t now_ms);
void mqtt_lost(struct mqtt *mqtt); // it is closed

// What is to be written next (length 0: nothing), and how much of it was.
size_t mqtt_output(struct mqtt *mqtt, const uint8_t **ret_bytes);
void mqtt_written(struct mqtt *mqtt, size_t length, uint32_t now_ms);

// False: the stream must be closed; mqtt_problem() says why.
bool mqtt_input(struct mqtt *mqtt, const uint8_t *bytes, size_t length, uint32_t now_ms);
bool mqtt_tick(struct mqtt *mqtt, uint32_t now_ms); // pings, time-outs; at least once a second
const char *mqtt_problem(const struct mqtt *mqtt);

enum mqtt_state mqtt_state(const struct mqtt *mqtt);

// False: not online, or another one is in flight, or it is too long; nothing happened. QoS 1.
bool mqtt_publish(struct mqtt *mqtt, const char *topic, const void *payload, size_t length,
                  bool is_retained);
bool mqtt_is_free(const struct mqtt *mqtt); // whether mqtt_publish() would take one
