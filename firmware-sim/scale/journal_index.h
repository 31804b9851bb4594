// journal_index.h - what the journal knows in memory: which records hold, and where they lie. The journal's own.
#pragma once

#include "journal_page.h"

// Index of the first waiting reading that has this number or a higher one.
unsigned journal_position(const struct journal *journal, uint32_t number);
bool journal_is_waiting(const struct journal *journal, uint32_t number);

// `i`: an index of a waiting reading.
void journal_forget(struct journal *journal, unsigned i);

// Index of the oldest waiting reading that is not the newest of its bin, or will not be once `bin` has another one.
unsigned journal_superseded(const struct journal *journal, unsigned bin);

// Takes a record into account that is in the flash. `number`: of a reading.
void journal_apply(struct journal *journal, const struct journal_record *record, uint32_t number,
                   unsigned place);
