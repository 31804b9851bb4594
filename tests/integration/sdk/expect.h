// expect.h - assertions for code that libmosquitto calls, and waiting for what it is to bring about.
//
// A failed assertion of cmocka's jumps out of libmosquitto, and leaves its locks behind. So a failure there is
// only noted, and asserted by the loop that drives the test.
#pragma once

#include "process.h"

enum { WAIT_MS = 15 * 1000 };

#define EXPECT(condition)                                                                          \
    do {                                                                                           \
        if (!(condition))                                                                          \
            expect_failed(__FILE__, __LINE__, #condition);                                         \
    } while (0)

// Keeps the first.
void expect_failed(const char *file, int line, const char *condition);

// Fails the test if an EXPECT() did.
void expect_none_failed(void);

// Waits for a condition with the named deadline; fails where it is not met.
#define UNTIL_MS(limit_ms, condition)                                                              \
    do {                                                                                           \
        const int64_t until_ms = process_now_ms() + (limit_ms);                                    \
        while (!(condition) && process_now_ms() < until_ms)                                        \
            step_all(until_ms);                                                                    \
        if (!(condition))                                                                          \
            fail_late(#condition, (limit_ms));                                                     \
    } while (0)
#define UNTIL(condition) UNTIL_MS(WAIT_MS, condition)

// Each fixture has its own: moves all that is open on once something is there, or at the deadline.
void step_all(int64_t deadline_ms);

// And says what it knows of why the condition was not met in time.
void fail_late(const char *condition, int limit_ms);
