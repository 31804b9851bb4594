// The small parts: text, instants, ids, the clock.
#include "device_clock.h"
#include "instant.h"
#include "print.h"
#include "uuid.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <clinic/clock.h>
#include <clinic/id.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

// ---- print

static void numbers_are_printed_to_their_limits(void **state)
{
    static const struct {
        int64_t number;
        const char *text;
    } cases[] = {
        { 0, "0" },
        { -1, "-1" },
        { 1000000, "1000000" },
        { INT64_MAX, "9223372036854775807" },
        { INT64_MIN, "-9223372036854775808" },
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        char text[32];
        struct print print;
        print_begin(&print, text, sizeof text);
        print_number(&print, cases[i].number);
        assert_string_equal(text, cases[i].text);
        assert_false(print.is_cut);
    }
}

static void what_does_not_fit_is_left_out_whole(void **state)
{
    char text[8];
    struct print print;
    (void)state;
    print_begin(&print, text, sizeof text);
    print_text(&print, "seven..");
    assert_string_equal(text, "seven..");
    assert_false(print.is_cut);
    print_text(&print, "x");
    assert_string_equal(text, "seven..");
    assert_true(print.is_cut);

    print_begin(&print, text, sizeof text);
    print_text(&print, "five.");
    print_number(&print, 123);
    print_text(&print, "x"); // not in its place either
    assert_string_equal(text, "five.");
    assert_true(print.is_cut);
}

static void only_whole_characters_are_taken(void **state)
{
    static const struct {
        const char *text;
        size_t bytes;
        const char *start;
    } cases[] = {
        { "Gloves", 6, "Gloves" },
        { "Gloves", 3, "Glo" },
        { "Gloves", 0, "" },
        { "K\xc3\xbc\x62", 2, "K" },
        { "K\xc3\xbc\x62", 3, "K\xc3\xbc" },
        { "\xf0\x9f\x98\x80", 3, "" },
        { "\xf0\x9f\x98\x80", 9, "\xf0\x9f\x98\x80" },
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        char text[16];
        struct print print;
        print_begin(&print, text, sizeof text);
        print_start_of(&print, cases[i].text, cases[i].bytes);
        assert_string_equal(text, cases[i].start);
    }
}

static void quotes_and_control_characters_are_escaped(void **state)
{
    char text[64];
    struct print print;
    (void)state;
    print_begin(&print, text, sizeof text);
    print_quoted(&print, "a\"b\\c\x01\n\xc3\xbc");
    assert_string_equal(text, "\"a\\\"b\\\\c\\u0001\\u000a\xc3\xbc\"");
}

// ---- instants, against the SDK's

static void instants_are_those_of_the_sdk(void **state)
{
    char ours[INSTANT_TEXT_BYTES];
    char theirs[CLINIC_INSTANT_TEXT_BYTES];
    (void)state;
    for (int64_t ms = 0; ms < INT64_C(253402300800000); ms += INT64_C(40007999977)) {
        int64_t again = -1;
        instant_print(ms, ours);
        clinic_instant_print(ms, theirs);
        assert_string_equal(ours, theirs);
        assert_true(instant_read(ours, &again));
        assert_true(again == ms);
    }
    for (int64_t ms = INT64_C(951782400000) - 1; ms < INT64_C(952000000000); ms += 999983) {
        int64_t again = -1; // around a leap day
        instant_print(ms, ours);
        assert_true(instant_read(ours, &again) && again == ms);
    }
}

static void instants_outside_the_calendar_are_clamped(void **state)
{
    char text[INSTANT_TEXT_BYTES];
    (void)state;
    instant_print(-1, text);
    assert_string_equal(text, "1970-01-01T00:00:00.000Z");
    instant_print(INT64_MAX, text);
    assert_string_equal(text, "9999-12-31T23:59:59.999Z");
}

static void only_instants_of_the_one_form_and_real_days_are_read(void **state)
{
    static const char *const bad[] = {
        "",
        "2026-11-23",
        "2026-11-23T09:14:03Z",
        "2026-11-23T09:14:03.12Z",
        "2026-11-23T09:14:03.120",
        "2026-11-23T09:14:03.120+00:00",
        "2026-11-23 09:14:03.120Z",
        "2026-11-23T09:14:03.120Zx",
        "2026-13-23T09:14:03.120Z",
        "2026-00-23T09:14:03.120Z",
        "2026-02-29T09:14:03.120Z",
        "2100-02-29T09:14:03.120Z",
        "2026-04-31T09:14:03.120Z",
        "2026-11-00T09:14:03.120Z",
        "2026-11-23T24:00:00.000Z",
        "2026-11-23T09:60:00.000Z",
        "2026-11-23T09:14:60.000Z",
        "1969-12-31T23:59:59.999Z",
        "0000-01-01T00:00:00.000Z",
        "+026-11-23T09:14:03.120Z",
        "2o26-11-23T09:14:03.120Z",
    };
    (void)state;
    for (size_t i = 0; i < COUNT(bad); i++) {
        int64_t ms = 77;
        assert_false(instant_read(bad[i], &ms));
        assert_true(ms == 77);
    }
    int64_t ms = 0;
    assert_true(instant_read("2000-02-29T23:59:59.999Z", &ms));
    assert_true(ms == INT64_C(951868799999));
}

// ---- ids

static const uint8_t random_bytes[UUID_RANDOM_BYTES] = { 0xff, 0xee, 0xdd, 0xcc, 0xbb,
                                                         0xaa, 0x99, 0x88, 0x77, 0x66 };

static void ids_are_of_version_7_and_carry_the_time(void **state)
{
    struct uuid last = { { 0 } };
    char text[UUID_TEXT_BYTES];
    struct clinic_id theirs;
    (void)state;
    uuid_next(&last, INT64_C(1795392000123), random_bytes);
    uuid_print(&last, text);
    assert_string_equal(text, "01a205b3-d07b-7fee-9dcc-bbaa99887766");
    assert_true(clinic_id_parse(text, &theirs));
    assert_true(clinic_id_time_ms(&theirs) == INT64_C(1795392000123));
    assert_memory_equal(theirs.bytes, last.bytes, UUID_BYTES);
}

static void ids_only_grow(void **state)
{
    static const int64_t times[] = { 1000, 1000, 1000, 5, 1001, -1, 1000, INT64_MAX, 1 };
    struct uuid last = { { 0 } };
    (void)state;
    for (size_t i = 0; i < COUNT(times); i++) {
        const struct uuid before = last;
        uuid_next(&last, times[i], random_bytes);
        assert_true(memcmp(before.bytes, last.bytes, UUID_BYTES) < 0);
        assert_int_equal(last.bytes[6] >> 4, 7);
        assert_int_equal(last.bytes[8] >> 6, 2);
    }
}

static void counting_on_carries_past_version_and_variant(void **state)
{
    struct uuid last;
    char text[UUID_TEXT_BYTES];
    (void)state;
    assert_true(uuid_read("0193a0c0-0000-7FFF-bfff-ffffffffffff", &last));
    uuid_next(&last, 0, random_bytes);
    uuid_print(&last, text);
    assert_string_equal(text, "0193a0c0-0001-7000-8000-000000000000");
}

static void an_id_is_raised_never_lowered(void **state)
{
    struct uuid low;
    struct uuid high;
    (void)state;
    assert_true(uuid_read("0193a0c0-0000-7000-8000-000000000001", &low));
    assert_true(uuid_read("0193a0c0-0000-7000-8000-000000000002", &high));
    uuid_raise(&low, &high);
    assert_true(uuid_equal(&low, &high));
    assert_true(uuid_read("0193a0c0-0000-7000-8000-000000000001", &low));
    uuid_raise(&high, &low);
    assert_false(uuid_equal(&low, &high));
}

static void texts_that_are_no_ids_are_not_read(void **state)
{
    static const char *const bad[] = {
        "",
        "0193a0c0",
        "0193a0c0-0000-7000-8000-00000000000",
        "0193a0c0-0000-7000-8000-0000000000011",
        "0193a0c0x0000-7000-8000-000000000001",
        "0193a0c000007000800000000000000100000",
        "0193a0cg-0000-7000-8000-000000000001",
        "{193a0c0-0000-7000-8000-000000000001",
    };
    (void)state;
    for (size_t i = 0; i < COUNT(bad); i++) {
        struct uuid id = { { 1 } };
        assert_false(uuid_read(bad[i], &id));
        assert_int_equal(id.bytes[0], 1);
    }
}

// ---- the clock

static void the_clock_runs_on_and_jumps_only_forward(void **state)
{
    struct device_clock clock;
    (void)state;
    device_clock_init(&clock, 1000, 0, UINT32_MAX - 499);
    assert_true(clock.wall_ms == 1000000);
    device_clock_tick(&clock, 500); // it has wrapped
    assert_true(clock.wall_ms == 1001000);
    device_clock_tell(&clock, 900000);
    assert_true(clock.wall_ms == 1001000);
    device_clock_tell(&clock, 2000000);
    assert_true(clock.wall_ms == 2000000);
    device_clock_tell(&clock, INT64_MAX);
    assert_true(clock.wall_ms == 2000000);
}

static void the_clock_begins_with_the_later_of_build_and_flash(void **state)
{
    struct device_clock clock;
    (void)state;
    device_clock_init(&clock, 1000, 5000000, 0);
    assert_true(clock.wall_ms == 5000000);
    device_clock_init(&clock, 1000, 4000, 0);
    assert_true(clock.wall_ms == 1000000);
    device_clock_init(&clock, 1000, INT64_MAX, 0); // rotten
    assert_true(clock.wall_ms == 1000000);
}

static void the_time_is_kept_hourly(void **state)
{
    struct device_clock clock;
    (void)state;
    device_clock_init(&clock, 1000, 5000000, 0);
    assert_false(device_clock_wants_keeping(&clock));
    device_clock_tick(&clock, DEVICE_CLOCK_KEEP_MS - 1);
    assert_false(device_clock_wants_keeping(&clock));
    device_clock_tick(&clock, DEVICE_CLOCK_KEEP_MS);
    assert_true(device_clock_wants_keeping(&clock));
    device_clock_kept(&clock);
    assert_false(device_clock_wants_keeping(&clock));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_printed_to_their_limits),
        cmocka_unit_test(what_does_not_fit_is_left_out_whole),
        cmocka_unit_test(only_whole_characters_are_taken),
        cmocka_unit_test(quotes_and_control_characters_are_escaped),
        cmocka_unit_test(instants_are_those_of_the_sdk),
        cmocka_unit_test(instants_outside_the_calendar_are_clamped),
        cmocka_unit_test(only_instants_of_the_one_form_and_real_days_are_read),
        cmocka_unit_test(ids_are_of_version_7_and_carry_the_time),
        cmocka_unit_test(ids_only_grow),
        cmocka_unit_test(counting_on_carries_past_version_and_variant),
        cmocka_unit_test(an_id_is_raised_never_lowered),
        cmocka_unit_test(texts_that_are_no_ids_are_not_read),
        cmocka_unit_test(the_clock_runs_on_and_jumps_only_forward),
        cmocka_unit_test(the_clock_begins_with_the_later_of_build_and_flash),
        cmocka_unit_test(the_time_is_kept_hourly),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
