#include "calendar_days.h"

#include "../services/local_time.h"

#include <clinic/text.h>

#include <libical/ical.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

// A rule that takes more steps to come from its beginning to two years from now is no holiday's.
enum { STEPS_MAX = 20000, EXCEPTED_MAX = 400, DAY_BYTES = 11 };

struct reading {
    int first_day;
    int last_day;
    size_t events; // in the file, whenever they are
    struct calendar_days *days;
    const char *problem; // the first one
};

static bool fail(struct reading *reading, const char *problem)
{
    if (reading->problem == NULL)
        reading->problem = problem;
    return false;
}

// ---- times

static bool is_real(struct icaltimetype time)
{
    char day[DAY_BYTES];

    if (icaltime_is_null_time(time) || time.year < 1 || time.year > 9999 || time.month < 1
        || time.month > 12 || time.day < 1 || time.day > 31)
        return false;
    (void)snprintf(day, sizeof day, "%04d-%02d-%02d", time.year, time.month, time.day);
    return local_day_is_real(day);
}

static int64_t seconds_of(struct icaltimetype time)
{
    struct tm tm = {
        .tm_year = time.year - 1900,
        .tm_mon = time.month - 1,
        .tm_mday = time.day,
        .tm_hour = time.hour,
        .tm_min = time.minute,
        .tm_sec = time.second,
    };

    return (int64_t)timegm(&tm);
}

// The day that a second lies in: on the clinic's calendar if it is one of UTC, else on its author's.
static int day_of(struct icaltimetype time, int64_t seconds)
{
    enum { DAY_S = 86400 };

    if (!time.is_date && icaltime_is_utc(time))
        return local_day_number_at(seconds * 1000);
    return (int)(seconds / DAY_S - (seconds % DAY_S < 0));
}

// The end of an event is not part of it.
static bool find_end(struct reading *reading, icalcomponent *event, struct icaltimetype start,
                     int *ret_last_day)
{
    icalproperty *dtend = icalcomponent_get_first_property(event, ICAL_DTEND_PROPERTY);
    icalproperty *duration = icalcomponent_get_first_property(event, ICAL_DURATION_PROPERTY);
    struct icaltimetype end = start;

    if (dtend != NULL)
        end = icalproperty_get_dtend(dtend);
    else if (duration != NULL)
        end = icaltime_add(start, icalproperty_get_duration(duration));
    if (!is_real(end))
        return fail(reading, "The end of an event is not a date.");
    const int64_t start_s = seconds_of(start);
    const int64_t end_s = seconds_of(end);
    if (end_s < start_s)
        return fail(reading, "An event ends before it begins.");
    *ret_last_day = end_s == start_s ? day_of(start, start_s) : day_of(end, end_s - 1);
    if (*ret_last_day - day_of(start, start_s) >= CALENDAR_EVENT_DAYS_MAX)
        return fail(reading, "An event lasts longer than 1000 days.");
    return true;
}

// ---- one event

struct series {
    struct reading *reading;
    icalcomponent *event;
    struct icaltimetype start;
    int extra_days; // after the first
    size_t excepted_count;
    int excepted[EXCEPTED_MAX]; // days on which it does not take place
    char name[CALENDAR_NAME_BYTES];
};

static void take_name(icalcomponent *event, char name[static CALENDAR_NAME_BYTES])
{
    icalproperty *summary = icalcomponent_get_first_property(event, ICAL_SUMMARY_PROPERTY);
    const char *text = summary == NULL ? NULL : icalproperty_get_summary(summary);

    (void)snprintf(name, CALENDAR_NAME_BYTES, "%s", text == NULL ? "" : text);
    clinic_text_drop_cut_end(name);
    if (!clinic_text_is_utf8(name, strlen(name)))
        name[0] = '\0';
    for (char *c = name; *c != '\0'; c++) {
        if ((unsigned char)*c < ' ' || *c == 0x7f)
            *c = ' ';
    }
}

// All at once: a component remembers one place in its properties, so walks must not be nested.
static bool take_excepted(struct series *series)
{
    icalproperty *exdate = icalcomponent_get_first_property(series->event, ICAL_EXDATE_PROPERTY);

    for (; exdate != NULL;
         exdate = icalcomponent_get_next_property(series->event, ICAL_EXDATE_PROPERTY)) {
        const struct icaltimetype time = icalproperty_get_exdate(exdate);
        if (!is_real(time))
            return fail(series->reading, "A day that an event leaves out is not a date.");
        if (series->excepted_count == EXCEPTED_MAX)
            return fail(series->reading, "An event leaves out too many days.");
        series->excepted[series->excepted_count++] = day_of(time, seconds_of(time));
    }
    return true;
}

static bool is_excepted(const struct series *series, int day)
{
    for (size_t i = 0; i < series->excepted_count; i++) {
        if (series->excepted[i] == day)
            return true;
    }
    return false;
}

static bool add_day(const struct series *series, int day)
{
    struct reading *reading = series->reading;
    struct calendar_days *days = reading->days;

    if (day > reading->last_day || day + series->extra_days < reading->first_day
        || is_excepted(series, day))
        return true;
    if (days->count == CALENDAR_EVENTS_MAX)
        return fail(reading, "The file holds more than 200 events of the next two years.");
    struct calendar_event *event = &days->items[days->count++];
    event->from_day = day;
    event->to_day = day + series->extra_days;
    memcpy(event->name, series->name, sizeof event->name);
    return true;
}

static bool walk_rule(const struct series *series, icalrecur_iterator *iterator)
{
    const int first = day_of(series->start, seconds_of(series->start));

    for (int steps = 0; steps < STEPS_MAX; steps++) {
        const struct icaltimetype next = icalrecur_iterator_next(iterator);
        if (!is_real(next))
            return true; // it ends
        const int day = day_of(next, seconds_of(next));
        if (day > series->reading->last_day)
            return true;
        if (day != first && !add_day(series, day))
            return false;
    }
    return fail(series->reading, "An event repeats too often.");
}

static bool is_absent(const short *list)
{
    return list[0] == ICAL_RECURRENCE_ARRAY_MAX;
}

// Each of a list is between -limit and limit, and none is 0.
static bool is_within(const short *list, size_t size, int limit)
{
    for (size_t i = 0; i < size && list[i] != ICAL_RECURRENCE_ARRAY_MAX; i++) {
        if (list[i] == 0 || list[i] < -limit || list[i] > limit)
            return false;
    }
    return true;
}

static bool has_sound_weekdays(const struct icalrecurrencetype *rule)
{
    enum { WEEKS_OF_MONTH = 5 };

    for (size_t i = 0; i < ICAL_BY_DAY_SIZE && rule->by_day[i] != ICAL_RECURRENCE_ARRAY_MAX; i++) {
        const int week = icalrecurrencetype_day_position(rule->by_day[i]);
        if (week < -WEEKS_OF_MONTH || week > WEEKS_OF_MONTH)
            return false;
    }
    return true;
}

// Rules that people write for days off: the 25th of December, the fourth Thursday of November. libical searches without
// end for what some others ask for, such as the eleventh Friday of a month.
static bool is_simple(const struct icalrecurrencetype *rule)
{
    enum { INTERVAL_MAX = 1000, MONTH_MAX = 12, DAY_MAX = 31 };

    return rule->freq >= ICAL_DAILY_RECURRENCE && rule->freq <= ICAL_YEARLY_RECURRENCE
           && rule->interval >= 1 && rule->interval <= INTERVAL_MAX && rule->rscale == NULL
           && is_absent(rule->by_second) && is_absent(rule->by_minute) && is_absent(rule->by_hour)
           && is_absent(rule->by_year_day) && is_absent(rule->by_week_no)
           && is_absent(rule->by_set_pos) && has_sound_weekdays(rule)
           && is_within(rule->by_month, ICAL_BY_MONTH_SIZE, MONTH_MAX)
           && is_within(rule->by_month_day, ICAL_BY_MONTHDAY_SIZE, DAY_MAX);
}

static bool add_rule(const struct series *series, icalproperty *rrule)
{
    const struct icalrecurrencetype rule = icalproperty_get_rrule(rrule);

    if (!is_simple(&rule))
        return fail(series->reading, "An event repeats by a rule that is too intricate.");
    icalrecur_iterator *iterator = icalrecur_iterator_new(rule, series->start);
    if (iterator == NULL)
        return fail(series->reading, "The rule by which an event repeats cannot be understood.");
    bool is_walked = walk_rule(series, iterator);
    icalrecur_iterator_free(iterator);
    return is_walked;
}

static bool add_rules(const struct series *series)
{
    icalproperty *rrule = icalcomponent_get_first_property(series->event, ICAL_RRULE_PROPERTY);

    // One rule at most, as RFC 5545 has it.
    return rrule == NULL || add_rule(series, rrule);
}

static bool add_dates(const struct series *series)
{
    icalproperty *rdate = icalcomponent_get_first_property(series->event, ICAL_RDATE_PROPERTY);

    for (; rdate != NULL;
         rdate = icalcomponent_get_next_property(series->event, ICAL_RDATE_PROPERTY)) {
        const struct icaltimetype time = icalproperty_get_rdate(rdate).time;
        if (!is_real(time))
            return fail(series->reading, "A date on which an event repeats is not a date.");
        if (!add_day(series, day_of(time, seconds_of(time))))
            return false;
    }
    return true;
}

static bool is_canceled(icalcomponent *event)
{
    icalproperty *status = icalcomponent_get_first_property(event, ICAL_STATUS_PROPERTY);

    return status != NULL && icalproperty_get_status(status) == ICAL_STATUS_CANCELLED;
}

static bool read_event(struct reading *reading, icalcomponent *event)
{
    struct series series = { .reading = reading, .event = event };
    icalproperty *dtstart = icalcomponent_get_first_property(event, ICAL_DTSTART_PROPERTY);
    int last_day = 0;

    reading->events++;
    if (is_canceled(event))
        return true;
    // libical leaves what it could not read behind as an error: a rule or an end that would be missed.
    if (icalcomponent_get_first_property(event, ICAL_XLICERROR_PROPERTY) != NULL)
        return fail(reading, "A line of an event cannot be understood.");
    if (dtstart == NULL)
        return fail(reading, "An event does not say when it begins.");
    series.start = icalproperty_get_dtstart(dtstart);
    if (!is_real(series.start))
        return fail(reading, "The beginning of an event is not a date.");
    if (!find_end(reading, event, series.start, &last_day))
        return false;
    const int first_day = day_of(series.start, seconds_of(series.start));
    series.extra_days = last_day - first_day;
    take_name(event, series.name);
    return take_excepted(&series) && add_day(&series, first_day) && add_rules(&series)
           && add_dates(&series);
}

// ---- the file

static bool read_events(struct reading *reading, icalcomponent *calendar)
{
    bool is_read = true;
    icalcomponent *event = icalcomponent_get_first_component(calendar, ICAL_VEVENT_COMPONENT);

    for (; event != NULL && is_read;
         event = icalcomponent_get_next_component(calendar, ICAL_VEVENT_COMPONENT))
        is_read = read_event(reading, event);
    return is_read;
}

// Several calendars in one file come as children of a root that libical makes.
static bool read_calendars(struct reading *reading, icalcomponent *root)
{
    if (icalcomponent_isa(root) == ICAL_VCALENDAR_COMPONENT)
        return read_events(reading, root);
    if (icalcomponent_isa(root) != ICAL_XROOT_COMPONENT)
        return fail(reading, "This is not an iCalendar file.");
    bool is_read = true;
    icalcomponent *calendar = icalcomponent_get_first_component(root, ICAL_VCALENDAR_COMPONENT);
    for (; calendar != NULL && is_read;
         calendar = icalcomponent_get_next_component(root, ICAL_VCALENDAR_COMPONENT))
        is_read = read_events(reading, calendar);
    return is_read;
}

bool calendar_days_read(const char *text, int today, struct calendar_days *ret_days,
                        char reterr_problem[static CALENDAR_PROBLEM_BYTES])
{
    struct reading reading = {
        .first_day = today,
        .last_day = today + CALENDAR_AHEAD_DAYS,
        .days = ret_days,
    };

    ret_days->count = 0;
    icalerror_set_errors_are_fatal(false);
    icalcomponent *root = icalparser_parse_string(text);
    bool is_read = root != NULL ? read_calendars(&reading, root)
                                : fail(&reading, "This is not an iCalendar file.");
    if (root != NULL)
        icalcomponent_free(root);
    if (is_read && reading.events == 0)
        is_read = fail(&reading, "The file holds no events.");
    if (is_read && ret_days->count == 0)
        is_read = fail(&reading, "The file holds no day of the next two years.");
    if (!is_read)
        (void)snprintf(reterr_problem, CALENDAR_PROBLEM_BYTES, "%s", reading.problem);
    return is_read;
}
