// link.h - keeps the scale connected: the board's byte stream under the MQTT client, with backoff and jitter.
//
// Before it connects it waits a random time below a limit: 1 s at first, doubled after each failure up to 30 s; a
// connection that lasted a minute sets it back. The random sequence begins with the device's name, so that two
// hundred scales that lose their broker, or get their power back, at the same moment do not come at the same moment.
#pragma once

#include "hal.h"
#include "mqtt.h"

struct link {
    struct hal *hal;
    struct mqtt *mqtt;
    const char *problem;
    uint32_t random;
    uint32_t changed_at_ms;
    uint32_t wait_ms;
    uint32_t limit_ms;
    uint8_t phase; // link.c's
};

void link_init(struct link *link, struct hal *hal, struct mqtt *mqtt, const char *device,
               uint32_t now_ms);

// Connects, reads, writes, reconnects; never waits. `now_s`: lower bound of Unix time.
void link_step(struct link *link, uint32_t now_ms, int64_t now_s);

// Why there is no connection, or NULL where there is one; at most 40 bytes, for the display.
const char *link_problem(const struct link *link);
