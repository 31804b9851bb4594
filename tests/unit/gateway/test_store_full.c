#include "store_fixture.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

enum { DISK_BYTES = 8 * 1024 * 1024, MANY = 100000 };

// ---- a small disk

// The folder becomes a file system of its own. Not every machine lets a test mount one.
static bool mount_disk(struct store_fixture *fixture)
{
    if (mount("tmpfs", fixture->folder, "tmpfs", 0, "size=8m,mode=0700") == 0)
        return true;
    print_message("skipped: no tmpfs can be mounted here (%s)\n", strerror(errno));
    return false;
}

static int unmount_disk(void **state)
{
    struct store_fixture *fixture = *state;
    fixture_shut(fixture);
    (void)umount(fixture->folder); // not mounted where the test was skipped
    return fixture_close(state);
}

static void fill_disk(const struct store_fixture *fixture, int64_t leave_bytes)
{
    char path[128];
    struct statvfs disk;
    fixture_path(fixture, "filler", path);
    assert_int_equal(statvfs(fixture->folder, &disk), 0);
    const int64_t room = (int64_t)disk.f_bavail * (int64_t)disk.f_frsize - leave_bytes;
    const int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    assert_true(fd >= 0);
    assert_int_equal(posix_fallocate(fd, 0, room), 0);
    assert_int_equal(close(fd), 0);
}

static void empty_disk(const struct store_fixture *fixture)
{
    char path[128];
    fixture_path(fixture, "filler", path);
    assert_int_equal(unlink(path), 0);
}

// ---- writing until it fails

static enum clinic_status commit_one(struct store_fixture *fixture)
{
    struct clinic_event event = { 0 };
    enum clinic_status status = store_begin(fixture->store);
    if (status != CLINIC_OK)
        return status;
    status = fixture_append_stock(fixture->store, &event);
    clinic_event_done(&event);
    if (status == CLINIC_OK)
        return store_commit(fixture->store);
    store_rollback(fixture->store);
    return status;
}

static uint64_t commit_until_full(struct store_fixture *fixture)
{
    enum clinic_status status = CLINIC_OK;
    int count = 0;
    for (; status == CLINIC_OK && count < MANY; count++)
        status = commit_one(fixture);
    assert_int_equal(status, CLINIC_FULL);
    return event_log_head(fixture->store);
}

static bool count_event(void *context, const struct clinic_event *event,
                        const struct event_origin *origin, bool is_erased)
{
    (void)event;
    (void)origin;
    (void)is_erased;
    ++*(uint64_t *)context;
    return true;
}

static void assert_readable(struct store_fixture *fixture, uint64_t head)
{
    const struct event_filter all = { 0 };
    uint64_t count = 0;
    assert_int_equal(event_log_read(fixture->store, &all, count_event, &count), CLINIC_OK);
    assert_int_equal(count, head);
}

static void assert_whole(struct store_fixture *fixture, uint64_t head)
{
    struct event_log_report report;
    assert_int_equal(store_check(fixture->store, fixture->problem), CLINIC_OK);
    assert_int_equal(event_log_verify(fixture->store, 1, &report), CLINIC_OK);
    assert_int_equal(report.events, head);
}

// ---- a full disk

static void a_full_disk_refuses_writes_and_loses_nothing(void **state)
{
    struct store_fixture *fixture = *state;
    if (!mount_disk(fixture))
        skip();
    fixture_reopen(fixture);
    fixture_commit_stock(fixture, 10);
    fill_disk(fixture, 64 * 1024);

    // The ballast is given back at the first refusal, so that what must still be written can be.
    uint64_t head = commit_until_full(fixture);
    assert_false(store_has_room(fixture->store));
    assert_readable(fixture, head);
    assert_int_equal(commit_one(fixture), CLINIC_OK);
    fill_disk(fixture, 0);
    head = commit_until_full(fixture);
    assert_readable(fixture, head);

    empty_disk(fixture);
    assert_int_equal(commit_one(fixture), CLINIC_OK);
    assert_whole(fixture, head + 1);
    fixture_reopen(fixture);
    assert_whole(fixture, head + 1);
}

// More than fits into the page cache is written before the commit, and fails there.
static void a_transaction_given_up_halfway_writes_nothing_behind_it(void **state)
{
    struct store_fixture *fixture = *state;
    if (!mount_disk(fixture))
        skip();
    fixture_reopen(fixture);
    fixture_commit_stock(fixture, 1);
    fill_disk(fixture, 64 * 1024);

    enum clinic_status status = CLINIC_OK;
    assert_int_equal(store_begin(fixture->store), CLINIC_OK);
    for (int i = 0; i < MANY && status == CLINIC_OK; i++) {
        struct clinic_event event;
        status = fixture_append_stock(fixture->store, &event);
        clinic_event_done(&event);
    }
    assert_int_equal(status, CLINIC_FULL);

    // The next request of the same transaction must not slip into one of its own.
    assert_int_equal(store_savepoint(fixture->store), CLINIC_FULL);
    assert_int_equal(query_run(query_start(fixture->store, fixture_sql[REMOVE_NOTES]), NULL),
                     CLINIC_FULL);
    store_rollback_to_savepoint(fixture->store);
    assert_int_equal(store_commit(fixture->store), CLINIC_FULL);
    assert_int_equal(event_log_head(fixture->store), 1);

    empty_disk(fixture);
    assert_int_equal(commit_one(fixture), CLINIC_OK);
    assert_whole(fixture, 2);
}

static void a_patient_can_be_erased_on_a_full_disk(void **state)
{
    struct store_fixture *fixture = *state;
    const struct clinic_id owner = fixture_id(1);
    if (!mount_disk(fixture))
        skip();
    fixture_reopen(fixture);
    fixture_commit_patient(fixture, 1, "Ana");
    fill_disk(fixture, 64 * 1024);
    (void)commit_until_full(fixture);
    assert_int_equal(store_begin(fixture->store), CLINIC_OK);
    assert_int_equal(vault_destroy(fixture->store, &owner), CLINIC_OK);
    assert_int_equal(store_commit(fixture->store), CLINIC_OK);
    assert_int_equal(store_checkpoint(fixture->store), CLINIC_OK);
}

static void a_first_start_on_a_full_disk_leaves_nothing_half_made(void **state)
{
    struct store_fixture *fixture = *state;
    char name[256];
    if (!mount_disk(fixture))
        skip();
    fill_disk(fixture, 0);
    assert_int_equal(fixture_try(fixture), CLINIC_FULL);
    assert_true(strlen(fixture->problem) > 0);
    assert_false(fixture_find(fixture, "clinic.db", name));
    empty_disk(fixture);
    fixture_reopen(fixture);
    fixture_commit_stock(fixture, 1);
}

// ---- the watermark

static void below_the_reserve_there_is_no_room(void **state)
{
    struct store_fixture *fixture = *state;
    fixture->monotonic_ms = 1000;
    fixture->reserve_bytes = 2 * 1024 * 1024;
    char name[256];
    if (!mount_disk(fixture))
        skip();
    fixture_reopen(fixture);
    assert_true(store_has_room(fixture->store));
    assert_true(fixture_find(fixture, "ballast", name));
    fill_disk(fixture, 1536 * 1024);
    assert_true(store_has_room(fixture->store)); // as seen less than a second ago
    fixture->monotonic_ms += 1000;
    assert_false(store_has_room(fixture->store));
    assert_true(fixture_find(fixture, "ballast", name)); // it is for worse

    empty_disk(fixture);
    fill_disk(fixture, 512 * 1024);
    fixture->monotonic_ms += 1000;
    (void)store_has_room(fixture->store);
    assert_false(fixture_find(fixture, "ballast", name));

    empty_disk(fixture);
    fixture->monotonic_ms += 1000;
    assert_true(store_has_room(fixture->store));
    assert_true(fixture_find(fixture, "ballast", name));
}

// ---- a limit on the size of files

static void a_limit_on_file_size_is_a_full_disk(void **state)
{
    struct store_fixture *fixture = *state;
    struct rlimit before;
    fixture_commit_stock(fixture, 10);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    const struct rlimit limit = { .rlim_cur = 512 * 1024, .rlim_max = before.rlim_max };
    void (*const handler)(int) = signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
    const uint64_t head = commit_until_full(fixture);
    assert_readable(fixture, head);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    (void)signal(SIGXFSZ, handler);

    assert_int_equal(commit_one(fixture), CLINIC_OK);
    assert_whole(fixture, head + 1);
    fixture_reopen(fixture);
    assert_whole(fixture, head + 1);
}

#define TEST_OF_DISK(name) cmocka_unit_test_setup_teardown(name, fixture_folder, unmount_disk)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_OF_DISK(a_full_disk_refuses_writes_and_loses_nothing),
        TEST_OF_DISK(a_transaction_given_up_halfway_writes_nothing_behind_it),
        TEST_OF_DISK(a_patient_can_be_erased_on_a_full_disk),
        TEST_OF_DISK(a_first_start_on_a_full_disk_leaves_nothing_half_made),
        TEST_OF_DISK(below_the_reserve_there_is_no_room),
        cmocka_unit_test_setup_teardown(a_limit_on_file_size_is_a_full_disk, fixture_open,
                                        fixture_close),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
