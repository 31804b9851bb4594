// periods.h - a set of days as periods: sorted, apart from each other, whole days, the last one included. Pure.
#pragma once

#include "schedule.h"

// Two full lists and a calendar file together.
enum { PERIODS_MAX = 1024 };

struct periods {
    size_t count;
    struct schedule_period items[PERIODS_MAX];
};

// Days that are in the set already, or next to a period of it, become one with it. False: there is no room; the set
// is unchanged.
bool periods_add(struct periods *periods, struct schedule_period period);

// Days that are not in the set are passed over. False: there is no room to cut a period in two.
bool periods_remove(struct periods *periods, struct schedule_period period);

// Drops the periods that ended before a day.
void periods_forget(struct periods *periods, int first_day);
