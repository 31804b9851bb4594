// The HX711 by its pins, against its datasheet's timing.
#include "amplifier.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

enum { MS = 1000 };

// A cell that always says the same, so bits can be told exactly.
static const struct cell_traits exact = { .counts_per_mg = 1.0, .stop_mg = 1000000000 };

struct bench {
    struct cell cell;
    struct amplifier amplifier;
    int64_t now_us;
};

static int setup(void **state)
{
    static struct bench bench;
    bench = (struct bench){ 0 };
    cell_init(&bench.cell, &exact, 1, 0);
    amplifier_init(&bench.amplifier, &bench.cell, 10, 1, 0);
    *state = &bench;
    return 0;
}

// An amplifier that was loaded a minute ago: nothing rings any more.
static void load(struct bench *bench, double load_mg)
{
    cell_load(&bench->cell, load_mg, 0.0, bench->now_us);
    bench->now_us += 60 * 1000 * MS;
}

static bool pins(struct bench *bench, bool clock)
{
    return amplifier_pins(&bench->amplifier, clock, bench->now_us++);
}

static void wait_for_sample(struct bench *bench)
{
    const int64_t until_us = bench->now_us + 1000 * MS;
    while (pins(bench, false))
        assert_true(bench->now_us < until_us);
}

// Reads as a driver does: the bit is there after the rising edge.
static int32_t read_bits(struct bench *bench, int pulses)
{
    uint32_t bits = 0;
    for (int i = 0; i < pulses; i++) {
        (void)pins(bench, true);
        const bool bit = pins(bench, true);
        (void)pins(bench, false);
        if (i < 24)
            bits = bits << 1 | bit;
    }
    return (int32_t)(bits << 8) >> 8;
}

static int32_t read_sample(struct bench *bench, int pulses)
{
    wait_for_sample(bench);
    return read_bits(bench, pulses);
}

static void the_first_sample_is_ready_after_400_ms(void **state)
{
    struct bench *bench = *state;
    wait_for_sample(bench);
    assert_in_range(bench->now_us, 388 * MS, 412 * MS); // its oscillator is some percent off
}

static void at_80_samples_a_second_after_50_ms(void **state)
{
    struct bench *bench = *state;
    amplifier_init(&bench->amplifier, &bench->cell, 80, 1, 0);
    wait_for_sample(bench);
    assert_in_range(bench->now_us, 48 * MS, 52 * MS);
    const int64_t first_us = bench->now_us;
    (void)read_bits(bench, 25);
    wait_for_sample(bench);
    assert_in_range(bench->now_us - first_us, 12 * MS, 13 * MS);
}

static void samples_are_twos_complement_most_significant_bit_first(void **state)
{
    struct bench *bench = *state;
    static const int32_t counts[] = { 0, 1, 12345, 0x7FFFFE, -1, -12345, -0x7FFFFF };
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        struct cell_traits traits = exact;
        traits.zero_counts = counts[i];
        cell_init(&bench->cell, &traits, 1, bench->now_us);
        load(bench, 0.0);
        assert_int_equal(read_sample(bench, 25), counts[i]);
    }
}

static void what_is_beyond_its_range_saturates(void **state)
{
    struct bench *bench = *state;
    load(bench, 9000000.0);
    assert_int_equal(read_sample(bench, 25), 0x7FFFFF);
    struct cell_traits traits = exact;
    traits.zero_counts = -9000000;
    cell_init(&bench->cell, &traits, 1, bench->now_us);
    load(bench, 0.0);
    assert_int_equal(read_sample(bench, 25), -0x800000);
}

static void after_25_pulses_data_is_high_until_the_next_sample(void **state)
{
    struct bench *bench = *state;
    (void)read_sample(bench, 25);
    const int64_t read_us = bench->now_us;
    assert_true(pins(bench, false));
    wait_for_sample(bench);
    assert_in_range(bench->now_us - read_us, 95 * MS, 104 * MS);
}

static void what_nobody_reads_is_replaced_by_the_next_sample(void **state)
{
    struct bench *bench = *state;
    load(bench, 1000.0);
    wait_for_sample(bench);
    cell_load(&bench->cell, 5000.0, 0.0, bench->now_us);
    bench->now_us += 5000 * MS;
    assert_int_equal(read_sample(bench, 25), 5000);
}

static void a_clock_held_high_beyond_60_us_turns_it_off(void **state)
{
    struct bench *bench = *state;
    wait_for_sample(bench);
    (void)pins(bench, true);
    bench->now_us += 58;
    assert_false(pins(bench, true) && bench->amplifier.is_down);
    assert_int_equal(bench->amplifier.downs, 0);

    bench->now_us += 3;
    assert_true(pins(bench, true));
    assert_int_equal(bench->amplifier.downs, 1);
    bench->now_us += 10000 * MS;
    assert_true(pins(bench, true)); // off, whatever the time

    (void)pins(bench, false);
    const int64_t woken_us = bench->now_us;
    wait_for_sample(bench);
    assert_in_range(bench->now_us - woken_us, 388 * MS, 412 * MS);
}

static void pulses_26_and_27_choose_another_input_and_settle_anew(void **state)
{
    struct bench *bench = *state;
    load(bench, 10000.0);
    assert_int_equal(read_sample(bench, 27), 10000); // the choice is for the next one
    const int64_t chosen_us = bench->now_us;
    wait_for_sample(bench);
    assert_in_range(bench->now_us - chosen_us, 380 * MS, 412 * MS);
    assert_int_equal(read_bits(bench, 26), 5000); // A with gain 64
    assert_int_equal(read_sample(bench, 25), 0);  // B, where nothing is connected
    assert_int_equal(read_sample(bench, 25), 10000);
}

static void a_sample_that_comes_in_the_middle_of_a_reading_tears_it(void **state)
{
    struct bench *bench = *state;
    load(bench, 0.0);
    (void)read_sample(bench, 25);
    wait_for_sample(bench);
    for (int i = 0; i < 12; i++) {
        (void)pins(bench, true);
        (void)pins(bench, false);
    }
    struct cell_traits traits = exact;
    traits.zero_counts = -1; // every bit set
    cell_init(&bench->cell, &traits, 1, bench->now_us);
    bench->now_us = bench->amplifier.next_us - 20;
    bench->amplifier.edge_at_us = bench->now_us; // the reader was held up until now
    bench->now_us += 30;
    assert_int_equal(read_bits(bench, 12) & 0xFFF, 0xFFF);
}

static void a_reading_that_was_abandoned_is_begun_anew(void **state)
{
    struct bench *bench = *state;
    load(bench, 777.0);
    wait_for_sample(bench);
    for (int i = 0; i < 10; i++) {
        (void)pins(bench, true);
        (void)pins(bench, false);
    }
    bench->now_us += 300 * MS;
    assert_int_equal(read_sample(bench, 25), 777);
}

static void wires_fail_each_in_its_way(void **state)
{
    struct bench *bench = *state;
    load(bench, 777.0);
    bench->amplifier.fault = AMPLIFIER_UNPLUGGED;
    bench->now_us += 1000 * MS;
    assert_true(pins(bench, false));

    bench->amplifier.fault = AMPLIFIER_DATA_LOW;
    assert_int_equal(read_bits(bench, 25), 0);
    assert_false(pins(bench, false)); // the 25th pulse should have raised it

    bench->amplifier.fault = AMPLIFIER_BRIDGE_CUT;
    (void)read_sample(bench, 25);
    bench->now_us += 200 * MS;
    assert_int_equal(read_sample(bench, 25), 0x7FFFFF);

    bench->amplifier.fault = AMPLIFIER_CLOCK_CUT;
    bench->now_us += 200 * MS;
    assert_int_equal(read_bits(bench, 25), 0);
    assert_false(pins(bench, false));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(the_first_sample_is_ready_after_400_ms, setup),
        cmocka_unit_test_setup(at_80_samples_a_second_after_50_ms, setup),
        cmocka_unit_test_setup(samples_are_twos_complement_most_significant_bit_first, setup),
        cmocka_unit_test_setup(what_is_beyond_its_range_saturates, setup),
        cmocka_unit_test_setup(after_25_pulses_data_is_high_until_the_next_sample, setup),
        cmocka_unit_test_setup(what_nobody_reads_is_replaced_by_the_next_sample, setup),
        cmocka_unit_test_setup(a_clock_held_high_beyond_60_us_turns_it_off, setup),
        cmocka_unit_test_setup(pulses_26_and_27_choose_another_input_and_settle_anew, setup),
        cmocka_unit_test_setup(a_sample_that_comes_in_the_middle_of_a_reading_tears_it, setup),
        cmocka_unit_test_setup(a_reading_that_was_abandoned_is_begun_anew, setup),
        cmocka_unit_test_setup(wires_fail_each_in_its_way, setup),
    };
    return cmocka_run_group_tests_name("amplifier", tests, NULL, NULL);
}
