#include "inbox_fixture.h"

#include <stdlib.h>
#include <string.h>

static void all_from_the_first_event_on_is_replayed_then_live(void **state)
{
    struct world *world = *state;
    for (size_t i = 0; i < 12; i++)
        happen(world, i % KINDS);
    want_all(world, 0);
    connect_node(world);
    assert_int_equal(world->asks, 1);
    receive_all(world);
    assert_int_equal(world->asks, 3); // pages of five
    happen(world, 1);
    publish(world, 13, false);
    receive_all(world);
    ASSERT_DELIVERED(world, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13);
    assert_int_equal(count(world).replayed, 12);
    assert_int_equal(count(world).delivered, 13);
    assert_int_equal(count(world).gaps, 0);
}

static void a_position_is_where_it_goes_on(void **state)
{
    struct world *world = *state;
    for (size_t i = 0; i < 6; i++)
        happen(world, i % KINDS);
    assert_int_equal(clinic_inbox_want(world->inbox, kinds[0], 1), CLINIC_OK);
    assert_int_equal(clinic_inbox_want(world->inbox, kinds[1], 5), CLINIC_OK);
    connect_node(world);
    receive_all(world);
    ASSERT_DELIVERED(world, 4);
    assert_int_equal(clinic_inbox_position(world->inbox, kinds[1]), 5);
}

static void live_events_wait_for_the_replay(void **state)
{
    struct world *world = *state;
    happen(world, 0);
    happen(world, 1);
    want_all(world, 0);
    connect_node(world);
    happen(world, 2);
    take_event(world, 3, false);
    take_event(world, 2, true);
    assert_int_equal(world->delivered_count, 0);
    receive_all(world);
    ASSERT_DELIVERED(world, 1, 2, 3);
}

static void what_follows_the_replay_comes_from_what_was_held(void **state)
{
    struct world *world = *state;
    happen(world, 0);
    want_all(world, 0);
    connect_node(world);
    const struct message question = world->line[world->line_count - 1];
    world->line_count = 0;
    // Arrives before the reply, but the reply was made before it happened.
    struct world *then = malloc(sizeof *then);
    memcpy(then, world, sizeof *then);
    happen(world, 1);
    happen(world, 0);
    take_event(world, 3, false);
    take_event(world, 2, false);
    const uint64_t head = world->head;
    world->head = then->head;
    answer(world, &question);
    world->head = head;
    free(then);
    ASSERT_DELIVERED(world, 1, 2, 3);
}

static void from_now_on_history_is_left_out(void **state)
{
    struct world *world = *state;
    for (size_t i = 0; i < 6; i++)
        happen(world, i % 2); // nothing of the third kind
    want_all(world, CLINIC_FROM_NOW);
    assert_true(clinic_inbox_position(world->inbox, kinds[0]) == CLINIC_FROM_NOW);
    connect_node(world);
    receive_all(world);
    assert_int_equal(world->delivered_count, 0);
    assert_int_equal(clinic_inbox_position(world->inbox, kinds[0]), 6);

    // What is missed from then on is not history.
    disconnect_node(world);
    happen(world, 0);
    happen(world, 2);
    connect_node(world);
    happen(world, 1);
    publish(world, 9, false);
    receive_all(world);
    ASSERT_DELIVERED(world, 7, 8, 9);
}

static void from_now_on_begins_with_the_subscription_not_with_the_reply(void **state)
{
    struct world *world = *state;
    happen(world, 0);
    want_all(world, CLINIC_FROM_NOW);
    connect_node(world);
    happen(world, 0); // before the gateway is asked, but after the subscription
    happen(world, 0);
    take_event(world, 2, false);
    take_event(world, 3, false);
    receive_all(world);
    ASSERT_DELIVERED(world, 2, 3);
}

static void a_handler_may_want_another_topic(void **state)
{
    struct world *world = *state;
    for (size_t i = 0; i < 30; i++)
        happen(world, i % KINDS);
    assert_int_equal(clinic_inbox_want(world->inbox, kinds[0], 0), CLINIC_OK);
    world->wants_more_at_next_event = true;
    connect_node(world);
    receive_all(world);
    assert_int_equal(world->delivered_count, 20); // all of two kinds
    assert_int_equal(world->position[0], 28);
    assert_int_equal(world->position[2], 30);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(all_from_the_first_event_on_is_replayed_then_live),
        TEST(a_position_is_where_it_goes_on),
        TEST(live_events_wait_for_the_replay),
        TEST(what_follows_the_replay_comes_from_what_was_held),
        TEST(from_now_on_history_is_left_out),
        TEST(from_now_on_begins_with_the_subscription_not_with_the_reply),
        TEST(a_handler_may_want_another_topic),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
