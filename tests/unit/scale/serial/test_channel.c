// One serial scale as a load cell: weights, set-up, another scale, silence; in virtual time.
#include "channel.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

enum { EVERY_MS = 100, BIN_MG = 100000, UNIT_MG = 8000 };

static const struct channel_settings gloves = {
    .calibration = { .tare_counts = BIN_MG, .has_tare = true },
    .goods = { .unit_mg = UNIT_MG, .variation_permyriad = 100, .most = 60, .sample = 20 },
    .capacity_mg = 5000000,
    .bin_mg = BIN_MG,
    .is_used = true,
};
static const struct config_task no_task;

struct bench {
    struct channel channel;
    int64_t now_ms;
};

static void begin(struct bench *bench, const struct channel_settings *settings,
                  const struct channel_memory *memory)
{
    *bench = (struct bench){ .now_ms = 1000000 };
    channel_init(&bench->channel, 1, memory, bench->now_ms);
    if (settings != NULL)
        channel_set(&bench->channel, settings, &no_task, bench->now_ms);
    (void)channel_identify(&bench->channel, "A");
}

static void take(struct bench *bench, enum sics_status status, int32_t weight_mg, int64_t for_ms)
{
    const struct sics_answer answer = { .status = status, .weight_mg = weight_mg };
    for (const int64_t end_ms = bench->now_ms + for_ms; bench->now_ms < end_ms;) {
        bench->now_ms += EVERY_MS;
        channel_take(&bench->channel, &answer, bench->now_ms);
        channel_step(&bench->channel, bench->now_ms);
    }
}

static void weigh(struct bench *bench, int32_t weight_mg, int64_t for_ms)
{
    take(bench, SICS_STABLE, weight_mg, for_ms);
}

static void be_silent(struct bench *bench, int64_t for_ms)
{
    for (const int64_t end_ms = bench->now_ms + for_ms; bench->now_ms < end_ms;) {
        bench->now_ms += EVERY_MS;
        channel_step(&bench->channel, bench->now_ms);
    }
}

static void expect_news(struct bench *bench, enum weigh_state state, int32_t quantity)
{
    struct weigh_memory news;
    assert_true(channel_has_news(&bench->channel, &news));
    assert_int_equal(news.state, state);
    assert_int_equal(news.quantity, quantity);
    channel_told(&bench->channel, &news, bench->now_ms);
    assert_false(channel_has_news(&bench->channel, &news));
}

static void expect_nothing(const struct bench *bench)
{
    struct weigh_memory news;
    assert_false(channel_has_news(&bench->channel, &news));
}

static void a_milligram_is_a_count_until_somebody_calibrates(void **state)
{
    struct bench bench;
    struct channel_settings settings = gloves;
    (void)state;
    begin(&bench, &gloves, NULL);
    weigh(&bench, BIN_MG + 40 * UNIT_MG, 20000);
    expect_news(&bench, WEIGH_STABLE, 40);
    weigh(&bench, BIN_MG + 37 * UNIT_MG, 20000);
    expect_news(&bench, WEIGH_STABLE, 37);

    settings.calibration.span_counts = 2; // a scale that shows double
    settings.calibration.span_mg = 1;
    begin(&bench, &settings, NULL);
    weigh(&bench, BIN_MG + 2 * 40 * UNIT_MG, 20000);
    expect_news(&bench, WEIGH_STABLE, 40);
}

static void without_tare_or_unit_weight_nothing_is_told(void **state)
{
    struct bench bench;
    struct channel_settings settings = gloves;
    (void)state;
    begin(&bench, NULL, NULL);
    weigh(&bench, 200000, 20000);
    expect_nothing(&bench);
    settings.calibration.has_tare = false;
    begin(&bench, &settings, NULL);
    weigh(&bench, 200000, 20000);
    be_silent(&bench, 20000);
    expect_nothing(&bench);
    settings = gloves;
    settings.goods.unit_mg = 0;
    begin(&bench, &settings, NULL);
    weigh(&bench, 200000, 20000);
    expect_nothing(&bench);
}

static void silence_is_a_fault_after_five_seconds_and_not_an_empty_bin(void **state)
{
    struct bench bench;
    (void)state;
    begin(&bench, &gloves, NULL);
    weigh(&bench, BIN_MG + 40 * UNIT_MG, 20000);
    expect_news(&bench, WEIGH_STABLE, 40);
    be_silent(&bench, CHANNEL_SILENT_MS - EVERY_MS);
    weigh(&bench, BIN_MG + 40 * UNIT_MG, 20000);
    expect_nothing(&bench);
    be_silent(&bench, CHANNEL_SILENT_MS + 15000);
    expect_news(&bench, WEIGH_FAULT, 40);
    weigh(&bench, BIN_MG + 40 * UNIT_MG, 20000);
    expect_news(&bench, WEIGH_STABLE, 40);
}

static void a_busy_scale_is_a_silent_one(void **state)
{
    struct bench bench;
    (void)state;
    begin(&bench, &gloves, NULL);
    take(&bench, SICS_BUSY, 0, CHANNEL_SILENT_MS + 15000);
    expect_news(&bench, WEIGH_FAULT, 0);
}

static void overload_and_a_missing_pan_are_told_as_such(void **state)
{
    struct bench bench;
    struct channel_settings settings = gloves;
    (void)state;
    begin(&bench, &gloves, NULL);
    weigh(&bench, BIN_MG + 40 * UNIT_MG, 20000);
    expect_news(&bench, WEIGH_STABLE, 40);
    take(&bench, SICS_OVERLOAD, 0, 20000);
    expect_news(&bench, WEIGH_OVERLOAD, 40);
    take(&bench, SICS_UNDERLOAD, 0, 20000);
    expect_news(&bench, WEIGH_LIFTED, 40);
    weigh(&bench, 0, 20000); // the pan is back, the bin is not
    expect_nothing(&bench);
    weigh(&bench, BIN_MG + 40 * UNIT_MG, 20000);
    expect_news(&bench, WEIGH_STABLE, 40);

    settings.bin_mg = 0; // nobody could tell a missing bin from an empty one
    begin(&bench, &settings, NULL);
    take(&bench, SICS_UNDERLOAD, 0, 20000);
    expect_news(&bench, WEIGH_FAULT, 0);
}

// Switched on with a full bin, a scale may take that for its zero and show it as nothing.
static void a_scale_that_zeroed_itself_with_the_bin_on_it_shows_no_empty_bin(void **state)
{
    struct bench bench;
    (void)state;
    begin(&bench, &gloves, NULL);
    weigh(&bench, BIN_MG + 40 * UNIT_MG, 20000);
    expect_news(&bench, WEIGH_STABLE, 40);
    weigh(&bench, 0, 20000);
    expect_news(&bench, WEIGH_LIFTED, 40);
}

static void another_scale_is_a_fault_until_it_was_tared(void **state)
{
    struct bench bench;
    const struct config_task tare = { .id.bytes = { 1 }, .step = SETUP_TARE };
    struct setup_answer answer;
    (void)state;
    begin(&bench, &gloves, NULL);
    weigh(&bench, BIN_MG + 40 * UNIT_MG, 20000);
    expect_news(&bench, WEIGH_STABLE, 40);
    assert_false(channel_identify(&bench.channel, "A"));
    assert_false(channel_identify(&bench.channel, "")); // did not say
    assert_true(channel_identify(&bench.channel, "B"));
    weigh(&bench, BIN_MG, 20000);
    expect_news(&bench, WEIGH_FAULT, 40);
    assert_true(channel_identify(&bench.channel, "A"));
    weigh(&bench, BIN_MG + 40 * UNIT_MG, 20000);
    expect_news(&bench, WEIGH_STABLE, 40);

    assert_true(channel_identify(&bench.channel, "B"));
    channel_set(&bench.channel, &gloves, &tare, bench.now_ms);
    weigh(&bench, BIN_MG, 4000);
    assert_true(channel_is_answered(&bench.channel, bench.now_ms, &answer));
    assert_int_equal(answer.outcome, SETUP_DONE);
    assert_false(bench.channel.is_foreign);
    assert_string_equal(bench.channel.memory.serial, "B");
    assert_true(channel_identify(&bench.channel, "A"));
}

static void a_step_of_the_set_up_is_done_once(void **state)
{
    struct bench bench;
    const struct config_task tare = { .id.bytes = { 1 }, .step = SETUP_TARE };
    struct setup_answer answer;
    (void)state;
    begin(&bench, NULL, NULL);
    channel_set(&bench.channel, &gloves, &tare, bench.now_ms);
    weigh(&bench, 123400, 2000);
    channel_set(&bench.channel, &gloves, &tare, bench.now_ms); // the config again: it goes on
    weigh(&bench, 123400, 1500);
    assert_true(channel_is_answered(&bench.channel, bench.now_ms, &answer));
    assert_int_equal(answer.outcome, SETUP_DONE);
    assert_int_equal(answer.tare_counts, 123400);
    assert_true(uuid_equal(&bench.channel.memory.task_done, &tare.id));

    const struct channel_memory memory = bench.channel.memory; // and after a restart
    begin(&bench, NULL, &memory);
    channel_set(&bench.channel, &gloves, &tare, bench.now_ms);
    weigh(&bench, 123400, 20000);
    assert_false(channel_is_answered(&bench.channel, bench.now_ms, &answer));
}

static void a_channel_that_is_taken_off_stops_its_step(void **state)
{
    struct bench bench;
    const struct config_task tare = { .id.bytes = { 1 }, .step = SETUP_TARE };
    const struct channel_settings unused = { 0 };
    struct setup_answer answer;
    (void)state;
    begin(&bench, NULL, NULL);
    channel_set(&bench.channel, &gloves, &tare, bench.now_ms);
    weigh(&bench, 123400, 2000);
    channel_set(&bench.channel, &unused, &no_task, bench.now_ms);
    weigh(&bench, 123400, 20000);
    assert_false(channel_is_answered(&bench.channel, bench.now_ms, &answer));
    expect_nothing(&bench);
}

static void a_restart_repeats_nothing_and_misses_nothing(void **state)
{
    struct bench bench;
    (void)state;
    begin(&bench, &gloves, NULL);
    weigh(&bench, BIN_MG + 40 * UNIT_MG + 900, 20000);
    expect_news(&bench, WEIGH_STABLE, 40);
    const struct channel_memory memory = bench.channel.memory;

    begin(&bench, &gloves, &memory);
    weigh(&bench, BIN_MG + 40 * UNIT_MG + 900, 20000);
    expect_nothing(&bench);

    begin(&bench, &gloves, &memory);
    weigh(&bench, BIN_MG + 38 * UNIT_MG + 900, 20000);
    expect_news(&bench, WEIGH_STABLE, 38);
}

static void a_new_unit_weight_counts_everything_anew(void **state)
{
    struct bench bench;
    struct channel_settings settings = gloves;
    (void)state;
    begin(&bench, &gloves, NULL);
    weigh(&bench, BIN_MG + 40 * UNIT_MG, 20000);
    expect_news(&bench, WEIGH_STABLE, 40);
    const struct channel_memory memory = bench.channel.memory;
    settings.goods.unit_mg = UNIT_MG / 2;
    channel_set(&bench.channel, &settings, &no_task, bench.now_ms);
    weigh(&bench, BIN_MG + 40 * UNIT_MG, 20000);
    expect_news(&bench, WEIGH_STABLE, 80);

    begin(&bench, &settings, &memory); // also when it came while the node was off
    weigh(&bench, BIN_MG + 40 * UNIT_MG, 20000);
    expect_news(&bench, WEIGH_STABLE, 80);
}

static void what_is_absorbed_as_drift_is_worth_keeping(void **state)
{
    struct bench bench;
    (void)state;
    begin(&bench, &gloves, NULL);
    weigh(&bench, BIN_MG + 40 * UNIT_MG, 20000);
    expect_news(&bench, WEIGH_STABLE, 40);
    assert_false(channel_has_drifted(&bench.channel));
    int kept = 0;
    for (int32_t drift_mg = 0; drift_mg < UNIT_MG; drift_mg += 50) {
        weigh(&bench, BIN_MG + 40 * UNIT_MG + drift_mg, 60 * 1000);
        expect_nothing(&bench);
        kept += channel_has_drifted(&bench.channel);
    }
    assert_in_range(kept, 2, 8);
    const struct channel_memory memory = bench.channel.memory;
    begin(&bench, &gloves, &memory);
    weigh(&bench, BIN_MG + 40 * UNIT_MG + UNIT_MG - 50, 20000);
    expect_nothing(&bench);
}

static void the_last_reading_is_repeated_every_five_minutes(void **state)
{
    struct bench bench;
    int repeated = 0;
    (void)state;
    begin(&bench, &gloves, NULL);
    bench.now_ms += 2 * CHANNEL_REPEAT_MS;
    assert_false(channel_is_to_repeat(&bench.channel, bench.now_ms)); // nothing was told yet
    begin(&bench, &gloves, NULL);
    weigh(&bench, BIN_MG + 40 * UNIT_MG, 20000);
    expect_news(&bench, WEIGH_STABLE, 40);
    for (int second = 0; second < 16 * 60; second++) {
        weigh(&bench, BIN_MG + 40 * UNIT_MG, 1000);
        repeated += channel_is_to_repeat(&bench.channel, bench.now_ms);
    }
    assert_int_equal(repeated, 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_milligram_is_a_count_until_somebody_calibrates),
        cmocka_unit_test(without_tare_or_unit_weight_nothing_is_told),
        cmocka_unit_test(silence_is_a_fault_after_five_seconds_and_not_an_empty_bin),
        cmocka_unit_test(a_busy_scale_is_a_silent_one),
        cmocka_unit_test(overload_and_a_missing_pan_are_told_as_such),
        cmocka_unit_test(a_scale_that_zeroed_itself_with_the_bin_on_it_shows_no_empty_bin),
        cmocka_unit_test(another_scale_is_a_fault_until_it_was_tared),
        cmocka_unit_test(a_step_of_the_set_up_is_done_once),
        cmocka_unit_test(a_channel_that_is_taken_off_stops_its_step),
        cmocka_unit_test(a_restart_repeats_nothing_and_misses_nothing),
        cmocka_unit_test(a_new_unit_weight_counts_everything_anew),
        cmocka_unit_test(the_last_reading_is_repeated_every_five_minutes),
        cmocka_unit_test(what_is_absorbed_as_drift_is_worth_keeping),
    };
    return cmocka_run_group_tests_name("channel of a serial scale", tests, NULL, NULL);
}
