// What was taken reaches the gateway once, whatever happens on the way.
#include "rig.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static struct rig rig;

static const enum clinic_request_kind measure = CLINIC_REQUEST_EQUIPMENT_MEASURE;

// A bin with 20 units that the gateway knows of.
static void begin(const struct rig_options *options)
{
    const struct rig_channel channel = rig_common(1, "Gloves M");
    rig_open(&rig, options);
    rig_configure(&rig, 1, &channel, 1);
    rig_run_s(&rig, 30);
    assert_true(scale_is_online(&rig.scale));
    assert_int_equal(rig_count(&rig, measure), 1);
    assert_int_equal(rig_integer(rig_last(&rig, measure), "quantity"), 20);
    assert_int_equal(scale_waiting(&rig.scale), 0);
}

static int begin_usual(void **state)
{
    (void)state;
    begin(&(struct rig_options){ .seed = 1, .units = 20 });
    return 0;
}

static int end(void **state)
{
    (void)state;
    assert_int_equal(board_counters(rig.board)->watchdog_resets, 0);
    rig_close(&rig);
    return 0;
}

// ---- fates

struct plan {
    enum hub_fate fate;
    unsigned times; // that it meets the next requests
};

static struct plan plan;

static enum hub_fate by_plan(void *context, const struct clinic_request *request)
{
    struct plan *p = context;
    (void)request;
    if (p->times == 0)
        return HUB_ANSWERS;
    p->times--;
    return p->fate;
}

static void let(enum hub_fate fate, unsigned times)
{
    plan = (struct plan){ fate, times };
    rig.hub.fate = by_plan;
    rig.hub.fate_context = &plan;
}

static void take_one(void)
{
    rig_do(&rig, SHELF_TAKE, 0, 1);
}

static void assert_told(size_t count, int64_t quantity)
{
    assert_int_equal(rig_count(&rig, measure), count);
    assert_int_equal(rig_integer(rig_last(&rig, measure), "quantity"), quantity);
    assert_int_equal(scale_waiting(&rig.scale), 0);
}

// ---- one change

static void a_change_is_saved_here_and_then_at_the_clinic(void **state)
{
    (void)state;
    assert_string_equal(board_panel(rig.board), "Gloves M 20 at clinic");
    let(HUB_LOSES_REQUEST, 1);
    rig_do(&rig, SHELF_TAKE, 0, 3);
    rig_run_s(&rig, 20);
    assert_string_equal(board_panel(rig.board), "Gloves M 17 saved here");
    assert_true(scale_bin(&rig.scale, 0).is_waiting);
    rig_run_s(&rig, 15);
    assert_string_equal(board_panel(rig.board), "Gloves M 17 at clinic");
    assert_told(2, 17);
}

static void a_change_is_told_within_seconds_with_how_far_it_can_be_trusted(void **state)
{
    (void)state;
    take_one();
    rig_run_s(&rig, 20);
    assert_told(2, 19);
    assert_in_range(rig_integer(rig_last(&rig, measure), "accuracy_permille"), 990, 1000);
}

struct fate_case {
    enum hub_fate fate;
    unsigned times;
    unsigned deliveries; // of the request that it met
    int64_t within_s;    // until all is told
};

static void every_fate_of_a_request_ends_in_its_being_applied_once(void **state)
{
    static const struct fate_case cases[] = {
        { HUB_ANSWERS, 1, 1, 20 },        { HUB_ANSWERS_TWICE, 3, 1, 20 },
        { HUB_LOSES_REQUEST, 1, 1, 30 },  { HUB_LOSES_REQUEST, 4, 1, 70 },
        { HUB_LOSES_REPLY, 1, 2, 30 },    { HUB_LOSES_REPLY, 3, 4, 60 },
        { HUB_HANGS_UP, 1, 2, 30 },       { HUB_HANGS_UP, 3, 4, 60 },
        { HUB_IS_BUSY, 1, 1, 30 },        { HUB_IS_BUSY, 4, 1, 60 },
        { HUB_TALKS_NONSENSE, 1, 1, 30 },
    };
    (void)state;
    int64_t quantity = 20;
    size_t told = 1;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        rig.hub.keeps_sessions = i % 2 == 0;
        let(cases[i].fate, cases[i].times);
        take_one();
        rig_run_s(&rig, cases[i].within_s);
        assert_told(++told, --quantity);
        assert_int_equal(rig_last(&rig, measure)->deliveries, cases[i].deliveries);
    }
    assert_int_equal(scale_counts(&rig.scale).replies_unreadable, 1);
    assert_int_equal(scale_counts(&rig.scale).requests_refused, 0);
}

static bool has_come(void *context)
{
    return rig.hub.received > *(const unsigned *)context;
}

static void after_a_reconnection_a_request_is_sent_at_once(void **state)
{
    unsigned received = rig.hub.received;
    (void)state;
    let(HUB_HANGS_UP, 1);
    take_one();
    assert_true(run_until_true(rig.board, &rig.firmware, 30000000, has_come, &received));
    rig_run_s(&rig, 4);
    assert_told(2, 19);
    assert_int_equal(rig_last(&rig, measure)->deliveries, 2);
}

static void a_pause_after_busy_grows(void **state)
{
    (void)state;
    let(HUB_IS_BUSY, 1000);
    take_one();
    rig_run_s(&rig, 600);
    assert_in_range(rig.hub.received, 10, 35); // 1 + up to a minute's pauses
    let(HUB_ANSWERS, 0);
    rig_run_s(&rig, 61);
    assert_told(2, 19);
}

static void what_is_refused_for_good_is_dropped_counted_and_shown(void **state)
{
    (void)state;
    let(HUB_REFUSES, 1);
    take_one();
    rig_run_s(&rig, 20);
    assert_int_equal(scale_counts(&rig.scale).requests_refused, 1);
    assert_int_equal(scale_waiting(&rig.scale), 0);
    assert_string_equal(board_panel(rig.board), "Gloves M 19 at clinic !");
    rig_press(&rig);
    assert_string_equal(board_panel(rig.board), "refused: not-found");
    rig_press(&rig);
    take_one();
    rig_run_s(&rig, 20);
    assert_string_equal(board_panel(rig.board), "Gloves M 18 at clinic");
    assert_int_equal(rig_last(&rig, measure)->deliveries, 1);
}

static void replies_to_nobody_change_nothing(void **state)
{
    static const char *const replies[] = {
        "",
        "{}",
        "[]",
        "null",
        "{\"id\":\"0193a0c0-0000-7000-8000-000000000001\",\"status\":\"accepted\"}",
        "{\"id\":\"0193a0c0-0000-7000-8000-000000000001\",\"status\":\"rejected\"}",
        "{\"id\":1,\"status\":\"accepted\"}",
        "{\"id\":\"x\",\"status\":\"accepted\"}",
        "{\"status\":\"accepted\"}",
    };
    (void)state;
    let(HUB_LOSES_REQUEST, 1);
    take_one();
    rig_run_s(&rig, 18);
    for (size_t i = 0; i < sizeof replies / sizeof replies[0]; i++)
        hub_say(&rig.hub, "reply/scale-1", replies[i]);
    rig_run_s(&rig, 1);
    assert_int_equal(scale_waiting(&rig.scale), 1);
    rig_run_s(&rig, 20);
    assert_told(2, 19);
}

// ---- many

static void changes_while_the_broker_is_away_are_told_in_their_order(void **state)
{
    struct rig_taken told[32];
    (void)state;
    board_unplug(rig.board, true);
    for (int i = 0; i < 12; i++) {
        take_one();
        rig_run_s(&rig, 20);
    }
    assert_int_equal(scale_waiting(&rig.scale), 12);
    assert_string_equal(board_panel(rig.board), "Gloves M 8 saved here !");
    rig_press(&rig);
    assert_string_equal(board_panel(rig.board), "broker: not reached");
    rig_cut_power(&rig, 5);
    board_unplug(rig.board, false);
    rig_run_s(&rig, 60);
    assert_int_equal(rig_measures(&rig, 1, told, 32), 13);
    for (int i = 0; i <= 12; i++)
        assert_int_equal(told[i].quantity, 20 - i);
    assert_int_equal(scale_waiting(&rig.scale), 0);
}

static void more_changes_than_there_is_room_for_leave_the_newest(void **state)
{
    (void)state;
    board_unplug(rig.board, true);
    for (int i = 0; i < JOURNAL_READINGS + 10; i++) {
        rig_do(&rig, i % 2 == 0 ? SHELF_TAKE : SHELF_ADD, 0, 2 + i % 5 / 4);
        rig_run_s(&rig, 20);
    }
    const int32_t quantity = scale_bin(&rig.scale, 0).quantity;
    assert_int_equal(scale_waiting(&rig.scale), JOURNAL_READINGS);
    assert_int_equal(board_shelf(rig.board)->bins[0].units, quantity);
    board_unplug(rig.board, false);
    rig_run_s(&rig, 120);
    assert_told(1 + JOURNAL_READINGS, quantity);
}

static void the_last_state_is_told_again_every_five_minutes(void **state)
{
    (void)state;
    rig_run_s(&rig, 120);
    const uint64_t operations = rig.flash.operations;
    const size_t before = rig_count(&rig, measure);
    rig_run_s(&rig, 1800);
    assert_in_range(rig_count(&rig, measure), before + 5, before + 6);
    assert_int_equal(rig_integer(rig_last(&rig, measure), "quantity"), 20);
    assert_int_equal(rig.flash.operations, operations);
    struct rig_taken told[4];
    assert_int_equal(rig_measures(&rig, 1, told, 4), 1);
}

static void heartbeats_do_not_pile_up_and_never_overtake_a_change(void **state)
{
    (void)state;
    let(HUB_LOSES_REQUEST, 1000);
    rig_run_s(&rig, 3600);
    assert_in_range(rig.hub.received, 20, 62);
    assert_int_equal(rig_count(&rig, measure), 1);
    take_one();
    rig_run_s(&rig, 30);
    const unsigned received = rig.hub.received;
    rig_run_s(&rig, 600); // from now on it is the change alone, every ten seconds
    assert_in_range(rig.hub.received, received + 55, received + 62);
    let(HUB_ANSWERS, 0);
    rig_run_s(&rig, 12);
    assert_told(2, 19);
}

// ---- status

static void the_status_says_what_waits_and_the_will_that_it_is_gone(void **state)
{
    (void)state;
    assert_non_null(strstr(rig.hub.status, "\"state\":\"online\",\"since\":\"2026-11-23T"));
    assert_non_null(strstr(rig.hub.status, "\"version\":\"1.0\",\"outbox\":0}"));
    let(HUB_IS_BUSY, 6);
    take_one();
    rig_run_s(&rig, 30);
    assert_non_null(strstr(rig.hub.status, "\"outbox\":1}"));
    rig_run_s(&rig, 180);
    assert_non_null(strstr(rig.hub.status, "\"outbox\":0}"));
    board_cut_power(rig.board);
    rig_run_s(&rig, 1);
    assert_non_null(strstr(rig.hub.status, "\"state\":\"offline\",\"since\":\"20"));
    board_give_power(rig.board);
    rig_run_s(&rig, 10);
    assert_non_null(strstr(rig.hub.status, "\"state\":\"online\""));
}

// ---- time and ids

static void ids_grow_over_restarts_that_nobody_told_the_time(void **state)
{
    (void)state;
    for (int i = 0; i < 12; i++) { // the hub complains of an id that is not behind the last one
        rig_run_s(&rig, 600 + 300 * i);
        rig_cut_power(&rig, 1 + i);
        rig.hub.config[0] = '\0';
    }
    assert_true(rig_count(&rig, measure) > 40);
}

static void the_time_only_goes_forward_and_survives(void **state)
{
    (void)state;
    const int64_t told_ms = scale_wall_ms(&rig.scale);
    assert_in_range(told_ms, hub_wall_ms(&rig.hub) - 2000, hub_wall_ms(&rig.hub));

    rig.hub.wall_at_0_ms -= INT64_C(86400000) * 30; // the gateway's clock is put back
    take_one();
    rig_run_s(&rig, 30);
    assert_true(scale_wall_ms(&rig.scale) >= told_ms + 29000);

    rig_run_s(&rig, 7300); // kept hourly
    rig.hub.config[0] = '\0';
    board_unplug(rig.board, true);
    const int64_t before_ms = scale_wall_ms(&rig.scale);
    rig_cut_power(&rig, 1000);
    rig_run_s(&rig, 1);
    assert_in_range(scale_wall_ms(&rig.scale), before_ms - 3600000, before_ms + 2000);
}

static void a_time_from_the_far_future_is_not_believed(void **state)
{
    (void)state;
    const int64_t before_ms = scale_wall_ms(&rig.scale);
    rig.hub.wall_at_0_ms += INT64_C(86400000) * 366 * 40;
    take_one();
    rig_run_s(&rig, 30);
    assert_told(2, 19);
    assert_in_range(scale_wall_ms(&rig.scale), before_ms + 29000, before_ms + 31000);
}

static void nothing_happens_when_the_millisecond_counter_wraps(void **state)
{
    (void)state;
    begin(&(struct rig_options){ .seed = 5, .units = 20, .clock_at_start_ms = UINT32_MAX - 60000 });
    take_one();
    rig_run_s(&rig, 60); // it wraps
    assert_told(2, 19);
    take_one();
    rig_run_s(&rig, 700);
    assert_int_equal(rig_integer(rig_last(&rig, measure), "quantity"), 18);
    assert_in_range(rig_count(&rig, measure), 4, 6);
    assert_in_range(scale_wall_ms(&rig.scale), hub_wall_ms(&rig.hub) - 2000, hub_wall_ms(&rig.hub));
}

// ---- flash

static void what_the_flash_refuses_is_not_taken(void **state)
{
    (void)state;
    rig.flash.refuse_from = 1;
    rig.flash.refuse_to = UINT64_MAX;
    take_one();
    rig_run_s(&rig, 60);
    assert_int_equal(scale_bin(&rig.scale, 0).quantity, 20);
    assert_told(1, 20);
    assert_in_range(scale_counts(&rig.scale).flash_failures, 2, 20);
    assert_string_equal(board_panel(rig.board), "Gloves M 20 at clinic !");

    rig.flash.refuse_to = 0;
    rig_run_s(&rig, 20);
    assert_told(2, 19);
}

// ---- all at once

static enum hub_fate by_chance(void *context, const struct clinic_request *request)
{
    static const enum hub_fate fates[] = {
        HUB_ANSWERS,       HUB_ANSWERS,     HUB_ANSWERS,  HUB_ANSWERS_TWICE,
        HUB_LOSES_REQUEST, HUB_LOSES_REPLY, HUB_HANGS_UP, HUB_IS_BUSY,
    };
    (void)request;
    return fates[chance_below(context, sizeof fates / sizeof fates[0])];
}

static void compare_with_taken(unsigned channel)
{
    struct rig_taken told[RIG_TAKEN];
    const size_t told_count = rig_measures(&rig, channel, told, RIG_TAKEN);
    size_t i = 0;
    for (size_t k = 0; k < rig.taken_count; k++) {
        if (rig.taken[k].channel != channel)
            continue;
        assert_true(i < told_count);
        assert_int_equal(told[i].state, rig.taken[k].state);
        if (told[i].state == WEIGH_STABLE)
            assert_int_equal(told[i].quantity, rig.taken[k].quantity);
        i++;
    }
    assert_int_equal(i, told_count);
}

static void run_an_hour_of_faults(uint64_t seed)
{
    struct chance chance;
    chance_init(&chance, seed, 1);
    const struct rig_options options = {
        .seed = seed,
        .cells = 2,
        .units = 40,
        .faults = { .latency_us = 20000,
                    .jitter_us = 300000,
                    .refuse_permyriad = 1000,
                    .cut_permyriad = 200,
                    .stall_permyriad = 200,
                    .stall_us = 7000000,
                    .segment_bytes = 64 },
    };
    const struct rig_channel channels[] = { rig_common(1, "Gloves M"), rig_common(2, "Masks") };
    rig_open(&rig, &options);
    rig_configure(&rig, 1, channels, 2);
    rig.hub.fate = by_chance;
    rig.hub.fate_context = &chance;
    rig.hub.keeps_sessions = seed % 2 == 0;
    rig_run_s(&rig, 60);
    for (int i = 0; i < 60; i++) {
        rig_do(&rig, i % 3 == 0 ? SHELF_ADD : SHELF_TAKE, chance_below(&chance, 2),
               1 + (int32_t)chance_below(&chance, 3));
        if (i % 9 == 5)
            rig_cut_power(&rig, 3);
        rig_run_s(&rig, 20 + chance_below(&chance, 40));
    }
    rig.hub.fate = NULL;
    rig_run_s(&rig, 240);
}

static void an_hour_of_faults_loses_and_doubles_nothing(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 3; seed++) {
        print_message("seed %d\n", (int)seed);
        run_an_hour_of_faults(seed);
        assert_int_equal(scale_waiting(&rig.scale), 0);
        for (unsigned channel = 1; channel <= 2; channel++) {
            compare_with_taken(channel);
            assert_int_equal(scale_bin(&rig.scale, channel - 1).quantity,
                             board_shelf(rig.board)->bins[channel - 1].units);
        }
        assert_true(rig.taken_count > 40);
        assert_true(rig.hub.connects > 8);
        rig_close(&rig);
    }
}

int main(void)
{
#define USUAL(test) cmocka_unit_test_setup_teardown(test, begin_usual, end)
    const struct CMUnitTest tests[] = {
        USUAL(a_change_is_saved_here_and_then_at_the_clinic),
        USUAL(a_change_is_told_within_seconds_with_how_far_it_can_be_trusted),
        USUAL(every_fate_of_a_request_ends_in_its_being_applied_once),
        USUAL(after_a_reconnection_a_request_is_sent_at_once),
        USUAL(a_pause_after_busy_grows),
        USUAL(what_is_refused_for_good_is_dropped_counted_and_shown),
        USUAL(replies_to_nobody_change_nothing),
        USUAL(changes_while_the_broker_is_away_are_told_in_their_order),
        USUAL(more_changes_than_there_is_room_for_leave_the_newest),
        USUAL(the_last_state_is_told_again_every_five_minutes),
        USUAL(heartbeats_do_not_pile_up_and_never_overtake_a_change),
        USUAL(the_status_says_what_waits_and_the_will_that_it_is_gone),
        USUAL(ids_grow_over_restarts_that_nobody_told_the_time),
        USUAL(the_time_only_goes_forward_and_survives),
        USUAL(a_time_from_the_far_future_is_not_believed),
        cmocka_unit_test_teardown(nothing_happens_when_the_millisecond_counter_wraps, end),
        USUAL(what_the_flash_refuses_is_not_taken),
        cmocka_unit_test(an_hour_of_faults_loses_and_doubles_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
