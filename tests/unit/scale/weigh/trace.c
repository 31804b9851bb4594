#include "trace.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

enum { US_PER_MS = 1000, US_PER_S = 1000000 };

static const struct weigh_settings gloves = {
    .unit_mg = GLOVES_MG,
    .capacity_mg = 5000000,
    .bin_mg = 100000,
};

static uint32_t next_random(struct trace *trace)
{
    trace->random ^= trace->random << 13;
    trace->random ^= trace->random >> 17;
    trace->random ^= trace->random << 5;
    return trace->random;
}

// Twelve bytes, each uniform, make a sum that is normal enough.
static double draw_gauss(struct trace *trace)
{
    double sum = -12 * 127.5;

    for (unsigned i = 0; i < 3; i++) {
        const uint32_t bytes = next_random(trace);

        sum += (bytes & 0xFF) + (bytes >> 8 & 0xFF) + (bytes >> 16 & 0xFF) + (bytes >> 24);
    }
    return sum / (sqrt(12.0) * 73.9);
}

void trace_begin(struct trace *trace, uint32_t samples_per_s)
{
    memset(trace, 0, sizeof *trace);
    trace->settings = gloves;
    trace->interval_us = US_PER_S / samples_per_s;
    trace->random = 2463534242;
    for (size_t i = 0; i < TRACE_GAUSS; i++)
        trace->gauss[i] = draw_gauss(trace);
    trace->noise_mg = 60;
    trace_restart(trace, &(struct weigh_memory){ .state = WEIGH_UNKNOWN });
}

void trace_restart(struct trace *trace, const struct weigh_memory *memory)
{
    weigh_init(&trace->weigh, &trace->settings, memory);
}

void trace_add(struct trace *trace, int units)
{
    trace->load_mg += (double)units * trace->settings.unit_mg;
}

uint32_t trace_random(struct trace *trace, uint32_t below)
{
    return next_random(trace) % below;
}

static double gauss(struct trace *trace)
{
    return trace->gauss[next_random(trace) % TRACE_GAUSS];
}

static void advance(struct trace *trace)
{
    const double s = trace->interval_us / (double)US_PER_S;

    trace->now_us += trace->interval_us;
    trace->now_ms += trace->now_us / US_PER_MS;
    trace->now_us %= US_PER_MS;
    trace->drift_mg += trace->drift_mg_per_s * s;
    trace->creep_mg += (trace->load_mg * trace->creep_share - trace->creep_mg) * s / 300;
}

// A hand trembles slowly by much and fast by little.
static double hand(struct trace *trace)
{
    if (trace->hand_mg == 0)
        return 0;
    trace->phase += trace->interval_us / (double)US_PER_S;
    return trace->hand_mg + trace->tremble_mg * (sin(4.1 * trace->phase) + 0.4 * gauss(trace));
}

static void write_down(struct trace *trace)
{
    struct weigh_memory news;

    if (trace->is_deaf || !weigh_has_news(&trace->weigh, &news))
        return;
    if (trace->report_count < TRACE_REPORTS)
        trace->reports[trace->report_count] = news;
    trace->report_count++;
    weigh_told(&trace->weigh, &news);
}

void trace_pass(struct trace *trace, uint32_t ms)
{
    const uint32_t from_ms = trace->now_ms;

    while (trace->now_ms - from_ms < ms) {
        advance(trace);
        trace->weight_mg = (int32_t)lrint(trace->load_mg + trace->drift_mg + trace->creep_mg
                                          + hand(trace) + trace->noise_mg * gauss(trace));
        weigh_take(&trace->weigh, trace->weight_mg, trace->now_ms);
        write_down(trace);
    }
}

void trace_pass_without_samples(struct trace *trace, uint32_t ms)
{
    trace->now_ms += ms;
    trace->drift_mg += trace->drift_mg_per_s * ms / 1000;
}

int32_t trace_quantity(const struct trace *trace)
{
    struct weigh_memory memory;

    weigh_memorise(&trace->weigh, &memory);
    return memory.quantity;
}

void trace_settle(struct trace *trace, size_t reports, int32_t quantity)
{
    trace_pass(trace, SECONDS(35));
    assert_int_equal(trace->report_count, reports);
    assert_int_equal(trace_quantity(trace), quantity);
}

void trace_begin_with(struct trace *trace, uint32_t samples_per_s, int units)
{
    trace_begin(trace, samples_per_s);
    trace_add(trace, units);
    trace_settle(trace, 1, units);
}

void trace_assert_report(const struct trace *trace, size_t i, enum weigh_state state,
                         int32_t quantity)
{
    assert_in_range(i, 0, trace->report_count - 1);
    assert_int_equal(trace->reports[i].state, state);
    assert_int_equal(trace->reports[i].quantity, quantity);
}

void trace_lift(struct trace *trace, int units)
{
    trace->load_mg -= trace->settings.bin_mg + (double)units * trace->settings.unit_mg;
}

void trace_put_back(struct trace *trace, int units)
{
    trace->load_mg += trace->settings.bin_mg + (double)units * trace->settings.unit_mg;
}

void trace_pass_in_trouble(struct trace *trace, uint32_t ms,
                           void (*trouble)(struct weigh *weigh, uint32_t now_ms))
{
    struct weigh_memory news;

    for (uint32_t passed = 0; passed < ms; passed += 50) {
        trace->now_ms += 50;
        trouble(&trace->weigh, trace->now_ms);
        if (weigh_has_news(&trace->weigh, &news)) {
            trace->reports[trace->report_count++] = news;
            weigh_told(&trace->weigh, &news);
        }
    }
}
