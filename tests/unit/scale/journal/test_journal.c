// What a journal keeps, in which order, and what wears its flash.
#include "journal_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static struct board board;
static struct model model;

static int new_board(void **state)
{
    (void)state;
    board_init(&board, 11);
    model = (struct model){ 0 };
    assert_true(board_open(&board));
    return 0;
}

static uint32_t push(unsigned bin, const char *text)
{
    uint32_t number = 0;
    assert_true(journal_push(&board.journal, bin, text, strlen(text), &number));
    return number;
}

static void assert_oldest(uint32_t number, unsigned bin, const char *text)
{
    char bytes[JOURNAL_READING_BYTES];
    uint32_t found = 0;
    unsigned found_bin = 99;
    assert_int_equal(journal_oldest(&board.journal, &found, &found_bin, bytes, sizeof bytes),
                     strlen(text));
    assert_memory_equal(bytes, text, strlen(text));
    assert_int_equal(found, number);
    assert_int_equal(found_bin, bin);
}

static void assert_newest(unsigned bin, const char *text)
{
    char bytes[JOURNAL_READING_BYTES];
    assert_int_equal(journal_newest(&board.journal, bin, bytes, sizeof bytes), strlen(text));
    assert_memory_equal(bytes, text, strlen(text));
}

static void assert_state(unsigned key, const char *text)
{
    char bytes[JOURNAL_RECORD_BYTES];
    assert_int_equal(journal_load(&board.journal, key, bytes, sizeof bytes), strlen(text));
    assert_memory_equal(bytes, text, strlen(text));
}

static void assert_nothing_waits(void)
{
    char bytes[JOURNAL_READING_BYTES];
    uint32_t number;
    unsigned bin;
    assert_int_equal(journal_oldest(&board.journal, &number, &bin, bytes, sizeof bytes), 0);
    assert_int_equal(journal_waiting(&board.journal), 0);
}

static void assert_all_as_in_the_model(void)
{
    static struct contents seen;
    board_read(&board, &seen);
    assert_true(contents_equal(&seen, &model.contents));
    assert_int_equal(board.hal.flash.violations, 0);
    assert_int_equal(board.hal.flash.doubtful, 0);
}

static void a_new_flash_is_an_empty_journal(void **state)
{
    (void)state;
    char bytes[JOURNAL_RECORD_BYTES];
    assert_nothing_waits();
    for (unsigned key = 0; key < JOURNAL_STATES; key++)
        assert_int_equal(journal_load(&board.journal, key, bytes, sizeof bytes), 0);
    for (unsigned bin = 0; bin < JOURNAL_BINS; bin++)
        assert_int_equal(journal_newest(&board.journal, bin, bytes, sizeof bytes), 0);
}

static void readings_come_out_in_the_order_they_went_in(void **state)
{
    (void)state;
    const uint32_t first = push(2, "nineteen");
    const uint32_t second = push(0, "twenty");
    const uint32_t third = push(2, "eighteen");
    assert_true(first < second && second < third);
    assert_oldest(first, 2, "nineteen");
    assert_true(journal_remove(&board.journal, first));
    assert_oldest(second, 0, "twenty");
    assert_true(board_open(&board));
    assert_oldest(second, 0, "twenty");
    assert_true(journal_remove(&board.journal, third));
    assert_int_equal(journal_waiting(&board.journal), 1);
    assert_true(journal_remove(&board.journal, second));
    assert_nothing_waits();
}

static void what_is_gone_may_be_removed_again(void **state)
{
    (void)state;
    const uint32_t number = push(0, "one");
    assert_true(journal_remove(&board.journal, number));
    const uint64_t operations = board.hal.flash.operations;
    assert_true(journal_remove(&board.journal, number));
    assert_true(journal_remove(&board.journal, 12345));
    assert_int_equal(board.hal.flash.operations, operations);
}

static void the_newest_reading_of_a_bin_is_kept_when_it_is_removed(void **state)
{
    (void)state;
    assert_true(journal_remove(&board.journal, push(3, "seven")));
    for (int i = 0; i < 1000; i++)
        assert_true(journal_remove(&board.journal, push(1, "many")));
    assert_newest(3, "seven");
    assert_true(board_open(&board));
    assert_newest(3, "seven");
    assert_newest(1, "many");
    assert_nothing_waits();
}

static void the_newest_state_of_each_key_is_kept(void **state)
{
    (void)state;
    assert_true(journal_store(&board.journal, 5, "left alone", 10));
    for (int i = 0; i < 500; i++)
        assert_true(journal_store(&board.journal, 0, "changed again and again", 23));
    assert_true(journal_store(&board.journal, 0, "last", 4));
    assert_true(board_open(&board));
    assert_state(0, "last");
    assert_state(5, "left alone");
    char small[3];
    assert_int_equal(journal_load(&board.journal, 0, small, sizeof small), 0);
    assert_true(journal_store(&board.journal, 0, "", 0));
    assert_true(board_open(&board));
    assert_state(0, "");
}

static void what_a_journal_does_not_take_is_refused(void **state)
{
    (void)state;
    static const char bytes[JOURNAL_RECORD_BYTES + 1];
    char room[JOURNAL_RECORD_BYTES];
    uint32_t number = 77;
    unsigned bin;
    const uint64_t operations = board.hal.flash.operations;
    assert_false(journal_store(&board.journal, JOURNAL_STATES, bytes, 1));
    assert_false(journal_store(&board.journal, 0, bytes, sizeof bytes));
    assert_false(journal_push(&board.journal, JOURNAL_BINS, bytes, 1, &number));
    assert_false(journal_push(&board.journal, 0, bytes, 0, &number));
    assert_false(journal_push(&board.journal, 0, bytes, JOURNAL_READING_BYTES + 1, &number));
    assert_int_equal(board.hal.flash.operations, operations);
    assert_int_equal(number, 77);
    assert_int_equal(journal_load(&board.journal, JOURNAL_STATES, room, sizeof room), 0);
    assert_int_equal(journal_newest(&board.journal, JOURNAL_BINS, room, sizeof room), 0);
    push(0, "x");
    assert_int_equal(journal_oldest(&board.journal, &number, &bin, room, JOURNAL_READING_BYTES - 1),
                     0);
    assert_int_equal(journal_waiting(&board.journal), 1);
}

static void a_number_never_comes_again(void **state)
{
    (void)state;
    uint32_t last = 0;
    for (int i = 0; i < 2000; i++) {
        const uint32_t number = push((unsigned)i % 2, "x");
        assert_true(number > last);
        last = number;
        assert_true(journal_remove(&board.journal, number));
        if (i % 7 == 0)
            assert_true(board_open(&board));
    }
}

static void a_full_queue_drops_only_what_a_newer_reading_replaces(void **state)
{
    (void)state;
    const uint32_t only = push(3, "the only one of its bin");
    const uint32_t first = push(0, "first");
    const uint32_t second = push(1, "second");
    for (unsigned i = 3; i < JOURNAL_READINGS; i++)
        push(i % 2, "more");
    assert_int_equal(journal_waiting(&board.journal), JOURNAL_READINGS);
    assert_int_equal(journal_dropped(&board.journal), 0);

    push(2, "one too many");
    assert_int_equal(journal_dropped(&board.journal), 1);
    for (int round = 0; round < 2; round++) {
        assert_int_equal(journal_waiting(&board.journal), JOURNAL_READINGS);
        assert_oldest(only, 3, "the only one of its bin");
        assert_true(journal_remove(&board.journal, first)); // dropped
        assert_int_equal(journal_waiting(&board.journal), JOURNAL_READINGS);
        assert_true(board_open(&board));
    }
    // Now the oldest is replaced itself.
    push(3, "a newer one");
    assert_oldest(second, 1, "second");
    assert_true(board_open(&board));
    assert_oldest(second, 1, "second");
    assert_int_equal(journal_waiting(&board.journal), JOURNAL_READINGS);
    assert_int_equal(journal_dropped(&board.journal), 0); // since the start
}

static void the_largest_of_everything_fits(void **state)
{
    (void)state;
    static uint8_t bytes[JOURNAL_RECORD_BYTES];
    uint32_t number;
    uint64_t most = 0;
    for (unsigned i = 0; i < 3000; i++) {
        memset(bytes, (int)(i % 251), sizeof bytes);
        const uint64_t before = board.hal.flash.operations;
        if (i % 5 == 0)
            assert_true(journal_store(&board.journal, i / 5 % JOURNAL_STATES, bytes, sizeof bytes));
        else
            assert_true(journal_push(&board.journal, i % JOURNAL_BINS, bytes, JOURNAL_READING_BYTES,
                                     &number));
        if (board.hal.flash.operations - before > most)
            most = board.hal.flash.operations - before;
    }
    assert_int_equal(journal_waiting(&board.journal), JOURNAL_READINGS);
    // The work of one call is bounded: seven pages at most.
    printf("at most %llu operations of the flash in a call\n", (unsigned long long)most);
    assert_true(most <= 7 * (1 + HAL_FLASH_PAGE_BYTES / HAL_FLASH_UNIT_BYTES));
}

static void any_operations_leave_what_they_should(void **state)
{
    (void)state;
    uint64_t random = seed_from_environment(4711);
    for (int round = 0; round < 60; round++) {
        assert_null(operations_run(&board, &model, &random, 40));
        assert_int_equal(journal_waiting(&board.journal), model.contents.waiting);
        assert_int_equal(journal_dropped(&board.journal), model.dropped);
        assert_true(board_open(&board));
        model.dropped = 0;
        assert_all_as_in_the_model();
    }
}

static void pages_wear_alike(void **state)
{
    (void)state;
    uint64_t random = 99;
    for (int round = 0; round < 100; round++)
        assert_null(operations_run(&board, &model, &random, 100));
    uint32_t fewest = UINT32_MAX, most = 0;
    for (unsigned page = 0; page < HAL_FLASH_PAGES; page++) {
        const uint32_t erased = board.hal.flash.erased[page];
        fewest = erased < fewest ? erased : fewest;
        most = erased > most ? erased : most;
    }
    printf("10000 operations: pages erased %u to %u times\n", fewest, most);
    assert_true(most - fewest <= 1);
    assert_true(fewest > 30);
}

static void restarts_hardly_wear(void **state)
{
    (void)state;
    for (int i = 0; i < 1000; i++)
        assert_true(board_open(&board));
    for (unsigned page = 0; page < HAL_FLASH_PAGES; page++)
        assert_true(board.hal.flash.erased[page] <= 2);
}

static void it_needs_little_memory(void **state)
{
    (void)state;
    printf("%zu bytes\n", sizeof(struct journal));
    assert_true(sizeof(struct journal) <= 700);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_new_flash_is_an_empty_journal, new_board),
        cmocka_unit_test_setup(readings_come_out_in_the_order_they_went_in, new_board),
        cmocka_unit_test_setup(what_is_gone_may_be_removed_again, new_board),
        cmocka_unit_test_setup(the_newest_reading_of_a_bin_is_kept_when_it_is_removed, new_board),
        cmocka_unit_test_setup(the_newest_state_of_each_key_is_kept, new_board),
        cmocka_unit_test_setup(what_a_journal_does_not_take_is_refused, new_board),
        cmocka_unit_test_setup(a_number_never_comes_again, new_board),
        cmocka_unit_test_setup(a_full_queue_drops_only_what_a_newer_reading_replaces, new_board),
        cmocka_unit_test_setup(the_largest_of_everything_fits, new_board),
        cmocka_unit_test_setup(any_operations_leave_what_they_should, new_board),
        cmocka_unit_test_setup(pages_wear_alike, new_board),
        cmocka_unit_test_setup(restarts_hardly_wear, new_board),
        cmocka_unit_test(it_needs_little_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
