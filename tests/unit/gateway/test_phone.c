#include <phone.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void numbers_become_e164_whatever_way_they_are_typed(void **state)
{
    static const struct {
        const char *country;
        const char *text;
        const char *e164;
    } cases[] = {
        { "FR", "0612345678", "+33612345678" },
        { "FR", "06 12 34 56 78", "+33612345678" },
        { "FR", "06.12.34.56.78", "+33612345678" },
        { "FR", "+33 (0)6 12 34 56 78", "+33612345678" },
        { "FR", "0033 6 12 34 56 78", "+33612345678" },
        { "FR", "+44 20 7946 0958", "+442079460958" },
        { "DE", "0171/2345678", "+491712345678" },
        { "DE", "+33612345678", "+33612345678" },
        { "GB", "(020) 7946 0958", "+442079460958" },
        { "IT", "06 6982", "+39066982" }, // the zero is part of the number
        { "ES", "612 34 56 78", "+34612345678" },
        { "US", "(212) 555-0100", "+12125550100" },
        { "US", "1-212-555-0100", "+12125550100" },
        { "US", "011 33 6 12 34 56 78", "+33612345678" },
        { "HU", "06 20 123 4567", "+36201234567" },
        { "RU", "8 912 345 67 89", "+79123456789" },
        { "RU", "812 345 67 89", "+78123456789" }, // an area code that begins with the prefix
        { "AU", "0412 345 678", "+61412345678" },
        { "FR", "+998 90 123 45 67", "+998901234567" }, // a country without a row
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char e164[PHONE_BYTES];
        if (!phone_normalise(cases[i].text, cases[i].country, e164))
            fail_msg("%s is refused", cases[i].text);
        assert_string_equal(e164, cases[i].e164);
    }
}

static void what_cannot_be_a_number_is_refused(void **state)
{
    static const struct {
        const char *country;
        const char *text;
    } cases[] = {
        { "FR", "" },
        { "FR", "06123456" },
        { "FR", "061234567890" },
        { "FR", "+" },
        { "FR", "+0612345678" },
        { "FR", "++33612345678" },
        { "FR", "33+612345678" },
        { "FR", "+33 6 12 34 56 7" },
        { "FR", "06 12 34 56 78 ext 4" },
        { "FR", "0612345678\n" },
        { "FR", "000000000000000000000000000000000000000000000000" },
        { "US", "555-0100" },
        { "DE", "0" },
        { "QQ", "0612345678" },
        { "FR", "+1234567890123456" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char e164[PHONE_BYTES];
        if (phone_normalise(cases[i].text, cases[i].country, e164))
            fail_msg("\"%s\" became %s", cases[i].text, e164);
    }
}

static void e164_stays_as_it_is(void **state)
{
    char once[PHONE_BYTES];
    char twice[PHONE_BYTES];

    (void)state;
    assert_true(phone_normalise("0612345678", "FR", once));
    assert_true(phone_normalise(once, "US", twice));
    assert_string_equal(once, twice);
}

static void a_country_is_known_by_two_capitals(void **state)
{
    (void)state;
    assert_true(phone_knows_country("FR"));
    assert_true(phone_knows_country("XK"));
    assert_false(phone_knows_country("fr"));
    assert_false(phone_knows_country(""));
    assert_false(phone_knows_country("QQ"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_become_e164_whatever_way_they_are_typed),
        cmocka_unit_test(what_cannot_be_a_number_is_refused),
        cmocka_unit_test(e164_stays_as_it_is),
        cmocka_unit_test(a_country_is_known_by_two_capitals),
    };
    return cmocka_run_group_tests_name("phone", tests, NULL, NULL);
}
