// sim.h - the parts that clinic-sim can play, one function each.
#pragma once

#include "flags.h"

enum sim_exit {
    SIM_DONE = 0,
    SIM_FAILED = 1, // a fault, or a truth that cannot be told any more
    SIM_USAGE = 2,
};

struct part {
    const char *name;
    const char *help;
    const struct flag *flags;
    size_t flag_count;
    void (*defaults)(void *settings);
    size_t settings_bytes;
    enum sim_exit (*play)(const void *settings);
};

extern const struct part submit_part;
extern const struct part record_part;
extern const struct part archive_part;
extern const struct part port_part;
