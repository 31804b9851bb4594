// The control of test_campaign.c, linked with a journal that has been broken: that must be found out.
#include "campaign.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

static void a_broken_journal_is_found_out(void **state)
{
    (void)state;
    struct campaign at_random = { .seed = 1, .operations = 400 };
    struct campaign in_doubt = { .seed = 2, .before = 300, .operations = 600 };
    const char *fault = chain_run(&at_random);
    if (fault == NULL)
        fault = doubts_run(&in_doubt);
    assert_non_null(fault);
    const unsigned long long cuts = at_random.cuts + in_doubt.cuts;
    printf("after %llu cuts: %s\n", cuts, fault);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_broken_journal_is_found_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
