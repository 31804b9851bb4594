// verdict.h - do the books of a clinic agree? What "nothing is lost, nothing is doubled" means, line by line.
//
//   the log      has the sequences 1, 2, 3 … and no event or request of an event twice
//   a submitter  has one answer to each promise; an accepted one is one event of the log, a rejected one none;
//                the events of one node are in the order in which it made the promises
//   the log      has no event that nobody asked for
//   the recorder saw all of it, in order, once
//   the archive  has all of it once
#pragma once

#include "books.h"

enum { VERDICT_FINDINGS_MAX = 12, VERDICT_FINDING_BYTES = 200 };

struct verdict {
    size_t count; // of findings; only the first are kept
    char findings[VERDICT_FINDINGS_MAX][VERDICT_FINDING_BYTES];
};

void verdict_reach(const struct books *books, struct verdict *ret_verdict);
