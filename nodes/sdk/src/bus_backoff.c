#include "bus_backoff.h"

enum {
    SHORTEST_MS = 20, // full jitter may come near 0, which would be a busy loop on a refused port
    FIRST_CEILING_MS = 250,
    CEILING_MS = 30 * 1000,
    // While there has never been a connection somebody stands before the device and waits: 2 s are
    // promised. A name may need two attempts, and a handshake takes its time.
    NEVER_ONLINE_CEILING_MS = 800,
    STABLE_MS = 10 * 1000,
};

void backoff_online(struct backoff *backoff, int64_t now_ms)
{
    backoff->was_online = true;
    backoff->online_at_ms = now_ms;
}

void backoff_lost(struct backoff *backoff, int64_t now_ms)
{
    if (now_ms - backoff->online_at_ms >= STABLE_MS)
        backoff->failures = 0;
}

int64_t backoff_next(struct backoff *backoff, uint32_t random)
{
    const int64_t most_ms = backoff->was_online ? CEILING_MS : NEVER_ONLINE_CEILING_MS;
    int64_t ceiling_ms = FIRST_CEILING_MS;
    for (unsigned i = 0; i < backoff->failures && ceiling_ms < most_ms; i++)
        ceiling_ms *= 2;
    if (ceiling_ms > most_ms)
        ceiling_ms = most_ms;
    if (backoff->failures < UINT32_MAX)
        backoff->failures++;
    return SHORTEST_MS + (int64_t)random % (ceiling_ms - SHORTEST_MS + 1);
}
