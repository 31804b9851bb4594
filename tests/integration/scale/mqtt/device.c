#include "device.h"

#include "process.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

enum { SKIP_MS = 5000, TURN_MS = 1 };

static void begin_connection(struct hal *hal)
{
    const struct sockaddr_in address = { .sin_family = AF_INET,
                                         .sin_port = htons((uint16_t)hal->port),
                                         .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    const int on = 1;
    hal->socket = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    assert_true(hal->socket >= 0);
    assert_int_equal(setsockopt(hal->socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on), 0);
    (void)connect(hal->socket, (const struct sockaddr *)&address, sizeof address); // SO_ERROR tells
    hal->is_connecting = true;
}

enum hal_net hal_net_connect(struct hal *hal, int64_t now_s)
{
    int error = 0;
    socklen_t length = sizeof error;

    (void)now_s;
    if (!hal->is_connecting)
        begin_connection(hal);
    struct pollfd writable = { .fd = hal->socket, .events = POLLOUT };
    if (poll(&writable, 1, 0) == 0)
        return HAL_NET_BUSY;
    assert_int_equal(getsockopt(hal->socket, SOL_SOCKET, SO_ERROR, &error, &length), 0);
    if (error != 0)
        return HAL_NET_FAILED;
    hal->is_connecting = false;
    hal->connects++;
    hal->written_length = 0;
    return HAL_NET_READY;
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

static int moved(struct hal *hal, ssize_t count, bool is_end)
{
    if (is_end || (count < 0 && errno != EAGAIN && errno != EINTR))
        return -1;
    if (count <= 0)
        return 0;
    if (hal->cut_after != SIZE_MAX)
        hal->cut_after -= (size_t)count;
    return (int)count;
}

int hal_net_read(struct hal *hal, void *ret_bytes, size_t length)
{
    const size_t most = least(least(length, hal->read_most), hal->cut_after);
    if (most == 0)
        return -1;
    const ssize_t count = recv(hal->socket, ret_bytes, most, 0);
    return moved(hal, count, count == 0);
}

int hal_net_write(struct hal *hal, const void *bytes, size_t length)
{
    const size_t most = least(least(length, hal->write_most), hal->cut_after);
    if (most == 0)
        return -1;
    if (hal->stall_after == 0)
        return 0;
    const int count =
        moved(hal, send(hal->socket, bytes, least(most, hal->stall_after), MSG_NOSIGNAL), false);
    if (count > 0) {
        const size_t room = sizeof hal->written - hal->written_length;
        assert_true((size_t)count <= room);
        memcpy(hal->written + hal->written_length, bytes, (size_t)count);
        hal->written_length += (size_t)count;
        if (hal->stall_after != SIZE_MAX)
            hal->stall_after -= (size_t)count;
    }
    return count;
}

void hal_net_close(struct hal *hal)
{
    if (hal->socket >= 0)
        (void)close(hal->socket); // what was not read is of no use any more
    hal->socket = -1;
    hal->is_connecting = false;
}

static void on_online(void *context)
{
    ((struct device *)context)->online++;
}

static void on_message(void *context, const struct mqtt_message *message)
{
    struct device *device = context;
    const size_t used = strlen(device->log);
    const int length =
        snprintf(device->log + used, sizeof device->log - used, "%.*s%s%s\n",
                 (int)least(message->length, WITNESS_SHOWN_BYTES), (const char *)message->payload,
                 message->is_retained ? " retained" : "", message->is_duplicate ? " again" : "");
    assert_in_range(length, 1, sizeof device->log - used - 1);
}

static void on_acknowledged(void *context)
{
    ((struct device *)context)->acknowledged++;
}

void device_init(struct device *device, const char *name, int port, uint16_t keepalive_s,
                 struct witness *witness)
{
    static const struct mqtt_handler handler = { on_online, on_message, on_acknowledged };
    static char texts[2][64]; // one device at a time
    const struct mqtt_config config = { .client_id = name,
                                        .will_topic = texts[0],
                                        .will_payload = "offline",
                                        .keepalive_s = keepalive_s,
                                        .subscriptions = { texts[1] } };

    (void)snprintf(texts[0], sizeof texts[0], "%s/status", name);
    (void)snprintf(texts[1], sizeof texts[1], "%s/in", name);
    *device = (struct device){ .hal = { .port = port,
                                        .socket = -1,
                                        .read_most = SIZE_MAX,
                                        .write_most = SIZE_MAX,
                                        .cut_after = SIZE_MAX,
                                        .stall_after = SIZE_MAX },
                               .skip_ms = SKIP_MS,
                               .witness = witness };
    mqtt_init(&device->mqtt, &config, &handler, device);
    link_init(&device->link, &device->hal, &device->mqtt, name, (uint32_t)process_now_ms());
}

void device_done(struct device *device)
{
    device_cut(device);
}

void device_turn(struct device *device)
{
    struct pollfd readable = { .fd = device->hal.socket, .events = POLLIN };

    (void)poll(&readable, 1, TURN_MS); // whether it is ready is seen by reading
    if (device->hal.socket < 0)
        device->skew_ms += device->skip_ms;
    if (!device->is_frozen)
        link_step(&device->link, (uint32_t)process_now_ms() + device->skew_ms, 0);
    if (device->witness != NULL)
        witness_turn(device->witness);
}

void device_cut(struct device *device)
{
    hal_net_close(&device->hal);
}

void device_turn_within(struct device *device, int64_t started_ms, const char *claim)
{
    device_turn(device);
    if (process_now_ms() - started_ms > DEVICE_WITHIN_MS)
        fail_msg("did not come true: %s (%s)", claim,
                 link_problem(&device->link) != NULL ? link_problem(&device->link) : "connected");
}

void device_say(struct device *device, const char *payload)
{
    const unsigned before = device->acknowledged;

    DEVICE_UNTIL(device, mqtt_is_free(&device->mqtt));
    assert_true(mqtt_publish(&device->mqtt, "out", payload, strlen(payload), false));
    DEVICE_UNTIL(device, device->acknowledged > before);
}

size_t device_count(const struct device *device, const char *line)
{
    size_t count = 0;
    for (const char *at = device->log; *at != '\0'; at = strchr(at, '\n') + 1)
        count += strncmp(at, line, strlen(line)) == 0 && at[strlen(line)] == '\n';
    return count;
}

size_t device_wrote(const struct device *device, unsigned type, unsigned flags)
{
    const struct hal *hal = &device->hal;
    struct wire_packet packet;
    size_t count = 0;
    size_t length = 0;

    for (size_t at = 0;
         wire_read(hal->written + at, hal->written_length - at, &packet, &length) == WIRE_WHOLE;
         at += length)
        count += packet.type == type && packet.flags == flags;
    return count;
}
