#include "accuracy.h"

#include "isqrt.h"

// Fixed point: what is called x_q32 is x * 2^32.
#define ONE_Q32 ((uint64_t)1 << 32)

enum {
    VARIATION_MOST_PERMYRIAD = 0xFFFF, // its square is of 32 bits
    CERTAIN_PERMILLE = 1000,
};

// value * numerator / denominator, exactly, rounded down; UINT64_MAX if it is larger than that.
static uint64_t scaled(uint64_t value, uint32_t numerator, uint32_t denominator)
{
    const uint64_t low = (value & UINT32_MAX) * numerator;
    const uint64_t high = (value >> 32) * numerator + (low >> 32);
    const uint64_t rest = (high % denominator) << 32 | (low & UINT32_MAX);

    if (high / denominator > UINT32_MAX)
        return UINT64_MAX;
    return (high / denominator << 32) + rest / denominator;
}

static uint64_t sum(uint64_t a, uint64_t b)
{
    return a > UINT64_MAX - b ? UINT64_MAX : a + b;
}

static uint64_t squared_q32(uint64_t value_q32)
{
    const uint64_t value_q20 = value_q32 >> 12;

    return value_q20 > UINT32_MAX ? UINT64_MAX : value_q20 * value_q20 >> 8;
}

static uint32_t at_least(int32_t value, int32_t least)
{
    return (uint32_t)(value < least ? least : value);
}

static uint64_t variance_q32(const struct accuracy_case *it)
{
    const uint32_t quantity = at_least(it->quantity, 0);
    const uint32_t sample = at_least(it->sample, 1);
    const uint32_t unit_mg = at_least(it->unit_mg, 1);
    const uint32_t noise_mg = at_least(it->noise_mg, 0);
    const uint32_t asked = at_least(it->variation_permyriad, 0);
    const uint64_t variation = asked < VARIATION_MOST_PERMYRIAD ? asked : VARIATION_MOST_PERMYRIAD;

    const uint64_t pieces = scaled(variation * variation << 32, quantity, 100000000);
    const uint64_t sampled = scaled(pieces, quantity, sample);
    const uint64_t weighing = squared_q32(scaled(ONE_Q32, noise_mg, unit_mg));
    const uint64_t unit_weighing =
        squared_q32(scaled(scaled(ONE_Q32, quantity, sample), noise_mg, unit_mg));

    return sum(sum(pieces, sampled), sum(weighing, unit_weighing));
}

// erf(x) = 2/sqrt(pi) * (x - x^3/(1! 3) + x^5/(2! 5) - ...), in thousandths. Up to x = 2.4 no term is beyond 100.
static int32_t erf_permille(uint64_t square_q31)
{
    const uint64_t square_q24 = square_q31 >> 7;
    uint64_t term_q28 = isqrt(square_q31 << 29) >> 2;
    int64_t sum_q28 = 0;

    for (uint32_t k = 0; term_q28 > 0;) {
        const int64_t part = (int64_t)(term_q28 / (2 * k + 1));

        sum_q28 += k % 2 == 0 ? part : -part;
        k++;
        term_q28 = (term_q28 * square_q24 >> 24) / k;
    }
    // 2000/sqrt(pi) in units of 2^-20
    return (int32_t)((sum_q28 >> 4) * 1183191314 >> 44);
}

// The error is normal: it is less than one and a half with the probability erf(1.5 / (sqrt(2) SD)).
int32_t accuracy_permille(const struct accuracy_case *accuracy_case)
{
    const uint64_t variance = variance_q32(accuracy_case);

    if (variance == 0)
        return CERTAIN_PERMILLE;
    if (variance < ONE_Q32 / 5) // SD 0.447: 0.9992
        return CERTAIN_PERMILLE - 1;
    if (variance > ONE_Q32 << 21) // SD 1448: 0.0008
        return 0;
    return erf_permille(((uint64_t)9 << 60) / variance); // 9/8 over the variance
}
