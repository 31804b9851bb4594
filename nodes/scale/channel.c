#include "channel.h"

#include <stdlib.h>
#include <string.h>

enum {
    STILL_PARTS = 2000, // of the capacity: so much a scale may waver during the set-up
    STILL_LEAST_MG = 100,
    STILL_MOST_MG = 1 << 24,
    DRIFT_PARTS = 4, // of a unit
};

void channel_init(struct channel *channel, unsigned number, const struct channel_memory *memory,
                  int64_t now_ms)
{
    *channel = (struct channel){ .number = number, .heard_at_ms = now_ms, .spoken_at_ms = now_ms };
    if (memory != NULL)
        channel->memory = *memory;
}

// ---- settings

static void begin_task(struct channel *channel, const struct config_task *task, int64_t now_ms)
{
    if (uuid_is_none(&task->id) || uuid_equal(&task->id, &channel->memory.task_done)
        || (setup_is_busy(&channel->setup) && uuid_equal(&task->id, &channel->task_id)))
        return;
    int32_t still_mg = channel->settings.capacity_mg / STILL_PARTS;
    if (still_mg < STILL_LEAST_MG)
        still_mg = STILL_LEAST_MG;
    const struct setup_task step = {
        .step = task->step,
        .mass_mg = task->mass_mg,
        .count = task->count,
        .still_counts = still_mg < STILL_MOST_MG ? still_mg : STILL_MOST_MG,
        .calibration = channel->settings.calibration,
        .goods = channel->settings.goods,
    };
    channel->task_id = task->id;
    setup_begin(&channel->setup, &step, (uint32_t)now_ms);
}

// As long as nobody calibrated it the scale is believed.
static void believe(struct setup_calibration *calibration)
{
    if (calibration->span_counts != 0)
        return;
    calibration->span_counts = 1;
    calibration->span_mg = 1;
}

// What was told by another tare, span or unit weight tells nothing of this one.
static void count_anew(struct channel *channel)
{
    weigh_memorise(&channel->weigh, &channel->memory.weigh);
    channel->memory.basis = settings_basis(&channel->settings);
}

static void count(struct channel *channel)
{
    const struct weigh_settings weighing = settings_of_weighing(&channel->settings);
    const bool was_counted = channel->is_counted;
    const bool is_anew = channel->memory.basis != settings_basis(&channel->settings);
    channel->is_counted = settings_is_counted(&channel->settings);
    if (!channel->is_counted)
        return;
    if (!was_counted)
        weigh_init(&channel->weigh, &weighing, &channel->memory.weigh);
    weigh_change(&channel->weigh, &weighing, is_anew);
    if (is_anew)
        count_anew(channel);
}

void channel_set(struct channel *channel, const struct channel_settings *settings,
                 const struct config_task *task, int64_t now_ms)
{
    channel->settings = *settings;
    believe(&channel->settings.calibration);
    count(channel);
    if (settings->is_used)
        begin_task(channel, task, now_ms);
    else
        channel->setup = (struct setup){ 0 };
}

// ---- the scale

bool channel_identify(struct channel *channel, const char *serial)
{
    const bool was_foreign = channel->is_foreign;
    (void)strncpy(channel->serial, serial, sizeof channel->serial - 1);
    if (channel->memory.serial[0] == '\0')
        memcpy(channel->memory.serial, channel->serial, sizeof channel->memory.serial);
    channel->is_foreign = serial[0] != '\0' && strcmp(serial, channel->memory.serial) != 0;
    return channel->is_foreign != was_foreign;
}

static void take_fault(struct channel *channel, int64_t now_ms)
{
    setup_take_fault(&channel->setup);
    if (channel->is_counted)
        weigh_take_fault(&channel->weigh, (uint32_t)now_ms);
}

static void take_weight(struct channel *channel, int32_t weight_mg, int64_t now_ms)
{
    if (setup_is_busy(&channel->setup))
        setup_take(&channel->setup, weight_mg, (uint32_t)now_ms);
    else if (channel->is_counted && !channel->is_foreign)
        weigh_take(&channel->weigh, setup_weight_mg(&channel->settings.calibration, weight_mg),
                   (uint32_t)now_ms);
}

static void take_overload(struct channel *channel, int64_t now_ms)
{
    if (setup_is_busy(&channel->setup))
        setup_take_overload(&channel->setup);
    else if (channel->is_counted && !channel->is_foreign)
        weigh_take_overload(&channel->weigh, (uint32_t)now_ms);
}

// The pan is off, with the bin on it: nobody knows how much lighter it is than nothing, but the whole bin is missing.
static void take_underload(struct channel *channel, int64_t now_ms)
{
    const int32_t bin_mg = channel->settings.bin_mg;
    if (setup_is_busy(&channel->setup) || bin_mg == 0)
        take_fault(channel, now_ms);
    else if (channel->is_counted && !channel->is_foreign)
        weigh_take(&channel->weigh, -bin_mg, (uint32_t)now_ms);
}

void channel_take(struct channel *channel, const struct sics_answer *answer, int64_t now_ms)
{
    switch (answer->status) {
    case SICS_STABLE:
    case SICS_MOVING:
        take_weight(channel, answer->weight_mg, now_ms);
        break;
    case SICS_OVERLOAD:
        take_overload(channel, now_ms);
        break;
    case SICS_UNDERLOAD:
        take_underload(channel, now_ms);
        break;
    case SICS_BUSY:
    case SICS_SYNTAX:
    case SICS_TRANSMISSION:
    case SICS_LOGICAL:
    case SICS_REFUSED:
        return; // no weight: silence, if it goes on
    }
    channel->heard_at_ms = now_ms;
}

void channel_step(struct channel *channel, int64_t now_ms)
{
    const bool is_silent = now_ms - channel->heard_at_ms >= CHANNEL_SILENT_MS;
    if (is_silent || (channel->is_foreign && !setup_is_busy(&channel->setup)))
        take_fault(channel, now_ms);
}

// ---- what comes of it

bool channel_has_news(const struct channel *channel, struct weigh_memory *ret_news)
{
    return channel->is_counted && weigh_has_news(&channel->weigh, ret_news);
}

void channel_told(struct channel *channel, const struct weigh_memory *told, int64_t now_ms)
{
    weigh_told(&channel->weigh, told);
    channel->memory.weigh = *told;
    channel->spoken_at_ms = now_ms;
}

bool channel_is_to_repeat(struct channel *channel, int64_t now_ms)
{
    if (now_ms - channel->spoken_at_ms < CHANNEL_REPEAT_MS || !channel->is_counted
        || channel->memory.weigh.state == WEIGH_UNKNOWN)
        return false;
    channel->spoken_at_ms = now_ms;
    return true;
}

bool channel_has_drifted(struct channel *channel)
{
    struct weigh_memory now;
    if (!channel->is_counted)
        return false;
    weigh_memorise(&channel->weigh, &now);
    const int64_t moved_mg = (int64_t)now.drift_mg - channel->memory.weigh.drift_mg;
    if (llabs(moved_mg) * DRIFT_PARTS < channel->settings.goods.unit_mg)
        return false;
    channel->memory.weigh = now;
    return true;
}

bool channel_is_answered(struct channel *channel, int64_t now_ms, struct setup_answer *ret_answer)
{
    if (!setup_is_answered(&channel->setup, (uint32_t)now_ms, ret_answer))
        return false;
    channel->memory.task_done = channel->task_id;
    // What was measured is of this scale; of the one before nothing holds any more.
    if (channel->setup.task.step == SETUP_TARE && ret_answer->outcome == SETUP_DONE) {
        memcpy(channel->memory.serial, channel->serial, sizeof channel->memory.serial);
        channel->is_foreign = false;
    }
    return true;
}
