// What goes wrong between a scale and a real broker: it is killed, stopped, idle, or sends too much.
#include "shop.h"

#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { KEEPALIVE_S = 2, KEEPALIVE_MS = KEEPALIVE_S * 1000 };

static int open_shop(void **state)
{
    struct shop *shop = shop_open(KEEPALIVE_S);
    DEVICE_UNTIL(&shop->device, shop->device.online == 1);
    *state = shop;
    return 0;
}

static void go_on_for(struct device *device, int64_t ms)
{
    for (const int64_t end_ms = process_now_ms() + ms; process_now_ms() < end_ms;)
        device_turn(device);
}

// The broker ends after so much of a message was written, and comes back.
static void end_in_the_middle(struct shop *shop, int signal, size_t bytes, const char *payload)
{
    struct device *device = &shop->device;
    const unsigned acknowledged = device->acknowledged;
    const unsigned online = device->online;

    DEVICE_UNTIL(device, mqtt_is_free(&device->mqtt));
    device->hal.stall_after = bytes;
    assert_true(mqtt_publish(&device->mqtt, "out", payload, strlen(payload), false));
    DEVICE_UNTIL(device, device->hal.stall_after == 0);
    plain_broker_end(&shop->broker, signal);
    witness_done(&shop->witness);
    device->hal.stall_after = SIZE_MAX;
    DEVICE_UNTIL(device, link_problem(&device->link) != NULL);
    go_on_for(device, 20); // and is refused for a while
    plain_broker_start(&shop->broker);
    witness_init(&shop->witness, shop->broker.port);
    DEVICE_UNTIL(device, device->acknowledged > acknowledged);
    assert_int_equal(device->acknowledged, acknowledged + 1);
    assert_int_equal(device->online, online + 1);
}

// A broker that was killed has forgotten the session, one that was ended has not. The message has 13 bytes.
static void a_broker_that_ends_in_the_middle_of_a_packet_gets_it_whole_later(void **state)
{
    static const struct {
        int signal;
        unsigned flags;
    } ends[] = { { SIGKILL, 0x02 }, { SIGTERM, 0x0A } };
    struct shop *shop = *state;
    struct device *device = &shop->device;
    char payload[8];
    char line[16];

    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
        for (size_t bytes = 1; bytes < 13; bytes++) {
            (void)snprintf(payload, sizeof payload, "%zu-%02zu", i, bytes);
            (void)snprintf(line, sizeof line, "out=%s\n", payload);
            end_in_the_middle(shop, ends[i].signal, bytes, payload);
            assert_int_equal(device_wrote(device, WIRE_PUBLISH, ends[i].flags), 1);
            DEVICE_UNTIL(device, witness_count(&shop->witness, line) == 1);
        }
    }
}

static void an_idle_scale_is_not_dropped(void **state)
{
    struct shop *shop = *state;
    struct device *device = &shop->device;

    go_on_for(device, 3 * KEEPALIVE_MS + 1000);
    assert_int_equal(device->hal.connects, 1);
    assert_null(link_problem(&device->link));
    assert_in_range(device_wrote(device, WIRE_PINGREQ, 0), 5, 7);
    assert_int_equal(witness_count(&shop->witness, "scale-1/status"), 0);
}

// What the last test would see if nobody pinged: the broker does look at the time.
static void a_scale_that_hangs_is_dropped_and_its_last_will_is_told(void **state)
{
    struct shop *shop = *state;
    struct device *device = &shop->device;

    device->is_frozen = true;
    DEVICE_UNTIL(device, witness_count(&shop->witness, "scale-1/status=offline\n") == 1);
    device->is_frozen = false;
    DEVICE_UNTIL(device, device->online == 2);
}

static void a_scale_whose_socket_is_cut_leaves_its_last_will_retained(void **state)
{
    struct shop *shop = *state;
    struct device *device = &shop->device;
    struct witness *late = calloc(1, sizeof *late);

    assert_non_null(late);
    device->is_frozen = true;
    device_cut(device);
    DEVICE_UNTIL(device, witness_count(&shop->witness, "scale-1/status=offline\n") == 1);
    witness_init(late, shop->broker.port);
    device->witness = late;
    DEVICE_UNTIL(device, witness_count(late, "scale-1/status=offline retained\n") == 1);
    witness_done(late);
    free(late);
}

static void a_broker_that_hangs_is_noticed(void **state)
{
    struct shop *shop = *state;
    struct device *device = &shop->device;

    assert_int_equal(kill(shop->broker.process.pid, SIGSTOP), 0);
    const int64_t stopped_ms = process_now_ms();
    DEVICE_UNTIL(device, link_problem(&device->link) != NULL);
    assert_string_equal(link_problem(&device->link), "broker: no sign of life");
    assert_in_range(process_now_ms() - stopped_ms, KEEPALIVE_MS, KEEPALIVE_MS * 3 / 2 + 1000);
    assert_int_equal(kill(shop->broker.process.pid, SIGCONT), 0);
    DEVICE_UNTIL(device, device->online == 2);
    device_say(device, "here again");
}

// So large that only one message fits: its topic and packet id take 14 bytes.
enum { LARGEST_BYTES = MQTT_RECEIVE_BYTES - 14 };

static void retain(struct shop *shop, size_t length, char fill)
{
    char payload[LARGEST_BYTES + 1];

    memset(payload, fill, sizeof payload);
    witness_publish(&shop->witness, "scale-1/in", payload, length, 1, true);
}

static void a_retained_message_as_large_as_the_buffer_is_taken(void **state)
{
    static const char expected[] = "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx";
    struct shop *shop = *state;
    struct device *device = &shop->device;

    retain(shop, LARGEST_BYTES, 'x');
    DEVICE_UNTIL(device, device_count(device, expected) == 1);
    device_cut(device);
    DEVICE_UNTIL(device,
                 device_count(device, "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx retained") == 1);
    assert_int_equal(device->hal.connects, 2);
}

// The scale keeps away from it longer and longer; the session with the packet in it is not taken up again, so that
// all is well as soon as there is a smaller one.
static void a_larger_one_is_refused_until_it_is_replaced(void **state)
{
    struct shop *shop = *state;
    struct device *device = &shop->device;

    device->skip_ms = 100;
    retain(shop, LARGEST_BYTES + 1, 'y');
    while (device->hal.connects < 10) {
        const char *problem = link_problem(&device->link);
        assert_true(problem == NULL || strcmp(problem, "too large a packet from the broker") == 0);
        device_turn(device);
    }
    assert_true(device->skew_ms > 60000);
    assert_string_equal(device->log, "");
    DEVICE_UNTIL(device, device->hal.socket < 0);
    retain(shop, 3, 'z');
    DEVICE_UNTIL(device, device_count(device, "zzz retained") == 1);
    go_on_for(device, 100);
    assert_null(link_problem(&device->link));
    device_say(device, "well again");
}

#define SHOP_TEST(test) cmocka_unit_test_setup_teardown(test, open_shop, shop_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        SHOP_TEST(a_broker_that_ends_in_the_middle_of_a_packet_gets_it_whole_later),
        SHOP_TEST(an_idle_scale_is_not_dropped),
        SHOP_TEST(a_scale_that_hangs_is_dropped_and_its_last_will_is_told),
        SHOP_TEST(a_scale_whose_socket_is_cut_leaves_its_last_will_retained),
        SHOP_TEST(a_broker_that_hangs_is_noticed),
        SHOP_TEST(a_retained_message_as_large_as_the_buffer_is_taken),
        SHOP_TEST(a_larger_one_is_refused_until_it_is_replaced),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
