// A flash that refuses, that rots, that holds something else: the journal always opens, and never tells what was not
// written.
#include "journal_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static struct board board, used;
static struct model model;
static struct contents seen;

// One that has been in use, and its model.
static int used_board(void **state)
{
    (void)state;
    uint64_t random = 5;
    board_init(&board, 3);
    model = (struct model){ 0 };
    assert_true(board_open(&board));
    assert_null(operations_run(&board, &model, &random, 400));
    board_copy(&used, &board);
    return 0;
}

static void assert_as_in_the_model(void)
{
    board_read(&board, &seen);
    assert_true(contents_equal(&seen, &model.contents));
}

static bool is_one_of(const struct bytes *bytes, const struct bytes *all, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (memcmp(bytes, &all[i], sizeof *bytes) == 0)
            return true;
    return false;
}

// A flash that refuses is tried again in the next page; a call that is true is true.
static void a_flash_that_refuses_once_loses_nothing(void **state)
{
    (void)state;
    uint64_t random = seed_from_environment(8);
    unsigned refused = 0, failed = 0;
    for (unsigned i = 0; i < 1000; i++) {
        const struct operation operation = operation_random(&random, &model, i % 200 < 100);
        uint32_t number = 0;
        // Mostly in the record, sometimes where a page is turned.
        board.hal.flash.refuse_from =
            board.hal.flash.operations + 1 + random_below(&random, i % 2 == 0 ? 20 : 200);
        board.hal.flash.refuse_to = board.hal.flash.refuse_from + 1 + random_below(&random, 3);
        const uint64_t from = board.hal.flash.refuse_from;
        const bool is_done = operation_do(&operation, &model, &board.journal, &number);
        refused += board.hal.flash.operations >= from;
        failed += !is_done;
        if (is_done)
            operation_foresee(&operation, number, &model);
        board.hal.flash.refuse_from = board.hal.flash.refuse_to = 0;
        board_read(&board, &seen);
        assert_true(contents_equal(&seen, &model.contents));
    }
    printf("refused %u times, failed %u times\n", refused, failed);
    assert_true(refused - failed > 20 && failed > 50);
    assert_int_equal(board.hal.flash.violations, 0);
    // A last write, so that nothing is left open.
    uint32_t number;
    const struct operation last = { .kind = PUSH, .id = 1, .length = 5, .seed = 1 };
    assert_true(operation_do(&last, &model, &board.journal, &number));
    operation_foresee(&last, number, &model);
    assert_true(board_open(&board));
    assert_as_in_the_model();
}

static void a_flash_that_is_not_to_be_written_is_still_read(void **state)
{
    (void)state;
    uint32_t number;
    board.hal.flash.refuse_from = 1;
    board.hal.flash.refuse_to = UINT64_MAX;
    assert_false(board_open(&board));
    assert_false(journal_push(&board.journal, 0, "x", 1, &number));
    assert_false(journal_store(&board.journal, 0, "x", 1));
    for (unsigned key = 0; key < JOURNAL_STATES; key++) {
        struct bytes state_bytes = { 0 };
        state_bytes.length =
            journal_load(&board.journal, key, state_bytes.bytes, sizeof state_bytes.bytes);
        assert_memory_equal(&state_bytes, &model.contents.states[key], sizeof state_bytes);
    }
    assert_int_equal(journal_waiting(&board.journal), model.contents.waiting);

    board.hal.flash.refuse_to = 0;
    assert_true(journal_push(&board.journal, 0, "x", 1, &number));
    assert_true(number > model.last_number);
}

static void a_flash_that_is_not_to_be_read_is_left_alone(void **state)
{
    (void)state;
    uint8_t bytes[JOURNAL_RECORD_BYTES];
    uint32_t number;
    unsigned bin;
    board.hal.flash.refuses_to_read = true;
    assert_false(board_open(&board));
    assert_int_equal(journal_waiting(&board.journal), 0);
    assert_int_equal(journal_oldest(&board.journal, &number, &bin, bytes, sizeof bytes), 0);
    assert_int_equal(journal_newest(&board.journal, 0, bytes, sizeof bytes), 0);
    assert_int_equal(journal_load(&board.journal, 0, bytes, sizeof bytes), 0);
    assert_false(journal_push(&board.journal, 0, "x", 1, &number));
    assert_false(journal_store(&board.journal, 0, "x", 1));
    assert_false(journal_remove(&board.journal, 1));
    assert_int_equal(board.hal.flash.operations, used.hal.flash.operations);

    board.hal.flash.refuses_to_read = false;
    assert_true(board_open(&board));
    assert_as_in_the_model();
}

static void a_flash_that_held_something_else_is_taken_over(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed < 60; seed++) {
        uint64_t random = seed;
        board_init(&board, seed);
        sim_flash_soil(&board.hal.flash);
        model = (struct model){ 0 };
        assert_true(board_open(&board));
        assert_as_in_the_model();
        assert_null(operations_run(&board, &model, &random, 30));
        assert_true(board_open(&board));
        assert_as_in_the_model();
        assert_int_equal(board.hal.flash.violations, 0);
    }
}

// Whatever is told was written, to that key or by that number.
static void assert_nothing_invented(const struct bytes *written, size_t count)
{
    board_read(&board, &seen);
    for (unsigned key = 0; key < JOURNAL_STATES; key++)
        assert_true(seen.states[key].length == 0 || is_one_of(&seen.states[key], written, count));
    for (size_t i = 0; i < seen.waiting; i++) {
        struct bytes reading = { .length = seen.readings[i].length };
        memcpy(reading.bytes, seen.readings[i].bytes, sizeof seen.readings[i].bytes);
        assert_true(is_one_of(&reading, written, count));
        assert_true(i == 0 || seen.readings[i].number > seen.readings[i - 1].number);
    }
}

static void a_rotten_bit_costs_a_reading_and_invents_none(void **state)
{
    (void)state;
    // Each content is its own, so another one's would show.
    static struct bytes written[300];
    uint64_t random = seed_from_environment(77);
    uint32_t number;
    unsigned lost = 0;
    board_init(&board, 1);
    assert_true(board_open(&board));
    for (unsigned i = 0; i < 300; i++) {
        struct bytes *bytes = &written[i];
        bytes->length = 20 + i % 40;
        memset(bytes->bytes, (int)i, bytes->length);
        memcpy(bytes->bytes, &i, sizeof i);
        assert_true(i % 10 == 0 ? journal_store(&board.journal, i / 10 % JOURNAL_STATES,
                                                bytes->bytes, bytes->length)
                                : journal_push(&board.journal, i % 3, bytes->bytes, bytes->length,
                                               &number));
    }
    board_copy(&used, &board);
    for (unsigned i = 0; i < 1000; i++) {
        board_copy(&board, &used);
        board.hal.flash.bytes[random_below(&random, SIM_FLASH_BYTES)] ^=
            (uint8_t)(1U << random_below(&random, 8));
        assert_true(board_open(&board));
        assert_nothing_invented(written, 300);
        lost += seen.waiting < JOURNAL_READINGS;
        assert_true(journal_push(&board.journal, 0, "on", 2, &number));
    }
    printf("1000 rotten bits: %u hit a reading that waits\n", lost);
    assert_true(lost > 50);
}

static void a_rotten_reading_does_not_stop_those_behind_it(void **state)
{
    (void)state;
    uint32_t first, second, found = 0;
    unsigned bin;
    char bytes[JOURNAL_READING_BYTES];
    board_init(&board, 1);
    assert_true(board_open(&board));
    assert_true(journal_push(&board.journal, 0, "rotten-to-be", 12, &first));
    assert_true(journal_push(&board.journal, 1, "sound", 5, &second));
    uint8_t *rotten =
        memmem(board.hal.flash.bytes, sizeof board.hal.flash.bytes, "rotten-to-be", 12);
    assert_non_null(rotten);
    *rotten = 'R';
    assert_int_equal(journal_oldest(&board.journal, &found, &bin, bytes, sizeof bytes), 5);
    assert_int_equal(found, second);
    assert_int_equal(journal_newest(&board.journal, 0, bytes, sizeof bytes), 0);
    assert_true(journal_remove(&board.journal, second));
    assert_true(board_open(&board));
    assert_int_equal(journal_waiting(&board.journal), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_flash_that_refuses_once_loses_nothing, used_board),
        cmocka_unit_test_setup(a_flash_that_is_not_to_be_written_is_still_read, used_board),
        cmocka_unit_test_setup(a_flash_that_is_not_to_be_read_is_left_alone, used_board),
        cmocka_unit_test(a_flash_that_held_something_else_is_taken_over),
        cmocka_unit_test(a_rotten_bit_costs_a_reading_and_invents_none),
        cmocka_unit_test(a_rotten_reading_does_not_stop_those_behind_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
