// device.h - the scale's link and MQTT client on a plain TCP socket that can be chopped, stalled and cut.
//
// While there is no connection the device's clock runs ahead, so that its waits for the next one cost no time.
#pragma once

#include "link.h"
#include "process.h"
#include "wire.h"
#include "witness.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { DEVICE_LOG_BYTES = 65536, DEVICE_WITHIN_MS = 30000 };

struct hal {
    int port;
    int socket; // -1: closed
    bool is_connecting;
    size_t read_most; // at once
    size_t write_most;
    size_t cut_after;       // bytes read and written until the socket is closed; SIZE_MAX: never
    size_t stall_after;     // bytes written until no more are taken
    unsigned connects;      // that came about
    uint8_t written[65536]; // over this connection
    size_t written_length;
};

struct device {
    struct hal hal;
    struct mqtt mqtt;
    struct link link;
    uint32_t skew_ms;
    uint32_t skip_ms; // added at each turn without a connection
    bool is_frozen;   // link_step() is not called
    unsigned online;
    unsigned acknowledged;
    char log[DEVICE_LOG_BYTES]; // as the witness's, with " again"
    struct witness *witness;    // has its turn too
};

// Subscribes to "<name>/in"; its last will is "<name>/status=offline".
void device_init(struct device *device, const char *name, int port, uint16_t keepalive_s,
                 struct witness *witness);
void device_done(struct device *device);

void device_turn(struct device *device);
void device_cut(struct device *device); // the socket is closed without a word

// Turns until the claim is true, which must be within half a minute.
#define DEVICE_UNTIL(device, claim)                                                                \
    do {                                                                                           \
        for (const int64_t started_ms = process_now_ms(); !(claim);)                               \
            device_turn_within((device), started_ms, #claim);                                      \
    } while (false)

// One turn; fails half a minute after it was started what the turns are for.
void device_turn_within(struct device *device, int64_t started_ms, const char *claim);

// Publishes to "out" and waits until it is acknowledged.
void device_say(struct device *device, const char *payload);

size_t device_count(const struct device *device, const char *line);

// How many packets of that type, and with those flags, it wrote over this connection.
size_t device_wrote(const struct device *device, unsigned type, unsigned flags);
