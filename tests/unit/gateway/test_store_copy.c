#include "store_fixture.h"

#include <clinic/seal.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void put_note(struct store *store, uint8_t number, const char *name)
{
    const struct clinic_id id = fixture_id(number);
    struct query *query = query_start(store, fixture_sql[PUT_NOTE]);
    query_bind_id(query, 1, &id);
    query_bind_text(query, 2, name);
    query_bind_null(query, 3);
    assert_int_equal(query_run(query, NULL), CLINIC_OK);
}

// ---- backup

static void a_backup_is_a_whole_gateway_file(void **state)
{
    struct store_fixture *fixture = *state;
    char backup[128];
    char path[128];
    struct stat about;
    struct event_log_report before;
    struct event_log_report after;
    fixture_commit_patient(fixture, 1, "Ana");
    fixture_commit_stock(fixture, 5); // in the WAL
    assert_int_equal(event_log_verify(fixture->store, 1, &before), CLINIC_OK);
    fixture_path(fixture, "backup", backup);
    assert_int_equal(store_backup(fixture->store, backup, fixture->problem), CLINIC_OK);
    assert_int_equal(stat(backup, &about), 0);
    assert_int_equal(about.st_mode & 0777, 0600);
    assert_int_equal(about.st_nlink, 1);
    fixture_commit_stock(fixture, 1); // after it
    fixture_shut(fixture);

    fixture_path(fixture, "clinic.db", path);
    assert_int_equal(rename(backup, path), 0);
    fixture_reopen(fixture);
    assert_int_equal(event_log_verify(fixture->store, 1, &after), CLINIC_OK);
    assert_int_equal(after.events, 6);
    assert_memory_equal(before.chain, after.chain, sizeof before.chain);
    fixture_commit_stock(fixture, 1);
}

static void a_backup_is_made_beside_a_running_gateway(void **state)
{
    struct store_fixture *fixture = *state;
    struct store *reader = NULL;
    char backup[128];
    fixture_commit_stock(fixture, 3);
    fixture_path(fixture, "backup", backup);
    assert_int_equal(fixture_try_mode(fixture, STORE_READ, &reader), CLINIC_OK);
    assert_int_equal(store_backup(reader, backup, fixture->problem), CLINIC_OK);
    store_close(reader);
    sqlite3 *db = fixture_raw(fixture, "backup");
    sqlite3_stmt *statement = NULL;
    assert_int_equal(sqlite3_prepare_v2(db, "SELECT count(*) FROM event", -1, &statement, NULL),
                     SQLITE_OK);
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    assert_int_equal(sqlite3_column_int(statement, 0), 3);
    sqlite3_finalize(statement);
    sqlite3_close(db);
}

static void a_backup_never_overwrites(void **state)
{
    struct store_fixture *fixture = *state;
    char backup[128];
    size_t length = 0;
    fixture_write(fixture, "backup", "precious", 8);
    fixture_path(fixture, "backup", backup);
    assert_int_equal(store_backup(fixture->store, backup, fixture->problem), CLINIC_EXISTS);
    assert_non_null(strstr(fixture->problem, "overwrites"));
    uint8_t *bytes = fixture_read(fixture, "backup", &length);
    assert_non_null(bytes);
    assert_int_equal(length, 8);
    assert_memory_equal(bytes, "precious", 8);
    free(bytes);
}

static void a_backup_that_cannot_be_made_leaves_nothing(void **state)
{
    struct store_fixture *fixture = *state;
    char path[128];
    char name[256];
    fixture_path(fixture, "nowhere/backup", path);
    assert_int_equal(store_backup(fixture->store, path, fixture->problem), CLINIC_IO);
    assert_true(strlen(fixture->problem) > 0);
    assert_false(fixture_find(fixture, "nowhere", name));

    // What another cut short is no obstacle.
    fixture_write(fixture, "backup.part", "half", 4);
    fixture_path(fixture, "backup", path);
    assert_int_equal(store_backup(fixture->store, path, fixture->problem), CLINIC_OK);
    assert_false(fixture_find(fixture, "backup.part", name));
}

// ---- digest

static int64_t digest(struct store *store, const char *table, uint8_t value[static 32])
{
    int64_t rows = -1;
    assert_int_equal(store_table_digest(store, table, value, &rows), CLINIC_OK);
    return rows;
}

static void a_digest_tells_every_difference_but_the_order_of_writing(void **state)
{
    struct store_fixture *fixture = *state;
    uint8_t empty[32];
    uint8_t forth[32];
    uint8_t back[32];
    uint8_t other[32];
    assert_int_equal(digest(fixture->store, "note", empty), 0);
    put_note(fixture->store, 1, "a");
    put_note(fixture->store, 2, "b");
    assert_int_equal(digest(fixture->store, "note", forth), 2);
    assert_memory_not_equal(empty, forth, sizeof empty);

    assert_int_equal(query_run(query_start(fixture->store, fixture_sql[REMOVE_NOTES]), NULL),
                     CLINIC_OK);
    put_note(fixture->store, 2, "b");
    put_note(fixture->store, 1, "a");
    assert_int_equal(digest(fixture->store, "note", back), 2);
    assert_memory_equal(forth, back, sizeof forth);

    static const char *const changes[] = {
        "UPDATE note SET name = NULL WHERE name = 'a'",
        "UPDATE note SET name = '' WHERE name IS NULL",
        "UPDATE note SET weight = 0 WHERE name = ''",
        "UPDATE note SET weight = 1 WHERE weight = 0",
        "DELETE FROM note WHERE name = 'b'",
    };
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        fixture_sql_raw(fixture, changes[i]);
        (void)digest(fixture->store, "note", other);
        assert_memory_not_equal(back, other, sizeof back);
        memcpy(back, other, sizeof back);
    }
}

static void a_digest_needs_a_table(void **state)
{
    struct store_fixture *fixture = *state;
    uint8_t value[32];
    int64_t rows = 0;
    assert_int_equal(store_table_digest(fixture->store, "nothing", value, &rows), CLINIC_NOT_FOUND);
}

static void a_table_too_wide_is_refused(void **state)
{
    struct store_fixture *fixture = *state;
    uint8_t value[32];
    int64_t rows = 0;
    char sql[8192] = "CREATE TABLE wide (";
    for (int i = 0; i < 60; i++)
        (void)snprintf(sql + strlen(sql), sizeof sql - strlen(sql), "%sc%070d INTEGER",
                       i == 0 ? "" : ", ", i);
    (void)snprintf(sql + strlen(sql), sizeof sql - strlen(sql), ")");
    fixture_sql_raw(fixture, sql);
    assert_int_equal(store_table_digest(fixture->store, "wide", value, &rows), CLINIC_INVALID);
}

// ---- adopting

static void another_file_s_rows_replace_one_s_own(void **state)
{
    static const char *const tables[] = { "note" };
    struct store_fixture *fixture = *state;
    void *source_state = NULL;
    uint8_t wanted[32];
    uint8_t got[32];
    fixture_open(&source_state);
    struct store_fixture *source = source_state;
    put_note(fixture->store, 1, "old");
    put_note(source->store, 1, "new");
    put_note(source->store, 2, "more");
    fixture_commit_stock(fixture, 1);

    assert_int_equal(store_adopt(fixture->store, source->store, tables, 1), CLINIC_OK);
    (void)digest(source->store, "note", wanted);
    assert_int_equal(digest(fixture->store, "note", got), 2);
    assert_memory_equal(wanted, got, sizeof wanted);
    assert_int_equal(event_log_head(fixture->store), 1);
    assert_int_equal(store_adopt(fixture->store, source->store, tables, 1), CLINIC_OK);
    fixture_close(&source_state);
}

static void adopting_is_all_or_nothing(void **state)
{
    static const char *const tables[] = { "note", "nothing" };
    struct store_fixture *fixture = *state;
    void *source_state = NULL;
    fixture_open(&source_state);
    struct store_fixture *source = source_state;
    put_note(fixture->store, 1, "old");

    assert_int_equal(store_adopt(fixture->store, source->store, tables, 2), CLINIC_NOT_FOUND);
    assert_int_equal(fixture_number(fixture, "SELECT count(*) FROM note WHERE name = 'old'"), 1);
    assert_int_equal(store_adopt(fixture->store, source->store, tables, 1), CLINIC_OK);
    fixture_close(&source_state);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_open, fixture_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_backup_is_a_whole_gateway_file),
        TEST(a_backup_is_made_beside_a_running_gateway),
        TEST(a_backup_never_overwrites),
        TEST(a_backup_that_cannot_be_made_leaves_nothing),
        TEST(a_digest_tells_every_difference_but_the_order_of_writing),
        TEST(a_digest_needs_a_table),
        TEST(a_table_too_wide_is_refused),
        TEST(another_file_s_rows_replace_one_s_own),
        TEST(adopting_is_all_or_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
