// A node that is killed, and a clinic that is away: nothing is lost, nothing told twice.
#include "bench.h"

#include "evidence.h"
#include "folder.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

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

static void a_killed_node_tells_what_was_taken_meanwhile_and_nothing_twice(void **state)
{
    struct peer *auditor = ((struct fixture *)*state)->auditor;
    const size_t mark = peer_mark(auditor);

    assert_true(WIFSIGNALED(bench_end_node(&bench, SIGKILL)));
    bench_do(&bench, "take 2");
    bench_start_node(&bench);
    bench_expect_quantity(&bench, mark, 38, -2);
    // At any moment, also right after it told: what it tells again is what the gateway knows.
    for (int i = 0; i < 3; i++) {
        (void)bench_end_node(&bench, SIGKILL);
        bench_start_node(&bench);
    }
    bench_do(&bench, "take 1");
    bench_expect_quantity(&bench, mark, 37, -1);
    assert_int_equal(bench_count_changes(&bench, mark), 2);
}

// Killed between the outbox and its memory, as the memory shows: it is that of before.
static void what_was_told_but_not_remembered_is_told_again_and_changes_nothing(void **state)
{
    struct fixture *clinic = *state;
    struct peer *auditor = clinic->auditor;
    const char *state_folder = fixture_path(clinic, "broker/nodes/scale-1/state");
    const char *copy = fixture_path(clinic, "state-before");

    (void)bench_end_node(&bench, SIGKILL);
    folder_copy(state_folder, copy);
    bench_start_node(&bench);
    size_t mark = peer_mark(auditor);
    bench_do(&bench, "take 5");
    bench_expect_quantity(&bench, mark, 32, -5);
    (void)bench_end_node(&bench, SIGKILL);
    assert_int_equal(rename(fixture_path(clinic, "state-before/scale.json"),
                            fixture_path(clinic, "broker/nodes/scale-1/state/scale.json")),
                     0);
    mark = peer_mark(auditor);
    bench_start_node(&bench);
    (void)bench_expect(&bench, mark, "clinic/request/scale-1/equipment/measure", "\"quantity\":32");
    (void)bench_expect(&bench, mark, "clinic/reply/scale-1", "\"accepted\"");
    assert_int_equal(bench_count_changes(&bench, mark), 0);
    bench_do(&bench, "add 5");
    bench_expect_quantity(&bench, mark, 37, 5);
}

static void nothing_is_lost_while_the_broker_is_away(void **state)
{
    struct fixture *clinic = *state;

    (void)fixture_end_broker(clinic, SIGTERM);
    bench_do(&bench, "take 3");
    bench_wait_remembered(&bench, 34);
    (void)bench_end_node(&bench, SIGKILL);
    bench_start_node(&bench);
    bench_do(&bench, "add 20");
    bench_wait_remembered(&bench, 54);
    fixture_start_broker(clinic);
    bench_expect_quantity(&bench, 0, 54, 20);
    assert_int_equal(evidence_events(clinic, "\"quantity\":34,\"change\":-3,"), 1);
    assert_int_equal(evidence_events(clinic, "\"quantity\":54,\"change\":20,"), 1);
}

int main(void)
{
    // Each goes on from where the one before left the shelf.
    const struct CMUnitTest tests[] = {
        fixture_test(a_killed_node_tells_what_was_taken_meanwhile_and_nothing_twice),
        fixture_test(what_was_told_but_not_remembered_is_told_again_and_changes_nothing),
        fixture_test(nothing_is_lost_while_the_broker_is_away),
    };
    return cmocka_run_group_tests_name("serial scale, killed", tests, set_up, tear_down);
}
