// loop.h - waiting for a descriptor, a moment, or to be told to end.
#pragma once

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// SIGTERM and SIGINT from now on only end loop_wait() and make loop_is_over() true.
void loop_begin(void);

// At most `wait_ms` (-1: no limit). Never misses a signal that came before the wait.
void loop_wait(int fd, int64_t wait_ms);

// The same for several descriptors, as poll(2) has them.
void loop_wait_for(struct pollfd *descriptors, size_t count, int64_t wait_us);

bool loop_is_over(void);
