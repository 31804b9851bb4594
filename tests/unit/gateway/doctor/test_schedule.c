// A doctor's rules over both clock changes in three zones.
#include <doctor/schedule.h>
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

// The same window on every day of the week.
static struct schedule every_day(int from_minute, int to_minute, int slot_minutes)
{
    struct schedule schedule = { .slot_minutes = slot_minutes, .hours_count = 7 };

    for (int i = 0; i < 7; i++)
        schedule.hours[i] = (struct schedule_hours){
            i + 1,
            from_minute,
            to_minute,
            local_day_number("0001-01-01"),
            local_day_number("9999-12-31"),
        };
    return schedule;
}

static size_t slots_on(const struct schedule *schedule, const char *date,
                       struct schedule_slot slots[static SCHEDULE_SLOTS_MAX])
{
    struct schedule_day day;

    schedule_plan(schedule, local_day_number(date), &day);
    return schedule_slots(schedule, &day, slots);
}

static void nine_stays_nine_over_both_clock_changes(void **state)
{
    static const char *const zones[] = { "Europe/Paris", "America/New_York",
                                         "Australia/Lord_Howe" };
    struct schedule_slot slots[SCHEDULE_SLOTS_MAX];
    char date[LOCAL_DAY_BYTES];

    (void)state;
    for (size_t z = 0; z < sizeof zones / sizeof zones[0]; z++) {
        set_zone(zones[z]);
        const struct schedule schedule = every_day(9 * 60, 17 * 60, 30);
        for (int day = local_day_number("2026-01-01"); day < local_day_number("2027-01-01");
             day++) {
            local_day_print(day, date);
            assert_int_equal(slots_on(&schedule, date, slots), 16);
            const struct local_time first = local_time_at(slots[0].start_ms);
            const struct local_time last = local_time_at(slots[15].start_ms);
            assert_int_equal(first.hour * 60 + first.minute, 9 * 60);
            assert_int_equal(last.hour * 60 + last.minute, 16 * 60 + 30);
        }
    }
}

struct change_case {
    const char *zone;
    const char *date;
    int from_minute;
    int to_minute;
    int slot_minutes;
    const char *slots; // when they begin, in UTC
};

static void print_slots(const struct schedule_slot *slots, size_t count, char text[static 512])
{
    size_t used = 0;

    text[0] = '\0';
    for (size_t i = 0; i < count && used < 480; i++) {
        char instant[CLINIC_INSTANT_TEXT_BYTES];
        clinic_instant_print(slots[i].start_ms, instant);
        used += (size_t)snprintf(text + used, 512 - used, "%s%.5s", i == 0 ? "" : " ",
                                 instant + strlen("2026-11-22T"));
    }
}

static void a_slot_in_the_gap_does_not_exist_and_of_two_it_is_the_first(void **state)
{
    static const struct change_case cases[] = {
        // 02:00 to 03:00 is skipped: windows that open in it open at 03:00, slots in it are none.
        { "Europe/Paris", "2026-03-29", 60, 270, 30, "00:00 00:30 01:00 01:30 02:00" },
        { "Europe/Paris", "2026-03-29", 150, 270, 30, "01:00 01:30 02:00" },
        { "Europe/Paris", "2026-03-29", 60, 150, 30, "00:00 00:30" },
        { "Europe/Paris", "2026-03-29", 125, 175, 10, "" },
        // 01:30 lasts until 03:15, so 03:00 is not one.
        { "Europe/Paris", "2026-03-29", 90, 270, 45, "00:30 01:45" },
        // 02:00 to 03:00 comes twice.
        { "Europe/Paris", "2026-10-25", 60, 270, 30, "23:00 23:30 00:00 00:30 02:00 02:30 03:00" },
        { "Europe/Paris", "2026-10-25", 60, 150, 30, "23:00 23:30 00:00" },
        { "Europe/Paris", "2026-10-25", 150, 210, 30, "00:30 02:00" },
        { "America/New_York", "2026-03-08", 60, 240, 60, "06:00 07:00" },
        { "America/New_York", "2026-11-01", 0, 180, 60, "04:00 05:00 07:00" },
        // Half an hour: 02:00 to 02:30 is skipped, 01:30 to 02:00 comes twice.
        { "Australia/Lord_Howe", "2026-10-04", 60, 210, 30, "14:30 15:00 15:30 16:00" },
        { "Australia/Lord_Howe", "2026-10-04", 120, 240, 60, "16:00" }, // 03:00, as on other days
        { "Australia/Lord_Howe", "2026-04-05", 60, 150, 30, "14:00 14:30 15:30" },
    };
    struct schedule_slot slots[SCHEDULE_SLOTS_MAX];
    char text[512];

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        set_zone(cases[i].zone);
        const struct schedule schedule =
            every_day(cases[i].from_minute, cases[i].to_minute, cases[i].slot_minutes);
        print_slots(slots, slots_on(&schedule, cases[i].date, slots), text);
        if (strcmp(text, cases[i].slots) != 0)
            fail_msg("case %zu, %s: %s instead of %s", i, cases[i].date, text, cases[i].slots);
    }
}

static void what_is_stronger_decides_the_day(void **state)
{
    struct schedule schedule;
    struct schedule_day day;
    const int date = local_day_number("2026-11-24");

    (void)state;
    set_zone("Europe/Paris");
    schedule = every_day(9 * 60, 12 * 60, 30);
    schedule_plan(&schedule, date, &day);
    assert_int_equal(day.closing, SCHEDULE_OPEN);
    assert_int_equal(day.window_count, 1);

    schedule.exceptions[0] = (struct schedule_exception){ date, 14 * 60, 15 * 60 };
    schedule.exceptions[1] = (struct schedule_exception){ date, 10 * 60, 11 * 60 };
    schedule.exception_count = 2;
    schedule_plan(&schedule, date, &day);
    assert_int_equal(day.window_count, 2);
    assert_int_equal(day.windows[0].from_minute, 10 * 60); // by time, instead of the weekly hours

    schedule.exceptions[0] = (struct schedule_exception){ date, 0, 0 };
    schedule.exception_count = 1;
    schedule_plan(&schedule, date, &day);
    assert_int_equal(day.window_count, 0);

    schedule.holidays[0] = date;
    schedule.holiday_count = 1;
    schedule_plan(&schedule, date, &day);
    assert_int_equal(day.closing, SCHEDULE_HOLIDAY);

    schedule.time_off[0] = (struct schedule_period){ date, date };
    schedule.time_off_count = 1;
    schedule_plan(&schedule, date, &day);
    assert_int_equal(day.closing, SCHEDULE_TIME_OFF);
    schedule_plan(&schedule, date + 1, &day);
    assert_int_equal(day.closing, SCHEDULE_OPEN);
}

static void a_night_shift_lasts_over_midnight(void **state)
{
    struct schedule schedule;
    int64_t start_ms;

    (void)state;
    set_zone("Europe/Paris");
    schedule = every_day(22 * 60, 24 * 60, 30);
    const int date = local_day_number("2026-11-24");
    assert_true(local_minute_to_utc(date, 23 * 60 + 30, &start_ms));
    assert_int_equal(schedule_check(&schedule, start_ms, start_ms + 1800000), SCHEDULE_FITS);
    assert_int_equal(schedule_check(&schedule, start_ms, start_ms + 3600000),
                     SCHEDULE_OUTSIDE_HOURS);
    schedule.hours[schedule.hours_count++] = (struct schedule_hours){
        local_weekday(date + 1), 0, 6 * 60, date, date + 7,
    };
    assert_int_equal(schedule_check(&schedule, start_ms, start_ms + 3600000), SCHEDULE_FITS);
    schedule.holidays[schedule.holiday_count++] = date + 1;
    assert_int_equal(schedule_check(&schedule, start_ms, start_ms + 3600000), SCHEDULE_ON_HOLIDAY);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nine_stays_nine_over_both_clock_changes),
        cmocka_unit_test(a_slot_in_the_gap_does_not_exist_and_of_two_it_is_the_first),
        cmocka_unit_test(what_is_stronger_decides_the_day),
        cmocka_unit_test(a_night_shift_lasts_over_midnight),
    };
    return cmocka_run_group_tests_name("schedule", tests, NULL, NULL);
}
