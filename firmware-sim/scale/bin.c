#include "bin.h"

enum {
    // Of the raw counts of a cell behind gain 128, which are a few milligrams each: what sways in three
    // seconds without anybody's touch is less.
    STILL_COUNTS = 2000,
};

static struct weigh_memory remembered(const struct channel_settings *settings,
                                      const struct record_reading *newest,
                                      const struct record_drift *drift)
{
    struct weigh_memory memory = { .state = WEIGH_UNKNOWN };

    if (newest == NULL || newest->basis != settings_basis(settings))
        return memory;
    memory = (struct weigh_memory){
        .state = (enum weigh_state)newest->state,
        .quantity = newest->quantity,
        .drift_mg = newest->drift_mg,
        .excess_mg = newest->excess_mg,
    };
    if (drift != NULL && uuid_equal(&drift->reading_id, &newest->id)) {
        memory.drift_mg = drift->drift_mg;
        memory.excess_mg = drift->excess_mg;
    }
    return memory;
}

void bin_init(struct bin *bin, unsigned channel, const struct channel_settings *settings,
              const struct record_reading *newest, const struct record_drift *drift,
              uint32_t now_ms)
{
    const struct weigh_settings weighing = settings_of_weighing(settings);

    *bin = (struct bin){ .kept = remembered(settings, newest, drift) };
    if (newest != NULL)
        bin->reading_id = newest->id;
    weigh_init(&bin->weigh, &weighing, &bin->kept);
    hx711_init(&bin->cell, channel, now_ms);
}

void bin_change(struct bin *bin, const struct channel_settings *before,
                const struct channel_settings *settings)
{
    const struct weigh_settings weighing = settings_of_weighing(settings);
    const bool is_anew = settings_basis(before) != settings_basis(settings);

    weigh_change(&bin->weigh, &weighing, is_anew);
    if (!is_anew)
        return;
    weigh_memorise(&bin->weigh, &bin->kept);
    bin->is_seen = false;
}

// ---- samples

static void take(struct bin *bin, const struct channel_settings *settings, uint32_t now_ms)
{
    if (setup_is_busy(&bin->setup))
        setup_take(&bin->setup, bin->counts, now_ms);
    else if (settings_is_counted(settings))
        weigh_take(&bin->weigh, setup_weight_mg(&settings->calibration, bin->counts), now_ms);
}

static void take_saturation(struct bin *bin, const struct channel_settings *settings,
                            uint32_t now_ms)
{
    if (setup_is_busy(&bin->setup))
        setup_take_overload(&bin->setup);
    else if (settings_is_counted(settings))
        weigh_take_overload(&bin->weigh, now_ms);
}

static void take_silence(struct bin *bin, const struct channel_settings *settings, uint32_t now_ms)
{
    if (setup_is_busy(&bin->setup))
        setup_take_fault(&bin->setup);
    else if (settings_is_counted(settings))
        weigh_take_fault(&bin->weigh, now_ms);
}

void bin_poll(struct bin *bin, const struct channel_settings *settings, struct hal *hal,
              uint32_t now_ms)
{
    const enum hx711_result heard = hx711_poll(&bin->cell, hal, now_ms, &bin->counts);

    if (heard != HX711_NOTHING)
        bin->heard = (uint8_t)heard;
    switch (heard) {
    case HX711_NOTHING:
        break;
    case HX711_SAMPLE:
        take(bin, settings, now_ms);
        break;
    case HX711_SATURATED:
        take_saturation(bin, settings, now_ms);
        break;
    case HX711_SILENT:
        take_silence(bin, settings, now_ms);
        break;
    }
    if (bin->kept.state != WEIGH_UNKNOWN && weigh_now(&bin->weigh) == bin->kept.state)
        bin->is_seen = true;
}

// ---- what comes of them

bool bin_weight(const struct bin *bin, const struct channel_settings *settings, int32_t *ret_mg)
{
    const struct setup_calibration *calibration = &settings->calibration;

    if (bin->heard == HX711_NOTHING || bin->heard == HX711_SILENT || !calibration->has_tare
        || calibration->span_counts == 0)
        return false;
    *ret_mg = bin->heard == HX711_SATURATED ? INT32_MAX : setup_weight_mg(calibration, bin->counts);
    return true;
}

bool bin_has_news(const struct bin *bin, struct weigh_memory *ret_news)
{
    return weigh_has_news(&bin->weigh, ret_news);
}

void bin_told(struct bin *bin, const struct uuid *reading_id, const struct weigh_memory *told)
{
    weigh_told(&bin->weigh, told);
    bin->reading_id = *reading_id;
    bin->kept = *told;
    bin->is_waiting = true;
    bin->is_seen = true;
}

static int64_t magnitude(int64_t value)
{
    return value < 0 ? -value : value;
}

bool bin_has_drifted(const struct bin *bin, const struct channel_settings *settings,
                     struct weigh_memory *ret_memory)
{
    struct weigh_memory memory;

    if (bin->kept.state == WEIGH_UNKNOWN || !settings_is_counted(settings))
        return false;
    weigh_memorise(&bin->weigh, &memory);
    const int64_t moved_mg = ((int64_t)memory.drift_mg + memory.excess_mg)
                             - ((int64_t)bin->kept.drift_mg + bin->kept.excess_mg);
    if (magnitude(moved_mg) < settings->goods.unit_mg / 4 || moved_mg == 0)
        return false;
    *ret_memory = memory;
    return true;
}

void bin_kept(struct bin *bin, const struct weigh_memory *kept)
{
    bin->kept.drift_mg = kept->drift_mg;
    bin->kept.excess_mg = kept->excess_mg;
}

void bin_begin_task(struct bin *bin, const struct channel_settings *settings,
                    const struct config_task *task, uint32_t now_ms)
{
    const struct setup_task step = {
        .step = task->step,
        .mass_mg = task->mass_mg,
        .count = task->count,
        .still_counts = STILL_COUNTS,
        .calibration = settings->calibration,
        .goods = settings->goods,
    };

    bin->task_id = task->id;
    setup_begin(&bin->setup, &step, now_ms);
}
