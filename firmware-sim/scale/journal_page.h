// journal_page.h - how the journal's records lie in a page of flash; the journal's own.
//
// A page begins with a header. Then come groups: some records, and a mark with a CRC over all of them. A group counts once
// it has its mark. Units are programmed one after the other and records are read back, so where a unit has been begun,
// all before it are whole and stable: only what was written last before a loss of power may read differently each time.
// Whatever it is found to be at the next opening is then told by a resumption, which goes behind it.
//
// CRCs begin with the page's sequence and the unit, so nothing is mistaken for a record that was not written there
// and then: neither what an erasure left, nor a record's content. Numbers are in the board's own byte order.
#pragma once

#include "journal.h"

enum {
    JOURNAL_PAGE_UNITS = HAL_FLASH_PAGE_BYTES / HAL_FLASH_UNIT_BYTES,
    JOURNAL_HEADER_UNITS = 3,
    JOURNAL_RESERVED_UNITS = 8, // at the end of each page, for resumptions
};

// Stored.
enum journal_kind {
    JOURNAL_MARK = 1,    // of a group that begins at unit `id` of this page
    JOURNAL_STATE = 2,   // of key `id`
    JOURNAL_WAITING = 3, // a reading of bin `id`: its number, its bytes
    JOURNAL_KEPT = 4,    // the same, no longer waiting
    JOURNAL_REMOVED = 5, // the number of a reading
    JOURNAL_RESUMED = 6, // what was written before unit `id` counts; from there to here it does not
};

struct journal_record {
    uint8_t kind; // enum journal_kind
    uint8_t id;
    uint16_t length; // of what follows in the next units
    uint32_t crc;
};

struct journal_page {
    uint32_t magic;
    uint32_t sequence;      // counts up; this is page sequence % HAL_FLASH_PAGES
    uint32_t next_number;   // of readings, when the page was begun
    uint32_t previous_end;  // in the page before, what lies at this unit or behind it is void
    uint32_t previous_head; // and from this one on nothing was written
    uint32_t crc;
};

// Where something lies is told by its page's sequence and the unit in the page.
unsigned journal_place(uint32_t sequence, unsigned unit);
unsigned journal_record_units(size_t length);

// False: no such page, or no longer.
bool journal_page_read(struct journal *journal, unsigned page, struct journal_page *ret_header);

// What of a page counts.
struct journal_extent {
    uint16_t end;   // the unit behind the last group that does
    uint16_t blank; // from this unit on nothing was written, though this one may have been begun
    uint16_t marks; // how many, resumptions among them
    uint8_t voids[JOURNAL_PAGE_UNITS / 8]; // units before `end` that do not: one bit each
};

// False: no mark is in it.
bool journal_page_survey(struct journal *journal, uint32_t sequence,
                         struct journal_extent *ret_extent);

// Whether writing was resumed in a page at `from` or behind it.
bool journal_page_was_resumed(struct journal *journal, uint32_t sequence, unsigned from);

bool journal_extent_counts(const struct journal_extent *extent, unsigned unit);

// Erases a page and writes its header.
bool journal_page_begin(struct journal *journal, uint32_t sequence);

// Whether a record, not a mark, lies here, and is whole.
bool journal_record_read(struct journal *journal, uint32_t sequence, unsigned unit,
                         struct journal_record *ret_record);

// `record` without its CRC.
bool journal_record_write(struct journal *journal, uint32_t sequence, unsigned unit,
                          struct journal_record record, const void *bytes);
bool journal_record_copy(struct journal *journal, uint32_t sequence, unsigned unit,
                         struct journal_record record, unsigned from_place);

// `kind`: JOURNAL_MARK or JOURNAL_RESUMED, with its `id`.
bool journal_mark_write(struct journal *journal, uint32_t sequence, unsigned unit,
                        enum journal_kind kind, unsigned id);

// Of what follows the record's first unit.
bool journal_bytes_read(struct journal *journal, unsigned place, size_t at, void *ret_bytes,
                        size_t length);
