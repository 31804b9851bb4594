// serve_open.c - what the running gateway is put together from, opened in order and closed again.
#include "serve_scope.h"

#include "couriers/position.h"
#include "schema.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { BUS_WINDOW = 256 }; // replies and events that the broker has not acknowledged yet

enum clinic_status serve_open_store(const struct gateway_config *config, enum store_mode mode,
                                    struct store **ret_store,
                                    char reterr_problem[static STORE_PROBLEM_BYTES])
{
    struct store_config store = {
        .folder = config->store_folder,
        .mode = mode,
        .reserve_bytes = config->reserve_bytes,
        .clock = clinic_clock_system(),
    };
    store.steps = schema_steps(&store.step_count);
    store.statements = schema_statements(&store.statement_count);
    return store_open(&store, ret_store, reterr_problem);
}

static enum clinic_status open_bus(struct server *server, char *reterr_problem,
                                   size_t problem_bytes)
{
    struct clinic_bus_config bus;
    char filter[CLINIC_TOPIC_BYTES];

    clinic_node_describe_bus(&server->config->bus, &bus);
    bus.window = BUS_WINDOW;
    clinic_topic_status(server->config->bus.prefix, bus.client_id, bus.will_topic);
    serve_format_status(server, "offline", bus.will_payload);
    enum clinic_status status = clinic_bus_open(&bus, &serve_bus_handler, server, &server->bus,
                                                reterr_problem, problem_bytes);
    if (status != CLINIC_OK)
        return status;
    (void)snprintf(filter, sizeof filter, "%s/request/#", server->config->bus.prefix);
    status = clinic_bus_subscribe(server->bus, filter);
    (void)snprintf(filter, sizeof filter, "%s/node/+/status", server->config->bus.prefix);
    if (status == CLINIC_OK)
        status = clinic_bus_subscribe(server->bus, filter);
    if (status == CLINIC_OK)
        status = post_open(server->bus, server->config->bus.prefix, &server->post);
    return status;
}

static enum clinic_status open_courier(struct server *server)
{
    server->bus_mark.name = "bus";
    enum clinic_status status =
        position_load(server->store, server->bus_mark.name, &server->bus_mark.saved);
    if (status != CLINIC_OK)
        return status;
    struct bus_courier_config config = {
        .store = server->store,
        .bus = server->bus,
        .prefix = server->config->bus.prefix,
        .site_id = server->config->site.id,
        .position = server->bus_mark.saved,
    };
    return bus_courier_open(&config, &server->courier);
}

static enum clinic_status open_notices(struct server *server)
{
    static const char *const names[NOTICE_LANE_COUNT] = {
        [NOTICE_AT_ONCE] = "notices",
        [NOTICE_LATER] = "notices-later",
    };
    struct notice_courier_config config = {
        .store = server->store,
        .bus = server->bus,
        .prefix = server->config->bus.prefix,
        .clock = clinic_clock_system(),
    };
    enum clinic_status status = CLINIC_OK;

    for (size_t i = 0; i < NOTICE_LANE_COUNT && status == CLINIC_OK; i++) {
        server->notice_marks[i].name = names[i];
        status = position_load(server->store, names[i], &server->notice_marks[i].saved);
        config.positions[i] = server->notice_marks[i].saved;
    }
    return status == CLINIC_OK ? notice_courier_open(&config, &server->notices) : status;
}

static enum clinic_status open_configs(struct server *server)
{
    const struct config_courier_config config = {
        .store = server->store,
        .bus = server->bus,
        .prefix = server->config->bus.prefix,
        .clock = clinic_clock_system(),
    };
    return config_courier_open(&config, &server->configs);
}

static enum clinic_status connect_upstream(struct server *server, char *reterr_problem,
                                           size_t problem_bytes)
{
    struct upstream_config config = {
        .store = server->store,
        .sink = { .url = server->config->upstream_url,
                  .folder = server->config->upstream_folder,
                  .prefix = server->config->upstream_prefix },
        .site_id = server->config->site.id,
        .position = server->upstream_mark.saved,
    };
    return upstream_open(&config, &server->upstream, reterr_problem, problem_bytes);
}

static enum clinic_status open_upstream(struct server *server, char *reterr_problem,
                                        size_t problem_bytes)
{
    if (server->config->upstream_url[0] == '\0')
        return CLINIC_OK;
    server->upstream_mark.name = "upstream";
    enum clinic_status status =
        position_load(server->store, server->upstream_mark.name, &server->upstream_mark.saved);
    return status == CLINIC_OK ? connect_upstream(server, reterr_problem, problem_bytes) : status;
}

static enum clinic_status open_intake(struct server *server, char *reterr_problem,
                                      size_t problem_bytes)
{
    enum clinic_status status =
        authority_open(server->config->registry, &server->authority, reterr_problem, problem_bytes);
    if (status != CLINIC_OK)
        return status;
    server->self = (struct self_report){ .describe = serve_report, .context = server };
    struct intake_config config = {
        .store = server->store,
        .authority = server->authority,
        .site = &server->config->site,
        .clock = clinic_clock_system(),
        .self = &server->self,
    };
    return intake_open(&config, &serve_intake_handler, server, &server->intake);
}

static enum clinic_status open_control(struct server *server, char *reterr_problem,
                                       size_t problem_bytes)
{
    enum clinic_status status = control_open(server->base, server->config->store_folder,
                                             serve_describe, server, &server->control);
    if (status == CLINIC_IO)
        (void)snprintf(reterr_problem, problem_bytes, "%.300s/control.sock: %s",
                       server->config->store_folder, strerror(errno));
    return status;
}

enum clinic_status serve_open_all(struct server *server,
                                  char reterr_problem[static STORE_PROBLEM_BYTES])
{
    server->nodes = nodes_open();
    server->base = event_base_new();
    if (server->nodes == NULL || server->base == NULL)
        return CLINIC_NOMEM;

    enum clinic_status status = notification_check(reterr_problem, STORE_PROBLEM_BYTES);
    if (status == CLINIC_OK)
        status = serve_open_store(server->config, STORE_SERVE, &server->store, reterr_problem);
    if (status == CLINIC_DAMAGED)
        server->is_damaged = true;
    if (status == CLINIC_OK)
        status = open_intake(server, reterr_problem, STORE_PROBLEM_BYTES);
    if (status == CLINIC_OK)
        status = open_bus(server, reterr_problem, STORE_PROBLEM_BYTES);
    if (status == CLINIC_OK)
        status = open_courier(server);
    if (status == CLINIC_OK)
        status = open_notices(server);
    if (status == CLINIC_OK)
        status = open_configs(server);
    if (status == CLINIC_OK)
        status = open_upstream(server, reterr_problem, STORE_PROBLEM_BYTES);
    if (status == CLINIC_OK)
        status = open_control(server, reterr_problem, STORE_PROBLEM_BYTES);
    if (status == CLINIC_OK)
        status = serve_watch(server);
    return status;
}

void serve_close_all(struct server *server)
{
    control_close(server->control);
    for (size_t i = 0; i < server->event_count; i++)
        event_free(server->events[i]);
    upstream_close(server->upstream);
    config_courier_close(server->configs);
    notice_courier_close(server->notices);
    bus_courier_close(server->courier);
    post_close(server->post);
    clinic_bus_close(server->bus);
    intake_close(server->intake);
    authority_close(server->authority);
    store_close(server->store);
    nodes_close(server->nodes);
    if (server->base != NULL)
        event_base_free(server->base);
    libevent_global_shutdown();
}

enum clinic_status serve_check(const struct gateway_config *config,
                               char reterr_problem[static STORE_PROBLEM_BYTES])
{
    struct server server = { .config = config };

    enum clinic_status status = notification_check(reterr_problem, STORE_PROBLEM_BYTES);
    if (status == CLINIC_OK)
        status = open_intake(&server, reterr_problem, STORE_PROBLEM_BYTES);
    if (status == CLINIC_OK)
        status = open_bus(&server, reterr_problem, STORE_PROBLEM_BYTES);
    if (status == CLINIC_OK && config->upstream_url[0] != '\0')
        status = connect_upstream(&server, reterr_problem, STORE_PROBLEM_BYTES);
    serve_close_all(&server);
    return status;
}
