#include "link.h"

enum phase { WAITING, CONNECTING, OPEN };

enum {
    LIMIT_LEAST_MS = 1000,
    LIMIT_MOST_MS = 30000, // all are back within a minute of their broker's return
    STABLE_MS = 60000,
    CONNECT_MS = 30000, // a handshake takes a small processor seconds
    CHUNK_BYTES = 256,
    ROUNDS = 8, // chunks read or written in one step, so that the rest of the device has its turn
};

// FNV-1a, 32 bits.
static uint32_t hash(const char *text)
{
    uint32_t hash = UINT32_C(2166136261);
    for (; *text != '\0'; text++)
        hash = (hash ^ (uint8_t)*text) * UINT32_C(16777619);
    return hash;
}

// Marsaglia's xorshift of 32 bits, of which the upper half is used: limits have 16 bits, and there is no division.
static uint32_t random_below(struct link *link, uint32_t limit)
{
    link->random ^= link->random << 13;
    link->random ^= link->random >> 17;
    link->random ^= link->random << 5;
    return (link->random >> 16) * limit >> 16;
}

static void enter(struct link *link, enum phase phase, uint32_t now_ms)
{
    link->phase = (uint8_t)phase;
    link->changed_at_ms = now_ms;
}

void link_init(struct link *link, struct hal *hal, struct mqtt *mqtt, const char *device,
               uint32_t now_ms)
{
    const uint32_t seed = hash(device);
    *link = (struct link){ .hal = hal,
                           .mqtt = mqtt,
                           .random = seed != 0 ? seed : 1, // zero would stay zero
                           .limit_ms = LIMIT_LEAST_MS };
    link->wait_ms = random_below(link, link->limit_ms);
    enter(link, WAITING, now_ms);
}

static void fail(struct link *link, const char *problem, uint32_t now_ms)
{
    hal_net_close(link->hal);
    mqtt_lost(link->mqtt);
    link->problem = problem;
    link->wait_ms = random_below(link, link->limit_ms);
    link->limit_ms = link->limit_ms < LIMIT_MOST_MS / 2 ? link->limit_ms * 2 : LIMIT_MOST_MS;
    enter(link, WAITING, now_ms);
}

static void reach_broker(struct link *link, uint32_t now_ms, int64_t now_s)
{
    switch (hal_net_connect(link->hal, now_s)) {
    case HAL_NET_READY:
        mqtt_begin(link->mqtt, now_ms);
        enter(link, OPEN, now_ms);
        break;
    case HAL_NET_BUSY:
        if (now_ms - link->changed_at_ms >= CONNECT_MS)
            fail(link, "broker: not reached in time", now_ms);
        break;
    case HAL_NET_FAILED:
        fail(link, "broker: not reached", now_ms);
        break;
    }
}

// Both return why the connection is over, or NULL.
static const char *read_some(struct link *link, uint32_t now_ms)
{
    uint8_t chunk[CHUNK_BYTES];

    for (int round = 0; round < ROUNDS; round++) {
        const size_t room = mqtt_room(link->mqtt);
        if (room == 0)
            return NULL;
        const int count = hal_net_read(link->hal, chunk, room < sizeof chunk ? room : sizeof chunk);
        if (count < 0)
            return "connection lost";
        if (count == 0)
            return NULL;
        if (!mqtt_input(link->mqtt, chunk, (size_t)count, now_ms))
            return mqtt_problem(link->mqtt);
    }
    return NULL;
}

static const char *write_some(struct link *link, uint32_t now_ms)
{
    for (int round = 0; round < ROUNDS; round++) {
        const uint8_t *bytes = NULL;
        const size_t length = mqtt_output(link->mqtt, &bytes);
        if (length == 0)
            return NULL;
        const int count = hal_net_write(link->hal, bytes, length);
        if (count < 0)
            return "connection lost";
        if (count == 0)
            return NULL;
        mqtt_written(link->mqtt, (size_t)count, now_ms);
    }
    return NULL;
}

static void go_on(struct link *link, uint32_t now_ms)
{
    const char *problem = read_some(link, now_ms);

    if (problem == NULL && !mqtt_tick(link->mqtt, now_ms))
        problem = mqtt_problem(link->mqtt);
    if (problem == NULL)
        problem = write_some(link, now_ms);
    if (problem != NULL) {
        fail(link, problem, now_ms);
        return;
    }
    if (now_ms - link->changed_at_ms >= STABLE_MS)
        link->limit_ms = LIMIT_LEAST_MS;
}

void link_step(struct link *link, uint32_t now_ms, int64_t now_s)
{
    if (link->phase == WAITING && now_ms - link->changed_at_ms >= link->wait_ms)
        enter(link, CONNECTING, now_ms);
    if (link->phase == CONNECTING)
        reach_broker(link, now_ms, now_s);
    else if (link->phase == OPEN)
        go_on(link, now_ms);
}

const char *link_problem(const struct link *link)
{
    return mqtt_state(link->mqtt) == MQTT_ONLINE ? NULL : link->problem;
}
