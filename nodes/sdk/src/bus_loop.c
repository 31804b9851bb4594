#include "bus_scope.h"

#include <clinic/seal.h>

#include <mosquitto.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

enum {
    ATTEMPT_MS = 10 * 1000, // from the socket's opening to CONNACK
    BATCH_MESSAGES = 500,   // of one step, so that the program's other work has its turn
    REASON_BYTES = 512,
};

// ---- helpers

static int64_t now_ms(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now); // cannot fail for this clock
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

// A timer that is set again forgets that it had fired.
void bus_set_timer(struct clinic_bus *bus, int64_t delay_ms, int64_t interval_ms)
{
    const struct itimerspec spec = {
        .it_value = { .tv_sec = delay_ms / 1000, .tv_nsec = delay_ms % 1000 * 1000000 + 1 },
        .it_interval = { .tv_sec = interval_ms / 1000, .tv_nsec = interval_ms % 1000 * 1000000 },
    };
    (void)timerfd_settime(bus->timer_fd, 0, &spec, NULL); // the arguments are in range
}

static void report(struct clinic_bus *bus, const char *reason)
{
    if (bus->handler->on_state != NULL)
        bus->handler->on_state(bus->context, bus->state, reason);
}

// ---- the socket in the epoll set

// libmosquitto closes its socket itself, which takes it out of the set; its number may come again.
static void forget_socket(struct clinic_bus *bus)
{
    if (bus->watched_fd >= 0)
        (void)epoll_ctl(bus->epoll_fd, EPOLL_CTL_DEL, bus->watched_fd, NULL);
    bus->watched_fd = -1;
    bus->watched_events = 0;
}

static void watch_socket(struct clinic_bus *bus)
{
    const int fd = connection_socket(bus->connection);
    uint32_t events = EPOLLIN | EPOLLRDHUP;
    // During the handshake some releases of libmosquitto want to write without end, though they wait for an answer:
    // then only a change counts.
    if (!bus->is_acknowledged)
        events |= EPOLLOUT | EPOLLET;
    else if (connection_wants_write(bus->connection))
        events |= EPOLLOUT;
    if (fd < 0 || (fd == bus->watched_fd && events == bus->watched_events))
        return;

    struct epoll_event event = { .events = events, .data.fd = fd };
    const int operation = fd == bus->watched_fd ? EPOLL_CTL_MOD : EPOLL_CTL_ADD;
    (void)epoll_ctl(bus->epoll_fd, operation, fd, &event); // no memory: the deadline finds it
    bus->watched_fd = fd;
    bus->watched_events = events;
}

void bus_ask_for_turn(struct clinic_bus *bus)
{
    if (!bus->is_stepping && !(bus->watched_events & EPOLLOUT))
        watch_socket(bus);
}

// ---- the end of an attempt or a connection

static void wait_for_next_attempt(struct clinic_bus *bus, const char *reason)
{
    uint32_t random = 0;
    clinic_random(&random, sizeof random);
    bus->state = CLINIC_BUS_OFFLINE;
    bus->is_ipv4_only = !bus->is_ipv4_only;
    bus_set_timer(bus, backoff_next(&bus->backoff, random), 0);
    report(bus, reason);
}

static void drop(struct clinic_bus *bus, const char *reason)
{
    const bool was_online = bus->state == CLINIC_BUS_ONLINE;
    // Taken out while the number is still the socket's: it may be another file's a moment later.
    forget_socket(bus);
    connection_close(bus->connection);
    bus->connection = NULL;
    bus->state = CLINIC_BUS_OFFLINE;
    window_clear(&bus->window);
    bus->unwritten = 0;
    bus->has_unread = false;
    if (was_online) {
        bus->is_ipv4_only = !bus->is_ipv4_only; // turned again below: what worked is tried first
        backoff_lost(&bus->backoff, now_ms());
        if (bus->handler->on_lost != NULL)
            bus->handler->on_lost(bus->context);
    }
    wait_for_next_attempt(bus, reason);
}

static void drop_as_connection_says(struct clinic_bus *bus)
{
    char reason[REASON_BYTES];
    connection_reason(bus->connection, reason, sizeof reason);
    drop(bus, reason);
}

// ---- what the connection calls; libmosquitto does not let it be closed from here

static void take_connack(void *context, int reason, uint16_t receive_maximum)
{
    struct clinic_bus *bus = context;
    bus->is_acknowledged = reason == 0;
    bus->window_limit = bus->window.capacity;
    if (receive_maximum < bus->window_limit)
        bus->window_limit = receive_maximum;
}

static void take_message(void *context, const struct clinic_bus_message *message)
{
    struct clinic_bus *bus = context;
    bus->batch++;
    if (bus->handler->on_message != NULL)
        bus->handler->on_message(bus->context, message);
}

static void take_published(void *context, uint16_t mqtt_id, int reason)
{
    struct clinic_bus *bus = context;
    const uint64_t token = window_remove(&bus->window, mqtt_id);
    if (token == 0 && bus->unwritten > 0)
        bus->unwritten--;
    else if (token != 0 && bus->handler->on_published != NULL)
        bus->handler->on_published(bus->context, token, reason);
}

static void take_refusal(void *context, int reason)
{
    struct clinic_bus *bus = context;
    bus->mqtt_refusal = reason;
}

static const struct connection_handler connection_handler = {
    .on_connack = take_connack,
    .on_message = take_message,
    .on_published = take_published,
    .on_subscription_refused = take_refusal,
};

// ---- attempts

static void begin_handshake(struct clinic_bus *bus)
{
    bus->is_looking_up = false;
    bus_set_timer(bus, ATTEMPT_MS, 0);
    watch_socket(bus);
}

static void begin_attempt(struct clinic_bus *bus)
{
    char reason[REASON_BYTES];
    bus->is_established = false;
    bus->is_acknowledged = false;
    bus->mqtt_refusal = 0;
    bus->state = CLINIC_BUS_CONNECTING;
    report(bus, "connecting");
    if (connection_open(&bus->config, &connection_handler, bus, bus->event_fd, bus->is_ipv4_only,
                        &bus->connection, reason, sizeof reason)
        != CLINIC_OK) {
        wait_for_next_attempt(bus, reason);
        return;
    }
    bus->is_looking_up = connection_lookup_status(bus->connection) == CLINIC_BUSY;
    if (!bus->is_looking_up)
        begin_handshake(bus);
}

static void finish_lookup(struct clinic_bus *bus)
{
    const enum clinic_status status = connection_lookup_status(bus->connection);
    if (status == CLINIC_OK)
        begin_handshake(bus);
    else if (status != CLINIC_BUSY)
        drop_as_connection_says(bus);
}

static int64_t keepalive_tick_ms(const struct clinic_bus *bus)
{
    const int64_t tick_ms = bus->config.keepalive_s * 1000 / 8;
    return tick_ms < 1000 ? 1000 : tick_ms;
}

static void go_online(struct clinic_bus *bus)
{
    connection_settle(bus->connection);
    if (bus->filter_count > 0
        && connection_subscribe(bus->connection, bus->filters, bus->filter_count) != CLINIC_OK) {
        drop(bus, "the subscriptions could not be sent");
        return;
    }
    bus->state = CLINIC_BUS_ONLINE;
    backoff_online(&bus->backoff, now_ms());
    bus_set_timer(bus, keepalive_tick_ms(bus), keepalive_tick_ms(bus));
    report(bus, "connected");
}

// ---- steps

static void on_timer(struct clinic_bus *bus)
{
    uint64_t expirations = 0;
    if (read(bus->timer_fd, &expirations, sizeof expirations) != (ssize_t)sizeof expirations)
        return; // set anew since it fired
    if (bus->connection == NULL)
        begin_attempt(bus);
    else if (bus->state == CLINIC_BUS_CONNECTING && !bus->is_looking_up)
        drop(bus, "no answer within 10 s");
    else if (bus->state == CLINIC_BUS_ONLINE && !connection_keep_alive(bus->connection))
        drop_as_connection_says(bus);
}

static bool read_batch(struct clinic_bus *bus)
{
    bool is_dry = false;
    bus->batch = 0;
    bus->has_unread = false;
    // Other packets count as well, or a flood of acknowledgements would have no end.
    for (int reads = 0; !is_dry && bus->batch < BATCH_MESSAGES && reads < 4 * BATCH_MESSAGES;
         reads++) {
        if (!connection_read(bus->connection, &is_dry))
            return false;
    }
    // What OpenSSL has decrypted already does not make the socket readable, so the descriptor is made so.
    bus->has_unread = !is_dry;
    if (bus->has_unread)
        (void)eventfd_write(bus->event_fd, 1); // fails only when it is readable already
    return true;
}

// During a handshake libmosquitto takes a broken socket for one that is not ready yet and would be asked again at
// once, for ever: so it is looked at here.
static bool is_broken(struct clinic_bus *bus, uint32_t events)
{
    if (bus->is_acknowledged || !(events & (EPOLLERR | EPOLLHUP | EPOLLRDHUP)))
        return false;
    const int error = connection_socket_error(bus->connection);
    drop(bus, error != 0 ? strerror(error) : "the broker closed the connection at once");
    return true;
}

static void check_subscriptions(struct clinic_bus *bus)
{
    if (bus->mqtt_refusal == 0)
        return;
    char reason[REASON_BYTES];
    (void)snprintf(reason, sizeof reason, "the broker refused a subscription: %s",
                   mosquitto_reason_string(bus->mqtt_refusal));
    drop(bus, reason);
}

// Reads first: where the broker refused us, what it said is still there to be read, and a write would only find
// the connection reset.
static bool use_socket(struct clinic_bus *bus, uint32_t events)
{
    // libmosquitto does not ask for the write that begins the handshake.
    const bool is_first = !bus->is_established && (events & EPOLLOUT);
    const bool is_handshake = !bus->is_acknowledged;
    bus->is_established = bus->is_established || is_first;
    if ((is_handshake || (events & ~(uint32_t)EPOLLOUT)) && !read_batch(bus))
        return false;
    const bool may_write = (events & EPOLLOUT) || (is_handshake && bus->is_established);
    if (is_first || (may_write && connection_wants_write(bus->connection)))
        return connection_write(bus->connection);
    return true;
}

static void on_socket(struct clinic_bus *bus, uint32_t events)
{
    // The kernel tells once why a connection was not made, and libmosquitto would ask before us. It may also have been
    // made, and refused, before we got to see it.
    if (!bus->is_acknowledged && (events & (EPOLLERR | EPOLLHUP))
        && !connection_has_data(bus->connection) && is_broken(bus, events))
        return;
    if (!use_socket(bus, events))
        drop_as_connection_says(bus);
    else if (!is_broken(bus, events) && bus->is_acknowledged && bus->state == CLINIC_BUS_CONNECTING)
        go_online(bus);
    if (bus->connection != NULL)
        check_subscriptions(bus);
}

// Writes what was published in this step, in one go.
static void finish_step(struct clinic_bus *bus)
{
    if (bus->connection == NULL || bus->is_looking_up)
        return;
    if (bus->is_acknowledged && connection_wants_write(bus->connection)
        && !connection_write(bus->connection)) {
        drop_as_connection_says(bus);
        return;
    }
    watch_socket(bus);
}

// A look-up has ended, or a batch was full.
static void on_event_fd(struct clinic_bus *bus)
{
    eventfd_t count = 0;
    (void)eventfd_read(bus->event_fd, &count); // a look-up that was given up may have left none
    if (bus->connection == NULL)
        return;
    if (bus->is_looking_up)
        finish_lookup(bus);
    else if (bus->has_unread && bus->batch > 0)
        (void)eventfd_write(bus->event_fd, 1); // it has had its turn in this step
    else if (bus->has_unread)
        on_socket(bus, EPOLLIN);
}

static void dispatch(struct clinic_bus *bus, const struct epoll_event *event)
{
    if (event->data.fd == bus->timer_fd)
        on_timer(bus);
    else if (event->data.fd == bus->event_fd)
        on_event_fd(bus);
    else if (bus->connection != NULL && event->data.fd == bus->watched_fd
             && !(bus->has_unread && bus->batch > 0))
        on_socket(bus, event->events);
}

void clinic_bus_step(struct clinic_bus *bus)
{
    struct epoll_event events[3];
    const int count = epoll_wait(bus->epoll_fd, events, 3, 0);
    bus->is_stepping = true;
    bus->batch = 0;
    for (int i = 0; i < count; i++)
        dispatch(bus, &events[i]);
    finish_step(bus);
    bus->is_stepping = false;
}

void clinic_bus_flush(struct clinic_bus *bus)
{
    if (!bus->is_stepping && bus->state == CLINIC_BUS_ONLINE)
        finish_step(bus);
}
