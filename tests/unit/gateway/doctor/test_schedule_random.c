// 10 000 random calendars against a reference that knows no slots and no rules of zones: it writes down what clocks
// show in every single minute around a clock change, and marks the minutes in which the doctor is there.
//
// CLINIC_SEED in the environment repeats a run.
#include <doctor/schedule.h>
#include <local_time.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

enum {
    CALENDARS = 10000,
    SPAN_DAYS = 8, // around a clock change
    LOOK_DAYS = 3, // of these
    SPAN_MINUTES = (SPAN_DAYS + 2) * 1440,
    BOOKINGS_MAX = 12,
    MINUTE_MS = 60000,
};

// ---- chance

static uint64_t chance;

static int below(int limit)
{
    chance ^= chance << 13; // xorshift64
    chance ^= chance >> 7;
    chance ^= chance << 17;
    return (int)(chance % (uint64_t)limit);
}

static int64_t seed(void)
{
    const char *given = getenv("CLINIC_SEED");
    const int64_t value = given != NULL ? strtoll(given, NULL, 10) : (int64_t)time(NULL);

    print_message("CLINIC_SEED=%lld\n", (long long)value);
    chance = (uint64_t)value * UINT64_C(0x9E3779B97F4A7C15) | 1;
    return value;
}

// ---- the minutes of a span, as clocks show them

struct span {
    const char *zone;
    const char *date; // in its middle
    int first_day;
    int64_t first_minute; // of Unix time
    int day[SPAN_MINUTES];
    int minute[SPAN_MINUTES];
    int first_at[SPAN_DAYS][1441]; // the first minute at which clocks have come to a time of a day
};

static struct span spans[] = {
    { .zone = "Europe/Paris", .date = "2026-03-29" },
    { .zone = "Europe/Paris", .date = "2026-10-25" },
    { .zone = "America/New_York", .date = "2026-03-08" },
    { .zone = "America/New_York", .date = "2026-11-01" },
    { .zone = "Australia/Lord_Howe", .date = "2026-10-04" },
    { .zone = "Australia/Lord_Howe", .date = "2026-04-05" },
};

static void set_zone(const char *zone)
{
    assert_int_equal(setenv("TZ", zone, 1), 0);
    tzset();
}

static void fill_span(struct span *span)
{
    set_zone(span->zone);
    span->first_day = local_day_number(span->date) - SPAN_DAYS / 2;
    span->first_minute = (int64_t)(span->first_day - 1) * 1440;
    for (int i = 0; i < SPAN_MINUTES; i++) {
        const time_t seconds = (time_t)(span->first_minute + i) * 60;
        struct tm tm;
        assert_non_null(localtime_r(&seconds, &tm));
        tm.tm_isdst = 0;
        span->minute[i] = tm.tm_hour * 60 + tm.tm_min;
        tm.tm_hour = 0;
        tm.tm_min = 0;
        span->day[i] = (int)(timegm(&tm) / 86400);
    }
    for (int day = 0; day < SPAN_DAYS; day++) {
        int i = 0;
        for (int minute = 0; minute <= 1440; minute++) {
            while (span->day[i] < span->first_day + day
                   || (span->day[i] == span->first_day + day && span->minute[i] < minute))
                i++;
            span->first_at[day][minute] = i;
        }
    }
}

// ---- a random calendar

struct booking {
    int64_t start_ms;
    int64_t end_ms;
};

struct calendar {
    const struct span *span;
    struct schedule schedule;
    int booking_count;
    struct booking bookings[BOOKINGS_MAX + 1];
    bool is_free[SPAN_MINUTES]; // by the reference
};

static int some_minute(void)
{
    return below(1440 / 5) * 5;
}

// A window that does not overlap `taken`, a minute a bit; false: there was none by chance.
static bool some_window(bool taken[static 1440], int *ret_from, int *ret_to)
{
    const int from = some_minute();
    const int to = from + (1 + below(60)) * 5;

    if (to > 1440)
        return false;
    for (int i = from; i < to; i++) {
        if (taken[i])
            return false;
    }
    memset(taken + from, true, (size_t)(to - from));
    *ret_from = from;
    *ret_to = to;
    return true;
}

static void add_hours(struct calendar *calendar)
{
    struct schedule *schedule = &calendar->schedule;
    const int middle = local_day_number(calendar->span->date);

    for (int weekday = 1; weekday <= 7; weekday++) {
        bool taken[1440] = { false };
        for (int i = below(5); i > 0; i--) {
            struct schedule_hours hours = { .weekday = weekday };
            hours.valid_from_day = below(4) == 0 ? middle - below(3) : 0;
            hours.valid_to_day = below(4) == 0 ? middle + below(3) : 100000;
            if (some_window(taken, &hours.from_minute, &hours.to_minute))
                schedule->hours[schedule->hours_count++] = hours;
        }
    }
}

static void add_exceptions(struct calendar *calendar)
{
    struct schedule *schedule = &calendar->schedule;

    for (int day = calendar->span->first_day; day < calendar->span->first_day + SPAN_DAYS; day++) {
        bool taken[1440] = { false };
        struct schedule_exception exception = { .day = day };
        const int kind = below(6);
        if (kind == 0)
            schedule->exceptions[schedule->exception_count++] = exception; // closed
        for (int i = kind == 1 ? 3 : 0; i > 0; i--) {
            if (some_window(taken, &exception.from_minute, &exception.to_minute))
                schedule->exceptions[schedule->exception_count++] = exception;
        }
    }
}

static void add_closings(struct calendar *calendar)
{
    struct schedule *schedule = &calendar->schedule;

    if (below(3) == 0) {
        const int day = calendar->span->first_day + below(SPAN_DAYS);
        schedule->time_off[schedule->time_off_count++] =
            (struct schedule_period){ day, day + below(2) };
    }
    if (below(3) == 0)
        schedule->holidays[schedule->holiday_count++] =
            calendar->span->first_day + below(SPAN_DAYS);
}

static void add_bookings(struct calendar *calendar)
{
    calendar->booking_count = below(BOOKINGS_MAX);
    for (int i = 0; i < calendar->booking_count; i++) {
        const int64_t start = calendar->span->first_minute + 1440 + below(SPAN_DAYS * 1440);
        calendar->bookings[i] =
            (struct booking){ start * MINUTE_MS, (start + 5 + below(120)) * MINUTE_MS };
    }
}

static void make_calendar(struct calendar *calendar)
{
    static const int lengths[] = { 5, 10, 15, 20, 30, 40, 45, 60, 90 };

    *calendar = (struct calendar){
        .span = &spans[below(sizeof spans / sizeof spans[0])],
        .schedule.slot_minutes = lengths[below(sizeof lengths / sizeof lengths[0])],
    };
    set_zone(calendar->span->zone);
    add_hours(calendar);
    add_exceptions(calendar);
    add_closings(calendar);
    add_bookings(calendar);
}

// ---- the reference

static bool is_closed(const struct schedule *schedule, int day)
{
    for (size_t i = 0; i < schedule->time_off_count; i++) {
        if (day >= schedule->time_off[i].from_day && day <= schedule->time_off[i].to_day)
            return true;
    }
    for (size_t i = 0; i < schedule->holiday_count; i++) {
        if (schedule->holidays[i] == day)
            return true;
    }
    return false;
}

static void open_window(struct calendar *calendar, int day, int from_minute, int to_minute)
{
    const int *first_at = calendar->span->first_at[day - calendar->span->first_day];

    for (int i = first_at[from_minute]; i < first_at[to_minute]; i++)
        calendar->is_free[i] = true;
}

static void open_day(struct calendar *calendar, int day)
{
    const struct schedule *schedule = &calendar->schedule;
    bool is_exceptional = false;

    for (size_t i = 0; i < schedule->exception_count; i++) {
        const struct schedule_exception *exception = &schedule->exceptions[i];
        is_exceptional |= exception->day == day;
        if (exception->day == day)
            open_window(calendar, day, exception->from_minute, exception->to_minute);
    }
    for (size_t i = 0; i < schedule->hours_count && !is_exceptional; i++) {
        const struct schedule_hours *hours = &schedule->hours[i];
        // 1970-01-01 was a Thursday.
        if (hours->weekday == (day + 3) % 7 + 1 && day >= hours->valid_from_day
            && day <= hours->valid_to_day)
            open_window(calendar, day, hours->from_minute, hours->to_minute);
    }
}

static void mark_free(struct calendar *calendar)
{
    const struct span *span = calendar->span;

    memset(calendar->is_free, false, sizeof calendar->is_free);
    for (int day = span->first_day; day < span->first_day + SPAN_DAYS; day++) {
        if (!is_closed(&calendar->schedule, day))
            open_day(calendar, day);
    }
    for (int b = 0; b < calendar->booking_count; b++) {
        const struct booking *booking = &calendar->bookings[b];
        for (int64_t at_ms = booking->start_ms; at_ms < booking->end_ms; at_ms += MINUTE_MS)
            calendar->is_free[at_ms / MINUTE_MS - span->first_minute] = false;
    }
}

// Whether the doctor is there and free in every minute of a time.
static bool is_free(const struct calendar *calendar, int64_t start_ms, int64_t end_ms)
{
    for (int64_t at_ms = start_ms; at_ms < end_ms; at_ms += MINUTE_MS) {
        const int64_t i = at_ms / MINUTE_MS - calendar->span->first_minute;
        assert_in_range(i, 0, SPAN_MINUTES - 1);
        if (!calendar->is_free[i])
            return false;
    }
    return true;
}

// ---- one day of both

static size_t free_slots(const struct calendar *calendar, int number,
                         struct schedule_slot slots[static SCHEDULE_SLOTS_MAX])
{
    struct schedule_day day;
    bool is_taken[SCHEDULE_SLOTS_MAX] = { false };
    size_t free_count = 0;

    schedule_plan(&calendar->schedule, number, &day);
    const size_t count = schedule_slots(&calendar->schedule, &day, slots);
    if (day.closing != SCHEDULE_OPEN)
        return 0;
    for (int i = 0; i < calendar->booking_count; i++)
        schedule_mark(slots, count, calendar->bookings[i].start_ms, calendar->bookings[i].end_ms,
                      is_taken);
    for (size_t i = 0; i < count; i++) {
        if (!is_taken[i])
            slots[free_count++] = slots[i];
    }
    return free_count;
}

static void assert_sound(const struct calendar *calendar, const struct schedule_slot *slots,
                         size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct schedule_slot *slot = &slots[i];
        const int64_t minute = slot->start_ms / MINUTE_MS - calendar->span->first_minute;
        assert_true(is_free(calendar, slot->start_ms, slot->end_ms));
        assert_int_equal(slot->end_ms - slot->start_ms,
                         calendar->schedule.slot_minutes * MINUTE_MS);
        assert_int_equal(calendar->span->minute[minute], slot->minute);
        assert_true(i == 0 || slot->start_ms >= slots[i - 1].end_ms);
    }
    if (count == 0)
        return;
    const struct schedule_slot *any = &slots[below((int)count)];
    assert_int_equal(schedule_check(&calendar->schedule, any->start_ms, any->end_ms),
                     SCHEDULE_FITS);
}

static bool is_in(const struct schedule_slot *slots, size_t count, int64_t start_ms)
{
    for (size_t i = 0; i < count; i++) {
        if (slots[i].start_ms == start_ms)
            return true;
    }
    return false;
}

// A time that somebody asks for is accepted only if it begins a slot and the doctor is there until its end.
static void assert_answers(const struct calendar *calendar, int number,
                           const struct schedule_slot *slots, size_t count)
{
    const int64_t length_ms = (int64_t)calendar->schedule.slot_minutes * MINUTE_MS;
    int64_t start_ms;

    for (int tries = 0; tries < 4; tries++) {
        if (!local_minute_to_utc(number, some_minute(), &start_ms))
            continue;
        const int64_t end_ms = start_ms + (1 + below(3)) * length_ms;
        if (schedule_check(&calendar->schedule, start_ms, end_ms) != SCHEDULE_FITS)
            continue;
        const bool is_there = is_free(calendar, start_ms, end_ms);
        assert_true(is_there || calendar->booking_count > 0);
        assert_true(!is_there || is_in(slots, count, start_ms));
    }
}

// Of a day without a clock change the reference knows every slot as well: from each window's beginning, as far as
// they end within it.
static size_t count_expected(const struct calendar *calendar, int number)
{
    struct schedule_day day;
    size_t count = 0;
    const int length = calendar->schedule.slot_minutes;

    schedule_plan(&calendar->schedule, number, &day);
    for (size_t i = 0; i < day.window_count; i++) {
        for (int minute = day.windows[i].from_minute; minute + length <= day.windows[i].to_minute;
             minute += length) {
            int64_t start_ms = 0;
            assert_true(local_minute_to_utc(number, minute, &start_ms));
            count += is_free(calendar, start_ms, start_ms + (int64_t)length * MINUTE_MS);
        }
    }
    return count;
}

static bool has_change(const struct calendar *calendar, int number)
{
    int minutes = 0;

    for (int i = 0; i < SPAN_MINUTES; i++)
        minutes += calendar->span->day[i] == number;
    return minutes != 1440;
}

static void free_slots_never_meet_vacation_break_or_booking(void **state)
{
    static struct calendar calendar;
    struct schedule_slot slots[SCHEDULE_SLOTS_MAX];
    struct schedule_slot again[SCHEDULE_SLOTS_MAX];
    size_t seen = 0;

    (void)state;
    (void)seed();
    for (size_t i = 0; i < sizeof spans / sizeof spans[0]; i++)
        fill_span(&spans[i]);
    for (int i = 0; i < CALENDARS; i++) {
        make_calendar(&calendar);
        mark_free(&calendar);
        const int change = local_day_number(calendar.span->date);
        for (int day = change - LOOK_DAYS / 2; day <= change + LOOK_DAYS / 2; day++) {
            const size_t count = free_slots(&calendar, day, slots);
            assert_sound(&calendar, slots, count);
            assert_answers(&calendar, day, slots, count);
            if (!has_change(&calendar, day))
                assert_int_equal(count, count_expected(&calendar, day));
            // Re-running changes nothing.
            assert_int_equal(free_slots(&calendar, day, again), count);
            assert_memory_equal(slots, again, count * sizeof slots[0]);
            seen += count;
        }
    }
    assert_true(seen > CALENDARS); // it was about something
}

// The control: a vacation, break or booking that only the reference knows of must be noticed.
static void the_reference_notices_a_slot_that_should_not_be_free(void **state)
{
    static struct calendar calendar;
    struct schedule_slot slots[SCHEDULE_SLOTS_MAX];
    int noticed = 0;
    int expected = 0;

    (void)state;
    for (int i = 0; i < 200; i++) {
        make_calendar(&calendar);
        const int day = local_day_number(calendar.span->date) + 1;
        const size_t count = free_slots(&calendar, day, slots);
        if (count == 0)
            continue;
        const struct schedule_slot *slot = &slots[below((int)count)];
        calendar.bookings[calendar.booking_count++] =
            (struct booking){ slot->end_ms - MINUTE_MS, slot->end_ms };
        mark_free(&calendar);
        noticed += !is_free(&calendar, slot->start_ms, slot->end_ms);
        expected++;
    }
    assert_true(expected > 50);
    assert_int_equal(noticed, expected);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(free_slots_never_meet_vacation_break_or_booking),
        cmocka_unit_test(the_reference_notices_a_slot_that_should_not_be_free),
    };
    return cmocka_run_group_tests_name("schedule_random", tests, NULL, NULL);
}
