// journal.h - what a scale must not forget, in its flash.
//
// Two kinds of records. *States*: of each key the newest is kept (settings, the lower bound of time). *Readings*: a
// queue in the order they were pushed, each of a bin, kept until it is removed; of each bin the newest reading is kept
// for good, removed or not, since it is also what the bin is known to hold.
//
// A call that returned true survives any loss of power; one that was interrupted happened wholly or not at
// all. A record that is torn or rotten is known by its CRC and skipped. Pages are used in turn, so they wear alike.
#pragma once

#include "hal.h"

enum {
    JOURNAL_STATES = 8,      // keys 0 to 7
    JOURNAL_BINS = HAL_CELLS,
    JOURNAL_RECORD_BYTES = 512, // of a state, at most
    JOURNAL_READING_BYTES = 64, // of a reading, at most
    JOURNAL_READINGS = 64,   // waiting at most: beyond it the oldest that has a newer one of its bin is dropped
};

struct journal; // defined below; its members are journal.c's

// Reads the flash and repairs what a loss of power left. False only if the flash itself refuses; then nothing can be
// kept, but the journal answers as an empty one.
bool journal_open(struct journal *journal, struct hal *hal);

bool journal_store(struct journal *journal, unsigned key, const void *bytes, size_t length);

// The length of the newest state; 0: there is none, or it is longer than `room`.
size_t journal_load(struct journal *journal, unsigned key, void *ret_bytes, size_t room);

// *ret_number: counts up over restarts, never repeats.
bool journal_push(struct journal *journal, unsigned bin, const void *bytes, size_t length,
                  uint32_t *ret_number);

// The oldest reading that waits. The length, 0: none waits.
size_t journal_oldest(struct journal *journal, uint32_t *ret_number, unsigned *ret_bin,
                      void *ret_bytes, size_t room);
bool journal_remove(struct journal *journal, uint32_t number); // true also if it is gone already

// The newest reading of a bin, removed or not. 0: there never was one.
size_t journal_newest(struct journal *journal, unsigned bin, void *ret_bytes, size_t room);

unsigned journal_waiting(const struct journal *journal);
uint32_t journal_dropped(const struct journal *journal); // readings dropped since the start, superseded by newer ones
