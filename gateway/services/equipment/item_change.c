// item_change.c - adds items, and changes what is known of them and where scales watch them.
//
// A bin is known by its id, and belongs to one item; a load cell belongs to one bin. To move a bin to another item it is taken
// out of the one and then put into the other, so that nobody takes one away unawares.
#include "equipment_scope.h"

#include <stdio.h>
#include <string.h>

// ---- what is refused

static enum clinic_status refuse_gaps(struct decision *decision)
{
    static const char *const needed[] = { "name", "unit", "location", "minimum", "par" };

    for (size_t i = 0; i < ARRAY_SIZE(needed); i++) {
        if (clinic_json_member(decision->request->data, needed[i]) == NULL)
            return decision_refuse(decision, CLINIC_CODE_INVALID_MISSING, needed[i],
                                   "A new item needs this.");
    }
    return CLINIC_OK;
}

static enum clinic_status refuse_stale(struct decision *decision, const struct item *item)
{
    cJSON *data = cJSON_CreateObject();

    decision->reply->data = data;
    if (data == NULL || !cJSON_AddItemToObject(data, "item", item_row(item)))
        return CLINIC_NOMEM;
    return decision_refuse(decision, CLINIC_CODE_STALE_VERSION, "expected_version",
                           "Somebody else has changed this item. Look at it again.");
}

static enum clinic_status refuse_version(struct decision *decision, const struct item *item)
{
    int64_t expected = 0;
    bool is_change = clinic_json_integer(decision->request->data, "expected_version", &expected);

    if (item->version == 0)
        return is_change ? decision_refuse(decision, CLINIC_CODE_NOT_FOUND, "item_id",
                                           "There is no such item.")
                         : refuse_gaps(decision);
    if (!is_change)
        return decision_refuse(decision, CLINIC_CODE_EXISTS, "item_id",
                               "There is an item with this id.");
    return expected == item->version ? CLINIC_OK : refuse_stale(decision, item);
}

static enum clinic_status refuse_bin(struct decision *decision, size_t position, const char *member,
                                     const char *what)
{
    char field[64];

    (void)snprintf(field, sizeof field, "bins[%zu].%s", position, member);
    return decision_refuse(decision, CLINIC_CODE_EXISTS, field, "%s", what);
}

static enum clinic_status refuse_twins(struct decision *decision, const struct item *item,
                                       size_t position)
{
    const struct bin *bin = &item->bins[position];

    for (size_t i = 0; i < position; i++) {
        if (strcmp(item->bins[i].id, bin->id) == 0)
            return refuse_bin(decision, position, "bin_id", "A bin is named twice.");
        if (strcmp(item->bins[i].node, bin->node) == 0 && item->bins[i].channel == bin->channel)
            return refuse_bin(decision, position, "channel", "Two bins on one load cell.");
    }
    return CLINIC_OK;
}

// Ends the query. *ret_is_taken: its row is of another item.
static enum clinic_status find_owner(struct query *query, const struct item *item,
                                     bool *ret_is_taken)
{
    bool is_taken = query_next(query) && strcmp(query_column_text(query, 0), item->id) != 0;
    enum clinic_status status = query_end(query);

    if (status == CLINIC_OK)
        *ret_is_taken = is_taken;
    return status;
}

static enum clinic_status refuse_taken(struct decision *decision, const struct item *item,
                                       size_t position)
{
    bool is_taken = false;
    const struct bin *bin = &item->bins[position];
    struct query *query = query_start(decision->store, equipment_sql[EQUIPMENT_FIND_BIN]);

    query_bind_text(query, 1, bin->id);
    enum clinic_status status = find_owner(query, item, &is_taken);
    if (status == CLINIC_OK && is_taken)
        return refuse_bin(decision, position, "bin_id", "This bin belongs to another item.");
    if (status != CLINIC_OK)
        return status;
    query = query_start(decision->store, equipment_sql[EQUIPMENT_FIND_PLACE]);
    query_bind_text(query, 1, bin->node);
    query_bind_integer(query, 2, bin->channel);
    status = find_owner(query, item, &is_taken);
    if (status == CLINIC_OK && is_taken)
        return refuse_bin(decision, position, "channel",
                          "A bin of another item stands on this load cell.");
    return status;
}

static enum clinic_status refuse_bins(struct decision *decision, const struct item *item)
{
    enum clinic_status status = CLINIC_OK;

    for (size_t i = 0; i < item->bin_count && status == CLINIC_OK; i++) {
        status = refuse_twins(decision, item, i);
        if (status == CLINIC_OK)
            status = refuse_taken(decision, item, i);
    }
    return status;
}

static enum clinic_status refuse_change(struct decision *decision, const struct item *before,
                                        const struct item *after)
{
    if (before->version > 0 && item_is_same(before, after))
        return decision_refuse(decision, CLINIC_CODE_NO_CHANGE, NULL, "The item says so already.");
    if (after->par < after->level.minimum)
        return decision_refuse(decision, CLINIC_CODE_INVALID_FIELD, "par",
                               "An order would leave less than the minimum.");
    return refuse_bins(decision, after);
}

// ---- the events

static cJSON *bin_row(const struct bin *bin)
{
    cJSON *row = cJSON_CreateObject();

    if (row != NULL && cJSON_AddStringToObject(row, "bin_id", bin->id) != NULL
        && cJSON_AddStringToObject(row, "node", bin->node) != NULL
        && cJSON_AddNumberToObject(row, "channel", (double)bin->channel) != NULL)
        return row;
    cJSON_Delete(row);
    return NULL;
}

static bool add_bins(cJSON *data, const struct item *item)
{
    cJSON *bins = cJSON_AddArrayToObject(data, "bins");
    bool is_added = bins != NULL;

    for (size_t i = 0; i < item->bin_count && is_added; i++)
        is_added = cJSON_AddItemToArray(bins, bin_row(&item->bins[i]));
    return is_added;
}

static cJSON *item_changed(const struct item *item)
{
    cJSON *data = cJSON_CreateObject();

    if (data != NULL && cJSON_AddStringToObject(data, "item_id", item->id) != NULL
        && cJSON_AddNumberToObject(data, "version", (double)item->version) != NULL
        && cJSON_AddStringToObject(data, "name", item->name) != NULL
        && cJSON_AddStringToObject(data, "unit", item->unit) != NULL
        && cJSON_AddStringToObject(data, "location", item->location) != NULL
        && cJSON_AddNumberToObject(data, "minimum", (double)item->level.minimum) != NULL
        && cJSON_AddNumberToObject(data, "par", (double)item->par) != NULL && add_bins(data, item))
        return data;
    cJSON_Delete(data);
    return NULL;
}

// What lay in bins that are gone is gone with them. Without any bin the item is counted by hand from now on: what was
// there last stands until somebody does. With the first bin the scale will tell: it is not added to what was counted.
static int64_t left_behind(const struct item *before, struct item *after)
{
    int64_t quantity = before->level.quantity;

    if (before->bin_count == 0 && after->bin_count > 0)
        return 0;
    for (size_t i = 0; i < before->bin_count && after->bin_count > 0; i++) {
        if (item_find_bin(after, before->bins[i].id) == NULL)
            quantity -= before->bins[i].quantity;
    }
    return quantity > 0 ? quantity : 0;
}

static bool has_new_blindness(struct item *before, const struct item *after)
{
    bool is_new = false;

    for (size_t i = 0; i < after->bin_count; i++) {
        const struct bin *old = item_find_bin(before, after->bins[i].id);
        is_new |= bin_is_blind(&after->bins[i]) && (old == NULL || !bin_is_blind(old));
    }
    return is_new;
}

// What the change means for the stock: another minimum is judged at once, a new bin has yet to be heard of.
static enum clinic_status tell_stock(struct decision *decision, struct item *before)
{
    struct change change = { 0 };
    enum clinic_status status = item_load(decision->store, before->id, &change.before);

    if (status != CLINIC_OK)
        return status;
    change.after = change.before;
    change.cause_event = decision->last_event;
    change.after.level.quantity = left_behind(before, &change.after);
    if (has_new_blindness(before, &change.after))
        stock_feed(&change, STOCK_BLIND);
    else if (change.after.bin_count > 0 && !item_is_blind(&change.after))
        stock_feed(&change, STOCK_SEEN);
    if (before->level.minimum != change.after.level.minimum)
        stock_judge_at_once(&change);
    change.cause =
        change.after.level.quantity != change.before.level.quantity
                || stock_state_is_known(before->state) != stock_state_is_known(change.after.state)
            ? "bins"
            : "minimum";
    return stock_tell(decision, &change);
}

static enum clinic_status reply(struct decision *decision, const struct item *item)
{
    cJSON *data = cJSON_CreateObject();

    decision->reply->data = data;
    return data != NULL && cJSON_AddStringToObject(data, "item_id", item->id) != NULL
                   && cJSON_AddNumberToObject(data, "version", (double)item->version) != NULL
               ? CLINIC_OK
               : CLINIC_NOMEM;
}

static enum clinic_status change_item(struct decision *decision, struct item *before)
{
    struct item after = *before;

    item_take(&after, decision->request->data);
    after.version = before->version + 1;
    enum clinic_status status = refuse_change(decision, before, &after);
    if (status == CLINIC_OK)
        status = decision_append(decision, CLINIC_EQUIPMENT_ITEM_CHANGED, decision->subject, NULL,
                                 NULL, item_changed(&after));
    if (status == CLINIC_OK && before->version > 0)
        status = tell_stock(decision, before);
    return status == CLINIC_OK ? reply(decision, &after) : status;
}

enum clinic_status equipment_item(struct decision *decision)
{
    struct change change;
    const char *item_id = clinic_json_text(decision->request->data, "item_id");
    enum clinic_status status = stock_begin(decision, item_id, &change);

    if (status == CLINIC_NOT_FOUND) {
        change.before = (struct item){ 0 };
        (void)snprintf(change.before.id, sizeof change.before.id, "%s", item_id);
        status = CLINIC_OK;
    }
    if (status == CLINIC_OK)
        status = refuse_version(decision, &change.before);
    return status == CLINIC_OK ? change_item(decision, &change.before) : status;
}
