// When an outbox sends: its window, its pauses and what makes it start again.
#include "outbox_fixture.h"

static void the_window_bounds_what_is_unanswered(void **state)
{
    struct fixture *fixture = *state;
    struct clinic_id ids[6];
    for (int i = 0; i < 6; i++)
        ids[i] = put(fixture, i);
    for (int i = 0; i < 4; i++)
        assert_int_equal(next(fixture), i);
    assert_int_equal(next(fixture), -1);
    assert_int_equal(reply(fixture, &ids[0], NULL), CLINIC_OK);
    assert_int_equal(next(fixture), 4);
    assert_int_equal(next(fixture), -1);
}

static void without_a_reply_it_starts_again_after_a_growing_time(void **state)
{
    struct fixture *fixture = *state;
    (void)put(fixture, 1);
    (void)put(fixture, 2);
    static const int64_t waits_ms[] = { 2000, 4000, 8000, 16000, 32000, 60000, 60000 };
    for (size_t i = 0; i < sizeof waits_ms / sizeof waits_ms[0]; i++) {
        assert_int_equal(next(fixture), 1);
        assert_int_equal(next(fixture), 2);
        assert_int_equal(next(fixture), -1);
        assert_int_equal(clinic_outbox_due_ms(fixture->outbox),
                         fixture->monotonic_ms + waits_ms[i]);
        fixture->monotonic_ms += waits_ms[i] - 1;
        assert_int_equal(next(fixture), -1);
        fixture->monotonic_ms++;
    }
    clinic_outbox_rewind(fixture->outbox);
    assert_int_equal(next(fixture), 1);
    assert_int_equal(next(fixture), 2);
    assert_int_equal(clinic_outbox_due_ms(fixture->outbox), fixture->monotonic_ms + 2000);
}

static void an_empty_outbox_is_never_due(void **state)
{
    struct fixture *fixture = *state;
    assert_int_equal(clinic_outbox_due_ms(fixture->outbox), -1);
    const struct clinic_id id = put(fixture, 1);
    assert_true(clinic_outbox_due_ms(fixture->outbox) <= fixture->monotonic_ms);
    assert_int_equal(next(fixture), 1);
    assert_int_equal(reply(fixture, &id, NULL), CLINIC_OK);
    assert_int_equal(clinic_outbox_due_ms(fixture->outbox), -1);
}

static void a_full_gateway_makes_it_pause_ever_longer(void **state)
{
    struct fixture *fixture = *state;
    const struct clinic_id first = put(fixture, 1);
    const struct clinic_id second = put(fixture, 2);
    static const int64_t pauses_ms[] = {
        200, 400, 800, 1600, 3200, 6400, 12800, 25600, 30000, 30000
    };
    for (size_t i = 0; i < sizeof pauses_ms / sizeof pauses_ms[0]; i++) {
        assert_int_equal(next(fixture), 1);
        assert_int_equal(next(fixture), 2);
        assert_int_equal(reply(fixture, &first, "storage.full"), CLINIC_OK);
        // The rest of the window is refused as well, which is no second reason to wait.
        assert_int_equal(reply(fixture, &second, "order.gap"), CLINIC_OK);
        assert_int_equal(reply(fixture, &second, "storage.full"), CLINIC_OK);
        assert_int_equal(next(fixture), -1);
        assert_int_equal(clinic_outbox_due_ms(fixture->outbox),
                         fixture->monotonic_ms + pauses_ms[i]);
        fixture->monotonic_ms += pauses_ms[i];
    }
    assert_int_equal(next(fixture), 1);
    assert_int_equal(reply(fixture, &first, NULL), CLINIC_OK);
    assert_int_equal(next(fixture), 2);
    assert_int_equal(reply(fixture, &second, "busy"), CLINIC_OK);
    assert_int_equal(clinic_outbox_due_ms(fixture->outbox), fixture->monotonic_ms + 200);
}

static void a_gap_rewinds_at_most_once_in_200_ms(void **state)
{
    struct fixture *fixture = *state;
    struct clinic_id ids[4];
    for (int i = 0; i < 4; i++)
        ids[i] = put(fixture, i);
    for (int i = 0; i < 4; i++)
        assert_int_equal(next(fixture), i);
    // The first was lost, the three behind it are refused; two of these refusals come late.
    assert_int_equal(reply(fixture, &ids[1], "order.gap"), CLINIC_OK);
    for (int i = 0; i < 4; i++)
        assert_int_equal(next(fixture), i);
    assert_int_equal(reply(fixture, &ids[2], "order.gap"), CLINIC_OK);
    assert_int_equal(reply(fixture, &ids[3], "order.gap"), CLINIC_OK);
    assert_int_equal(next(fixture), -1);
    assert_int_equal(clinic_outbox_due_ms(fixture->outbox), fixture->monotonic_ms + 200);

    // Nothing came of it: the first was lost again.
    fixture->monotonic_ms += 200;
    for (int i = 0; i < 4; i++)
        assert_int_equal(next(fixture), i);
    assert_int_equal(reply(fixture, &ids[3], "order.gap"), CLINIC_OK);
    assert_int_equal(reply(fixture, &ids[0], NULL), CLINIC_OK);
    fixture->monotonic_ms += 200;
    assert_int_equal(next(fixture), -1); // there is progress
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_window_bounds_what_is_unanswered),
        TEST(without_a_reply_it_starts_again_after_a_growing_time),
        TEST(an_empty_outbox_is_never_due),
        TEST(a_full_gateway_makes_it_pause_ever_longer),
        TEST(a_gap_rewinds_at_most_once_in_200_ms),
    };
    return cmocka_run_group_tests_name("outbox: sending", tests, NULL, NULL);
}
