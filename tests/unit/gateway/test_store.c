#include "store_fixture.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { DEADLINE_MS = 20000 };

// ---- opening

static void the_files_are_private(void **state)
{
    struct store_fixture *fixture = *state;
    static const char *const names[] = { "clinic.db", "clinic.db-wal", "clinic.db-shm", "lock",
                                         "ballast" };
    fixture_commit_stock(fixture, 1);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char path[128];
        struct stat about;
        fixture_path(fixture, names[i], path);
        assert_int_equal(stat(path, &about), 0);
        assert_int_equal(about.st_mode & 0777, 0600);
    }
}

static void a_second_gateway_is_refused(void **state)
{
    struct store_fixture *fixture = *state;
    struct store *second = NULL;
    assert_int_equal(fixture_try_mode(fixture, STORE_SERVE, &second), CLINIC_BUSY);
    assert_null(second);
    assert_non_null(strstr(fixture->problem, "another gateway"));
    fixture_reopen(fixture);
}

static void the_folder_is_made_if_its_parent_is_there(void **state)
{
    struct store_fixture *fixture = *state;
    const struct store_fixture parent = *fixture;
    assert_true((size_t)snprintf(fixture->folder, sizeof fixture->folder, "%s/a", parent.folder)
                < sizeof fixture->folder);
    assert_int_equal(fixture_try(fixture), CLINIC_OK);
    assert_int_equal(fixture_close(state), 0);

    struct store_fixture *missing = calloc(1, sizeof *missing);
    assert_non_null(missing);
    *missing = parent;
    *state = missing;
    (void)snprintf(missing->folder, sizeof missing->folder, "%.50s/b/c", parent.folder);
    missing->clock.context = missing;
    assert_int_equal(fixture_try(missing), CLINIC_IO);
    assert_non_null(strstr(missing->problem, "cannot make the data folder"));
    memcpy(missing->folder, parent.folder, sizeof missing->folder);
}

static void beside_a_gateway_one_may_read_and_edit(void **state)
{
    struct store_fixture *fixture = *state;
    struct store *reader = NULL;
    struct store *editor = NULL;
    fixture_commit_stock(fixture, 2);
    assert_int_equal(fixture_try_mode(fixture, STORE_READ, &reader), CLINIC_OK);
    assert_int_equal(fixture_try_mode(fixture, STORE_EDIT, &editor), CLINIC_OK);
    assert_int_equal(event_log_head(reader), 2);
    fixture_commit_stock(fixture, 1);
    assert_int_equal(event_log_head(reader), 3);
    assert_int_equal(event_log_newest(reader, CLINIC_EQUIPMENT_LOW_STOCK), 3);

    struct clinic_event event;
    assert_int_equal(store_begin(editor), CLINIC_OK);
    assert_int_equal(fixture_append_stock(editor, &event), CLINIC_OK);
    assert_int_equal(event.sequence, 4);
    clinic_event_done(&event);
    assert_int_equal(store_commit(editor), CLINIC_OK);
    assert_int_not_equal(query_run(query_start(reader, fixture_sql[REMOVE_NOTES]), NULL),
                         CLINIC_OK);

    // A view of one moment, however much is written meanwhile.
    assert_int_equal(store_begin(reader), CLINIC_OK);
    assert_int_equal(query_run(query_start(fixture->store, fixture_sql[REMOVE_NOTES]), NULL),
                     CLINIC_OK);
    assert_int_equal(event_log_head(reader), 4);
    store_rollback(reader);
    store_close(reader);
    store_close(editor);

    fixture_commit_stock(fixture, 1); // goes on behind what another process appended
    assert_int_equal(event_log_head(fixture->store), 5);
    fixture_reopen(fixture);
}

static void a_killed_gateway_s_file_can_be_read(void **state)
{
    struct store_fixture *fixture = *state;
    struct store *reader = NULL;
    fixture_shut(fixture);
    const pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        fixture_reopen(fixture);
        fixture_commit_stock(fixture, 3);
        _exit(0); // without closing: all is in the WAL
    }
    int result = 1;
    assert_int_equal(waitpid(child, &result, 0), child);
    assert_int_equal(result, 0);
    assert_int_equal(fixture_try_mode(fixture, STORE_READ, &reader), CLINIC_OK);
    assert_int_equal(event_log_head(reader), 3);
    store_close(reader);
    fixture_reopen(fixture);
    assert_int_equal(event_log_head(fixture->store), 3);
}

static void only_a_gateway_begins_a_log(void **state)
{
    struct store_fixture *fixture = *state;
    struct store *store = NULL;
    assert_int_equal(fixture_try_mode(fixture, STORE_READ, &store), CLINIC_NOT_FOUND);
    assert_int_equal(fixture_try_mode(fixture, STORE_EDIT, &store), CLINIC_NOT_FOUND);
    assert_non_null(strstr(fixture->problem, "start the gateway"));
    assert_null(store);
}

static void closing_nothing_is_harmless(void **state)
{
    (void)state;
    store_close(NULL);
}

// ---- transactions

static void what_is_rolled_back_leaves_no_trace(void **state)
{
    struct store_fixture *fixture = *state;
    struct clinic_event event;
    fixture_commit_stock(fixture, 1);
    assert_int_equal(store_begin(fixture->store), CLINIC_OK);
    assert_int_equal(fixture_append_stock(fixture->store, &event), CLINIC_OK);
    clinic_event_done(&event);
    assert_int_equal(event_log_head(fixture->store), 2);
    store_rollback(fixture->store);
    assert_int_equal(event_log_head(fixture->store), 1);
    store_rollback(fixture->store); // harmless
    fixture_commit_stock(fixture, 1);
    fixture_reopen(fixture); // which verifies the chain
    assert_int_equal(event_log_head(fixture->store), 2);
}

static void a_savepoint_undone_leaves_its_neighbours(void **state)
{
    struct store_fixture *fixture = *state;
    assert_int_equal(store_begin(fixture->store), CLINIC_OK);
    for (int i = 0; i < 3; i++) {
        struct clinic_event event;
        assert_int_equal(store_savepoint(fixture->store), CLINIC_OK);
        assert_int_equal(fixture_append_stock(fixture->store, &event), CLINIC_OK);
        clinic_event_done(&event);
        if (i == 1)
            store_rollback_to_savepoint(fixture->store);
        else
            assert_int_equal(store_release(fixture->store), CLINIC_OK);
    }
    assert_int_equal(store_commit(fixture->store), CLINIC_OK);
    assert_int_equal(event_log_head(fixture->store), 2);
    assert_int_equal(event_log_newest(fixture->store, CLINIC_EQUIPMENT_LOW_STOCK), 2);
    fixture_reopen(fixture);
    assert_int_equal(event_log_head(fixture->store), 2);
}

static void a_checkpoint_empties_the_wal_unless_somebody_reads(void **state)
{
    struct store_fixture *fixture = *state;
    struct store *reader = NULL;
    struct store_figures figures;
    fixture_commit_stock(fixture, 1);
    assert_int_equal(fixture_try_mode(fixture, STORE_READ, &reader), CLINIC_OK);
    assert_int_equal(store_begin(reader), CLINIC_OK);
    fixture_commit_stock(fixture, 1);
    assert_int_equal(store_checkpoint(fixture->store), CLINIC_BUSY);
    store_rollback(reader);
    store_close(reader);
    assert_int_equal(store_checkpoint(fixture->store), CLINIC_OK);
    store_measure(fixture->store, &figures);
    assert_int_equal(figures.wal_bytes, 0);
    assert_true(figures.file_bytes > 0);
    assert_true(figures.free_bytes > 0);
    assert_int_equal(figures.commits, 2);
    assert_true(figures.last_commit_at_ms > 0);
}

// ---- schema steps

static const char *const more_schema[] = { "ALTER TABLE note ADD COLUMN colour TEXT", NULL };
static const char *const failing_schema[] = { "CREATE TABLE half (id INTEGER) STRICT",
                                              "INSERT INTO nowhere VALUES (1)", NULL };
static const char *const endless_schema[] = {
    "CREATE TABLE half (id INTEGER) STRICT;"
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)"
    " INSERT INTO half SELECT i FROM n",
    NULL
};

static void add_step(struct store_fixture *fixture, const char *name, const char *const *sql)
{
    fixture->steps[fixture->step_count++] = (struct schema_step){ name, sql };
}

static void an_older_file_is_brought_up_to_date(void **state)
{
    struct store_fixture *fixture = *state;
    struct store *reader = NULL;
    fixture_commit_stock(fixture, 3);
    fixture_shut(fixture);
    add_step(fixture, "colours", more_schema);
    assert_int_equal(fixture_try_mode(fixture, STORE_READ, &reader), CLINIC_INVALID);
    assert_non_null(strstr(fixture->problem, "older release"));

    fixture_reopen(fixture);
    assert_int_equal(fixture_number(fixture, "PRAGMA user_version"), 3);
    assert_int_equal(fixture_number(fixture, "SELECT count(colour) FROM note"), 0);
    assert_int_equal(event_log_head(fixture->store), 3);
}

static void a_step_that_fails_leaves_the_old_version(void **state)
{
    struct store_fixture *fixture = *state;
    fixture_shut(fixture);
    add_step(fixture, "half", failing_schema);
    assert_int_equal(fixture_try(fixture), CLINIC_INVALID);
    assert_non_null(strstr(fixture->problem, "half"));
    fixture->step_count--;
    fixture_reopen(fixture);
    assert_int_equal(fixture_number(fixture, "PRAGMA user_version"), 2);
    assert_int_equal(fixture_number(fixture, "SELECT count(*) FROM sqlite_schema"
                                             " WHERE name = 'half'"),
                     0);
}

// Waits until the WAL is written to: SQLite spills the pages of a transaction that is still open.
static void wait_for_wal(int watch)
{
    char events[4096];
    for (;;) {
        struct pollfd wait = { .fd = watch, .events = POLLIN };
        assert_int_equal(poll(&wait, 1, DEADLINE_MS), 1);
        const ssize_t length = read(watch, events, sizeof events);
        assert_true(length > 0);
        for (ssize_t at = 0; at < length;) {
            const struct inotify_event *event = (const struct inotify_event *)(events + at);
            if (event->len > 0 && strcmp(event->name, "clinic.db-wal") == 0
                && (event->mask & IN_MODIFY) != 0)
                return;
            at += (ssize_t)(sizeof *event + event->len);
        }
    }
}

static void a_step_cut_off_by_a_crash_leaves_the_old_version(void **state)
{
    struct store_fixture *fixture = *state;
    fixture_commit_stock(fixture, 3);
    fixture_shut(fixture);
    add_step(fixture, "endless", endless_schema);
    const int watch = inotify_init1(IN_CLOEXEC);
    assert_true(watch >= 0);
    assert_true(inotify_add_watch(watch, fixture->folder, IN_MODIFY) >= 0);

    const pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        (void)fixture_try(fixture);
        _exit(1);
    }
    wait_for_wal(watch);
    assert_int_equal(kill(child, SIGKILL), 0);
    assert_int_equal(waitpid(child, NULL, 0), child);
    (void)close(watch);

    fixture->step_count--;
    fixture_reopen(fixture);
    assert_int_equal(fixture_number(fixture, "PRAGMA user_version"), 2);
    assert_int_equal(event_log_head(fixture->store), 3);
}

static void a_first_start_cut_off_is_begun_again(void **state)
{
    struct store_fixture *fixture = *state;
    fixture_write(fixture, "clinic.db.new", "half", 4);
    fixture_reopen(fixture);
    fixture_commit_stock(fixture, 1);
    char name[256];
    assert_false(fixture_find(fixture, "clinic.db.new", name));
}

static void assert_untouched(struct store_fixture *fixture, const char *name)
{
    size_t before_bytes = 0;
    size_t after_bytes = 0;
    struct store *store = NULL;
    uint8_t *before = fixture_read(fixture, name, &before_bytes);
    assert_non_null(before);
    for (int mode = STORE_SERVE; mode <= STORE_READ; mode++) {
        assert_int_equal(fixture_try_mode(fixture, (enum store_mode)mode, &store), CLINIC_TOO_NEW);
        assert_non_null(strstr(fixture->problem, "later release"));
    }
    uint8_t *after = fixture_read(fixture, name, &after_bytes);
    assert_non_null(after);
    assert_int_equal(before_bytes, after_bytes);
    assert_memory_equal(before, after, before_bytes);
    free(before);
    free(after);
}

static void a_file_of_a_newer_release_is_not_touched(void **state)
{
    struct store_fixture *fixture = *state;
    char name[256];
    fixture_shut(fixture);
    fixture_sql_raw(fixture, "PRAGMA user_version = 3");
    assert_untouched(fixture, "clinic.db");
    assert_false(fixture_find(fixture, "clinic.db-wal", name));
    assert_false(fixture_find(fixture, "clinic.db.damaged", name));
}

// As a gateway leaves it that was killed: the version is in the WAL alone.
static void a_newer_version_is_seen_in_the_wal(void **state)
{
    struct store_fixture *fixture = *state;
    fixture_shut(fixture);
    const pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        sqlite3 *db = fixture_raw(fixture, "clinic.db");
        const bool is_done = sqlite3_exec(db,
                                          "PRAGMA wal_autocheckpoint = 0;"
                                          "PRAGMA user_version = 3",
                                          NULL, NULL, NULL)
                             == SQLITE_OK;
        if (is_done)
            (void)raise(SIGKILL);
        _exit(1);
    }
    int result = 1;
    assert_int_equal(waitpid(child, &result, 0), child);
    assert_true(WIFSIGNALED(result));
    uint8_t *wal = NULL;
    size_t wal_bytes = 0;
    assert_non_null(wal = fixture_read(fixture, "clinic.db-wal", &wal_bytes));
    free(wal);
    assert_true(wal_bytes > 0);
    assert_untouched(fixture, "clinic.db");
    assert_untouched(fixture, "clinic.db-wal");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_open, fixture_close)
#define TEST_OF_FOLDER(name) cmocka_unit_test_setup_teardown(name, fixture_folder, fixture_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_files_are_private),
        TEST(a_second_gateway_is_refused),
        TEST_OF_FOLDER(the_folder_is_made_if_its_parent_is_there),
        TEST(beside_a_gateway_one_may_read_and_edit),
        TEST(a_killed_gateway_s_file_can_be_read),
        TEST_OF_FOLDER(only_a_gateway_begins_a_log),
        cmocka_unit_test(closing_nothing_is_harmless),
        TEST(what_is_rolled_back_leaves_no_trace),
        TEST(a_savepoint_undone_leaves_its_neighbours),
        TEST(a_checkpoint_empties_the_wal_unless_somebody_reads),
        TEST(an_older_file_is_brought_up_to_date),
        TEST(a_step_that_fails_leaves_the_old_version),
        TEST(a_step_cut_off_by_a_crash_leaves_the_old_version),
        TEST_OF_FOLDER(a_first_start_cut_off_is_begun_again),
        TEST(a_file_of_a_newer_release_is_not_touched),
        TEST(a_newer_version_is_seen_in_the_wal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
