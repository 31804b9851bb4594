// serve.h - the gateway at work: one loop over bus, upstream, timers and signals.
#pragma once

#include "config.h"
#include "store/store.h"

enum serve_exit {
    SERVE_STOPPED = 0, // by SIGTERM or SIGINT, all in order
    SERVE_REFUSED = 1, // it could not start; the reason has been logged
    SERVE_DAMAGED = 3, // the database failed its check and was set aside, or failed while serving
};

// Logs what goes wrong. Returns when it is told to stop.
enum serve_exit serve_run(const struct gateway_config *config);

// Opens the database of the configured folder with all the gateway's tables.
enum clinic_status serve_open_store(const struct gateway_config *config, enum store_mode mode,
                                    struct store **ret_store,
                                    char reterr_problem[static STORE_PROBLEM_BYTES]);

// All that serving needs but the database: templates, registry, certificates, upstream. Connects to nothing.
enum clinic_status serve_check(const struct gateway_config *config,
                               char reterr_problem[static STORE_PROBLEM_BYTES]);
