// journal_log.h - the journal's pages one after the other. The journal's own.
//
// When the page being written is full, the next one is erased, gets what still holds of the oldest page, and is written
// from then on; the oldest page is now the one that is erased next. So one page is always free, and until the copies
// have their mark, the oldest page still holds. A record replaces those before it of the same key or number.
#pragma once

#include "journal_index.h"

// A record to be written.
struct journal_piece {
    struct journal_record record; // but its CRC
    const void *bytes;
    uint32_t number; // of a reading
};

// All of them or none. A page where a unit fails is left for the next one.
bool journal_append(struct journal *journal, const struct journal_piece *pieces, unsigned count);

bool journal_read_place(struct journal *journal, unsigned place, struct journal_record *ret_record);
