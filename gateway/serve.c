#include "serve_scope.h"

#include "couriers/position.h"
#include "store/event_log.h"

#include <clinic/log.h>

#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

enum {
    TICK_S = 1,
    SAVE_EVERY_TICKS = 5, // positions of the couriers: rarely, for the card's sake
    PRUNE_EVERY_TICKS = 60,
    TRIM_THRESHOLD_BYTES = 128 * 1024,
    GOODBYE_MS = 1000,
    MINUTE_MS = 60 * 1000,
};

// ---- faults

static void give_up(struct server *server, enum clinic_status status, const char *problem)
{
    clinic_log(CLINIC_LOG_ERROR,
               "the database fails (%s): stopping, the next start checks it whole", problem);
    if (status == CLINIC_DAMAGED)
        server->is_damaged = true;
    (void)event_base_loopbreak(server->base); // fails only outside of a loop
}

static void on_fault(void *context, enum clinic_status status, const char *problem)
{
    give_up(context, status, problem);
}

static void excuse(struct server *server, enum clinic_status status)
{
    // Out of memory, or busy for the moment: the next tick tries again.
    if (status == CLINIC_IO || status == CLINIC_DAMAGED)
        give_up(server, status, clinic_status_text(status));
}

// ---- what goes out

static void pump(struct server *server)
{
    post_pump(server->post);
    clinic_bus_flush(server->bus); // somebody waits for a reply: events come after it
    excuse(server, bus_courier_pump(server->courier));
    // A screen knows of the event before it is told what it means.
    excuse(server, notice_courier_pump(server->notices, bus_courier_offered(server->courier)));
    excuse(server, config_courier_pump(server->configs));
}

static void on_reply(void *context, const char *node, const struct clinic_reply *reply,
                     const void *correlation, size_t correlation_bytes)
{
    struct server *server = context;

    post_reply(server->post, node, reply, correlation, correlation_bytes);
}

static void on_committed(void *context)
{
    struct server *server = context;

    if (server->upstream != NULL)
        excuse(server, upstream_pump(server->upstream));
}

const struct intake_handler serve_intake_handler = {
    .on_reply = on_reply,
    .on_committed = on_committed,
    .on_fault = on_fault,
};

// ---- the bus

static void on_bus_state(void *context, enum clinic_bus_state state, const char *reason)
{
    struct server *server = context;

    if (state == CLINIC_BUS_ONLINE) {
        clinic_log(CLINIC_LOG_INFO, "connected to the broker at %s:%lld", server->config->bus.host,
                   (long long)server->config->bus.port);
        serve_tell(server, "online");
        bus_courier_online(server->courier);
        config_courier_online(server->configs);
    } else if (state == CLINIC_BUS_OFFLINE) {
        clinic_log(CLINIC_LOG_WARNING, "no broker: %s", reason);
    }
}

static void on_bus_message(void *context, const struct clinic_bus_message *message)
{
    struct server *server = context;
    struct clinic_topic topic;

    clinic_topic_parse(server->config->bus.prefix, message->topic, &topic);
    if (topic.kind == CLINIC_TOPIC_REQUEST && !message->is_retained)
        intake_take(server->intake, topic.node, topic.request, message->payload, message->length,
                    message->correlation_data, message->correlation_bytes);
    else if (topic.kind == CLINIC_TOPIC_STATUS)
        nodes_take(server->nodes, topic.node, message->payload, message->length);
}

static void on_bus_published(void *context, uint64_t token, int mqtt_reason)
{
    struct server *server = context;

    bus_courier_published(server->courier, token, mqtt_reason);
    notice_courier_published(server->notices, token, mqtt_reason);
    config_courier_published(server->configs, token, mqtt_reason);
}

static void on_bus_lost(void *context)
{
    struct server *server = context;

    post_forget(server->post);
    bus_courier_lost(server->courier);
    notice_courier_lost(server->notices);
}

const struct clinic_bus_handler serve_bus_handler = {
    .on_state = on_bus_state,
    .on_message = on_bus_message,
    .on_published = on_bus_published,
    .on_lost = on_bus_lost,
};

// ---- the loop

static void stop_when_quiet(struct server *server)
{
    bool is_quiet = post_is_empty(server->post)
                    && bus_courier_position(server->courier) >= event_log_head(server->store);
    bool is_late = clinic_monotonic_ms(clinic_clock_system()) >= server->stops_at_ms;

    if (is_quiet || is_late || clinic_bus_state(server->bus) != CLINIC_BUS_ONLINE)
        (void)event_base_loopbreak(server->base);
}

static void on_bus_ready(evutil_socket_t fd, short what, void *context)
{
    struct server *server = context;

    (void)fd;
    (void)what;
    clinic_bus_step(server->bus);
    intake_flush(server->intake);
    pump(server);
    if (server->stops_at_ms != 0)
        stop_when_quiet(server);
}

static void on_upstream_ready(evutil_socket_t fd, short what, void *context)
{
    struct server *server = context;

    (void)fd;
    (void)what;
    excuse(server, upstream_step(server->upstream));
}

static void save_mark(struct server *server, struct courier_mark *mark, uint64_t position)
{
    if (position <= mark->saved)
        return;
    if (position_save(server->store, mark->name, position) == CLINIC_OK)
        mark->saved = position;
}

static void save_positions(struct server *server)
{
    save_mark(server, &server->bus_mark, bus_courier_position(server->courier));
    for (int lane = 0; lane < NOTICE_LANE_COUNT; lane++)
        save_mark(server, &server->notice_marks[lane],
                  notice_courier_position(server->notices, (enum notice_lane)lane));
    if (server->upstream != NULL)
        save_mark(server, &server->upstream_mark, upstream_position(server->upstream));
}

static void refresh_registry(struct server *server)
{
    char problem[CLINIC_SETTINGS_PROBLEM_BYTES] = "";
    enum clinic_status status = authority_refresh(server->authority, problem, sizeof problem);

    if (status == CLINIC_OK)
        clinic_log(CLINIC_LOG_INFO, "the registry has changed: %zu nodes",
                   authority_registry(server->authority)->count);
    else if (status != CLINIC_EXISTS)
        clinic_log(CLINIC_LOG_ERROR, "the registry stays as it was: %s", problem);
}

// Also looks at the disk where nobody asks for anything, so that the ballast is back in time.
static void watch_disk(struct server *server)
{
    const bool lacks_room = !store_has_room(server->store);

    if (lacks_room == server->lacks_room)
        return;
    server->lacks_room = lacks_room;
    if (lacks_room)
        clinic_log(CLINIC_LOG_ERROR, "too little room in %s: new requests are refused",
                   server->config->store_folder);
    else
        clinic_log(CLINIC_LOG_INFO, "there is room again in %s", server->config->store_folder);
}

// Told once: until the clock has caught up, every second would have the same to say.
static void watch_clock(struct server *server)
{
    const int64_t lead_ms = event_log_lead_ms(server->store);

    if (!server->is_clock_behind && lead_ms > EVENT_LOG_LEAD_MAX_MS) {
        server->is_clock_behind = true;
        clinic_log(CLINIC_LOG_WARNING,
                   "the clock is %lld minutes behind the log: recorded times stand still; is it "
                   "set right?",
                   (long long)(lead_ms / MINUTE_MS));
    } else if (server->is_clock_behind && lead_ms == 0) {
        server->is_clock_behind = false;
        clinic_log(CLINIC_LOG_INFO, "the clock has caught up with the log");
    }
}

static void on_tick(evutil_socket_t fd, short what, void *context)
{
    struct server *server = context;

    (void)fd;
    (void)what;
    server->ticks++;
    refresh_registry(server);
    watch_disk(server);
    watch_clock(server);
    (void)malloc_trim(0); // holes that a burst has left; takes a quarter of a millisecond
    intake_tend(server->intake);
    pump(server);
    if (server->upstream != NULL)
        excuse(server, upstream_step(server->upstream));
    serve_tell_upstream(server);
    if (server->ticks % SAVE_EVERY_TICKS == 0)
        save_positions(server);
    if (server->ticks % PRUNE_EVERY_TICKS == 0)
        intake_prune(server->intake);
    if (server->stops_at_ms != 0)
        stop_when_quiet(server);
}

static void on_signal(evutil_socket_t number, short what, void *context)
{
    struct server *server = context;

    (void)what;
    clinic_log(CLINIC_LOG_INFO, "asked to stop (signal %d)", (int)number);
    intake_flush(server->intake);
    serve_tell(server, "offline");
    pump(server);
    server->stops_at_ms = clinic_monotonic_ms(clinic_clock_system()) + GOODBYE_MS;
    stop_when_quiet(server);
}

static enum clinic_status watch(struct server *server, int fd, short what,
                                event_callback_fn callback, const struct timeval *period)
{
    struct event *event = event_new(server->base, fd, (short)(what | EV_PERSIST), callback, server);
    if (event == NULL)
        return CLINIC_NOMEM;
    server->events[server->event_count++] = event;
    return event_add(event, period) == 0 ? CLINIC_OK : CLINIC_NOMEM;
}

enum clinic_status serve_watch(struct server *server)
{
    const struct timeval tick = { .tv_sec = TICK_S };

    enum clinic_status status =
        watch(server, clinic_bus_fd(server->bus), EV_READ, on_bus_ready, NULL);
    if (status == CLINIC_OK && server->upstream != NULL)
        status = watch(server, upstream_fd(server->upstream), EV_READ, on_upstream_ready, NULL);
    if (status == CLINIC_OK)
        status = watch(server, -1, EV_TIMEOUT, on_tick, &tick);
    if (status == CLINIC_OK)
        status = watch(server, SIGTERM, EV_SIGNAL, on_signal, NULL);
    if (status == CLINIC_OK)
        status = watch(server, SIGINT, EV_SIGNAL, on_signal, NULL);
    return status;
}

// ---- running

enum serve_exit serve_run(const struct gateway_config *config)
{
    struct server server = {
        .config = config,
        .started_at_ms = clinic_wall_ms(clinic_clock_system()),
    };
    char problem[STORE_PROBLEM_BYTES] = "";

    // A write beyond a limit on the size of files is a full disk, not the end.
    (void)signal(SIGXFSZ, SIG_IGN); // cannot fail for this signal
    // glibc's bins of small blocks that it never joins cost time with each large block, and leave holes.
    (void)mallopt(M_MXFAST, 0);
    // glibc would raise this by itself, and keep what a burst has taken.
    (void)mallopt(M_TRIM_THRESHOLD, TRIM_THRESHOLD_BYTES);
    enum clinic_status status = serve_open_all(&server, problem);
    // Checking the file and every statement took more than is needed from now on.
    (void)malloc_trim(0);
    if (status == CLINIC_OK) {
        clinic_log(CLINIC_LOG_INFO, "clinic %s: %llu events in the log, serving", config->site.id,
                   (unsigned long long)event_log_head(server.store));
        (void)event_base_dispatch(server.base); // ends by loopbreak, or with nothing to watch
        // After a fault nothing more is written.
        if (server.stops_at_ms != 0)
            save_positions(&server);
    } else {
        clinic_log(CLINIC_LOG_ERROR, "cannot serve: %s",
                   problem[0] != '\0' ? problem : clinic_status_text(status));
    }
    bool was_asked = server.stops_at_ms != 0;
    serve_close_all(&server);
    if (server.is_damaged)
        return SERVE_DAMAGED;
    return was_asked ? SERVE_STOPPED : SERVE_REFUSED;
}
