// restock.c - what to order: items that are low or out, also those whose scale has fallen silent since.
#include "../json_add.h"
#include "equipment_scope.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    ROWS_MAX = 80, // of up to 700 bytes: so many fit into a message of 64 KiB
    MILLI = 1000,
    DAYS_LEFT_MAX = 100000,
};

struct need {
    struct item item;
    int64_t use_milli; // a day
    int64_t days_left; // DAYS_LEFT_MAX where nothing is used
};

// ---- which items

static const enum stock_state wanted[] = { STOCK_OUT, STOCK_UNKNOWN_OUT, STOCK_LOW,
                                           STOCK_UNKNOWN_LOW };

// Those that are out first, and of each state those that have waited the longest: what does not fit is the least urgent.
static enum clinic_status find_ids(struct store *store, char (*ids)[CODE_BYTES], size_t most,
                                   size_t *ret_count)
{
    size_t count = 0;
    enum clinic_status status = CLINIC_OK;

    for (size_t i = 0; i < ARRAY_SIZE(wanted) && status == CLINIC_OK && count < most; i++) {
        size_t found = 0;
        struct query *query = query_start(store, equipment_sql[EQUIPMENT_LIST_STATE]);
        query_bind_integer(query, 1, wanted[i]);
        query_bind_integer(query, 2, (int64_t)(most - count));
        status = item_read_ids(query, most - count, ids + count, &found);
        count += found;
    }
    *ret_count = count;
    return status;
}

static enum clinic_status read_need(struct decision *decision, const char *item_id,
                                    struct need *ret_need)
{
    enum clinic_status status = item_load(decision->store, item_id, &ret_need->item);

    if (status == CLINIC_OK)
        status =
            use_per_day(decision->store, &ret_need->item, decision->now_ms, &ret_need->use_milli);
    if (status != CLINIC_OK)
        return status;
    ret_need->days_left = DAYS_LEFT_MAX;
    if (ret_need->use_milli > 0) {
        int64_t days = ret_need->item.level.quantity * MILLI / ret_need->use_milli;
        ret_need->days_left = days < DAYS_LEFT_MAX ? days : DAYS_LEFT_MAX;
    }
    return CLINIC_OK;
}

static bool is_out(const struct item *item)
{
    return item->state == STOCK_OUT || item->state == STOCK_UNKNOWN_OUT;
}

static int compare(int64_t a, int64_t b)
{
    return (a > b) - (a < b);
}

// Out first, then what will be used up first, then what has been low for longest.
static int by_urgency(const void *left, const void *right)
{
    const struct need *a = left;
    const struct need *b = right;
    int order = compare(is_out(&b->item), is_out(&a->item));

    if (order == 0)
        order = compare(a->days_left, b->days_left);
    if (order == 0)
        order = compare(a->item.low_since_ms, b->item.low_since_ms);
    return order == 0 ? strcmp(a->item.id, b->item.id) : order;
}

// ---- rows

static int64_t suggested(const struct item *item)
{
    int64_t missing = item->par - item->level.quantity - item->ordered;

    return missing > 0 ? missing : 0;
}

static bool add_times(cJSON *row, const struct need *need)
{
    const struct item *item = &need->item;

    return (need->use_milli == 0
            || cJSON_AddNumberToObject(row, "days_left", (double)need->days_left) != NULL)
           && (item->low_since_ms == 0 || json_add_instant(row, "low_since", item->low_since_ms))
           && (item->expected[0] == '\0'
               || cJSON_AddStringToObject(row, "expected", item->expected) != NULL);
}

static cJSON *need_row(const struct need *need)
{
    cJSON *row = cJSON_CreateObject();
    const struct item *item = &need->item;

    if (row != NULL && cJSON_AddStringToObject(row, "item_id", item->id) != NULL
        && cJSON_AddStringToObject(row, "name", item->name) != NULL
        && cJSON_AddStringToObject(row, "unit", item->unit) != NULL
        && cJSON_AddStringToObject(row, "location", item->location) != NULL
        && cJSON_AddStringToObject(row, "state", stock_state_name(item->state)) != NULL
        && cJSON_AddNumberToObject(row, "quantity", (double)item->level.quantity) != NULL
        && cJSON_AddNumberToObject(row, "minimum", (double)item->level.minimum) != NULL
        && cJSON_AddNumberToObject(row, "suggested", (double)suggested(item)) != NULL
        && cJSON_AddNumberToObject(row, "use_per_day_milli", (double)need->use_milli) != NULL
        && cJSON_AddNumberToObject(row, "ordered", (double)item->ordered) != NULL
        && add_times(row, need))
        return row;
    cJSON_Delete(row);
    return NULL;
}

// ---- the report

struct report {
    char ids[ROWS_MAX + 1][CODE_BYTES];
    struct need needs[ROWS_MAX];
};

static enum clinic_status write_report(struct decision *decision, struct report *report,
                                       cJSON *data)
{
    size_t count = 0;
    cJSON *items = cJSON_AddArrayToObject(data, "items");
    enum clinic_status status = find_ids(decision->store, report->ids, ROWS_MAX + 1, &count);
    const size_t shown = count < ROWS_MAX ? count : ROWS_MAX;

    for (size_t i = 0; i < shown && status == CLINIC_OK; i++)
        status = read_need(decision, report->ids[i], &report->needs[i]);
    if (status != CLINIC_OK)
        return status;
    qsort(report->needs, shown, sizeof report->needs[0], by_urgency);
    for (size_t i = 0; i < shown; i++) {
        if (!cJSON_AddItemToArray(items, need_row(&report->needs[i])))
            return CLINIC_NOMEM;
    }
    return cJSON_AddBoolToObject(data, "more", count > shown) == NULL ? CLINIC_NOMEM : CLINIC_OK;
}

enum clinic_status equipment_restock_report(struct decision *decision)
{
    struct report *report = calloc(1, sizeof *report);

    if (report == NULL)
        return CLINIC_NOMEM;
    decision->reply->data = cJSON_CreateObject();
    enum clinic_status status = write_report(decision, report, decision->reply->data);
    free(report);
    return status;
}
