// Requests of a node: through breaks and restarts, and no longer than they may take.
#include "node_fixture.h"

static void what_was_submitted_offline_arrives_in_order_after_a_restart(void **state)
{
    (void)state;
    start_node();
    for (int i = 0; i < 10; i++)
        submit_patient();
    stop_node();
    start_node();
    assert_int_equal(waiting(), 10);
    for (int i = 0; i < 10; i++)
        submit_patient();

    broker_start(&broker, "broker");
    start_gateway(&broker, "2026-01-01T00:00:00.000Z");
    UNTIL(program.accepted == 20);
    assert_int_equal(gateway.asked, 20);
    assert_int_equal(gateway.order_breaks, 0);
    assert_int_equal(waiting(), 0);
    assert_true(clinic_node_gateway_is_online(program.node));
    assert_false(clinic_node_outbox_was_set_aside(program.node));
}

static void a_gateway_that_comes_back_is_asked_again_at_once(void **state)
{
    (void)state;
    broker_start(&broker, "broker");
    start_gateway(&broker, "2026-01-01T00:00:00.000Z");
    gateway.is_silent = true;
    start_node();
    UNTIL(gateway.is_online && clinic_node_state(program.node) == CLINIC_BUS_ONLINE);
    submit_patient();
    const int64_t soon_ms = process_now_ms() + 200;
    while (process_now_ms() < soon_ms)
        step_all(soon_ms); // the request gets lost
    stop_gateway();
    gateway.is_silent = false;
    start_gateway(&broker, "2026-01-01T00:01:00.000Z");
    UNTIL_MS(3000, program.accepted == 1); // sooner than the outbox would repeat it
}

static void a_question_has_its_time(void **state)
{
    (void)state;
    start_node();
    assert_int_equal(clinic_node_ask(program.node, CLINIC_REQUEST_PATIENT_FIND,
                                     cJSON_Parse("{\"text\":\"Ana\"}"), NULL, 100, NULL),
                     CLINIC_OFFLINE);
    broker_start(&broker, "broker");
    UNTIL(clinic_node_state(program.node) == CLINIC_BUS_ONLINE);
    for (int i = 0; i < 32; i++)
        assert_int_equal(clinic_node_ask(program.node, CLINIC_REQUEST_PATIENT_FIND,
                                         cJSON_Parse("{\"text\":\"Ana\"}"), NULL, 100, NULL),
                         CLINIC_OK);
    assert_int_equal(clinic_node_ask(program.node, CLINIC_REQUEST_PATIENT_FIND,
                                     cJSON_Parse("{\"text\":\"Ana\"}"), NULL, 100, NULL),
                     CLINIC_FULL);
    UNTIL(program.timeouts == 32);
    assert_int_equal(clinic_node_submit(program.node, CLINIC_REQUEST_PATIENT_FIND,
                                        cJSON_Parse("{\"text\":\"Ana\"}"), NULL, NULL),
                     CLINIC_INVALID);
    assert_int_equal(clinic_node_ask(program.node, CLINIC_REQUEST_KIND_COUNT, cJSON_CreateObject(),
                                     NULL, 100, NULL),
                     CLINIC_INVALID);
}

static void an_ask_is_answered_to_the_program(void **state)
{
    (void)state;
    broker_start(&broker, "broker");
    start_gateway(&broker, "2026-01-01T00:00:00.000Z");
    start_node();
    UNTIL(gateway.is_online && clinic_node_state(program.node) == CLINIC_BUS_ONLINE);
    cJSON *data = cJSON_Parse("{\"patient_id\":\"01931c5e-7b3a-7000-8000-000000000001\","
                              "\"name\":\"Ana\",\"birth_date\":\"1990-04-02\"}");
    assert_int_equal(
        clinic_node_ask(program.node, CLINIC_REQUEST_PATIENT_CREATE, data, NULL, 5000, NULL),
        CLINIC_OK);
    UNTIL(program.accepted == 1);
    assert_int_equal(waiting(), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_was_submitted_offline_arrives_in_order_after_a_restart),
        TEST(a_gateway_that_comes_back_is_asked_again_at_once),
        TEST(a_question_has_its_time),
        TEST(an_ask_is_answered_to_the_program),
    };
    return cmocka_run_group_tests(tests, node_init, node_done);
}
