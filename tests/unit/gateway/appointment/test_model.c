// Thousands of random requests against a clinic that knows only intervals and states, over clock changes in three zones.
//
// CLINIC_SEED=… repeats a run. What fails is shrunk to the few steps that it needs, and these are printed.
#include "model.h"

#include <unistd.h>

enum { RUNS_A_ZONE = 8, CONTROL_RUNS_MAX = 60 };

static unsigned make_seed(void)
{
    const char *given = getenv("CLINIC_SEED");
    const unsigned seed = given == NULL ? (unsigned)getpid() : (unsigned)strtoul(given, NULL, 10);

    print_message("CLINIC_SEED=%u\n", seed);
    return seed;
}

static void fail_shrunk(struct steps *steps, const struct zone *zone, struct mismatch *mismatch)
{
    steps_shrink(steps, zone, NO_FLAW, mismatch);
    print_message("%s\n", mismatch->text);
    steps_print(steps, zone);
    fail();
}

// Otherwise the steps would have tried too little.
static void assert_everything_happened(const struct tally *tally)
{
    static const enum clinic_code codes[] = {
        CLINIC_CODE_EXISTS,           CLINIC_CODE_NOT_FOUND,      CLINIC_CODE_NO_CHANGE,
        CLINIC_CODE_STALE_VERSION,    CLINIC_CODE_STATE_MISMATCH, CLINIC_CODE_SLOT_NO_SUCH_TIME,
        CLINIC_CODE_SLOT_PAST,        CLINIC_CODE_SLOT_OFF_GRID,  CLINIC_CODE_CONFLICT_DOCTOR,
        CLINIC_CODE_CONFLICT_PATIENT,
    };

    for (int i = 0; i < STEP_KINDS; i++) {
        const bool is_call = i == CALL || i == CALL_NEXT; // few: one of them will do
        const int calls = tally->accepted[CALL] + tally->accepted[CALL_NEXT];
        assert_in_range(is_call ? calls : tally->accepted[i], 1, INT32_MAX);
    }
    for (size_t i = 0; i < ARRAY_SIZE(codes); i++) {
        if (tally->refused[codes[i]] == 0)
            fail_msg("nothing was refused with %s", clinic_codes[codes[i]].name);
    }
}

static void random_requests_are_answered_as_by_a_clinic_of_intervals_and_states(void **state)
{
    unsigned seed = make_seed();
    struct mismatch mismatch;
    struct tally tally = { .accepted = { 0 } };
    struct steps steps;

    (void)state;
    for (int run = 0; run < RUNS_A_ZONE; run++) {
        for (size_t zone = 0; zone < zone_count; zone++) {
            steps_make(&steps, &seed);
            if (!steps_agree(&steps, &zones[zone], NO_FLAW, &tally, &mismatch))
                fail_shrunk(&steps, &zones[zone], &mismatch);
        }
    }
    assert_everything_happened(&tally);
}

static const struct zone *find_disagreement(enum flaw flaw, unsigned *seed, struct steps *steps,
                                            struct mismatch *mismatch)
{
    for (int run = 0; run < CONTROL_RUNS_MAX; run++) {
        const struct zone *zone = &zones[(size_t)run % zone_count];
        steps_make(steps, seed);
        if (!steps_agree(steps, zone, flaw, NULL, mismatch))
            return zone;
    }
    fail_msg("mistake %d was not seen", (int)flaw);
    return NULL;
}

static void every_mistake_of_a_reference_is_caught(void **state)
{
    unsigned seed = make_seed();
    struct mismatch mismatch;
    struct steps steps;

    (void)state;
    for (int flaw = NO_FLAW + 1; flaw < FLAWS; flaw++)
        (void)find_disagreement((enum flaw)flaw, &seed, &steps, &mismatch);
}

static void a_disagreement_is_shrunk_to_the_few_steps_that_it_needs(void **state)
{
    static const enum flaw flaw = OWN_TIME_BLOCKS_A_MOVE;
    unsigned seed = make_seed();
    struct mismatch mismatch;
    struct steps steps;

    (void)state;
    const struct zone *zone = find_disagreement(flaw, &seed, &steps, &mismatch);
    steps_shrink(&steps, zone, flaw, &mismatch);
    print_message("%s\n", mismatch.text);
    steps_print(&steps, zone);
    assert_in_range(steps.count, 2, 4); // booking, moving, and hardly anything besides
    assert_true(steps_agree(&steps, zone, NO_FLAW, NULL, &mismatch));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_requests_are_answered_as_by_a_clinic_of_intervals_and_states),
        cmocka_unit_test(every_mistake_of_a_reference_is_caught),
        cmocka_unit_test(a_disagreement_is_shrunk_to_the_few_steps_that_it_needs),
    };
    return cmocka_run_group_tests_name("model of appointments", tests, NULL, NULL);
}
