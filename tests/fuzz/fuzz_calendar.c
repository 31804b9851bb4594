// Any bytes → the days of an iCalendar file. What is taken lies within the limits, what is refused has a sentence.
#include "fuzz.h"

#include <calendar_days.h>
#include <local_time.h>

#include <clinic/text.h>

#include <stdlib.h>
#include <string.h>

static void require_event(const struct calendar_event *event, int today)
{
    FUZZ_REQUIRE(event->to_day >= event->from_day);
    FUZZ_REQUIRE(event->to_day - event->from_day < CALENDAR_EVENT_DAYS_MAX);
    FUZZ_REQUIRE(event->to_day >= today && event->from_day <= today + CALENDAR_AHEAD_DAYS);
    FUZZ_REQUIRE(strlen(event->name) < CALENDAR_NAME_BYTES);
    FUZZ_REQUIRE(strpbrk(event->name, "\r\n") == NULL);
    FUZZ_REQUIRE(clinic_text_is_utf8(event->name, strlen(event->name)));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    static struct calendar_days days;
    char problem[CALENDAR_PROBLEM_BYTES] = "";
    const int today = local_day_number("2026-11-23");
    char *text = strndup((const char *)bytes, length);

    FUZZ_REQUIRE(text != NULL);
    if (calendar_days_read(text, today, &days, problem)) {
        FUZZ_REQUIRE(days.count > 0 && days.count <= CALENDAR_EVENTS_MAX);
        for (size_t i = 0; i < days.count; i++)
            require_event(&days.items[i], today);
    } else {
        FUZZ_REQUIRE(strlen(problem) > 0 && problem[strlen(problem) - 1] == '.');
    }
    free(text);
    return 0;
}
