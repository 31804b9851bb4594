#include "chance.h"

enum { PERMYRIAD = 10000 };

void chance_init(struct chance *chance, uint64_t seed, uint64_t stream)
{
    chance->state = seed ^ (stream * UINT64_C(0xD1B54A32D192ED03));
    chance->state = chance_next(chance); // seeds beside each other begin far from each other
}

// SplitMix64: Steele, Lea, Flood, "Fast splittable pseudorandom number generators", 2014.
uint64_t chance_next(struct chance *chance)
{
    chance->state += UINT64_C(0x9E3779B97F4A7C15);
    uint64_t mixed = chance->state;
    mixed = (mixed ^ (mixed >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    mixed = (mixed ^ (mixed >> 27)) * UINT64_C(0x94D049BB133111EB);
    return mixed ^ (mixed >> 31);
}

uint32_t chance_below(struct chance *chance, uint32_t limit)
{
    return (uint32_t)(((chance_next(chance) >> 32) * limit) >> 32);
}

int64_t chance_between(struct chance *chance, int64_t least, int64_t most)
{
    return most <= least ? least
                         : least + (int64_t)(chance_next(chance) % (uint64_t)(most - least + 1));
}

bool chance_hits(struct chance *chance, uint32_t permyriad)
{
    return permyriad > 0 && chance_below(chance, PERMYRIAD) < permyriad;
}

double chance_normal(struct chance *chance)
{
    int64_t sum = 0;
    for (int i = 0; i < 3; i++) {
        const uint64_t four = chance_next(chance);
        sum += (int64_t)((four & 0xFFFF) + ((four >> 16) & 0xFFFF) + ((four >> 32) & 0xFFFF)
                         + (four >> 48));
    }
    return (double)sum / 65536.0 - 6.0;
}
