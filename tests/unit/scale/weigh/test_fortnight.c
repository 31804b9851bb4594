// Simulated days and fortnights, ten samples a second, none left out.
#include "trace.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static const double day_s = 86400;

// What a scale does that trusts each weight as it is.
static int32_t by_whole_weight(const struct trace *trace)
{
    return (int32_t)lround((double)trace->weight_mg / trace->settings.unit_mg);
}

static void drift_of_half_a_unit_a_day_for_a_fortnight_changes_nothing(void **state)
{
    static const struct {
        double units_a_day;
        int days;
        int32_t naive_least, naive_most;
    } rows[] = { { 0.5, 14, 26, 28 }, { -0.5, 5, 17, 18 } };
    (void)state;

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct trace trace;

        trace_begin(&trace, 10);
        trace_add(&trace, 20);
        trace.drift_mg_per_s = rows[i].units_a_day * GLOVES_MG / day_s;
        trace_settle(&trace, 1, 20);
        for (int day = 0; day < rows[i].days; day++)
            trace_pass(&trace, HOURS(24));
        assert_int_equal(trace.report_count, 1);
        assert_int_equal(trace_quantity(&trace), 20);
        // So much for the naive way.
        assert_in_range(by_whole_weight(&trace), rows[i].naive_least, rows[i].naive_most);

        trace_add(&trace, -1);
        trace_settle(&trace, 2, 19);
        trace_pass(&trace, HOURS(24));
        assert_int_equal(trace.report_count, 2);
    }
}

// Rooms that are warm by day, cells that creep for an hour under a refill, and somebody who leans on the shelf.
static void a_fortnight_of_warm_days_refills_and_leaning_hands_is_counted_right(void **state)
{
    struct trace trace;
    int units = 300;
    size_t reports = 1;
    (void)state;

    trace_begin(&trace, 10);
    trace.creep_share = 0.0003;
    trace_add(&trace, units);
    trace_settle(&trace, reports, units);
    for (int hour = 0; hour < 14 * 24; hour++) {
        trace.drift_mg_per_s = (0.5 + 3 * sin(hour * M_PI / 12)) * GLOVES_MG / day_s;
        trace.hand_mg = 200000;
        trace.tremble_mg = 5000;
        trace_pass(&trace, SECONDS(10 + trace_random(&trace, 300)));
        trace.hand_mg = 0;
        trace_pass(&trace, MINUTES(20));
        if (hour % 24 >= 8 && hour % 24 < 18) {
            const int change = units < 40 ? 260 : -1 - (int)trace_random(&trace, 4);

            trace_add(&trace, change);
            units += change;
            reports++;
        }
        trace_pass(&trace, MINUTES(35));
        assert_int_equal(trace_quantity(&trace), units);
        assert_int_equal(trace.report_count, reports);
    }
    trace_pass(&trace, HOURS(24));
    assert_int_equal(trace.report_count, reports);
}

// The noise of a minute's mean is more than a piece may drift in it.
static void boxes_on_a_noisy_scale_drift_without_a_report(void **state)
{
    struct trace trace;
    (void)state;

    trace_begin(&trace, 10);
    trace.settings.unit_mg = 1000;
    trace.settings.units_per_box = 50;
    trace.noise_mg = 3000;
    trace_restart(&trace, &(struct weigh_memory){ .state = WEIGH_UNKNOWN });
    trace_add(&trace, 200);
    trace_settle(&trace, 1, 200);
    trace.drift_mg_per_s = 25000 / 86400.0;
    trace_pass(&trace, 4 * HOURS(24));
    trace_settle(&trace, 1, 200);
}

// Through hours in which somebody works at the shelf and nothing is stable.
static void drift_while_it_shakes_is_drift(void **state)
{
    struct trace trace;
    (void)state;

    trace_begin_with(&trace, 10, 20);
    trace.drift_mg_per_s = 2.0 * GLOVES_MG / 86400;
    for (int hour = 0; hour < 24; hour++) {
        trace.hand_mg = 20000;
        trace.tremble_mg = 5000;
        trace_pass(&trace, HOURS(1));
        trace.hand_mg = 0;
        trace_settle(&trace, 1, 20);
    }
}

// The empty bin weighs little, and the cell has drifted by more than that.
static void a_bin_on_a_drifted_cell_is_not_lifted_until_it_is(void **state)
{
    (void)state;

    for (int sign = -1; sign <= 1; sign += 2) {
        struct trace trace;

        trace_begin(&trace, 10);
        trace.settings.bin_mg = 20000;
        trace_restart(&trace, &(struct weigh_memory){ .state = WEIGH_UNKNOWN });
        trace_add(&trace, 1);
        trace_settle(&trace, 1, 1);
        trace.drift_mg_per_s = sign * 4.0 * GLOVES_MG / 86400;
        trace_pass(&trace, HOURS(24));
        trace_settle(&trace, 1, 1);
        trace_lift(&trace, 1);
        trace_settle(&trace, 2, 1);
        trace_assert_report(&trace, 1, WEIGH_LIFTED, 1);
    }
}

struct person {
    int units;   // what truly lies in the bin
    int counted; // what must have been told of it
    size_t reports;
};

// Something happens, and all is then left alone for as long as it takes to count.
static void happen(struct trace *trace, struct person *person)
{
    switch (trace_random(trace, 6)) {
    case 0:
    case 1: // takes some, one by one
        for (unsigned n = 1 + trace_random(trace, 4); n > 0 && person->units > 0; n--) {
            trace_add(trace, -1);
            person->units--;
            trace_pass(trace, 200 + trace_random(trace, 8000));
        }
        break;
    case 2: { // fills up
        const int more = (int)trace_random(trace, (uint32_t)(201 - person->units));

        trace_add(trace, more);
        person->units += more;
        break;
    }
    case 3: // leans on it
        trace->hand_mg = 10000 + trace_random(trace, 500000);
        trace->tremble_mg = trace->hand_mg / 50 + 0.4 * trace->settings.unit_mg;
        trace_pass(trace, SECONDS(1 + trace_random(trace, 120)));
        trace->hand_mg = 0;
        break;
    case 4: // looks into the bin
        trace->load_mg -= trace->settings.bin_mg;
        trace_add(trace, -person->units);
        trace_pass(trace, 100 + trace_random(trace, 9000));
        trace->load_mg += trace->settings.bin_mg;
        trace_add(trace, person->units);
        break;
    default: { // power fails, and somebody takes one meanwhile
        struct weigh_memory memory;

        weigh_memorise(&trace->weigh, &memory);
        trace_pass_without_samples(trace, MINUTES(1 + trace_random(trace, 60)));
        if (person->units > 0 && trace_random(trace, 2) == 0) {
            trace_add(trace, -1);
            person->units--;
        }
        trace_restart(trace, &memory);
        break;
    }
    }
    trace_pass(trace, SECONDS(20));
    if (person->units != person->counted) {
        person->counted = person->units;
        person->reports++;
    }
}

static void live_through(uint32_t seed, uint32_t samples_per_s, int events)
{
    struct trace trace;
    struct person person = { .units = 50, .counted = 50, .reports = 1 };

    trace_begin(&trace, samples_per_s);
    trace.random += seed * 2654435761U;
    trace.settings.unit_mg = 1000 + (int32_t)trace_random(&trace, 20000);
    trace.noise_mg = trace.settings.unit_mg * (0.002 + trace_random(&trace, 60) / 1000.0);
    trace.creep_share = 0.0002;
    trace.drift_mg_per_s = (trace_random(&trace, 3) - 1.0) * trace.settings.unit_mg / day_s;
    trace.now_ms = trace_random(&trace, UINT32_MAX);
    trace_restart(&trace, &(struct weigh_memory){ .state = WEIGH_UNKNOWN });
    trace_add(&trace, 50);
    trace_pass(&trace, SECONDS(20));
    for (int event = 0; event < events; event++) {
        happen(&trace, &person);
        if (trace_quantity(&trace) != person.units || trace.report_count != person.reports)
            fail_msg("seed %u, event %d: %d of %d units, %zu of %zu reports", seed, event,
                     trace_quantity(&trace), person.units, trace.report_count, person.reports);
        if (trace_random(&trace, 20) == 0)
            trace_pass(&trace, MINUTES(trace_random(&trace, 90)));
    }
}

static void whatever_people_do_each_change_is_told_once(void **state)
{
    (void)state;

    for (uint32_t seed = 1; seed <= 40; seed++)
        live_through(seed, 10, 100);
    for (uint32_t seed = 100; seed < 110; seed++)
        live_through(seed, 80, 30);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(drift_of_half_a_unit_a_day_for_a_fortnight_changes_nothing),
        cmocka_unit_test(a_fortnight_of_warm_days_refills_and_leaning_hands_is_counted_right),
        cmocka_unit_test(boxes_on_a_noisy_scale_drift_without_a_report),
        cmocka_unit_test(drift_while_it_shakes_is_drift),
        cmocka_unit_test(a_bin_on_a_drifted_cell_is_not_lifted_until_it_is),
        cmocka_unit_test(whatever_people_do_each_change_is_told_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
