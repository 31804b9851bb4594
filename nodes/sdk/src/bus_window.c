#include "bus_window.h"

#include <assert.h>
#include <stdlib.h>

bool window_init(struct window *window, size_t capacity)
{
    *window = (struct window){ .capacity = capacity };
    window->entries = calloc(capacity, sizeof *window->entries);
    return window->entries != NULL;
}

void window_done(struct window *window)
{
    free(window->entries);
    *window = (struct window){ 0 };
}

void window_clear(struct window *window)
{
    window->first = 0;
    window->used = 0;
}

size_t window_room(const struct window *window)
{
    return window->capacity - window->used;
}

static struct window_entry *entry(struct window *window, size_t index)
{
    return &window->entries[(window->first + index) % window->capacity];
}

void window_add(struct window *window, uint16_t mqtt_id, uint64_t token)
{
    assert(window->used < window->capacity);
    *entry(window, window->used) = (struct window_entry){ mqtt_id, token };
    window->used++;
}

uint64_t window_remove(struct window *window, uint16_t mqtt_id)
{
    uint64_t token = 0;
    for (size_t i = 0; i < window->used && token == 0; i++) {
        struct window_entry *candidate = entry(window, i);
        if (candidate->mqtt_id != mqtt_id || candidate->token == 0)
            continue;
        token = candidate->token;
        candidate->token = 0;
    }
    while (window->used > 0 && entry(window, 0)->token == 0) {
        window->first = (window->first + 1) % window->capacity;
        window->used--;
    }
    return token;
}
