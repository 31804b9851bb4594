// iCalendar files: what days they are about, and that nothing that comes in does harm.
#include <calendar_days.h>
#include <local_time.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#define FILE_OF(events) "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n" events "END:VCALENDAR\r\n"
#define EVENT(lines)                                                                               \
    "BEGIN:VEVENT\r\nUID:1\r\nDTSTAMP:20260101T000000Z\r\n" lines "\r\nEND:VEVENT\r\n"
#define DAY "DTSTART;VALUE=DATE:20261224"

static bool read_days(const char *text, struct calendar_days *days,
                      char problem[static CALENDAR_PROBLEM_BYTES])
{
    return calendar_days_read(text, local_day_number("2026-11-23"), days, problem);
}

static void print_days(const struct calendar_days *days, char text[static 512])
{
    size_t used = 0;

    text[0] = '\0';
    for (size_t i = 0; i < days->count && used < 400; i++) {
        char from[LOCAL_DAY_BYTES];
        local_day_print(days->items[i].from_day, from);
        used += (size_t)snprintf(text + used, 512 - used, "%s%s+%d", i == 0 ? "" : " ", from,
                                 days->items[i].to_day - days->items[i].from_day);
    }
}

// First days, and how many come after each.
static void whole_days_are_taken_from_every_form_of_event(void **state)
{
    static const struct {
        const char *event;
        const char *days;
    } cases[] = {
        { EVENT(DAY), "2026-12-24+0" },
        { EVENT(DAY "\r\nDTEND;VALUE=DATE:20261227"), "2026-12-24+2" }, // the 27th is not in it
        { EVENT(DAY "\r\nDTEND;VALUE=DATE:20261224"), "2026-12-24+0" },
        { EVENT(DAY "\r\nDURATION:P3D"), "2026-12-24+2" },
        { EVENT("DTSTART:20261224T140000\r\nDTEND:20261224T160000"), "2026-12-24+0" },
        { EVENT("DTSTART:20261224T140000\r\nDTEND:20261226T000000"), "2026-12-24+1" },
        { EVENT("DTSTART:20261224T140000\r\nDTEND:20261226T000001"), "2026-12-24+2" },
        { EVENT("DTSTART:20261224T233000Z\r\nDTEND:20261225T003000Z"), "2026-12-25+0" },
        { EVENT("DTSTART;TZID=Asia/Tokyo:20261224T010000"), "2026-12-24+0" },
        { EVENT("DTSTART:20261224T140000\r\nDURATION:PT12H"), "2026-12-24+1" },
        { EVENT("DTSTART;VALUE=DATE:20001225\r\nRRULE:FREQ=YEARLY"), "2026-12-25+0 2027-12-25+0" },
        { EVENT("DTSTART;VALUE=DATE:20261225\r\nRRULE:FREQ=YEARLY;COUNT=1"), "2026-12-25+0" },
        { EVENT("DTSTART;VALUE=DATE:20261203\r\nRRULE:FREQ=WEEKLY;UNTIL=20261218\r\n"
                "EXDATE;VALUE=DATE:20261210"),
          "2026-12-03+0 2026-12-17+0" },
        { EVENT("DTSTART;VALUE=DATE:20261126\r\n"
                "RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=4TH"),
          "2026-11-26+0 2027-11-25+0 2028-11-23+0" }, // the last day of the two years
        { EVENT(DAY "\r\nRDATE;VALUE=DATE:20270101,20270301"),
          "2026-12-24+0 2027-01-01+0 2027-03-01+0" },
        { EVENT(DAY) EVENT("DTSTART;VALUE=DATE:20200101"), "2026-12-24+0" },
        { EVENT(DAY) EVENT("DTSTART;VALUE=DATE:20400101"), "2026-12-24+0" },
        { EVENT(DAY) EVENT("DTSTART;VALUE=DATE:20270101\r\nSTATUS:CANCELLED"), "2026-12-24+0" },
        { EVENT("DTSTART;VALUE=DATE:20261120\r\nDTEND;VALUE=DATE:20261125"), "2026-11-20+4" },
    };
    struct calendar_days days;
    char problem[CALENDAR_PROBLEM_BYTES];
    char file[1024];
    char text[512];

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        (void)snprintf(file, sizeof file, FILE_OF("%s"), cases[i].event);
        if (!read_days(file, &days, problem))
            fail_msg("case %zu: %s", i, problem);
        print_days(&days, text);
        if (strcmp(text, cases[i].days) != 0)
            fail_msg("case %zu: %s instead of %s", i, text, cases[i].days);
    }
}

static void names_are_cut_at_a_character_and_hold_no_line_ends(void **state)
{
    struct calendar_days days;
    char problem[CALENDAR_PROBLEM_BYTES];

    (void)state;
    assert_true(read_days(FILE_OF(EVENT(DAY "\r\nSUMMARY:Tag der Arbeit\\, Erster\\nMai")), &days,
                          problem));
    assert_string_equal(days.items[0].name, "Tag der Arbeit, Erster Mai");
    assert_true(read_days(FILE_OF(EVENT(DAY "\r\nSUMMARY:123456789 123456789 123456789 123456789 "
                                            "123456789 123456789 123456789 123456789é")),
                          &days, problem));
    assert_string_equal(days.items[0].name, "123456789 123456789 123456789 123456789 123456789 "
                                            "123456789 123456789 123456789");
    assert_true(read_days(FILE_OF(EVENT(DAY "\r\nSUMMARY:fol\r\n ded")), &days, problem));
    assert_string_equal(days.items[0].name, "folded");
}

static void a_file_that_cannot_be_taken_is_refused_with_a_sentence(void **state)
{
    static const struct {
        const char *file;
        const char *problem;
    } cases[] = {
        { "", "This is not an iCalendar file." },
        { "hello", "This is not an iCalendar file." },
        { "BEGIN:VCALENDAR", "This is not an iCalendar file." },
        { "BEGIN:VCARD\r\nFN:x\r\nEND:VCARD\r\n", "This is not an iCalendar file." },
        { FILE_OF(""), "The file holds no events." },
        { FILE_OF(EVENT("SUMMARY:x")), "An event does not say when it begins." },
        { FILE_OF(EVENT("DTSTART:whenever")), "A line of an event cannot be understood." },
        { FILE_OF(EVENT("DTSTART;VALUE=DATE:20261332")),
          "The beginning of an event is not a date." },
        { FILE_OF(EVENT("DTSTART;VALUE=DATE:20270230")),
          "The beginning of an event is not a date." },
        { FILE_OF(EVENT(DAY "\r\nDTEND;VALUE=DATE:20261223")), "An event ends before it begins." },
        { FILE_OF(EVENT(DAY "\r\nDTEND;VALUE=DATE:99991231")),
          "An event lasts longer than 1000 days." },
        { FILE_OF(EVENT(DAY "\r\nRRULE:FREQ=SOMETIMES")),
          "A line of an event cannot be understood." },
        { FILE_OF(EVENT("DTSTART:20000101T000000\r\nRRULE:FREQ=SECONDLY")),
          "An event repeats by a rule that is too intricate." },
        { FILE_OF(EVENT(DAY "\r\nRRULE:FREQ=MONTHLY;BYDAY=11FR")), // libical never comes back
          "An event repeats by a rule that is too intricate." },
        { FILE_OF(EVENT("DTSTART;VALUE=DATE:19500101\r\nRRULE:FREQ=DAILY")),
          "An event repeats too often." },
        { FILE_OF(EVENT(DAY "\r\nRRULE:FREQ=DAILY")),
          "The file holds more than 200 events of the next two years." },
        { FILE_OF(EVENT("DTSTART;VALUE=DATE:20200101")),
          "The file holds no day of the next two years." },
    };
    struct calendar_days days;
    char problem[CALENDAR_PROBLEM_BYTES];

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        if (read_days(cases[i].file, &days, problem))
            fail_msg("case %zu was taken", i);
        if (strcmp(problem, cases[i].problem) != 0)
            fail_msg("case %zu: %s", i, problem);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whole_days_are_taken_from_every_form_of_event),
        cmocka_unit_test(names_are_cut_at_a_character_and_hold_no_line_ends),
        cmocka_unit_test(a_file_that_cannot_be_taken_is_refused_with_a_sentence),
    };
    if (setenv("TZ", "Europe/Paris", 1) != 0)
        return 1;
    tzset();
    return cmocka_run_group_tests_name("calendar_days", tests, NULL, NULL);
}
