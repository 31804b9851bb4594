// transfer.h - moves a report's file to the gateway and back, a chunk a request.
//
// An upload that was cut short goes on where the gateway says; a download is written beside its place and gets its name
// only when the digest is right.
#pragma once

#include "command.h"
#include <clinic/box.h>

enum { TRANSFER_PROBLEM_BYTES = 400 };

struct transfer_asker {
    // Carries out one request; takes `data` over. On CLINIC_OUTCOME_ACCEPTED the caller owns *ret_reply, the reply's data. What
    // else came of it has been told already.
    enum clinic_outcome (*ask)(void *context, cJSON *data, cJSON **ret_reply);
    void *context;
};

// `options` as the command's row lists them. Empty problem: it was told already. On success *ret_summary, which the caller
// frees, is what to say: how `report update` refers to the file, or where it is now.
enum clinic_outcome transfer_run(enum transfer transfer, const cJSON *options,
                                 const struct transfer_asker *asker, char **ret_summary,
                                 char reterr_problem[static TRANSFER_PROBLEM_BYTES]);
