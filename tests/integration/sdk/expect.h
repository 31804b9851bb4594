// expect.h - assertions for code that libmosquitto calls.
//
// A failed assertion of cmocka's jumps out of it, and leaves libmosquitto's locks behind. So a failure there is
// only noted, and asserted by the loop that drives the test.
#pragma once

#include <stdio.h>

static char broken_expectation[256];

#define EXPECT(condition)                                                                          \
    do {                                                                                           \
        if (!(condition) && broken_expectation[0] == '\0')                                         \
            (void)snprintf(broken_expectation, sizeof broken_expectation, "%s:%d: %s", __FILE__,   \
                           __LINE__, #condition);                                                  \
    } while (0)

#define ASSERT_EXPECTATIONS()                                                                      \
    do {                                                                                           \
        if (broken_expectation[0] != '\0')                                                         \
            fail_msg("%s", broken_expectation);                                                    \
    } while (0)
