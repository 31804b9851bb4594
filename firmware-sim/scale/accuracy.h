// accuracy.h - whether pieces can be counted by their weight at all.
//
// The variance of a count of N pieces, in pieces squared:  N cv^2 + N^2 cv^2 / n + (s/w)^2 + (N s / (n w))^2
// with cv the variation of a piece's weight (standard deviation over mean), n the pieces the unit weight was measured with,
// w the unit weight, s the noise of a weighing. Terms: the pieces in the bin; the pieces of the sample; the
// weighing; the weighing of the sample. Integers only.
#pragma once

#include <stdint.h>

struct accuracy_case {
    int32_t quantity;            // N
    int32_t sample;              // n, at least 1
    int32_t unit_mg;             // w, at least 1
    int32_t noise_mg;            // s
    int32_t variation_permyriad; // cv in hundredths of a percent
};

enum { ACCURACY_WANTED_PERMILLE = 990 };

// The probability, in thousandths (rounded down), that the rounded count is at most one off.
int32_t accuracy_permille(const struct accuracy_case *accuracy_case);
