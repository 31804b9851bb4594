#include "periods.h"

#include <string.h>

// Puts `count` periods in the place of those from `first` up to, but without, `end`.
static bool replace(struct periods *periods, size_t first, size_t end,
                    const struct schedule_period *with, size_t count)
{
    if (periods->count - (end - first) + count > PERIODS_MAX)
        return false;
    memmove(periods->items + first + count, periods->items + end,
            (periods->count - end) * sizeof periods->items[0]);
    if (count > 0)
        memcpy(periods->items + first, with, count * sizeof with[0]);
    periods->count = periods->count - (end - first) + count;
    return true;
}

// The periods that share a day with from_day..to_day are those from *ret_first up to *ret_end.
static void find(const struct periods *periods, int from_day, int to_day, size_t *ret_first,
                 size_t *ret_end)
{
    size_t first = 0;
    while (first < periods->count && periods->items[first].to_day < from_day)
        first++;
    size_t end = first;
    while (end < periods->count && periods->items[end].from_day <= to_day)
        end++;
    *ret_first = first;
    *ret_end = end;
}

bool periods_add(struct periods *periods, struct schedule_period period)
{
    size_t first;
    size_t end;

    find(periods, period.from_day - 1, period.to_day + 1, &first, &end);
    if (first < end && periods->items[first].from_day < period.from_day)
        period.from_day = periods->items[first].from_day;
    if (first < end && periods->items[end - 1].to_day > period.to_day)
        period.to_day = periods->items[end - 1].to_day;
    return replace(periods, first, end, &period, 1);
}

bool periods_remove(struct periods *periods, struct schedule_period period)
{
    struct schedule_period rest[2];
    size_t count = 0;
    size_t first;
    size_t end;

    find(periods, period.from_day, period.to_day, &first, &end);
    if (first == end)
        return true;
    const int from_day = periods->items[first].from_day;
    const int to_day = periods->items[end - 1].to_day;
    if (from_day < period.from_day)
        rest[count++] = (struct schedule_period){ from_day, period.from_day - 1 };
    if (to_day > period.to_day)
        rest[count++] = (struct schedule_period){ period.to_day + 1, to_day };
    return replace(periods, first, end, rest, count);
}

void periods_forget(struct periods *periods, int first_day)
{
    size_t past = 0;

    while (past < periods->count && periods->items[past].to_day < first_day)
        past++;
    (void)replace(periods, 0, past, NULL, 0); // it only gets shorter
}
