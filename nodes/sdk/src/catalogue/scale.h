// scale.h - rows of the catalogue: scales, how they are set up, and what is known of their bins.
//
// Weights are in milligrams above the tare, raw readings ("counts") as the load cell's converter gives them, with their
// sign. What a member means to a scale is told by firmware-sim/scale/README.md.
#pragma once

#include "rows.h"

// A tonne, and 2^30: what a scale calculates with in 32 bits.
#define WEIGHT_MAX 1000000000
#define COUNTS_MAX 1073741824

static const char *const scale_steps[] = { "tare", "calibrate", "sample", NULL };
static const char *const scale_outcomes[] = { "done",     "moving",         "lifted",
                                              "overload", "fault",          "too-light",
                                              "inexact",  "not-calibrated", NULL };
static const char *const scale_endings[] = { "done",    "moving",    "lifted",  "overload",
                                             "fault",   "too-light", "inexact", "not-calibrated",
                                             "expired", NULL };
static const char *const scale_causes[] = { "settings", "asked",   "answered",
                                            "expired",  "removed", NULL };
static const char *const confidences[] = { "none", "low", "medium", "high", NULL };

// A scale has up to four load cells; what others measure (equipment/measure) may have more.
#define SCALE_CHANNEL_FIELD                                                                        \
    {                                                                                              \
        INTEGER("channel", 1, 4, "Which of the scale's load cells."), REQUIRED                     \
    }
#define SCALE_NODE_FIELD                                                                           \
    {                                                                                              \
        CODE("node", 1, 32, "The scale."), REQUIRED                                                \
    }
#define WEIGHT(name_, least, help_) INTEGER(name_, least, WEIGHT_MAX, help_)
#define COUNTS(name_, help_) INTEGER(name_, -COUNTS_MAX, COUNTS_MAX, help_)
#define PERMILLE(name_, help_) INTEGER(name_, 0, 1000, help_)

#define CAPACITY_FIELD(required)                                                                   \
    {                                                                                              \
        WEIGHT("capacity_mg", 1, "More than this is overload."), .is_required = (required)         \
    }
#define BIN_FIELD(required)                                                                        \
    {                                                                                              \
        WEIGHT("bin_mg", 0, "The empty bin; 0: nothing tells that it was lifted."),                \
            .is_required = (required)                                                              \
    }
// What staff may say of how things are counted.
#define COUNTING_FIELDS                                                                            \
    { WEIGHT("unit_mg", 1, "Weight of one unit.") },                                               \
        { INTEGER("units_per_box", 0, 100000,                                                      \
                  "0: pieces are counted; else whole boxes of so many units.") },                  \
        { INTEGER("variation_permyriad", 0, 10000,                                                 \
                  "How much one unit's weight differs from another's: standard deviation, in "     \
                  "hundredths of a percent.") },                                                   \
    {                                                                                              \
        INTEGER("most", 1, 1000000, "Units in the bin at most.")                                   \
    }

// ---- what is known of a channel

static const struct clinic_field scale_settings[] = {
    CAPACITY_FIELD(true),
    BIN_FIELD(true),
    COUNTING_FIELDS,
    { COUNTS("tare_counts", "Raw reading of the empty bin.") },
    { COUNTS("span_counts", "So many raw counts are span_mg; never 0.") },
    { WEIGHT("span_mg", 1, "See span_counts.") },
    { INTEGER("sample", 1, 1000000, "Units that the unit weight was measured with.") },
    { WEIGHT("noise_mg", 0, "Noise seen then: a standard deviation.") },
    { INTEGER("box_at_least", 2, 100000,
              "Pieces would be miscounted too often: only boxes of so many units or more are "
              "counted.") },
};
static const struct clinic_field scale_task[] = {
    { UUID("id", "The request that started it."), REQUIRED },
    { CHOICE("step", scale_steps, "What is to be done."), REQUIRED },
    { WEIGHT("mass_mg", 1, "The known mass, to calibrate with.") },
    { INTEGER("count", 1, 1000000, "The units of a sample.") },
    { INSTANT("asked", "When it was started."), REQUIRED },
};
static const struct clinic_field scale_answer_told[] = {
    { UUID("task_id", "Of which task."), REQUIRED },
    { CHOICE("step", scale_steps, "What was to be done."), REQUIRED },
    { CHOICE("outcome", scale_endings, "What came of it; expired: the scale did not answer."),
      REQUIRED },
    { INSTANT("answered", "When."), REQUIRED },
    { PERMILLE("accuracy_permille", "So often a count of `most` units is at most one off.") },
};
// `settings` is absent once the channel is taken off.
#define SCALE_CHANNEL_FIELDS                                                                       \
    { OBJECT("settings", scale_settings, "Absent: the channel was taken off.") },                  \
        { OBJECT("task", scale_task, "A step that the scale has not answered yet.") },             \
    {                                                                                              \
        OBJECT("last", scale_answer_told, "What came of the last step.")                           \
    }

static const struct clinic_field equipment_scale_changed[] = {
    SCALE_NODE_FIELD,     SCALE_CHANNEL_FIELD,
    VERSION_FIELD,        { CHOICE("cause", scale_causes, "What changed it."), REQUIRED },
    SCALE_CHANNEL_FIELDS,
};

// ---- what a scale is told (node/<node>/config)

static const struct clinic_field config_task[] = {
    { UUID("id", "A step that somebody has started; done once, by its id."), REQUIRED },
    { CHOICE("step", scale_steps, "What is to be done."), REQUIRED },
    { WEIGHT("mass_mg", 1, "The known mass, to calibrate with.") },
    { INTEGER("count", 1, 1000000, "The units of a sample.") },
};
static const struct clinic_field config_channel[] = {
    SCALE_CHANNEL_FIELD,
    { STRING("label", 0, 24, "For the display; empty: no bin stands there."), REQUIRED },
    CAPACITY_FIELD(true),
    BIN_FIELD(true),
    COUNTING_FIELDS, // without a unit weight nothing is counted
    { COUNTS("tare_counts", "Raw reading of the empty bin; absent: it is not set up.") },
    { COUNTS("span_counts", "So many raw counts are span_mg; never 0.") },
    { WEIGHT("span_mg", 1, "See span_counts.") },
    { INTEGER("sample", 1, 1000000, "Units that the unit weight was measured with.") },
    { WEIGHT("noise_mg", 0, "Noise seen then: a standard deviation.") },
    { OBJECT("task", config_task, "A step of the set-up.") },
};
ITEM(config_channel_item, "channel", config_channel);
static const struct clinic_field config_fields[] = {
    { INTEGER("version", 1, INTEGER_MAX, "Another one than the stored one is taken over."),
      REQUIRED },
    { INSTANT("time", "When this was published: it is not earlier."), REQUIRED },
    { LIST("channels", config_channel_item, 0, 4, "Of a scale; by number."), REQUIRED },
};

// ---- requests

static const struct clinic_field equipment_scale[] = {
    SCALE_NODE_FIELD,
    SCALE_CHANNEL_FIELD,
    { INTEGER("expected_version", 1, INTEGER_MAX,
              "The version that the change was made from; absent: a new channel.") },
    CAPACITY_FIELD(false),
    BIN_FIELD(false),
    COUNTING_FIELDS,
    { BOOLEAN("remove", "True: the channel is taken off the scale.") },
};
static const struct clinic_field equipment_scale_reply[] = {
    SCALE_NODE_FIELD,
    SCALE_CHANNEL_FIELD,
    VERSION_FIELD,
};

static const struct clinic_field equipment_scale_set_up[] = {
    SCALE_NODE_FIELD,
    SCALE_CHANNEL_FIELD,
    { CHOICE(
          "step", scale_steps,
          "tare: the bin is empty; calibrate: a known mass is in it; sample: counted units are."),
      REQUIRED },
    { WEIGHT("mass_mg", 1, "The known mass; with step calibrate.") },
    { INTEGER("count", 1, 1000000, "The units in the bin; with step sample.") },
};
static const struct clinic_field equipment_scale_set_up_reply[] = {
    { UUID("task_id", "The request's own id."), REQUIRED },
    VERSION_FIELD,
};

static const struct clinic_field equipment_scale_answer[] = {
    { INTEGER("channel", 1, 4, "Which load cell of this scale."), REQUIRED },
    { UUID("task_id", "The task of the config."), REQUIRED },
    { CHOICE("outcome", scale_outcomes, "What came of it."), REQUIRED },
    { COUNTS("tare_counts", "Of step tare, with outcome done.") },
    { COUNTS("span_counts", "Of step calibrate, with outcome done.") },
    { WEIGHT("span_mg", 1, "Of step calibrate, with outcome done.") },
    { WEIGHT("unit_mg", 1, "Of step sample, with outcome done or inexact.") },
    { WEIGHT("noise_mg", 0, "A standard deviation; of a sample needed.") },
    { PERMILLE("accuracy_permille", "Of step sample: for `most` units.") },
};
static const struct clinic_field equipment_scale_answer_reply[] = {
    VERSION_FIELD,
};

static const struct clinic_field equipment_scale_read[] = {
    SCALE_NODE_FIELD,
    SCALE_CHANNEL_FIELD,
};
static const struct clinic_field equipment_scale_read_reply[] = {
    SCALE_NODE_FIELD,
    SCALE_CHANNEL_FIELD,
    { INTEGER("version", 1, INTEGER_MAX, "For expected_version."), REQUIRED },
    SCALE_CHANNEL_FIELDS,
    { STRING("label", 0, 24, "What the scale shows: the item; empty: no bin stands there.") },
    { CODE("item_id", 1, 40, "The item that lies there.") },
    { BOOLEAN("is_set_up", "It can count: tare, calibration and unit weight are known."),
      REQUIRED },
    { INSTANT("seen", "When the scale last spoke of it.") },
    { INTEGER("config", 1, INTEGER_MAX, "Version of the config that the scale is given."),
      REQUIRED },
};

static const struct clinic_field watched_bin_row[] = {
    { CODE("bin_id", 1, 40, "The bin."), REQUIRED },
    { CODE("item_id", 1, 40, "What lies in it."), REQUIRED },
    { STRING("name", 1, 80, "The item's name."), REQUIRED },
    { STRING("label", 0, 24, "The same as the scale shows it."), REQUIRED },
    { CODE("node", 1, 32, "The scale."), REQUIRED },
    { INTEGER("channel", 1, 8, "Its load cell."), REQUIRED },
    { INTEGER("quantity", 0, 1000000, "Last stable reading."), REQUIRED },
    { CHOICE("state", bin_states, "How it is."), REQUIRED },
    { INSTANT("seen", "When the scale last spoke of it.") },
    { PERMILLE("accuracy_permille", "As the scale told last: so often it is at most one off.") },
    { CHOICE("confidence", confidences,
             "none: nobody knows now (no reading yet, silent, faulty); low: lifted, pressed down, "
             "counted by hand since, or the accuracy is below 900 or was never told; medium: it is "
             "below 990; high."),
      REQUIRED },
    { BOOLEAN("is_set_up", "The gateway has set the scale's channel up to count."), REQUIRED },
};
ITEM(watched_bin_item, "bin", watched_bin_row);
static const struct clinic_field equipment_bins[] = {
    { CODE("after", 1, 40, "Bins behind this one.") },
    { INTEGER("limit", 1, 50, "At most so many rows; 50 if absent.") },
};
static const struct clinic_field equipment_bins_reply[] = {
    { LIST("bins", watched_bin_item, 0, 50, "By id."), REQUIRED },
    MORE_FIELD,
};
