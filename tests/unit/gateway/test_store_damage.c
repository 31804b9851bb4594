#include "store_fixture.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PAGE_BYTES = 4096 };

// ---- kinds of damage: each changes the bytes in place and returns the new length

static size_t zero_header(uint8_t *bytes, size_t length)
{
    memset(bytes, 0, 100);
    return length;
}

static size_t zero_page(uint8_t *bytes, size_t length)
{
    memset(bytes + PAGE_BYTES, 0, PAGE_BYTES);
    return length;
}

static size_t flip_page(uint8_t *bytes, size_t length)
{
    for (size_t i = 2 * PAGE_BYTES; i < 3 * (size_t)PAGE_BYTES; i++)
        bytes[i] ^= 0xff;
    return length;
}

static size_t flip_sealed_bit(uint8_t *bytes, size_t length)
{
    uint8_t *at = memmem(bytes, length, "\"provisional\":true", 18);
    assert_non_null(at);
    at[60] ^= 1; // behind the public text lie owner and sealed text
    return length;
}

static size_t change_text(uint8_t *bytes, size_t length)
{
    uint8_t *at = memmem(bytes, length, "\"quantity\":4", 12);
    assert_non_null(at);
    at[11] = '9';
    return length;
}

// The table says otherwise than its index: nothing in the log is wrong.
static size_t change_note(uint8_t *bytes, size_t length)
{
    uint8_t *at = memmem(bytes, length, "unmistakable", 12);
    assert_non_null(at);
    at[0] = 'U';
    return length;
}

static size_t cut_half(uint8_t *bytes, size_t length)
{
    (void)bytes;
    return length / 2 / PAGE_BYTES * PAGE_BYTES;
}

static size_t cut_in_page(uint8_t *bytes, size_t length)
{
    (void)bytes;
    return length - 1000;
}

static size_t cut_all(uint8_t *bytes, size_t length)
{
    (void)bytes;
    (void)length;
    return 0;
}

static size_t write_garbage(uint8_t *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++)
        bytes[i] = (uint8_t)(i * 31 >> 3);
    return length;
}

static const struct {
    const char *name;
    size_t (*harm)(uint8_t *bytes, size_t length);
} harms[] = {
    { "a zeroed header", zero_header }, { "a zeroed page", zero_page },
    { "a flipped page", flip_page },    { "a flipped bit in sealed data", flip_sealed_bit },
    { "a changed text", change_text },  { "an index that is wrong", change_note },
    { "half a file", cut_half },        { "a cut page", cut_in_page },
    { "an empty file", cut_all },       { "garbage", write_garbage },
};

static void harm(struct store_fixture *fixture, size_t (*act)(uint8_t *bytes, size_t length))
{
    size_t length = 0;
    uint8_t *bytes = fixture_read(fixture, "clinic.db", &length);
    assert_non_null(bytes);
    length = act(bytes, length);
    fixture_write(fixture, "clinic.db", bytes, length);
    free(bytes);
}

static void write_log(struct store_fixture *fixture)
{
    for (uint8_t i = 1; i <= 20; i++)
        fixture_commit_patient(fixture, i, "Ana");
    fixture_commit_stock(fixture, 20);
    fixture_sql_raw(fixture, "INSERT INTO note VALUES (zeroblob(16), 'unmistakable', 1)");
}

// ---- what must follow

static void assert_set_aside(struct store_fixture *fixture, char name[static 256])
{
    char path[128];
    assert_int_equal(fixture_try(fixture), CLINIC_DAMAGED);
    assert_true(fixture_find(fixture, "clinic.db.damaged-", name));
    name[strlen("clinic.db.damaged-") + 10] = '\0'; // it may have been its -wal that was found
    assert_non_null(strstr(fixture->problem, name));
    assert_non_null(strstr(fixture->problem, "backup"));
    fixture_path(fixture, "clinic.db", path);
    assert_int_equal(access(path, F_OK), -1);
}

static void assert_not_begun_anew(struct store_fixture *fixture)
{
    char name[256];
    for (int i = 0; i < 2; i++) {
        assert_int_equal(fixture_try(fixture), CLINIC_NOT_FOUND);
        assert_non_null(strstr(fixture->problem, "backup"));
    }
    assert_true(fixture_find(fixture, "clinic.db.damaged-", name));
}

static void a_damaged_file_is_never_served(void **state)
{
    for (size_t i = 0; i < sizeof harms / sizeof *harms; i++) {
        char name[256] = "";
        char path[128];
        char backup[128];
        fixture_open(state);
        struct store_fixture *fixture = *state;
        write_log(fixture);
        fixture_path(fixture, "backup", backup);
        assert_int_equal(store_backup(fixture->store, backup, fixture->problem), CLINIC_OK);
        fixture_shut(fixture);
        fixture_reopen(fixture); // undamaged it opens
        fixture_shut(fixture);

        print_message("%s\n", harms[i].name);
        harm(fixture, harms[i].harm);
        assert_set_aside(fixture, name);
        assert_not_begun_anew(fixture);

        fixture_path(fixture, "clinic.db", path);
        assert_int_equal(rename(backup, path), 0);
        fixture_reopen(fixture);
        assert_int_equal(event_log_head(fixture->store), 40);
        fixture_commit_stock(fixture, 1);
        fixture_close(state);
    }
}

static void a_log_begins_anew_once_the_damaged_files_are_taken_away(void **state)
{
    struct store_fixture *fixture = *state;
    char name[256] = "";
    char path[128];
    write_log(fixture);
    fixture_shut(fixture);
    harm(fixture, zero_header);
    assert_set_aside(fixture, name);
    while (fixture_find(fixture, "clinic.db.damaged-", name)) {
        fixture_path(fixture, name, path);
        assert_int_equal(unlink(path), 0);
    }
    fixture_reopen(fixture);
    assert_int_equal(event_log_head(fixture->store), 0);
}

// A reader or the command line only tells; the gateway decides when it starts.
static void beside_a_gateway_nothing_is_set_aside(void **state)
{
    struct store_fixture *fixture = *state;
    struct store *reader = NULL;
    char name[256];
    fixture_shut(fixture);
    harm(fixture, zero_header);
    assert_int_equal(fixture_try_mode(fixture, STORE_READ, &reader), CLINIC_DAMAGED);
    assert_false(fixture_find(fixture, "clinic.db.damaged-", name));
}

static void a_wal_that_stayed_behind_goes_with_its_file(void **state)
{
    struct store_fixture *fixture = *state;
    char from[128];
    char to[128];
    char name[256];
    fixture_commit_stock(fixture, 1);
    fixture_shut(fixture);
    fixture_path(fixture, "clinic.db", from);
    fixture_path(fixture, "clinic.db.damaged-1700000000", to);
    assert_int_equal(rename(from, to), 0);
    fixture_write(fixture, "clinic.db-wal", "not empty", 9);

    assert_int_equal(fixture_try(fixture), CLINIC_NOT_FOUND);
    assert_true(fixture_find(fixture, "clinic.db.damaged-1700000000-wal", name));
    assert_false(fixture_find(fixture, "clinic.db-wal", name));
}

static void a_wal_without_its_file_stops_the_gateway(void **state)
{
    struct store_fixture *fixture = *state;
    fixture_write(fixture, "clinic.db-wal", "not empty", 9);
    assert_int_equal(fixture_try(fixture), CLINIC_NOT_FOUND);
    assert_non_null(strstr(fixture->problem, "clinic.db-wal"));
}

// ---- files too large to read whole at each start

static void fill(struct store_fixture *fixture)
{
    fixture_sql_raw(fixture, "CREATE TABLE filler (bytes BLOB);"
                             "INSERT INTO filler VALUES (zeroblob(70000000));"
                             "PRAGMA wal_checkpoint(TRUNCATE)");
}

static void old_damage_in_a_large_file_is_found_once_it_is_suspected(void **state)
{
    struct store_fixture *fixture = *state;
    struct event_log_report report;
    char name[256] = "";
    fixture_commit_stock(fixture, 1001);
    fill(fixture);
    fixture_sql_raw(fixture, "DROP TRIGGER event_keeps;"
                             "UPDATE event SET person = 'eve' WHERE sequence = 1");
    fixture_reopen(fixture); // the newest 1000 are right
    assert_int_equal(event_log_verify(fixture->store, 1, &report), CLINIC_DAMAGED);
    assert_int_equal(report.bad_sequence, 1);
    assert_true(fixture_find(fixture, "check-needed", name));
    fixture_shut(fixture);
    assert_set_aside(fixture, name);
    assert_false(fixture_find(fixture, "check-needed", name));
}

static void the_newest_events_of_a_large_file_are_always_checked(void **state)
{
    struct store_fixture *fixture = *state;
    char name[256] = "";
    fixture_commit_stock(fixture, 1001);
    fill(fixture);
    fixture_sql_raw(fixture, "DROP TRIGGER event_keeps;"
                             "UPDATE event SET person = 'eve' WHERE sequence = 2");
    fixture_shut(fixture);
    assert_set_aside(fixture, name);
}

static void a_suspicion_that_proves_wrong_is_dropped(void **state)
{
    struct store_fixture *fixture = *state;
    char name[256];
    fixture_shut(fixture);
    fixture_write(fixture, "check-needed", "", 0);
    fixture_reopen(fixture);
    assert_false(fixture_find(fixture, "check-needed", name));
}

// ---- damage that shows while serving

static void damage_met_while_serving_is_checked_at_the_next_start(void **state)
{
    struct store_fixture *fixture = *state;
    char name[256];
    write_log(fixture);
    assert_int_equal(store_checkpoint(fixture->store), CLINIC_OK);
    assert_int_equal(store_check(fixture->store, fixture->problem), CLINIC_OK);
    fixture_sql_raw(fixture, "PRAGMA writable_schema=ON;"
                             "UPDATE sqlite_schema SET rootpage = 2 WHERE name = 'note';"
                             "PRAGMA schema_version=99");
    assert_int_equal(store_check(fixture->store, fixture->problem), CLINIC_DAMAGED);
    assert_true(strlen(fixture->problem) > 0);
    assert_true(fixture_find(fixture, "check-needed", name));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_open, fixture_close)
#define TEST_OF_FOLDER(name) cmocka_unit_test_setup_teardown(name, fixture_folder, fixture_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_damaged_file_is_never_served),
        TEST(a_log_begins_anew_once_the_damaged_files_are_taken_away),
        TEST(beside_a_gateway_nothing_is_set_aside),
        TEST(a_wal_that_stayed_behind_goes_with_its_file),
        TEST_OF_FOLDER(a_wal_without_its_file_stops_the_gateway),
        TEST(old_damage_in_a_large_file_is_found_once_it_is_suspected),
        TEST(the_newest_events_of_a_large_file_are_always_checked),
        TEST(a_suspicion_that_proves_wrong_is_dropped),
        TEST(damage_met_while_serving_is_checked_at_the_next_start),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
