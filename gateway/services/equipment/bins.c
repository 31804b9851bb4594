// bins.c - what scales say of their bins, and how far that can be trusted.
#include "../json_add.h"
#include "../scale/scale.h"
#include "equipment_scope.h"

#include <stdio.h>

enum {
    ROWS_MAX = 50,
    HIGH_PERMILLE = 990,
    MEDIUM_PERMILLE = 900,
};

struct watched_bin {
    struct bin bin;
    char item_id[CODE_BYTES];
    char name[NAME_BYTES];
};

// ---- what others ask

enum clinic_status equipment_find_place(struct store *store, const char *node, int64_t channel,
                                        struct equipment_place *ret_place)
{
    struct query *query = query_start(store, equipment_sql[EQUIPMENT_FIND_PLACED]);

    query_bind_text(query, 1, node);
    query_bind_integer(query, 2, channel);
    const bool is_found = query_next(query);
    if (is_found) {
        (void)snprintf(ret_place->item_id, sizeof ret_place->item_id, "%s",
                       query_column_text(query, 0));
        (void)snprintf(ret_place->name, sizeof ret_place->name, "%s", query_column_text(query, 1));
    }
    const enum clinic_status status = query_end(query);
    return status == CLINIC_OK && !is_found ? CLINIC_NOT_FOUND : status;
}

enum clinic_status equipment_heard_at(struct store *store, const char *node, int64_t channel,
                                      int64_t *ret_at_ms)
{
    struct query *query = query_start(store, equipment_sql[EQUIPMENT_HEARD_AT]);

    query_bind_text(query, 1, node);
    query_bind_integer(query, 2, channel);
    *ret_at_ms = query_next(query) ? query_column_integer(query, 0) : 0;
    return query_end(query);
}

// ---- the view

// The rule is told in the catalogue, with the member.
static const char *confidence(const struct bin *bin, int64_t accuracy_permille)
{
    if (bin_is_blind(bin))
        return "none";
    if (bin->state != BIN_STABLE || bin->is_counted || accuracy_permille < MEDIUM_PERMILLE)
        return "low";
    return accuracy_permille < HIGH_PERMILLE ? "medium" : "high";
}

static bool add_reading(cJSON *row, const struct bin *bin, const struct scale_sight *sight)
{
    return cJSON_AddNumberToObject(row, "quantity", (double)bin->quantity) != NULL
           && json_add_text(row, "state", bin_state_name(bin->state))
           && (bin->heard_at_ms == 0 || json_add_instant(row, "seen", bin->heard_at_ms))
           && (sight->accuracy_permille == SCALE_ACCURACY_UNKNOWN
               || cJSON_AddNumberToObject(row, "accuracy_permille",
                                          (double)sight->accuracy_permille)
                      != NULL)
           && json_add_text(row, "confidence", confidence(bin, sight->accuracy_permille))
           && cJSON_AddBoolToObject(row, "is_set_up", sight->is_set_up) != NULL;
}

static cJSON *watched_row(const struct watched_bin *watched, const struct scale_sight *sight)
{
    char label[SCALE_LABEL_BYTES];
    cJSON *row = cJSON_CreateObject();

    scale_print_label(watched->name, label);
    if (row != NULL && json_add_text(row, "bin_id", watched->bin.id)
        && json_add_text(row, "item_id", watched->item_id)
        && json_add_text(row, "name", watched->name) && json_add_text(row, "label", label)
        && json_add_text(row, "node", watched->bin.node)
        && cJSON_AddNumberToObject(row, "channel", (double)watched->bin.channel) != NULL
        && add_reading(row, &watched->bin, sight))
        return row;
    cJSON_Delete(row);
    return NULL;
}

static void read_watched(struct query *query, struct watched_bin *watched)
{
    *watched = (struct watched_bin){
        .bin = { .channel = query_column_integer(query, 4),
                 .quantity = query_column_integer(query, 5),
                 .state = (enum bin_state)query_column_integer(query, 6),
                 .is_known = query_column_integer(query, 7) != 0,
                 .is_counted = query_column_integer(query, 8) != 0,
                 .heard_at_ms = query_column_integer(query, 9) }, // 0 where it never was
    };
    (void)snprintf(watched->bin.id, sizeof watched->bin.id, "%s", query_column_text(query, 0));
    (void)snprintf(watched->item_id, sizeof watched->item_id, "%s", query_column_text(query, 1));
    (void)snprintf(watched->name, sizeof watched->name, "%s", query_column_text(query, 2));
    (void)snprintf(watched->bin.node, sizeof watched->bin.node, "%s", query_column_text(query, 3));
}

static enum clinic_status read_bins(struct decision *decision, size_t most,
                                    struct watched_bin *bins, size_t *ret_count)
{
    size_t count = 0;
    const char *after = clinic_json_text(decision->request->data, "after");
    struct query *query = query_start(decision->store, equipment_sql[EQUIPMENT_LIST_BINS]);

    query_bind_text(query, 1, after == NULL ? "" : after);
    query_bind_integer(query, 2, (int64_t)most);
    while (count < most && query_next(query))
        read_watched(query, &bins[count++]);
    *ret_count = count;
    return query_end(query);
}

static enum clinic_status add_bins(struct store *store, cJSON *rows, const struct watched_bin *bins,
                                   size_t count)
{
    struct scale_sight sight;
    enum clinic_status status = CLINIC_OK;

    for (size_t i = 0; i < count && status == CLINIC_OK; i++) {
        const struct bin *bin = &bins[i].bin;
        status = scale_look(store, bin->node, bin->channel, &sight);
        if (status == CLINIC_OK && !cJSON_AddItemToArray(rows, watched_row(&bins[i], &sight)))
            status = CLINIC_NOMEM;
    }
    return status;
}

enum clinic_status equipment_bins(struct decision *decision)
{
    struct watched_bin bins[ROWS_MAX + 1];
    int64_t limit = ROWS_MAX;
    size_t count = 0;
    cJSON *data = cJSON_CreateObject();
    cJSON *rows = cJSON_AddArrayToObject(data, "bins");

    decision->reply->data = data;
    (void)clinic_json_integer(decision->request->data, "limit", &limit);
    enum clinic_status status = read_bins(decision, (size_t)limit + 1, bins, &count);
    const bool has_more = count > (size_t)limit;
    if (status == CLINIC_OK)
        status = add_bins(decision->store, rows, bins, has_more ? (size_t)limit : count);
    if (status == CLINIC_OK && cJSON_AddBoolToObject(data, "more", has_more) == NULL)
        status = CLINIC_NOMEM;
    return status;
}
