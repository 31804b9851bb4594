#include "store_fixture.h"

#include <stdio.h>
#include <string.h>

// The log of these tests: 1 stock, 2 patient, 3 stock, 4 patient, 5 stock.
static int write_five(void **state)
{
    fixture_open(state);
    struct store_fixture *fixture = *state;
    fixture_commit_stock(fixture, 1);
    fixture_commit_patient(fixture, 1, "Ana");
    fixture_commit_stock(fixture, 1);
    fixture_commit_patient(fixture, 2, "Ben");
    fixture_commit_stock(fixture, 1);
    return 0;
}

static void disarm(struct store_fixture *fixture)
{
    fixture_sql_raw(fixture, "DROP TRIGGER event_keeps; DROP TRIGGER event_stays");
}

// Returns the first bad sequence; 0: the log verifies.
static uint64_t verify(struct store_fixture *fixture, uint64_t from)
{
    struct event_log_report report;
    const enum clinic_status status = event_log_verify(fixture->store, from, &report);
    if (report.bad_sequence == 0) {
        assert_int_equal(status, CLINIC_OK);
        assert_string_equal(report.problem, "");
    } else {
        assert_int_equal(status, CLINIC_DAMAGED);
        assert_true(strlen(report.problem) > 0);
    }
    return report.bad_sequence;
}

static void an_untouched_log_verifies(void **state)
{
    struct store_fixture *fixture = *state;
    struct event_log_report whole;
    struct event_log_report part;
    assert_int_equal(event_log_verify(fixture->store, 1, &whole), CLINIC_OK);
    assert_int_equal(whole.events, 5);
    assert_int_equal(whole.erased, 0);
    assert_int_equal(event_log_verify(fixture->store, 4, &part), CLINIC_OK);
    assert_int_equal(part.events, 2);
    assert_memory_equal(whole.chain, part.chain, sizeof whole.chain);
}

static void an_empty_log_verifies(void **state)
{
    struct event_log_report report;
    struct store_fixture *fixture = *state;
    assert_int_equal(event_log_verify(fixture->store, 1, &report), CLINIC_OK);
    assert_int_equal(report.events, 0);
}

static void an_erased_owner_s_events_still_verify(void **state)
{
    struct store_fixture *fixture = *state;
    struct event_log_report report;
    const struct clinic_id owner = fixture_id(1);
    assert_int_equal(store_begin(fixture->store), CLINIC_OK);
    assert_int_equal(vault_destroy(fixture->store, &owner), CLINIC_OK);
    assert_int_equal(store_commit(fixture->store), CLINIC_OK);
    assert_int_equal(event_log_verify(fixture->store, 1, &report), CLINIC_OK);
    assert_int_equal(report.events, 5);
    assert_int_equal(report.erased, 1);
    fixture_reopen(fixture);
}

// Every column, each changed by one bit or byte and put back: the row verifies before and after.
static void one_changed_byte_in_any_column_is_found(void **state)
{
    struct store_fixture *fixture = *state;
    static const struct {
        const char *column;
        const char *changed;
    } rows[] = {
        { "id", "CAST(substr(id, 1, 15) || x'ff' AS BLOB)" },
        { "kind", "kind + 1" },
        { "subject", "replace(subject, '8', '9')" },
        { "subject", "CAST(subject || x'00' AS TEXT)" },
        { "time_ms", "time_ms - 1" },
        { "recorded_at_ms", "recorded_at_ms + 1" },
        { "is_clock_held", "1 - is_clock_held" },
        { "node", "'desk-2'" },
        { "person", "'anb'" },
        { "person", "''" },
        { "correlation", "NULL" },
        { "correlation", "CAST(substr(correlation, 1, 15) || x'00' AS BLOB)" },
        { "causation", "CAST(substr(causation, 1, 15) || x'00' AS BLOB)" },
        { "previous", "previous + 1" },
        { "data", "replace(data, 'true', 'null')" },
        { "data", "CAST(data || x'00' || 'more' AS TEXT)" },
        { "owner", "CAST(substr(owner, 1, 15) || x'02' AS BLOB)" },
        { "sealed", "CAST(substr(sealed, 1, 40) || x'00' || substr(sealed, 42) AS BLOB)" },
        { "sealed", "CAST(sealed || x'00' AS BLOB)" },
        { "chain", "CAST(substr(chain, 1, 31) || x'00' AS BLOB)" },
    };
    disarm(fixture);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char sql[300];
        (void)snprintf(
            sql, sizeof sql,
            "PRAGMA ignore_check_constraints=ON; CREATE TABLE saved AS SELECT * FROM event"
            " WHERE sequence = 2; UPDATE event SET %s = %s WHERE sequence = 2",
            rows[i].column, rows[i].changed);
        assert_int_equal(verify(fixture, 1), 0);
        fixture_sql_raw(fixture, sql);
        if (verify(fixture, 1) != 2)
            fail_msg("a changed %s (%s) was not found", rows[i].column, rows[i].changed);
        assert_int_equal(verify(fixture, 2), 2);
        fixture_sql_raw(fixture, "DELETE FROM event WHERE sequence = 2;"
                                 "INSERT INTO event SELECT * FROM saved; DROP TABLE saved");
    }
    assert_int_equal(verify(fixture, 1), 0);
}

static void a_removed_row_is_found(void **state)
{
    static const struct {
        const char *where;
        uint64_t bad;
    } rows[] = { { "sequence = 1", 1 },
                 { "sequence = 3", 3 },
                 { "sequence = 5", 5 },
                 { "sequence >= 4", 4 },
                 { "1", 1 } };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char sql[128];
        write_five(state);
        disarm(*state);
        (void)snprintf(sql, sizeof sql, "DELETE FROM event WHERE %s", rows[i].where);
        fixture_sql_raw(*state, sql);
        assert_int_equal(verify(*state, 1), rows[i].bad);
        fixture_close(state);
    }
}

static void an_end_cut_off_with_its_record_is_found(void **state)
{
    struct store_fixture *fixture = *state;
    disarm(fixture);
    fixture_sql_raw(fixture, "DELETE FROM event WHERE sequence = 5;"
                             "UPDATE log_head SET sequence = 4, chain ="
                             " (SELECT chain FROM event WHERE sequence = 4)");
    assert_int_equal(verify(fixture, 1), 4);
}

static void a_row_added_by_another_hand_is_found(void **state)
{
    struct store_fixture *fixture = *state;
    fixture_sql_raw(fixture, "CREATE TABLE forged AS SELECT * FROM event WHERE sequence = 5;"
                             "UPDATE forged SET sequence = 6, previous = 5;"
                             "INSERT INTO event SELECT * FROM forged; DROP TABLE forged");
    assert_int_equal(verify(fixture, 1), 6);
}

// By the gateway's own code, but with an earlier record of the end put back.
static void a_row_behind_the_recorded_end_is_found(void **state)
{
    struct store_fixture *fixture = *state;
    fixture_sql_raw(fixture, "CREATE TABLE saved AS SELECT * FROM log_head");
    fixture_commit_stock(fixture, 2);
    assert_int_equal(verify(fixture, 1), 0);
    fixture_sql_raw(fixture, "DELETE FROM log_head; INSERT INTO log_head SELECT * FROM saved");
    assert_int_equal(verify(fixture, 1), 6);
}

// Nobody can open it any more, and yet it may not change.
static void an_erased_owner_s_sealed_bytes_may_not_change(void **state)
{
    struct store_fixture *fixture = *state;
    const struct clinic_id owner = fixture_id(1);
    assert_int_equal(store_begin(fixture->store), CLINIC_OK);
    assert_int_equal(vault_destroy(fixture->store, &owner), CLINIC_OK);
    assert_int_equal(store_commit(fixture->store), CLINIC_OK);
    disarm(fixture);
    fixture_sql_raw(fixture,
                    "UPDATE event SET sealed = CAST(sealed || x'00' AS BLOB) WHERE sequence = 2");
    assert_int_equal(verify(fixture, 1), 2);
}

static void exchanged_rows_are_found(void **state)
{
    struct store_fixture *fixture = *state;
    disarm(fixture);
    fixture_sql_raw(fixture, "UPDATE event SET sequence = 9 WHERE sequence = 3;"
                             "UPDATE event SET sequence = 3 WHERE sequence = 1;"
                             "UPDATE event SET sequence = 1, previous = 0 WHERE sequence = 9");
    assert_int_equal(verify(fixture, 1), 1);
}

static void a_key_taken_out_of_the_vault_is_found(void **state)
{
    struct store_fixture *fixture = *state;
    fixture_sql_raw(fixture, "DROP TRIGGER vault_key_stays; DELETE FROM vault_key");
    assert_int_equal(verify(fixture, 1), 2);
}

static void a_position_beyond_the_log_is_said_to_be_missing(void **state)
{
    struct store_fixture *fixture = *state;
    struct event_log_report report;
    assert_int_equal(event_log_verify(fixture->store, 9, &report), CLINIC_DAMAGED);
    assert_int_equal(event_log_verify(fixture->store, 6, &report), CLINIC_OK);
    assert_int_equal(report.events, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, write_five, fixture_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(an_untouched_log_verifies),
        cmocka_unit_test_setup_teardown(an_empty_log_verifies, fixture_open, fixture_close),
        TEST(an_erased_owner_s_events_still_verify),
        TEST(one_changed_byte_in_any_column_is_found),
        cmocka_unit_test(a_removed_row_is_found),
        TEST(an_end_cut_off_with_its_record_is_found),
        TEST(a_row_added_by_another_hand_is_found),
        TEST(a_row_behind_the_recorded_end_is_found),
        TEST(an_erased_owner_s_sealed_bytes_may_not_change),
        TEST(exchanged_rows_are_found),
        TEST(a_key_taken_out_of_the_vault_is_found),
        TEST(a_position_beyond_the_log_is_said_to_be_missing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
