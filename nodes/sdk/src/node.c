#include <clinic/node.h>

#include <clinic/text.h>

#include "node_scope.h"
#include "settings_scope.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <sys/timerfd.h>
#include <unistd.h>

enum {
    RETRANSMIT_AFTER_MS = 5000,
    BESIDE_THE_OUTBOX = 48, // publishes that the bus takes beyond the outbox's window
};

// ---- opening: each step writes its own problem

struct opening {
    struct clinic_node *node;
    const char *folder;
    char *problem;
    size_t problem_bytes;
};

static enum clinic_status complain(const struct opening *opening, enum clinic_status status,
                                   const char *what)
{
    const int error = errno;
    (void)snprintf(opening->problem, opening->problem_bytes, "%s: %s.", what,
                   status == CLINIC_IO ? strerror(error) : clinic_status_text(status));
    return status;
}

static enum clinic_status read_settings(const struct opening *opening)
{
    struct clinic_node_settings *settings = &opening->node->settings;
    char path[1100];
    char problem[CLINIC_SETTINGS_PROBLEM_BYTES];
    (void)snprintf(path, sizeof path, "%s/node.ini", opening->folder);
    const enum clinic_status status = clinic_settings_load_own(
        path, clinic_node_setting_table, clinic_node_setting_count, settings, problem);
    if (status != CLINIC_OK) {
        (void)snprintf(opening->problem, opening->problem_bytes, "%s", problem);
        return status;
    }
    if (clinic_text_is_node_name(settings->name) && clinic_text_is_node_name(settings->prefix))
        return CLINIC_OK;
    (void)snprintf(opening->problem, opening->problem_bytes,
                   "%.300s: name and prefix are 1 to 32 of a-z, 0-9 and -.", path);
    return CLINIC_INVALID;
}

static enum clinic_status make_state_folder(const struct opening *opening)
{
    const char *state = opening->node->settings.state;
    if (mkdir(state, 0700) != 0 && errno != EEXIST)
        return complain(opening, CLINIC_IO, state);
    (void)snprintf(opening->node->positions_path, sizeof opening->node->positions_path,
                   "%s/positions", state);
    positions_load(opening->node->positions_path, &opening->node->positions);
    return CLINIC_OK;
}

static enum clinic_status open_outbox(const struct opening *opening)
{
    struct clinic_node *node = opening->node;
    struct clinic_outbox_config config = { .window = node->settings.window,
                                           .rows_max = node->settings.outbox_rows,
                                           .bytes_max = node->settings.outbox_bytes,
                                           .retransmit_after_ms = RETRANSMIT_AFTER_MS };
    const int length =
        snprintf(config.path, sizeof config.path, "%s/outbox.db", node->settings.state);
    if (length >= (int)sizeof config.path)
        return complain(opening, CLINIC_INVALID, node->settings.state);
    enum clinic_status status =
        clinic_key_from_private_key(node->settings.key, "outbox", config.key);
    if (status != CLINIC_OK)
        return complain(opening, status, node->settings.key);
    status = clinic_outbox_open(&config, node->clock, &node->outbox, &node->was_set_aside);
    if (status != CLINIC_OK)
        (void)complain(opening, status, config.path);
    clinic_wipe(&config, sizeof config);
    return status;
}

static void describe_bus(const struct clinic_node *node, struct clinic_bus_config *config)
{
    clinic_node_describe_bus(&node->settings, config);
    config->window = node->settings.window + BESIDE_THE_OUTBOX;
    (void)snprintf(config->will_topic, sizeof config->will_topic, "%s", node->status_topic);
    // What waits is not known of a node that is gone.
    const struct clinic_outbox_counts counts = { 0 };
    node_print_status(node, "offline", clinic_wall_ms(node->clock), &counts, config->will_payload,
                      sizeof config->will_payload);
}

static enum clinic_status subscribe_to_own_topics(struct clinic_node *node)
{
    char topic[CLINIC_TOPIC_BYTES];
    enum clinic_status status = clinic_bus_subscribe(node->bus, node->reply_topic);
    clinic_topic_config(node->settings.prefix, node->settings.name, topic);
    if (status == CLINIC_OK)
        status = clinic_bus_subscribe(node->bus, topic);
    clinic_topic_status(node->settings.prefix, "gateway", topic);
    if (status == CLINIC_OK)
        status = clinic_bus_subscribe(node->bus, topic);
    return status;
}

static enum clinic_status open_bus(const struct opening *opening)
{
    struct clinic_node *node = opening->node;
    struct clinic_bus_config config;
    clinic_topic_reply(node->settings.prefix, node->settings.name, node->reply_topic);
    clinic_topic_status(node->settings.prefix, node->settings.name, node->status_topic);
    describe_bus(node, &config);
    enum clinic_status status = clinic_bus_open(&config, &node_bus_handler, node, &node->bus,
                                                opening->problem, opening->problem_bytes);
    if (status != CLINIC_OK)
        return status;
    status = subscribe_to_own_topics(node);
    return status == CLINIC_OK ? CLINIC_OK : complain(opening, status, "subscriptions");
}

static bool watch(struct clinic_node *node, int fd)
{
    struct epoll_event event = { .events = EPOLLIN, .data.fd = fd };
    return fd >= 0 && epoll_ctl(node->epoll_fd, EPOLL_CTL_ADD, fd, &event) == 0;
}

static enum clinic_status open_loop(const struct opening *opening)
{
    struct clinic_node *node = opening->node;
    node->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    node->timer_fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
    node->stop_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (node->epoll_fd >= 0 && watch(node, clinic_bus_fd(node->bus)) && watch(node, node->timer_fd)
        && watch(node, node->stop_fd))
        return CLINIC_OK;
    return complain(opening, CLINIC_IO, "event loop");
}

static enum clinic_status open_inbox(const struct opening *opening)
{
    struct clinic_node *node = opening->node;
    const enum clinic_status status =
        clinic_inbox_open(&node_inbox_handler, node, node->clock, &node->ids, &node->inbox);
    return status == CLINIC_OK ? CLINIC_OK : complain(opening, status, "inbox");
}

enum clinic_status clinic_node_open(const char *folder, const char *version,
                                    const struct clinic_node_handler *handler, void *context,
                                    struct clinic_node **ret_node, char *reterr_problem,
                                    size_t problem_bytes)
{
    static enum clinic_status (*const steps[])(const struct opening *) = {
        read_settings, make_state_folder, open_outbox, open_inbox, open_bus, open_loop,
    };
    struct clinic_node *node = calloc(1, sizeof *node);
    const struct opening opening = { node, folder, reterr_problem, problem_bytes };
    if (node == NULL)
        return complain(&opening, CLINIC_NOMEM, folder);
    node->handler = handler;
    node->context = context;
    node->clock = clinic_clock_system();
    node->epoll_fd = -1;
    node->timer_fd = -1;
    node->stop_fd = -1;
    node->timer_due_ms = INT64_MAX;
    (void)snprintf(node->version, sizeof node->version, "%s", version);

    enum clinic_status status = CLINIC_OK;
    for (size_t i = 0; i < sizeof steps / sizeof steps[0] && status == CLINIC_OK; i++)
        status = steps[i](&opening);
    if (status != CLINIC_OK) {
        clinic_node_close(node);
        return status;
    }
    *ret_node = node;
    return CLINIC_OK;
}

static void close_descriptor(int fd)
{
    if (fd >= 0)
        (void)close(fd); // nothing was written that could be lost
}

void clinic_node_close(struct clinic_node *node)
{
    if (node == NULL)
        return;
    if (node->bus != NULL && clinic_bus_state(node->bus) == CLINIC_BUS_ONLINE)
        node_publish_status(node, "offline"); // a goodbye keeps the will from being published
    if (node->bus != NULL)
        node_keep_positions(node, true);
    clinic_bus_close(node->bus);
    clinic_inbox_close(node->inbox);
    clinic_outbox_close(node->outbox);
    close_descriptor(node->epoll_fd);
    close_descriptor(node->timer_fd);
    close_descriptor(node->stop_fd);
    free(node);
}

// ---- the loop

int clinic_node_fd(const struct clinic_node *node)
{
    return node->epoll_fd;
}

static void set_timer(struct clinic_node *node)
{
    struct itimerspec spec = { 0 };
    const int64_t due_ms = node_due_ms(node);
    if (due_ms == node->timer_due_ms)
        return;
    if (due_ms != INT64_MAX) {
        const int64_t now_ms = clinic_monotonic_ms(node->clock);
        const int64_t wait_ms = due_ms > now_ms ? due_ms - now_ms : 0;
        spec.it_value.tv_sec = wait_ms / 1000;
        spec.it_value.tv_nsec = wait_ms % 1000 * 1000000 + 1;
    }
    node->timer_due_ms = due_ms;
    (void)timerfd_settime(node->timer_fd, 0, &spec, NULL); // the arguments are in range
}

static void pump(struct clinic_node *node)
{
    node_pump(node);
    set_timer(node);
}

void clinic_node_step(struct clinic_node *node)
{
    uint64_t expirations = 0;
    if (read(node->timer_fd, &expirations, sizeof expirations) == (ssize_t)sizeof expirations)
        node->timer_due_ms = INT64_MAX; // it fires once
    clinic_bus_step(node->bus);
    pump(node);
}

void clinic_node_run(struct clinic_node *node, int64_t timeout_ms)
{
    const int64_t end_ms = clinic_monotonic_ms(node->clock) + timeout_ms;
    eventfd_t stops = 0;
    pump(node);
    while (!node->is_stopping) {
        const int64_t left_ms = end_ms - clinic_monotonic_ms(node->clock);
        if (timeout_ms >= 0 && left_ms <= 0)
            break;
        const int64_t wait_ms = timeout_ms < 0 ? -1 : left_ms > INT32_MAX ? INT32_MAX : left_ms;
        struct pollfd polled = { .fd = node->epoll_fd, .events = POLLIN };
        if (poll(&polled, 1, (int)wait_ms) > 0)
            clinic_node_step(node);
    }
    (void)eventfd_read(node->stop_fd, &stops); // empty where the time was over
    node->is_stopping = 0;
}

void clinic_node_stop(struct clinic_node *node)
{
    const int error = errno;
    node->is_stopping = 1;
    (void)eventfd_write(node->stop_fd, 1); // fails only when it is readable already
    errno = error;
}

// ---- subscribing

enum clinic_status clinic_node_subscribe(struct clinic_node *node, enum clinic_event_kind kind,
                                         uint64_t position, bool keeps_position)
{
    char topic[CLINIC_TOPIC_BYTES];
    if (kind <= CLINIC_EVENT_NONE || kind >= CLINIC_EVENT_KIND_COUNT)
        return CLINIC_INVALID;
    clinic_topic_event(node->settings.prefix, &clinic_event_types[kind], topic);
    enum clinic_status status = clinic_bus_subscribe(node->bus, topic);
    if (status != CLINIC_OK)
        return status;
    node->positions.is_kept[kind] = keeps_position;
    if (keeps_position && node->positions.is_set[kind])
        position = node->positions.sequence[kind];
    status = clinic_inbox_want(node->inbox, kind, position);
    set_timer(node);
    return status;
}

enum clinic_status clinic_node_subscribe_notices(struct clinic_node *node, const char *audience)
{
    char topic[CLINIC_TOPIC_BYTES];
    clinic_topic_notification(node->settings.prefix, audience, topic);
    return clinic_bus_subscribe(node->bus, topic);
}

enum clinic_status clinic_node_subscribe_statuses(struct clinic_node *node)
{
    char topic[CLINIC_TOPIC_BYTES];
    (void)snprintf(topic, sizeof topic, "%s/node/+/status", node->settings.prefix);
    return clinic_bus_subscribe(node->bus, topic);
}

// ---- asking

// Takes `data` over.
static enum clinic_status make_request(struct clinic_node *node, enum clinic_request_kind kind,
                                       cJSON *data, const char *session, struct clinic_id id,
                                       struct clinic_request *ret_request)
{
    const bool is_known = kind > CLINIC_REQUEST_NONE && kind < CLINIC_REQUEST_KIND_COUNT;
    if (!is_known || (session != NULL && strlen(session) >= CLINIC_SESSION_BYTES)) {
        cJSON_Delete(data);
        return CLINIC_INVALID;
    }
    *ret_request = (struct clinic_request){
        .id = id, .kind = kind, .time_ms = clinic_wall_ms(node->clock), .data = data
    };
    (void)snprintf(ret_request->session, sizeof ret_request->session, "%s",
                   session == NULL ? "" : session);
    return CLINIC_OK;
}

enum clinic_status clinic_node_submit(struct clinic_node *node, enum clinic_request_kind kind,
                                      cJSON *data, const char *session, struct clinic_id *ret_id)
{
    struct clinic_request request;
    enum clinic_status status =
        make_request(node, kind, data, session, clinic_outbox_next_id(node->outbox), &request);
    if (status != CLINIC_OK)
        return status;
    status = clinic_request_types[kind].is_direct ? CLINIC_INVALID
                                                  : clinic_outbox_put(node->outbox, &request);
    if (status == CLINIC_OK && ret_id != NULL)
        *ret_id = request.id;
    clinic_request_done(&request);
    pump(node);
    return status;
}

enum clinic_status clinic_node_ask(struct clinic_node *node, enum clinic_request_kind kind,
                                   cJSON *data, const char *session, int64_t timeout_ms,
                                   struct clinic_id *ret_id)
{
    struct clinic_request request;
    struct ask added;
    enum clinic_status status =
        make_request(node, kind, data, session,
                     clinic_id_next(&node->ids, clinic_wall_ms(node->clock)), &request);
    if (status != CLINIC_OK)
        return status;
    const int64_t deadline_ms = clinic_monotonic_ms(node->clock) + timeout_ms;
    if (asks_add(&node->asks, &request.id, kind, deadline_ms) == NULL)
        status = CLINIC_FULL;
    if (status == CLINIC_OK)
        status = node_publish_request(node, &request);
    if (status != CLINIC_OK)
        (void)asks_remove(&node->asks, &request.id, &added); // was perhaps not added at all
    else if (ret_id != NULL)
        *ret_id = request.id;
    clinic_request_done(&request);
    set_timer(node);
    return status;
}

// ---- showing

enum clinic_bus_state clinic_node_state(const struct clinic_node *node)
{
    return clinic_bus_state(node->bus);
}

bool clinic_node_gateway_is_online(const struct clinic_node *node)
{
    return node->gateway_is_online;
}

const char *clinic_node_zone(const struct clinic_node *node)
{
    return node->zone;
}

uint64_t clinic_node_upstream(const struct clinic_node *node)
{
    return node->upstream;
}

struct clinic_outbox *clinic_node_outbox(struct clinic_node *node)
{
    return node->outbox;
}

const struct clinic_node_settings *clinic_node_settings(const struct clinic_node *node)
{
    return &node->settings;
}

const struct clinic_inbox_counts *clinic_node_inbox_counts(struct clinic_node *node)
{
    clinic_inbox_count(node->inbox, &node->counts);
    return &node->counts;
}

bool clinic_node_outbox_was_set_aside(const struct clinic_node *node)
{
    return node->was_set_aside;
}
