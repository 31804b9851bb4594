// The board: power, watchdog, flash, panel, and time that leaps.
#include "run.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static const int64_t ms = 1000;
static const int64_t second_us = 1000000;

// Firmware of the smallest kind: reads its cells when they are ready, and counts.
struct little {
    struct hal *hal;
    uint32_t starts;
    uint64_t steps;
    uint32_t samples[HAL_CELLS];
    int32_t last[HAL_CELLS];
    uint64_t sum; // over all samples
    bool is_hung; // feeds no watchdog
};

static void start(void *context, struct hal *hal)
{
    struct little *little = context;
    little->hal = hal;
    little->starts++;
}

static void read_cell(struct little *little, unsigned cell)
{
    uint32_t bits = 0;
    if (hal_cell(little->hal, cell, false))
        return;
    for (int i = 0; i < 25; i++) {
        const bool bit = hal_cell(little->hal, cell, true);
        (void)hal_cell(little->hal, cell, false);
        if (i < 24)
            bits = bits << 1 | bit;
    }
    little->samples[cell]++;
    little->last[cell] = (int32_t)(bits << 8) >> 8;
    little->sum = little->sum * 31 + bits;
}

static void step(void *context)
{
    struct little *little = context;
    little->steps++;
    for (unsigned i = 0; i < HAL_CELLS; i++)
        read_cell(little, i);
    if (!little->is_hung)
        hal_watchdog(little->hal);
}

struct bench {
    struct sim_flash flash;
    struct little little;
    struct run_firmware firmware;
    struct hal *board;
};

static const struct board_config usual = {
    .seed = 1, .cells = 1, .bins = { { .bin_mg = 100000, .unit_mg = 8000, .units = 20 } }
};

static struct bench *build(const struct board_config *config)
{
    static struct bench bench;
    memset(&bench, 0, sizeof bench);
    sim_flash_init(&bench.flash, config->seed);
    bench.board = board_open(config, &bench.flash);
    bench.firmware = (struct run_firmware){ start, step, &bench.little };
    assert_non_null(bench.board);
    return &bench;
}

static void an_hour_of_samples_takes_few_steps_and_misses_none(void **state)
{
    (void)state;
    struct bench *bench = build(&usual);
    run_for(bench->board, &bench->firmware, 3600 * second_us);
    const int64_t period_us = board_amplifier(bench->board, 0)->period_us;
    const int64_t wanted = 3600 * second_us / period_us - 3; // while it settled
    assert_in_range(bench->little.samples[0], wanted - 1, wanted + 1);
    assert_true(bench->little.steps < 3 * bench->little.samples[0]);
    board_close(bench->board);
}

static uint64_t fingerprint(uint64_t seed)
{
    struct board_config config = usual;
    config.seed = seed;
    config.cells = 4;
    config.interrupt_permyriad = 20;
    struct bench *bench = build(&config);
    const struct shelf_action take = { .verb = SHELF_TAKE, .amount = 2 };
    for (int i = 0; i < 60; i++) {
        run_for(bench->board, &bench->firmware, 7 * second_us);
        assert_true(shelf_do(board_shelf(bench->board), &take, board_now_us(bench->board)));
    }
    const uint64_t result = bench->little.sum ^ bench->little.steps;
    board_close(bench->board);
    return result;
}

static void the_same_seed_is_the_same_run(void **state)
{
    (void)state;
    assert_true(fingerprint(5) == fingerprint(5));
    assert_true(fingerprint(5) != fingerprint(6));
}

static void firmware_that_hangs_is_started_again(void **state)
{
    (void)state;
    struct bench *bench = build(&usual);
    run_for(bench->board, &bench->firmware, 60 * second_us);
    assert_int_equal(bench->little.starts, 1);
    bench->little.is_hung = true;
    run_for(bench->board, &bench->firmware, 10 * second_us);
    assert_int_equal(board_counters(bench->board)->watchdog_resets, 2);
    assert_int_equal(bench->little.starts, 3);
    board_close(bench->board);
}

static void without_power_nothing_works(void **state)
{
    (void)state;
    struct bench *bench = build(&usual);
    char bytes[8] = "written";
    run_for(bench->board, &bench->firmware, 2 * second_us);
    assert_false(hal_panel(bench->board, "hello"));
    board_cut_power(bench->board);

    assert_int_equal(board_state(bench->board), BOARD_OFF);
    assert_string_equal(board_panel(bench->board), "");
    assert_false(hal_flash_program(bench->board, 0, bytes, sizeof bytes));
    assert_false(hal_flash_read(bench->board, 0, bytes, sizeof bytes));
    assert_false(hal_flash_erase(bench->board, 0));
    assert_int_equal(hal_net_connect(bench->board, 0), HAL_NET_FAILED);
    assert_int_equal(hal_net_write(bench->board, bytes, sizeof bytes), -1);
    assert_true(hal_cell(bench->board, 0, false));
    const uint32_t samples = bench->little.samples[0];
    run_for(bench->board, &bench->firmware, 10 * second_us);
    assert_int_equal(bench->little.samples[0], samples);

    board_give_power(bench->board);
    run_for(bench->board, &bench->firmware, 10 * second_us);
    assert_int_equal(bench->little.starts, 2);
    assert_in_range(bench->little.samples[0] - samples, 90, 100);
    board_close(bench->board);
}

static void power_can_fail_in_any_call(void **state)
{
    (void)state;
    for (uint64_t n = 1; n <= 200; n++) {
        struct bench *bench = build(&usual);
        board_cut_power_at_call(bench->board, n);
        run_for(bench->board, &bench->firmware, 60 * second_us);
        assert_int_equal(board_state(bench->board), BOARD_OFF);
        assert_int_equal(board_counters(bench->board)->calls, n);
        board_close(bench->board);
    }
}

static void power_that_fails_in_a_flash_operation_tears_it(void **state)
{
    (void)state;
    static const uint8_t zeros[64];
    uint8_t bytes[64];
    int torn = 0;
    for (uint64_t seed = 1; seed <= 50; seed++) {
        struct board_config config = usual;
        config.seed = seed;
        struct bench *bench = build(&config);
        board_started(bench->board);
        assert_true(hal_flash_program(bench->board, 0, zeros, sizeof zeros));
        board_cut_power_at_call(bench->board, 1);
        assert_false(hal_flash_program(bench->board, 64, zeros, sizeof zeros));
        assert_int_equal(board_state(bench->board), BOARD_OFF);

        board_give_power(bench->board);
        board_started(bench->board);
        assert_true(hal_flash_read(bench->board, 0, bytes, sizeof bytes));
        assert_memory_equal(bytes, zeros, sizeof zeros); // what was finished stays
        assert_true(hal_flash_read(bench->board, 64, bytes, sizeof bytes));
        torn += memcmp(bytes, zeros, sizeof zeros) != 0 && bytes[0] == 0;
        board_close(bench->board);
    }
    assert_true(torn > 10);
}

static void flash_takes_its_time(void **state)
{
    (void)state;
    struct bench *bench = build(&usual);
    board_started(bench->board);
    const int64_t before_us = board_now_us(bench->board);
    assert_true(hal_flash_erase(bench->board, 3));
    assert_in_range(board_now_us(bench->board) - before_us, 20 * ms, 40 * ms);
    board_close(bench->board);
}

static void interrupts_turn_the_amplifier_off_now_and_then(void **state)
{
    (void)state;
    struct board_config config = usual;
    config.interrupt_permyriad = 10;
    struct bench *bench = build(&config);
    run_for(bench->board, &bench->firmware, 600 * second_us);
    assert_in_range(board_amplifier(bench->board, 0)->downs, 20, 200);
    assert_true(bench->little.samples[0] > 4000);
    board_close(bench->board);
}

static void the_milliseconds_wrap_where_a_test_wants_it(void **state)
{
    (void)state;
    struct board_config config = usual;
    config.clock_at_start_ms = UINT32_MAX - 999;
    struct bench *bench = build(&config);
    board_started(bench->board);
    assert_int_equal(hal_now_ms(bench->board), UINT32_MAX - 999);
    board_pass(bench->board, 2 * second_us);
    assert_int_equal(hal_now_ms(bench->board), 1000);
    board_close(bench->board);
}

static void panel_and_button(void **state)
{
    (void)state;
    struct bench *bench = build(&usual);
    board_started(bench->board);
    assert_false(hal_panel(bench->board, "Gloves M 20"));
    assert_false(hal_panel(bench->board, "Gloves M 20"));
    assert_false(hal_panel(bench->board, NULL));
    assert_string_equal(board_panel(bench->board), "Gloves M 20");
    assert_int_equal(board_counters(bench->board)->panel_changes, 1);
    board_press(bench->board, second_us);
    assert_true(hal_panel(bench->board, NULL));
    hal_watchdog(bench->board);
    board_pass(bench->board, 2 * second_us);
    assert_false(hal_panel(bench->board, NULL));
    board_close(bench->board);
}

static void random_bytes_follow_from_the_seed_or_from_the_kernel(void **state)
{
    (void)state;
    struct board_config config = usual;
    uint8_t bytes[4][16];
    for (int i = 0; i < 4; i++) {
        config.has_true_random = i >= 2;
        struct bench *bench = build(&config);
        board_started(bench->board);
        hal_random(bench->board, bytes[i], sizeof bytes[i]);
        board_close(bench->board);
    }
    assert_memory_equal(bytes[0], bytes[1], sizeof bytes[0]);
    assert_memory_not_equal(bytes[2], bytes[3], sizeof bytes[2]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_hour_of_samples_takes_few_steps_and_misses_none),
        cmocka_unit_test(the_same_seed_is_the_same_run),
        cmocka_unit_test(firmware_that_hangs_is_started_again),
        cmocka_unit_test(without_power_nothing_works),
        cmocka_unit_test(power_can_fail_in_any_call),
        cmocka_unit_test(power_that_fails_in_a_flash_operation_tears_it),
        cmocka_unit_test(flash_takes_its_time),
        cmocka_unit_test(interrupts_turn_the_amplifier_off_now_and_then),
        cmocka_unit_test(the_milliseconds_wrap_where_a_test_wants_it),
        cmocka_unit_test(panel_and_button),
        cmocka_unit_test(random_bytes_follow_from_the_seed_or_from_the_kernel),
    };
    return cmocka_run_group_tests_name("board", tests, NULL, NULL);
}
