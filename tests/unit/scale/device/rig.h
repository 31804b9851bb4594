// rig.h - a scale on a simulated board, with a hub at the other end of its network; in virtual time.
#pragma once

#include "board.h"
#include "hub.h"
#include "run.h"
#include "scale.h"

enum {
    // The cells of the board's catalogue: their zero, and 0.42 counts a milligram.
    RIG_ZERO_COUNTS = 84213,
    RIG_BIN_MG = 100000,
    RIG_TARE_COUNTS = RIG_ZERO_COUNTS + RIG_BIN_MG / 100 * 42,
    RIG_UNIT_MG = 8000,
    RIG_TAKEN = 1024,
};

// What the scale has shown as taken of a bin.
struct rig_taken {
    unsigned channel;
    enum weigh_state state;
    int32_t quantity;
};

struct rig {
    struct sim_flash flash;
    struct pipe pipe;
    struct hub hub;
    struct hal *board;
    struct scale scale;
    struct scale_identity identity;
    struct run_firmware firmware;
    struct rig_taken taken[RIG_TAKEN]; // changes of it, over all starts
    size_t taken_count;
};

struct rig_options {
    uint64_t seed;
    const char *node; // NULL: "scale-1"
    unsigned cells;   // 0: 1
    int32_t unit_mg;  // 0: RIG_UNIT_MG
    int32_t units;    // in each bin at the start
    int32_t variation_permyriad;
    struct pipe_faults faults;
    uint32_t clock_at_start_ms;
    int32_t drift_mg_per_day;
};

void rig_open(struct rig *rig, const struct rig_options *options);
void rig_close(struct rig *rig); // no request broke the contract

void rig_run_ms(struct rig *rig, int64_t ms);
void rig_run_s(struct rig *rig, int64_t s);
void rig_do(struct rig *rig, enum shelf_verb verb, unsigned bin, int32_t amount);
void rig_cut_power(struct rig *rig, int64_t for_s);
void rig_press(struct rig *rig); // the button, and 500 ms

// One channel of a config as text; 0 and NULL leave a member out.
struct rig_channel {
    unsigned channel; // from 1
    const char *label;
    int32_t unit_mg;
    int32_t units_per_box;
    int32_t variation_permyriad;
    int32_t most;
    int32_t sample;
    bool has_tare;
    int32_t tare_counts;
    int32_t span_counts;
    const char *task; // JSON
};

// A bin that is set up as the board's cells are.
struct rig_channel rig_common(unsigned channel, const char *label);
void rig_configure(struct rig *rig, int64_t version, const struct rig_channel *channels,
                   size_t count);

// Steps of the rig's requests of equipment/measure of a channel (from 1), repetitions of the same left out.
size_t rig_measures(const struct rig *rig, unsigned channel, struct rig_taken *ret_taken,
                    size_t room);
size_t rig_count(const struct rig *rig, enum clinic_request_kind kind);

// What the hub applied last of the kind; NULL: nothing.
const struct hub_request *rig_last(const struct rig *rig, enum clinic_request_kind kind);
int64_t rig_integer(const struct hub_request *request, const char *name); // INT64_MIN: absent
