// ledger.h - every node certificate the authority ever signed, in the file ca/issued.
//
// The CRL is made from it: it lists whatever was issued and is not the current certificate of a node in
// the registry. So what a crash leaves between two files - a certificate that nobody registered - is
// revoked by the next change instead of forgotten. A serial is in the ledger before its certificate
// is signed.
//
// `generation` is the CRL's number and counts the changes; `applied` is the generation that a running
// broker has proved to use (canary.h).
#pragma once

#include "certificate.h"
#include "layout.h"

enum { LEDGER_ROWS_MAX = 20000 };

struct ledger_row {
    char serial[CLINIC_SERIAL_TEXT_BYTES];
    char name[CLINIC_NODE_NAME_BYTES];
    int64_t revoked_at_ms; // 0: not revoked
};

struct ledger {
    uint32_t generation;
    uint32_t applied;
    struct ledger_row *rows; // in the order of issue
    size_t count;
    size_t room; // rows that fit without asking for memory
};

// A ledger that lost even one row is refused: what the row revoked would be let in again.
bool ledger_load(const struct layout *layout, struct ledger *ret_ledger, struct failure *failure);
bool ledger_save(const struct layout *layout, const struct ledger *ledger, struct failure *failure);
bool ledger_add(struct ledger *ledger, const char *serial, const char *name,
                struct failure *failure);
void ledger_done(struct ledger *ledger);
