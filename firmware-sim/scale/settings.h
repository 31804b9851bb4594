// settings.h - what the gateway wants of a scale: its config message, read strictly and as a whole.
//
// A config with any mistake in what is known here is refused, all of it; members that are not known are passed over. See
// README.md for the members.
#pragma once

#include "hal.h"
#include "setup.h"
#include "uuid.h"
#include "weigh.h"

enum { SETTINGS_LABEL_BYTES = 25 }; // with the NUL

// Of one load cell. Kept in flash as it lies here.
struct channel_settings {
    struct setup_calibration calibration;
    struct setup_goods goods;
    int32_t capacity_mg;
    int32_t bin_mg;
    bool is_used; // the config has this channel
    char label[SETTINGS_LABEL_BYTES];
};

struct settings {
    int64_t version; // 0: there never was one
    struct channel_settings channels[HAL_CELLS];
};

// A step of the set-up as the config asks for it.
struct config_task {
    struct uuid id; // none: there is no task
    enum setup_step step;
    int32_t mass_mg;
    int32_t count;
};

struct config {
    struct settings settings;
    struct config_task tasks[HAL_CELLS];
    int64_t time_ms; // when it was published
};

// False: *reterr_member names what is wrong (a static text), and *ret_config is not to be used.
bool settings_read(const char *json, size_t length, struct config *ret_config,
                   const char **reterr_member);

bool settings_equal(const struct settings *a, const struct settings *b);

// Tare, calibration and unit weight are known: its bin can be told.
bool settings_is_counted(const struct channel_settings *channel);

struct weigh_settings settings_of_weighing(const struct channel_settings *channel);

// What a count means: two channels with the same basis count the same weight as the same quantity.
uint32_t settings_basis(const struct channel_settings *channel);
