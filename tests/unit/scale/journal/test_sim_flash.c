// The simulated flash does what a flash does, and what a failing supply does to it.
#include "sim_flash.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum { UNIT = SIM_FLASH_UNIT_BYTES, PAGE = SIM_FLASH_PAGE_BYTES };

static struct sim_flash flash;
static const uint8_t zeros[UNIT];
static uint8_t page[PAGE];

static int new_flash(void **state)
{
    (void)state;
    sim_flash_init(&flash, 7);
    memset(page, 0, sizeof page);
    return 0;
}

static bool reads(uint32_t offset, uint8_t value, size_t length)
{
    static uint8_t bytes[SIM_FLASH_BYTES];
    assert_true(sim_flash_read(&flash, offset, bytes, length));
    for (size_t i = 0; i < length; i++)
        if (bytes[i] != value)
            return false;
    return true;
}

static void what_is_programmed_is_read_until_it_is_erased(void **state)
{
    (void)state;
    assert_true(reads(0, 0xff, SIM_FLASH_BYTES));
    assert_true(sim_flash_program(&flash, PAGE - UNIT, page, 2 * (size_t)UNIT));
    assert_true(reads(PAGE - UNIT, 0, 2 * (size_t)UNIT));
    assert_true(sim_flash_erase(&flash, 1));
    assert_true(reads(PAGE - UNIT, 0, UNIT));
    assert_true(reads(PAGE, 0xff, PAGE));
    assert_int_equal(flash.erased[0], 0);
    assert_int_equal(flash.erased[1], 1);
    assert_int_equal(flash.operations, 3);
    assert_int_equal(flash.violations, 0);
}

static void what_a_flash_cannot_do_is_refused_and_counted(void **state)
{
    (void)state;
    assert_true(sim_flash_program(&flash, 0, zeros, UNIT));
    assert_false(sim_flash_program(&flash, 0, zeros, UNIT));
    assert_false(sim_flash_program(&flash, UNIT + 1, zeros, UNIT));
    assert_false(sim_flash_program(&flash, UNIT, zeros, UNIT - 1));
    assert_false(sim_flash_program(&flash, SIM_FLASH_BYTES, zeros, UNIT));
    assert_false(sim_flash_erase(&flash, SIM_FLASH_PAGES));
    assert_int_equal(flash.violations, 5);
    assert_false(sim_flash_read(&flash, SIM_FLASH_BYTES - 1, page, 2));
    assert_false(sim_flash_read(&flash, UINT32_MAX, page, 2));
}

static void without_power_nothing_works(void **state)
{
    (void)state;
    flash.cut_at = 2;
    assert_false(sim_flash_program(&flash, 0, page, 3 * (size_t)UNIT));
    assert_true(flash.is_off);
    assert_false(sim_flash_read(&flash, 0, page, 1));
    assert_false(sim_flash_program(&flash, PAGE, zeros, UNIT));
    assert_false(sim_flash_erase(&flash, 1));
    sim_flash_power_on(&flash);
    assert_true(reads(0, 0, UNIT));
    assert_true(reads(2 * UNIT, 0xff, UNIT));
    assert_true(sim_flash_program(&flash, 2 * UNIT, zeros, UNIT));
}

// How a unit of zeros and a page of zeros read after power failed in programming and in erasing them.
static void torn_units_and_pages_hold_what_the_way_says(void **state)
{
    (void)state;
    static const struct {
        enum sim_tear tear;
        bool unit_is_blank, unit_is_done, page_is_blank, page_is_as_before, is_unstable;
    } ways[] = {
        { SIM_TEAR_BEFORE, true, false, false, true, false },
        { SIM_TEAR_BEGUN, false, false, false, false, true },
        { SIM_TEAR_PART, false, false, false, false, false },
        { SIM_TEAR_UNSTABLE, false, false, false, false, true },
        { SIM_TEAR_ALMOST, false, false, false, false, true },
        { SIM_TEAR_AFTER, false, true, true, false, false },
    };
    for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
        sim_flash_init(&flash, i);
        flash.tear = ways[i].tear;
        flash.cut_at = 1;
        assert_false(sim_flash_program(&flash, 0, zeros, UNIT));
        sim_flash_power_on(&flash);
        bool was_blank = true, was_done = true;
        for (int n = 0; n < 200; n++) {
            sim_flash_power_on(&flash);
            was_blank &= reads(0, 0xff, UNIT);
            was_done &= reads(0, 0, UNIT);
        }
        assert_int_equal(was_blank, ways[i].unit_is_blank);
        assert_int_equal(was_done, ways[i].unit_is_done);
        assert_int_equal(flash.is_unstable[0],
                         ways[i].is_unstable || ways[i].tear == SIM_TEAR_PART);

        assert_true(sim_flash_program(&flash, PAGE, page, PAGE));
        flash.cut_at = flash.operations + 1;
        assert_false(sim_flash_erase(&flash, 1));
        sim_flash_power_on(&flash);
        assert_int_equal(reads(PAGE, 0xff, PAGE), ways[i].page_is_blank);
        assert_int_equal(reads(PAGE, 0, PAGE), ways[i].page_is_as_before);
        // Only a page that was erased to the end may be programmed.
        const uint32_t violations = flash.violations;
        (void)sim_flash_program(&flash, PAGE + PAGE - UNIT, zeros, UNIT);
        assert_int_equal(flash.violations - violations, !ways[i].page_is_blank);
    }
}

static void some_unstable_bits_differ_only_from_one_start_to_the_next(void **state)
{
    (void)state;
    flash.tear = SIM_TEAR_UNSTABLE;
    flash.cut_at = 1;
    assert_false(sim_flash_program(&flash, 0, zeros, UNIT));
    int steady = 0, changed = 0;
    uint8_t first[UNIT], second[UNIT], before[UNIT] = { 0 };
    for (int n = 0; n < 200; n++) {
        sim_flash_power_on(&flash);
        bool is_steady = true;
        assert_true(sim_flash_read(&flash, 0, first, sizeof first));
        for (int again = 0; again < 20; again++) {
            assert_true(sim_flash_read(&flash, 0, second, sizeof second));
            is_steady &= memcmp(first, second, sizeof first) == 0;
        }
        steady += is_steady;
        changed += memcmp(first, before, sizeof first) != 0;
        memcpy(before, first, sizeof before);
    }
    assert_in_range(steady, 60, 140);
    assert_true(changed > 150);
}

static void all_of_it_follows_from_the_seed(void **state)
{
    (void)state;
    static struct sim_flash again;
    for (uint64_t seed = 1; seed < 20; seed++) {
        sim_flash_init(&flash, seed);
        flash.cut_at = 3;
        (void)sim_flash_program(&flash, 0, page, PAGE);
        sim_flash_init(&again, seed);
        again.cut_at = 3;
        (void)sim_flash_program(&again, 0, page, PAGE);
        assert_memory_equal(flash.bytes, again.bytes, sizeof flash.bytes);
        assert_memory_equal(flash.unstable, again.unstable, sizeof flash.unstable);
    }
}

static void a_flash_that_refuses_leaves_a_unit_half_done_and_goes_on(void **state)
{
    (void)state;
    flash.refuse_from = 2;
    flash.refuse_to = 3;
    assert_false(sim_flash_program(&flash, 0, page, 3 * (size_t)UNIT));
    assert_false(flash.is_off);
    assert_true(sim_flash_program(&flash, 2 * UNIT, zeros, UNIT));
    flash.refuses_to_read = true;
    assert_false(sim_flash_read(&flash, 0, page, 1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(what_is_programmed_is_read_until_it_is_erased, new_flash),
        cmocka_unit_test_setup(what_a_flash_cannot_do_is_refused_and_counted, new_flash),
        cmocka_unit_test_setup(without_power_nothing_works, new_flash),
        cmocka_unit_test_setup(torn_units_and_pages_hold_what_the_way_says, new_flash),
        cmocka_unit_test_setup(some_unstable_bits_differ_only_from_one_start_to_the_next,
                               new_flash),
        cmocka_unit_test_setup(all_of_it_follows_from_the_seed, new_flash),
        cmocka_unit_test_setup(a_flash_that_refuses_leaves_a_unit_half_done_and_goes_on, new_flash),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
