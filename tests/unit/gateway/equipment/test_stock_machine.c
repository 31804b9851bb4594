// The machine cell by cell, and what a quantity means to it.
#include <equipment/stock_level.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

enum { MINIMUM = 20, DAY_MS = 86400000 };
#define STAY(state)                                                                                \
    {                                                                                              \
        STOCK_NOTHING, state                                                                       \
    }

static void every_cell_of_the_machine(void **state)
{
    static const struct stock_transition wanted[STOCK_STATE_COUNT][STOCK_INPUT_COUNT] = {
        [STOCK_OK] = { [STOCK_EMPTY] = { STOCK_RAISE, STOCK_OUT },
                       [STOCK_ENOUGH] = STAY(STOCK_OK),
                       [STOCK_SOME] = STAY(STOCK_OK),
                       [STOCK_SHORT] = { STOCK_RAISE, STOCK_LOW },
                       [STOCK_BLIND] = { STOCK_TELL, STOCK_UNKNOWN_OK },
                       [STOCK_SEEN] = STAY(STOCK_OK) },
        [STOCK_LOW] = { [STOCK_EMPTY] = { STOCK_TELL, STOCK_OUT },
                        [STOCK_ENOUGH] = { STOCK_TELL, STOCK_OK },
                        [STOCK_SOME] = STAY(STOCK_LOW),
                        [STOCK_SHORT] = STAY(STOCK_LOW),
                        [STOCK_BLIND] = { STOCK_TELL, STOCK_UNKNOWN_LOW },
                        [STOCK_SEEN] = STAY(STOCK_LOW) },
        [STOCK_OUT] = { [STOCK_EMPTY] = STAY(STOCK_OUT),
                        [STOCK_ENOUGH] = { STOCK_TELL, STOCK_OK },
                        [STOCK_SOME] = { STOCK_TELL, STOCK_LOW },
                        [STOCK_SHORT] = STAY(STOCK_OUT),
                        [STOCK_BLIND] = { STOCK_TELL, STOCK_UNKNOWN_OUT },
                        [STOCK_SEEN] = STAY(STOCK_OUT) },
        [STOCK_UNKNOWN_OK] = { [STOCK_EMPTY] = STAY(STOCK_UNKNOWN_OK),
                               [STOCK_ENOUGH] = STAY(STOCK_UNKNOWN_OK),
                               [STOCK_SOME] = STAY(STOCK_UNKNOWN_OK),
                               [STOCK_SHORT] = STAY(STOCK_UNKNOWN_OK),
                               [STOCK_BLIND] = STAY(STOCK_UNKNOWN_OK),
                               [STOCK_SEEN] = { STOCK_TELL, STOCK_OK } },
        [STOCK_UNKNOWN_LOW] = { [STOCK_EMPTY] = STAY(STOCK_UNKNOWN_LOW),
                                [STOCK_ENOUGH] = STAY(STOCK_UNKNOWN_LOW),
                                [STOCK_SOME] = STAY(STOCK_UNKNOWN_LOW),
                                [STOCK_SHORT] = STAY(STOCK_UNKNOWN_LOW),
                                [STOCK_BLIND] = STAY(STOCK_UNKNOWN_LOW),
                                [STOCK_SEEN] = { STOCK_TELL, STOCK_LOW } },
        [STOCK_UNKNOWN_OUT] = { [STOCK_EMPTY] = STAY(STOCK_UNKNOWN_OUT),
                                [STOCK_ENOUGH] = STAY(STOCK_UNKNOWN_OUT),
                                [STOCK_SOME] = STAY(STOCK_UNKNOWN_OUT),
                                [STOCK_SHORT] = STAY(STOCK_UNKNOWN_OUT),
                                [STOCK_BLIND] = STAY(STOCK_UNKNOWN_OUT),
                                [STOCK_SEEN] = { STOCK_TELL, STOCK_OUT } },
    };

    (void)state;
    for (enum stock_state from = STOCK_OK; from < STOCK_STATE_COUNT; from++) {
        for (enum stock_input input = STOCK_EMPTY; input < STOCK_INPUT_COUNT; input++) {
            struct stock_transition step = stock_machine_step(from, input);
            if (step.action != wanted[from][input].action || step.next != wanted[from][input].next)
                fail_msg("state %d, input %d: action %d, next %d", (int)from, (int)input,
                         (int)step.action, (int)step.next);
        }
    }
}

static void an_events_word_is_read_as_the_state_that_was_meant(void **state)
{
    static const enum stock_state blind[STOCK_STATE_COUNT] = {
        [STOCK_OK] = STOCK_UNKNOWN_OK,           [STOCK_LOW] = STOCK_UNKNOWN_LOW,
        [STOCK_OUT] = STOCK_UNKNOWN_OUT,         [STOCK_UNKNOWN_OK] = STOCK_UNKNOWN_OK,
        [STOCK_UNKNOWN_LOW] = STOCK_UNKNOWN_LOW, [STOCK_UNKNOWN_OUT] = STOCK_UNKNOWN_OUT,
    };

    (void)state;
    for (enum stock_state before = STOCK_OK; before < STOCK_STATE_COUNT; before++) {
        for (enum stock_state known = STOCK_OK; known <= STOCK_OUT; known++)
            assert_int_equal(stock_state_read(stock_state_name(known), before), known);
        assert_int_equal(stock_state_read("unknown", before), blind[before]);
    }
}

static void the_margin_is_a_tenth_rounded_up_and_at_least_one(void **state)
{
    static const int64_t rows[][2] = { { 0, 1 },  { 1, 1 },  { 10, 1 },   { 11, 2 },
                                       { 20, 2 }, { 21, 3 }, { 100, 10 }, { 1000000, 100000 } };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_int_equal(stock_level_margin(rows[i][0]), rows[i][1]);
}

// What a quantity means at once: below 20 it is low, only from 22 it is enough again.
static void what_a_quantity_means_in_each_state(void **state)
{
    enum { NO = STOCK_INPUT_COUNT };
    static const struct {
        int64_t quantity;
        enum stock_state state;
        int wanted;
    } rows[] = {
        { 0, STOCK_OK, STOCK_EMPTY },  { 1, STOCK_OK, STOCK_SHORT },
        { 19, STOCK_OK, STOCK_SHORT }, { 20, STOCK_OK, NO },
        { 22, STOCK_OK, NO },          { 0, STOCK_LOW, STOCK_EMPTY },
        { 1, STOCK_LOW, NO },          { 20, STOCK_LOW, NO },
        { 21, STOCK_LOW, NO },         { 22, STOCK_LOW, STOCK_ENOUGH },
        { 0, STOCK_OUT, NO },          { 1, STOCK_OUT, STOCK_SOME },
        { 21, STOCK_OUT, STOCK_SOME }, { 22, STOCK_OUT, STOCK_ENOUGH },
        { 0, STOCK_UNKNOWN_OK, NO },   { 19, STOCK_UNKNOWN_OK, NO },
        { 22, STOCK_UNKNOWN_LOW, NO }, { 22, STOCK_UNKNOWN_OUT, NO },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct stock_level level = { .quantity = rows[i].quantity, .minimum = MINIMUM };
        enum stock_input found = STOCK_INPUT_COUNT;
        bool means_something = stock_level_find(&level, rows[i].state, STOCK_NEVER_MS, &found);
        if (means_something != (rows[i].wanted != NO) || (int)found != rows[i].wanted)
            fail_msg("%d in state %d: %d", (int)rows[i].quantity, (int)rows[i].state, (int)found);
    }
}

static void a_quantity_counts_once_it_has_held_for_a_minute(void **state)
{
    struct stock_level before = { .quantity = 40, .minimum = MINIMUM };
    struct stock_level level = { .quantity = 19, .minimum = MINIMUM };
    enum stock_input input;

    (void)state;
    stock_level_cross(&level, &before, 5000);
    assert_int_equal(stock_level_due_ms(&level, STOCK_OK), 65000);
    assert_false(stock_level_find(&level, STOCK_OK, 64999, &input));
    assert_true(stock_level_find(&level, STOCK_OK, 65000, &input));
    assert_int_equal(input, STOCK_SHORT);
    assert_int_equal(stock_level_due_ms(&level, STOCK_LOW), STOCK_NEVER_MS);
}

static void stock_that_is_taken_piece_by_piece_is_low_a_minute_after_it_fell(void **state)
{
    struct stock_level level = { .quantity = 20, .minimum = MINIMUM };

    (void)state;
    for (int64_t second = 1; second <= 50; second += 7) {
        struct stock_level next = level;
        next.quantity--;
        stock_level_cross(&next, &level, second * 1000);
        level = next;
    }
    assert_int_equal(stock_level_due_ms(&level, STOCK_OK), 61000);
}

// One piece that is put there and taken away again does not hide that almost nothing is left.
static void a_quantity_that_wavers_between_none_and_one_is_low(void **state)
{
    struct stock_level level = { .quantity = 30, .minimum = MINIMUM };
    enum stock_input input;

    (void)state;
    for (int64_t at_ms = 0; at_ms <= 60000; at_ms += 20000) {
        struct stock_level next = level;
        next.quantity = at_ms / 20000 % 2;
        stock_level_cross(&next, &level, at_ms);
        level = next;
    }
    assert_true(stock_level_find(&level, STOCK_OK, 60000, &input));
    assert_int_equal(input, STOCK_SHORT);
}

static void nothing_holds_while_a_bin_is_in_somebodys_hands(void **state)
{
    struct stock_level level = { .quantity = 0,
                                 .minimum = MINIMUM,
                                 .steady_since_ms = STOCK_NEVER_MS };
    enum stock_input input;

    (void)state;
    assert_int_equal(stock_level_due_ms(&level, STOCK_OK), STOCK_NEVER_MS);
    assert_false(stock_level_find(&level, STOCK_OK, DAY_MS, &input));
    level.steady_since_ms = 1000;
    assert_int_equal(stock_level_due_ms(&level, STOCK_OK), 61000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_cell_of_the_machine),
        cmocka_unit_test(an_events_word_is_read_as_the_state_that_was_meant),
        cmocka_unit_test(the_margin_is_a_tenth_rounded_up_and_at_least_one),
        cmocka_unit_test(what_a_quantity_means_in_each_state),
        cmocka_unit_test(a_quantity_counts_once_it_has_held_for_a_minute),
        cmocka_unit_test(stock_that_is_taken_piece_by_piece_is_low_a_minute_after_it_fell),
        cmocka_unit_test(a_quantity_that_wavers_between_none_and_one_is_low),
        cmocka_unit_test(nothing_holds_while_a_bin_is_in_somebodys_hands),
    };
    return cmocka_run_group_tests_name("stock_machine", tests, NULL, NULL);
}
