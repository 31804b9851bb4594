// uuid.h - ids of requests: UUIDv7 (RFC 9562), which sort by the time they were made.
//
// The gateway takes an id at or below the oldest it has forgotten for one that was answered long ago. So the ids
// of a device must only grow, over restarts too: uuid_next() counts on from the last one where the time is behind it.
#pragma once

#include <stdbool.h>
#include <stdint.h>

enum { UUID_BYTES = 16, UUID_RANDOM_BYTES = 10, UUID_TEXT_BYTES = 37 }; // text with the NUL

struct uuid {
    uint8_t bytes[UUID_BYTES]; // all zero: none
};

// The id after *last, of this time if that is later; *last becomes the result.
void uuid_next(struct uuid *last, int64_t wall_ms, const uint8_t random[UUID_RANDOM_BYTES]);

// Makes *last the later of both.
void uuid_raise(struct uuid *last, const struct uuid *seen);

void uuid_print(const struct uuid *uuid, char text[UUID_TEXT_BYTES]);
bool uuid_read(const char *text, struct uuid *ret_uuid); // lower or upper case
bool uuid_equal(const struct uuid *a, const struct uuid *b);
bool uuid_is_none(const struct uuid *uuid);
