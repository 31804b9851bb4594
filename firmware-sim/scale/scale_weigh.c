// scale_weigh.c - from samples to readings in the journal.
#include "scale_scope.h"

enum { FLASH_AGAIN_MS = 5000 };

static struct record_reading record_of(struct scale *scale, unsigned channel,
                                       const struct weigh_memory *news)
{
    const struct channel_settings *settings = &scale->settings.channels[channel];

    return (struct record_reading){
        .id = scale_next_id(scale),
        .time_ms = scale->clock.wall_ms,
        .quantity = news->quantity,
        .drift_mg = news->drift_mg,
        .excess_mg = news->excess_mg,
        .basis = settings_basis(settings),
        .accuracy_permille = (int16_t)setup_accuracy_permille(&settings->goods, news->quantity),
        .state = (uint8_t)news->state,
        .format = RECORD_FORMAT,
    };
}

// A flash that refuses is not asked with every sample.
static void tell(struct scale *scale, unsigned channel)
{
    struct bin *bin = &scale->bins[channel];
    struct weigh_memory news;
    uint32_t number = 0;

    if (bin->is_flash_refusing && scale->now_ms - bin->flash_refused_at_ms < FLASH_AGAIN_MS)
        return;
    if (!bin_has_news(bin, &news))
        return;
    const struct record_reading record = record_of(scale, channel, &news);
    bin->is_flash_refusing = !scale_has_kept(
        scale, journal_push(&scale->journal, channel, &record, sizeof record, &number));
    bin->flash_refused_at_ms = scale->now_ms;
    if (!bin->is_flash_refusing)
        bin_told(bin, &record.id, &news);
}

static void keep_drift(struct scale *scale, unsigned channel)
{
    struct bin *bin = &scale->bins[channel];
    struct weigh_memory memory;

    if (!bin_has_drifted(bin, &scale->settings.channels[channel], &memory))
        return;
    scale->drifts.channels[channel] = (struct record_drift){
        .reading_id = bin->reading_id,
        .drift_mg = memory.drift_mg,
        .excess_mg = memory.excess_mg,
    };
    scale->drifts.format = RECORD_FORMAT;
    bin_kept(bin, &memory); // also if the flash refuses: the next quarter of a unit is early enough
    (void)scale_store(scale, RECORD_DRIFTS, &scale->drifts, sizeof scale->drifts);
}

void scale_weigh(struct scale *scale)
{
    for (unsigned i = 0; i < HAL_CELLS; i++) {
        if (!scale->settings.channels[i].is_used)
            continue;
        bin_poll(&scale->bins[i], &scale->settings.channels[i], scale->hal, scale->now_ms);
        tell(scale, i);
        keep_drift(scale, i);
    }
}
