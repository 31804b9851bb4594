#include "../equipment/equipment.h"
#include "../json_add.h"
#include "scale_scope.h"

static enum clinic_status read_version(struct store *store, const char *node, int64_t *ret_version)
{
    struct query *query = query_start(store, scale_sql[SCALE_CONFIG_VERSION]);

    query_bind_text(query, 1, node);
    *ret_version = query_next(query) ? query_column_integer(query, 0) : 0;
    return query_end(query);
}

static enum clinic_status reply(struct decision *decision, const struct channel *channel)
{
    int64_t version = 0;
    int64_t seen_at_ms = 0;
    cJSON *data = channel_row(channel);
    enum clinic_status status = read_version(decision->store, channel->node, &version);

    decision->reply->data = data;
    if (status == CLINIC_OK)
        status = equipment_heard_at(decision->store, channel->node, channel->number, &seen_at_ms);
    if (status != CLINIC_OK)
        return status;
    return cJSON_AddNumberToObject(data, "config", (double)version) != NULL
                   && (seen_at_ms == 0 || json_add_instant(data, "seen", seen_at_ms))
               ? CLINIC_OK
               : CLINIC_NOMEM;
}

enum clinic_status scale_read(struct decision *decision)
{
    struct channel channel;
    enum clinic_status status = channel_begin_request(
        decision, clinic_json_text(decision->request->data, "node"), &channel);

    if (status == CLINIC_OK)
        status = channel_refuse_absent(decision, &channel);
    return status == CLINIC_OK ? reply(decision, &channel) : status;
}
