// The firmware and the node for serial scales count the same shelf: the firmware by its amplifier's pins, the node by what the
// firmware answers on its service port. They share how they weigh and count; neither is shown what the other one has told.
#include "bench.h"

#include "evidence.h"

#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define SETTINGS "'variation_permyriad':100,'most':60"

static struct bench firmware = { .name = "scale-1" };
static struct bench serial = { .name = "scale-2" };

static void switch_on(struct fixture *clinic)
{
    const char *words = fixture_path(clinic, "words");
    const char *line = fixture_path(clinic, "line");
    assert_int_equal(mkfifo(words, 0600), 0);
    firmware.words = open(words, O_RDWR | O_CLOEXEC); // the simulator never sees its end
    assert_true(firmware.words >= 0);
    process_start(&firmware.scale, fixture_path(clinic, "logs/scale-sim.log"),
                  (const char *const[]){ PROGRAM_FOLDER "/clinic-scale-sim", "--folder",
                                         fixture_path(clinic, "broker/nodes/scale-1"), "--mt-sics",
                                         line, "--units", "0", "--variation", "100", "--control",
                                         words, NULL });
    evidence_wait_lines(clinic, "logs/scale-sim.log", " online", 1);
}

static int begin(void **state)
{
    if (fixture_setup(state) != 0)
        return -1;
    firmware.clinic = *state;
    serial.clinic = *state;
    switch_on(*state);
    bench_write_settings(&serial);
    return 0;
}

static int end(void **state)
{
    const int node = bench_end_node(&serial, SIGTERM);
    const int scale = process_end(&firmware.scale, SIGTERM);
    (void)close(firmware.words);
    return fixture_teardown(state) == 0 && node == 0 && scale == 0 ? 0 : -1;
}

// ---- the set-up

static void tare_and_calibrate(struct bench *bench, struct peer *desk)
{
    bench_register(bench, desk, SETTINGS);
    bench_set_up(bench, desk, "tare", "", "done");
    bench_do(&firmware, "mass 1000");
    bench_set_up(bench, desk, "calibrate", "'mass_mg':1000000", "done");
    bench_do(&firmware, "mass 0");
}

static void expect_of_both(size_t mark, int quantity, int change)
{
    bench_expect_quantity(&firmware, mark, quantity, change);
    bench_expect_quantity(&serial, mark, quantity, change);
}

// The service port has nothing to say until the firmware is calibrated.
static void set_up_both(struct peer *desk)
{
    const size_t mark = peer_mark(firmware.clinic->auditor);
    tare_and_calibrate(&firmware, desk);
    assert_int_equal(bench_check(&serial, "serial number scale-1"), 0);
    bench_start_node(&serial);
    tare_and_calibrate(&serial, desk);
    bench_do(&firmware, "add 25");
    bench_set_up(&firmware, desk, "sample", "'count':25", "done");
    bench_set_up(&serial, desk, "sample", "'count':25", "done");
    expect_of_both(mark, 25, 25);
}

// ---- what people do

static void expect_state_of_both(size_t mark, const char *bin_state)
{
    const struct bench *benches[] = { &firmware, &serial };
    char wanted[120];
    for (int i = 0; i < 2; i++) {
        (void)snprintf(wanted, sizeof wanted, "\"item_id\":\"gloves-%s\",", benches[i]->name);
        const struct peer_message *told =
            peer_expect(firmware.clinic->auditor, mark, STOCK_CHANGED, wanted);
        (void)snprintf(wanted, sizeof wanted, "\"bin_state\":\"%s\"", bin_state);
        if (strstr(told->payload, wanted) == NULL)
            fail_msg("not %s: %s", bin_state, told->payload);
    }
}

static void both_count_what_people_do(void **state)
{
    static const struct {
        const char *words;
        int quantity;
        int change;
        const char *bin_state;
    } steps[] = {
        { "take 3; take 2", 20, -5, "stable" },
        { "lift", 20, 0, "lifted" },
        { "return; add 11 after 2s", 31, 11, "stable" },
    };
    struct fixture *clinic = *state;
    set_up_both(fixture_desk(clinic, "desk-1", "ada"));
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        const size_t mark = peer_mark(clinic->auditor);
        bench_do(&firmware, steps[i].words);
        expect_of_both(mark, steps[i].quantity, steps[i].change);
        expect_state_of_both(mark, steps[i].bin_state);
        // Nothing else in between: not the hands, nor one piece of several.
        peer_catch_up(clinic->auditor);
        assert_int_equal(peer_count(clinic->auditor, mark, STOCK_CHANGED, ""), 2);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        fixture_test(both_count_what_people_do),
    };
    return cmocka_run_group_tests_name("firmware and serial scale", tests, begin, end);
}
