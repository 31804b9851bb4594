// flight.h - events that were handed to a broker and are not acknowledged yet, and how far all is.
//
// Acknowledgements may come in any order; `confirmed` only moves over a run without holes.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { FLIGHT_MAX = 256 };

struct flight {
    struct {
        uint64_t token;
        uint64_t sequence;
        bool has_landed;
    } items[FLIGHT_MAX];
    size_t first;
    size_t count;
    uint64_t confirmed; // everything up to this sequence is on the other side
    uint64_t offered;   // the last one handed over
};

// Nothing is in the air; begin again after `confirmed`.
void flight_reset(struct flight *flight, uint64_t confirmed);

size_t flight_room(const struct flight *flight);
void flight_add(struct flight *flight, uint64_t token, uint64_t sequence);

// False: not a token of this flight.
bool flight_land(struct flight *flight, uint64_t token);
