#include "equipment_scope.h"

#include <stdio.h>
#include <string.h>

// ---- items

static void add_item(struct item *item, const char *item_id, int64_t at_ms)
{
    // Nobody has looked yet, and nobody is alerted of what has never been there.
    *item = (struct item){
        .state = STOCK_UNKNOWN_OK,
        .added_at_ms = at_ms,
        .changed_at_ms = at_ms,
        .level = { .steady_since_ms = at_ms },
    };
    (void)snprintf(item->id, sizeof item->id, "%s", item_id);
}

// What happened by a clock that was ahead happened now: it would otherwise hold only when that time has come.
static void bring_back(struct item *item, int64_t at_ms)
{
    int64_t *const times[] = {
        &item->changed_at_ms,
        &item->level.steady_since_ms,
        &item->level.crossed_at_ms[STOCK_MARK_UNIT],
        &item->level.crossed_at_ms[STOCK_MARK_MINIMUM],
        &item->level.crossed_at_ms[STOCK_MARK_REARM],
    };

    for (size_t i = 0; i < ARRAY_SIZE(times); i++) {
        if (*times[i] > at_ms && *times[i] != STOCK_NEVER_MS)
            *times[i] = at_ms;
    }
}

// Times go on from `before`: what held goes on to hold, what changed begins anew.
static void move_on(struct item *item, const struct item *before, int64_t at_ms)
{
    const bool is_back = stock_state_is_known(item->state) && !stock_state_is_known(before->state);

    stock_level_cross(&item->level, &before->level, at_ms);
    if (item->level.quantity != before->level.quantity)
        item->changed_at_ms = at_ms;
    if (item_is_handled(item))
        item->level.steady_since_ms = STOCK_NEVER_MS;
    else if (is_back || before->level.steady_since_ms == STOCK_NEVER_MS)
        item->level.steady_since_ms = at_ms;
    bring_back(item, at_ms);
}

enum clinic_status equipment_keep_item(const struct reaction_scene *scene,
                                       const struct clinic_event *event)
{
    struct item before;
    const char *item_id = clinic_json_text(event->data, "item_id");
    enum clinic_status status = item_load(scene->store, item_id, &before);

    if (status == CLINIC_NOT_FOUND) {
        add_item(&before, item_id, reaction_time_ms(event));
        status = CLINIC_OK;
    }
    if (status != CLINIC_OK)
        return status;
    struct item item = before;
    (void)clinic_json_integer(event->data, "version", &item.version);
    item_take(&item, event->data);
    move_on(&item, &before, reaction_time_ms(event));
    status = item_replace_bins(scene->store, &item);
    return status == CLINIC_OK ? item_save(scene->store, &item) : status;
}

// ---- stock

// A count covers what lies in bins that no scale tells of just now, see measure.c.
static enum clinic_status cover_bins(const struct reaction_scene *scene, struct item *item)
{
    enum clinic_status status = CLINIC_OK;

    for (size_t i = 0; i < item->bin_count && status == CLINIC_OK; i++) {
        struct bin *bin = &item->bins[i];
        if (bin->state == BIN_STABLE)
            continue;
        bin->is_counted = true;
        status = item_save_bin(scene->store, bin);
    }
    return status;
}

// How a change becomes use: what a scale sees later, once it has stood; what staff say at once; a correction never.
static enum clinic_status count_change(const struct reaction_scene *scene, struct item *item,
                                       const struct clinic_event *event, bool is_first_reading)
{
    enum clinic_status status = CLINIC_OK;
    int64_t change = 0;
    const char *cause = clinic_json_text(event->data, "cause");
    const bool is_count = strcmp(cause, "count") == 0;
    const bool is_adjusted = strcmp(cause, "adjust") == 0;

    (void)clinic_json_integer(event->data, "change", &change);
    if (is_adjusted || (is_count && use_is_by_hand(item)))
        status = use_count(scene->store, item, change, reaction_time_ms(event));
    if (is_adjusted || is_count || is_first_reading || strcmp(cause, "bins") == 0)
        item->settled += change;
    return status == CLINIC_OK && is_count ? cover_bins(scene, item) : status;
}

static enum clinic_status take_bin(const struct reaction_scene *scene, struct bin *bin,
                                   const struct clinic_event *event)
{
    (void)clinic_json_integer(event->data, "bin_quantity", &bin->quantity);
    bin->state = bin_state_read(clinic_json_text(event->data, "bin_state"));
    if (bin->state == BIN_STABLE) {
        bin->is_known = true;
        bin->is_counted = false;
    }
    enum clinic_status status = item_save_bin(scene->store, bin);
    if (status != CLINIC_OK || bin->state == BIN_STALE)
        return status;
    // So that a restored gateway, too, notices a scale that stays silent.
    struct query *query = query_start(scene->store, equipment_sql[EQUIPMENT_HEARD_ONCE]);
    query_bind_text(query, 1, bin->node);
    query_bind_integer(query, 2, bin->channel);
    query_bind_integer(query, 3, reaction_time_ms(event));
    return query_run(query, NULL);
}

static void take_stock(struct item *item, const struct clinic_event *event)
{
    const char *expected = clinic_json_text(event->data, "expected");

    (void)clinic_json_integer(event->data, "quantity", &item->level.quantity);
    item->state = stock_state_read(clinic_json_text(event->data, "state"), item->state);
    if (clinic_json_integer(event->data, "ordered", &item->ordered))
        (void)snprintf(item->expected, sizeof item->expected, "%s",
                       expected == NULL ? "" : expected);
    if (item->state == STOCK_OK)
        item->low_since_ms = 0;
}

static enum clinic_status fold(const struct reaction_scene *scene, const struct clinic_event *event,
                               const struct item *before)
{
    struct item item = *before;
    const char *bin_id = clinic_json_text(event->data, "bin_id");
    struct bin *bin = bin_id == NULL ? NULL : item_find_bin(&item, bin_id);
    const bool was_known = bin == NULL || bin->is_known;
    enum clinic_status status = use_settle(scene->store, &item, reaction_time_ms(event));

    if (status == CLINIC_OK && bin != NULL)
        status = take_bin(scene, bin, event);
    if (status == CLINIC_OK)
        status = count_change(scene, &item, event, bin != NULL && bin->is_known && !was_known);
    if (status != CLINIC_OK)
        return status;
    take_stock(&item, event);
    move_on(&item, before, reaction_time_ms(event));
    return item_save(scene->store, &item);
}

enum clinic_status equipment_keep_stock(const struct reaction_scene *scene,
                                        const struct clinic_event *event)
{
    struct item before;
    enum clinic_status status =
        item_load(scene->store, clinic_json_text(event->data, "item_id"), &before);

    return status == CLINIC_OK ? fold(scene, event, &before) : status;
}

// The restock report shows since when; the item leaves it when it is OK again.
enum clinic_status equipment_log_shortage(const struct reaction_scene *scene,
                                          const struct clinic_event *event)
{
    struct query *query = query_start(scene->store, equipment_sql[EQUIPMENT_SAVE_SHORTAGE]);

    query_bind_text(query, 1, clinic_json_text(event->data, "item_id"));
    query_bind_integer(query, 2, reaction_time_ms(event));
    return query_run(query, NULL);
}
