#include <clinic/bus.h>

#include "bus_scope.h"

#include <assert.h>
#include <errno.h>
#include <mosquitto.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/timerfd.h>
#include <unistd.h>

enum { WINDOW_MAX = 10000 };

// ---- opening

// A program that has its own idea of SIGPIPE keeps it. Never undone: other buses may be open.
static void init_process(void)
{
    struct sigaction action;
    if (sigaction(SIGPIPE, NULL, &action) == 0 && action.sa_handler == SIG_DFL)
        (void)signal(SIGPIPE, SIG_IGN);
    (void)mosquitto_lib_init(); // it only reports what mosquitto_new() will as well
}

static bool has_valid_numbers(const struct clinic_bus_config *config)
{
    return config->port >= 1 && config->port <= 65535 && config->keepalive_s >= 5
           && config->keepalive_s <= 3600 && config->window >= 1 && config->window <= WINDOW_MAX;
}

static enum clinic_status check_config(const struct clinic_bus_config *config, char *reterr_problem,
                                       size_t problem_bytes)
{
    const char *const paths[] = { config->ca_path, config->certificate_path, config->key_path };
    if (config->host[0] == '\0' || config->client_id[0] == '\0' || !has_valid_numbers(config)) {
        (void)snprintf(
            reterr_problem, problem_bytes,
            "The bus needs a host, a name, a port from 1 to 65535, a keep-alive from 5 to "
            "3600 s and a window from 1 to %d.",
            WINDOW_MAX);
        return CLINIC_INVALID;
    }
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        if (access(paths[i], R_OK) == 0)
            continue;
        (void)snprintf(reterr_problem, problem_bytes,
                       "%s: %s. clinic-broker makes this file; copy the node's folder whole.",
                       paths[i], strerror(errno));
        return CLINIC_INVALID;
    }
    return CLINIC_OK;
}

static bool open_descriptors(struct clinic_bus *bus)
{
    bus->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    bus->timer_fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
    bus->event_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (bus->epoll_fd < 0 || bus->timer_fd < 0 || bus->event_fd < 0)
        return false;
    struct epoll_event timer = { .events = EPOLLIN, .data.fd = bus->timer_fd };
    struct epoll_event event = { .events = EPOLLIN, .data.fd = bus->event_fd };
    return epoll_ctl(bus->epoll_fd, EPOLL_CTL_ADD, bus->timer_fd, &timer) == 0
           && epoll_ctl(bus->epoll_fd, EPOLL_CTL_ADD, bus->event_fd, &event) == 0;
}

enum clinic_status clinic_bus_open(const struct clinic_bus_config *config,
                                   const struct clinic_bus_handler *handler, void *context,
                                   struct clinic_bus **ret_bus, char *reterr_problem,
                                   size_t problem_bytes)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    (void)pthread_once(&once, init_process);

    const enum clinic_status status = check_config(config, reterr_problem, problem_bytes);
    if (status != CLINIC_OK)
        return status;
    struct clinic_bus *bus = calloc(1, sizeof *bus);
    if (bus == NULL)
        return CLINIC_NOMEM;
    bus->config = *config;
    bus->handler = handler;
    bus->context = context;
    bus->watched_fd = -1;
    const bool is_open = open_descriptors(bus);
    if (!is_open || !window_init(&bus->window, (size_t)config->window)) {
        (void)snprintf(reterr_problem, problem_bytes, "The bus cannot be opened: %s.",
                       strerror(errno));
        clinic_bus_close(bus);
        return is_open ? CLINIC_NOMEM : CLINIC_IO;
    }
    bus_set_timer(bus, 0, 0);
    *ret_bus = bus;
    return CLINIC_OK;
}

static void close_descriptor(int fd)
{
    if (fd >= 0)
        (void)close(fd); // nothing was written that could be lost
}

void clinic_bus_close(struct clinic_bus *bus)
{
    if (bus == NULL)
        return;
    if (bus->state == CLINIC_BUS_ONLINE)
        connection_say_goodbye(bus->connection);
    connection_close(bus->connection);
    window_done(&bus->window);
    for (size_t i = 0; i < bus->filter_count; i++)
        free(bus->filters[i]);
    close_descriptor(bus->epoll_fd);
    close_descriptor(bus->timer_fd);
    close_descriptor(bus->event_fd);
    free(bus);
}

// ---- using

int clinic_bus_fd(const struct clinic_bus *bus)
{
    return bus->epoll_fd;
}

enum clinic_bus_state clinic_bus_state(const struct clinic_bus *bus)
{
    return bus->state;
}

enum clinic_status clinic_bus_subscribe(struct clinic_bus *bus, const char *filter)
{
    for (size_t i = 0; i < bus->filter_count; i++) {
        if (strcmp(bus->filters[i], filter) == 0)
            return CLINIC_OK;
    }
    if (mosquitto_sub_topic_check(filter) != MOSQ_ERR_SUCCESS)
        return CLINIC_INVALID;
    if (bus->filter_count == BUS_FILTERS_MAX)
        return CLINIC_FULL;
    char *copy = strdup(filter);
    if (copy == NULL)
        return CLINIC_NOMEM;
    bus->filters[bus->filter_count++] = copy;
    if (bus->state != CLINIC_BUS_ONLINE)
        return CLINIC_OK;
    const enum clinic_status status =
        connection_subscribe(bus->connection, &bus->filters[bus->filter_count - 1], 1);
    bus_ask_for_turn(bus);
    // Without a connection the next one subscribes.
    return status == CLINIC_OFFLINE ? CLINIC_OK : status;
}

static bool is_writable(const struct clinic_bus *bus)
{
    // The connection may have ended within this step, of which the program is told at the step's end.
    return bus->state == CLINIC_BUS_ONLINE && connection_socket(bus->connection) >= 0;
}

size_t clinic_bus_room(const struct clinic_bus *bus)
{
    const size_t beyond_limit = bus->window.capacity - bus->window_limit;
    const size_t room = window_room(&bus->window);
    return is_writable(bus) && room > beyond_limit ? room - beyond_limit : 0;
}

enum clinic_status clinic_bus_publish(struct clinic_bus *bus,
                                      const struct clinic_bus_publish *publish, uint64_t *ret_token)
{
    assert(publish->qos == 0 || publish->qos == 1);
    if (!is_writable(bus))
        return CLINIC_OFFLINE;
    const bool is_full =
        publish->qos == 0 ? bus->unwritten >= bus->window.capacity : clinic_bus_room(bus) == 0;
    if (is_full)
        return CLINIC_FULL;

    uint16_t mqtt_id = 0;
    const enum clinic_status status = connection_publish(bus->connection, publish, &mqtt_id);
    if (status != CLINIC_OK)
        return status;
    uint64_t token = 0;
    if (publish->qos == 0) {
        bus->unwritten++;
    } else {
        token = ++bus->last_token;
        window_add(&bus->window, mqtt_id, token);
    }
    if (ret_token != NULL)
        *ret_token = token;
    bus_ask_for_turn(bus);
    return CLINIC_OK;
}

void clinic_bus_hurry(struct clinic_bus *bus)
{
    if (bus->state == CLINIC_BUS_OFFLINE)
        bus_set_timer(bus, 0, 0);
}
