// loop.h - waiting for a descriptor, a moment, or to be told to end.
#pragma once

#include <stdbool.h>
#include <stdint.h>

// SIGTERM and SIGINT from now on only end loop_wait() and make loop_is_over() true.
void loop_begin(void);

// At most `wait_ms` (-1: no limit). Never misses a signal that came before the wait.
void loop_wait(int fd, int64_t wait_ms);
bool loop_is_over(void);
