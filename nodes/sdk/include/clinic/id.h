// id.h - UUIDv7 (RFC 9562): ids that any node can make alone and that sort by the time they were made.
//
// One maker never goes backwards: where the clock does, it counts on from its last id. A program that
// must keep that promise over restarts seeds the maker with the last id it kept.
#pragma once

#include <stdbool.h>
#include <stdint.h>

enum { CLINIC_ID_TEXT_BYTES = 37 }; // 36 characters and the NUL

// All zero means "none".
struct clinic_id {
    uint8_t bytes[16];
};

struct clinic_id_maker {
    struct clinic_id last;
};

// Makes the next id: greater than every id this maker made or was seeded with.
struct clinic_id clinic_id_next(struct clinic_id_maker *maker, int64_t wall_ms);

// Accepts exactly the canonical lower or upper case form of any UUID version.
bool clinic_id_parse(const char *text, struct clinic_id *ret_id);
void clinic_id_print(const struct clinic_id *id, char text[static CLINIC_ID_TEXT_BYTES]);

bool clinic_id_is_none(const struct clinic_id *id);
bool clinic_id_equal(const struct clinic_id *a, const struct clinic_id *b);

// Less than, equal to or greater than 0, as memcmp; for ids of one maker this is the order of making.
int clinic_id_compare(const struct clinic_id *a, const struct clinic_id *b);

// The Unix time in milliseconds that a UUIDv7 carries.
int64_t clinic_id_time_ms(const struct clinic_id *id);
