// scale.h - the whole firmware: bins on load cells, what they hold told to the gateway.
//
// A change counts as taken once it is in the flash; only then the display shows it, and it stays there until the gateway's
// reply says that it is committed or rejected. The memory is the caller's; there are no globals, so a process can
// hold as many scales as it likes. scale_step() never waits longer than the flash does.
#pragma once

#include "bin.h"
#include "device_clock.h"
#include "exchange.h"
#include "hal.h"
#include "journal.h"
#include "link.h"
#include "message.h"
#include "mqtt.h"
#include "record.h"
#include "settings.h"

// Borrowed; outlives the scale.
struct scale_identity {
    const char *node;     // the name in the board's certificate, at most 32 bytes
    const char *prefix;   // of all topics: "clinic"; at most 40 bytes
    const char *version;  // of the firmware, at most 40 bytes
    int64_t build_time_s; // Unix time: it cannot be earlier now
};

enum {
    SCALE_TOPIC_BYTES = 112,
    SCALE_STATUS_BYTES = 144,
    SCALE_HEARTBEAT_MS = 300000,
    SCALE_HEARTBEAT_AGAIN_MS = 60000, // when one was not answered, and after the start
};

// What went wrong since the start.
struct scale_counts {
    uint32_t configs_refused;
    uint32_t requests_refused; // for good
    uint32_t replies_unreadable;
    uint32_t flash_failures;
};

// Its members are scale*.c's.
struct scale {
    struct hal *hal;
    const struct scale_identity *identity;
    struct device_clock clock;
    struct uuid last_id;
    int64_t first_id_ms;
    struct settings settings;
    struct config_task tasks[HAL_CELLS]; // as the newest config has them
    struct record_answers answers;
    struct record_drifts drifts;
    struct bin bins[HAL_CELLS];
    struct exchange exchange;
    struct scale_counts counts;
    const char *config_problem;       // the member for which the newest config was refused, or NULL
    char refusal[MESSAGE_CODE_BYTES]; // why the newest request was, or empty

    int64_t online_since_ms;
    uint32_t now_ms; // of this step
    uint32_t status_at_ms;
    unsigned status_outbox;
    bool is_status_due;

    uint32_t shown_at_ms;
    uint32_t pressed_at_ms;
    uint8_t page; // of the display: a bin, or behind them what is wrong
    bool is_pressed;

    char reply_topic[SCALE_TOPIC_BYTES];
    char config_topic[SCALE_TOPIC_BYTES];
    char status_topic[SCALE_TOPIC_BYTES];
    char will[SCALE_STATUS_BYTES];
    struct journal journal;
    struct link link;
    struct mqtt mqtt;
};

// Reads the flash and begins where the last loss of power left it.
void scale_init(struct scale *scale, struct hal *hal, const struct scale_identity *identity);

// All the work; at least every 20 ms, for ever. Feeds the watchdog when it is done.
void scale_step(struct scale *scale);

// For displays, service ports and tests.

bool scale_is_online(const struct scale *scale);
unsigned scale_waiting(const struct scale *scale); // requests without a reply, answers among them
int64_t scale_wall_ms(const struct scale *scale);  // a lower bound of the time
struct scale_counts scale_counts(const struct scale *scale);

struct scale_bin {
    bool is_used;           // the config has it
    bool is_counted;        // it is set up: the rest is known
    bool is_waiting;        // taken, but the gateway has not said that it has it
    enum weigh_state state; // as last taken
    int32_t quantity;
};

struct scale_bin scale_bin(const struct scale *scale, unsigned channel); // from 0

// What presses on it at this moment; see bin_weight().
bool scale_weight(const struct scale *scale, unsigned channel, int32_t *ret_mg); // from 0
