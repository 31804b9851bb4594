// Load cells and what people do on them.
#include "shelf.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

enum { SAMPLE_US = 100000 };
static const int64_t second_us = 1000000;
static const int64_t day_us = INT64_C(86400000000);

static const struct shelf_bin_traits gloves = { .bin_mg = 100000, .unit_mg = 8000, .units = 20 };
static const struct cell_traits ideal = { .counts_per_mg = 1.0, .stop_mg = 15000000 };

struct stand {
    struct cell cell;
    struct shelf shelf;
    int64_t now_us;
};

static void build(struct stand *stand, const struct cell_traits *cell,
                  const struct shelf_bin_traits *bin, uint64_t seed)
{
    stand->now_us = 0;
    cell_init(&stand->cell, cell, seed, 0);
    shelf_init(&stand->shelf, seed);
    shelf_put_bin(&stand->shelf, &stand->cell, bin, 0);
}

static double sample(struct stand *stand)
{
    stand->now_us += SAMPLE_US;
    shelf_pass(&stand->shelf, stand->now_us);
    return cell_read(&stand->cell, stand->now_us, 10);
}

static double last_of(struct stand *stand, int64_t us)
{
    double last = 0.0;
    for (const int64_t until_us = stand->now_us + us; stand->now_us < until_us;)
        last = sample(stand);
    return last;
}

static double spread_of(struct stand *stand, int64_t us)
{
    double sum = 0.0;
    double squares = 0.0;
    int count = 0;
    for (const int64_t until_us = stand->now_us + us; stand->now_us < until_us; count++) {
        const double value = sample(stand);
        sum += value;
        squares += value * value;
    }
    return sqrt(fmax(squares / count - (sum / count) * (sum / count), 0.0));
}

static void act(struct stand *stand, enum shelf_verb verb, int32_t amount)
{
    const struct shelf_action action = { .verb = verb, .amount = amount };
    assert_true(shelf_do(&stand->shelf, &action, stand->now_us));
}

static void the_same_seed_gives_the_same_samples(void **state)
{
    (void)state;
    static struct stand one, same, other;
    build(&one, &cell_common, &gloves, 7);
    build(&same, &cell_common, &gloves, 7);
    build(&other, &cell_common, &gloves, 8);
    int different = 0;
    for (int i = 0; i < 1000; i++) {
        if (i % 100 == 50) {
            act(&one, SHELF_TAKE, 1);
            act(&same, SHELF_TAKE, 1);
            act(&other, SHELF_TAKE, 1);
        }
        const double value = sample(&one);
        assert_true(value == sample(&same));
        different += value != sample(&other);
    }
    assert_true(different > 900);
}

static void taking_is_unsteady_and_leaves_less(void **state)
{
    (void)state;
    static struct stand stand;
    build(&stand, &ideal, &gloves, 1);
    const double before = last_of(&stand, 5 * second_us);
    assert_true(fabs(before - 260000.0) < 1.0);
    act(&stand, SHELF_TAKE, 3);
    assert_true(spread_of(&stand, 2 * second_us) > 10000.0);
    assert_true(fabs(last_of(&stand, 5 * second_us) - 236000.0) < 1.0);
    assert_int_equal(stand.shelf.bins[0].units, 17);
    act(&stand, SHELF_ADD, 10);
    assert_true(fabs(last_of(&stand, 8 * second_us) - 316000.0) < 1.0);
}

static void nobody_takes_more_than_there_is(void **state)
{
    (void)state;
    static struct stand stand;
    build(&stand, &ideal, &gloves, 1);
    act(&stand, SHELF_TAKE, 100);
    assert_true(fabs(last_of(&stand, 9 * second_us) - 100000.0) < 1.0);
    assert_int_equal(stand.shelf.bins[0].units, 0);
}

static void a_lifted_bin_weighs_nothing_until_it_is_back(void **state)
{
    (void)state;
    static struct stand stand;
    build(&stand, &ideal, &gloves, 1);
    act(&stand, SHELF_LIFT, 0);
    assert_true(fabs(last_of(&stand, 8 * second_us)) < 1.0);
    act(&stand, SHELF_RETURN, 0);
    assert_true(fabs(last_of(&stand, 8 * second_us) - 260000.0) < 1.0);
}

static void leaning_wobbles_and_changes_nothing(void **state)
{
    (void)state;
    static struct stand stand;
    build(&stand, &ideal, &gloves, 1);
    act(&stand, SHELF_LEAN, 4000);
    assert_true(last_of(&stand, second_us) > 500000.0);
    assert_true(spread_of(&stand, 3 * second_us) > 100000.0);
    assert_true(fabs(last_of(&stand, 5 * second_us) - 260000.0) < 1.0);
}

static void units_differ_as_much_as_they_should(void **state)
{
    (void)state;
    static struct stand stand;
    const struct shelf_bin_traits bin = { .unit_mg = 8000,
                                          .variation_permyriad = 500,
                                          .units = 2000 };
    build(&stand, &ideal, &bin, 3);
    double sum = 0.0;
    double squares = 0.0;
    for (int i = 0; i < 2000; i++) {
        const double mg = (double)stand.shelf.bins[0].unit_mg[i];
        sum += mg;
        squares += mg * mg;
    }
    const double mean = sum / 2000.0;
    assert_true(fabs(mean - 8000.0) < 40.0);
    assert_true(fabs(sqrt(squares / 2000.0 - mean * mean) - 400.0) < 25.0);
}

static void noise_is_as_strong_as_asked_and_stronger_at_80_a_second(void **state)
{
    (void)state;
    struct cell_traits traits = ideal;
    static struct stand stand;
    traits.noise_mg = 60;
    build(&stand, &traits, &gloves, 5);
    (void)last_of(&stand, 10 * second_us);
    const double slow = spread_of(&stand, 1000 * second_us);
    assert_true(fabs(slow - 60.0) < 3.0);
    double squares = 0.0;
    for (int i = 0; i < 10000; i++) {
        stand.now_us += SAMPLE_US / 8;
        const double error = cell_read(&stand.cell, stand.now_us, 80) - 260000.0;
        squares += error * error;
    }
    assert_true(fabs(sqrt(squares / 10000.0) - 60.0 * sqrt(8.0)) < 8.0);
}

static void a_load_creeps_by_what_was_asked_and_back(void **state)
{
    (void)state;
    struct cell_traits traits = ideal;
    static struct stand stand;
    traits.creep_ppm = 1000;
    build(&stand, &traits, &(struct shelf_bin_traits){ .bin_mg = 1000000 }, 5);
    stand.now_us = second_us * 600;
    const double after_minutes = sample(&stand) - 1000000.0;
    assert_true(after_minutes > 400.0 && after_minutes < 650.0);
    stand.now_us = day_us;
    assert_true(fabs(sample(&stand) - 1001000.0) < 5.0);
    act(&stand, SHELF_LIFT, 0);
    (void)last_of(&stand, 10 * second_us);
    assert_true(sample(&stand) > 600.0); // most of it is still there
    stand.now_us += day_us;
    assert_true(fabs(sample(&stand)) < 5.0);
}

static void the_day_warms_and_cools_the_zero(void **state)
{
    (void)state;
    struct cell_traits traits = ideal;
    static struct stand stand;
    traits.zero_mg_per_degree = 200;
    traits.day_swing_millidegrees = 2500;
    build(&stand, &traits, &gloves, 5);
    double least = INFINITY;
    double most = -INFINITY;
    for (stand.now_us = 10 * second_us; stand.now_us < day_us; stand.now_us += 60 * second_us) {
        const double value = cell_read(&stand.cell, stand.now_us, 10);
        least = fmin(least, value);
        most = fmax(most, value);
    }
    assert_true(most - least > 700.0 && most - least < 1700.0); // 5 degrees, and the weather
    const double before = cell_read(&stand.cell, stand.now_us, 10);
    act(&stand, SHELF_WARM, 10);
    assert_true(fabs(cell_read(&stand.cell, stand.now_us, 10) - before - 2000.0) < 1.0);
}

static void an_overload_ends_at_the_stop(void **state)
{
    (void)state;
    static struct stand stand;
    build(&stand, &ideal, &gloves, 5);
    act(&stand, SHELF_MASS, 40000);
    assert_true(fabs(last_of(&stand, 9 * second_us) - 15000000.0) < 1.0);
    act(&stand, SHELF_MASS, 0);
    assert_true(fabs(last_of(&stand, 9 * second_us) - 260000.0) < 1.0);
}

static void too_much_at_once_is_refused(void **state)
{
    (void)state;
    static struct stand stand;
    const struct shelf_action take = { .verb = SHELF_TAKE, .amount = 1 };
    const struct shelf_action elsewhere = { .verb = SHELF_TAKE, .bin = 1, .amount = 1 };
    build(&stand, &ideal, &gloves, 5);
    assert_false(shelf_do(&stand.shelf, &elsewhere, 0));
    int done = 0;
    while (shelf_do(&stand.shelf, &take, 0))
        done++;
    assert_int_equal(done, SHELF_STEPS / 3);
    shelf_pass(&stand.shelf, 60 * second_us);
    assert_int_equal(shelf_next_us(&stand.shelf), INT64_MAX);
    assert_true(shelf_do(&stand.shelf, &take, 60 * second_us));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same_seed_gives_the_same_samples),
        cmocka_unit_test(taking_is_unsteady_and_leaves_less),
        cmocka_unit_test(nobody_takes_more_than_there_is),
        cmocka_unit_test(a_lifted_bin_weighs_nothing_until_it_is_back),
        cmocka_unit_test(leaning_wobbles_and_changes_nothing),
        cmocka_unit_test(units_differ_as_much_as_they_should),
        cmocka_unit_test(noise_is_as_strong_as_asked_and_stronger_at_80_a_second),
        cmocka_unit_test(a_load_creeps_by_what_was_asked_and_back),
        cmocka_unit_test(the_day_warms_and_cools_the_zero),
        cmocka_unit_test(an_overload_ends_at_the_stop),
        cmocka_unit_test(too_much_at_once_is_refused),
    };
    return cmocka_run_group_tests_name("shelf", tests, NULL, NULL);
}
