#include "steady.h"

#include "isqrt.h"

enum { STEP_LIMIT_MG = 1 << 29 }; // the sum of its squares fits

void steady_forget(struct steady *steady)
{
    steady->sum_mg = 0;
    steady->sum_count = 0;
    steady->count = 0;
    steady->newest = STEADY_FIFTHS - 1;
}

// How many fifths ago; 0 is the newest.
static unsigned at(const struct steady *steady, unsigned ago)
{
    return (steady->newest + STEADY_FIFTHS - ago) % STEADY_FIFTHS;
}

static int32_t median(int32_t a, int32_t b, int32_t c)
{
    const int32_t low = a < b ? a : b;
    const int32_t high = a < b ? b : a;

    if (c < low)
        return low;
    return c > high ? high : c;
}

static void end_fifth(struct steady *steady)
{
    const int32_t mean_mg = (int32_t)(steady->sum_mg / steady->sum_count);

    steady->newest = (uint8_t)((steady->newest + 1) % STEADY_FIFTHS);
    steady->means_mg[steady->newest] = mean_mg;
    if (steady->count < STEADY_FIFTHS)
        steady->count++;
    steady->medians_mg[steady->newest] =
        steady->count < 3
            ? mean_mg
            : median(mean_mg, steady->means_mg[at(steady, 1)], steady->means_mg[at(steady, 2)]);
    steady->sum_mg = 0;
    steady->sum_count = 0;
}

bool steady_take(struct steady *steady, int32_t weight_mg, uint32_t now_ms)
{
    bool is_end = false;

    if (steady->sum_count > 0) {
        const uint32_t passed_ms = now_ms - steady->fifth_at_ms;

        is_end = passed_ms >= STEADY_FIFTH_MS || steady->sum_count == UINT16_MAX;
        // Fifths keep their grid, or samples that come a little early would each share one with the next.
        if (is_end) {
            end_fifth(steady);
            steady->fifth_at_ms += passed_ms - passed_ms % STEADY_FIFTH_MS;
        }
    } else {
        steady->fifth_at_ms = now_ms;
    }
    steady->sum_mg += weight_mg;
    steady->sum_count++;
    return is_end;
}

bool steady_is_still(const struct steady *steady, int32_t span_mg)
{
    int64_t low_mg = steady->medians_mg[0];
    int64_t high_mg = low_mg;

    if (steady->count < STEADY_FIFTHS)
        return false;
    for (unsigned i = 1; i < STEADY_FIFTHS; i++) {
        const int32_t median_mg = steady->medians_mg[i];

        if (median_mg < low_mg)
            low_mg = median_mg;
        if (median_mg > high_mg)
            high_mg = median_mg;
    }
    return high_mg - low_mg <= span_mg;
}

int32_t steady_newest_mg(const struct steady *steady)
{
    return steady->medians_mg[steady->newest];
}

int32_t steady_mean_mg(const struct steady *steady)
{
    int64_t sum_mg = 0;

    for (unsigned i = 0; i < STEADY_FIFTHS; i++)
        sum_mg += steady->medians_mg[i];
    return (int32_t)(sum_mg / STEADY_FIFTHS);
}

static bool is_wild(const struct steady *steady, unsigned i, int32_t span_mg)
{
    const int64_t off_mg = (int64_t)steady->means_mg[i] - steady->medians_mg[i];

    return off_mg > span_mg || off_mg < -(int64_t)span_mg;
}

// Half the mean square of successive differences is the variance.
int32_t steady_noise_mg(const struct steady *steady, int32_t span_mg)
{
    uint64_t squares = 0;
    unsigned count = 0;

    for (unsigned ago = 0; ago + 1 < STEADY_FIFTHS; ago++) {
        const unsigned i = at(steady, ago);
        const unsigned before = at(steady, ago + 1);
        int64_t step_mg = (int64_t)steady->means_mg[i] - steady->means_mg[before];

        if (is_wild(steady, i, span_mg) || is_wild(steady, before, span_mg))
            continue;
        if (step_mg > STEP_LIMIT_MG || step_mg < -STEP_LIMIT_MG)
            step_mg = STEP_LIMIT_MG;
        squares += (uint64_t)(step_mg * step_mg);
        count++;
    }
    return count == 0 ? 0 : (int32_t)isqrt(squares / (2 * count));
}
