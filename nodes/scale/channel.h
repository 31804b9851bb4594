// channel.h - one scale as a load cell of this node: answers in; counts, and what a step of the set-up measured, out.
//
// Weighing and setting up are the firmware's own (weigh.h, setup.h); a *count* is a milligram as the scale shows it, so that
// without a span one is the other. The scale's word on whether it stands still is not used: makers mean different things
// by it, and weigh.h looks for itself.
//
// A serial number is kept of the scale that was set up. Another scale on the same line has another zero and
// perhaps stands under another bin, so it is a fault until a tare was done with it.
//
// Pure: no I/O. The owner makes things durable (memory.h) and tells the gateway (report.h). Times are monotonic milliseconds.
#pragma once

#include "settings.h"
#include "setup.h"
#include "sics.h"
#include "weigh.h"

enum {
    CHANNEL_SILENT_MS = 5000,          // without a weight for so long it is a fault
    CHANNEL_REPEAT_MS = 5 * 60 * 1000, // the last reading again, so that a silent node is noticed
};

// What must survive a restart.
struct channel_memory {
    struct weigh_memory weigh;      // as last told
    uint32_t basis;                 // settings_basis() of it
    struct uuid task_done;          // the last step of the set-up that was answered
    char serial[SICS_SERIAL_BYTES]; // of the scale that was set up; empty: not known
};

struct channel {
    unsigned number; // from 1
    struct channel_settings settings;
    struct channel_memory memory;
    struct weigh weigh;             // only while is_counted
    struct setup setup;             // while it is busy, the weights go there
    struct uuid task_id;            // of that step
    char serial[SICS_SERIAL_BYTES]; // of the scale on the line now
    int64_t heard_at_ms;
    int64_t spoken_at_ms; // when it was told something last
    bool is_counted;      // set up: it can be told what the bin holds
    bool is_foreign;      // the scale on the line is not the one that was set up
};

// `memory` may be NULL: there is none.
void channel_init(struct channel *channel, unsigned number, const struct channel_memory *memory,
                  int64_t now_ms);

// What the config says of it. Settings of no use (is_used false): nothing is told any more. A task that
// was done before is passed over. Changes channel->memory.
void channel_set(struct channel *channel, const struct channel_settings *settings,
                 const struct config_task *task, int64_t now_ms);

// The scale said who it is; empty: it does not know. True: is_foreign changed.
bool channel_identify(struct channel *channel, const char *serial);

// An answer to a question for the weight.
void channel_take(struct channel *channel, const struct sics_answer *answer, int64_t now_ms);

// Notices silence; at least once a second.
void channel_step(struct channel *channel, int64_t now_ms);

// weigh_has_news(), until channel_told().
bool channel_has_news(const struct channel *channel, struct weigh_memory *ret_news);
void channel_told(struct channel *channel, const struct weigh_memory *told, int64_t now_ms);

// True once in CHANNEL_REPEAT_MS without news: what was told last is to be told again.
bool channel_is_to_repeat(struct channel *channel, int64_t now_ms);

// Whether the drift went on since it was kept so far that it should be kept again; channel->memory has it then.
bool channel_has_drifted(struct channel *channel);

// True once: the step channel->task_id is over. It counts as done from then on (channel->memory), and the scale
// on the line as the one that is set up.
bool channel_is_answered(struct channel *channel, int64_t now_ms, struct setup_answer *ret_answer);
