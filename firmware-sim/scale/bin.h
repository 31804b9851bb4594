// bin.h - one bin on its load cell: samples in, what it holds out.
#pragma once

#include "hx711.h"
#include "record.h"

struct bin {
    struct hx711 cell;
    struct weigh weigh;
    struct setup setup;           // while it is busy, the samples go there
    struct uuid task_id;          // of that step
    struct uuid reading_id;       // of the newest reading; none: there never was one
    int32_t counts;               // of the newest sample
    struct weigh_memory kept;     // what the flash knows
    uint32_t spoken_at_ms;        // when the gateway last took something of it
    uint32_t flash_refused_at_ms; // when the flash last took no reading
    bool is_flash_refusing;
    bool is_waiting; // the newest reading has no reply yet
    bool is_seen;    // since the start it was seen as it was told
    uint8_t heard;   // enum hx711_result: what the cell said last; HX711_NOTHING: nothing yet
};

// `newest`: the last reading of it in the journal; `drift`: how that went on. Of other things than are now counted
// they say nothing. Either may be NULL.
void bin_init(struct bin *bin, unsigned channel, const struct channel_settings *settings,
              const struct record_reading *newest, const struct record_drift *drift,
              uint32_t now_ms);

// From `before` to `settings`; it is used in both.
void bin_change(struct bin *bin, const struct channel_settings *before,
                const struct channel_settings *settings);

void bin_poll(struct bin *bin, const struct channel_settings *settings, struct hal *hal,
              uint32_t now_ms);

// The newest sample's weight above the tare; INT32_MAX where it is more than the cell can tell. False: it is silent, or not
// calibrated.
bool bin_weight(const struct bin *bin, const struct channel_settings *settings, int32_t *ret_mg);

// Whether it has something to tell, and that the flash has it now.
bool bin_has_news(const struct bin *bin, struct weigh_memory *ret_news);
void bin_told(struct bin *bin, const struct uuid *reading_id, const struct weigh_memory *told);

// Whether the drift has moved by a quarter of a unit since the flash was told; then it should be.
bool bin_has_drifted(const struct bin *bin, const struct channel_settings *settings,
                     struct weigh_memory *ret_memory);
void bin_kept(struct bin *bin, const struct weigh_memory *kept);

// Its samples belong to the step until setup_is_answered().
void bin_begin_task(struct bin *bin, const struct channel_settings *settings,
                    const struct config_task *task, uint32_t now_ms);
