// bus_backoff.h - how long to wait before the next attempt to connect.
//
// Exponential with full jitter, so that the nodes of a clinic do not all come back in the same moment.
// The exponent falls back only after a connection that lasted: one that is made and lost at once is no
// success. Pure: time and randomness are parameters.
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct backoff {
    unsigned failures; // since the last connection that lasted
    bool was_online;   // ever
    int64_t online_at_ms;
};

void backoff_online(struct backoff *backoff, int64_t now_ms);

// The connection of backoff_online() ended.
void backoff_lost(struct backoff *backoff, int64_t now_ms);

// The wait in milliseconds before the next attempt; counts it.
int64_t backoff_next(struct backoff *backoff, uint32_t random);
