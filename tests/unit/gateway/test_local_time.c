// Wall time over both clock changes, in three zones; Lord Howe moves by half an hour.
#include <local_time.h>

#include <clinic/clock.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

static void set_zone(const char *zone)
{
    assert_int_equal(setenv("TZ", zone, 1), 0);
    tzset();
}

static int64_t instant(const char *text)
{
    int64_t unix_ms;

    assert_true(clinic_instant_parse(text, &unix_ms));
    return unix_ms;
}

static struct local_time wall(const char *text)
{
    struct local_time local = { 0 };

    assert_int_equal(sscanf(text, "%d-%d-%d %d:%d", &local.year, &local.month, &local.day,
                            &local.hour, &local.minute),
                     5);
    return local;
}

static void wall_times_are_found_over_both_changes(void **state)
{
    static const struct {
        const char *zone;
        const char *local;
        const char *utc; // NULL: no clock ever shows it
    } cases[] = {
        { "Europe/Paris", "2026-07-01 09:00", "2026-07-01T07:00:00Z" },
        { "Europe/Paris", "2026-12-01 09:00", "2026-12-01T08:00:00Z" },
        { "Europe/Paris", "2026-03-29 01:59", "2026-03-29T00:59:00Z" },
        { "Europe/Paris", "2026-03-29 02:00", NULL },
        { "Europe/Paris", "2026-03-29 02:30", NULL },
        { "Europe/Paris", "2026-03-29 03:00", "2026-03-29T01:00:00Z" },
        { "Europe/Paris", "2026-10-25 02:30", "2026-10-25T00:30:00Z" }, // the first of two
        { "Europe/Paris", "2026-10-25 03:00", "2026-10-25T02:00:00Z" },
        { "America/New_York", "2026-03-08 02:30", NULL },
        { "America/New_York", "2026-03-08 03:00", "2026-03-08T07:00:00Z" },
        { "America/New_York", "2026-11-01 01:30", "2026-11-01T05:30:00Z" },
        { "America/New_York", "2026-11-01 02:00", "2026-11-01T07:00:00Z" },
        { "Australia/Lord_Howe", "2026-10-04 02:15", NULL },
        { "Australia/Lord_Howe", "2026-10-04 02:30", "2026-10-03T15:30:00Z" },
        { "Australia/Lord_Howe", "2026-04-05 01:45", "2026-04-04T14:45:00Z" },
        { "Australia/Lord_Howe", "2026-04-05 02:00", "2026-04-04T15:30:00Z" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct local_time local = wall(cases[i].local);
        int64_t unix_ms = -1;
        set_zone(cases[i].zone);
        bool exists = local_time_to_utc(&local, &unix_ms);
        if (exists != (cases[i].utc != NULL) || (exists && unix_ms != instant(cases[i].utc)))
            fail_msg("%s %s gave %d, %lld", cases[i].zone, cases[i].local, exists,
                     (long long)unix_ms);
    }
}

// mktime() answers differently depending on what it was asked before.
static void the_answer_does_not_depend_on_earlier_questions(void **state)
{
    const struct local_time summer = wall("2026-07-01 12:00");
    const struct local_time winter = wall("2026-12-01 12:00");
    const struct local_time twice = wall("2026-10-25 02:30");
    int64_t ignored;
    int64_t after_summer;
    int64_t after_winter;

    (void)state;
    set_zone("Europe/Paris");
    assert_true(local_time_to_utc(&summer, &ignored));
    assert_true(local_time_to_utc(&twice, &after_summer));
    assert_true(local_time_to_utc(&winter, &ignored));
    assert_true(local_time_to_utc(&twice, &after_winter));
    assert_true(after_summer == after_winter);
}

static void every_hour_of_two_years_comes_back(void **state)
{
    static const char *const zones[] = { "Europe/Paris", "America/New_York",
                                         "Australia/Lord_Howe" };
    const int64_t half_hour_ms = INT64_C(30) * 60 * 1000;

    (void)state;
    for (size_t z = 0; z < sizeof zones / sizeof zones[0]; z++) {
        int repeated = 0;
        set_zone(zones[z]);
        for (int64_t at = instant("2026-01-01T00:00:00Z"); at < instant("2028-01-01T00:00:00Z");
             at += half_hour_ms) {
            const struct local_time local = local_time_at(at);
            int64_t back;
            assert_true(local_time_to_utc(&local, &back));
            assert_true(back <= at);
            repeated += back != at;
        }
        // Twice a year's autumn: an hour in two half hours, on Lord Howe one half hour.
        assert_int_equal(repeated, z == 2 ? 2 : 4);
    }
}

static void a_day_is_the_one_on_the_clinics_calendar(void **state)
{
    char day[LOCAL_DAY_BYTES];

    (void)state;
    set_zone("Europe/Paris");
    local_day_at(instant("2026-06-30T21:59:59.999Z"), day);
    assert_string_equal(day, "2026-06-30");
    local_day_at(instant("2026-06-30T22:00:00Z"), day);
    assert_string_equal(day, "2026-07-01");
    local_day_at(-1, day);
    assert_string_equal(day, "1970-01-01");
    set_zone("America/New_York");
    local_day_at(instant("2026-01-01T04:59:59.999Z"), day);
    assert_string_equal(day, "2025-12-31");
}

static void days_are_stepped_on_the_calendar(void **state)
{
    struct local_time local = wall("2026-10-24 09:00");
    int64_t unix_ms;

    (void)state;
    set_zone("Europe/Paris");
    local = local_time_add_days(&local, 1); // a day of 25 hours
    assert_true(local_time_to_utc(&local, &unix_ms));
    assert_true(unix_ms == instant("2026-10-25T08:00:00Z"));
    local = local_time_add_days(&local, 68);
    assert_int_equal(local.year, 2027);
    assert_int_equal(local.month, 1);
    assert_int_equal(local.day, 1);
    local = local_time_add_days(&local, -1);
    assert_int_equal(local.day, 31);
}

static void the_next_time_of_day_is_found(void **state)
{
    static const struct {
        const char *zone;
        const char *after;
        int hour;
        int minute;
        const char *utc;
    } cases[] = {
        { "Europe/Paris", "2026-11-23T21:30:00Z", 8, 0, "2026-11-24T07:00:00Z" },
        { "Europe/Paris", "2026-11-23T05:30:00Z", 8, 0, "2026-11-23T07:00:00Z" },
        { "Europe/Paris", "2026-11-23T07:00:00Z", 8, 0, "2026-11-24T07:00:00Z" },
        { "Europe/Paris", "2026-03-28T21:30:00Z", 8, 0, "2026-03-29T06:00:00Z" },
        { "Europe/Paris", "2026-10-24T20:30:00Z", 8, 0, "2026-10-25T07:00:00Z" },
        { "Europe/Paris", "2026-03-28T21:30:00Z", 2, 30, "2026-03-30T00:30:00Z" }, // not that day
        { "Europe/Paris", "2026-12-31T21:30:00Z", 8, 0, "2027-01-01T07:00:00Z" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        set_zone(cases[i].zone);
        assert_true(local_next_clock(instant(cases[i].after), cases[i].hour, cases[i].minute)
                    == instant(cases[i].utc));
    }
}

static void days_are_counted_on_the_calendar(void **state)
{
    static const struct {
        const char *day;
        int number;
        int weekday;
    } cases[] = {
        { "1970-01-01", 0, 4 },     { "1969-12-31", -1, 3 },      { "2026-11-23", 20780, 1 },
        { "2028-02-29", 21243, 2 }, { "0001-01-01", -719162, 1 }, { "9999-12-31", 2932896, 5 },
    };
    char day[LOCAL_DAY_BYTES];

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_int_equal(local_day_number(cases[i].day), cases[i].number);
        assert_int_equal(local_weekday(cases[i].number), cases[i].weekday);
        local_day_print(cases[i].number, day);
        assert_string_equal(day, cases[i].day);
    }
    set_zone("America/New_York");
    assert_int_equal(local_day_number_at(instant("2026-11-24T04:59:59Z")), 20780);
    assert_int_equal(local_day_number_at(instant("2026-11-24T05:00:00Z")), 20781);
}

static void opening_hours_in_a_gap_shift_forward(void **state)
{
    static const struct {
        const char *zone;
        const char *day;
        int minute;
        const char *utc;
    } cases[] = {
        { "Europe/Paris", "2026-03-29", 119, "2026-03-29T00:59:00Z" },
        { "Europe/Paris", "2026-03-29", 120, "2026-03-29T01:00:00Z" },
        { "Europe/Paris", "2026-03-29", 179, "2026-03-29T01:00:00Z" },
        { "Europe/Paris", "2026-03-29", 180, "2026-03-29T01:00:00Z" },
        { "Europe/Paris", "2026-03-28", 1440, "2026-03-28T23:00:00Z" },
        { "Australia/Lord_Howe", "2026-10-04", 135, "2026-10-03T15:30:00Z" },
        { "Africa/Cairo", "2026-04-24", 0, "2026-04-23T22:00:00Z" },    // there is no midnight
        { "Africa/Cairo", "2026-04-23", 1440, "2026-04-23T22:00:00Z" }, // the end of the day before
        { "Pacific/Apia", "2011-12-30", 600, "2011-12-30T10:00:00Z" },  // a day left out
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        set_zone(cases[i].zone);
        const int64_t unix_ms = local_minute_from(local_day_number(cases[i].day), cases[i].minute);
        if (unix_ms != instant(cases[i].utc))
            fail_msg("case %zu gave %lld", i, (long long)unix_ms);
    }
}

static void a_wall_time_is_read_as_the_catalogue_writes_it(void **state)
{
    const struct local_time usual = local_time_parse("2026-11-22T09:30");
    const struct local_time midnight = local_time_parse("2026-12-31T24:00");

    (void)state;
    assert_int_equal(usual.year * 10000 + usual.month * 100 + usual.day, 20261122);
    assert_int_equal(usual.hour * 60 + usual.minute, 570);
    assert_int_equal(midnight.year * 10000 + midnight.month * 100 + midnight.day, 20270101);
    assert_int_equal(midnight.hour * 60 + midnight.minute, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(wall_times_are_found_over_both_changes),
        cmocka_unit_test(the_answer_does_not_depend_on_earlier_questions),
        cmocka_unit_test(every_hour_of_two_years_comes_back),
        cmocka_unit_test(a_day_is_the_one_on_the_clinics_calendar),
        cmocka_unit_test(days_are_stepped_on_the_calendar),
        cmocka_unit_test(the_next_time_of_day_is_found),
        cmocka_unit_test(days_are_counted_on_the_calendar),
        cmocka_unit_test(opening_hours_in_a_gap_shift_forward),
        cmocka_unit_test(a_wall_time_is_read_as_the_catalogue_writes_it),
    };
    return cmocka_run_group_tests_name("local time", tests, NULL, NULL);
}
