// What a node is told: events without a gap, notices, statuses, its configuration.
#include "node_fixture.h"

static void events_are_replayed_then_live_and_positions_are_kept(void **state)
{
    (void)state;
    broker_start(&broker, "broker");
    start_gateway(&broker, "2026-01-01T00:00:00.000Z");
    UNTIL(gateway.is_online);
    for (int i = 0; i < 5; i++)
        make_event();
    start_subscribed_node();
    UNTIL(program.events == 5);
    make_event();
    UNTIL(program.events == 6);
    assert_int_equal(clinic_node_inbox_counts(program.node)->replayed, 5);
    stop_node();

    make_event();
    start_subscribed_node();
    UNTIL(program.events == 7); // and not the first six again: on_event checks
}

static void what_happened_while_the_broker_was_away_is_replayed(void **state)
{
    (void)state;
    broker_start(&broker, "broker");
    start_gateway(&broker, "2026-01-01T00:00:00.000Z");
    start_subscribed_node();
    UNTIL(gateway.is_online && clinic_node_gateway_is_online(program.node));
    make_event();
    UNTIL(program.events == 1);
    broker_kill(&broker);
    UNTIL(clinic_node_state(program.node) == CLINIC_BUS_OFFLINE && !gateway.is_online);
    assert_false(clinic_node_gateway_is_online(program.node));
    make_event(); // reaches nobody
    broker_start(&broker, "broker");
    UNTIL(program.events == 2);
}

static void notices_statuses_and_config_arrive(void **state)
{
    (void)state;
    broker_start(&broker, "broker");
    start_gateway(&broker, "2026-01-01T00:00:00.000Z");
    start_node();
    assert_int_equal(clinic_node_subscribe_notices(program.node, "staff"), CLINIC_OK);
    assert_int_equal(clinic_node_subscribe_statuses(program.node), CLINIC_OK);
    UNTIL(gateway.is_online && clinic_node_gateway_is_online(program.node));
    char notice[] = "{\"text\":\"hello\"}";
    char config[] = "{\"bins\":[]}";
    char status[] = "{\"state\":\"online\"}";
    char rubbish[] = "[1,";
    send_text("clinic/notification/staff", rubbish, false);
    send_text("clinic/notification/staff", notice, false);
    send_text("clinic/node/desk-1/config", config, true);
    send_text("clinic/node/desk-2/config", config, true);
    send_text("clinic/node/desk-2/status", status, true);
    UNTIL(program.notices == 1 && program.configs == 1 && program.statuses == 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(events_are_replayed_then_live_and_positions_are_kept),
        TEST(what_happened_while_the_broker_was_away_is_replayed),
        TEST(notices_statuses_and_config_arrive),
    };
    return cmocka_run_group_tests(tests, node_init, node_done);
}
