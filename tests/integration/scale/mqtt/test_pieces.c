// A real broker through a socket that moves a byte at a time, or is cut after any of them.
#include "shop.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static int open_shop(void **state)
{
    *state = shop_open(60);
    return 0;
}

static void say_to(struct shop *shop, const char *payload, int qos)
{
    witness_publish(&shop->witness, "scale-1/in", payload, strlen(payload), qos, false);
}

static void messages_go_both_ways_one_byte_at_a_time(void **state)
{
    struct shop *shop = *state;
    struct device *device = &shop->device;
    char text[16];

    device->hal.read_most = device->hal.write_most = 1;
    DEVICE_UNTIL(device, device->online == 1);
    for (int i = 0; i < 20; i++) {
        (void)snprintf(text, sizeof text, "%d", i);
        say_to(shop, text, i % 2);
        device_say(device, text);
        DEVICE_UNTIL(device, device_count(device, text) == 1);
        (void)snprintf(text, sizeof text, "out=%d\n", i);
        DEVICE_UNTIL(device, witness_count(&shop->witness, text) == 1);
    }
    assert_int_equal(device->hal.connects, 1);
    DEVICE_UNTIL(device, device_wrote(device, WIRE_PUBACK, 0) == 10);
}

static void hundreds_of_messages_at_once_arrive_in_order_once(void **state)
{
    struct shop *shop = *state;
    struct device *device = &shop->device;
    char expected[8192] = "";
    char text[16];

    device->hal.read_most = 7;
    device->hal.write_most = 3;
    DEVICE_UNTIL(device, device->online == 1);
    for (int i = 0; i < 500; i++) {
        (void)snprintf(text, sizeof text, "%d", i);
        say_to(shop, text, 1);
        (void)snprintf(expected + strlen(expected), sizeof expected - strlen(expected), "%d\n", i);
        if (i % 10 == 0)
            device_say(device, text);
    }
    DEVICE_UNTIL(device, device_count(device, "499") == 1);
    assert_string_equal(device->log, expected);
    assert_int_equal(device->hal.connects, 1);
}

// A round of one message each way. Returns whether the connection was cut in it.
static bool go_round(struct shop *shop, const char *text, size_t cut_after)
{
    struct device *device = &shop->device;
    char said[32];
    char again[32];
    bool is_published = false;
    bool was_cut = false;

    (void)snprintf(said, sizeof said, "out=%s\n", text);
    (void)snprintf(again, sizeof again, "%s again", text);
    device_cut(device);
    DEVICE_UNTIL(device, mqtt_state(&device->mqtt) == MQTT_OFFLINE);
    say_to(shop, text, 1);
    device->hal.cut_after = cut_after;
    for (const int64_t started_ms = process_now_ms();
         !is_published || !mqtt_is_free(&device->mqtt)
         || device_count(device, text) + device_count(device, again) == 0;
         device_turn_within(device, started_ms, text)) {
        was_cut |= device->hal.cut_after == 0;
        if (was_cut && device->hal.socket < 0)
            device->hal.cut_after = SIZE_MAX;
        if (!is_published)
            is_published = mqtt_publish(&device->mqtt, "out", text, strlen(text), false);
    }
    assert_in_range(device_count(device, text), 0, 1); // twice only as a duplicate
    DEVICE_UNTIL(device, witness_count(&shop->witness, said) > 0);
    return was_cut;
}

// CONNECT, CONNACK, SUBSCRIBE, SUBACK, a message each way and their acknowledgements: the connection ends after
// each of these bytes in turn, and nothing is lost.
static void a_connection_cut_after_any_byte_loses_nothing(void **state)
{
    struct shop *shop = *state;
    struct device *device = &shop->device;
    char text[16] = "first";
    size_t cut = 1;
    size_t sent_again = 0;

    DEVICE_UNTIL(device, device->online == 1);
    for (bool was_cut = true; was_cut; cut++) {
        (void)snprintf(text, sizeof text, "%04zu", cut);
        was_cut = go_round(shop, text, cut);
        sent_again += device_wrote(device, WIRE_PUBLISH, 0x0A);
    }
    assert_in_range(cut, 100, 300);
    assert_in_range(sent_again, 10, 30); // PUBLISH and its PUBACK have 17 bytes
    assert_int_equal(device->acknowledged, cut - 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(messages_go_both_ways_one_byte_at_a_time, open_shop,
                                        shop_close),
        cmocka_unit_test_setup_teardown(hundreds_of_messages_at_once_arrive_in_order_once,
                                        open_shop, shop_close),
        cmocka_unit_test_setup_teardown(a_connection_cut_after_any_byte_loses_nothing, open_shop,
                                        shop_close),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
