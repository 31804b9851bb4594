#include <clinic/clock.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

static const struct {
    const char *text;
    int64_t unix_ms;
} instants[] = {
    { "1970-01-01T00:00:00.000Z", 0 },
    { "1969-12-31T23:59:59.999Z", -1 },
    { "2026-11-22T09:14:03.120Z", INT64_C(1795338843120) },
    { "2000-02-29T12:00:00.000Z", INT64_C(951825600000) },
    { "1900-03-01T00:00:00.000Z", -INT64_C(2203891200000) },
    { "2100-02-28T23:59:59.999Z", INT64_C(4107542399999) },
    { "0000-01-01T00:00:00.000Z", -INT64_C(62167219200000) },
    { "9999-12-31T23:59:59.999Z", INT64_C(253402300799999) },
};

static void instants_print_and_parse(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof instants / sizeof instants[0]; i++) {
        char text[CLINIC_INSTANT_TEXT_BYTES];
        int64_t unix_ms = 42;
        clinic_instant_print(instants[i].unix_ms, text);
        assert_string_equal(text, instants[i].text);
        assert_true(clinic_instant_parse(text, &unix_ms));
        assert_int_equal(unix_ms, instants[i].unix_ms);
    }
}

static void what_cannot_be_printed_is_clamped(void **state)
{
    (void)state;
    char text[CLINIC_INSTANT_TEXT_BYTES];
    clinic_instant_print(INT64_MIN, text);
    assert_string_equal(text, "0000-01-01T00:00:00.000Z");
    clinic_instant_print(INT64_MAX, text);
    assert_string_equal(text, "9999-12-31T23:59:59.999Z");
}

static void every_form_of_rfc_3339_is_read(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t unix_ms;
    } forms[] = {
        { "1970-01-01T00:00:00Z", 0 },
        { "1970-01-01t00:00:00z", 0 },
        { "1970-01-01T01:30:00+01:30", 0 },
        { "1969-12-31T22:00:00-02:00", 0 },
        { "1970-01-01T00:00:00-00:00", 0 },
        { "1970-01-01T23:59:00+23:59", 0 },
        { "1970-01-01T00:00:00.5Z", 500 },
        { "1970-01-01T00:00:00.05Z", 50 },
        { "1970-01-01T00:00:00.0019999999999999999999999999999Z", 1 },
        { "1970-01-01T00:00:00.9999Z", 999 },
    };
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        int64_t unix_ms = 42;
        assert_true(clinic_instant_parse(forms[i].text, &unix_ms));
        assert_int_equal(unix_ms, forms[i].unix_ms);
    }
}

static void what_is_no_instant_is_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",
        "2026",
        "2026-11-22",
        "2026-11-22T09:14Z",
        "2026-11-22T09:14:03",
        "2026-11-22 09:14:03Z",
        "2026-11-22T09:14:03.Z",
        "2026-11-22T09:14:03,5Z",
        "2026-11-22T09:14:60Z",
        "2026-11-22T24:00:00Z",
        "2026-11-22T09:60:00Z",
        "2026-00-22T09:14:03Z",
        "2026-13-22T09:14:03Z",
        "2026-11-00T09:14:03Z",
        "2026-11-31T09:14:03Z",
        "2026-02-29T09:14:03Z",
        "1900-02-29T09:14:03Z",
        "2026-11-22T09:14:03ZZ",
        "2026-11-22T09:14:03Z ",
        " 2026-11-22T09:14:03Z",
        "2026-11-22T09:14:03+1:00",
        "2026-11-22T09:14:03+0100",
        "2026-11-22T09:14:03+24:00",
        "2026-11-22T09:14:03+00:60",
        "2026-11-22T09:14:03+",
        "+2026-11-22T09:14:03Z",
        "12026-11-22T09:14:03Z",
        "-026-11-22T09:14:03Z",
        "0000-01-01T00:00:00+00:01",
        "9999-12-31T23:59:59-00:01",
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        int64_t untouched = 42;
        assert_false(clinic_instant_parse(bad[i], &untouched));
        assert_int_equal(untouched, 42);
    }
}

// The C library's own arithmetic is the witness, for every day of 800 years.
static void every_day_agrees_with_the_c_library(void **state)
{
    (void)state;
    for (int64_t day = -INT64_C(146097); day < INT64_C(146097); day++) {
        time_t seconds = (time_t)(day * 86400 + 86399);
        struct tm witness;
        char expected[40], text[CLINIC_INSTANT_TEXT_BYTES];
        int64_t unix_ms;
        assert_non_null(gmtime_r(&seconds, &witness));
        assert_true(strftime(expected, sizeof expected, "%Y-%m-%dT%H:%M:%S.000Z", &witness) > 0);
        clinic_instant_print((int64_t)seconds * 1000, text);
        assert_string_equal(text, expected);
        assert_true(clinic_instant_parse(text, &unix_ms));
        assert_int_equal(unix_ms, (int64_t)seconds * 1000);
    }
}

static void dates_exist_or_are_refused(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool is_real;
    } dates[] = {
        { "1990-04-02", true },  { "2024-02-29", true },   { "2000-02-29", true },
        { "0001-01-01", true },  { "9999-12-31", true },   { "2023-02-29", false },
        { "1900-02-29", false }, { "0000-01-01", false },  { "2026-00-10", false },
        { "2026-13-10", false }, { "2026-04-31", false },  { "2026-04-00", false },
        { "2026-4-1", false },   { "2026-04-01 ", false }, { "20260401", false },
        { "", false },           { "-001-01-01", false },  { "2026/04/01", false },
    };
    for (size_t i = 0; i < sizeof dates / sizeof dates[0]; i++) {
        int year, month, day;
        assert_int_equal(clinic_date_parse(dates[i].text, &year, &month, &day), dates[i].is_real);
    }
    int year, month, day;
    assert_true(clinic_date_parse("2024-02-29", &year, &month, &day));
    assert_int_equal(year, 2024);
    assert_int_equal(month, 2);
    assert_int_equal(day, 29);
}

static void the_machines_clocks_run(void **state)
{
    (void)state;
    const struct clinic_clock *clock = clinic_clock_system();
    int64_t before = clinic_monotonic_ms(clock);
    assert_true(clinic_wall_ms(clock) > INT64_C(1600000000000));
    assert_true(clinic_monotonic_ms(clock) >= before);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(instants_print_and_parse),
        cmocka_unit_test(what_cannot_be_printed_is_clamped),
        cmocka_unit_test(every_form_of_rfc_3339_is_read),
        cmocka_unit_test(what_is_no_instant_is_refused),
        cmocka_unit_test(every_day_agrees_with_the_c_library),
        cmocka_unit_test(dates_exist_or_are_refused),
        cmocka_unit_test(the_machines_clocks_run),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
