// Messages: the will, the window, what is refused, and the order of all the others.
#include "bus_fixture.h"

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

static void the_will_is_published_on_a_kill_but_not_on_a_goodbye(void **state)
{
    (void)state;
    broker_start(&broker, "broker");
    struct node *gateway = open_named("gateway", "gateway");
    assert_int_equal(clinic_bus_subscribe(gateway->bus, "clinic/node/+/status"), CLINIC_OK);
    UNTIL(gateway->online == 1);

    struct clinic_bus_config config = config_of("node", "desk-1");
    (void)snprintf(config.will_topic, sizeof config.will_topic, "clinic/node/desk-1/status");
    (void)snprintf(config.will_payload, sizeof config.will_payload, "offline");
    struct node *node = open_node(&config);
    UNTIL(node->online == 1);
    close_node(node);

    const pid_t pid = fork();
    if (pid == 0) {
        (void)prctl(PR_SET_PDEATHSIG, SIGKILL); // or a failed test would leave it behind
        struct clinic_bus *bus = NULL;
        char problem[512];
        struct node child = { 0 };
        if (clinic_bus_open(&config, &handler, &child, &bus, problem, sizeof problem) != CLINIC_OK)
            _exit(1);
        child.bus = bus;
        while (child.online == 0) {
            struct pollfd polled = { .fd = clinic_bus_fd(bus), .events = POLLIN };
            (void)poll(&polled, 1, -1);
            clinic_bus_step(bus);
        }
        (void)say(&child, "clinic/node/desk-1/status", "here", 1);
        clinic_bus_step(bus);
        for (;;)
            (void)pause();
    }
    // Had the goodbye published the will, it would be the first message.
    UNTIL(gateway->messages >= 1);
    assert_string_equal(gateway->payload, "here");
    assert_int_equal(kill(pid, SIGKILL), 0);
    assert_int_equal(waitpid(pid, NULL, 0), pid);
    UNTIL(gateway->messages == 2);
    assert_string_equal(gateway->payload, "offline");
}

static void beyond_the_window_nothing_is_queued(void **state)
{
    (void)state;
    broker_start(&broker, "broker");
    struct clinic_bus_config config = config_of("gateway", "gateway");
    config.window = 10;
    struct node *gateway = open_node(&config);
    UNTIL(gateway->online == 1);

    assert_int_equal(clinic_bus_room(gateway->bus), 10);
    for (int i = 0; i < 10; i++)
        assert_int_equal(say(gateway, "clinic/a/b", "x", 1), CLINIC_OK);
    assert_int_equal(clinic_bus_room(gateway->bus), 0);
    assert_int_equal(say(gateway, "clinic/a/b", "x", 1), CLINIC_FULL);
    UNTIL(gateway->published == 10);
    assert_int_equal(clinic_bus_room(gateway->bus), 10);
    assert_int_equal(gateway->reason_code, 0x10);

    for (int i = 0; i < 10; i++)
        assert_int_equal(say(gateway, "clinic/a/b", "x", 0), CLINIC_OK);
    assert_int_equal(say(gateway, "clinic/a/b", "x", 0), CLINIC_FULL);
    UNTIL(say(gateway, "clinic/a/b", "x", 0) == CLINIC_OK);
    assert_int_equal(gateway->published, 10);
}

static void what_the_broker_refuses_is_told(void **state)
{
    (void)state;
    broker_start(&broker, "broker");
    struct node *node = open_named("node", "desk-1");
    UNTIL(node->online == 1);
    assert_int_equal(say(node, "clinic/patient/created", "forged", 1), CLINIC_OK);
    UNTIL(node->published == 1);
    assert_int_equal(node->reason_code, 0x87);
}

static void a_message_beyond_the_brokers_limit_is_refused_at_once(void **state)
{
    (void)state;
    broker_start(&broker, "broker");
    struct node *gateway = open_named("gateway", "gateway");
    UNTIL(gateway->online == 1);
    char *large = calloc(1, 200 * 1024);
    memset(large, 'x', 200 * 1024 - 1);
    assert_int_equal(say(gateway, "clinic/a/b", large, 1), CLINIC_INVALID);
    large[90 * 1024] = '\0';
    assert_int_equal(say(gateway, "clinic/a/b", large, 1), CLINIC_OK);
    assert_int_equal(say(gateway, "clinic/+/b", "wildcard", 1), CLINIC_INVALID);
    UNTIL(gateway->published == 1);
    assert_int_equal(gateway->lost, 0);
    free(large);
}

static void properties_and_the_retained_flag_arrive(void **state)
{
    (void)state;
    broker_start(&broker, "broker");
    struct node *gateway = open_named("gateway", "gateway");
    struct node *node = open_named("node", "desk-1");
    UNTIL(gateway->online == 1 && node->online == 1);
    const struct clinic_bus_publish publish = { .topic = "clinic/patient/created",
                                                .payload = "event",
                                                .length = 5,
                                                .qos = 1,
                                                .is_retained = true,
                                                .content_type = "application/json",
                                                .response_topic = "clinic/reply/gateway",
                                                .correlation_data = "1234",
                                                .correlation_bytes = 4 };
    assert_int_equal(clinic_bus_publish(gateway->bus, &publish, NULL), CLINIC_OK);
    UNTIL(gateway->published == 1);
    assert_int_equal(clinic_bus_subscribe(node->bus, "clinic/patient/+"), CLINIC_OK);
    UNTIL(node->messages == 1);
    assert_string_equal(node->payload, "event");
    assert_string_equal(node->response_topic, "clinic/reply/gateway");
    assert_string_equal(node->correlation, "1234");
    assert_int_equal(node->retained, 1);
    assert_int_equal(clinic_bus_publish(gateway->bus, &publish, NULL), CLINIC_OK);
    UNTIL(node->messages == 2);
    assert_int_equal(node->retained, 1);
}

static void ten_thousand_messages_arrive_in_order(void **state)
{
    (void)state;
    enum { MESSAGES = 10000 };
    broker_start(&broker, "broker");
    struct node *gateway = open_named("gateway", "gateway");
    struct node *node = open_named("node", "desk-1");
    assert_int_equal(clinic_bus_subscribe(node->bus, "clinic/patient/created"), CLINIC_OK);
    UNTIL(gateway->online == 1 && node->online == 1);
    // A retained message arrives whenever the broker comes to the subscription.
    assert_int_equal(keep(gateway, "clinic/patient/created", "ready"), CLINIC_OK);
    UNTIL(node->messages == 1 && gateway->published == 1);
    node->messages = 0;
    node->is_counting = true;
    const int64_t deadline_ms = process_now_ms() + 4 * (int64_t)WAIT_MS;
    for (int sent = 0; sent < MESSAGES;) {
        char payload[16];
        (void)snprintf(payload, sizeof payload, "%d", sent);
        if (say(gateway, "clinic/patient/created", payload, 1) == CLINIC_OK)
            sent++;
        else
            step_all(deadline_ms);
        assert_true(process_now_ms() < deadline_ms);
    }
    UNTIL(node->messages == MESSAGES && gateway->published == MESSAGES + 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_will_is_published_on_a_kill_but_not_on_a_goodbye),
        TEST(beyond_the_window_nothing_is_queued),
        TEST(what_the_broker_refuses_is_told),
        TEST(a_message_beyond_the_brokers_limit_is_refused_at_once),
        TEST(properties_and_the_retained_flag_arrive),
        TEST(ten_thousand_messages_arrive_in_order),
    };
    return cmocka_run_group_tests(tests, bus_init, bus_done);
}
