// quiet.h - the hours in which nobody is written to: 21:00 to 08:00 on the clinic's clock.
#pragma once

#include <stdbool.h>
#include <stdint.h>

bool quiet_is_at(int64_t unix_ms);

// The instant itself, or the end of the quiet hours that it lies in.
int64_t quiet_over(int64_t unix_ms);
