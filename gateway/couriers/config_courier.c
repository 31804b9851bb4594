#include "config_courier.h"

#include "../services/scale/scale.h"
#include "../store/event_log.h"

#include <clinic/log.h>

#include <stdlib.h>
#include <string.h>

enum {
    ROOM_FOR_REPLIES = 32, // somebody waits for a reply; a scale may wait a moment longer
    UNDER_WAY_MAX = 16,
};

struct config_courier {
    struct config_courier_config config;
    struct scale_mark mark; // configs up to here have been handed over since the connection began
    uint64_t looked;        // and there are no others, as far as the log was then
    bool has_looked;
    struct {
        uint64_t token; // 0: free
        char node[33];
    } under_way[UNDER_WAY_MAX];
};

enum clinic_status config_courier_open(const struct config_courier_config *config,
                                       struct config_courier **ret_courier)
{
    struct config_courier *courier = calloc(1, sizeof *courier);
    if (courier == NULL)
        return CLINIC_NOMEM;
    courier->config = *config;
    *ret_courier = courier;
    return CLINIC_OK;
}

void config_courier_close(struct config_courier *courier)
{
    free(courier);
}

void config_courier_online(struct config_courier *courier)
{
    courier->mark = (struct scale_mark){ 0 };
    courier->has_looked = false;
    memset(courier->under_way, 0, sizeof courier->under_way);
}

void config_courier_published(struct config_courier *courier, uint64_t token, int mqtt_reason)
{
    for (size_t i = 0; i < UNDER_WAY_MAX; i++) {
        if (courier->under_way[i].token != token)
            continue;
        courier->under_way[i].token = 0;
        // Not again on this connection: the next one has the same rules only if nobody has mended them.
        if (mqtt_reason >= 0x80)
            clinic_log(CLINIC_LOG_ERROR,
                       "the broker refused the config of %s (reason 0x%02x): run clinic-broker "
                       "check",
                       courier->under_way[i].node, (unsigned)mqtt_reason);
    }
}

// NULL: no more may be under way.
static uint64_t *find_room(struct config_courier *courier, const struct scale_mark *mark)
{
    for (size_t i = 0; i < UNDER_WAY_MAX; i++) {
        if (courier->under_way[i].token != 0)
            continue;
        memcpy(courier->under_way[i].node, mark->node, sizeof mark->node);
        return &courier->under_way[i].token;
    }
    return NULL;
}

static enum clinic_status publish(struct config_courier *courier, const struct scale_mark *mark,
                                  uint64_t *ret_token)
{
    char topic[CLINIC_TOPIC_BYTES];
    char *json = NULL;
    enum clinic_status status = scale_print_config(courier->config.store, mark,
                                                   clinic_wall_ms(courier->config.clock), &json);

    if (status != CLINIC_OK)
        return status;
    clinic_topic_config(courier->config.prefix, mark->node, topic);
    const struct clinic_bus_publish message = {
        .topic = topic,
        .payload = json,
        .length = strlen(json),
        .qos = 1,
        .is_retained = true,
        .content_type = "application/json",
    };
    status = clinic_bus_publish(courier->config.bus, &message, ret_token);
    free(json);
    return status;
}

// CLINIC_NOT_FOUND: there are no more; CLINIC_FULL: not now.
static enum clinic_status publish_next(struct config_courier *courier)
{
    struct scale_mark mark;
    enum clinic_status status = scale_next_config(courier->config.store, &courier->mark, &mark);

    if (status != CLINIC_OK)
        return status;
    uint64_t *token = find_room(courier, &mark);
    if (token == NULL || clinic_bus_room(courier->config.bus) <= ROOM_FOR_REPLIES)
        return CLINIC_FULL;
    status = publish(courier, &mark, token);
    if (status == CLINIC_OK)
        courier->mark = mark;
    return status;
}

enum clinic_status config_courier_pump(struct config_courier *courier)
{
    const uint64_t head = event_log_head(courier->config.store);
    enum clinic_status status = CLINIC_OK;

    if (clinic_bus_state(courier->config.bus) != CLINIC_BUS_ONLINE)
        return CLINIC_OK;
    if (courier->has_looked && courier->looked == head)
        return CLINIC_OK;
    while (status == CLINIC_OK)
        status = publish_next(courier);
    if (status == CLINIC_NOT_FOUND) {
        courier->looked = head;
        courier->has_looked = true;
    }
    // Without room or connection it is no fault: on_published or on_state leads here again.
    return status == CLINIC_NOT_FOUND || status == CLINIC_FULL || status == CLINIC_OFFLINE
               ? CLINIC_OK
               : status;
}
