// A serial scale from the box to the shelf: tared, calibrated and taught from the front desk, then gloves are taken.
#include "bench.h"

#include "evidence.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static void the_check_tells_which_scale_answers(void **state)
{
    struct bench bench;

    bench_open(*state, &bench, "0");
    assert_int_equal(bench_check(&bench, "serial number SIM-0001"), 0);
    bench_do(&bench, "power-off");
    assert_int_equal(bench_check(&bench, "it does not answer"), 1);
    bench_do(&bench, "unplug");
    evidence_wait_lines(bench.clinic, "logs/sics-sim.log", "unplugged", 1);
    assert_int_equal(bench_check(&bench, "No such file or directory"), 1);
    bench_close(&bench);
}

static void gloves_are_counted_once_the_desk_has_set_the_scale_up(void **state)
{
    struct fixture *clinic = *state;
    struct bench bench;
    struct peer *desk = fixture_desk(clinic, "desk-1", "ada");

    bench_open(clinic, &bench, "0");
    bench_start_node(&bench);
    bench_register(&bench, desk, "'variation_permyriad':100,'most':60");
    bench_set_up(&bench, desk, "tare", "", "done");
    bench_do(&bench, "mass 500");
    bench_set_up(&bench, desk, "calibrate", "'mass_mg':500000", "done");
    bench_do(&bench, "mass 0");
    bench_do(&bench, "add 40");
    size_t mark = peer_mark(clinic->auditor);
    bench_set_up(&bench, desk, "sample", "'count':40", "done");
    bench_expect_quantity(&bench, mark, 40, 40);

    mark = peer_mark(clinic->auditor);
    bench_do(&bench, "take 3");
    bench_expect_quantity(&bench, mark, 37, -3);
    bench_do(&bench, "add 10");
    bench_expect_quantity(&bench, mark, 47, 10);
    bench_close(&bench);
    // Nobody was shown anything else in between: not the hands, not the mass.
    assert_int_equal(peer_count(clinic->auditor, mark, STOCK_CHANGED, ""), 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        fixture_test(the_check_tells_which_scale_answers),
        fixture_test(gloves_are_counted_once_the_desk_has_set_the_scale_up),
    };
    return cmocka_run_group_tests_name("serial scale, set-up", tests, fixture_setup,
                                       fixture_teardown);
}
