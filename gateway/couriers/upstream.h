// upstream.h - carries every event, with its personal data, to headquarters over an encrypted link.
//
// The cursor moves only on the other side's confirmation; weeks without internet only make it wait.
#pragma once

#include "../store/store.h"
#include "sink.h"

struct upstream;

struct upstream_config {
    struct store *store;
    struct sink_config sink;
    const char *site_id;
    uint64_t position;
};

// The URL's scheme decides on the sink. CLINIC_INVALID: no such scheme; reterr_problem lists them.
enum clinic_status upstream_open(const struct upstream_config *config,
                                 struct upstream **ret_upstream, char *reterr_problem,
                                 size_t problem_bytes);
void upstream_close(struct upstream *upstream); // accepts NULL

int upstream_fd(const struct upstream *upstream);

// Does what can be done now. Also once a second. Anything but CLINIC_OK is a fault of the store.
enum clinic_status upstream_step(struct upstream *upstream);

// Offers what has been committed since.
enum clinic_status upstream_pump(struct upstream *upstream);

uint64_t upstream_position(const struct upstream *upstream);
const char *upstream_describe(const struct upstream *upstream);
