// scale_scope.h - what the files of the scale service share; nobody else includes it.
#pragma once

#include "scale.h"

// ---- scale.c

enum scale_sql {
    SCALE_LOAD,
    SCALE_LOAD_NODE,
    SCALE_SAVE,
    SCALE_FIND_BY_ITEM,
    SCALE_PLACE,
    SCALE_TOUCH,
    SCALE_FIND_OVERDUE,
    SCALE_CONFIG_VERSION,
    SCALE_NEXT_CONFIG,
    SCALE_NOTE_ACCURACY,
    SCALE_READ_ACCURACY,
    SCALE_SQL_COUNT,
};
extern const char *const scale_sql[SCALE_SQL_COUNT];

// ---- channel.c: a load cell of a scale, as it lies in the table

enum {
    CHANNELS_MAX = 4,
    CODE_BYTES = 41,
    NODE_BYTES = 33,
    TASK_MS = 2 * 60 * 1000, // so long a scale may take for a step
};

// In the order of the table's columns; named as in the catalogue.
enum scale_setting {
    SETTING_CAPACITY_MG,
    SETTING_BIN_MG,
    SETTING_TARE_COUNTS,
    SETTING_SPAN_COUNTS,
    SETTING_SPAN_MG,
    // From here on: what is known of the goods, and void when others lie there.
    SETTING_UNIT_MG,
    SETTING_UNITS_PER_BOX,
    SETTING_VARIATION,
    SETTING_MOST,
    SETTING_SAMPLE,
    SETTING_NOISE_MG,
    SETTING_BOX_AT_LEAST,
    SETTING_COUNT,
};
extern const char *const scale_setting_names[SETTING_COUNT];

#define NOT_KNOWN INT64_MIN

// Stored: never renumbered.
enum scale_step { STEP_TARE = 1, STEP_CALIBRATE = 2, STEP_SAMPLE = 3 };
enum scale_outcome {
    OUTCOME_DONE = 1,
    OUTCOME_MOVING = 2,
    OUTCOME_LIFTED = 3,
    OUTCOME_OVERLOAD = 4,
    OUTCOME_FAULT = 5,
    OUTCOME_TOO_LIGHT = 6,
    OUTCOME_NOT_CALIBRATED = 7,
    OUTCOME_INEXACT = 8,
    OUTCOME_EXPIRED = 9,
};

struct scale_task {
    struct clinic_id id; // none: no step is under way
    enum scale_step step;
    int64_t mass_mg; // of calibrate
    int64_t count;   // of sample
    int64_t asked_at_ms;
};

struct scale_ending {
    struct clinic_id task_id; // none: there has been no step
    enum scale_step step;
    enum scale_outcome outcome;
    int64_t answered_at_ms;
    int64_t accuracy_permille; // NOT_KNOWN: no sample was measured
};

struct channel {
    char node[NODE_BYTES];
    int64_t number;
    int64_t version; // 0: there never was one
    bool
        is_there; // false: it was taken off; the version stays, so that nobody mistakes the next one for it
    int64_t settings[SETTING_COUNT];
    struct scale_task task;
    struct scale_ending last;
    char item_id[CODE_BYTES];      // what lies there; empty: no bin stands there
    char label[SCALE_LABEL_BYTES]; // its name, cut for the display
    char
        goods[CODE_BYTES]; // the item that the settings describe; empty: nothing has lain there yet
};

// What is known of other goods than lie there now is left out. A channel of version 0 where there is none.
enum clinic_status channel_load(struct store *store, const char *node, int64_t number,
                                struct channel *ret_channel);

// Those of a node that are there, by number. *ret_count: how many.
enum clinic_status channel_load_node(struct store *store, const char *node,
                                     struct channel ret_channels[static CHANNELS_MAX],
                                     size_t *ret_count);

enum clinic_status channel_save(struct store *store, const struct channel *channel);

// The step under way becomes the last one, without an accuracy.
void channel_end_task(struct channel *channel, enum scale_outcome outcome, int64_t at_ms);

bool channel_is_calibrated(const struct channel *channel); // tare and span are known
bool channel_is_set_up(const struct channel *channel);     // and what is counted
bool channel_counts_nothing(
    const struct channel *channel); // pieces would be miscounted, and no box is large enough

// ---- channel_json.c: the same as events, replies and configs say it

// Members that the object lacks stay as they are.
void channel_take_settings(struct channel *channel, const cJSON *settings);

// From the event: whole, so what it lacks is not known.
void channel_take_event(struct channel *channel, const cJSON *data);

// False: out of memory. What is not known is left out.
bool channel_add_known(cJSON *object, const char *name, int64_t value);

// settings, task and last. False: out of memory.
bool channel_add(cJSON *object, const struct channel *channel);

// The same with node, number, version and what lies there. NULL: out of memory.
cJSON *channel_row(const struct channel *channel);

const char *scale_step_name(enum scale_step step);
enum scale_step scale_step_read(const char *name);
enum scale_outcome scale_outcome_read(const char *name);

// ---- exact.c

// The units of the smallest box that is told from the next one (accuracy.h of the firmware has the formula), by the
// weight of a sample; NOT_KNOWN: pieces are, or there was no sample.
int64_t exact_box(const int64_t settings[static SETTING_COUNT]);

// ---- tell.c: how a decision about a channel begins and ends

// Loads a channel and names it as the decision's subject.
enum clinic_status channel_begin(struct decision *decision, const char *node, int64_t number,
                                 struct channel *ret_channel);

// The same for the channel that the request names.
enum clinic_status channel_begin_request(struct decision *decision, const char *node,
                                         struct channel *ret_channel);

enum clinic_status channel_refuse_absent(struct decision *decision, const struct channel *channel);

// Appends the event of a channel that has changed, with its next version.
enum clinic_status channel_tell(struct decision *decision, struct channel *channel,
                                const char *cause);

// A reply with the version.
enum clinic_status channel_reply(struct decision *decision, const struct channel *channel);

// ---- one file a group of requests

enum clinic_status scale_change(struct decision *decision);
enum clinic_status scale_begin_step(struct decision *decision);
enum clinic_status scale_answer(struct decision *decision);
enum clinic_status scale_read(struct decision *decision);

enum clinic_status scale_tend(struct decision *decision);

// ---- scale_reactions.c

enum clinic_status scale_keep(const struct reaction_scene *scene, const struct clinic_event *event);
enum clinic_status scale_follow_bins(const struct reaction_scene *scene,
                                     const struct clinic_event *event);
