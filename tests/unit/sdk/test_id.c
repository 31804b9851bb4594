#include <clinic/id.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define NOW_MS INT64_C(1795338843120)

static struct clinic_id parsed(const char *text)
{
    struct clinic_id id;
    assert_true(clinic_id_parse(text, &id));
    return id;
}

static void text_survives_a_round_trip(void **state)
{
    (void)state;
    static const char text[] = "01935c1e-8b2a-7c3d-8e4f-123456789abc";
    char printed[CLINIC_ID_TEXT_BYTES];
    struct clinic_id id = parsed(text);
    clinic_id_print(&id, printed);
    assert_string_equal(printed, text);

    struct clinic_id upper = parsed("01935C1E-8B2A-7C3D-8E4F-123456789ABC");
    assert_true(clinic_id_equal(&id, &upper));
}

static void only_the_canonical_form_is_read(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",
        "-",
        "01935c1e",
        "01935c1e8b2a7c3d8e4f123456789abc",
        "01935c1e-8b2a-7c3d-8e4f-123456789ab",
        "01935c1e-8b2a-7c3d-8e4f-123456789abcd",
        "01935c1e-8b2a-7c3d-8e4f-123456789ab ",
        " 1935c1e-8b2a-7c3d-8e4f-123456789abc",
        "{1935c1e-8b2a-7c3d-8e4f-123456789abc",
        "01935c1e-8b2a-7c3d-8e4f-123456789abg",
        "01935c1e-8b2a7-c3d-8e4f-123456789abc",
        "01935c1e_8b2a_7c3d_8e4f_123456789abc",
        "urn:uuid:01935c1e-8b2a-7c3d-8e4f-123456789abc",
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct clinic_id untouched = { { 42 } };
        assert_false(clinic_id_parse(bad[i], &untouched));
        assert_int_equal(untouched.bytes[0], 42);
    }
}

static void a_made_id_is_a_version_7_of_its_time(void **state)
{
    (void)state;
    struct clinic_id_maker maker = { 0 };
    struct clinic_id id = clinic_id_next(&maker, NOW_MS);
    assert_int_equal(id.bytes[6] >> 4, 7);
    assert_int_equal(id.bytes[8] >> 6, 2);
    assert_int_equal(clinic_id_time_ms(&id), NOW_MS);
}

// RFC 9562, appendix A.6.
static void the_time_of_the_published_example_is_read(void **state)
{
    (void)state;
    struct clinic_id id = parsed("017f22e2-79b0-7cc3-98c4-dc0c0c07398f");
    assert_int_equal(clinic_id_time_ms(&id), INT64_C(1645557742000));
}

static void ids_grow_whatever_the_clock_does(void **state)
{
    (void)state;
    static const int64_t walls_ms[] = { NOW_MS, NOW_MS, NOW_MS + 1, NOW_MS - 86400000, 0,
                                        -1,     NOW_MS, INT64_MAX,  INT64_MIN };
    struct clinic_id_maker maker = { 0 };
    struct clinic_id last = { { 0 } };
    for (int i = 0; i < 100000; i++) {
        struct clinic_id id =
            clinic_id_next(&maker, walls_ms[(size_t)i % (sizeof walls_ms / sizeof walls_ms[0])]);
        assert_true(clinic_id_compare(&id, &last) > 0);
        assert_int_equal(id.bytes[6] >> 4, 7);
        assert_int_equal(id.bytes[8] >> 6, 2);
        last = id;
    }
}

static void a_seeded_maker_goes_on_above_the_seed(void **state)
{
    (void)state;
    struct clinic_id_maker first = { 0 };
    struct clinic_id kept = clinic_id_next(&first, NOW_MS + 60000);

    struct clinic_id_maker second = { .last = kept };
    struct clinic_id id = clinic_id_next(&second, NOW_MS);
    assert_true(clinic_id_compare(&id, &kept) > 0);
}

static void counting_on_carries_past_a_full_random_part(void **state)
{
    (void)state;
    struct clinic_id_maker maker = { .last = parsed("01935c1e-8b2a-7abc-bfff-ffffffffffff") };
    struct clinic_id id = clinic_id_next(&maker, 0);
    struct clinic_id expected = parsed("01935c1e-8b2a-7abd-8000-000000000000");
    assert_true(clinic_id_equal(&id, &expected));

    maker.last = parsed("01935c1e-8b2a-7fff-bfff-ffffffffffff");
    id = clinic_id_next(&maker, 0);
    expected = parsed("01935c1e-8b2b-7000-8000-000000000000");
    assert_true(clinic_id_equal(&id, &expected));
}

static void two_makers_do_not_meet(void **state)
{
    (void)state;
    struct clinic_id_maker one = { 0 };
    struct clinic_id_maker other = { 0 };
    struct clinic_id a = clinic_id_next(&one, NOW_MS);
    struct clinic_id b = clinic_id_next(&other, NOW_MS);
    assert_false(clinic_id_equal(&a, &b));
}

static void all_zero_is_none(void **state)
{
    (void)state;
    struct clinic_id none = { { 0 } };
    struct clinic_id some = parsed("00000000-0000-0000-0000-000000000001");
    assert_true(clinic_id_is_none(&none));
    assert_false(clinic_id_is_none(&some));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_survives_a_round_trip),
        cmocka_unit_test(only_the_canonical_form_is_read),
        cmocka_unit_test(a_made_id_is_a_version_7_of_its_time),
        cmocka_unit_test(the_time_of_the_published_example_is_read),
        cmocka_unit_test(ids_grow_whatever_the_clock_does),
        cmocka_unit_test(a_seeded_maker_goes_on_above_the_seed),
        cmocka_unit_test(counting_on_carries_past_a_full_random_part),
        cmocka_unit_test(two_makers_do_not_meet),
        cmocka_unit_test(all_zero_is_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
