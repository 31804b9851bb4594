// Reading a load cell's amplifier by its two pins, and what can be wrong with it.
#include "chip.h"
#include "hx711.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

struct board {
    struct hal chip;
    struct hx711 driver;
    uint32_t wraps_ms; // the board's clock is so much ahead
    unsigned samples;
    unsigned saturated;
    unsigned silent;
    int32_t counts; // the last sample
    int32_t least;
    int32_t most;
};

static uint32_t now_ms(const struct board *board)
{
    return (uint32_t)(board->chip.now_us / 1000) + board->wraps_ms;
}

static void begin(struct board *board, uint32_t samples_per_s)
{
    *board = (struct board){ .least = INT32_MAX, .most = INT32_MIN };
    chip_begin(&board->chip, samples_per_s);
    hx711_init(&board->driver, 2, now_ms(board));
}

static enum hx711_result poll(struct board *board)
{
    int32_t counts = 0;
    const enum hx711_result result =
        hx711_poll(&board->driver, &board->chip, now_ms(board), &counts);

    switch (result) {
    case HX711_SAMPLE:
        board->samples++;
        board->counts = counts;
        board->least = counts < board->least ? counts : board->least;
        board->most = counts > board->most ? counts : board->most;
        break;
    case HX711_SATURATED:
        board->saturated++;
        break;
    case HX711_SILENT:
        board->silent++;
        break;
    case HX711_NOTHING:
        break;
    }
    return result;
}

static void pass(struct board *board, uint32_t ms, uint32_t every_ms)
{
    const uint64_t until_us = board->chip.now_us + ms * (uint64_t)1000;

    while (board->chip.now_us < until_us) {
        (void)poll(board);
        chip_pass(&board->chip, every_ms * 1000 - (uint32_t)(board->chip.now_us % 1000));
    }
}

static void samples_come_as_they_are_measured(void **state)
{
    static const int32_t values[] = { 0,  1,        -1,       84213,     -84213,
                                      63, 0x7FFFFE, 0x400000, -0x7FFFFF, 0x3FFFFF };
    (void)state;

    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        struct board board;

        begin(&board, 10);
        board.chip.counts = values[i];
        pass(&board, 2000, 5);
        assert_in_range(board.samples, 14, 16);
        assert_int_equal(board.least, values[i]);
        assert_int_equal(board.most, values[i]);
        assert_int_equal(board.saturated + board.silent, 0);
        assert_int_equal(board.chip.wrong_readings, 0);
    }
}

static void ten_and_eighty_a_second_are_all_read(void **state)
{
    static const struct {
        uint32_t per_s, every_ms;
        unsigned samples;
    } rows[] = { { 10, 1, 100 }, { 10, 50, 100 }, { 80, 1, 800 }, { 80, 5, 800 } };
    (void)state;

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct board board;

        begin(&board, rows[i].per_s);
        pass(&board, 600, 1);
        board.samples = 0;
        pass(&board, 10000, rows[i].every_ms);
        assert_in_range(board.samples, rows[i].samples - 2, rows[i].samples + 2);
        assert_int_equal(board.chip.wrong_readings, 0);
    }
}

static void the_chip_begins_anew_and_settles_first(void **state)
{
    struct board board;
    (void)state;

    begin(&board, 10);
    board.chip.is_hasty = true;
    pass(&board, 400, 1);
    assert_int_equal(board.chip.resets, 1);
    assert_int_equal(board.samples, 0);
    pass(&board, 300, 1);
    assert_in_range(board.samples, 2, 3);
    assert_int_equal(board.least, 84213);
    assert_int_equal(board.most, 84213);
}

static void what_is_beyond_the_amplifier_is_told(void **state)
{
    static const int32_t values[] = { 0x7FFFFF, -0x800000 };
    (void)state;

    for (size_t i = 0; i < 2; i++) {
        struct board board;

        begin(&board, 10);
        pass(&board, 1000, 5);
        board.chip.counts = values[i];
        pass(&board, 1000, 5);
        assert_int_equal(board.most, 84213);
        assert_int_equal(board.least, 84213);
        board.samples = 0;
        assert_in_range(board.saturated, 8, 10);
        board.chip.counts = 84213;
        pass(&board, 1000, 5);
        assert_in_range(board.samples, 10, 11);
        assert_int_equal(board.silent, 0);
    }
}

static void an_amplifier_that_says_nothing_is_silent_until_it_is_back(void **state)
{
    static const int stuck[] = { CHIP_PIN_HIGH, CHIP_PIN_LOW };
    (void)state;

    for (size_t i = 0; i < 2; i++) {
        struct board board;

        begin(&board, 10);
        board.chip.is_hasty = true;
        pass(&board, 1000, 5);
        board.chip.stuck = stuck[i];
        pass(&board, 850, 5);
        assert_int_equal(board.silent, 0);
        pass(&board, 200, 5);
        assert_in_range(board.silent, 1, 40);
        assert_int_equal(poll(&board), HX711_SILENT);
        const unsigned samples = board.samples;
        pass(&board, 60000, 5);
        assert_int_equal(board.samples, samples);
        assert_int_equal(poll(&board), HX711_SILENT);
        assert_in_range(board.chip.resets, 50, 62); // tried again each second

        board.chip.stuck = 0;
        pass(&board, 2000, 5);
        assert_int_not_equal(poll(&board), HX711_SILENT);
        assert_in_range(board.samples - samples, 5, 20);
        assert_int_equal(board.least, 84213);
        assert_int_equal(board.most, 84213);
    }
}

// The chip turns off in the middle of each pulse in turn, and reads as ones from there on.
static void an_interrupt_in_a_pulse_makes_no_wrong_sample(void **state)
{
    static const int32_t values[] = { 84213, -84213, 8000000, 5 };
    enum { NOISE_COUNTS = 63 };
    (void)state;

    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        for (unsigned pulse = 1; pulse <= 25; pulse++) {
            struct board board;

            begin(&board, 10);
            board.chip.counts = values[i];
            pass(&board, 1000, 5);
            board.chip.stall_at_pulse = pulse;
            board.chip.stall_us = 61;
            pass(&board, 300, 5);
            assert_int_equal(board.chip.resets, 2);
            assert_int_equal(board.least, values[i]);
            assert_true(board.most >= values[i] && board.most <= values[i] + NOISE_COUNTS);
            pass(&board, 2000, 5);
            assert_int_equal(board.silent, 0);
            assert_int_equal(board.counts, values[i]);
        }
    }
}

static void a_short_interrupt_does_no_harm(void **state)
{
    struct board board;
    (void)state;

    begin(&board, 10);
    pass(&board, 1000, 5);
    for (unsigned pulse = 1; pulse <= 25; pulse++) {
        board.chip.stall_at_pulse = pulse;
        board.chip.stall_us = 50;
        pass(&board, 200, 5);
    }
    assert_int_equal(board.chip.resets, 1);
    assert_int_equal(board.least, 84213);
    assert_int_equal(board.most, 84213);
}

static void a_clock_that_wraps_is_no_silence(void **state)
{
    struct board board;
    (void)state;

    begin(&board, 10);
    board.wraps_ms = UINT32_MAX - 1500;
    hx711_init(&board.driver, 2, now_ms(&board));
    pass(&board, 4000, 5);
    assert_int_equal(board.silent, 0);
    assert_in_range(board.samples, 34, 36);
    assert_int_equal(board.chip.resets, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(samples_come_as_they_are_measured),
        cmocka_unit_test(ten_and_eighty_a_second_are_all_read),
        cmocka_unit_test(the_chip_begins_anew_and_settles_first),
        cmocka_unit_test(what_is_beyond_the_amplifier_is_told),
        cmocka_unit_test(an_amplifier_that_says_nothing_is_silent_until_it_is_back),
        cmocka_unit_test(an_interrupt_in_a_pulse_makes_no_wrong_sample),
        cmocka_unit_test(a_short_interrupt_does_no_harm),
        cmocka_unit_test(a_clock_that_wraps_is_no_silence),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
