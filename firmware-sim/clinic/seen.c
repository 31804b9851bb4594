#include "seen.h"

#include <stdlib.h>
#include <string.h>

enum { FIRST_ROOM = 1024 };

static bool is_free(const uint8_t key[static SEEN_KEY_BYTES])
{
    static const uint8_t zero[SEEN_KEY_BYTES];
    return memcmp(key, zero, sizeof zero) == 0;
}

// The key's own place, or the free one where it would go.
static uint8_t *place(const struct seen *seen, const uint8_t key[static SEEN_KEY_BYTES])
{
    uint64_t hash = 0;
    memcpy(&hash, key, sizeof hash);
    size_t index = (size_t)hash & (seen->room - 1);
    while (!is_free(seen->keys[index]) && memcmp(seen->keys[index], key, SEEN_KEY_BYTES) != 0)
        index = (index + 1) & (seen->room - 1);
    return seen->keys[index];
}

static bool grow(struct seen *seen)
{
    struct seen bigger = { .room = seen->room == 0 ? FIRST_ROOM : seen->room * 2,
                           .count = seen->count };
    bigger.keys = calloc(bigger.room, SEEN_KEY_BYTES);
    if (bigger.keys == NULL)
        return false;
    for (size_t i = 0; i < seen->room; i++)
        if (!is_free(seen->keys[i]))
            memcpy(place(&bigger, seen->keys[i]), seen->keys[i], SEEN_KEY_BYTES);
    free(seen->keys);
    *seen = bigger;
    return true;
}

enum seen_result seen_add(struct seen *seen, const uint8_t key[static SEEN_KEY_BYTES])
{
    if (seen->count >= SEEN_KEYS_MAX || (seen->count * 2 >= seen->room && !grow(seen)))
        return SEEN_FULL;
    uint8_t *found = place(seen, key);
    if (!is_free(found))
        return SEEN_BEFORE;
    memcpy(found, key, SEEN_KEY_BYTES);
    seen->count++;
    return SEEN_NEW;
}

void seen_done(struct seen *seen)
{
    free(seen->keys);
    *seen = (struct seen){ 0 };
}
