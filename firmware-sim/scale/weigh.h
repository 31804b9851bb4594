// weigh.h - from weights to a count: stability, differences between stable states, drift, lifted bins.
//
// Shared by the firmware and by the Linux node for serial scales. No floating point, no heap, no I/O. Weights are in
// milligrams above the tare, times in milliseconds of a clock that may wrap. From 2 to 80 samples a second will do.
//
// A load cell drifts by grams a day. What is trusted is the difference between two stable states; what
// creeps while nothing is taken is absorbed into `drift_mg`, never into the count. It is never zeroed while something lies in it.
#pragma once

#include "steady.h"

#include <stdbool.h>
#include <stdint.h>

// Numbers are stored and sent.
enum weigh_state {
    WEIGH_UNKNOWN = 0, // nothing stable since the start
    WEIGH_STABLE = 1,
    WEIGH_LIFTED = 2,
    WEIGH_OVERLOAD = 3,
    WEIGH_FAULT = 4,
};

// Zero where it is not known, or there is none.
struct weigh_settings {
    int32_t unit_mg;       // weight of one unit; 0: nothing is counted and nothing told
    int32_t units_per_box; // 0: pieces are counted; else only whole boxes of so many
    int32_t capacity_mg;   // beyond it, tare excluded, it is overloaded
    int32_t bin_mg;        // weight of the empty bin: half of it missing means that it was lifted
    int32_t still_mg;      // what may move while it stands still without a unit; 0: one gram
};

// What must survive a loss of power; the owner keeps it, all zero where there is none. Of a stable state,
// weight = quantity * unit + drift + excess.
struct weigh_memory {
    enum weigh_state state;
    int32_t quantity;  // units; of the last stable state
    int32_t drift_mg;  // absorbed until then
    int32_t excess_mg; // what else it weighed beyond its units: they vary, and boxes are opened
};

struct weigh; // see below; its members are weigh.c's

void weigh_init(struct weigh *weigh, const struct weigh_settings *settings,
                const struct weigh_memory *memory);

// Settings changed while it runs. With a new tare or calibration (is_anew), a new unit weight or box the whole weight is
// counted again, as if nothing had been told yet: then what the owner keeps must be made to be weigh_memorise() at once.
void weigh_change(struct weigh *weigh, const struct weigh_settings *settings, bool is_anew);

void weigh_take(struct weigh *weigh, int32_t weight_mg, uint32_t now_ms); // a sample
void weigh_take_overload(struct weigh *weigh, uint32_t now_ms);           // it was saturated
void weigh_take_fault(struct weigh *weigh, uint32_t now_ms);              // it is silent

// Whether there is something new to be told: another state, or a stable one with another quantity, each held for 10 s.
// The owner makes it durable and then says so with weigh_told(); until then it is offered again.
bool weigh_has_news(const struct weigh *weigh, struct weigh_memory *ret_news);
void weigh_told(struct weigh *weigh, const struct weigh_memory *told);

// What was told last, with the drift as absorbed so far: worth keeping now and then.
void weigh_memorise(const struct weigh *weigh, struct weigh_memory *ret_memory);

// What it sees at this moment, held or not; WEIGH_UNKNOWN: it moves, or too few samples have come.
enum weigh_state weigh_now(const struct weigh *weigh);

// Whether it stands still now (span of the last 3 s at most a quarter of a unit or box, or `still_mg`
// where no unit is known), its mean weight then, and its noise: the standard deviation of a fifth of a second's mean.
bool weigh_is_still(const struct weigh *weigh, int32_t *ret_mean_mg, int32_t *ret_noise_mg);

struct weigh {
    struct weigh_settings settings;
    struct weigh_memory told;  // what the owner has
    struct weigh_memory known; // what has been held
    struct steady steady;
    int64_t track_sum_mg; // of the fifths since it was settled
    uint32_t taken_at_ms;
    uint32_t sees_at_ms;
    uint32_t settled_at_ms;
    int32_t anchor_mg; // about which it stands still
    uint16_t track_count;
    uint8_t sees;    // enum weigh_state: weigh_now()
    bool is_held;    // it has seen that for 10 s
    bool is_settled; // settled_at_ms is valid
};
