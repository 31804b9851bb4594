#include "store_fixture.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static enum clinic_status put_note(struct store *store, uint8_t number, const char *name,
                                   int64_t weight)
{
    const struct clinic_id id = fixture_id(number);
    struct query *query = query_start(store, fixture_sql[PUT_NOTE]);
    query_bind_id(query, 1, &id);
    query_bind_text(query, 2, name);
    query_bind_integer(query, 3, weight);
    return query_run(query, NULL);
}

static void every_kind_of_value_comes_back(void **state)
{
    struct store_fixture *fixture = *state;
    const struct clinic_id id = fixture_id(1);
    assert_int_equal(put_note(fixture->store, 1, "Zoë", INT64_MAX), CLINIC_OK);

    struct query *query = query_start(fixture->store, fixture_sql[LIST_NOTES]);
    assert_true(query_next(query));
    const struct clinic_id back = query_column_id(query, 0);
    size_t length = 0;
    assert_true(clinic_id_equal(&back, &id));
    assert_string_equal(query_column_text(query, 1), "Zoë");
    assert_memory_equal(query_column_blob(query, 0, &length), id.bytes, 16);
    assert_int_equal(length, 16);
    assert_false(query_next(query));
    assert_int_equal(query_end(query), CLINIC_OK);

    query = query_start(fixture->store, fixture_sql[FIND_NOTE]);
    query_bind_blob(query, 1, id.bytes, sizeof id.bytes);
    assert_true(query_next(query));
    assert_true(query_column_integer(query, 1) == INT64_MAX);
    assert_int_equal(query_end(query), CLINIC_OK);
}

static void null_is_neither_text_nor_id(void **state)
{
    struct store_fixture *fixture = *state;
    const struct clinic_id id = fixture_id(1);
    struct query *query = query_start(fixture->store, fixture_sql[PUT_NOTE]);
    query_bind_id(query, 1, &id);
    query_bind_text(query, 2, NULL);
    query_bind_null(query, 3);
    assert_int_equal(query_run(query, NULL), CLINIC_OK);

    query = query_start(fixture->store, fixture_sql[FIND_NOTE]);
    query_bind_id(query, 1, &id);
    assert_true(query_next(query));
    assert_null(query_column_text(query, 0));
    const struct clinic_id none = query_column_id(query, 0);
    assert_true(clinic_id_is_none(&none));
    assert_true(query_column_is_null(query, 1));
    assert_int_equal(query_end(query), CLINIC_OK);
}

static void a_statement_ended_halfway_starts_anew(void **state)
{
    struct store_fixture *fixture = *state;
    assert_int_equal(put_note(fixture->store, 1, "a", 1), CLINIC_OK);
    assert_int_equal(put_note(fixture->store, 2, "b", 2), CLINIC_OK);

    for (int i = 0; i < 2; i++) {
        struct query *query = query_start(fixture->store, fixture_sql[LIST_NOTES]);
        assert_true(query_next(query));
        assert_string_equal(query_column_text(query, 1), "a");
        assert_int_equal(query_end(query), CLINIC_OK);
    }
}

static void asking_on_after_the_last_row_does_not_begin_again(void **state)
{
    struct store_fixture *fixture = *state;
    assert_int_equal(put_note(fixture->store, 1, "a", 1), CLINIC_OK);
    struct query *query = query_start(fixture->store, fixture_sql[LIST_NOTES]);
    assert_true(query_next(query));
    assert_false(query_next(query));
    assert_false(query_next(query));
    assert_int_equal(query_end(query), CLINIC_OK);
}

static void bindings_do_not_outlive_their_query(void **state)
{
    struct store_fixture *fixture = *state;
    const struct clinic_id second = fixture_id(2);
    assert_int_equal(put_note(fixture->store, 1, "a", 1), CLINIC_OK);

    struct query *query = query_start(fixture->store, fixture_sql[PUT_NOTE]);
    query_bind_id(query, 1, &second);
    assert_int_equal(query_run(query, NULL), CLINIC_OK);
    assert_int_equal(fixture_number(fixture, "SELECT count(*) FROM note WHERE name IS NULL"), 1);
}

static void changes_are_counted(void **state)
{
    struct store_fixture *fixture = *state;
    int64_t changes = -1;
    for (uint8_t i = 1; i <= 3; i++)
        assert_int_equal(put_note(fixture->store, i, NULL, i), CLINIC_OK);
    assert_int_equal(query_run(query_start(fixture->store, fixture_sql[REMOVE_NOTES]), &changes),
                     CLINIC_OK);
    assert_int_equal(changes, 3);
    assert_int_equal(query_run(query_start(fixture->store, fixture_sql[REMOVE_NOTES]), &changes),
                     CLINIC_OK);
    assert_int_equal(changes, 0);
}

static void broken_rules_are_told_apart(void **state)
{
    struct store_fixture *fixture = *state;
    struct store *store = fixture->store;
    assert_int_equal(put_note(store, 1, "a", 1), CLINIC_OK);
    assert_int_equal(put_note(store, 1, "b", 1), CLINIC_EXISTS);  // primary key
    assert_int_equal(put_note(store, 2, "a", 1), CLINIC_EXISTS);  // unique
    assert_int_equal(put_note(store, 2, "b", -1), CLINIC_EXISTS); // check

    const struct clinic_id id = fixture_id(3);
    struct query *query = query_start(store, fixture_sql[PUT_NOTE]);
    query_bind_id(query, 1, &id);
    query_bind_blob(query, 2, "c", 1); // not a text
    assert_int_equal(query_run(query, NULL), CLINIC_INVALID);

    query = query_start(store, fixture_sql[PUT_NOTE]);
    query_bind_null(query, 1);
    assert_int_equal(query_run(query, NULL), CLINIC_INVALID);
}

static void the_log_refuses_changes(void **state)
{
    struct store_fixture *fixture = *state;
    fixture_commit_stock(fixture, 2);
    assert_int_equal(query_run(query_start(fixture->store, fixture_sql[CHANGE_EVENTS]), NULL),
                     CLINIC_REFUSED);
    assert_int_equal(query_run(query_start(fixture->store, fixture_sql[REMOVE_EVENTS]), NULL),
                     CLINIC_REFUSED);
    assert_int_equal(fixture_number(fixture, "SELECT count(*) FROM event WHERE subject ="
                                             " 'equipment/gloves'"),
                     2);
}

static void the_first_error_sticks(void **state)
{
    struct store_fixture *fixture = *state;
    const struct clinic_id id = fixture_id(1);
    struct query *query = query_start(fixture->store, fixture_sql[PUT_NOTE]);
    query_bind_integer(query, 99, 1); // there is no such parameter
    query_bind_id(query, 1, &id);
    assert_false(query_next(query));
    assert_int_equal(query_end(query), CLINIC_INVALID);
    assert_int_equal(fixture_number(fixture, "SELECT count(*) FROM note"), 0);

    assert_int_equal(put_note(fixture->store, 1, "a", 1), CLINIC_OK);
}

// ---- programmer's errors

static void start_undeclared(struct store *store)
{
    static const char undeclared[] = "SELECT 1";
    (void)query_start(store, undeclared);
}

static void start_twice(struct store *store)
{
    (void)query_start(store, fixture_sql[LIST_NOTES]);
    (void)query_start(store, fixture_sql[LIST_NOTES]);
}

static void assert_aborts(struct store *store, void (*act)(struct store *store))
{
    const pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        (void)signal(SIGABRT, SIG_DFL);
        (void)close(STDERR_FILENO);
        act(store);
        _exit(0);
    }
    int result = 0;
    assert_int_equal(waitpid(child, &result, 0), child);
    assert_true(WIFSIGNALED(result));
    assert_int_equal(WTERMSIG(result), SIGABRT);
}

static void a_statement_that_was_not_declared_aborts(void **state)
{
    struct store_fixture *fixture = *state;
    assert_aborts(fixture->store, start_undeclared);
}

static void a_statement_in_use_aborts(void **state)
{
    struct store_fixture *fixture = *state;
    assert_aborts(fixture->store, start_twice);
}

// ---- many statements

enum { MANY = 400 };

static enum clinic_status open_with_many(struct store_fixture *fixture, const char *ret_sql[MANY])
{
    static char text[MANY][32];
    for (int i = 0; i < MANY; i++) {
        (void)snprintf(text[i], sizeof text[i], "SELECT %d", 1000 + i);
        ret_sql[i] = text[i];
    }
    const struct statements statements = { ret_sql, MANY };
    const struct store_config config = {
        .folder = fixture->folder,
        .mode = STORE_SERVE,
        .steps = fixture->steps,
        .step_count = fixture->step_count,
        .statements = &statements,
        .statement_count = 1,
        .clock = &fixture->clock,
    };
    fixture_shut(fixture);
    return store_open(&config, &fixture->store, fixture->problem);
}

static void one_in_use_outlasts_more_than_are_kept_prepared(void **state)
{
    struct store_fixture *fixture = *state;
    const char *sql[MANY];
    assert_int_equal(open_with_many(fixture, sql), CLINIC_OK);
    struct query *first = query_start(fixture->store, sql[0]);
    assert_true(query_next(first));

    for (int i = 1; i < 2 * MANY; i++) {
        if (i == MANY)
            continue; // the one in use
        struct query *query = query_start(fixture->store, sql[i % MANY]);
        assert_true(query_next(query));
        assert_int_equal(query_column_integer(query, 0), 1000 + i % MANY);
        assert_int_equal(query_end(query), CLINIC_OK);
        assert_true(store_prepared_count(fixture->store) <= STORE_PREPARED_MAX);
    }
    assert_int_equal(query_column_integer(first, 0), 1000);
    assert_int_equal(query_end(first), CLINIC_OK);
}

// ---- plans

static void check_plan(void *context, const char *sql, const char *plan)
{
    size_t *count = context;
    (*count)++;
    static const char *const growing[] = { "SCAN event", "SCAN vault_key" };
    if (strncmp(sql, "SELECT", 6) != 0)
        return;
    for (size_t i = 0; i < 2; i++) {
        if (strstr(plan, growing[i]) != NULL)
            fail_msg("%s: %s", sql, plan);
    }
}

static void no_statement_reads_a_growing_table_through(void **state)
{
    struct store_fixture *fixture = *state;
    size_t count = 0;
    assert_int_equal(store_explain(fixture->store, check_plan, &count), CLINIC_OK);
    assert_true(count > FIXTURE_STATEMENT_COUNT + 15);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_open, fixture_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(every_kind_of_value_comes_back),
        TEST(null_is_neither_text_nor_id),
        TEST(a_statement_ended_halfway_starts_anew),
        TEST(asking_on_after_the_last_row_does_not_begin_again),
        TEST(bindings_do_not_outlive_their_query),
        TEST(changes_are_counted),
        TEST(broken_rules_are_told_apart),
        TEST(the_log_refuses_changes),
        TEST(the_first_error_sticks),
        TEST(a_statement_that_was_not_declared_aborts),
        TEST(a_statement_in_use_aborts),
        TEST(one_in_use_outlasts_more_than_are_kept_prepared),
        TEST(no_statement_reads_a_growing_table_through),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
