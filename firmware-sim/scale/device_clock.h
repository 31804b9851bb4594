// device_clock.h - a lower bound of the time, for a device without a clock.
//
// It begins with when the firmware was built or what was kept before the power went, runs on with the board's milliseconds,
// and jumps forward whenever it is told a later time; never back. What a device takes for the time is thus never ahead
// of the clock that told it, and behind it by as long as the device lay without power.
#pragma once

#include <stdbool.h>
#include <stdint.h>

enum {
    // The time is kept in flash when it has gone on by so much since.
    DEVICE_CLOCK_KEEP_MS = 3600000,
    // A time later than so long after the build is a mistake: once believed, it could never be taken back.
    DEVICE_CLOCK_YEARS = 25,
};

struct device_clock {
    int64_t wall_ms;   // Unix time, at least
    int64_t latest_ms; // no time behind it is believed
    int64_t kept_ms;   // in flash
    uint32_t at_ms;    // of the board's clock, when wall_ms was brought up to date
};

// `kept_ms`: what was kept in flash, 0: nothing.
void device_clock_init(struct device_clock *clock, int64_t build_time_s, int64_t kept_ms,
                       uint32_t now_ms);

// To be called at least once in 49 days, and before anything else is asked of it.
void device_clock_tick(struct device_clock *clock, uint32_t now_ms);

void device_clock_tell(struct device_clock *clock, int64_t wall_ms);

// Whether it should be kept now; the owner does, and says so with device_clock_kept().
bool device_clock_wants_keeping(const struct device_clock *clock);
void device_clock_kept(struct device_clock *clock);
