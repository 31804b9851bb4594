// Connections: the first, the next after every kind of end, and servers that are none.
#include "bus_fixture.h"

#include "port.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

static void a_first_connection_stands_within_2_s_after_the_broker_appears(void **state)
{
    (void)state;
    struct node *node = open_named("node", "desk-1");
    UNTIL(node->offline >= 5);
    assert_contains(node->reason, "refused");
    assert_int_equal(say(node, "clinic/request/desk-1/a/b", "x", 1), CLINIC_OFFLINE);

    broker_start(&broker, "broker");
    UNTIL_MS(2000, node->online == 1);
    assert_int_equal(node->lost, 0);
}

static void after_kill_9_of_the_broker_it_comes_back_and_subscribes_again(void **state)
{
    (void)state;
    broker_start(&broker, "broker");
    struct node *node = open_named("node", "desk-1");
    struct node *gateway = open_named("gateway", "gateway");
    assert_int_equal(clinic_bus_subscribe(node->bus, "clinic/patient/created"), CLINIC_OK);
    assert_int_equal(clinic_bus_subscribe(node->bus, "clinic/patient/created"), CLINIC_OK);
    UNTIL(node->online == 1 && gateway->online == 1);
    assert_int_equal(clinic_bus_subscribe(node->bus, "clinic/reply/desk-1"), CLINIC_OK);
    assert_int_equal(keep(gateway, "clinic/reply/desk-1", "one"), CLINIC_OK);
    assert_int_equal(keep(gateway, "clinic/patient/created", "two"), CLINIC_OK);
    UNTIL(node->messages == 2);

    for (int round = 1; round <= 2; round++) {
        broker_kill(&broker);
        UNTIL(node->lost == round && gateway->lost == round);
        broker_start(&broker, "broker");
        UNTIL(node->online == round + 1 && gateway->online == round + 1);
        assert_int_equal(keep(gateway, "clinic/reply/desk-1", "again"), CLINIC_OK);
        UNTIL(node->messages == 2 + round);
        assert_string_equal(node->payload, "again");
    }
}

// One listener is silent; the other's queue is full, so that not even the connection is made.
static void a_server_that_does_not_answer_is_given_up_after_10_s(void **state)
{
    (void)state;
    struct clinic_bus_config config = config_of("node", "desk-1");
    int port = 0;
    const int silent = port_listen(10, &port);
    config.port = port;
    struct node *at_silent = open_node(&config);

    const int full = port_listen(0, &port);
    struct sockaddr_in address = { .sin_family = AF_INET,
                                   .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
                                   .sin_port = htons((uint16_t)port) };
    int fillers[3];
    for (size_t i = 0; i < 3; i++) {
        fillers[i] = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        (void)connect(fillers[i], (struct sockaddr *)&address, sizeof address);
    }
    config.port = port;
    struct node *at_full = open_node(&config);

    const int64_t begin_ms = process_now_ms();
    UNTIL(at_silent->offline == 1 && at_full->offline == 1);
    assert_in_range(process_now_ms() - begin_ms, 9900, 11500);
    assert_string_equal(at_silent->reason, "no answer within 10 s");
    assert_string_equal(at_full->reason, "no answer within 10 s");
    assert_in_range(at_silent->steps, 2, 10);
    assert_in_range(at_full->steps, 2, 10);

    for (size_t i = 0; i < 3; i++)
        assert_int_equal(close(fillers[i]), 0);
    assert_int_equal(close(full), 0);
    assert_int_equal(close(silent), 0);
}

// Hangs up on a client as soon as it has said something; unread, that turns the close into a reset.
static void hang_up(int listener, int *client, bool resets)
{
    char hello[4096];
    if (*client < 0)
        *client = accept4(listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (*client < 0 || recv(*client, hello, sizeof hello, resets ? MSG_PEEK : 0) <= 0)
        return;
    const struct linger linger = { .l_onoff = resets, .l_linger = 0 };
    assert_int_equal(setsockopt(*client, SOL_SOCKET, SO_LINGER, &linger, sizeof linger), 0);
    assert_int_equal(close(*client), 0);
    *client = -1;
}

static void a_server_that_hangs_up_is_asked_again_without_a_busy_loop(void **state)
{
    (void)state;
    for (int resets = 0; resets <= 1; resets++) {
        struct clinic_bus_config config = config_of("node", "desk-1");
        int port = 0;
        const int listener = port_listen(10, &port);
        assert_int_equal(fcntl(listener, F_SETFL, O_NONBLOCK), 0);
        config.port = port;
        struct node *node = open_node(&config);
        int client = -1;
        const int64_t until_ms = process_now_ms() + WAIT_MS;
        while (node->offline < 4 && process_now_ms() < until_ms) {
            hang_up(listener, &client, resets);
            step_all(process_now_ms() + 10);
        }
        assert_int_equal(node->offline, 4);
        assert_in_range(node->steps, 4, 40);
        assert_contains(node->reason, resets ? "reset" : "closed");
        close_node(node);
        assert_int_equal(close(listener), 0);
    }
}

static void a_second_client_of_the_same_name_is_told_to_the_first(void **state)
{
    (void)state;
    broker_start(&broker, "broker");
    struct node *first = open_named("node", "desk-1");
    UNTIL(first->online == 1);
    (void)open_named("node", "desk-1");
    UNTIL(first->lost == 1);
    assert_contains(first->reason, "broker"); // 2.0.11 closes without a word, later ones say why
}

static void a_person_in_a_hurry_need_not_wait(void **state)
{
    (void)state;
    broker_start(&broker, "broker");
    struct node *node = open_named("node", "desk-1");
    UNTIL(node->online == 1);
    broker_kill(&broker);
    UNTIL(node->offline >= 5); // by now it waits for some time
    const int64_t begin_ms = process_now_ms();
    for (int attempts = node->connecting, i = 1; i <= 5; i++) {
        UNTIL(clinic_bus_state(node->bus) == CLINIC_BUS_OFFLINE);
        clinic_bus_hurry(node->bus);
        UNTIL(node->connecting >= attempts + i);
    }
    assert_true(process_now_ms() - begin_ms < 1000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_first_connection_stands_within_2_s_after_the_broker_appears),
        TEST(after_kill_9_of_the_broker_it_comes_back_and_subscribes_again),
        TEST(a_server_that_does_not_answer_is_given_up_after_10_s),
        TEST(a_server_that_hangs_up_is_asked_again_without_a_busy_loop),
        TEST(a_second_client_of_the_same_name_is_told_to_the_first),
        TEST(a_person_in_a_hurry_need_not_wait),
    };
    return cmocka_run_group_tests(tests, bus_init, bus_done);
}
