#include "../json_add.h"
#include "equipment_scope.h"

#include <stdio.h>
#include <string.h>

enum {
    ROWS_MAX = 20,
    // An item takes up to 700 bytes and each bin of it 200: so many fit into a message of 64 KiB.
    BINS_ALL_MAX = 240,
};

// ---- rows

static cJSON *bin_row(const struct bin *bin)
{
    cJSON *row = cJSON_CreateObject();

    if (row != NULL && cJSON_AddStringToObject(row, "bin_id", bin->id) != NULL
        && cJSON_AddStringToObject(row, "node", bin->node) != NULL
        && cJSON_AddNumberToObject(row, "channel", (double)bin->channel) != NULL
        && cJSON_AddNumberToObject(row, "quantity", (double)bin->quantity) != NULL
        && cJSON_AddStringToObject(row, "state", bin_state_name(bin->state)) != NULL
        && (bin->heard_at_ms == 0 || json_add_instant(row, "seen", bin->heard_at_ms)))
        return row;
    cJSON_Delete(row);
    return NULL;
}

static bool add_bins(cJSON *row, const struct item *item)
{
    cJSON *bins = cJSON_AddArrayToObject(row, "bins");
    bool is_added = bins != NULL;

    for (size_t i = 0; i < item->bin_count && is_added; i++)
        is_added = cJSON_AddItemToArray(bins, bin_row(&item->bins[i]));
    return is_added;
}

cJSON *item_row(const struct item *item)
{
    cJSON *row = cJSON_CreateObject();

    if (row != NULL && cJSON_AddStringToObject(row, "item_id", item->id) != NULL
        && cJSON_AddNumberToObject(row, "version", (double)item->version) != NULL
        && cJSON_AddStringToObject(row, "name", item->name) != NULL
        && cJSON_AddStringToObject(row, "unit", item->unit) != NULL
        && cJSON_AddStringToObject(row, "location", item->location) != NULL
        && cJSON_AddNumberToObject(row, "quantity", (double)item->level.quantity) != NULL
        && cJSON_AddNumberToObject(row, "minimum", (double)item->level.minimum) != NULL
        && cJSON_AddNumberToObject(row, "par", (double)item->par) != NULL
        && cJSON_AddStringToObject(row, "state", stock_state_name(item->state)) != NULL
        && cJSON_AddNumberToObject(row, "ordered", (double)item->ordered) != NULL
        && add_bins(row, item))
        return row;
    cJSON_Delete(row);
    return NULL;
}

// ---- the list

enum clinic_status item_read_ids(struct query *query, size_t most, char (*ids)[CODE_BYTES],
                                 size_t *ret_count)
{
    size_t count = 0;

    while (count < most && query_next(query))
        (void)snprintf(ids[count++], CODE_BYTES, "%s", query_column_text(query, 0));
    *ret_count = count;
    return query_end(query);
}

static enum clinic_status find_ids(struct decision *decision, size_t most, char (*ids)[CODE_BYTES],
                                   size_t *ret_count)
{
    const char *after = clinic_json_text(decision->request->data, "after");
    struct query *query = query_start(decision->store, equipment_sql[EQUIPMENT_LIST_IDS]);

    query_bind_text(query, 1, after == NULL ? "" : after);
    query_bind_integer(query, 2, (int64_t)most);
    return item_read_ids(query, most, ids, ret_count);
}

// Adds items until one does not fit any more.
static enum clinic_status add_items(struct decision *decision, cJSON *items,
                                    char (*ids)[CODE_BYTES], size_t count, size_t *ret_added)
{
    struct item item;
    size_t bins = 0;
    size_t added = 0;
    enum clinic_status status = CLINIC_OK;

    while (added < count) {
        status = item_load(decision->store, ids[added], &item);
        bins += item.bin_count;
        if (status != CLINIC_OK || bins > BINS_ALL_MAX)
            break;
        if (!cJSON_AddItemToArray(items, item_row(&item)))
            return CLINIC_NOMEM;
        added++;
    }
    *ret_added = added;
    return status;
}

enum clinic_status equipment_list(struct decision *decision)
{
    char ids[ROWS_MAX + 1][CODE_BYTES];
    int64_t limit = ROWS_MAX;
    size_t count = 0;
    size_t added = 0;
    cJSON *data = cJSON_CreateObject();
    cJSON *items = cJSON_AddArrayToObject(data, "items");

    decision->reply->data = data;
    if (items == NULL)
        return CLINIC_NOMEM;
    (void)clinic_json_integer(decision->request->data, "limit", &limit);
    enum clinic_status status = find_ids(decision, (size_t)limit + 1, ids, &count);
    const size_t shown = count < (size_t)limit ? count : (size_t)limit;
    if (status == CLINIC_OK)
        status = add_items(decision, items, ids, shown, &added);
    if (status == CLINIC_OK && cJSON_AddBoolToObject(data, "more", added < count) == NULL)
        status = CLINIC_NOMEM;
    return status;
}
