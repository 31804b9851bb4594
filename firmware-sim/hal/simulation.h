// simulation.h - any number of scales in one process and in real time: loop, script, control, ledger.
#pragma once

#include "control.h"
#include "device.h"
#include "loop.h"
#include "service_port.h"

enum { SIMULATION_SCALES = 1000 };

struct simulation_settings {
    const char *folder;
    const char *folders;
    const char *stem;
    const char *address;
    int64_t count;
    const char *script;
    const char *act; // script lines on the command line
    const char *control;
    const char *flash;
    const char *ledger;
    const char *mt_sics; // link to the first scale's service port
    int64_t seed;
    int64_t speed;
    int64_t people_s;
    int64_t until_s;
    int64_t cells;
    int64_t rate;
    int64_t units;
    int64_t unit_mg;
    int64_t bin_mg;
    int64_t variation_permyriad;
    int64_t interrupt_permyriad;
    int64_t built_s;
};

struct simulation {
    const struct simulation_settings *settings;
    struct device *devices;
    struct pollfd *sockets; // of the devices, and the control's behind them
    size_t count;
    struct player player;
    struct control control;
    struct ledger *ledger;
    struct service_port port;
    struct chance people;
    int64_t people_at_us;
    int64_t began_us; // of the monotonic clock
};

// Runs until it is told to end. False: it could not begin, or the ledger failed; the reason is on stderr.
bool simulation_run(const struct simulation_settings *settings);
