// A scale on a real terminal of the kernel: opened, unplugged, plugged in again under the same name.
#include "folder.h"
#include "instrument.h"
#include "serial.h"
#include "sics_scale.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

enum { WITHIN_MS = 20000 };

struct bench {
    char folder[128];
    char link[160];
    int master;
    struct sics_scale scale;
    struct instrument instrument;
    int readings;
    int identities;
};

static struct bench bench;

static int64_t now(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int64_t weigh(void *context, int64_t now_ms)
{
    (void)context;
    (void)now_ms;
    return 420000;
}

static void plug(void)
{
    char path[64];
    bench.master = posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    assert_true(bench.master >= 0);
    assert_int_equal(grantpt(bench.master), 0);
    assert_int_equal(unlockpt(bench.master), 0);
    assert_int_equal(ptsname_r(bench.master, path, sizeof path), 0);
    assert_int_equal(symlink(path, bench.link), 0);
}

static void unplug(void)
{
    assert_int_equal(unlink(bench.link), 0);
    assert_int_equal(close(bench.master), 0);
    bench.master = -1;
}

static int make(void **state)
{
    const struct sics_scale_traits traits = {
        .weight_mg = weigh, .serial = "1", .capacity_mg = 6000000, .resolution_mg = 100
    };
    (void)state;
    memset(&bench, 0, sizeof bench);
    folder_make("scale-line", bench.folder, sizeof bench.folder);
    (void)snprintf(bench.link, sizeof bench.link, "%s/line", bench.folder);
    sics_scale_init(&bench.scale, &traits);
    sics_scale_switch(&bench.scale, true, now());
    plug();
    instrument_init(&bench.instrument, bench.link, 9600);
    return 0;
}

static int unmake(void **state)
{
    (void)state;
    instrument_close(&bench.instrument);
    if (bench.master >= 0)
        (void)close(bench.master);
    folder_remove(bench.folder);
    return 0;
}

static void serve_scale(void)
{
    char bytes[256];
    ssize_t length = 0;
    while (bench.master >= 0 && (length = read(bench.master, bytes, sizeof bytes)) > 0)
        sics_scale_take(&bench.scale, bytes, (size_t)length, now());
    sics_scale_pass(&bench.scale, now());
    const size_t said = sics_scale_output(&bench.scale, bytes, sizeof bytes);
    if (bench.master >= 0 && said > 0)
        assert_true(write(bench.master, bytes, said) > 0 || errno == EIO);
}

static void turn(void)
{
    struct sics_answer answer;
    enum dialog_news news = DIALOG_NOTHING;
    struct pollfd polled[] = { { .fd = bench.master, .events = POLLIN },
                               { .fd = instrument_fd(&bench.instrument), .events = POLLIN } };
    instrument_step(&bench.instrument, now());
    (void)poll(polled, 2, 5);
    serve_scale();
    while ((news = instrument_take(&bench.instrument, now(), &answer)) != DIALOG_NOTHING) {
        bench.readings += news == DIALOG_READING;
        bench.identities += news == DIALOG_IDENTITY;
        if (news == DIALOG_READING)
            assert_int_equal(answer.weight_mg, 0); // its zero was set with it on
    }
}

static void run_until_readings(int count)
{
    const int64_t end_ms = now() + WITHIN_MS;
    while (bench.readings < count) {
        if (now() > end_ms)
            fail_msg("%d readings instead of %d", bench.readings, count);
        turn();
    }
}

static void a_scale_that_was_plugged_in_again_goes_on_answering(void **state)
{
    (void)state;
    run_until_readings(3);
    assert_int_equal(bench.identities, 1);
    for (int i = 2; i <= 4; i++) {
        unplug();
        const int64_t end_ms = now() + WITHIN_MS;
        while (instrument_fd(&bench.instrument) >= 0 && now() < end_ms)
            turn();
        assert_int_equal(instrument_fd(&bench.instrument), -1);
        for (int j = 0; j < 20; j++)
            turn();
        plug();
        run_until_readings(bench.readings + 3);
        assert_int_equal(bench.identities, i);
    }
}

static void a_scale_that_is_not_there_yet_is_waited_for(void **state)
{
    (void)state;
    unplug();
    const int64_t end_ms = now() + 500;
    int attempts = 0;
    int64_t retry_at_ms = -1;
    while (now() < end_ms) {
        turn();
        attempts += bench.instrument.retry_at_ms != retry_at_ms;
        retry_at_ms = bench.instrument.retry_at_ms;
    }
    assert_in_range(attempts, 2, 4); // 0, 100, 300 ms
    plug();
    run_until_readings(1);
}

static void noise_before_and_between_is_survived(void **state)
{
    (void)state;
    turn();
    assert_true(write(bench.master, "\xff\xfe\r\n~~~~\r", 9) == 9);
    run_until_readings(2);
    char noise[200];
    memset(noise, 'U', sizeof noise);
    assert_true(write(bench.master, noise, sizeof noise) == sizeof noise);
    run_until_readings(6);
    assert_true(bench.instrument.fd >= 0);
}

static void a_line_without_a_scale_is_opened_anew_in_the_end(void **state)
{
    (void)state;
    sics_scale_switch(&bench.scale, false, now());
    int64_t time_ms = 1000;
    instrument_step(&bench.instrument, time_ms);
    assert_true(instrument_fd(&bench.instrument) >= 0);
    while (instrument_fd(&bench.instrument) >= 0 && time_ms < 60000) {
        time_ms = instrument_due_ms(&bench.instrument);
        instrument_step(&bench.instrument, time_ms);
    }
    assert_int_equal(time_ms, 1000 + INSTRUMENT_STUCK_MS);
    time_ms = instrument_due_ms(&bench.instrument);
    instrument_step(&bench.instrument, time_ms);
    assert_true(instrument_fd(&bench.instrument) >= 0);
}

static void what_is_no_terminal_is_refused(void **state)
{
    char path[180];
    (void)state;
    (void)snprintf(path, sizeof path, "%s/file", bench.folder);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(serial_open(path, 9600), -1);
    assert_int_equal(errno, ENOTTY);
    assert_int_equal(serial_open(bench.link, 12345), -1);
    assert_int_equal(errno, EINVAL);
    assert_int_equal(serial_open(bench.folder, 9600), -1);
}

#define line_test(function) cmocka_unit_test_setup_teardown(function, make, unmake)

int main(void)
{
    const struct CMUnitTest tests[] = {
        line_test(a_scale_that_was_plugged_in_again_goes_on_answering),
        line_test(a_scale_that_is_not_there_yet_is_waited_for),
        line_test(noise_before_and_between_is_survived),
        line_test(a_line_without_a_scale_is_opened_anew_in_the_end),
        line_test(what_is_no_terminal_is_refused),
    };
    return cmocka_run_group_tests_name("line of a scale", tests, NULL, NULL);
}
