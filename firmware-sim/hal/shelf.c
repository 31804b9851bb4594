#include "shelf.h"

#include <assert.h>
#include <string.h>

enum step_kind { HAND_ON, UNITS_OUT, UNITS_IN, BIN_OFF, BIN_ON, HAND_OFF, MASS_ON, SHAKE_OFF };

enum { GRAM = 1000, SECOND = 1000000, MILLISECOND = 1000, USUAL_FOR_US = 5 * SECOND };

void shelf_init(struct shelf *shelf, uint64_t seed)
{
    memset(shelf, 0, sizeof *shelf);
    chance_init(&shelf->chance, seed, 2);
}

// ---- what lies in a bin

static void weigh_on(struct shelf_bin *bin, int64_t at_us)
{
    double load_mg = bin->hand_mg;
    if (!bin->is_lifted)
        load_mg += bin->traits.bin_mg + bin->units_mg + bin->mass_mg;
    cell_load(bin->cell, load_mg, bin->unsteady_mg, at_us);
}

static void sum_up(struct shelf_bin *bin)
{
    bin->units_mg = 0.0;
    for (int32_t i = 0; i < bin->units; i++)
        bin->units_mg += (double)bin->unit_mg[i];
}

static void put_units(struct shelf *shelf, struct shelf_bin *bin, int32_t count)
{
    const double spread = bin->traits.unit_mg * (bin->traits.variation_permyriad / 10000.0);
    for (int32_t i = 0; i < count && bin->units < SHELF_UNITS; i++)
        bin->unit_mg[bin->units++] =
            (float)(bin->traits.unit_mg + spread * chance_normal(&shelf->chance));
    sum_up(bin);
}

static void take_units(struct shelf *shelf, struct shelf_bin *bin, int32_t count)
{
    for (int32_t i = 0; i < count && bin->units > 0; i++) {
        const uint32_t which = chance_below(&shelf->chance, (uint32_t)bin->units);
        bin->unit_mg[which] = bin->unit_mg[--bin->units];
    }
    sum_up(bin);
}

void shelf_put_bin(struct shelf *shelf, struct cell *cell, const struct shelf_bin_traits *traits,
                   int64_t at_us)
{
    assert(shelf->bin_count < SHELF_BINS);
    struct shelf_bin *bin = &shelf->bins[shelf->bin_count++];
    bin->cell = cell;
    bin->traits = *traits;
    put_units(shelf, bin, traits->units);
    weigh_on(bin, at_us);
}

// ---- steps of an action

static void plan(struct shelf *shelf, unsigned bin, enum step_kind kind, int32_t amount,
                 int64_t at_us)
{
    shelf->steps[shelf->step_count++] = (struct shelf_step){
        .at_us = at_us, .bin = (uint8_t)bin, .kind = (uint8_t)kind, .amount = amount
    };
}

static void apply(struct shelf *shelf, const struct shelf_step *step)
{
    struct shelf_bin *bin = &shelf->bins[step->bin];
    switch ((enum step_kind)step->kind) {
    case HAND_ON:
        bin->hand_mg = step->amount;
        bin->unsteady_mg = step->amount / 4.0;
        break;
    case HAND_OFF:
        bin->hand_mg = 0.0;
        bin->unsteady_mg = 0.0;
        break;
    case SHAKE_OFF:
        bin->unsteady_mg = 0.0;
        break;
    case UNITS_OUT:
        take_units(shelf, bin, step->amount);
        break;
    case UNITS_IN:
        put_units(shelf, bin, step->amount);
        break;
    case BIN_OFF:
        bin->is_lifted = true;
        break;
    case BIN_ON:
        bin->is_lifted = false;
        break;
    case MASS_ON:
        bin->mass_mg = (double)step->amount * GRAM;
        break;
    }
    weigh_on(bin, step->at_us);
}

// The earliest; of several at once the one that was planned first. step_count: none.
static size_t find_next(const struct shelf *shelf)
{
    size_t next = 0;
    for (size_t i = 1; i < shelf->step_count; i++)
        if (shelf->steps[i].at_us < shelf->steps[next].at_us)
            next = i;
    return next;
}

int64_t shelf_next_us(const struct shelf *shelf)
{
    return shelf->step_count == 0 ? INT64_MAX : shelf->steps[find_next(shelf)].at_us;
}

void shelf_pass(struct shelf *shelf, int64_t until_us)
{
    while (shelf_next_us(shelf) <= until_us) {
        const size_t next = find_next(shelf);
        const struct shelf_step step = shelf->steps[next];
        shelf->step_count--;
        memmove(&shelf->steps[next], &shelf->steps[next + 1],
                (shelf->step_count - next) * sizeof shelf->steps[0]);
        apply(shelf, &step);
    }
}

// ---- actions

// A hand comes, does something in the middle, and leaves.
static void plan_by_hand(struct shelf *shelf, const struct shelf_action *action,
                         enum step_kind kind, int64_t at_us)
{
    const int64_t reach_us = chance_between(&shelf->chance, 500, 2000) * MILLISECOND;
    const int64_t leave_us = chance_between(&shelf->chance, 200, 1500) * MILLISECOND;
    const int32_t hand_mg = (int32_t)chance_between(&shelf->chance, 100, 1500) * GRAM;
    plan(shelf, action->bin, HAND_ON, hand_mg, at_us);
    plan(shelf, action->bin, kind, action->amount, at_us + reach_us);
    plan(shelf, action->bin, HAND_OFF, 0, at_us + reach_us + leave_us);
}

static void plan_lean(struct shelf *shelf, const struct shelf_action *action, int64_t at_us)
{
    const int64_t for_us = action->for_us > 0 ? action->for_us : USUAL_FOR_US;
    plan(shelf, action->bin, HAND_ON, action->amount * GRAM, at_us);
    plan(shelf, action->bin, HAND_OFF, 0, at_us + for_us);
}

static void shake(struct shelf *shelf, const struct shelf_action *action, int64_t at_us)
{
    struct shelf_bin *bin = &shelf->bins[action->bin];
    bin->unsteady_mg = (double)action->amount * GRAM;
    weigh_on(bin, at_us);
    plan(shelf, action->bin, SHAKE_OFF, 0,
         at_us + (action->for_us > 0 ? action->for_us : USUAL_FOR_US));
}

bool shelf_do(struct shelf *shelf, const struct shelf_action *action, int64_t at_us)
{
    if (action->bin >= shelf->bin_count || shelf->step_count + 3 > SHELF_STEPS)
        return false;
    switch (action->verb) {
    case SHELF_TAKE:
        plan_by_hand(shelf, action, UNITS_OUT, at_us);
        return true;
    case SHELF_ADD:
        plan_by_hand(shelf, action, UNITS_IN, at_us);
        return true;
    case SHELF_LIFT:
        plan_by_hand(shelf, action, BIN_OFF, at_us);
        return true;
    case SHELF_RETURN:
        plan_by_hand(shelf, action, BIN_ON, at_us);
        return true;
    case SHELF_LEAN:
        plan_lean(shelf, action, at_us);
        return true;
    case SHELF_STEPS_BY:
        shake(shelf, action, at_us);
        return true;
    case SHELF_MASS:
        plan_by_hand(shelf, action, MASS_ON, at_us);
        return true;
    case SHELF_EMPTY:
        plan(shelf, action->bin, UNITS_OUT, SHELF_UNITS, at_us);
        return true;
    case SHELF_WARM:
        cell_warm(shelf->bins[action->bin].cell, action->amount);
        return true;
    }
    return false;
}
