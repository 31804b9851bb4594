// calendar.h - which days a bench is about.
#pragma once

#include <stdbool.h>

// From the same day of the month, so many months before, to YYYY-MM-DD. Puts the process into the clinic's zone. False:
// these are no months or no day.
bool calendar_span(const char *months, const char *last_day, int *ret_first_day, int *ret_last_day);
