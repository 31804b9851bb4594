// shelf.h - bins on load cells, and what people do to them.
//
// An action takes the seconds that it takes people: a hand comes, moves about, and leaves with what it took. What is
// still to happen is kept in a queue of SHELF_STEPS; an action that finds it full is refused.
//
// Every unit has a weight of its own, so counting is as hard as with real gloves.
#pragma once

#include "cell.h"

#include <stddef.h>

enum { SHELF_BINS = 4, SHELF_UNITS = 2000, SHELF_STEPS = 64 };

struct shelf_bin_traits {
    int32_t bin_mg; // the empty bin
    int32_t unit_mg;
    int32_t variation_permyriad; // standard deviation of a unit's weight over its mean
    int32_t units;               // that lie in it at the start
};

enum shelf_verb {
    SHELF_TAKE,     // amount: units
    SHELF_ADD,      // amount: units
    SHELF_LIFT,     // the bin and all in it
    SHELF_RETURN,   // puts it back
    SHELF_LEAN,     // amount: grams; for a while
    SHELF_STEPS_BY, // somebody walks by, amount: grams that the floor gives; for a while
    SHELF_MASS,     // amount: grams of something that is no unit, in place of the last such thing
    SHELF_EMPTY,    // takes all units at once, as for a tare
    SHELF_WARM,     // amount: degrees of the room against the usual
};

struct shelf_action {
    enum shelf_verb verb;
    unsigned bin; // from 0
    int32_t amount;
    int64_t for_us; // of those that last a while
};

struct shelf_bin {
    struct cell *cell;
    struct shelf_bin_traits traits;
    int32_t units;
    double units_mg; // sum of the ones below
    float unit_mg[SHELF_UNITS];
    double mass_mg;
    double hand_mg;
    double unsteady_mg;
    bool is_lifted;
};

// What is left to happen of an action.
struct shelf_step {
    int64_t at_us;
    uint8_t bin;
    uint8_t kind; // shelf.c's
    int32_t amount;
};

struct shelf {
    struct chance chance;
    struct shelf_bin bins[SHELF_BINS];
    unsigned bin_count;
    struct shelf_step steps[SHELF_STEPS];
    size_t step_count;
};

void shelf_init(struct shelf *shelf, uint64_t seed);

// Puts a bin with its units on the cell; bins are numbered in the order they came. At most SHELF_BINS.
void shelf_put_bin(struct shelf *shelf, struct cell *cell, const struct shelf_bin_traits *traits,
                   int64_t at_us);

// Begins an action. False: there is no such bin, or too much is going on.
bool shelf_do(struct shelf *shelf, const struct shelf_action *action, int64_t at_us);

// Lets everything happen that was to happen until then.
void shelf_pass(struct shelf *shelf, int64_t until_us);

int64_t shelf_next_us(const struct shelf *shelf); // when something happens next; INT64_MAX: nothing
