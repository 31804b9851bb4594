#include "expect.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

static char failed[256];

void expect_failed(const char *file, int line, const char *condition)
{
    if (failed[0] == '\0')
        (void)snprintf(failed, sizeof failed, "%s:%d: %s", file, line, condition);
}

void expect_none_failed(void)
{
    if (failed[0] != '\0')
        fail_msg("%s", failed);
}
