#include "device_clock.h"

#define YEAR_MS (INT64_C(366) * 86400 * 1000)

void device_clock_init(struct device_clock *clock, int64_t build_time_s, int64_t kept_ms,
                       uint32_t now_ms)
{
    const int64_t built_ms = build_time_s * 1000;

    *clock = (struct device_clock){
        .wall_ms = built_ms,
        .latest_ms = built_ms + DEVICE_CLOCK_YEARS * YEAR_MS,
        .kept_ms = kept_ms,
        .at_ms = now_ms,
    };
    device_clock_tell(clock, kept_ms);
}

void device_clock_tick(struct device_clock *clock, uint32_t now_ms)
{
    clock->wall_ms += now_ms - clock->at_ms;
    clock->at_ms = now_ms;
}

void device_clock_tell(struct device_clock *clock, int64_t wall_ms)
{
    if (wall_ms > clock->wall_ms && wall_ms <= clock->latest_ms)
        clock->wall_ms = wall_ms;
}

bool device_clock_wants_keeping(const struct device_clock *clock)
{
    return clock->wall_ms - clock->kept_ms >= DEVICE_CLOCK_KEEP_MS;
}

void device_clock_kept(struct device_clock *clock)
{
    clock->kept_ms = clock->wall_ms;
}
