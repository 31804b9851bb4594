// bin.h - one bin on its load cell: samples in, what it holds out.
#pragma once

#include "hx711.h"
#include "record.h"
#include "setup.h"
#include "weigh.h"

struct bin {
    struct hx711 cell;
    struct weigh weigh;
    struct setup setup;     // while it is busy, the samples go there
    struct uuid task_id;    // of that step
    struct uuid reading_id; // of the newest reading; none: there never was one
    uint32_t spoken_at_ms;  // when the gateway last took something of it
    uint32_t refused_at_ms; // when the flash last took no reading
    int32_t drift_kept_mg;  // what the flash knows of the drift
    bool is_waiting;        // the newest reading has no reply yet
    bool is_flash_refusing;
};

// `newest`: the last reading of it that the journal has, or NULL; `drift`: what was kept of the drift.
void bin_init(struct bin *bin, unsigned channel, const struct channel_settings *settings,
              const struct record_reading *newest, const struct record_drift *drift,
              uint32_t now_ms);

// Its settings changed from `before`.
void bin_change(struct bin *bin, const struct channel_settings *before,
                const struct channel_settings *settings);

// Polls the load cell.
void bin_poll(struct bin *bin, const struct channel_settings *settings, struct hal *hal,
              uint32_t now_ms);

// Whether the drift has moved by a quarter of a unit since it was kept.
bool bin_has_drifted(const struct bin *bin, const struct channel_settings *settings,
                     int32_t *ret_drift_mg);
