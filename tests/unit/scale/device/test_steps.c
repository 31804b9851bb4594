// The steps of the set-up, from the pins to the answer; each done once.
#include "rig.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof(array)[0])
// The board's clock begins at midnight, when it is cold and a cell's zero lies a little off.
enum { NIGHT_COUNTS = 400 };

#define ID(n) "0193a0c0-0000-7000-8000-00000000000" #n

static const enum clinic_request_kind kind = CLINIC_REQUEST_EQUIPMENT_SCALE_ANSWER;

static struct rig rig;
static int64_t version;

static void begin(int32_t units)
{
    version = 0;
    rig_open(&rig, &(struct rig_options){ .seed = 3, .units = units, .variation_permyriad = 100 });
    rig_run_s(&rig, 5);
}

static int end(void **state)
{
    (void)state;
    rig_close(&rig);
    return 0;
}

static void give_task(struct rig_channel *channel, const char *task)
{
    channel->task = task;
    rig_configure(&rig, ++version, channel, 1);
}

static const char *outcome(void)
{
    const struct hub_request *last = rig_last(&rig, kind);
    return last == NULL ? "none" : clinic_json_text(last->request.data, "outcome");
}

static int64_t told(const char *name)
{
    return rig_integer(rig_last(&rig, kind), name);
}

static void take_over(int32_t *member, const char *name)
{
    *member = (int32_t)told(name);
}

static void a_scale_is_set_up_from_the_desk(void **state)
{
    struct rig_channel channel = {
        .channel = 1, .label = "Gloves", .most = 100, .variation_permyriad = 100
    };
    (void)state;
    begin(0);
    give_task(&channel, NULL);
    rig_run_s(&rig, 5);
    assert_string_equal(board_panel(rig.board), "Gloves not set up");

    give_task(&channel, "{\"id\":\"" ID(1) "\",\"step\":\"tare\"}");
    rig_run_s(&rig, 1);
    assert_string_equal(board_panel(rig.board), "Gloves hold still");
    rig_run_s(&rig, 5);
    assert_string_equal(outcome(), "done");
    assert_in_range(told("tare_counts"), RIG_TARE_COUNTS - NIGHT_COUNTS,
                    RIG_TARE_COUNTS + NIGHT_COUNTS);
    assert_int_equal(told("channel"), 1);
    channel.has_tare = true;
    take_over(&channel.tare_counts, "tare_counts");

    rig_do(&rig, SHELF_MASS, 0, 1000);
    rig_run_s(&rig, 5);
    give_task(&channel, "{\"id\":\"" ID(2) "\",\"step\":\"calibrate\",\"mass_mg\":1000000}");
    rig_run_s(&rig, 6);
    assert_string_equal(outcome(), "done");
    assert_in_range(told("span_counts"), 419500, 420500);
    assert_int_equal(told("span_mg"), 1000000);
    take_over(&channel.span_counts, "span_counts");

    rig_do(&rig, SHELF_MASS, 0, 0);
    rig_do(&rig, SHELF_ADD, 0, 50);
    rig_run_s(&rig, 5);
    give_task(&channel, "{\"id\":\"" ID(3) "\",\"step\":\"sample\",\"count\":50}");
    rig_run_s(&rig, 6);
    assert_string_equal(outcome(), "done");
    assert_in_range(told("unit_mg"), 7900, 8100);
    assert_in_range(told("accuracy_permille"), 990, 1000);
    assert_in_range(told("noise_mg"), 20, 200);

    assert_int_equal(rig_count(&rig, CLINIC_REQUEST_EQUIPMENT_MEASURE), 0);
    take_over(&channel.unit_mg, "unit_mg");
    channel.sample = 50;
    give_task(&channel, NULL);
    rig_run_s(&rig, 20);
    assert_string_equal(board_panel(rig.board), "Gloves 50 at clinic");
    assert_int_equal(rig_count(&rig, kind), 3);
}

// ---- what can go wrong

static void nothing(void)
{
}

static void shake(void)
{
    const struct shelf_action action = {
        .verb = SHELF_STEPS_BY, .bin = 0, .amount = 20, .for_us = 60000000
    };
    assert_true(shelf_do(board_shelf(rig.board), &action, board_now_us(rig.board)));
}

static void lift(void)
{
    rig_do(&rig, SHELF_LIFT, 0, 0);
}

static void cut_bridge(void)
{
    board_amplifier(rig.board, 0)->fault = AMPLIFIER_BRIDGE_CUT;
}

static void unplug_cell(void)
{
    board_amplifier(rig.board, 0)->fault = AMPLIFIER_UNPLUGGED;
}

static void forget_tare(struct rig_channel *channel)
{
    channel->has_tare = false;
}

static void tare_as_at_night(struct rig_channel *channel)
{
    channel->tare_counts -= NIGHT_COUNTS;
}

static void forget_span(struct rig_channel *channel)
{
    channel->span_counts = 0;
}

static void fill_more(struct rig_channel *channel)
{
    channel->most = 5000;
}

static void count_boxes(struct rig_channel *channel)
{
    channel->most = 5000;
    channel->units_per_box = 50;
}

#define TARE "{\"id\":\"" ID(1) "\",\"step\":\"tare\"}"
#define CALIBRATE "{\"id\":\"" ID(1) "\",\"step\":\"calibrate\",\"mass_mg\":1000000}"
#define SAMPLE "{\"id\":\"" ID(1) "\",\"step\":\"sample\",\"count\":50}"

struct step_case {
    const char *task;
    int32_t units;
    void (*spoil)(void);
    void (*change)(struct rig_channel *channel);
    const char *outcome;
};

static const struct step_case step_cases[] = {
    { TARE, 0, shake, NULL, "moving" },
    { CALIBRATE, 50, shake, NULL, "moving" },
    { SAMPLE, 50, shake, NULL, "moving" },
    { TARE, 0, cut_bridge, NULL, "overload" },
    { TARE, 0, unplug_cell, NULL, "fault" },
    { SAMPLE, 50, unplug_cell, NULL, "fault" },
    { CALIBRATE, 50, lift, NULL, "lifted" },
    { SAMPLE, 50, lift, NULL, "lifted" },
    { CALIBRATE, 0, nothing, tare_as_at_night, "too-light" },
    { CALIBRATE, 50, nothing, forget_tare, "not-calibrated" },
    { SAMPLE, 50, nothing, forget_tare, "not-calibrated" },
    { SAMPLE, 50, nothing, forget_span, "not-calibrated" },
    { SAMPLE, 50, nothing, fill_more, "inexact" },
    { SAMPLE, 50, nothing, count_boxes, "done" },
    { SAMPLE, 50, nothing, NULL, "done" },
};

static void what_goes_wrong_is_told_within_fifteen_seconds(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(step_cases); i++) {
        const struct step_case *step = &step_cases[i];
        struct rig_channel channel = rig_common(1, "Gloves");
        begin(step->units);
        channel.unit_mg = 0;
        if (step->change != NULL)
            step->change(&channel);
        give_task(&channel, NULL);
        rig_run_s(&rig, 5);
        step->spoil();
        rig_run_s(&rig, 5);
        give_task(&channel, step->task);
        rig_run_s(&rig, 16);
        if (strcmp(outcome(), step->outcome) != 0)
            fail_msg("case %zu: %s instead of %s", i, outcome(), step->outcome);
        assert_int_equal(rig_count(&rig, kind), 1);
        rig_close(&rig);
    }
}

static void an_inexact_sample_tells_the_unit_weight_and_how_inexact(void **state)
{
    struct rig_channel channel = rig_common(1, "Gloves");
    (void)state;
    begin(50);
    channel.most = 5000;
    give_task(&channel, SAMPLE);
    rig_run_s(&rig, 16);
    assert_string_equal(outcome(), "inexact");
    assert_in_range(told("unit_mg"), 7900, 8100);
    assert_in_range(told("accuracy_permille"), 1, 989);
}

static void it_waits_for_the_weight_to_stand_still(void **state)
{
    struct rig_channel channel = { .channel = 1 };
    const struct shelf_action action = {
        .verb = SHELF_STEPS_BY, .bin = 0, .amount = 20, .for_us = 8000000
    };
    (void)state;
    begin(0);
    assert_true(shelf_do(board_shelf(rig.board), &action, board_now_us(rig.board)));
    give_task(&channel, TARE);
    rig_run_s(&rig, 9);
    assert_string_equal(outcome(), "none");
    rig_run_s(&rig, 6);
    assert_string_equal(outcome(), "done");
    assert_in_range(told("tare_counts"), RIG_TARE_COUNTS - NIGHT_COUNTS,
                    RIG_TARE_COUNTS + NIGHT_COUNTS);
}

// ---- once

static enum hub_fate lose(void *context, const struct clinic_request *request)
{
    (void)context;
    (void)request;
    return HUB_LOSES_REQUEST;
}

static void the_same_task_is_done_once_however_often_it_is_told(void **state)
{
    struct rig_channel channel = { .channel = 1 };
    (void)state;
    begin(0);
    for (int i = 0; i < 4; i++) {
        give_task(&channel, TARE);
        rig_run_s(&rig, 10);
    }
    rig_cut_power(&rig, 2);
    rig_run_s(&rig, 30);
    assert_int_equal(rig_count(&rig, kind), 1);
    assert_int_equal(rig_last(&rig, kind)->deliveries, 1);
}

static void after_a_restart_the_same_answer_is_sent_not_the_step_done_again(void **state)
{
    struct rig_channel channel = { .channel = 1 };
    (void)state;
    begin(0);
    rig.hub.fate = lose;
    give_task(&channel, TARE);
    rig_run_s(&rig, 10);
    assert_int_equal(scale_waiting(&rig.scale), 1);
    assert_true(rig.hub.received > 0);
    rig_do(&rig, SHELF_ADD, 0, 30); // a second measurement would differ
    rig_cut_power(&rig, 5);
    rig.hub.fate = NULL;
    rig_run_s(&rig, 30);
    assert_int_equal(rig_count(&rig, kind), 1);
    assert_in_range(told("tare_counts"), RIG_TARE_COUNTS - NIGHT_COUNTS,
                    RIG_TARE_COUNTS + NIGHT_COUNTS);
    assert_int_equal(scale_waiting(&rig.scale), 0);
}

static void a_step_that_lost_its_power_begins_anew(void **state)
{
    struct rig_channel channel = { .channel = 1 };
    (void)state;
    begin(0);
    give_task(&channel, TARE);
    rig_run_s(&rig, 2);
    rig_cut_power(&rig, 2);
    rig_run_s(&rig, 15);
    assert_int_equal(rig_count(&rig, kind), 1);
    assert_string_equal(outcome(), "done");
}

static void the_next_task_waits_for_the_reply_to_the_last(void **state)
{
    struct rig_channel channel = { .channel = 1 };
    (void)state;
    begin(0);
    rig.hub.fate = lose;
    give_task(&channel, TARE);
    rig_run_s(&rig, 10);
    give_task(&channel, "{\"id\":\"" ID(2) "\",\"step\":\"tare\"}");
    rig_run_s(&rig, 30);
    rig.hub.fate = NULL;
    rig_run_s(&rig, 30);
    assert_int_equal(rig_count(&rig, kind), 2);
    assert_string_equal(clinic_json_text(rig.hub.requests[0].request.data, "task_id"), ID(1));
    assert_string_equal(clinic_json_text(rig.hub.requests[1].request.data, "task_id"), ID(2));
}

static void a_task_that_is_taken_back_is_not_answered(void **state)
{
    struct rig_channel channel = { .channel = 1 };
    (void)state;
    begin(0);
    give_task(&channel, TARE);
    rig_run_s(&rig, 1);
    give_task(&channel, NULL);
    rig_run_s(&rig, 20);
    assert_int_equal(rig_count(&rig, kind), 0);
}

static enum hub_fate refuse(void *context, const struct clinic_request *request)
{
    (void)context;
    (void)request;
    return HUB_REFUSES;
}

static void an_answer_that_is_refused_is_dropped(void **state)
{
    struct rig_channel channel = { .channel = 1 };
    (void)state;
    begin(0);
    rig.hub.fate = refuse;
    give_task(&channel, TARE);
    rig_run_s(&rig, 20);
    assert_int_equal(scale_waiting(&rig.scale), 0);
    assert_int_equal(scale_counts(&rig.scale).requests_refused, 1);
    rig_cut_power(&rig, 2);
    rig_run_s(&rig, 20);
    assert_int_equal(rig.hub.received, 1);
}

// ---- beside the counting

static void a_step_on_one_channel_leaves_the_others_counting(void **state)
{
    struct rig_channel channels[] = { rig_common(1, "Gloves"), rig_common(2, "Masks") };
    (void)state;
    version = 0;
    rig_open(&rig, &(struct rig_options){ .seed = 4, .cells = 2, .units = 20 });
    rig_configure(&rig, 1, channels, 2);
    rig_run_s(&rig, 30);
    channels[0].task = SAMPLE;
    rig_configure(&rig, 2, channels, 2);
    rig_do(&rig, SHELF_TAKE, 1, 2);
    rig_run_s(&rig, 30);
    assert_int_equal(scale_bin(&rig.scale, 0).quantity, 20);
    assert_int_equal(scale_bin(&rig.scale, 1).quantity, 18);
    assert_int_equal(rig_count(&rig, kind), 1);
    assert_int_equal(rig_count(&rig, CLINIC_REQUEST_EQUIPMENT_MEASURE), 3);
}

static void a_new_tare_counts_the_whole_weight_again(void **state)
{
    struct rig_channel channel = rig_common(1, "Gloves");
    (void)state;
    begin(20);
    give_task(&channel, NULL);
    rig_run_s(&rig, 20);
    assert_int_equal(scale_bin(&rig.scale, 0).quantity, 20);
    channel.tare_counts += RIG_UNIT_MG * 5 / 100 * 42;
    give_task(&channel, NULL);
    rig_run_s(&rig, 1);
    assert_string_equal(board_panel(rig.board), "Gloves ...");
    rig_cut_power(&rig, 1); // before it has been counted
    rig_run_s(&rig, 20);
    assert_int_equal(scale_bin(&rig.scale, 0).quantity, 15);
    assert_int_equal(rig_integer(rig_last(&rig, CLINIC_REQUEST_EQUIPMENT_MEASURE), "quantity"), 15);
}

static void a_channel_that_is_taken_off_is_silent_and_comes_back_as_it_was(void **state)
{
    struct rig_channel channel = rig_common(1, "Gloves");
    (void)state;
    begin(20);
    give_task(&channel, NULL);
    rig_run_s(&rig, 20);
    rig_configure(&rig, ++version, NULL, 0);
    rig_do(&rig, SHELF_TAKE, 0, 4);
    rig_run_s(&rig, 400);
    assert_string_equal(board_panel(rig.board), "no config yet");
    assert_int_equal(rig_count(&rig, CLINIC_REQUEST_EQUIPMENT_MEASURE), 1);
    give_task(&channel, NULL);
    rig_run_s(&rig, 20);
    assert_int_equal(rig_integer(rig_last(&rig, CLINIC_REQUEST_EQUIPMENT_MEASURE), "quantity"), 16);
    assert_int_equal(rig_count(&rig, CLINIC_REQUEST_EQUIPMENT_MEASURE), 2);
}

static void a_bad_config_changes_nothing_and_is_shown(void **state)
{
    struct rig_channel channel = rig_common(1, "Gloves");
    (void)state;
    begin(20);
    give_task(&channel, NULL);
    rig_run_s(&rig, 20);
    hub_set_config(&rig.hub, "{\"version\":9,\"time\":\"2026-11-23T09:14:03.120Z\",\"channels\":[{"
                             "\"channel\":1,\"label\":\"Masks\",\"capacity_mg\":0}]}");
    rig_run_s(&rig, 2);
    assert_string_equal(board_panel(rig.board), "Gloves 20 at clinic !");
    rig_press(&rig);
    assert_string_equal(board_panel(rig.board), "config refused: capacity_mg");
    assert_int_equal(scale_counts(&rig.scale).configs_refused, 1);
    rig_cut_power(&rig, 1);
    rig_run_s(&rig, 20);
    assert_int_equal(scale_bin(&rig.scale, 0).quantity, 20);
    give_task(&channel, NULL);
    rig_run_s(&rig, 2);
    assert_string_equal(board_panel(rig.board), "Gloves 20 at clinic");
}

static void the_same_config_again_writes_nothing_and_another_of_its_version_is_taken(void **state)
{
    struct rig_channel channel = rig_common(1, "Gloves");
    (void)state;
    begin(20);
    rig_configure(&rig, 7, &channel, 1);
    rig_run_s(&rig, 20);
    const uint64_t operations = rig.flash.operations;
    for (int i = 0; i < 3; i++) {
        rig_configure(&rig, 7, &channel, 1);
        rig_run_s(&rig, 2);
    }
    assert_int_equal(rig.flash.operations, operations);
    channel.label = "Masks"; // a gateway that was restored from a backup counts on from there
    rig_configure(&rig, 7, &channel, 1);
    rig_run_s(&rig, 2);
    assert_string_equal(board_panel(rig.board), "Masks 20 at clinic");
}

static void a_config_survives_without_the_broker(void **state)
{
    struct rig_channel channel = rig_common(1, "Gloves");
    (void)state;
    begin(20);
    give_task(&channel, NULL);
    rig_run_s(&rig, 20);
    board_unplug(rig.board, true);
    rig_cut_power(&rig, 3);
    rig_do(&rig, SHELF_TAKE, 0, 1);
    rig_run_s(&rig, 30);
    assert_string_equal(board_panel(rig.board), "Gloves 19 saved here !");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(a_scale_is_set_up_from_the_desk, end),
        cmocka_unit_test(what_goes_wrong_is_told_within_fifteen_seconds),
        cmocka_unit_test_teardown(an_inexact_sample_tells_the_unit_weight_and_how_inexact, end),
        cmocka_unit_test_teardown(it_waits_for_the_weight_to_stand_still, end),
        cmocka_unit_test_teardown(the_same_task_is_done_once_however_often_it_is_told, end),
        cmocka_unit_test_teardown(after_a_restart_the_same_answer_is_sent_not_the_step_done_again,
                                  end),
        cmocka_unit_test_teardown(a_step_that_lost_its_power_begins_anew, end),
        cmocka_unit_test_teardown(the_next_task_waits_for_the_reply_to_the_last, end),
        cmocka_unit_test_teardown(a_task_that_is_taken_back_is_not_answered, end),
        cmocka_unit_test_teardown(an_answer_that_is_refused_is_dropped, end),
        cmocka_unit_test_teardown(a_step_on_one_channel_leaves_the_others_counting, end),
        cmocka_unit_test_teardown(a_new_tare_counts_the_whole_weight_again, end),
        cmocka_unit_test_teardown(a_channel_that_is_taken_off_is_silent_and_comes_back_as_it_was,
                                  end),
        cmocka_unit_test_teardown(a_bad_config_changes_nothing_and_is_shown, end),
        cmocka_unit_test_teardown(
            the_same_config_again_writes_nothing_and_another_of_its_version_is_taken, end),
        cmocka_unit_test_teardown(a_config_survives_without_the_broker, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
