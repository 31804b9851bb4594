// serve_report.c - what a running gateway says of itself.
#include "serve_scope.h"

#include "store/event_log.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { REPORTED_NODES_MAX = 200 }; // as the catalogue limits it

// ---- what desks are told, too

static bool add_instant(cJSON *json, const char *name, int64_t at_ms)
{
    char text[CLINIC_INSTANT_TEXT_BYTES];

    clinic_instant_print(at_ms, text);
    return cJSON_AddStringToObject(json, name, text) != NULL;
}

static bool take_time(void *context, const struct clinic_event *event,
                      const struct event_origin *origin, bool is_erased)
{
    (void)origin;
    (void)is_erased;
    *(int64_t *)context = event->recorded_at_ms;
    return false;
}

// Since when something waits for the link. Not told where the log cannot be read: that is found elsewhere.
static bool add_oldest(struct store *store, uint64_t position, cJSON *json)
{
    int64_t oldest_ms = 0;
    const struct event_filter next = {
        .after = position,
        .through = position + 1,
        .is_public_only = true,
    };

    return event_log_read(store, &next, take_time, &oldest_ms) != CLINIC_OK || oldest_ms == 0
           || add_instant(json, "oldest", oldest_ms);
}

static bool add_upstream(const struct server *server, cJSON *json)
{
    if (server->upstream == NULL)
        return true;
    const uint64_t position = upstream_position(server->upstream);
    const uint64_t head = event_log_head(server->store);
    const uint64_t lag = head > position ? head - position : 0;
    cJSON *upstream = cJSON_AddObjectToObject(json, "upstream");

    return cJSON_AddStringToObject(upstream, "state", upstream_describe(server->upstream)) != NULL
           && cJSON_AddNumberToObject(upstream, "position", (double)position) != NULL
           && cJSON_AddNumberToObject(upstream, "lag", (double)lag) != NULL
           && (lag == 0 || add_oldest(server->store, position, upstream));
}

static bool add_status(const struct server *server, size_t nodes_max, cJSON *json)
{
    struct store_figures figures;

    store_measure(server->store, &figures);
    return add_instant(json, "time", clinic_wall_ms(store_clock(server->store)))
           && cJSON_AddStringToObject(json, "version", CLINIC_VERSION) != NULL
           && cJSON_AddNumberToObject(json, "head", (double)event_log_head(server->store)) != NULL
           && (figures.last_commit_at_ms == 0
               || add_instant(json, "last_commit", figures.last_commit_at_ms))
           && cJSON_AddNumberToObject(json, "free_bytes", (double)figures.free_bytes) != NULL
           && cJSON_AddBoolToObject(json, "has_room", store_has_room(server->store)) != NULL
           && add_upstream(server, json)
           && nodes_describe(server->nodes, authority_registry(server->authority), nodes_max, json);
}

bool serve_report(void *server, cJSON *object)
{
    return add_status(server, REPORTED_NODES_MAX, object);
}

// ---- what only who looks after the gateway needs

static void add_bus(const struct server *server, cJSON *json)
{
    static const char *const states[] = {
        [CLINIC_BUS_OFFLINE] = "offline",
        [CLINIC_BUS_CONNECTING] = "connecting",
        [CLINIC_BUS_ONLINE] = "online",
    };
    cJSON *bus = cJSON_AddObjectToObject(json, "bus");

    cJSON_AddStringToObject(bus, "state", states[clinic_bus_state(server->bus)]);
    cJSON_AddNumberToObject(bus, "position", (double)bus_courier_position(server->courier));
    cJSON_AddNumberToObject(bus, "replies_dropped", (double)post_dropped(server->post));
}

static void add_intake(const struct server *server, cJSON *json)
{
    struct intake_counts counts;
    intake_count(server->intake, &counts);
    const struct {
        const char *name;
        uint64_t value;
    } rows[] = {
        { "requests", counts.requests },         { "undecodable", counts.undecodable },
        { "accepted", counts.accepted },         { "rejected", counts.rejected },
        { "repeated", counts.repeated },         { "faults", counts.faults },
        { "transactions", counts.transactions },
    };
    cJSON *intake = cJSON_AddObjectToObject(json, "intake");

    for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
        cJSON_AddNumberToObject(intake, rows[i].name, (double)rows[i].value);
}

static void add_store(const struct server *server, cJSON *json)
{
    struct store_figures figures;
    cJSON *store = cJSON_AddObjectToObject(json, "store");

    store_measure(server->store, &figures);
    cJSON_AddNumberToObject(store, "lead_ms", (double)event_log_lead_ms(server->store));
    cJSON_AddNumberToObject(store, "commits", (double)figures.commits);
    cJSON_AddNumberToObject(store, "file_bytes", (double)figures.file_bytes);
    cJSON_AddNumberToObject(store, "wal_bytes", (double)figures.wal_bytes);
}

char *serve_describe(void *context)
{
    const struct server *server = context;
    cJSON *json = cJSON_CreateObject();

    cJSON_AddNumberToObject(json, "pid", (double)getpid());
    add_instant(json, "started", server->started_at_ms);
    add_store(server, json);
    add_bus(server, json);
    if (server->upstream != NULL)
        cJSON_AddStringToObject(json, "upstream_url", server->config->upstream_url);
    add_intake(server, json);
    char *text = add_status(server, NODES_MAX, json) ? clinic_json_print(json) : NULL;
    cJSON_Delete(json);
    return text;
}

// ---- the retained status

void serve_format_status(const struct server *server, const char *state, char payload[static 256])
{
    char since[CLINIC_INSTANT_TEXT_BYTES];
    char upstream[48] = "";

    if (server->upstream != NULL)
        (void)snprintf(upstream, sizeof upstream, ",\"upstream\":%llu",
                       (unsigned long long)upstream_position(server->upstream));
    clinic_instant_print(server->started_at_ms, since);
    (void)snprintf(payload, 256,
                   "{\"state\":\"%s\",\"since\":\"%s\",\"version\":\"%s\",\"outbox\":0,"
                   "\"zone\":\"%s\"%s}",
                   state, since, CLINIC_VERSION, server->config->site.zone, upstream);
}

void serve_tell(struct server *server, const char *state)
{
    char topic[CLINIC_TOPIC_BYTES], payload[256];

    clinic_topic_status(server->config->bus.prefix, server->config->bus.name, topic);
    serve_format_status(server, state, payload);
    struct clinic_bus_publish publish = {
        .topic = topic,
        .payload = payload,
        .length = strlen(payload),
        .qos = 1,
        .is_retained = true,
        .content_type = "application/json",
    };
    // Without a connection there is nobody to tell; the will has told them.
    if (clinic_bus_publish(server->bus, &publish, NULL) == CLINIC_OK && server->upstream != NULL)
        server->upstream_told = upstream_position(server->upstream);
}

void serve_tell_upstream(struct server *server)
{
    if (server->upstream != NULL && server->stops_at_ms == 0
        && clinic_bus_state(server->bus) == CLINIC_BUS_ONLINE
        && upstream_position(server->upstream) != server->upstream_told)
        serve_tell(server, "online");
}
