#include "store_fixture.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ROUNDS = 25, TRANSACTIONS_MAX = 40 };

// ---- the writer, in a process of its own

static void write_transaction(struct store_fixture *fixture, unsigned *seed)
{
    const int count = 1 + rand_r(seed) % 20;
    bool is_good = store_begin(fixture->store) == CLINIC_OK;
    for (int i = 0; i < count && is_good; i++) {
        struct clinic_event event = { 0 };
        is_good = store_savepoint(fixture->store) == CLINIC_OK
                  && fixture_append_stock(fixture->store, &event) == CLINIC_OK;
        clinic_event_done(&event);
        if (rand_r(seed) % 5 == 0)
            store_rollback_to_savepoint(fixture->store);
        else
            is_good = is_good && store_release(fixture->store) == CLINIC_OK;
    }
    if (!is_good || store_commit(fixture->store) != CLINIC_OK)
        _exit(1);
    if (rand_r(seed) % 8 == 0)
        (void)store_checkpoint(fixture->store);
}

// Tells the head after each commit, as a gateway replies.
static void write_until_killed(struct store_fixture *fixture, int told, unsigned seed)
{
    if (fixture_try(fixture) != CLINIC_OK)
        _exit(2);
    for (;;) {
        write_transaction(fixture, &seed);
        const uint64_t head = event_log_head(fixture->store);
        if (write(told, &head, sizeof head) != sizeof head)
            _exit(3);
    }
}

// Runs a writer for some transactions, kills it, and returns the last head that it told.
static uint64_t run_writer(struct store_fixture *fixture, unsigned *seed)
{
    int told[2];
    assert_int_equal(pipe(told), 0);
    const unsigned child_seed = (unsigned)rand_r(seed);
    const pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        (void)close(told[0]);
        write_until_killed(fixture, told[1], child_seed);
    }
    (void)close(told[1]);
    uint64_t head = 0;
    for (int left = rand_r(seed) % TRANSACTIONS_MAX; left >= 0; left--)
        assert_int_equal(read(told[0], &head, sizeof head), sizeof head);
    assert_int_equal(kill(child, SIGKILL), 0);
    int result = 0;
    assert_int_equal(waitpid(child, &result, 0), child);
    assert_true(WIFSIGNALED(result));
    uint64_t later = 0; // told between our last look and its end
    while (read(told[0], &later, sizeof later) == sizeof later)
        head = later;
    (void)close(told[0]);
    return head;
}

static void what_a_killed_gateway_committed_is_there(void **state)
{
    struct store_fixture *fixture = *state;
    const char *given = getenv("CLINIC_SEED");
    unsigned seed = given == NULL ? (unsigned)getpid() : (unsigned)strtoul(given, NULL, 10);
    print_message("CLINIC_SEED=%u\n", seed);

    uint64_t head = 0;
    for (int round = 0; round < ROUNDS; round++) {
        const uint64_t told = run_writer(fixture, &seed);
        assert_true(told
                    >= head); // the log went on where it was; it may have taken back all it wrote
        fixture_reopen(fixture); // which checks the file and the whole chain
        head = event_log_head(fixture->store);
        assert_true(head >= told);
        fixture_shut(fixture);
    }
    print_message("%d kills, %llu events, none lost\n", ROUNDS, (unsigned long long)head);
}

// Kills a writer and takes its WAL away, as if it had never been synced. True if something is missing then.
static bool lose_wal(struct store_fixture *fixture, unsigned *seed)
{
    char path[128];
    const uint64_t told = run_writer(fixture, seed);

    fixture_path(fixture, "clinic.db-wal", path);
    assert_int_equal(truncate(path, 0), 0);
    fixture_reopen(fixture);
    const bool is_lost = event_log_head(fixture->store) < told;
    fixture_shut(fixture);
    return is_lost;
}

// The same check must see a loss. A writer that was killed just behind a checkpoint has none.
static void a_lost_wal_would_be_noticed(void **state)
{
    struct store_fixture *fixture = *state;
    unsigned seed = 1;
    bool is_lost = false;

    fixture_commit_stock(fixture, 1);
    fixture_shut(fixture);
    for (int round = 0; round < ROUNDS && !is_lost; round++)
        is_lost = lose_wal(fixture, &seed);
    assert_true(is_lost);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_a_killed_gateway_committed_is_there, fixture_folder,
                                        fixture_close),
        cmocka_unit_test_setup_teardown(a_lost_wal_would_be_noticed, fixture_open, fixture_close),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
