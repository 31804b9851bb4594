#include "setup.h"

#include "accuracy.h"
#include "isqrt.h"

#include <stddef.h>

enum {
    SAMPLES_LEAST = 8,
    // Tare and span are means of many samples, so their errors together are about a quarter of the noise: at this many
    // times the noise the calibration is good to a thousandth.
    CALIBRATE_NOISES = 250,
    SAMPLE_NOISES =
        4, // what is lighter cannot be told from nothing; the rest is for the accuracy to say
};

static const char *const step_names[] = {
    [SETUP_TARE] = "tare",
    [SETUP_CALIBRATE] = "calibrate",
    [SETUP_SAMPLE] = "sample",
};
enum { STEP_NAMES = sizeof step_names / sizeof step_names[0] };

static const char *const outcome_names[SETUP_OUTCOME_COUNT] = {
    [SETUP_DONE] = "done",
    [SETUP_MOVING] = "moving",
    [SETUP_LIFTED] = "lifted",
    [SETUP_OVERLOAD] = "overload",
    [SETUP_FAULT] = "fault",
    [SETUP_TOO_LIGHT] = "too-light",
    [SETUP_NOT_CALIBRATED] = "not-calibrated",
    [SETUP_INEXACT] = "inexact",
};

const char *setup_step_name(enum setup_step step)
{
    return (unsigned)step < STEP_NAMES ? step_names[step] : NULL;
}

const char *setup_outcome_name(enum setup_outcome outcome)
{
    return (unsigned)outcome < SETUP_OUTCOME_COUNT ? outcome_names[outcome] : NULL;
}

static bool is_same(const char *a, const char *b)
{
    while (*a != '\0' && *a == *b) {
        a++;
        b++;
    }
    return *a == *b;
}

bool setup_step_find(const char *name, enum setup_step *ret_step)
{
    for (unsigned i = SETUP_TARE; i < STEP_NAMES; i++) {
        if (is_same(name, step_names[i])) {
            *ret_step = (enum setup_step)i;
            return true;
        }
    }
    return false;
}

// ---- arithmetic

// 0 where the divisor is.
static int64_t rounded(int64_t dividend, int64_t divisor)
{
    if (divisor == 0)
        return 0;
    const int64_t half = (divisor < 0 ? -divisor : divisor) / 2;
    return (dividend + (dividend < 0 ? -half : half)) / divisor;
}

static int32_t clamped(int64_t value)
{
    if (value > INT32_MAX)
        return INT32_MAX;
    return value < -INT32_MAX ? -INT32_MAX : (int32_t)value;
}

static int32_t scaled_mg(const struct setup_calibration *calibration, int64_t counts)
{
    return clamped(rounded(counts * calibration->span_mg, calibration->span_counts));
}

int32_t setup_weight_mg(const struct setup_calibration *calibration, int32_t counts)
{
    return scaled_mg(calibration, (int64_t)counts - calibration->tare_counts);
}

// ---- accuracy

static int32_t at_least_one(int64_t value)
{
    return value < 1 ? 1 : clamped(value);
}

// A box of k pieces weighs k times as much and varies by the square root of k times less.
static void count_boxes(struct accuracy_case *accuracy_case, int32_t units_per_box)
{
    const uint64_t variation = (uint64_t)accuracy_case->variation_permyriad;
    accuracy_case->variation_permyriad =
        (int32_t)isqrt(variation * variation / (uint64_t)units_per_box);
    accuracy_case->quantity = at_least_one(rounded(accuracy_case->quantity, units_per_box));
    accuracy_case->sample = at_least_one(rounded(accuracy_case->sample, units_per_box));
    accuracy_case->unit_mg = clamped((int64_t)accuracy_case->unit_mg * units_per_box);
}

int32_t setup_accuracy_permille(const struct setup_goods *goods, int32_t quantity)
{
    struct accuracy_case accuracy_case = {
        .quantity = quantity,
        .sample = at_least_one(goods->sample),
        .unit_mg = goods->unit_mg,
        .noise_mg = goods->noise_mg,
        .variation_permyriad = goods->variation_permyriad,
    };
    if (goods->unit_mg < 1)
        return 0;
    if (goods->units_per_box > 0)
        count_boxes(&accuracy_case, goods->units_per_box);
    return accuracy_permille(&accuracy_case);
}

// ---- a step

void setup_begin(struct setup *setup, const struct setup_task *task, uint32_t now_ms)
{
    *setup = (struct setup){
        .task = *task, .begun_at_ms = now_ms, .trouble = SETUP_FAULT, .is_busy = true
    };
}

bool setup_is_busy(const struct setup *setup)
{
    return setup->is_busy;
}

static void begin_stretch(struct setup *setup, int32_t counts, uint32_t now_ms)
{
    setup->still_since_ms = now_ms;
    setup->first_counts = counts;
    setup->lowest_counts = counts;
    setup->highest_counts = counts;
    setup->sum = 0;
    setup->squares = 0;
    setup->samples = 0;
}

void setup_take(struct setup *setup, int32_t counts, uint32_t now_ms)
{
    if (!setup->is_busy)
        return;
    const int32_t lowest = counts < setup->lowest_counts ? counts : setup->lowest_counts;
    const int32_t highest = counts > setup->highest_counts ? counts : setup->highest_counts;
    if (setup->samples == 0 || (int64_t)highest - lowest > setup->task.still_counts) {
        begin_stretch(setup, counts, now_ms);
    } else {
        setup->lowest_counts = lowest;
        setup->highest_counts = highest;
    }
    const int64_t difference = (int64_t)counts - setup->first_counts;
    setup->sum += difference;
    setup->squares += difference * difference;
    setup->samples++;
    setup->trouble = SETUP_MOVING;
}

void setup_take_overload(struct setup *setup)
{
    setup->samples = 0;
    setup->trouble = SETUP_OVERLOAD;
}

void setup_take_fault(struct setup *setup)
{
    setup->samples = 0;
    setup->trouble = SETUP_FAULT;
}

static bool is_still(const struct setup *setup, uint32_t now_ms)
{
    return setup->samples >= SAMPLES_LEAST && now_ms - setup->still_since_ms >= SETUP_STILL_MS;
}

static int32_t mean_of(const struct setup *setup)
{
    return clamped(setup->first_counts + rounded(setup->sum, setup->samples));
}

static int32_t noise_of(const struct setup *setup)
{
    const int64_t mean = rounded(setup->sum, setup->samples);
    const int64_t variance = setup->squares / setup->samples - mean * mean;
    return variance <= 0 ? 0 : (int32_t)isqrt((uint64_t)variance);
}

static int32_t noise_mg(const struct setup_calibration *calibration, int32_t noise)
{
    const int32_t scaled = scaled_mg(calibration, noise);
    return scaled < 0 ? -scaled : scaled;
}

static enum setup_outcome calibrate(const struct setup *setup, int32_t mean, int32_t noise,
                                    struct setup_answer *answer)
{
    const struct setup_calibration *calibration = &setup->task.calibration;
    const int64_t span = (int64_t)mean - calibration->tare_counts;
    if (!calibration->has_tare)
        return SETUP_NOT_CALIBRATED;
    if (span < -(int64_t)setup->task.still_counts)
        return SETUP_LIFTED;
    if (span < 1 || span < (int64_t)noise * CALIBRATE_NOISES)
        return SETUP_TOO_LIGHT;
    answer->span_counts = clamped(span);
    answer->span_mg = setup->task.mass_mg;
    return SETUP_DONE;
}

static enum setup_outcome sample(const struct setup *setup, int32_t mean,
                                 struct setup_answer *answer)
{
    const struct setup_calibration *calibration = &setup->task.calibration;
    if (!calibration->has_tare || calibration->span_counts == 0)
        return SETUP_NOT_CALIBRATED;
    const int32_t mass_mg = setup_weight_mg(calibration, mean);
    const int32_t unit_mg = (int32_t)rounded(mass_mg, setup->task.count);
    if (mass_mg < -noise_mg(calibration, setup->task.still_counts))
        return SETUP_LIFTED;
    if (unit_mg < 1 || mass_mg < (int64_t)answer->noise_mg * SAMPLE_NOISES)
        return SETUP_TOO_LIGHT;
    struct setup_goods goods = setup->task.goods;
    goods.unit_mg = unit_mg;
    goods.sample = setup->task.count;
    goods.noise_mg = answer->noise_mg;
    answer->unit_mg = unit_mg;
    answer->accuracy_permille = setup_accuracy_permille(&goods, goods.most);
    return answer->accuracy_permille < ACCURACY_WANTED_PERMILLE ? SETUP_INEXACT : SETUP_DONE;
}

static void measure(const struct setup *setup, struct setup_answer *answer)
{
    struct setup_calibration calibration = setup->task.calibration;
    const int32_t mean = mean_of(setup);
    const int32_t noise = noise_of(setup);
    answer->noise_mg = noise_mg(&calibration, noise);
    switch (setup->task.step) {
    case SETUP_TARE:
        answer->tare_counts = mean;
        answer->outcome = SETUP_DONE;
        break;
    case SETUP_CALIBRATE:
        answer->outcome = calibrate(setup, mean, noise, answer);
        calibration.span_counts = answer->span_counts;
        calibration.span_mg = answer->span_mg;
        answer->noise_mg = noise_mg(&calibration, noise);
        break;
    case SETUP_SAMPLE:
        answer->outcome = sample(setup, mean, answer);
        break;
    }
}

bool setup_is_answered(struct setup *setup, uint32_t now_ms, struct setup_answer *ret_answer)
{
    if (!setup->is_busy)
        return false;
    const bool is_measured = is_still(setup, now_ms);
    if (!is_measured && now_ms - setup->begun_at_ms < SETUP_LIMIT_MS)
        return false;
    struct setup_answer answer = { .outcome = setup->trouble };
    if (is_measured)
        measure(setup, &answer);
    setup->is_busy = false;
    *ret_answer = answer;
    return true;
}
