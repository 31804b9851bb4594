// A killed process, a second one, a newer release and a full disk cost an outbox nothing.
#include "outbox_fixture.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

// A child puts as fast as it can and tells through the pipe what it was promised.
static void put_until_killed(struct fixture *fixture, int pipe_fd)
{
    close_outbox(fixture); // its lock is shared with the parent's
    if (try_open(fixture) != CLINIC_OK)
        _exit(1);
    for (int number = 0;; number++) {
        if (try_put(fixture, number, NULL) != CLINIC_OK
            || write(pipe_fd, &number, sizeof number) != (ssize_t)sizeof number)
            _exit(1);
    }
}

static void nothing_put_is_lost_by_kill_9(void **state)
{
    struct fixture *fixture = *state;
    unsigned seed = 42;
    for (int round = 0; round < 8; round++) {
        close_outbox(fixture);
        int fds[2];
        assert_int_equal(pipe(fds), 0);
        const pid_t pid = fork();
        assert_true(pid >= 0);
        if (pid == 0)
            put_until_killed(fixture, fds[1]);
        assert_int_equal(close(fds[1]), 0);
        int promised = -1;
        const int wanted = rand_r(&seed) % 40;
        while (promised < wanted)
            assert_int_equal(read(fds[0], &promised, sizeof promised), sizeof promised);
        assert_int_equal(kill(pid, SIGKILL), 0);
        assert_int_equal(waitpid(pid, NULL, 0), pid);
        while (read(fds[0], &promised, sizeof promised) == (ssize_t)sizeof promised)
            ;
        assert_int_equal(close(fds[0]), 0);

        open_outbox(fixture);
        assert_false(fixture->was_set_aside);
        assert_in_range(count(fixture).waiting, promised + 1, promised + 2);
        for (int number = 0; count(fixture).waiting > 0; number++) {
            const struct clinic_request *request = NULL;
            assert_int_equal(clinic_outbox_next(fixture->outbox, &request), CLINIC_OK);
            assert_int_equal(number_of(request), number);
            const struct clinic_id id = request->id;
            assert_int_equal(reply(fixture, &id, NULL), CLINIC_OK);
        }
    }
}

static void a_second_process_is_refused(void **state)
{
    struct fixture *fixture = *state;
    struct clinic_outbox *second = NULL;
    bool is_set_aside = false;
    assert_int_equal(clinic_outbox_open(&fixture->config, &fixture->clock, &second, &is_set_aside),
                     CLINIC_BUSY);
    assert_null(second);
}

static void a_newer_file_is_refused_untouched(void **state)
{
    struct fixture *fixture = *state;
    (void)put(fixture, 1);
    close_outbox(fixture);
    run_sql(fixture, "PRAGMA user_version = 99; ALTER TABLE request ADD COLUMN novelty TEXT;");
    char *before = NULL;
    char *after = NULL;
    const size_t length = read_file(fixture->config.path, &before);
    assert_int_equal(try_open(fixture), CLINIC_TOO_NEW);
    assert_int_equal(read_file(fixture->config.path, &after), length);
    assert_memory_equal(before, after, length);
    assert_int_equal(files_set_aside(fixture), 0);
    free(before);
    free(after);
    assert_int_equal(unlink(fixture->config.path), 0);
}

static void a_full_disk_refuses_and_recovers(void **state)
{
    struct fixture *fixture = *state;
    struct rlimit before;
    (void)signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    const struct rlimit small = { .rlim_cur = 100 * 1024, .rlim_max = before.rlim_max };
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    int stored = 0;
    enum clinic_status status = CLINIC_OK;
    while (stored < 1000 && (status = try_put(fixture, stored, NULL)) == CLINIC_OK)
        stored++;
    const enum clinic_status again = try_put(fixture, stored, NULL);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);

    assert_int_equal(status, CLINIC_FULL);
    assert_int_equal(again, CLINIC_FULL);
    assert_int_equal(count(fixture).waiting, stored);
    (void)put(fixture, stored);
    reopen(fixture);
    assert_false(fixture->was_set_aside);
    assert_int_equal(count(fixture).waiting, stored + 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(nothing_put_is_lost_by_kill_9),
        TEST(a_second_process_is_refused),
        TEST(a_newer_file_is_refused_untouched),
        TEST(a_full_disk_refuses_and_recovers),
    };
    return cmocka_run_group_tests_name("outbox: faults", tests, NULL, NULL);
}
