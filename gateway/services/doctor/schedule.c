#include "schedule.h"

#include "../local_time.h"

#include <stdlib.h>

enum { MINUTE_MS = 60000 };

// ---- the windows of a day

static bool is_off(const struct schedule *schedule, int day)
{
    for (size_t i = 0; i < schedule->time_off_count; i++) {
        if (day >= schedule->time_off[i].from_day && day <= schedule->time_off[i].to_day)
            return true;
    }
    return false;
}

static bool is_holiday(const struct schedule *schedule, int day)
{
    for (size_t i = 0; i < schedule->holiday_count; i++) {
        if (schedule->holidays[i] == day)
            return true;
    }
    return false;
}

static int by_start(const void *left, const void *right)
{
    const struct schedule_window *a = left;
    const struct schedule_window *b = right;

    return (a->from_minute > b->from_minute) - (a->from_minute < b->from_minute);
}

static void add_window(struct schedule_day *day, int from_minute, int to_minute)
{
    day->windows[day->window_count++] = (struct schedule_window){
        .from_minute = from_minute,
        .to_minute = to_minute,
        .start_ms = local_minute_from(day->day, from_minute),
        .end_ms = local_minute_from(day->day, to_minute),
    };
}

// True: the day has exceptions, and nothing else counts for it.
static bool take_exceptions(const struct schedule *schedule, struct schedule_day *day)
{
    bool is_exceptional = false;

    for (size_t i = 0; i < schedule->exception_count; i++) {
        const struct schedule_exception *exception = &schedule->exceptions[i];
        if (exception->day != day->day)
            continue;
        is_exceptional = true;
        if (exception->to_minute > exception->from_minute)
            add_window(day, exception->from_minute, exception->to_minute);
    }
    return is_exceptional;
}

static void take_hours(const struct schedule *schedule, struct schedule_day *day)
{
    const int weekday = local_weekday(day->day);

    for (size_t i = 0; i < schedule->hours_count; i++) {
        const struct schedule_hours *hours = &schedule->hours[i];
        if (hours->weekday == weekday && day->day >= hours->valid_from_day
            && day->day <= hours->valid_to_day)
            add_window(day, hours->from_minute, hours->to_minute);
    }
}

void schedule_plan(const struct schedule *schedule, int day, struct schedule_day *ret_day)
{
    ret_day->day = day;
    ret_day->window_count = 0;
    ret_day->closing = SCHEDULE_OPEN;
    if (is_holiday(schedule, day))
        ret_day->closing = SCHEDULE_HOLIDAY;
    if (is_off(schedule, day))
        ret_day->closing = SCHEDULE_TIME_OFF;
    if (!take_exceptions(schedule, ret_day))
        take_hours(schedule, ret_day);
    qsort(ret_day->windows, ret_day->window_count, sizeof ret_day->windows[0], by_start);
}

// ---- slots

// A slot lasts as long as it lasts, whatever clocks show meanwhile. So where clocks are put forward, the next one
// on the wall clock may begin before the last one is over: it does not exist.
static size_t cut_window(const struct schedule *schedule, int day,
                         const struct schedule_window *window, struct schedule_slot *slots)
{
    int64_t free_from_ms = window->start_ms;
    size_t count = 0;

    for (int minute = window->from_minute; minute < window->to_minute;
         minute += schedule->slot_minutes) {
        struct schedule_slot slot = { .minute = minute };
        if (!local_minute_to_utc(day, minute, &slot.start_ms) || slot.start_ms < free_from_ms)
            continue;
        slot.end_ms = slot.start_ms + (int64_t)schedule->slot_minutes * MINUTE_MS;
        if (slot.end_ms > window->end_ms)
            break;
        free_from_ms = slot.end_ms;
        slots[count++] = slot;
    }
    return count;
}

size_t schedule_slots(const struct schedule *schedule, const struct schedule_day *day,
                      struct schedule_slot ret_slots[static SCHEDULE_SLOTS_MAX])
{
    size_t count = 0;

    for (size_t i = 0; i < day->window_count; i++)
        count += cut_window(schedule, day->day, &day->windows[i], ret_slots + count);
    return count;
}

void schedule_mark(const struct schedule_slot *slots, size_t count, int64_t start_ms,
                   int64_t end_ms, bool *is_booked)
{
    for (size_t i = 0; i < count; i++)
        is_booked[i] |= slots[i].start_ms < end_ms && slots[i].end_ms > start_ms;
}

// ---- one visit

// How far the windows of a day are open without a gap from `from_ms` on; `from_ms` itself: not at all.
static int64_t open_until(const struct schedule_day *day, int64_t from_ms)
{
    for (size_t i = 0; i < day->window_count; i++) {
        if (day->windows[i].start_ms <= from_ms && day->windows[i].end_ms > from_ms)
            from_ms = day->windows[i].end_ms;
    }
    return from_ms;
}

enum schedule_answer schedule_check_open(const struct schedule *schedule, int64_t start_ms,
                                         int64_t end_ms, struct schedule_day *day)
{
    static const enum schedule_answer closed[] = {
        [SCHEDULE_OPEN] = SCHEDULE_OUTSIDE_HOURS,
        [SCHEDULE_TIME_OFF] = SCHEDULE_IN_TIME_OFF,
        [SCHEDULE_HOLIDAY] = SCHEDULE_ON_HOLIDAY,
    };
    const int last = local_day_number_at(end_ms - 1);
    int64_t until_ms = start_ms;

    for (int i = local_day_number_at(start_ms); i <= last; i++) {
        if (day->day != i)
            schedule_plan(schedule, i, day);
        if (day->closing != SCHEDULE_OPEN)
            return closed[day->closing];
        until_ms = open_until(day, until_ms);
    }
    return until_ms >= end_ms ? SCHEDULE_FITS : SCHEDULE_OUTSIDE_HOURS;
}

static bool is_on_grid(const struct schedule *schedule, int64_t start_ms, struct schedule_day *day)
{
    struct schedule_slot slots[SCHEDULE_SLOTS_MAX];

    schedule_plan(schedule, local_day_number_at(start_ms), day);
    const size_t count = schedule_slots(schedule, day, slots);
    for (size_t i = 0; i < count; i++) {
        if (slots[i].start_ms == start_ms)
            return true;
    }
    return false;
}

enum schedule_answer schedule_check(const struct schedule *schedule, int64_t start_ms,
                                    int64_t end_ms)
{
    struct schedule_day day;

    schedule_plan(schedule, local_day_number_at(start_ms), &day);
    const enum schedule_answer answer = schedule_check_open(schedule, start_ms, end_ms, &day);
    if (answer != SCHEDULE_FITS)
        return answer;
    return is_on_grid(schedule, start_ms, &day) ? SCHEDULE_FITS : SCHEDULE_OFF_GRID;
}
