// Whether pieces can be counted, in integers, against the same in floating point.
#include "accuracy.h"
#include "isqrt.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#include <cmocka.h>

static double variance(const struct accuracy_case *it)
{
    const double quantity = it->quantity;
    const double variation = it->variation_permyriad / 10000.0;
    const double noise = (double)it->noise_mg / it->unit_mg;

    return quantity * variation * variation
           + quantity * quantity * variation * variation / it->sample + noise * noise
           + pow(quantity * noise / it->sample, 2);
}

static double probability(const struct accuracy_case *it)
{
    return variance(it) == 0 ? 1 : erf(1.5 / sqrt(2 * variance(it)));
}

// Within a hundredth of a thousandth of the exact value, then rounded down; certain only where floating point knows no doubt.
static void assert_exact(const struct accuracy_case *it)
{
    const double permille = 1000 * probability(it);
    const int32_t answer = accuracy_permille(it);
    const double least = fmin(999, floor(permille - 0.01));
    const double most = permille < 1000 ? fmin(999, floor(permille + 0.01)) : 1000;

    if (answer < least || answer > most)
        fail_msg("%d of %d, unit %d, noise %d, variation %d: %d, not %f", it->quantity, it->sample,
                 it->unit_mg, it->noise_mg, it->variation_permyriad, answer, permille);
}

#define LENGTH(list) (sizeof(list) / sizeof(list)[0])

// One of a list, by the lowest digit of a number that counts through all combinations.
static int32_t draw(size_t *combination, const int32_t *list, size_t length)
{
    const int32_t drawn = list[*combination % length];

    *combination /= length;
    return drawn;
}

#define DRAW(combination, list) draw(combination, list, LENGTH(list))

static void it_is_what_the_formula_says(void **state)
{
    static const int32_t quantities[] = { 0, 1, 2, 10, 33, 100, 500, 2000, 10000, 1000000 };
    static const int32_t samples[] = { 1, 5, 10, 25, 100, 1000, 1000000 };
    static const int32_t units_mg[] = { 1, 50, 300, 1000, 8000, 123457, 5000000 };
    static const int32_t noises_mg[] = { 0, 1, 7, 60, 200, 1000, 30000, 2000000 };
    static const int32_t variations[] = { 0, 1, 20, 100, 150, 200, 500, 1000, 10000 };
    const size_t combinations = LENGTH(quantities) * LENGTH(samples) * LENGTH(units_mg)
                                * LENGTH(noises_mg) * LENGTH(variations);
    (void)state;

    for (size_t i = 0; i < combinations; i++) {
        size_t rest = i;
        const struct accuracy_case it = {
            .quantity = DRAW(&rest, quantities),
            .sample = DRAW(&rest, samples),
            .unit_mg = DRAW(&rest, units_mg),
            .noise_mg = DRAW(&rest, noises_mg),
            .variation_permyriad = DRAW(&rest, variations),
        };

        assert_exact(&it);
    }
}

// Through all thousandths there are, by noise alone.
static void no_thousandth_is_left_out(void **state)
{
    int32_t last = 1000;
    int steps = 0;
    (void)state;

    for (int32_t noise_mg = 0; noise_mg < 2000000000; noise_mg += 1 + noise_mg / 3000) {
        const struct accuracy_case it = { 0, 1, 1000000, noise_mg, 0 };
        const int32_t answer = accuracy_permille(&it);

        assert_exact(&it);
        assert_true(answer <= last);
        steps += last - answer > 1;
        last = answer;
    }
    assert_int_equal(last, 0);
    assert_int_equal(steps, 0);
}

static void a_shelf_in_practice(void **state)
{
    static const struct {
        struct accuracy_case it;
        bool is_counted;
    } rows[] = {
        { { 100, 50, 8000, 60, 200 }, true },   // gloves in pairs
        { { 500, 20, 8000, 60, 200 }, false },  // five hundred of them, by a poor sample
        { { 500, 500, 8000, 60, 100 }, true },  // and by a good one
        { { 200, 100, 900, 500, 150 }, false }, // pads on a noisy scale
        { { 10, 10, 50000, 500, 200 }, true },  // the same pads in boxes
    };
    (void)state;

    for (size_t i = 0; i < LENGTH(rows); i++)
        assert_int_equal(accuracy_permille(&rows[i].it) >= ACCURACY_WANTED_PERMILLE,
                         rows[i].is_counted);
}

static void no_input_is_beyond_it(void **state)
{
    static const int32_t values[] = { INT32_MIN, -1, 0, 1, 65535, 65536, INT32_MAX };
    (void)state;

    for (size_t i = 0; i < 7 * 7 * 7 * 7 * 7; i++) {
        size_t rest = i;
        const struct accuracy_case it = {
            .quantity = DRAW(&rest, values),
            .sample = DRAW(&rest, values),
            .unit_mg = DRAW(&rest, values),
            .noise_mg = DRAW(&rest, values),
            .variation_permyriad = DRAW(&rest, values),
        };

        assert_in_range(accuracy_permille(&it), 0, 1000);
    }
}

static void a_square_root_is_rounded_down(void **state)
{
    (void)state;

    for (uint64_t square = 0; square < 70000; square++) {
        const uint64_t root = isqrt(square);

        assert_true(root * root <= square);
        assert_true((root + 1) * (root + 1) > square);
    }
    for (uint64_t root = 65535; root <= UINT32_MAX; root += 9973) {
        assert_int_equal(isqrt(root * root), root);
        assert_int_equal(isqrt(root * root - 1), root - 1);
    }
    assert_int_equal(isqrt(UINT64_MAX), UINT32_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_is_what_the_formula_says),
        cmocka_unit_test(no_thousandth_is_left_out),
        cmocka_unit_test(a_shelf_in_practice),
        cmocka_unit_test(no_input_is_beyond_it),
        cmocka_unit_test(a_square_root_is_rounded_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
