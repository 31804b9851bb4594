#include "equipment_scope.h"

#include <clinic/clock.h>

#include <stdio.h>
#include <string.h>

static const char *const bin_state_names[] = {
    [BIN_STABLE] = "stable", [BIN_LIFTED] = "lifted", [BIN_OVERLOAD] = "overload",
    [BIN_FAULT] = "fault",   [BIN_STALE] = "stale",
};

const char *bin_state_name(enum bin_state state)
{
    return bin_state_names[state];
}

enum bin_state bin_state_read(const char *name)
{
    enum bin_state state = BIN_STABLE;

    // The catalogue lets no other word pass.
    while (state < BIN_STALE && strcmp(bin_state_names[state], name) != 0)
        state++;
    return state;
}

// ---- from the tables

static void read_text(struct query *query, int column, char *text, size_t bytes)
{
    const char *stored = query_column_text(query, column);

    (void)snprintf(text, bytes, "%s", stored == NULL ? "" : stored);
}

static int64_t read_instant(struct query *query, int column, int64_t fallback)
{
    return query_column_is_null(query, column) ? fallback : query_column_integer(query, column);
}

// The columns of EQUIPMENT_LOAD_ITEM.
static void read_item(struct query *query, struct item *item)
{
    *item = (struct item){
        .version = query_column_integer(query, 1),
        .par = query_column_integer(query, 6),
        .level = { .quantity = query_column_integer(query, 7),
                   .minimum = query_column_integer(query, 5),
                   .crossed_at_ms = { query_column_integer(query, 14),
                                      query_column_integer(query, 15),
                                      query_column_integer(query, 16) },
                   .steady_since_ms = read_instant(query, 17, STOCK_NEVER_MS) },
        .state = (enum stock_state)query_column_integer(query, 8),
        .settled = query_column_integer(query, 9),
        .ordered = query_column_integer(query, 10),
        .added_at_ms = query_column_integer(query, 12),
        .changed_at_ms = query_column_integer(query, 13),
        .low_since_ms = read_instant(query, 18, 0),
    };
    read_text(query, 0, item->id, sizeof item->id);
    read_text(query, 2, item->name, sizeof item->name);
    read_text(query, 3, item->unit, sizeof item->unit);
    read_text(query, 4, item->location, sizeof item->location);
    read_text(query, 11, item->expected, sizeof item->expected);
}

static enum clinic_status load_bins(struct store *store, struct item *item)
{
    struct query *query = query_start(store, equipment_sql[EQUIPMENT_LOAD_BINS]);

    query_bind_text(query, 1, item->id);
    while (item->bin_count < BINS_MAX && query_next(query)) {
        struct bin *bin = &item->bins[item->bin_count++];
        *bin = (struct bin){
            .channel = query_column_integer(query, 2),
            .quantity = query_column_integer(query, 3),
            .state = (enum bin_state)query_column_integer(query, 4),
            .is_known = query_column_integer(query, 5) != 0,
            .is_counted = query_column_integer(query, 6) != 0,
            .heard_at_ms = read_instant(query, 7, 0),
        };
        read_text(query, 0, bin->id, sizeof bin->id);
        read_text(query, 1, bin->node, sizeof bin->node);
    }
    return query_end(query);
}

enum clinic_status item_load(struct store *store, const char *item_id, struct item *ret_item)
{
    struct item item;
    struct query *query = query_start(store, equipment_sql[EQUIPMENT_LOAD_ITEM]);

    query_bind_text(query, 1, item_id);
    bool is_found = query_next(query);
    if (is_found)
        read_item(query, &item);
    enum clinic_status status = query_end(query);
    if (status == CLINIC_OK)
        status = is_found ? load_bins(store, &item) : CLINIC_NOT_FOUND;
    if (status == CLINIC_OK)
        *ret_item = item;
    return status;
}

enum clinic_status item_find_place(struct store *store, const char *node, int64_t channel,
                                   struct bin_name *ret_name)
{
    struct query *query = query_start(store, equipment_sql[EQUIPMENT_FIND_PLACE]);

    query_bind_text(query, 1, node);
    query_bind_integer(query, 2, channel);
    bool is_found = query_next(query);
    if (is_found) {
        read_text(query, 0, ret_name->item_id, sizeof ret_name->item_id);
        read_text(query, 1, ret_name->bin_id, sizeof ret_name->bin_id);
    }
    enum clinic_status status = query_end(query);
    return status == CLINIC_OK && !is_found ? CLINIC_NOT_FOUND : status;
}

// ---- into the tables

static void bind_instant(struct query *query, int parameter, int64_t at_ms, int64_t none)
{
    if (at_ms == none)
        query_bind_null(query, parameter);
    else
        query_bind_integer(query, parameter, at_ms);
}

enum clinic_status item_save(struct store *store, const struct item *item)
{
    struct query *query = query_start(store, equipment_sql[EQUIPMENT_SAVE_ITEM]);

    query_bind_text(query, 1, item->id);
    query_bind_integer(query, 2, item->version);
    query_bind_text(query, 3, item->name);
    query_bind_text(query, 4, item->unit);
    query_bind_text(query, 5, item->location);
    query_bind_integer(query, 6, item->level.minimum);
    query_bind_integer(query, 7, item->par);
    query_bind_integer(query, 8, item->level.quantity);
    query_bind_integer(query, 9, item->state);
    query_bind_integer(query, 10, item->settled);
    query_bind_integer(query, 11, item->ordered);
    query_bind_text(query, 12, item->expected[0] == '\0' ? NULL : item->expected);
    query_bind_integer(query, 13, item->added_at_ms);
    query_bind_integer(query, 14, item->changed_at_ms);
    for (int mark = 0; mark < STOCK_MARK_COUNT; mark++)
        query_bind_integer(query, 15 + mark, item->level.crossed_at_ms[mark]);
    bind_instant(query, 18, item->level.steady_since_ms, STOCK_NEVER_MS);
    bind_instant(query, 19, item->low_since_ms, 0);
    bind_instant(query, 20, item_due_ms(item), STOCK_NEVER_MS);
    return query_run(query, NULL);
}

enum clinic_status item_save_bin(struct store *store, const struct bin *bin)
{
    struct query *query = query_start(store, equipment_sql[EQUIPMENT_UPDATE_BIN]);

    query_bind_text(query, 1, bin->id);
    query_bind_integer(query, 2, bin->quantity);
    query_bind_integer(query, 3, bin->state);
    query_bind_integer(query, 4, bin->is_known);
    query_bind_integer(query, 5, bin->is_counted);
    return query_run(query, NULL);
}

static enum clinic_status insert_bin(struct store *store, const struct item *item, size_t position)
{
    const struct bin *bin = &item->bins[position];
    struct query *query = query_start(store, equipment_sql[EQUIPMENT_INSERT_BIN]);

    query_bind_text(query, 1, bin->id);
    query_bind_text(query, 2, item->id);
    query_bind_integer(query, 3, (int64_t)position);
    query_bind_text(query, 4, bin->node);
    query_bind_integer(query, 5, bin->channel);
    query_bind_integer(query, 6, bin->quantity);
    query_bind_integer(query, 7, bin->state);
    query_bind_integer(query, 8, bin->is_known);
    query_bind_integer(query, 9, bin->is_counted);
    return query_run(query, NULL);
}

// All at once: bins of an item may have changed places with each other.
enum clinic_status item_replace_bins(struct store *store, const struct item *item)
{
    struct query *query = query_start(store, equipment_sql[EQUIPMENT_DELETE_BINS]);

    query_bind_text(query, 1, item->id);
    enum clinic_status status = query_run(query, NULL);
    for (size_t i = 0; i < item->bin_count && status == CLINIC_OK; i++)
        status = insert_bin(store, item, i);
    return status;
}

// ---- questions

struct bin *item_find_bin(struct item *item, const char *bin_id)
{
    for (size_t i = 0; i < item->bin_count; i++) {
        if (strcmp(item->bins[i].id, bin_id) == 0)
            return &item->bins[i];
    }
    return NULL;
}

static bool has_same_place(const struct bin *a, const struct bin *b)
{
    return strcmp(a->node, b->node) == 0 && a->channel == b->channel;
}

static bool has_same_bins(const struct item *a, const struct item *b)
{
    bool is_same = a->bin_count == b->bin_count;

    for (size_t i = 0; is_same && i < a->bin_count; i++)
        is_same =
            strcmp(a->bins[i].id, b->bins[i].id) == 0 && has_same_place(&a->bins[i], &b->bins[i]);
    return is_same;
}

bool item_is_same(const struct item *a, const struct item *b)
{
    return strcmp(a->name, b->name) == 0 && strcmp(a->unit, b->unit) == 0
           && strcmp(a->location, b->location) == 0 && a->level.minimum == b->level.minimum
           && a->par == b->par && has_same_bins(a, b);
}

bool item_is_handled(const struct item *item)
{
    bool is_handled = false;

    for (size_t i = 0; i < item->bin_count; i++)
        is_handled |= item->bins[i].state == BIN_LIFTED || item->bins[i].state == BIN_OVERLOAD;
    return is_handled;
}

bool bin_is_blind(const struct bin *bin)
{
    return !bin->is_known || bin->state == BIN_FAULT || bin->state == BIN_STALE;
}

bool item_is_blind(const struct item *item)
{
    bool is_blind = false;

    for (size_t i = 0; i < item->bin_count; i++)
        is_blind |= bin_is_blind(&item->bins[i]);
    return is_blind;
}

int64_t item_due_ms(const struct item *item)
{
    int64_t state_ms = stock_level_due_ms(&item->level, item->state);
    int64_t delivery_ms = use_due_ms(item);

    return state_ms < delivery_ms ? state_ms : delivery_ms;
}

// ---- from events and requests

static void take_text(const cJSON *fields, const char *name, char *text, size_t bytes)
{
    const char *value = clinic_json_text(fields, name);

    if (value != NULL)
        (void)snprintf(text, bytes, "%s", value);
}

static struct bin take_bin(struct item *before, const cJSON *fields)
{
    struct bin bin = { .state = BIN_STALE };
    const struct bin *old = item_find_bin(before, clinic_json_text(fields, "bin_id"));

    take_text(fields, "bin_id", bin.id, sizeof bin.id);
    take_text(fields, "node", bin.node, sizeof bin.node);
    (void)clinic_json_integer(fields, "channel", &bin.channel);
    if (old == NULL)
        return bin;
    bin.quantity = old->quantity;
    bin.is_known = old->is_known;
    bin.is_counted = old->is_counted;
    if (has_same_place(old, &bin)) {
        bin.state = old->state;
        bin.heard_at_ms = old->heard_at_ms;
    }
    return bin;
}

void item_take(struct item *item, const cJSON *fields)
{
    struct item before = *item;
    const cJSON *bins = clinic_json_member(fields, "bins");
    const cJSON *bin;

    take_text(fields, "name", item->name, sizeof item->name);
    take_text(fields, "unit", item->unit, sizeof item->unit);
    take_text(fields, "location", item->location, sizeof item->location);
    (void)clinic_json_integer(fields, "minimum", &item->level.minimum);
    (void)clinic_json_integer(fields, "par", &item->par);
    if (bins == NULL)
        return;
    item->bin_count = 0;
    cJSON_ArrayForEach(bin, bins)
    {
        // The catalogue allows no more.
        if (item->bin_count < BINS_MAX)
            item->bins[item->bin_count++] = take_bin(&before, bin);
    }
}
