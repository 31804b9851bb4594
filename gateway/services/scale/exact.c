// exact.c - whether pieces can be counted by their weight, and how large a box must be if not.
//
// The variance of a count of N pieces, in pieces: N cv^2 + N^2 cv^2 / n + (s / w)^2 + (N s / (n w))^2, with cv the variation
// of a piece, n the pieces of the sample, s the noise of a weighing and w the weight of a piece. Of boxes of k pieces there are
// N / k, each k times as heavy and its variation smaller by the root of k: every term becomes smaller by k^2. So the
// smallest box follows from the pieces' variance.
#include "scale_scope.h"

#include <math.h>

// A count is at most one off while the error is below 1.5; 99 % of a normal distribution are within 2.5758 deviations.
static const double DEVIATION_MAX = 1.5 / 2.5758;

enum { BOX_MAX = 100000 };

static double variance(const int64_t settings[static SETTING_COUNT])
{
    const double most = (double)settings[SETTING_MOST];
    const double sample = (double)settings[SETTING_SAMPLE];
    const double variation = (double)settings[SETTING_VARIATION] / 10000;
    const double noise = (double)settings[SETTING_NOISE_MG] / (double)settings[SETTING_UNIT_MG];
    const double sample_noise = most * noise / sample;

    return most * variation * variation * (1 + most / sample) + noise * noise
           + sample_noise * sample_noise;
}

int64_t exact_box(const int64_t settings[static SETTING_COUNT])
{
    static const enum scale_setting needed[] = { SETTING_UNIT_MG, SETTING_VARIATION, SETTING_MOST,
                                                 SETTING_SAMPLE, SETTING_NOISE_MG };

    for (size_t i = 0; i < ARRAY_SIZE(needed); i++) {
        if (settings[needed[i]] == NOT_KNOWN)
            return NOT_KNOWN;
    }
    const double box = ceil(sqrt(variance(settings)) / DEVIATION_MAX);
    if (box <= 1)
        return NOT_KNOWN;
    return box > BOX_MAX ? BOX_MAX : (int64_t)box;
}
