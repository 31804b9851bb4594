// model.h - the same random steps for the gateway and for the reference, until they disagree.
#pragma once

#include "appointment_fixture.h"
#include "reference.h"

enum { STEPS_MAX = 150 };

struct steps {
    int hours_before; // the clock change they begin
    size_t count;
    struct step steps[STEPS_MAX];
};

// What happened in all runs: whether the random steps reach everything.
struct tally {
    int accepted[STEP_KINDS];
    int refused[CLINIC_CODE_COUNT];
};

// Where the gateway and the reference part.
struct mismatch {
    size_t step;
    char text[300];
};

void steps_make(struct steps *steps, unsigned *seed);

// True: gateway and reference agree on every answer, and on every visit after each step. `tally` may be NULL.
bool steps_agree(const struct steps *steps, const struct zone *zone, enum flaw flaw,
                 struct tally *tally, struct mismatch *reterr_mismatch);

// Leaves out what the disagreement does not need, and says what it is then.
void steps_shrink(struct steps *steps, const struct zone *zone, enum flaw flaw,
                  struct mismatch *mismatch);

void steps_print(const struct steps *steps, const struct zone *zone);
