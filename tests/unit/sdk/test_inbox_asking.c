#include "inbox_fixture.h"

static void without_a_reply_it_asks_again_ever_later(void **state)
{
    struct world *world = *state;
    want_all(world, 0);
    assert_int_equal(clinic_inbox_due_ms(world->inbox), -1);
    world->loses_questions = true;
    connect_node(world);
    static const int64_t waits_ms[] = { 2000, 4000, 8000, 10000, 10000 };
    const struct clinic_id question = world->asked.id;
    for (size_t i = 0; i < sizeof waits_ms / sizeof waits_ms[0]; i++) {
        assert_int_equal(world->asks, (int)i + 1);
        assert_int_equal(clinic_inbox_due_ms(world->inbox), world->now_ms + waits_ms[i]);
        world->now_ms += waits_ms[i] - 1;
        clinic_inbox_step(world->inbox);
        assert_int_equal(world->asks, (int)i + 1);
        world->now_ms++;
        clinic_inbox_step(world->inbox);
    }
    assert_true(clinic_id_equal(&question, &world->asked.id));
    clinic_inbox_resume(world->inbox);
    assert_int_equal(clinic_inbox_due_ms(world->inbox), world->now_ms + 2000);
    assert_false(clinic_id_equal(&question, &world->asked.id));
}

static void a_refusal_or_nonsense_is_asked_again_later(void **state)
{
    struct world *world = *state;
    want_all(world, 0);
    world->loses_questions = true;
    connect_node(world);
    struct clinic_reply refusal = { .id = world->asked.id };
    struct clinic_reply nonsense = { .id = world->asked.id, .is_accepted = true };
    nonsense.data = cJSON_Parse("{\"events\":7,\"through\":-1}");
    struct clinic_reply other = { .id = { { 1 } }, .is_accepted = true };
    assert_int_equal(clinic_inbox_take_reply(world->inbox, &refusal), CLINIC_OK);
    assert_int_equal(clinic_inbox_take_reply(world->inbox, &nonsense), CLINIC_OK);
    assert_int_equal(clinic_inbox_take_reply(world->inbox, &other), CLINIC_NOT_FOUND);
    assert_int_equal(world->asks, 1);
    clinic_reply_done(&nonsense);
    world->now_ms += 2000;
    clinic_inbox_step(world->inbox);
    assert_int_equal(world->asks, 2);
}

static void a_gateway_that_says_more_for_ever_is_not_asked_in_a_circle(void **state)
{
    struct world *world = *state;
    want_all(world, 0);
    world->loses_questions = true;
    connect_node(world);
    for (int i = 0; i < 100; i++) {
        struct clinic_reply reply = { .id = world->asked.id, .is_accepted = true };
        reply.data = cJSON_Parse("{\"events\":[],\"through\":0,\"more\":true}");
        (void)clinic_inbox_take_reply(world->inbox, &reply);
        clinic_reply_done(&reply);
    }
    assert_int_equal(world->asks, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(without_a_reply_it_asks_again_ever_later),
        TEST(a_refusal_or_nonsense_is_asked_again_later),
        TEST(a_gateway_that_says_more_for_ever_is_not_asked_in_a_circle),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
