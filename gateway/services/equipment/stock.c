#include "equipment_scope.h"

#include <stdio.h>
#include <string.h>

// ---- the machine

void stock_feed(struct change *change, enum stock_input input)
{
    struct stock_transition step = stock_machine_step(change->after.state, input);

    change->after.state = step.next;
    if (step.action > change->action)
        change->action = step.action;
}

void stock_judge_at_once(struct change *change)
{
    enum stock_input input;

    if (stock_level_find(&change->after.level, change->after.state, STOCK_NEVER_MS, &input))
        stock_feed(change, input);
}

void stock_deliver(struct change *change, int64_t rise)
{
    change->after.ordered = use_left_on_order(&change->before, rise);
    if (change->after.ordered == 0)
        change->after.expected[0] = '\0';
}

// ---- the events

static bool is_order_same(const struct change *change)
{
    return change->before.ordered == change->after.ordered
           && strcmp(change->before.expected, change->after.expected) == 0;
}

static bool is_something(const struct change *change)
{
    return change->bin != NULL || change->reason != NULL
           || change->before.level.quantity != change->after.level.quantity
           || change->before.state != change->after.state || !is_order_same(change);
}

static bool add_bin(cJSON *data, const struct bin *bin)
{
    return cJSON_AddStringToObject(data, "bin_id", bin->id) != NULL
           && cJSON_AddNumberToObject(data, "bin_quantity", (double)bin->quantity) != NULL
           && cJSON_AddStringToObject(data, "bin_state", bin_state_name(bin->state)) != NULL;
}

// The two belong together: without a date the order has none, or none any more.
static bool add_order(cJSON *data, const struct item *item)
{
    return cJSON_AddNumberToObject(data, "ordered", (double)item->ordered) != NULL
           && (item->expected[0] == '\0'
               || cJSON_AddStringToObject(data, "expected", item->expected) != NULL);
}

static cJSON *stock_changed(const struct change *change)
{
    cJSON *data = cJSON_CreateObject();
    const struct item *after = &change->after;
    const int64_t difference = after->level.quantity - change->before.level.quantity;

    if (data != NULL && cJSON_AddStringToObject(data, "item_id", after->id) != NULL
        && cJSON_AddNumberToObject(data, "quantity", (double)after->level.quantity) != NULL
        && cJSON_AddNumberToObject(data, "change", (double)difference) != NULL
        && cJSON_AddStringToObject(data, "state", stock_state_name(after->state)) != NULL
        && cJSON_AddStringToObject(data, "cause", change->cause) != NULL
        && (change->bin == NULL || add_bin(data, change->bin))
        && (is_order_same(change) || add_order(data, after))
        && (change->reason == NULL
            || cJSON_AddStringToObject(data, "reason", change->reason) != NULL))
        return data;
    cJSON_Delete(data);
    return NULL;
}

static cJSON *low_stock(const struct item *item)
{
    cJSON *data = cJSON_CreateObject();

    if (data != NULL && cJSON_AddStringToObject(data, "item_id", item->id) != NULL
        && cJSON_AddStringToObject(data, "name", item->name) != NULL
        && cJSON_AddNumberToObject(data, "quantity", (double)item->level.quantity) != NULL
        && cJSON_AddNumberToObject(data, "minimum", (double)item->level.minimum) != NULL
        && cJSON_AddStringToObject(data, "unit", item->unit) != NULL
        && cJSON_AddStringToObject(data, "location", item->location) != NULL)
        return data;
    cJSON_Delete(data);
    return NULL;
}

enum clinic_status stock_tell(struct decision *decision, struct change *change)
{
    const struct stock_level *level = &change->after.level;

    if (!is_something(change))
        return CLINIC_OK;
    enum clinic_status status =
        decision_append(decision, CLINIC_EQUIPMENT_STOCK_CHANGED, decision->subject, NULL,
                        &change->cause_event, stock_changed(change));
    // An item with a minimum of 0 runs out without having fallen below it: that is told, but alerts nobody.
    if (status != CLINIC_OK || change->action != STOCK_RAISE || level->quantity >= level->minimum)
        return status;
    const struct clinic_id cause = decision->last_event;
    return decision_append(decision, CLINIC_EQUIPMENT_LOW_STOCK, decision->subject, NULL, &cause,
                           low_stock(&change->after));
}

// ---- beginning and end

static enum clinic_status load(struct decision *decision, const char *item_id,
                               struct change *change)
{
    *change = (struct change){ 0 };
    enum clinic_status status = item_load(decision->store, item_id, &change->before);
    if (status == CLINIC_OK)
        change->after = change->before;
    return status;
}

static enum clinic_status tell_what_held(struct decision *decision, struct change *change)
{
    enum stock_input input;
    const struct item *before = &change->before;

    change->cause = "held";
    if (stock_level_find(&before->level, before->state, decision->now_ms, &input))
        stock_feed(change, input);
    if (use_due_ms(before) <= decision->now_ms)
        stock_deliver(change, before->level.quantity - before->settled);
    return stock_tell(decision, change);
}

enum clinic_status stock_begin(struct decision *decision, const char *item_id,
                               struct change *ret_change)
{
    (void)snprintf(decision->subject, sizeof decision->subject, "equipment/%s", item_id);
    enum clinic_status status = load(decision, item_id, ret_change);
    if (status != CLINIC_OK || item_due_ms(&ret_change->before) > decision->now_ms)
        return status;
    status = tell_what_held(decision, ret_change);
    return status == CLINIC_OK ? load(decision, item_id, ret_change) : status;
}

enum clinic_status stock_begin_request(struct decision *decision, struct change *ret_change)
{
    const char *item_id = clinic_json_text(decision->request->data, "item_id");
    enum clinic_status status = stock_begin(decision, item_id, ret_change);

    if (status != CLINIC_NOT_FOUND)
        return status;
    return decision_refuse(decision, CLINIC_CODE_NOT_FOUND, "item_id", "There is no such item.");
}

enum clinic_status stock_reply(struct decision *decision, const struct item *item)
{
    cJSON *data = cJSON_CreateObject();

    decision->reply->data = data;
    return data != NULL && cJSON_AddStringToObject(data, "item_id", item->id) != NULL
                   && cJSON_AddNumberToObject(data, "quantity", (double)item->level.quantity)
                          != NULL
                   && cJSON_AddStringToObject(data, "state", stock_state_name(item->state)) != NULL
               ? CLINIC_OK
               : CLINIC_NOMEM;
}
