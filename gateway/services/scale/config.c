// config.c - what a scale is told to do.
#include "../json_add.h"
#include "scale_scope.h"

#include <stdio.h>

enum clinic_status scale_next_config(struct store *store, const struct scale_mark *after,
                                     struct scale_mark *ret_mark)
{
    struct query *query = query_start(store, scale_sql[SCALE_NEXT_CONFIG]);

    query_bind_integer(query, 1, (int64_t)after->version);
    query_bind_text(query, 2, after->node);
    const bool is_found = query_next(query);
    struct scale_mark mark = { 0 };
    if (is_found) {
        mark.version = (uint64_t)query_column_integer(query, 0);
        (void)snprintf(mark.node, sizeof mark.node, "%s", query_column_text(query, 1));
    }
    const enum clinic_status status = query_end(query);
    if (status != CLINIC_OK || !is_found)
        return status == CLINIC_OK ? CLINIC_NOT_FOUND : status;
    *ret_mark = mark;
    return CLINIC_OK;
}

// Without a unit weight a scale counts nothing, whatever else it knows.
static bool add_settings(cJSON *row, const struct channel *channel)
{
    bool is_added = true;

    for (size_t i = 0; i < SETTING_BOX_AT_LEAST && is_added; i++) {
        const bool is_withheld = i == SETTING_UNIT_MG && channel_counts_nothing(channel);
        is_added =
            is_withheld || channel_add_known(row, scale_setting_names[i], channel->settings[i]);
    }
    return is_added;
}

static bool add_task(cJSON *row, const struct scale_task *task)
{
    if (clinic_id_is_none(&task->id))
        return true;
    cJSON *added = cJSON_AddObjectToObject(row, "task");
    return added != NULL && json_add_id(added, "id", &task->id)
           && json_add_text(added, "step", scale_step_name(task->step))
           && channel_add_known(added, "mass_mg", task->mass_mg)
           && channel_add_known(added, "count", task->count);
}

static cJSON *config_row(const struct channel *channel)
{
    cJSON *row = cJSON_CreateObject();

    if (row != NULL && cJSON_AddNumberToObject(row, "channel", (double)channel->number) != NULL
        && json_add_text(row, "label", channel->label) && add_settings(row, channel)
        && add_task(row, &channel->task))
        return row;
    cJSON_Delete(row);
    return NULL;
}

static cJSON *config(const struct scale_mark *mark, int64_t now_ms, const struct channel *channels,
                     size_t count)
{
    cJSON *json = cJSON_CreateObject();
    bool is_added = cJSON_AddNumberToObject(json, "version", (double)mark->version) != NULL
                    && json_add_instant(json, "time", now_ms);
    cJSON *rows = cJSON_AddArrayToObject(json, "channels");

    for (size_t i = 0; i < count && is_added; i++)
        is_added = cJSON_AddItemToArray(rows, config_row(&channels[i]));
    if (is_added && rows != NULL)
        return json;
    cJSON_Delete(json);
    return NULL;
}

enum clinic_status scale_print_config(struct store *store, const struct scale_mark *mark,
                                      int64_t now_ms, char **ret_json)
{
    struct channel channels[CHANNELS_MAX];
    size_t count = 0;
    enum clinic_status status = channel_load_node(store, mark->node, channels, &count);

    if (status != CLINIC_OK)
        return status;
    cJSON *json = config(mark, now_ms, channels, count);
    char *text = json == NULL ? NULL : clinic_json_print(json);
    cJSON_Delete(json);
    if (text == NULL)
        return CLINIC_NOMEM;
    *ret_json = text;
    return CLINIC_OK;
}
