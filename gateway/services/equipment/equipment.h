// equipment.h - what other services may know of what is on the shelves.
#pragma once

#include "../service.h"

// What stands on a load cell.
struct equipment_place {
    char item_id[41];
    char name[81]; // the item's
};

// CLINIC_NOT_FOUND: nothing.
enum clinic_status equipment_find_place(struct store *store, const char *node, int64_t channel,
                                        struct equipment_place *ret_place);

// When a scale last spoke of a load cell; 0: never.
enum clinic_status equipment_heard_at(struct store *store, const char *node, int64_t channel,
                                      int64_t *ret_at_ms);
