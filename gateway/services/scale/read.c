#include "../equipment/equipment.h"
#include "scale_scope.h"

static enum clinic_status add_row(struct store *store, cJSON *rows, const struct channel *channel)
{
    int64_t seen_at_ms = 0;
    enum clinic_status status =
        equipment_heard_at(store, channel->node, channel->number, &seen_at_ms);

    if (status != CLINIC_OK)
        return status;
    return cJSON_AddItemToArray(rows, channel_row(channel, seen_at_ms)) ? CLINIC_OK : CLINIC_NOMEM;
}

static enum clinic_status read_version(struct store *store, const char *node, int64_t *ret_version)
{
    struct query *query = query_start(store, scale_sql[SCALE_CONFIG_VERSION]);

    query_bind_text(query, 1, node);
    *ret_version = query_next(query) ? query_column_integer(query, 0) : 0;
    return query_end(query);
}

static enum clinic_status fill(struct decision *decision, const char *node, cJSON *data)
{
    struct channel channels[CHANNELS_MAX];
    size_t count = 0;
    int64_t version = 0;
    int64_t wanted = 0;
    cJSON *rows = cJSON_AddArrayToObject(data, "channels");
    const bool is_one = clinic_json_integer(decision->request->data, "channel", &wanted);
    enum clinic_status status = channel_load_node(decision->store, node, channels, &count);

    for (size_t i = 0; i < count && status == CLINIC_OK; i++) {
        if (!is_one || channels[i].number == wanted)
            status = add_row(decision->store, rows, &channels[i]);
    }
    if (status == CLINIC_OK)
        status = read_version(decision->store, node, &version);
    if (status != CLINIC_OK)
        return status;
    return cJSON_AddStringToObject(data, "node", node) != NULL
                   && cJSON_AddNumberToObject(data, "config", (double)version) != NULL
               ? CLINIC_OK
               : CLINIC_NOMEM;
}

// A scale that nobody has set up yet has no channels.
enum clinic_status scale_read(struct decision *decision)
{
    decision->reply->data = cJSON_CreateObject();
    return fill(decision, clinic_json_text(decision->request->data, "node"), decision->reply->data);
}
