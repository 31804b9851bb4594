// scale.h - Scale Management: how the supply room's scales are set up. What others may know of it.
//
// A scale is told what to do by its config, a retained message of the gateway: the settings of its load cells, and the
// step of a set-up that somebody has started. What the scale measures in such a step it answers; it is valid for the scale
// only once it comes back in the config. So the log knows every setting a scale ever had.
#pragma once

#include "../service.h"

// ---- what the couriers carry

enum { SCALE_CONFIG_BYTES_MAX = 4000 }; // a scale's receive buffer takes no more

// The config of a node at a version: the place in the log of the last event that changed it.
struct scale_mark {
    uint64_t version;
    char node[33];
};

// The next config to publish, oldest first; all zero comes before the first. CLINIC_NOT_FOUND: there is none behind it.
enum clinic_status scale_next_config(struct store *store, const struct scale_mark *after,
                                     struct scale_mark *ret_mark);

// As firmware-sim/scale/README.md describes it; `now_ms` becomes its `time`. The caller frees *ret_json.
enum clinic_status scale_print_config(struct store *store, const struct scale_mark *mark,
                                      int64_t now_ms, char **ret_json);

// ---- what Equipment Management asks

enum { SCALE_LABEL_BYTES = 25 }; // what a scale's display takes, and the NUL

// The name of an item, cut for the display.
void scale_print_label(const char *name, char ret_label[static SCALE_LABEL_BYTES]);

enum { SCALE_ACCURACY_UNKNOWN = -1 };

struct scale_sight {
    bool is_set_up;            // tare, calibration and unit weight are known: it can count
    int64_t accuracy_permille; // as the scale told last
};

enum clinic_status scale_look(struct store *store, const char *node, int64_t channel,
                              struct scale_sight *ret_sight);

// What a scale says of its own accuracy. Not in the log, as all that a scale repeats every few minutes.
enum clinic_status scale_note_accuracy(struct store *store, const char *node, int64_t channel,
                                       int64_t accuracy_permille);
