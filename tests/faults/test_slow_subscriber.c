// A subscriber that hangs while more happens than the broker keeps for it: the broker drops what is too much and
// still acknowledges it, and the subscriber has every event once all the same.
#include "books.h"

#include <evidence.h>

#include <inttypes.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum {
    WITHIN_MS = 120000,
    AT_ONCE_MS = 20000, // sooner than it would look by itself
    LOOK_EVERY_MS = 20,
    FEW = 20,
    MANY = 4000, // more than the broker's queue, its window and the sockets between hold
};

#define SIM PROGRAM_FOLDER "/clinic-sim"
#define DROPPED "messages are being dropped for client desk-2"

// Until the kiosk has asked for so many in all.
static void submit(struct fixture *fixture, size_t count)
{
    struct process kiosk = { 0 };
    char number[8];
    int status = -1;

    (void)snprintf(number, sizeof number, "%zu", count);
    process_start(&kiosk, fixture_path(fixture, "logs/kiosk-1.log"),
                  (const char *const[]){ SIM, "submit", "--folder",
                                         fixture_path(fixture, "broker/nodes/kiosk-1"), "--ledger",
                                         fixture_path(fixture, "kiosk-1.ledger"), "--count", number,
                                         "--rate", "0", NULL });
    assert_true(process_wait(&kiosk, WITHIN_MS, &status));
    assert_int_equal(status, 0);
}

static size_t count_kiosk(const struct fixture *fixture)
{
    return books_count_lines(fixture_path(fixture, "kiosk-1.ledger"), "put ");
}

static size_t count_recorded(const struct fixture *fixture)
{
    return books_count_lines(fixture_path(fixture, "desk-2.ledger"), "event ");
}

static void wait_for_recorded(const struct fixture *fixture, size_t count, int64_t within_ms)
{
    const int64_t deadline_ms = process_now_ms() + within_ms;

    while (count_recorded(fixture) < count) {
        if (process_now_ms() > deadline_ms)
            fail_msg("the recorder has %zu of %zu events", count_recorded(fixture), count);
        (void)poll(NULL, 0, LOOK_EVERY_MS);
    }
}

// Every sequence from 1 to `head` once. Events of one type are in order; where the broker dropped one in
// mid-connection, an event of another type may have come before it.
static void assert_whole(const struct fixture *fixture, int64_t head)
{
    FILE *file = fopen(fixture_path(fixture, "desk-2.ledger"), "re");
    unsigned *times = calloc((size_t)head + 1, sizeof *times);
    int64_t sequence = 0;
    int64_t last = 0;

    assert_true(file != NULL && times != NULL);
    while (fscanf(file, "event %" SCNd64 " %*s %*s\n", &sequence) == 1) {
        assert_in_range(sequence, 1, head);
        assert_true(sequence > last); // a kiosk's events are all of one type
        last = sequence;
        times[sequence]++;
    }
    for (int64_t i = 1; i <= head; i++)
        assert_int_equal(times[i], 1);
    free(times);
    (void)fclose(file);
}

static int64_t read_head(struct fixture *fixture)
{
    return evidence_figure(fixture, "head");
}

static void wait_until_recorder_has_all(struct fixture *fixture, int64_t within_ms)
{
    wait_for_recorded(fixture, (size_t)read_head(fixture), within_ms);
}

// What hangs is left far behind, and goes on.
static void hang(struct fixture *fixture, struct process *recorder)
{
    const size_t before = count_kiosk(fixture);
    const size_t dropped = evidence_lines(fixture, "logs/broker.log", DROPPED);

    process_start(recorder, fixture_path(fixture, "logs/desk-2.log"),
                  (const char *const[]){ SIM, "record", "--folder",
                                         fixture_path(fixture, "broker/nodes/desk-2"), "--ledger",
                                         fixture_path(fixture, "desk-2.ledger"), NULL });
    submit(fixture, before + FEW);
    wait_until_recorder_has_all(fixture, WITHIN_MS);
    assert_int_equal(kill(recorder->pid, SIGSTOP), 0);
    submit(fixture, before + FEW + MANY);
    evidence_wait_lines(fixture, "logs/broker.log", DROPPED, dropped + 1);
    assert_int_equal(kill(recorder->pid, SIGCONT), 0);
}

static void end(struct process *recorder)
{
    int status = -1;

    assert_int_equal(kill(recorder->pid, SIGTERM), 0);
    assert_true(process_wait(recorder, WITHIN_MS, &status));
    assert_int_equal(status, 0);
}

static void what_the_broker_dropped_is_asked_for_when_something_comes_behind_it(void **state)
{
    struct fixture *fixture = *state;
    struct process recorder = { 0 };

    hang(fixture, &recorder);
    submit(fixture, count_kiosk(fixture) + FEW);
    wait_until_recorder_has_all(fixture, AT_ONCE_MS);
    end(&recorder);
    assert_whole(fixture, read_head(fixture));
}

static void what_the_broker_dropped_is_asked_for_when_nothing_comes_behind_it(void **state)
{
    struct fixture *fixture = *state;
    struct process recorder = { 0 };

    hang(fixture, &recorder);
    wait_until_recorder_has_all(fixture, WITHIN_MS);
    end(&recorder);
    assert_whole(fixture, read_head(fixture));
}

// One that hangs is dropped by its keep-alive too, where filling its queue takes longer than that: on a busy machine.
static int set_up(void **state)
{
    if (fixture_setup(state) != 0)
        return -1;
    FILE *file = fopen(fixture_path(*state, "broker/nodes/desk-2/node.ini"), "a");
    assert_non_null(file);
    assert_true(fputs("keepalive_s = 600\n", file) >= 0);
    assert_int_equal(fclose(file), 0);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        fixture_test(what_the_broker_dropped_is_asked_for_when_something_comes_behind_it),
        fixture_test(what_the_broker_dropped_is_asked_for_when_nothing_comes_behind_it),
    };
    return cmocka_run_group_tests_name("slow_subscriber", tests, set_up, fixture_teardown);
}
