#include "equipment_scope.h"

#include <stdio.h>

enum { DAY_MS = 24 * 60 * 60 * 1000, MILLI = 1000 };

static bool is_delivery(const struct item *item, int64_t rise)
{
    return rise > stock_level_margin(item->level.minimum)
           || (item->ordered > 0 && rise >= item->ordered);
}

int64_t use_left_on_order(const struct item *item, int64_t change)
{
    if (change <= 0 || !is_delivery(item, change))
        return item->ordered;
    return item->ordered > change ? item->ordered - change : 0;
}

bool use_is_by_hand(const struct item *item)
{
    return item->bin_count == 0 && stock_state_is_known(item->state);
}

// When the quantity will have stood long enough to be counted.
static int64_t stands_at_ms(const struct item *item)
{
    int64_t since_ms = item->level.steady_since_ms;

    if (since_ms == STOCK_NEVER_MS || !stock_state_is_known(item->state))
        return STOCK_NEVER_MS;
    if (since_ms < item->changed_at_ms)
        since_ms = item->changed_at_ms;
    return since_ms + STOCK_HOLD_MS;
}

int64_t use_due_ms(const struct item *item)
{
    int64_t change = item->level.quantity - item->settled;

    return use_left_on_order(item, change) == item->ordered ? STOCK_NEVER_MS : stands_at_ms(item);
}

// ---- counting

static int64_t taken(const struct item *item, int64_t change)
{
    return change > 0 && is_delivery(item, change) ? 0 : -change;
}

// The first day of those that a report looks at.
static void first_day(int64_t now_ms, char day[static LOCAL_DAY_BYTES])
{
    const struct local_time today = local_time_at(now_ms);
    const struct local_time first = local_time_add_days(&today, 1 - USE_DAYS);

    (void)snprintf(day, LOCAL_DAY_BYTES, "%04d-%02d-%02d", first.year, first.month, first.day);
}

static enum clinic_status forget_use(struct store *store, const struct item *item, int64_t now_ms)
{
    char day[LOCAL_DAY_BYTES];
    struct query *query = query_start(store, equipment_sql[EQUIPMENT_FORGET_USE]);

    first_day(now_ms, day);
    query_bind_text(query, 1, item->id);
    query_bind_text(query, 2, day);
    return query_run(query, NULL);
}

enum clinic_status use_count(struct store *store, const struct item *item, int64_t change,
                             int64_t at_ms)
{
    char day[LOCAL_DAY_BYTES];

    if (taken(item, change) == 0)
        return CLINIC_OK;
    struct query *query = query_start(store, equipment_sql[EQUIPMENT_COUNT_USE]);
    local_day_at(at_ms, day);
    query_bind_text(query, 1, item->id);
    query_bind_text(query, 2, day);
    query_bind_integer(query, 3, taken(item, change));
    enum clinic_status status = query_run(query, NULL);
    return status == CLINIC_OK ? forget_use(store, item, at_ms) : status;
}

enum clinic_status use_settle(struct store *store, struct item *item, int64_t now_ms)
{
    int64_t change = item->level.quantity - item->settled;

    if (change == 0 || now_ms < stands_at_ms(item))
        return CLINIC_OK;
    enum clinic_status status = use_count(store, item, change, item->changed_at_ms);
    item->settled = item->level.quantity;
    return status;
}

// ---- for the report

static enum clinic_status sum_use(struct store *store, const struct item *item, int64_t now_ms,
                                  int64_t *ret_taken)
{
    char day[LOCAL_DAY_BYTES];
    struct query *query = query_start(store, equipment_sql[EQUIPMENT_SUM_USE]);

    first_day(now_ms, day);
    query_bind_text(query, 1, item->id);
    query_bind_text(query, 2, day);
    *ret_taken = query_next(query) ? query_column_integer(query, 0) : 0;
    return query_end(query);
}

// The last change has stood long enough, but no event has come since that would have counted it.
static int64_t uncounted(const struct item *item, int64_t now_ms)
{
    return now_ms < stands_at_ms(item) ? 0 : taken(item, item->level.quantity - item->settled);
}

enum clinic_status use_per_day(struct store *store, const struct item *item, int64_t now_ms,
                               int64_t *ret_milli)
{
    int64_t sum = 0;
    int64_t days = (now_ms - item->added_at_ms) / DAY_MS + 1;
    enum clinic_status status = sum_use(store, item, now_ms, &sum);

    if (status != CLINIC_OK)
        return status;
    if (days < 1)
        days = 1;
    if (days > USE_DAYS)
        days = USE_DAYS;
    sum += uncounted(item, now_ms);
    *ret_milli = sum > 0 ? sum * MILLI / days : 0;
    return CLINIC_OK;
}
