// node_positions.h - the positions of a node's subscriptions, in a small text file: "<event type> <sequence>".
//
// It is replaced as a whole, so that a crash leaves the old or the new one. A line that is not understood is as
// good as none: the events come once more.
#pragma once

#include <clinic/catalogue.h>
#include <clinic/status.h>

#include <stdint.h>

struct positions {
    bool is_kept[CLINIC_EVENT_KIND_COUNT];
    bool is_set[CLINIC_EVENT_KIND_COUNT];
    uint64_t sequence[CLINIC_EVENT_KIND_COUNT];
};

// A file that is missing holds no position.
void positions_load(const char *path, struct positions *ret_positions);

// Durable when it returns CLINIC_OK. CLINIC_INVALID: the path is too long; no file was touched.
enum clinic_status positions_save(const char *path, const struct positions *positions);
