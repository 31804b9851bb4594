#include "weigh.h"

enum {
    HOLD_MS = 10000,
    GAP_MS = 1500,      // without a sample for so long, what was before is no longer known
    TRACK_FIFTHS = 300, // a minute
    STILL_DEFAULT_MG = 1000,
};

// What is counted: a unit, or a box of them.
static int64_t step_mg(const struct weigh_settings *settings)
{
    const int64_t units = settings->units_per_box > 0 ? settings->units_per_box : 1;

    return settings->unit_mg * units;
}

static bool is_counting(const struct weigh *weigh)
{
    return weigh->settings.unit_mg > 0;
}

// What may move while it stands still.
static int32_t span_mg(const struct weigh *weigh)
{
    const struct weigh_settings *settings = &weigh->settings;

    if (is_counting(weigh)) {
        const int64_t quarter_mg = step_mg(settings) / 4;

        return quarter_mg < INT32_MAX ? (int32_t)quarter_mg : INT32_MAX;
    }
    return settings->still_mg > 0 ? settings->still_mg : STILL_DEFAULT_MG;
}

static int64_t magnitude(int64_t value)
{
    return value < 0 ? -value : value;
}

static int64_t rounded(int64_t numerator, int64_t denominator)
{
    const int64_t half = denominator / 2;

    return (numerator < 0 ? numerator - half : numerator + half) / denominator;
}

static int32_t clamped(int64_t value)
{
    if (value < INT32_MIN)
        return INT32_MIN;
    return value > INT32_MAX ? INT32_MAX : (int32_t)value;
}

static void look_away(struct weigh *weigh)
{
    steady_forget(&weigh->steady);
    weigh->sees = WEIGH_UNKNOWN;
    weigh->is_held = false;
}

void weigh_init(struct weigh *weigh, const struct weigh_settings *settings,
                const struct weigh_memory *memory)
{
    *weigh = (struct weigh){ .settings = *settings, .told = *memory, .known = *memory };
    look_away(weigh);
}

void weigh_change(struct weigh *weigh, const struct weigh_settings *settings, bool is_anew)
{
    const struct weigh_settings *old = &weigh->settings;

    if (is_anew || settings->unit_mg != old->unit_mg
        || settings->units_per_box != old->units_per_box)
        weigh_init(weigh, settings, &(struct weigh_memory){ .state = WEIGH_UNKNOWN });
    else
        weigh->settings = *settings;
}

// What may creep in the time since it was settled without anybody having touched it: a thirty-second of a unit a
// minute, which is a hundred times what a cell drifts and what it creeps under a full bin.
static int64_t allowance_mg(const struct weigh *weigh, uint32_t now_ms)
{
    const int64_t most_mg = step_mg(&weigh->settings) / 4;
    const int64_t minutes = (now_ms - weigh->settled_at_ms) / 60000;
    const int64_t noise_mg = steady_noise_mg(&weigh->steady, span_mg(weigh));
    const int64_t creep_mg =
        (weigh->settings.unit_mg / 32 + noise_mg / 2) * (minutes > 1 ? minutes : 1);

    return weigh->is_settled && creep_mg < most_mg ? creep_mg : most_mg;
}

// Takes up `steps` units or boxes more, and what remains of the weight. The remains of a bin that they have emptied are
// drift: here alone it is safe to begin again from zero.
static void count(struct weigh *weigh, int64_t steps, int64_t excess_mg)
{
    const struct weigh_settings *settings = &weigh->settings;
    const int64_t units_per_step = settings->units_per_box > 0 ? settings->units_per_box : 1;
    int64_t quantity = weigh->known.quantity + steps * units_per_step;

    if (quantity < 0) {
        excess_mg += quantity * settings->unit_mg;
        quantity = 0;
    }
    if (quantity == 0 && (steps < 0 || excess_mg < 0)) {
        weigh->known.drift_mg = clamped(weigh->known.drift_mg + excess_mg);
        excess_mg = 0;
    }
    weigh->known.quantity = clamped(quantity);
    weigh->known.excess_mg = clamped(excess_mg);
}

// The difference from the last settled weight is what was taken or added. The excess over whole units remembers what
// that rounds away, so that errors of the unit weight do not add up with every refill, nor pieces from an opened box: when
// three quarters of a unit have come together, they count.
static void settle(struct weigh *weigh, int32_t weight_mg, uint32_t now_ms)
{
    struct weigh_memory *known = &weigh->known;
    const int64_t step = step_mg(&weigh->settings);
    const int64_t expected_mg =
        (int64_t)known->quantity * weigh->settings.unit_mg + known->drift_mg + known->excess_mg;
    const int64_t change_mg = weight_mg - expected_mg;
    int64_t steps = rounded(change_mg, step);

    if (steps == 0 && magnitude(change_mg) <= allowance_mg(weigh, now_ms)) {
        known->drift_mg = clamped(known->drift_mg + change_mg);
    } else {
        int64_t excess_mg = known->excess_mg + change_mg - steps * step;

        if (magnitude(excess_mg) > step - step / 4) {
            const int64_t more = rounded(excess_mg, step);

            steps += more;
            excess_mg -= more * step;
        }
        count(weigh, steps, excess_mg);
    }
    known->state = WEIGH_STABLE;
    weigh->anchor_mg = weight_mg;
    weigh->track_sum_mg = 0;
    weigh->track_count = 0;
    weigh->settled_at_ms = now_ms;
    weigh->is_settled = true;
}

// Follows the drift, by the means of minutes.
static void track(struct weigh *weigh, uint32_t now_ms)
{
    weigh->track_sum_mg += steady_newest_mg(&weigh->steady);
    weigh->track_count++;
    if (weigh->track_count == TRACK_FIFTHS)
        settle(weigh, (int32_t)(weigh->track_sum_mg / TRACK_FIFTHS), now_ms);
}

static enum weigh_state judge(const struct weigh *weigh)
{
    const struct weigh_settings *settings = &weigh->settings;
    const int64_t weight_mg = steady_newest_mg(&weigh->steady);

    if (settings->capacity_mg > 0 && weight_mg > settings->capacity_mg)
        return WEIGH_OVERLOAD;
    if (settings->bin_mg > 0 && weight_mg - weigh->known.drift_mg < -(settings->bin_mg / 2))
        return WEIGH_LIFTED;
    return steady_is_still(&weigh->steady, span_mg(weigh)) ? WEIGH_STABLE : WEIGH_UNKNOWN;
}

// Each fifth of a second by itself may be still while the whole glides away, as under a hand that lets go slowly.
static bool has_moved(const struct weigh *weigh)
{
    const int64_t moved_mg = (int64_t)steady_mean_mg(&weigh->steady) - weigh->anchor_mg;

    return magnitude(moved_mg) > span_mg(weigh);
}

static void see(struct weigh *weigh, enum weigh_state state, uint32_t now_ms)
{
    if (state != weigh->sees || (state == WEIGH_STABLE && has_moved(weigh))) {
        weigh->sees = (uint8_t)state;
        weigh->sees_at_ms = now_ms;
        weigh->is_held = false;
        if (state == WEIGH_STABLE)
            weigh->anchor_mg = steady_mean_mg(&weigh->steady);
    }
    if (state == WEIGH_UNKNOWN || !is_counting(weigh))
        return;
    if (weigh->is_held) {
        if (state == WEIGH_STABLE)
            track(weigh, now_ms);
    } else if (now_ms - weigh->sees_at_ms >= HOLD_MS) {
        weigh->is_held = true;
        if (state == WEIGH_STABLE)
            settle(weigh, steady_mean_mg(&weigh->steady), now_ms);
        else
            weigh->known.state = state;
    }
}

static void begin(struct weigh *weigh, uint32_t now_ms)
{
    if (now_ms - weigh->taken_at_ms > GAP_MS)
        look_away(weigh);
    weigh->taken_at_ms = now_ms;
}

void weigh_take(struct weigh *weigh, int32_t weight_mg, uint32_t now_ms)
{
    begin(weigh, now_ms);
    if (steady_take(&weigh->steady, weight_mg, now_ms))
        see(weigh, judge(weigh), now_ms);
}

void weigh_take_overload(struct weigh *weigh, uint32_t now_ms)
{
    begin(weigh, now_ms);
    steady_forget(&weigh->steady);
    see(weigh, WEIGH_OVERLOAD, now_ms);
}

void weigh_take_fault(struct weigh *weigh, uint32_t now_ms)
{
    begin(weigh, now_ms);
    steady_forget(&weigh->steady);
    see(weigh, WEIGH_FAULT, now_ms);
}

bool weigh_has_news(const struct weigh *weigh, struct weigh_memory *ret_news)
{
    const struct weigh_memory *known = &weigh->known;
    const bool is_counted_anew =
        known->state == WEIGH_STABLE && known->quantity != weigh->told.quantity;

    if (known->state == WEIGH_UNKNOWN || (known->state == weigh->told.state && !is_counted_anew))
        return false;
    *ret_news = *known;
    return true;
}

void weigh_told(struct weigh *weigh, const struct weigh_memory *told)
{
    weigh->told = *told;
}

// Not with the quantity that is known: after a restart it would never be told.
void weigh_memorise(const struct weigh *weigh, struct weigh_memory *ret_memory)
{
    *ret_memory = weigh->known;
    ret_memory->state = weigh->told.state;
    ret_memory->quantity = weigh->told.quantity;
}

enum weigh_state weigh_now(const struct weigh *weigh)
{
    return (enum weigh_state)weigh->sees;
}

bool weigh_is_still(const struct weigh *weigh, int32_t *ret_mean_mg, int32_t *ret_noise_mg)
{
    const int32_t span = span_mg(weigh);

    if (!steady_is_still(&weigh->steady, span))
        return false;
    *ret_mean_mg = steady_mean_mg(&weigh->steady);
    *ret_noise_mg = steady_noise_mg(&weigh->steady, span);
    return true;
}
