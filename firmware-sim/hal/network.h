// network.h - what a board's network is made of: in memory (pipe.h), or the real one (tls.h).
#pragma once

#include "hal.h"

// The first four as in hal.h; `at_us` is the board's own clock.
struct network {
    enum hal_net (*connect)(void *context, int64_t now_s, int64_t at_us);
    int (*read)(void *context, void *ret_bytes, size_t length, int64_t at_us);
    int (*write)(void *context, const void *bytes, size_t length, int64_t at_us);
    void (*close)(void *context, int64_t at_us);
    void (*pass)(void *context, int64_t until_us); // time goes by. NULL: it does not matter
    int64_t (*next_us)(
        const void *context); // when something changes next; INT64_MAX: not by time alone
    void *context;
};
