// serve_report.c - what a running gateway says of itself.
#include "serve_scope.h"

#include "store/event_log.h"

#include <unistd.h>

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

static void add_upstream(const struct server *server, cJSON *json)
{
    if (server->upstream == NULL)
        return;
    uint64_t position = upstream_position(server->upstream);
    cJSON *upstream = cJSON_AddObjectToObject(json, "upstream");

    cJSON_AddStringToObject(upstream, "url", server->config->upstream_url);
    cJSON_AddStringToObject(upstream, "state", upstream_describe(server->upstream));
    cJSON_AddNumberToObject(upstream, "position", (double)position);
    cJSON_AddNumberToObject(upstream, "lag", (double)(event_log_head(server->store) - position));
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
    char at[CLINIC_INSTANT_TEXT_BYTES];
    cJSON *store = cJSON_AddObjectToObject(json, "store");

    store_measure(server->store, &figures);
    cJSON_AddNumberToObject(store, "head", (double)event_log_head(server->store));
    if (figures.last_commit_at_ms != 0) {
        clinic_instant_print(figures.last_commit_at_ms, at);
        cJSON_AddStringToObject(store, "last_commit", at);
    }
    cJSON_AddNumberToObject(store, "lead_ms", (double)event_log_lead_ms(server->store));
    cJSON_AddNumberToObject(store, "commits", (double)figures.commits);
    cJSON_AddNumberToObject(store, "file_bytes", (double)figures.file_bytes);
    cJSON_AddNumberToObject(store, "wal_bytes", (double)figures.wal_bytes);
    cJSON_AddNumberToObject(store, "free_bytes", (double)figures.free_bytes);
    cJSON_AddBoolToObject(store, "has_room", store_has_room(server->store));
}

char *serve_describe(void *context)
{
    const struct server *server = context;
    char started[CLINIC_INSTANT_TEXT_BYTES];
    cJSON *json = cJSON_CreateObject();

    clinic_instant_print(server->started_at_ms, started);
    cJSON_AddStringToObject(json, "version", CLINIC_VERSION);
    cJSON_AddNumberToObject(json, "pid", (double)getpid());
    cJSON_AddStringToObject(json, "started", started);
    add_store(server, json);
    add_bus(server, json);
    add_upstream(server, json);
    add_intake(server, json);
    cJSON_AddItemToObject(json, "nodes",
                          nodes_describe(server->nodes, authority_registry(server->authority)));
    char *text = clinic_json_print(json);
    cJSON_Delete(json);
    return text;
}
