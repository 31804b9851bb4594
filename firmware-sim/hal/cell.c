#include "cell.h"

#include <math.h>
#include <string.h>

#define PI 3.14159265358979323846

static const double day_us = 86400e6;
static const double warmest_us = 54000e6; // 15:00

// How long each part of the creep takes (time constant) and its share.
static const struct {
    double us;
    double share;
} creeps[] = { { 40e6, 0.3 }, { 600e6, 0.3 }, { 9000e6, 0.4 } };

enum { CREEPS = sizeof creeps / sizeof creeps[0] };

// A shelf's plate swings at about 7 Hz and has calmed down after a second.
static const double ring_hz = 7.0;
static const double ring_us = 200e3;
static const double rung_off_us = 3e6;

const struct cell_traits cell_common = {
    .counts_per_mg = 0.42,
    .zero_counts = 84213,
    .noise_mg = 60,
    .creep_ppm = 300,
    .zero_mg_per_degree = 200,
    .span_ppm_per_degree = 20,
    .day_swing_millidegrees = 2500,
    .drift_mg_per_day = 0,
    .stop_mg = 15000000,
};

void cell_init(struct cell *cell, const struct cell_traits *traits, uint64_t seed, int64_t at_us)
{
    memset(cell, 0, sizeof *cell);
    cell->traits = *traits;
    cell->crept_until_us = at_us;
    cell->knocked_at_us = at_us;
    chance_init(&cell->chance, seed, 0);
    cell->weather_phase = 2.0 * PI * chance_below(&cell->chance, 1000) / 1000.0;
}

static double borne(const struct cell *cell)
{
    return fmin(fmax(cell->load_mg, 0.0), (double)cell->traits.stop_mg);
}

// Each part of the creep nears its share of the load exponentially.
static void creep(struct cell *cell, int64_t at_us)
{
    const double passed_us = (double)(at_us - cell->crept_until_us);
    if (passed_us <= 0)
        return;
    const double whole_mg = borne(cell) * cell->traits.creep_ppm / 1e6;
    for (int i = 0; i < CREEPS; i++)
        cell->creep_mg[i] +=
            (whole_mg * creeps[i].share - cell->creep_mg[i]) * -expm1(-passed_us / creeps[i].us);
    cell->crept_until_us = at_us;
}

void cell_load(struct cell *cell, double load_mg, double unsteady_mg, int64_t at_us)
{
    const double change_mg = load_mg - cell->load_mg;
    creep(cell, at_us);
    cell->load_mg = load_mg;
    cell->unsteady_mg = unsteady_mg;
    if (change_mg != 0.0)
        cell_knock(cell, 0.3 * change_mg, at_us);
}

void cell_knock(struct cell *cell, double strength_mg, int64_t at_us)
{
    cell->knock_mg = strength_mg;
    cell->knocked_at_us = at_us;
}

void cell_warm(struct cell *cell, double degrees)
{
    cell->offset_degrees = degrees;
}

// Days, and weather that takes five of them.
static double degrees_off(const struct cell *cell, int64_t at_us)
{
    const double swing = cell->traits.day_swing_millidegrees / 1000.0;
    const double at = (double)at_us;
    return cell->offset_degrees + swing * cos(2.0 * PI * (at - warmest_us) / day_us)
           + 0.6 * swing * sin(2.0 * PI * at / (5.3 * day_us) + cell->weather_phase);
}

static double ring(const struct cell *cell, int64_t at_us)
{
    const double passed_us = (double)(at_us - cell->knocked_at_us);
    if (passed_us > rung_off_us)
        return 0.0;
    return cell->knock_mg * exp(-passed_us / ring_us) * cos(2.0 * PI * ring_hz * passed_us / 1e6);
}

double cell_read(struct cell *cell, int64_t at_us, int samples_per_s)
{
    const struct cell_traits *traits = &cell->traits;
    creep(cell, at_us);
    const double degrees = degrees_off(cell, at_us);
    double mg = borne(cell) * (1.0 + traits->span_ppm_per_degree * degrees / 1e6);
    for (int i = 0; i < CREEPS; i++)
        mg += cell->creep_mg[i];
    mg +=
        traits->zero_mg_per_degree * degrees + traits->drift_mg_per_day * ((double)at_us / day_us);
    mg += ring(cell, at_us);
    mg += traits->noise_mg * sqrt(samples_per_s / 10.0) * chance_normal(&cell->chance);
    if (cell->unsteady_mg > 0.0)
        mg += cell->unsteady_mg * chance_normal(&cell->chance);
    return traits->zero_counts + mg * traits->counts_per_mg;
}
