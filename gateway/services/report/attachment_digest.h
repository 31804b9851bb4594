// attachment_digest.h - the digests of files that are coming in, a step at a time.
//
// The gateway has one thread: reading 64 MiB back at the end would keep everybody waiting for seconds. So each chunk is
// read back as it comes, and the digest so far is kept in memory. It is never more than a saving: what the process has
// forgotten (it was started again, or too many files came in at once) is caught up with from the file, a little at
// every chunk.
#pragma once

#include "attachment_file.h"

enum {
    ATTACHMENT_DIGESTS_MAX = 64,     // files at once; then the one that waited longest begins anew
    ATTACHMENT_STEP_BYTES = 2 << 20, // read at most at once
};

// Takes in what the file holds, up to `through`. CLINIC_DAMAGED: a chunk is not what was sealed.
enum clinic_status attachment_digest_follow(const struct attachment_file *file, int64_t through,
                                            bool *ret_is_caught_up);

// Of a file that has been followed to its end: CLINIC_OK, or CLINIC_DAMAGED where its digest is another. Forgets it.
enum clinic_status attachment_digest_check(const struct attachment_file *file);
