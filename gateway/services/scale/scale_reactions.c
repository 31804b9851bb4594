#include "../equipment/equipment.h"
#include "scale_scope.h"

#include <stdio.h>
#include <string.h>

// The next config of the node has the event's place in the log as its version.
static enum clinic_status touch(const struct reaction_scene *scene,
                                const struct clinic_event *event, const char *node)
{
    struct query *query = query_start(scene->store, scale_sql[SCALE_TOUCH]);

    query_bind_text(query, 1, node);
    query_bind_integer(query, 2, (int64_t)event->sequence);
    return query_run(query, NULL);
}

// Empty where no bin stands.
static enum clinic_status find_item(struct store *store, const char *node, int64_t number,
                                    char item_id[static CODE_BYTES],
                                    char label[static SCALE_LABEL_BYTES])
{
    struct equipment_place place = { .item_id = "" };
    enum clinic_status status = equipment_find_place(store, node, number, &place);

    if (status != CLINIC_OK && status != CLINIC_NOT_FOUND)
        return status;
    (void)snprintf(item_id, CODE_BYTES, "%s", place.item_id);
    scale_print_label(place.name, label);
    return CLINIC_OK;
}

enum clinic_status scale_keep(const struct reaction_scene *scene, const struct clinic_event *event)
{
    struct channel channel;
    int64_t number = 0;
    const char *node = clinic_json_text(event->data, "node");

    (void)clinic_json_integer(event->data, "channel", &number);
    enum clinic_status status = channel_load(scene->store, node, number, &channel);
    if (status != CLINIC_OK)
        return status;
    channel_take_event(&channel, event->data);
    if (!channel.is_there)
        channel.item_id[0] = channel.label[0] = channel.goods[0] = '\0';
    else
        status = find_item(scene->store, node, number, channel.item_id, channel.label);
    // The event's settings are of what lies there now.
    if (channel.item_id[0] != '\0')
        memcpy(channel.goods, channel.item_id, sizeof channel.goods);
    if (status == CLINIC_OK)
        status = channel_save(scene->store, &channel);
    return status == CLINIC_OK ? touch(scene, event, node) : status;
}

// ---- what lies on the scales

static enum clinic_status follow(const struct reaction_scene *scene,
                                 const struct clinic_event *event, const char *node, int64_t number)
{
    char item_id[CODE_BYTES], label[SCALE_LABEL_BYTES];
    int64_t changes = 0;
    enum clinic_status status = find_item(scene->store, node, number, item_id, label);

    if (status != CLINIC_OK)
        return status;
    struct query *query = query_start(scene->store, scale_sql[SCALE_PLACE]);
    query_bind_text(query, 1, node);
    query_bind_integer(query, 2, number);
    query_bind_text(query, 3, item_id);
    query_bind_text(query, 4, label);
    status = query_run(query, &changes);
    return status == CLINIC_OK && changes > 0 ? touch(scene, event, node) : status;
}

struct place {
    char node[NODE_BYTES];
    int64_t number;
};

enum { PLACES_MAX = 16 }; // bins of an item; the catalogue allows no more

// Where the item lay before, by the configs that have been told.
static enum clinic_status find_places(const struct reaction_scene *scene, const char *item_id,
                                      struct place ret_places[static PLACES_MAX], size_t *ret_count)
{
    size_t count = 0;
    struct query *query = query_start(scene->store, scale_sql[SCALE_FIND_BY_ITEM]);

    query_bind_text(query, 1, item_id);
    while (count < PLACES_MAX && query_next(query)) {
        struct place *place = &ret_places[count++];
        (void)snprintf(place->node, sizeof place->node, "%s", query_column_text(query, 0));
        place->number = query_column_integer(query, 1);
    }
    *ret_count = count;
    return query_end(query);
}

enum clinic_status scale_follow_bins(const struct reaction_scene *scene,
                                     const struct clinic_event *event)
{
    struct place places[PLACES_MAX];
    size_t count = 0;
    const cJSON *bin;
    enum clinic_status status =
        find_places(scene, clinic_json_text(event->data, "item_id"), places, &count);

    for (size_t i = 0; i < count && status == CLINIC_OK; i++)
        status = follow(scene, event, places[i].node, places[i].number);
    cJSON_ArrayForEach(bin, clinic_json_member(event->data, "bins"))
    {
        int64_t number = 0;
        (void)clinic_json_integer(bin, "channel", &number);
        if (status == CLINIC_OK)
            status = follow(scene, event, clinic_json_text(bin, "node"), number);
    }
    return status;
}
