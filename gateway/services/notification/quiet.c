#include "quiet.h"

#include "../local_time.h"

enum { FROM_HOUR = 21, TO_HOUR = 8 };

bool quiet_is_at(int64_t unix_ms)
{
    int hour = local_time_at(unix_ms).hour;

    return hour >= FROM_HOUR || hour < TO_HOUR;
}

int64_t quiet_over(int64_t unix_ms)
{
    return quiet_is_at(unix_ms) ? local_next_clock(unix_ms, TO_HOUR, 0) : unix_ms;
}
