#include "upstream.h"

#include "../services/service.h"
#include "../store/event_log.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct sink_type *const sink_types[] = { &sink_mqtt };

struct upstream {
    struct store *store;
    const struct sink_type *type;
    struct sink *sink;
    char source[CLINIC_SOURCE_BYTES];
    bool is_due;               // the sink has progressed since the last pump
    enum clinic_status status; // of the visit under way
};

static const struct sink_type *find_type(const char *url)
{
    for (size_t i = 0; i < ARRAY_SIZE(sink_types); i++) {
        if (strncmp(url, sink_types[i]->scheme, strlen(sink_types[i]->scheme)) == 0)
            return sink_types[i];
    }
    return NULL;
}

static void on_progress(void *context)
{
    struct upstream *upstream = context;

    upstream->is_due = true;
}

enum clinic_status upstream_open(const struct upstream_config *config,
                                 struct upstream **ret_upstream, char *reterr_problem,
                                 size_t problem_bytes)
{
    struct upstream *upstream = calloc(1, sizeof *upstream);
    if (upstream == NULL)
        return CLINIC_NOMEM;
    upstream->store = config->store;
    (void)snprintf(upstream->source, sizeof upstream->source, "/clinic/%s", config->site_id);
    upstream->type = find_type(config->sink.url);
    if (upstream->type == NULL) {
        (void)snprintf(reterr_problem, problem_bytes,
                       "[upstream] url: it must begin with mqtts://");
        upstream_close(upstream);
        return CLINIC_INVALID;
    }
    enum clinic_status status = upstream->type->open(
        &config->sink, on_progress, upstream, &upstream->sink, reterr_problem, problem_bytes);
    if (status != CLINIC_OK) {
        upstream_close(upstream);
        return status;
    }
    upstream->type->restart(upstream->sink, config->position);
    *ret_upstream = upstream;
    return CLINIC_OK;
}

void upstream_close(struct upstream *upstream)
{
    if (upstream == NULL)
        return;
    if (upstream->sink != NULL)
        upstream->type->close(upstream->sink);
    free(upstream);
}

int upstream_fd(const struct upstream *upstream)
{
    return upstream->type->fd(upstream->sink);
}

static bool offer(void *context, const struct clinic_event *event,
                  const struct event_origin *origin, bool is_erased)
{
    struct upstream *upstream = context;
    char *json = NULL;

    (void)origin;
    (void)is_erased; // then only the public part is left to send
    if (upstream->type->room(upstream->sink) == 0)
        return false;
    upstream->status = clinic_event_encode(event, upstream->source, CLINIC_SCOPE_ALL, &json);
    if (upstream->status == CLINIC_OK)
        upstream->status = upstream->type->offer(upstream->sink, event, json, strlen(json));
    free(json);
    return upstream->status == CLINIC_OK;
}

enum clinic_status upstream_pump(struct upstream *upstream)
{
    struct event_filter filter = { .after = upstream->type->offered(upstream->sink) };

    upstream->is_due = false;
    if (event_log_head(upstream->store) <= filter.after
        || upstream->type->room(upstream->sink) == 0)
        return CLINIC_OK;
    upstream->status = CLINIC_OK;
    enum clinic_status status = event_log_read(upstream->store, &filter, offer, upstream);
    if (status != CLINIC_OK)
        return status;
    bool is_sinks = upstream->status == CLINIC_FULL || upstream->status == CLINIC_OFFLINE;
    return is_sinks ? CLINIC_OK : upstream->status;
}

enum clinic_status upstream_step(struct upstream *upstream)
{
    upstream->type->step(upstream->sink);
    return upstream->is_due ? upstream_pump(upstream) : CLINIC_OK;
}

uint64_t upstream_position(const struct upstream *upstream)
{
    return upstream->type->confirmed(upstream->sink);
}

const char *upstream_describe(const struct upstream *upstream)
{
    return upstream->type->describe(upstream->sink);
}
