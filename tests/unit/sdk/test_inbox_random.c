// test_inbox_random.c - any mixture of faults, from seeds.

#include "inbox_fixture.h"

#include <stdlib.h>
#include <string.h>

struct faults {
    bool drops_live; // the broker drops a message in mid-connection
    bool is_naive;   // the program takes what comes, without the inbox
    unsigned seed;
};

static void restart(struct world *world)
{
    clinic_inbox_close(world->inbox);
    disconnect_node(world);
    open_inbox(world);
    for (size_t kind = 0; kind < KINDS; kind++)
        assert_int_equal(clinic_inbox_want(world->inbox, kinds[kind], world->position[kind]),
                         CLINIC_OK);
}

static void one_round(struct world *world, struct faults *faults)
{
    const int dice = rand_r(&faults->seed) % 100;
    if (dice < 30 && world->head < LOG_MAX) {
        happen(world, (size_t)rand_r(&faults->seed) % KINDS);
        if (!faults->drops_live || rand_r(&faults->seed) % 8 != 0)
            publish(world, world->head, false);
    } else if (dice < 35 && world->head > 0) {
        publish(world, world->newest[world->kind[world->head]], false); // the gateway came back
    } else if (dice < 37) {
        disconnect_node(world);
    } else if (dice < 38) {
        restart(world);
    } else if (dice < 42) {
        world->now_ms += 1000;
        clinic_inbox_step(world->inbox);
    } else if (!world->is_connected) {
        connect_node(world);
    } else if (faults->is_naive && world->line_count > 0) {
        if (world->line[0].sequence != 0)
            world->delivered[world->delivered_count++] = world->line[0].sequence;
        world->line_count--;
        memmove(world->line, world->line + 1, world->line_count * sizeof world->line[0]);
    } else {
        receive_one(world);
    }
    world->loses_questions = rand_r(&faults->seed) % 4 == 0;
}

static bool is_once_and_in_order(const struct world *world, size_t kind)
{
    uint64_t expected = 0;
    size_t at = 0;
    for (uint64_t sequence = 1; sequence <= world->head; sequence++) {
        if (world->kind[sequence] != kind)
            continue;
        while (at < world->delivered_count && world->kind[world->delivered[at]] != kind)
            at++;
        if (at == world->delivered_count || world->delivered[at++] != sequence)
            return false;
        expected = sequence;
    }
    while (at < world->delivered_count && world->kind[world->delivered[at]] != kind)
        at++;
    return at == world->delivered_count && expected == world->newest[kind];
}

static bool simulate(struct world *world, struct faults faults)
{
    want_all(world, 0);
    for (int round = 0; round < 2000 && world->delivered_count < LOG_MAX; round++)
        one_round(world, &faults);
    // In the end the line is good.
    world->loses_questions = false;
    disconnect_node(world);
    connect_node(world);
    for (int i = 0; i < 20 && !faults.is_naive; i++) {
        receive_all(world);
        world->now_ms += 10000;
        clinic_inbox_step(world->inbox);
    }
    bool is_good = true;
    for (size_t kind = 0; kind < KINDS; kind++)
        is_good = is_good && is_once_and_in_order(world, kind);
    for (size_t i = 1; i < world->delivered_count && !faults.drops_live; i++)
        is_good = is_good && world->delivered[i] > world->delivered[i - 1];
    return is_good;
}

// Runs with its own world for each seed; returns the first seed that went wrong, or 0.
static unsigned first_bad_seed(bool drops_live, bool is_naive)
{
    for (unsigned seed = 1; seed <= 25; seed++) {
        void *state = NULL;
        (void)inbox_set_up(&state);
        const bool is_good = simulate(
            state, (struct faults){ .drops_live = drops_live, .is_naive = is_naive, .seed = seed });
        (void)inbox_tear_down(&state);
        if (!is_good)
            return seed;
    }
    return 0;
}

static void every_event_comes_once_in_log_order_over_any_break(void **state)
{
    (void)state;
    assert_int_equal(first_bad_seed(false, false), 0);
}

static void where_the_broker_drops_some_each_topic_is_still_in_order(void **state)
{
    (void)state;
    assert_int_equal(first_bad_seed(true, false), 0);
}

static void a_program_without_the_inbox_is_found_out(void **state)
{
    (void)state;
    assert_int_not_equal(first_bad_seed(false, true), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_event_comes_once_in_log_order_over_any_break),
        cmocka_unit_test(where_the_broker_drops_some_each_topic_is_still_in_order),
        cmocka_unit_test(a_program_without_the_inbox_is_found_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
