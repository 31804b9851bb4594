// Power fails in every operation of the flash, and at random for as long as it takes to turn the pages many times.
#include "campaign.h"
#include "journal_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

static void report(const char *what, const struct campaign *campaign, const char *fault)
{
    printf("%s: %u operations, power cut %llu times and %llu times in the repair: %llu done, %llu "
           "not; pages erased %u to %u times%s%s\n",
           what, campaign->operations, (unsigned long long)campaign->cuts,
           (unsigned long long)campaign->second_cuts, (unsigned long long)campaign->done,
           (unsigned long long)campaign->undone, campaign->fewest_erasures, campaign->most_erasures,
           fault == NULL ? "" : ": ", fault == NULL ? "" : fault);
}

// A journal that is new, one that goes on to its first pages, one that has been around and is full at times.
static const unsigned before[] = { 0, 100, 1500 };

static void what_was_confirmed_survives_a_power_cut_at_every_operation(void **state)
{
    (void)state;
    const uint64_t seed = seed_from_environment(20261123);
    for (size_t i = 0; i < sizeof before / sizeof before[0]; i++) {
        struct campaign campaign = { .seed = seed + i, .before = before[i], .operations = 40 };
        const char *fault = campaign_run(&campaign);
        report("every operation", &campaign, fault);
        assert_null(fault);
        assert_true(campaign.cuts > 1000);
        assert_true(campaign.second_cuts > 30);
        assert_true(campaign.done >= 40);
    }
}

static void what_is_in_doubt_after_a_power_cut_is_decided_once(void **state)
{
    (void)state;
    const uint64_t seed = seed_from_environment(20261124);
    for (size_t i = 0; i < sizeof before / sizeof before[0]; i++) {
        struct campaign campaign = { .seed = seed + i, .before = before[i], .operations = 80 };
        const char *fault = doubts_run(&campaign);
        report("doubts", &campaign, fault);
        assert_null(fault);
        assert_true(campaign.second_cuts > 300);
    }
}

static void what_was_confirmed_survives_power_cuts_at_random(void **state)
{
    (void)state;
    struct campaign campaign = { .seed = seed_from_environment(20261125), .operations = 2000 };
    const char *fault = chain_run(&campaign);
    report("at random", &campaign, fault);
    assert_null(fault);
    assert_true(campaign.fewest_erasures > 100);
    assert_true(campaign.second_cuts > 500);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_confirmed_survives_a_power_cut_at_every_operation),
        cmocka_unit_test(what_is_in_doubt_after_a_power_cut_is_decided_once),
        cmocka_unit_test(what_was_confirmed_survives_power_cuts_at_random),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
