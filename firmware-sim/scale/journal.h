// journal.h - what a scale must not forget, in its flash.
//
// Two kinds of records. *States*: of each key the newest is kept (settings, the lower bound of time). *Readings*: a
// queue in the order they were pushed, each of a bin, kept until it is removed; of each bin the newest reading is kept
// for good, removed or not, since it is also what the bin is known to hold.
//
// A call that returned true survives any loss of power; one that was interrupted happened wholly or not at
// all, and once it was seen to have happened or not it stays so. A record that is torn or rotten is known by its CRC and
// skipped. Pages are used in turn, so they wear alike. A call that writes may first have to make room: at worst that is
// the erasure of seven pages and half a second; mostly it is nothing, and one page now and then.
#pragma once

#include "hal.h"

enum {
    JOURNAL_STATES = 8, // keys 0 to 7
    JOURNAL_BINS = HAL_CELLS,
    JOURNAL_RECORD_BYTES = 512, // of a state, at most
    JOURNAL_READING_BYTES = 64, // of a reading, at most
    // Waiting at most: beyond it the oldest that has a newer one of its bin is dropped.
    JOURNAL_READINGS = 64,
};

// Its members are journal.c's. Places are counted in units of the flash from its first page; 0 is none, as a page begins
// with its header.
struct journal {
    struct hal *hal;
    uint32_t sequence;    // of the page being written, which is page sequence % HAL_FLASH_PAGES
    uint32_t next_number; // of the next reading
    uint32_t dropped;
    uint16_t head; // the unit of that page that is written next
    uint16_t end;  // what is written there before this unit holds
    uint8_t waiting;
    bool is_open;
    bool is_left;                       // nothing more is to be written to that page
    bool has_read_failed;               // the flash refused to be read since this was last cleared
    uint32_t numbers[JOURNAL_READINGS]; // of the readings that wait, oldest first
    uint16_t places[JOURNAL_READINGS];
    uint32_t newest_numbers[JOURNAL_BINS];
    uint16_t newest[JOURNAL_BINS];
    uint16_t states[JOURNAL_STATES];
};

// Reads the flash and repairs what a loss of power left. False only if the flash itself refuses: if it is not to be
// read, the journal answers as an empty one; if it is not to be written, with what it holds.
bool journal_open(struct journal *journal, struct hal *hal);

// False: the flash refused, or the record is too long. Whether it is kept then is seen at the next opening. So it is with
// the other two that write.
bool journal_store(struct journal *journal, unsigned key, const void *bytes, size_t length);

// The length of the newest state; 0: there is none, or it is longer than `room`.
size_t journal_load(struct journal *journal, unsigned key, void *ret_bytes, size_t room);

// At least one byte. *ret_number: counts up over restarts, never repeats.
bool journal_push(struct journal *journal, unsigned bin, const void *bytes, size_t length,
                  uint32_t *ret_number);

// The oldest reading that waits. The length; 0: none waits, or `room` is too small: JOURNAL_READING_BYTES are not.
size_t journal_oldest(struct journal *journal, uint32_t *ret_number, unsigned *ret_bin,
                      void *ret_bytes, size_t room);
bool journal_remove(struct journal *journal, uint32_t number); // true also if it is gone already

// The newest reading of a bin, removed or not. 0: there never was one.
size_t journal_newest(struct journal *journal, unsigned bin, void *ret_bytes, size_t room);

unsigned journal_waiting(const struct journal *journal);
uint32_t journal_dropped(const struct journal *journal); // superseded readings, since the start
