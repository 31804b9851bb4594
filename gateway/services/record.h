// record.h - records as JSON objects: taking events and changes into them, and telling what a change changed.
//
// Lists of names end with NULL.
#pragma once

#include "service.h"

// Sets a member, whether it was there or not. Takes `value` over; false (also for NULL): out of memory.
bool record_put(cJSON *record, const char *name, cJSON *value);

// Copies those of the named members that `data` has; null removes. False: out of memory.
bool record_merge(cJSON *record, const cJSON *data, const char *const *names);

// Both lack the member, or it is equal.
bool record_is_same(const cJSON *before, const cJSON *after, const char *name);

// An event's data on a change: adds the names of those members that differ to the list "changed", and their
// new values, null for those that are gone. *ret_changes: how many "changed" holds then.
enum clinic_status record_compare(const cJSON *before, const cJSON *after, const char *const *names,
                                  cJSON *data, int *ret_changes);
