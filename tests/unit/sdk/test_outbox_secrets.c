// What lies in an outbox's files is for nobody else, and gone when it is answered.
#include "outbox_fixture.h"

#include <dirent.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <string.h>
#include <sys/stat.h>

static size_t read_sealed(const struct fixture *fixture, uint8_t *sealed, size_t sealed_bytes)
{
    sqlite3 *database = NULL;
    sqlite3_stmt *statement = NULL;
    assert_int_equal(sqlite3_open(fixture->config.path, &database), SQLITE_OK);
    assert_int_equal(
        sqlite3_prepare_v2(database, "SELECT sealed FROM request", -1, &statement, NULL),
        SQLITE_OK);
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    const size_t length = (size_t)sqlite3_column_bytes(statement, 0);
    assert_true(length <= sealed_bytes);
    memcpy(sealed, sqlite3_column_blob(statement, 0), length);
    assert_int_equal(sqlite3_finalize(statement), SQLITE_OK);
    assert_int_equal(sqlite3_close(database), SQLITE_OK);
    return length;
}

static void no_file_ever_holds_a_name_nor_what_is_answered_its_ciphertext(void **state)
{
    struct fixture *fixture = *state;
    const struct clinic_id first = put(fixture, 1);
    uint8_t sealed[1024];
    const size_t length = read_sealed(fixture, sealed, sizeof sealed);
    assert_true(files_with(fixture, sealed, length) >= 1); // else the search below proves nothing
    assert_int_equal(files_with(fixture, "Zebedee", 7), 0);
    assert_int_equal(files_with(fixture, "session-of", 10), 0);

    const struct clinic_id second = put(fixture, 2);
    assert_int_equal(reply(fixture, &first, NULL), CLINIC_OK);
    assert_int_equal(reply(fixture, &second, "invalid.field"), CLINIC_OK);
    assert_int_equal(files_with(fixture, sealed, length), 0);
    assert_int_equal(files_with(fixture, "Quux", 4), 0);

    read_sealed(fixture, sealed, sizeof sealed);
    assert_true(files_with(fixture, sealed, length) >= 1);
    assert_int_equal(clinic_outbox_drop(fixture->outbox, &second), CLINIC_OK);
    assert_int_equal(files_with(fixture, sealed, length), 0);
}

static void files_are_the_owners_alone(void **state)
{
    struct fixture *fixture = *state;
    (void)put(fixture, 1);
    DIR *folder = opendir(fixture->folder);
    for (struct dirent *entry; (entry = readdir(folder)) != NULL;) {
        struct stat facts;
        assert_int_equal(fstatat(dirfd(folder), entry->d_name, &facts, 0), 0);
        if (S_ISREG(facts.st_mode))
            assert_int_equal(facts.st_mode & 077, 0);
    }
    (void)closedir(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(no_file_ever_holds_a_name_nor_what_is_answered_its_ciphertext),
        TEST(files_are_the_owners_alone),
    };
    return cmocka_run_group_tests_name("outbox: secrets", tests, NULL, NULL);
}
