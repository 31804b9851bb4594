#include "inbox_fixture.h"

static void a_gap_is_filled_by_a_replay(void **state)
{
    struct world *world = *state;
    want_all(world, 0);
    connect_node(world);
    receive_all(world);
    for (size_t i = 0; i < 4; i++)
        happen(world, 0);
    publish(world, 1, false);
    publish(world, 4, false); // 2 and 3 were dropped on the way
    receive_all(world);
    ASSERT_DELIVERED(world, 1, 2, 3, 4);
    assert_int_equal(count(world).gaps, 1);
    assert_int_equal(count(world).replayed, 3);
}

static void what_was_dropped_with_nothing_behind_it_is_found_by_looking(void **state)
{
    struct world *world = *state;
    happen(world, 0);
    want_all(world, 0);
    connect_node(world);
    receive_all(world);
    happen(world, 0); // and no message of it ever comes
    happen(world, 1);
    const int asks = world->asks;
    const int64_t due_ms = clinic_inbox_due_ms(world->inbox);
    assert_in_range(due_ms - world->now_ms, 10 * 1000, 60 * 1000);
    world->now_ms = due_ms - 1;
    clinic_inbox_step(world->inbox);
    assert_int_equal(world->asks, asks);
    world->now_ms = due_ms;
    clinic_inbox_step(world->inbox);
    assert_int_equal(world->asks, asks + 1);
    receive_all(world);
    ASSERT_DELIVERED(world, 1, 2, 3);
    assert_true(clinic_inbox_due_ms(world->inbox) > due_ms); // and so on
}

static void duplicates_are_dropped(void **state)
{
    struct world *world = *state;
    want_all(world, 0);
    connect_node(world);
    receive_all(world);
    happen(world, 0);
    for (int i = 0; i < 3; i++)
        publish(world, 1, false);
    receive_all(world);
    ASSERT_DELIVERED(world, 1);
    assert_int_equal(count(world).duplicates, 2);
}

static void rubbish_and_unwanted_events_are_ignored(void **state)
{
    struct world *world = *state;
    assert_int_equal(clinic_inbox_want(world->inbox, kinds[0], 0), CLINIC_OK);
    connect_node(world);
    receive_all(world);
    happen(world, 1);
    publish(world, 1, false);
    receive_all(world);
    clinic_inbox_take(world->inbox, "rubbish", 7, false);
    clinic_inbox_take(world->inbox, "", 0, false);
    assert_int_equal(world->delivered_count, 0);
    assert_int_equal(clinic_inbox_want(world->inbox, CLINIC_EVENT_NONE, 0), CLINIC_INVALID);
    assert_int_equal(clinic_inbox_want(world->inbox, CLINIC_EVENT_KIND_COUNT, 0), CLINIC_INVALID);
}

static void more_than_can_be_held_is_left_to_a_replay(void **state)
{
    struct world *world = *state;
    want_all(world, 0);
    world->loses_questions = true;
    connect_node(world);
    for (size_t i = 0; i < 700; i++) {
        happen(world, i % KINDS);
        take_event(world, world->head, false);
    }
    world->loses_questions = false;
    // An answer from before all that.
    struct clinic_reply reply = { .id = world->asked.id, .is_accepted = true };
    reply.data = cJSON_Parse("{\"events\":[],\"through\":0,\"more\":false}");
    assert_int_equal(clinic_inbox_take_reply(world->inbox, &reply), CLINIC_OK);
    clinic_reply_done(&reply);
    assert_int_equal(world->delivered_count, 256);
    receive_all(world);
    assert_int_equal(world->delivered_count, 700);
    for (size_t i = 0; i < 700; i++)
        assert_int_equal(world->delivered[i], i + 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_gap_is_filled_by_a_replay),
        TEST(what_was_dropped_with_nothing_behind_it_is_found_by_looking),
        TEST(duplicates_are_dropped),
        TEST(rubbish_and_unwanted_events_are_ignored),
        TEST(more_than_can_be_held_is_left_to_a_replay),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
