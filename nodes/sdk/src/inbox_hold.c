#include "inbox_hold.h"

#include <stdlib.h>
#include <string.h>

void hold_done(struct hold *hold)
{
    hold_drop(hold, hold->count);
    *hold = (struct hold){ 0 };
}

void hold_add(struct hold *hold, struct clinic_event *event, bool is_retained)
{
    if (hold->held == NULL)
        hold->held = calloc(HOLD_MAX, sizeof *hold->held);
    if (hold->held == NULL || hold->count == HOLD_MAX) {
        hold->has_overflown = true;
        clinic_event_done(event);
        return;
    }
    hold->held[hold->count++] = (struct held){ .event = *event, .is_retained = is_retained };
}

static int compare(const void *a, const void *b)
{
    const uint64_t first = ((const struct held *)a)->event.sequence;
    const uint64_t second = ((const struct held *)b)->event.sequence;
    return (first > second) - (first < second);
}

void hold_sort(struct hold *hold)
{
    if (hold->count > 1)
        qsort(hold->held, hold->count, sizeof *hold->held, compare);
}

void hold_drop(struct hold *hold, size_t count)
{
    for (size_t i = 0; i < count; i++)
        clinic_event_done(&hold->held[i].event);
    hold->count -= count;
    if (hold->count == 0) {
        free(hold->held);
        hold->held = NULL;
    } else if (count > 0) {
        memmove(hold->held, hold->held + count, hold->count * sizeof *hold->held);
    }
}
