// shelf.c - a hundred items: what is used, what is ordered, what a scale says of the first few.
#include "years.h"

#include <local_time.h>

#include <stdio.h>

enum { LAST_MINUTE_OF_SCALE = 18 * 60, SCALE_MINUTES = 12 };

static const int64_t MINUTE_MS = 60000;

static const char *const things[] = { "Gloves", "Syringes", "Bandages", "Masks", "Drills",
                                      "Swabs",  "Needles",  "Sutures",  "Gowns", "Catheters" };

static void print_item(uint32_t item, char id[static 16])
{
    (void)snprintf(id, 16, "item-%03u", (unsigned)item % 1000);
}

static bool is_weighed(uint32_t item)
{
    return item < YEARS_SCALE_CHANNELS;
}

static void add_item(struct years *years, uint32_t item)
{
    char id[16];
    char bins[100] = "";
    struct years_item *row = &years->items[item];

    row->minimum = years_chance(years, 10, 60);
    row->par = row->minimum * years_chance(years, 3, 6);
    row->quantity = row->par;
    print_item(item, id);
    if (is_weighed(item))
        (void)snprintf(bins, sizeof bins,
                       "{\"bin_id\":\"bin-%u\",\"node\":\"scale-1\",\"channel\":%u}",
                       (unsigned)item + 1, (unsigned)item + 1);
    practice_ask(&years->practice, PRACTICE_ADMIN, CLINIC_REQUEST_EQUIPMENT_ITEM,
                 years->practice.now_ms,
                 "{\"item_id\":\"%s\",\"name\":\"%s %u\",\"unit\":\"piece\","
                 "\"location\":\"Shelf %u\",\"minimum\":%lld,\"par\":%lld,\"bins\":[%s]}",
                 id, things[item % 10], (unsigned)item / 10 + 1, (unsigned)item / 12 + 1,
                 (long long)row->minimum, (long long)row->par, bins);
}

void shelf_open(struct years *years)
{
    char id[16];

    for (uint32_t item = 0; item < YEARS_ITEMS; item++) {
        add_item(years, item);
        if (is_weighed(item))
            continue;
        print_item(item, id);
        practice_ask(&years->practice, PRACTICE_ADMIN, CLINIC_REQUEST_EQUIPMENT_COUNT,
                     years->practice.now_ms,
                     "{\"item_id\":\"%s\",\"quantity\":%lld,\"reason\":\"first count\"}", id,
                     (long long)years->items[item].quantity);
    }
}

static void adjust(struct years *years, uint32_t item, int64_t change, const char *reason,
                   int64_t at_ms)
{
    char id[16];

    print_item(item, id);
    years->items[item].quantity += change;
    practice_ask(&years->practice, PRACTICE_RECEPTION, CLINIC_REQUEST_EQUIPMENT_ADJUST, at_ms,
                 "{\"item_id\":\"%s\",\"change\":%lld,\"reason\":\"%s\"}", id, (long long)change,
                 reason);
}

static void is_delivered(struct years *years, uint32_t item, int64_t at_ms)
{
    struct years_item *row = &years->items[item];

    row->is_ordered = false;
    if (is_weighed(item))
        row->quantity = row->par; // the scale tells
    else
        adjust(years, item, row->par - row->quantity, "delivery", at_ms);
}

static void is_ordered(struct years *years, uint32_t item, int64_t at_ms)
{
    char id[16], expected[LOCAL_DAY_BYTES];
    const struct years_item *row = &years->items[item];
    const int day = local_day_number_at(at_ms) + (int)years_chance(years, 1, 5);

    print_item(item, id);
    local_day_print(day, expected);
    practice_ask(&years->practice, PRACTICE_ADMIN, CLINIC_REQUEST_EQUIPMENT_ORDER, at_ms,
                 "{\"item_id\":\"%s\",\"quantity\":%lld,\"expected\":\"%s\"}", id,
                 (long long)(row->par - row->quantity), expected);
    queue_add(&years->queue, years_office_hours(years, day), is_delivered, item);
}

static void order_if_low(struct years *years, uint32_t item, int64_t at_ms)
{
    struct years_item *row = &years->items[item];

    if (row->is_ordered || row->quantity >= row->minimum)
        return;
    row->is_ordered = true;
    queue_add(&years->queue, at_ms + 30 * MINUTE_MS, is_ordered, item);
}

void shelf_is_used(struct years *years, uint32_t subject, int64_t at_ms)
{
    const uint32_t item = (uint32_t)years_chance(years, YEARS_SCALE_CHANNELS, YEARS_ITEMS - 1);
    const int64_t used = years_chance(years, 1, 4);

    (void)subject;
    if (years->items[item].quantity >= used)
        adjust(years, item, -used, "used", at_ms);
    order_if_low(years, item, at_ms);
}

// A scale repeats itself through the day, and is silent at night.
void scale_speaks(struct years *years, uint32_t subject, int64_t at_ms)
{
    struct years_item *row = &years->items[subject];
    const struct local_time now = local_time_at(at_ms);

    if (years_happens(years, 20) && row->quantity >= 2)
        row->quantity -= years_chance(years, 1, 2);
    order_if_low(years, subject, at_ms);
    practice_ask(&years->practice, PRACTICE_SCALE, CLINIC_REQUEST_EQUIPMENT_MEASURE, at_ms,
                 "{\"channel\":%u,\"state\":\"stable\",\"quantity\":%lld}", (unsigned)subject + 1,
                 (long long)row->quantity);
    if (now.hour * 60 + now.minute < LAST_MINUTE_OF_SCALE)
        queue_add(&years->queue, at_ms + SCALE_MINUTES * MINUTE_MS, scale_speaks, subject);
}
