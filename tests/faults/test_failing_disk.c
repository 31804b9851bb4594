// A disk that fails in the middle of a commit: whether it is stored is unknown, so nobody is told anything; the
// gateway ends, and after its restart every request is there once.
#include "books.h"

#include <evidence.h>

#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

enum {
    SERVE_REFUSED = 1,
    WITHIN_MS = 60000,
    LOOK_EVERY_MS = 10,
    ROUNDS = 4,
    PER_ROUND = 15,
    RATE = 30,
};

static const char *switch_path(const struct fixture *fixture)
{
    return fixture_path(fixture, "failing");
}

static void start_on_failing_disk(struct fixture *fixture)
{
    const char *before = getenv("ASAN_OPTIONS");
    char options[300];
    char *kept = before == NULL ? NULL : strdup(before);

    // The sanitizer wants to be the first library.
    (void)snprintf(options, sizeof options, "%s%sverify_asan_link_order=0",
                   before == NULL ? "" : before, before == NULL ? "" : ":");
    (void)setenv("ASAN_OPTIONS", options, 1);
    (void)setenv("CLINIC_FAILING_DISK", switch_path(fixture), 1);
    (void)setenv("LD_PRELOAD", FAILING_DISK, 1);
    fixture_start_gateway(fixture);
    (void)unsetenv("LD_PRELOAD");
    (void)unsetenv("ASAN_OPTIONS");
    if (kept != NULL)
        (void)setenv("ASAN_OPTIONS", kept, 1);
    free(kept);
}

static void fail_disk(const struct fixture *fixture, const char *what)
{
    FILE *file = fopen(switch_path(fixture), "we");

    assert_non_null(file);
    assert_true(fputs(what, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static void mend_disk(const struct fixture *fixture)
{
    assert_int_equal(unlink(switch_path(fixture)), 0);
}

static void wait_until_gateway_gave_up(struct fixture *fixture)
{
    int status = 0;

    assert_true(process_wait(&fixture->gateway, WITHIN_MS, &status));
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), SERVE_REFUSED);
}

#define CREATE                                                                                     \
    "{'patient_id':'%s','name':'Rosa Klein','birth_date':'1966-10-30','is_distinct':true}"

static void nobody_is_told_what_may_not_be_stored(struct fixture *fixture, const char *what)
{
    char patient[CLINIC_ID_TEXT_BYTES];
    char id[CLINIC_ID_TEXT_BYTES];

    assert_int_equal(fixture_end_gateway(fixture, SIGTERM), 0);
    start_on_failing_disk(fixture);
    struct peer *desk = fixture_desk(fixture, "desk-1", "ada");
    const size_t mark = peer_mark(desk);
    peer_new_id(patient);
    peer_new_id(id);

    fail_disk(fixture, what);
    assert_int_equal(peer_send(desk, id, "patient/create", CREATE, patient), 0);
    wait_until_gateway_gave_up(fixture);
    peer_catch_up(desk);
    assert_int_equal(peer_count(desk, mark, "clinic/reply/desk-1", id), 0);
    assert_int_equal(peer_count(fixture->auditor, 0, NULL, patient), 0);

    mend_disk(fixture);
    fixture_start_gateway(fixture);
    assert_accepted(peer_ask_as(desk, id, "patient/create", CREATE, patient));
    assert_int_equal(evidence_events(fixture, patient), 1);
}

static void a_sync_that_fails_ends_the_gateway_and_nothing_is_lost(void **state)
{
    nobody_is_told_what_may_not_be_stored(*state, "sync");
}

static void a_write_that_fails_ends_the_gateway_and_nothing_is_lost(void **state)
{
    nobody_is_told_what_may_not_be_stored(*state, "write");
}

// ---- in the middle of much work

static void start_kiosk(struct fixture *fixture, struct process *kiosk)
{
    char count[8];
    char rate[8];

    (void)snprintf(count, sizeof count, "%d", ROUNDS * PER_ROUND + PER_ROUND);
    (void)snprintf(rate, sizeof rate, "%d", RATE);
    process_start(kiosk, fixture_path(fixture, "logs/kiosk-1.log"),
                  (const char *const[]){ PROGRAM_FOLDER "/clinic-sim", "submit", "--folder",
                                         fixture_path(fixture, "broker/nodes/kiosk-1"), "--ledger",
                                         fixture_path(fixture, "kiosk-1.ledger"), "--count", count,
                                         "--rate", rate, NULL });
}

static size_t count_kiosk(const struct fixture *fixture, const char *words)
{
    return books_count_lines(fixture_path(fixture, "kiosk-1.ledger"), words);
}

static void wait_for_accepted(const struct fixture *fixture, size_t count)
{
    const int64_t deadline_ms = process_now_ms() + WITHIN_MS;

    while (count_kiosk(fixture, "accepted ") < count) {
        if (process_now_ms() > deadline_ms)
            fail_msg("the kiosk gets no answers; see logs/kiosk-1.log");
        (void)poll(NULL, 0, LOOK_EVERY_MS);
    }
}

// The kiosk may have been answered everything in the moment before: then there is no commit left that could fail. If the
// gateway has given up already, nobody receives this.
static void cause_a_commit(struct peer *desk)
{
    char id[CLINIC_ID_TEXT_BYTES];

    peer_new_id(id);
    (void)peer_send(desk, id, "staff/sign-in", "{'name':'ada','pin':'%s'}", FIXTURE_PIN);
}

static void requests_outlive_a_disk_that_fails_again_and_again(void **state)
{
    static const char *const faults[] = { "sync", "write" };
    struct fixture *fixture = *state;
    struct process kiosk = { 0 };
    int status = -1;
    const int64_t before = evidence_figure(fixture, "head");
    struct peer *desk = fixture_peer(fixture, "desk-2");

    assert_int_equal(fixture_end_gateway(fixture, SIGTERM), 0);
    start_kiosk(fixture, &kiosk);
    for (size_t round = 1; round <= ROUNDS; round++) {
        start_on_failing_disk(fixture);
        wait_for_accepted(fixture, round * PER_ROUND);
        fail_disk(fixture, faults[round % 2]);
        cause_a_commit(desk);
        wait_until_gateway_gave_up(fixture);
        mend_disk(fixture);
    }
    fixture_start_gateway(fixture);
    assert_true(process_wait(&kiosk, WITHIN_MS, &status));
    assert_int_equal(status, 0);
    const size_t accepted = count_kiosk(fixture, "accepted ");
    assert_int_equal(accepted, count_kiosk(fixture, "put "));
    assert_int_equal(evidence_figure(fixture, "head"), before + (int64_t)accepted);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        fixture_test(a_sync_that_fails_ends_the_gateway_and_nothing_is_lost),
        fixture_test(a_write_that_fails_ends_the_gateway_and_nothing_is_lost),
        fixture_test(requests_outlive_a_disk_that_fails_again_and_again),
    };
    return cmocka_run_group_tests_name("failing_disk", tests, fixture_setup, fixture_teardown);
}
