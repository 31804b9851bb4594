#include <staff/pin.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void a_pin_matches_its_own_hash_only(void **state)
{
    char hash[PIN_HASH_BYTES];
    char again[PIN_HASH_BYTES];
    bool matches = false;

    (void)state;
    assert_int_equal(pin_hash("4711", hash), CLINIC_OK);
    assert_int_equal(pin_hash("4711", again), CLINIC_OK);
    assert_string_not_equal(hash, again); // each has its own salt
    assert_memory_equal(hash, "$y$", 3);
    assert_int_equal(pin_matches("4711", hash, &matches), CLINIC_OK);
    assert_true(matches);
    assert_int_equal(pin_matches("4712", hash, &matches), CLINIC_OK);
    assert_false(matches);
    assert_int_equal(pin_matches("4711", NULL, &matches), CLINIC_OK);
    assert_false(matches);
}

static void pins_follow_the_rules(void **state)
{
    static const struct {
        const char *pin;
        bool is_good;
    } cases[] = {
        { "1234", true },
        { "1112", true },
        { "correct horse battery staple", true },
        { "éééa", true },
        { "0123456789012345678901234567890123456789012345678901234567890123", true },
        { "01234567890123456789012345678901234567890123456789012345678901234", false },
        { "123", false },
        { "1111", false },
        { "éééé", false },
        { "12\t34", false },
    };
    struct clinic_problem problem;

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        memset(&problem, 0, sizeof problem);
        if (pin_check(cases[i].pin, "new_pin", &problem) != cases[i].is_good)
            fail_msg("%s", cases[i].pin);
        if (!cases[i].is_good)
            assert_string_equal(problem.field, "new_pin");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_pin_matches_its_own_hash_only),
        cmocka_unit_test(pins_follow_the_rules),
    };
    return cmocka_run_group_tests_name("pin", tests, NULL, NULL);
}
