#include "flight.h"

#include <assert.h>

void flight_reset(struct flight *flight, uint64_t confirmed)
{
    flight->first = 0;
    flight->count = 0;
    flight->confirmed = confirmed;
    flight->offered = confirmed;
}

size_t flight_room(const struct flight *flight)
{
    return FLIGHT_MAX - flight->count;
}

void flight_add(struct flight *flight, uint64_t token, uint64_t sequence)
{
    assert(flight->count < FLIGHT_MAX && sequence > flight->offered);
    size_t place = (flight->first + flight->count) % FLIGHT_MAX;

    flight->items[place].token = token;
    flight->items[place].sequence = sequence;
    flight->items[place].has_landed = false;
    flight->count++;
    flight->offered = sequence;
}

static void advance(struct flight *flight)
{
    while (flight->count > 0 && flight->items[flight->first].has_landed) {
        flight->confirmed = flight->items[flight->first].sequence;
        flight->first = (flight->first + 1) % FLIGHT_MAX;
        flight->count--;
    }
}

bool flight_land(struct flight *flight, uint64_t token)
{
    for (size_t i = 0; i < flight->count; i++) {
        size_t place = (flight->first + i) % FLIGHT_MAX;
        if (flight->items[place].token == token) {
            flight->items[place].has_landed = true;
            advance(flight);
            return true;
        }
    }
    return false;
}
