// A serial scale without its line, or without its bin: neither is an empty shelf.
#include "bench.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static struct bench bench;

static int set_up(void **state)
{
    return bench_begin(state, &bench);
}

static int tear_down(void **state)
{
    return bench_end(state, &bench);
}

static void an_unplugged_scale_is_a_fault_and_not_an_empty_shelf(void **state)
{
    struct peer *auditor = ((struct fixture *)*state)->auditor;
    const size_t mark = peer_mark(auditor);

    bench_do(&bench, "unplug");
    const struct peer_message *fault =
        bench_expect(&bench, mark, STOCK_CHANGED, "\"bin_state\":\"fault\"");
    assert_non_null(strstr(fault->payload, "\"quantity\":40,\"change\":0,\"state\":\"unknown\""));
    bench_do(&bench, "plug");
    const struct peer_message *well =
        bench_expect(&bench, mark, STOCK_CHANGED, "\"bin_state\":\"stable\"");
    assert_non_null(strstr(well->payload, "\"quantity\":40,\"change\":0,\"state\":\"ok\""));
    assert_int_equal(bench_count_changes(&bench, mark), 2);
}

static void what_was_taken_while_it_was_unplugged_is_told_afterwards(void **state)
{
    struct peer *auditor = ((struct fixture *)*state)->auditor;
    const size_t mark = peer_mark(auditor);

    bench_do(&bench, "unplug");
    bench_do(&bench, "take 4");
    (void)bench_expect(&bench, mark, STOCK_CHANGED, "\"bin_state\":\"fault\"");
    bench_do(&bench, "plug");
    bench_expect_quantity(&bench, mark, 36, -4);
}

static void a_lifted_bin_is_not_an_empty_one(void **state)
{
    struct peer *auditor = ((struct fixture *)*state)->auditor;
    const size_t mark = peer_mark(auditor);

    bench_do(&bench, "lift");
    const struct peer_message *lifted =
        bench_expect(&bench, mark, STOCK_CHANGED, "\"bin_state\":\"lifted\"");
    assert_non_null(strstr(lifted->payload, "\"quantity\":36,\"change\":0,"));
    bench_do(&bench, "return");
    (void)bench_expect(&bench, mark, STOCK_CHANGED, "\"bin_state\":\"stable\"");
    assert_int_equal(bench_count_changes(&bench, mark), 2);
}

int main(void)
{
    // Each goes on from where the one before left the shelf.
    const struct CMUnitTest tests[] = {
        fixture_test(an_unplugged_scale_is_a_fault_and_not_an_empty_shelf),
        fixture_test(what_was_taken_while_it_was_unplugged_is_told_afterwards),
        fixture_test(a_lifted_bin_is_not_an_empty_one),
    };
    return cmocka_run_group_tests_name("serial scale, unplugged", tests, set_up, tear_down);
}
