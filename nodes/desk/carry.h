// carry.h - carries one call of the command line out: through a running `clinic-desk serve`, else by itself.
//
// Two connections of one identity would throw each other off, and the outbox has one owner; so where
// another program of this box is at work without a socket, this waits for its turn until the time is up.
#pragma once

#include <clinic/box.h>

struct carry {
    const char *folder;                                    // the node's
    const char *state_folder;                              // of its node.ini
    int64_t timeout_ms;                                    // -1: no limit
    void (*on_answer)(void *context, const cJSON *answer); // every answer, the last included
    void *context;
};

// Always ends with an answer that has "done", of its own making where need be.
enum clinic_outcome carry_out(const struct carry *carry, const cJSON *call);
