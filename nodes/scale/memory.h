// memory.h - what clinic-scale must not forget, in a file of the state folder: the last config, and of each channel
// what was told last.
//
// The file is replaced as a whole (written, synced, renamed, folder synced): after a kill or a loss of power it is the old or
// the new one. A reading is put into the outbox first and remembered here second. What a kill in between leaves is a reading that
// is told once more after the restart; it says what lies in the bin, not what changed, so twice is once. The other
// way round it would be lost.
#pragma once

#include "channel.h"

#include <clinic/json.h>

enum { MEMORY_CHANNELS = 4 };

struct memory {
    cJSON *config; // as it came; NULL: there never was one
    struct channel_memory channels[MEMORY_CHANNELS];
};

// CLINIC_NOT_FOUND: there is none, or nothing in it can be read; *ret_memory is an empty one.
enum clinic_status memory_load(const char *state_folder, struct memory *ret_memory);
enum clinic_status memory_save(const char *state_folder, const struct memory *memory);
void memory_done(struct memory *memory);
