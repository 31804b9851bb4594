// isqrt.h - square root of integers.
#pragma once

#include <stdint.h>

uint32_t isqrt(uint64_t square); // rounded down
