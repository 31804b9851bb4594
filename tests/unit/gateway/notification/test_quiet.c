// The hours in which nobody is written to, on days with 23, 24 and 25 hours.
#include <notification/quiet.h>

#include <clinic/clock.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

static int64_t at(const char *instant)
{
    int64_t unix_ms = 0;

    assert_true(clinic_instant_parse(instant, &unix_ms));
    return unix_ms;
}

static void nobody_is_written_to_between_21_and_8_on_the_clinics_clock(void **state)
{
    static const struct {
        const char *zone;
        const char *now;
        const char *over;
    } cases[] = {
        { "Europe/Paris", "2026-11-23T07:59:59.999+01:00", "2026-11-23T08:00:00+01:00" },
        { "Europe/Paris", "2026-11-23T08:00:00+01:00", "2026-11-23T08:00:00+01:00" },
        { "Europe/Paris", "2026-11-23T20:59:59.999+01:00", "2026-11-23T20:59:59.999+01:00" },
        { "Europe/Paris", "2026-11-23T21:00:00+01:00", "2026-11-24T08:00:00+01:00" },
        { "Europe/Paris", "2026-12-31T22:30:00+01:00", "2027-01-01T08:00:00+01:00" },
        // Clocks are put forward, and back, in the night.
        { "Europe/Paris", "2026-03-28T22:30:00+01:00", "2026-03-29T08:00:00+02:00" },
        { "Europe/Paris", "2026-03-29T03:00:00+02:00", "2026-03-29T08:00:00+02:00" },
        { "Europe/Paris", "2026-10-24T22:30:00+02:00", "2026-10-25T08:00:00+01:00" },
        { "Europe/Paris", "2026-10-25T02:30:00+02:00", "2026-10-25T08:00:00+01:00" },
        { "Europe/Paris", "2026-10-25T02:30:00+01:00", "2026-10-25T08:00:00+01:00" },
        { "America/New_York", "2026-03-07T23:00:00-05:00", "2026-03-08T08:00:00-04:00" },
        { "America/New_York", "2026-10-31T23:00:00-04:00", "2026-11-01T08:00:00-05:00" },
        { "Australia/Lord_Howe", "2026-04-04T21:00:00+11:00", "2026-04-05T08:00:00+10:30" },
        { "Australia/Lord_Howe", "2026-10-03T21:00:00+10:30", "2026-10-04T08:00:00+11:00" },
        { "Asia/Kolkata", "2026-11-23T14:00:00Z", "2026-11-23T14:00:00Z" },
        { "Asia/Kolkata", "2026-11-23T16:00:00Z", "2026-11-24T02:30:00Z" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const int64_t now_ms = at(cases[i].now);
        const int64_t over_ms = at(cases[i].over);
        assert_int_equal(setenv("TZ", cases[i].zone, 1), 0);
        tzset();
        if (quiet_over(now_ms) != over_ms || quiet_is_at(now_ms) != (over_ms > now_ms))
            fail_msg("%s in %s", cases[i].now, cases[i].zone);
        assert_false(quiet_is_at(over_ms));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nobody_is_written_to_between_21_and_8_on_the_clinics_clock),
    };
    return cmocka_run_group_tests_name("quiet", tests, NULL, NULL);
}
