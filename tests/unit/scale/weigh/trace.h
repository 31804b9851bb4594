// trace.h - what a load cell under a bin would give: units, hands, noise, drift and creep; and what comes of it.
//
// Deterministic by its seed. The weighing under test gets every sample; what it has to tell is taken down and
// acknowledged at once, as by an owner whose flash is quick.
#pragma once

#include "weigh.h"

#include <stddef.h>

#define GLOVES_MG 8000 // a unit of most of these tests
#define SECONDS(n) ((n)*1000U)
#define MINUTES(n) ((n)*60000U)
#define HOURS(n) ((n)*3600000U)

enum { TRACE_REPORTS = 64, TRACE_GAUSS = 1024 };

struct trace {
    struct weigh weigh;
    struct weigh_settings settings;
    struct weigh_memory reports[TRACE_REPORTS]; // the first ones
    size_t report_count;                        // all
    bool is_deaf;                               // the owner does not take what there is to be told

    uint32_t now_ms;
    uint32_t now_us; // beyond now_ms
    uint32_t interval_us;
    uint32_t random;

    double gauss[TRACE_GAUSS]; // normal, to be drawn from: a fortnight has twelve million samples
    double load_mg;            // what lies on the cell, tare excluded
    double noise_mg;           // standard deviation of a sample
    double drift_mg;           // until now
    double drift_mg_per_s;
    double creep_share; // of the load, what it creeps by in the end; within ten minutes most of it
    double creep_mg;
    double hand_mg;    // a hand that leans, on average
    double tremble_mg; // and how far it trembles
    double phase;
    int32_t weight_mg; // the last sample
};

// Gloves of 8 g, no bin weight that matters, 5 kg, nothing remembered.
void trace_begin(struct trace *trace, uint32_t samples_per_s);
void trace_restart(struct trace *trace, const struct weigh_memory *memory);

void trace_begin_with(struct trace *trace, uint32_t samples_per_s, int units); // settled and told

// Units are added, or taken if less than zero.
void trace_add(struct trace *trace, int units);
void trace_pass(struct trace *trace, uint32_t ms);
void trace_pass_in_trouble(struct trace *trace, uint32_t ms,
                           void (*trouble)(struct weigh *weigh, uint32_t now_ms));
void trace_pass_without_samples(struct trace *trace, uint32_t ms);

// The bin is taken away with so many units in it; and comes back.
void trace_lift(struct trace *trace, int units);
void trace_put_back(struct trace *trace, int units);

// Waits until it has settled, with 20 s more than that takes, and then wants exactly so many reports in all.
void trace_settle(struct trace *trace, size_t reports, int32_t quantity);

void trace_assert_report(const struct trace *trace, size_t i, enum weigh_state state,
                         int32_t quantity);
int32_t trace_quantity(const struct trace *trace); // as told last
uint32_t trace_random(struct trace *trace, uint32_t below);
