// measure.c - what a scale says of a bin.
//
// The difference to the bin's last stable reading is what changes the item's quantity, so that what staff counted stands
// until something is taken or added. Only when every bin of an item is empty is the quantity what the scales say:
// nothing is left that a correction could be of.
#include "../json_add.h"
#include "../scale/scale.h"
#include "equipment_scope.h"

#include <string.h>

static enum clinic_status hear(struct decision *decision, int64_t channel)
{
    struct query *query = query_start(decision->store, equipment_sql[EQUIPMENT_HEAR]);

    query_bind_text(query, 1, decision->caller->node);
    query_bind_integer(query, 2, channel);
    query_bind_integer(query, 3, decision->now_ms);
    return query_run(query, NULL);
}

static enum clinic_status note_accuracy(struct decision *decision, int64_t channel)
{
    int64_t permille;

    if (!clinic_json_integer(decision->request->data, "accuracy_permille", &permille))
        return CLINIC_OK;
    return scale_note_accuracy(decision->store, decision->caller->node, channel, permille);
}

static enum clinic_status find_bin(struct decision *decision, int64_t channel,
                                   struct bin_name *ret_name)
{
    enum clinic_status status =
        item_find_place(decision->store, decision->caller->node, channel, ret_name);

    if (status != CLINIC_NOT_FOUND)
        return status;
    return decision_refuse(decision, CLINIC_CODE_NOT_FOUND, "channel",
                           "No bin stands on this load cell.");
}

static bool is_all_empty(const struct item *item)
{
    bool is_empty = true;

    for (size_t i = 0; i < item->bin_count; i++)
        is_empty &= item->bins[i].state == BIN_STABLE && item->bins[i].quantity == 0;
    return is_empty;
}

static int64_t within(int64_t quantity)
{
    if (quantity < 0)
        return 0;
    return quantity > QUANTITY_MAX ? QUANTITY_MAX : quantity;
}

// What staff counted while a bin was lifted, or its scale silent, is what lies in it when it is heard of again: that
// reading adds nothing, and the next ones differ from it.
static void weigh(struct item *item, struct bin *bin, int64_t quantity)
{
    const int64_t difference = bin->is_counted ? 0 : quantity - bin->quantity;

    bin->quantity = quantity;
    bin->is_known = true;
    bin->is_counted = false;
    item->level.quantity = is_all_empty(item) ? 0 : within(item->level.quantity + difference);
}

// Silence and faults are told apart from what was blind before: a count may have made up for it.
static void look(struct change *change, const struct bin *before, const struct bin *bin)
{
    if (bin_is_blind(bin) && !bin_is_blind(before))
        stock_feed(change, STOCK_BLIND);
    if (!item_is_blind(&change->after))
        stock_feed(change, STOCK_SEEN);
}

static enum clinic_status take_reading(struct decision *decision, struct change *change,
                                       const char *bin_id, int64_t quantity)
{
    struct bin *bin = item_find_bin(&change->after, bin_id);
    const struct bin before = *bin;

    bin->state = bin_state_read(clinic_json_text(decision->request->data, "state"));
    if (bin->state == before.state && (bin->state != BIN_STABLE || quantity == before.quantity))
        return CLINIC_OK;
    if (bin->state == BIN_STABLE)
        weigh(&change->after, bin, quantity);
    change->cause = "scale";
    change->bin = bin;
    look(change, &before, bin);
    return stock_tell(decision, change);
}

static enum clinic_status refuse_bare(struct decision *decision, int64_t *ret_quantity)
{
    const cJSON *data = decision->request->data;

    if (clinic_json_integer(data, "quantity", ret_quantity)
        || strcmp(clinic_json_text(data, "state"), bin_state_name(BIN_STABLE)) != 0)
        return CLINIC_OK;
    return decision_refuse(decision, CLINIC_CODE_INVALID_MISSING, "quantity",
                           "A stable reading says how many there are.");
}

// With the time: a scale has no clock of its own, but certificates to check.
static enum clinic_status reply(struct decision *decision, const struct item *item)
{
    enum clinic_status status = stock_reply(decision, item);

    if (status == CLINIC_OK && !json_add_instant(decision->reply->data, "time", decision->now_ms))
        return CLINIC_NOMEM;
    return status;
}

enum clinic_status equipment_measure(struct decision *decision)
{
    struct bin_name name;
    struct change change;
    int64_t channel = 0;
    int64_t quantity = 0;

    (void)clinic_json_integer(decision->request->data, "channel", &channel);
    enum clinic_status status = find_bin(decision, channel, &name);
    if (status == CLINIC_OK)
        status = refuse_bare(decision, &quantity);
    if (status == CLINIC_OK)
        status = hear(decision, channel);
    if (status == CLINIC_OK)
        status = note_accuracy(decision, channel);
    if (status == CLINIC_OK)
        status = stock_begin(decision, name.item_id, &change);
    if (status == CLINIC_OK)
        status = take_reading(decision, &change, name.bin_id, quantity);
    return status == CLINIC_OK ? reply(decision, &change.after) : status;
}
