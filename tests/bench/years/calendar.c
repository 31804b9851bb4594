#include "calendar.h"

#include <local_time.h>

#include <clinic/clock.h>

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { MONTHS_MAX = 120 };

bool calendar_span(const char *months, const char *last_day, int *ret_first_day, int *ret_last_day)
{
    char text[LOCAL_DAY_BYTES];
    int year, month, day;
    const int back = atoi(months);

    if (back < 1 || back > MONTHS_MAX || !clinic_date_parse(last_day, &year, &month, &day)
        || setenv("TZ", "Europe/Paris", 1) != 0)
        return false;
    tzset();
    const int count = year * 12 + month - 1 - back;
    (void)snprintf(text, sizeof text, "%04u-%02u-01", (unsigned)(count / 12) % 10000,
                   (unsigned)(count % 12) % 12 + 1);
    *ret_first_day = local_day_number(text) + day - 1;
    *ret_last_day = local_day_number(last_day);
    return true;
}
