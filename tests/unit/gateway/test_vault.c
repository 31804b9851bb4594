#include "store_fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { WRAPPED_BYTES = CLINIC_KEY_BYTES + CLINIC_SEAL_OVERHEAD_BYTES };

static void create_keys(struct store_fixture *fixture, uint8_t count)
{
    assert_int_equal(store_begin(fixture->store), CLINIC_OK);
    for (uint8_t i = 1; i <= count; i++) {
        const struct clinic_id owner = fixture_id(i);
        assert_int_equal(vault_create(fixture->store, &owner), CLINIC_OK);
    }
    assert_int_equal(store_commit(fixture->store), CLINIC_OK);
}

static void destroy_key(struct store_fixture *fixture, const struct clinic_id *owner)
{
    assert_int_equal(store_begin(fixture->store), CLINIC_OK);
    assert_int_equal(vault_destroy(fixture->store, owner), CLINIC_OK);
    assert_int_equal(store_commit(fixture->store), CLINIC_OK);
}

// ---- keys

static void a_key_is_the_same_after_a_restart(void **state)
{
    struct store_fixture *fixture = *state;
    const struct clinic_id owner = fixture_id(1);
    const struct clinic_id other = fixture_id(2);
    uint8_t before[CLINIC_KEY_BYTES];
    uint8_t after[CLINIC_KEY_BYTES];
    uint8_t of_other[CLINIC_KEY_BYTES];
    create_keys(fixture, 2);
    assert_int_equal(vault_key(fixture->store, &owner, before), CLINIC_OK);
    fixture_reopen(fixture);
    assert_int_equal(vault_key(fixture->store, &owner, after), CLINIC_OK);
    assert_int_equal(vault_key(fixture->store, &other, of_other), CLINIC_OK);
    assert_memory_equal(before, after, sizeof before);
    assert_memory_not_equal(before, of_other, sizeof before);
    assert_false(fixture_holds(fixture, before, sizeof before));
}

static void an_owner_has_one_key_in_a_lifetime(void **state)
{
    struct store_fixture *fixture = *state;
    const struct clinic_id owner = fixture_id(1);
    create_keys(fixture, 1);
    assert_int_equal(vault_create(fixture->store, &owner), CLINIC_EXISTS);
    destroy_key(fixture, &owner);
    assert_int_equal(vault_create(fixture->store, &owner), CLINIC_EXISTS);
}

static void a_destroyed_key_is_refused_for_ever(void **state)
{
    struct store_fixture *fixture = *state;
    const struct clinic_id owner = fixture_id(1);
    const struct clinic_id stranger = fixture_id(9);
    uint8_t key[CLINIC_KEY_BYTES];
    create_keys(fixture, 1);
    destroy_key(fixture, &owner);
    destroy_key(fixture, &owner); // harmless
    destroy_key(fixture, &stranger);
    assert_int_equal(vault_key(fixture->store, &owner, key), CLINIC_REFUSED);
    assert_int_equal(vault_key(fixture->store, &stranger, key), CLINIC_NOT_FOUND);

    sqlite3 *db = fixture_raw(fixture, "clinic.db");
    assert_int_equal(sqlite3_exec(db,
                                  "UPDATE vault_key SET wrapped = zeroblob(60),"
                                  " destroyed_at_ms = NULL",
                                  NULL, NULL, NULL),
                     SQLITE_CONSTRAINT);
    assert_int_equal(sqlite3_exec(db, "DELETE FROM vault_key", NULL, NULL, NULL),
                     SQLITE_CONSTRAINT);
    sqlite3_close(db);
}

static void a_key_that_was_rolled_back_is_gone(void **state)
{
    struct store_fixture *fixture = *state;
    const struct clinic_id owner = fixture_id(1);
    uint8_t first[CLINIC_KEY_BYTES];
    uint8_t second[CLINIC_KEY_BYTES];

    assert_int_equal(store_begin(fixture->store), CLINIC_OK);
    assert_int_equal(store_savepoint(fixture->store), CLINIC_OK);
    assert_int_equal(vault_create(fixture->store, &owner), CLINIC_OK);
    assert_int_equal(vault_key(fixture->store, &owner, first), CLINIC_OK);
    store_rollback_to_savepoint(fixture->store);
    assert_int_equal(vault_key(fixture->store, &owner, first), CLINIC_NOT_FOUND);
    assert_int_equal(vault_create(fixture->store, &owner), CLINIC_OK);
    assert_int_equal(vault_key(fixture->store, &owner, second), CLINIC_OK);
    assert_memory_not_equal(first, second, sizeof first);
    store_rollback(fixture->store);
    assert_int_equal(vault_key(fixture->store, &owner, first), CLINIC_NOT_FOUND);
}

static void a_wrapped_key_opens_for_its_owner_alone(void **state)
{
    struct store_fixture *fixture = *state;
    const struct clinic_id owner = fixture_id(1);
    uint8_t key[CLINIC_KEY_BYTES];
    create_keys(fixture, 2);
    fixture_sql_raw(fixture, "UPDATE vault_key SET wrapped = (SELECT wrapped FROM vault_key"
                             " ORDER BY owner DESC LIMIT 1)");
    assert_int_equal(vault_key(fixture->store, &owner, key), CLINIC_DAMAGED);
}

static void read_wrapped(struct store_fixture *fixture, const struct clinic_id *owner,
                         uint8_t wrapped[static WRAPPED_BYTES])
{
    sqlite3 *db = fixture_raw(fixture, "clinic.db");
    sqlite3_stmt *statement = NULL;
    assert_int_equal(sqlite3_prepare_v2(db, "SELECT wrapped FROM vault_key WHERE owner = ?1", -1,
                                        &statement, NULL),
                     SQLITE_OK);
    sqlite3_bind_blob(statement, 1, owner->bytes, 16, SQLITE_STATIC);
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    assert_int_equal(sqlite3_column_bytes(statement, 0), WRAPPED_BYTES);
    memcpy(wrapped, sqlite3_column_blob(statement, 0), WRAPPED_BYTES);
    sqlite3_finalize(statement);
    sqlite3_close(db);
}

// Among enough neighbours that pages are split and merged, as in a clinic of some years.
static void nothing_of_a_destroyed_key_stays_in_the_files(void **state)
{
    struct store_fixture *fixture = *state;
    uint8_t wrapped[250][WRAPPED_BYTES];
    create_keys(fixture, 250);
    for (uint8_t i = 0; i < 250; i++) {
        const struct clinic_id owner = fixture_id((uint8_t)(i + 1));
        read_wrapped(fixture, &owner, wrapped[i]);
        assert_true(fixture_holds(fixture, wrapped[i], WRAPPED_BYTES));
    }
    for (uint8_t i = 0; i < 250; i += 3) {
        const struct clinic_id owner = fixture_id((uint8_t)(i + 1));
        destroy_key(fixture, &owner);
    }
    assert_int_equal(store_checkpoint(fixture->store), CLINIC_OK);
    for (uint8_t i = 0; i < 250; i++)
        assert_int_equal(fixture_holds(fixture, wrapped[i] + 1, 16), i % 3 != 0);
}

// ---- vault.key

static void assert_refused(struct store_fixture *fixture, const char *word)
{
    size_t before_bytes = 0;
    size_t after_bytes = 0;
    uint8_t *before = fixture_read(fixture, "clinic.db", &before_bytes);
    assert_int_equal(fixture_try(fixture), CLINIC_INVALID);
    assert_non_null(strstr(fixture->problem, "vault.key"));
    assert_non_null(strstr(fixture->problem, word));
    uint8_t *after = fixture_read(fixture, "clinic.db", &after_bytes);
    assert_int_equal(before_bytes, after_bytes);
    assert_memory_equal(before, after, before_bytes);
    free(before);
    free(after);
}

static void the_key_file_is_private(void **state)
{
    struct store_fixture *fixture = *state;
    char path[128];
    struct stat about;
    fixture_path(fixture, "vault.key", path);
    assert_int_equal(stat(path, &about), 0);
    assert_int_equal(about.st_mode & 0777, 0600);
    assert_int_equal(about.st_size, CLINIC_KEY_BYTES);

    fixture_shut(fixture);
    assert_int_equal(chmod(path, 0640), 0);
    assert_refused(fixture, "chmod 600");
    assert_int_equal(chmod(path, 0600), 0);
    fixture_reopen(fixture);
}

static void without_its_key_file_a_database_is_refused(void **state)
{
    struct store_fixture *fixture = *state;
    char path[128];
    size_t length = 0;
    create_keys(fixture, 1);
    fixture_shut(fixture);
    fixture_path(fixture, "vault.key", path);
    uint8_t *key = fixture_read(fixture, "vault.key", &length);
    assert_int_equal(unlink(path), 0);
    assert_refused(fixture, "saved copy");
    assert_int_equal(access(path, F_OK), -1); // and no new one is made

    fixture_write(fixture, "vault.key", key, length - 1);
    assert_refused(fixture, "32 bytes");
    fixture_write(fixture, "vault.key", key, length);
    fixture_reopen(fixture);
    free(key);
}

static void another_key_file_is_refused(void **state)
{
    struct store_fixture *fixture = *state;
    uint8_t key[CLINIC_KEY_BYTES] = { 42 };
    fixture_shut(fixture); // the log and the vault are still empty
    fixture_write(fixture, "vault.key", key, sizeof key);
    assert_refused(fixture, "not the key");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_open, fixture_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_key_is_the_same_after_a_restart),
        TEST(an_owner_has_one_key_in_a_lifetime),
        TEST(a_destroyed_key_is_refused_for_ever),
        TEST(a_key_that_was_rolled_back_is_gone),
        TEST(a_wrapped_key_opens_for_its_owner_alone),
        TEST(nothing_of_a_destroyed_key_stays_in_the_files),
        TEST(the_key_file_is_private),
        TEST(without_its_key_file_a_database_is_refused),
        TEST(another_key_file_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
