// weigh.h - from weights to a count: stability, differences between stable states, drift, lifted bins.
//
// Shared by the firmware and by the Linux node for serial scales. No floating point, no heap, no I/O. Weights are in
// milligrams above the tare, times in milliseconds of a clock that may wrap.
//
// A load cell drifts by grams a day. What is trusted is the difference between two stable states; what
// creeps while nothing is taken is absorbed into `drift_mg`, never into the count. It is never zeroed while something lies in it.
#pragma once

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

struct weigh_settings {
    int32_t unit_mg;       // weight of one unit; 0: not known, nothing is counted
    int32_t units_per_box; // 0: pieces are counted; else only whole boxes of so many
    int32_t capacity_mg;   // beyond it, tare excluded, it is overloaded
    int32_t bin_mg;        // weight of the empty bin: half of it missing means that it was lifted
};

// What must survive a loss of power; the owner keeps it.
struct weigh_memory {
    enum weigh_state state;
    int32_t quantity; // units; of the last stable state
    int32_t drift_mg; // absorbed until then
};

struct weigh; // see below; its members are weigh.c's

void weigh_init(struct weigh *weigh, const struct weigh_settings *settings,
                const struct weigh_memory *memory);

// Settings changed while it runs. A new unit weight or tare (is_anew) counts from the whole weight again.
void weigh_change(struct weigh *weigh, const struct weigh_settings *settings, bool is_anew);

void weigh_take(struct weigh *weigh, int32_t weight_mg, uint32_t now_ms);   // a sample
void weigh_take_overload(struct weigh *weigh, uint32_t now_ms);             // it was saturated
void weigh_take_fault(struct weigh *weigh, uint32_t now_ms);                // it is silent

// Whether there is something new to be told: a stable state held for 10 s with another quantity, or another state. The
// owner makes it durable and then says so with weigh_told(); until then it is offered again.
bool weigh_has_news(const struct weigh *weigh, struct weigh_memory *ret_news);
void weigh_told(struct weigh *weigh, const struct weigh_memory *told);

// What is known now, with the drift as absorbed so far: worth keeping now and then.
void weigh_memorise(const struct weigh *weigh, struct weigh_memory *ret_memory);

// Whether it stands still now (span of the last 3 s at most a quarter of a unit, or `span_mg` where no unit is known),
// and its mean weight and noise (standard deviation of a sample) then.
bool weigh_is_still(const struct weigh *weigh, int32_t *ret_mean_mg, int32_t *ret_noise_mg);

enum { WEIGH_WINDOW = 32 }; // samples looked at: 3 s at 10 a second

struct weigh {
    struct weigh_settings settings;
    struct weigh_memory told; // what the owner has
    // The rest is weigh.c's to define.
    int32_t samples_mg[WEIGH_WINDOW];
    uint32_t times_ms[WEIGH_WINDOW];
};
