// event_row.h - one row of the log as it lies in the table, and the chain over it.
//
// Canonical bytes of a row: the version byte 1, then the columns sequence, id, kind, subject, time_ms,
// recorded_at_ms, is_clock_held, node, person, correlation, causation, previous, data, owner, sealed, each
// as one of
//     'i' and 8 bytes, two's complement, big-endian        an integer
//     'b' and a length of 4 bytes, big-endian, and so many bytes   a text (UTF-8) or a blob
//     'n'                                                  NULL
// chain = SHA-256(chain of the row before, or 32 zero bytes for the first; canonical bytes).
#pragma once

#include "event_log.h"
#include "query.h"

#include <clinic/seal.h>

// Pieces with bytes == NULL are NULL. Everything is borrowed; texts end with a NUL that is not counted.
struct event_row {
    int64_t sequence;
    struct clinic_piece id;
    int64_t kind;
    struct clinic_piece subject;
    int64_t time_ms;
    int64_t recorded_at_ms;
    int64_t is_clock_held;
    struct clinic_piece node;
    struct clinic_piece person;
    struct clinic_piece correlation;
    struct clinic_piece causation;
    int64_t previous;
    struct clinic_piece data;   // public, JSON
    struct clinic_piece owner;  // whose key sealed the rest; NULL: nothing is sealed
    struct clinic_piece sealed; // personal, JSON under AES-256-GCM
    struct clinic_piece chain;
};

// The columns in the order in which event_row_read() wants them from a query.
#define EVENT_COLUMNS                                                                              \
    "sequence, id, kind, subject, time_ms, recorded_at_ms, is_clock_held, node, person,"           \
    " correlation, causation, previous, data, owner, sealed, chain"

void event_row_chain(const struct event_row *row,
                     const uint8_t previous[static CLINIC_DIGEST_BYTES],
                     uint8_t ret_chain[static CLINIC_DIGEST_BYTES]);

enum clinic_status event_row_insert(struct store *store, const struct event_row *row);

// Valid until the query goes on.
void event_row_read(struct query *query, struct event_row *ret_row);

// Seals and opens the personal part of a row with the key of its owner. A sealed text is bound to its
// event: it does not open in another row. The caller wipes and frees what it gets. CLINIC_REFUSED: the key was destroyed.
enum clinic_status event_row_seal(struct store *store, const struct clinic_id *event,
                                  const struct clinic_id *owner, const char *plain,
                                  struct clinic_piece *ret_sealed);
enum clinic_status event_row_unseal(struct store *store, const struct event_row *row,
                                    char **ret_plain, size_t *ret_length);
