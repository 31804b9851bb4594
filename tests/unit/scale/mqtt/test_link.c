// The link over a board whose network does as it is told: backoff, jitter, pieces, problems.
#include "link.h"
#include "script.h"

#include <stdio.h>
#include <stdlib.h>

struct hal {
    enum hal_net answers; // to hal_net_connect
    int64_t connect_now_s;
    unsigned connects; // begun
    bool is_connecting;
    bool is_open;
    bool is_cut;         // read and write fail
    size_t reads;        // calls since the test looked
    size_t write_most;   // bytes taken at once; 0: none
    const uint8_t *left; // what the broker still has to say
    size_t left_length;
    uint8_t written[4096];
    size_t written_length;
};

struct bench {
    struct hal hal;
    struct mqtt mqtt;
    struct link link;
    uint32_t now_ms;
    unsigned online;
    unsigned messages;
};

enum hal_net hal_net_connect(struct hal *hal, int64_t now_s)
{
    assert_false(hal->is_open);
    hal->connects += !hal->is_connecting;
    hal->is_connecting = hal->answers == HAL_NET_BUSY;
    hal->is_open = hal->answers == HAL_NET_READY;
    hal->connect_now_s = now_s;
    return hal->answers;
}

int hal_net_read(struct hal *hal, void *ret_bytes, size_t length)
{
    assert_true(hal->is_open && length > 0);
    hal->reads++;
    const size_t count = length < hal->left_length ? length : hal->left_length;
    if (hal->is_cut)
        return -1;
    if (count == 0)
        return 0;
    memcpy(ret_bytes, hal->left, count);
    hal->left += count;
    hal->left_length -= count;
    return (int)count;
}

int hal_net_write(struct hal *hal, const void *bytes, size_t length)
{
    assert_true(hal->is_open && length > 0);
    const size_t count = length < hal->write_most ? length : hal->write_most;
    if (hal->is_cut)
        return -1;
    assert_true(count <= sizeof hal->written - hal->written_length);
    memcpy(hal->written + hal->written_length, bytes, count);
    hal->written_length += count;
    return (int)count;
}

void hal_net_close(struct hal *hal)
{
    hal->is_open = hal->is_connecting = false;
}

static void on_online(void *context)
{
    ((struct bench *)context)->online++;
}

static void on_message(void *context, const struct mqtt_message *message)
{
    (void)message;
    ((struct bench *)context)->messages++;
}

static void on_acknowledged(void *context)
{
    (void)context;
}

static const struct mqtt_handler handler = { on_online, on_message, on_acknowledged };

static void bench_init(struct bench *bench, const char *device)
{
    *bench = (struct bench){ .hal = { .answers = HAL_NET_READY, .write_most = SIZE_MAX } };
    mqtt_init(&bench->mqtt, &script_config, &handler, bench);
    link_init(&bench->link, &bench->hal, &bench->mqtt, device, bench->now_ms);
}

static int set_up(void **state)
{
    *state = malloc(sizeof(struct bench));
    assert_non_null(*state);
    bench_init(*state, "scale-1");
    return 0;
}

static int tear_down(void **state)
{
    free(*state);
    return 0;
}

static void run(struct bench *bench, uint32_t ms)
{
    for (const uint32_t end = bench->now_ms + ms; bench->now_ms != end;) {
        bench->now_ms += 10;
        link_step(&bench->link, bench->now_ms, 1800000000);
    }
}

static void say(struct bench *bench, const uint8_t *bytes, size_t length)
{
    bench->hal.left = bytes;
    bench->hal.left_length = length;
    while (bench->hal.left_length > 0 && bench->hal.is_open)
        run(bench, 10);
}

static void get_online(struct bench *bench)
{
    run(bench, 2000);
    assert_true(bench->hal.is_open);
    say(bench, script_connack, 4);
    run(bench, 500); // SUBSCRIBE is written
    const uint16_t id = bench->mqtt.subscribe_id;
    say(bench, BYTES(0x90, 4, (uint8_t)(id >> 8), (uint8_t)id, 1, 1));
    assert_int_equal(mqtt_state(&bench->mqtt), MQTT_ONLINE);
}

static void it_connects_and_comes_online(void **state)
{
    struct bench *bench = *state;

    get_online(bench);
    assert_int_equal(bench->hal.connects, 1);
    assert_int_equal(bench->hal.connect_now_s, 1800000000);
    assert_int_equal(bench->online, 1);
    assert_null(link_problem(&bench->link));
}

// Counts failed connections in a time, and asserts that the waits keep to their limits.
static void failures_make_it_wait_longer_up_to_a_minute(void **state)
{
    struct bench *bench = *state;
    uint32_t last_ms = 0;
    uint32_t longest_ms = 0;
    uint32_t limit_ms = 1000;

    bench->hal.answers = HAL_NET_FAILED;
    for (unsigned seen = 0; seen < 200;) {
        run(bench, 10);
        if (bench->hal.connects == seen)
            continue;
        const uint32_t waited_ms = bench->now_ms - last_ms;
        assert_true(waited_ms <= limit_ms + 20);
        if (waited_ms > longest_ms)
            longest_ms = waited_ms;
        if (seen > 0) // the first wait is not for a failure
            limit_ms = limit_ms < 15000 ? limit_ms * 2 : 30000;
        last_ms = bench->now_ms;
        seen = bench->hal.connects;
        assert_string_equal(link_problem(&bench->link), "broker: not reached");
    }
    assert_in_range(longest_ms, 25000, 30020);
    assert_in_range(bench->now_ms, 200 * 10000, 200 * 20000); // a quarter of a minute on average
}

static void two_hundred_devices_do_not_come_at_the_same_moment(void **state)
{
    struct bench *bench = *state;
    unsigned slots[100] = { 0 };

    for (int i = 0; i < 200; i++) {
        char device[16];
        (void)snprintf(device, sizeof device, "scale-%d", i);
        bench_init(bench, device);
        while (bench->hal.connects == 0)
            run(bench, 10);
        assert_true(bench->now_ms <= 1000);
        slots[(bench->now_ms - 1) / 10]++;
    }
    for (size_t i = 0; i < 100; i++)
        assert_true(slots[i] <= 10);
}

static void a_minute_of_connection_sets_the_wait_back(void **state)
{
    struct bench *bench = *state;

    bench->hal.answers = HAL_NET_FAILED;
    run(bench, 600000);
    assert_int_equal(bench->link.limit_ms, 30000);
    bench->hal.answers = HAL_NET_READY;
    while (!bench->hal.is_open)
        run(bench, 10);
    get_online(bench);
    for (int i = 0; i < 5; i++) {
        assert_int_equal(bench->link.limit_ms, 30000);
        run(bench, 10000);
        say(bench, BYTES(0xD0, 0));
    }
    run(bench, 10000);
    assert_int_equal(bench->link.limit_ms, 1000);
    bench->hal.is_cut = true;
    run(bench, 20);
    assert_false(bench->hal.is_open);
    assert_string_equal(link_problem(&bench->link), "connection lost");
    bench->hal.is_cut = false;
    run(bench, 1000);
    assert_true(bench->hal.is_open);
}

static void a_broker_that_always_sends_too_much_is_not_besieged(void **state)
{
    struct bench *bench = *state;
    bool is_clean = false;

    while (bench->now_ms < 3600000) {
        run(bench, 10);
        if (!bench->hal.is_open)
            continue;
        run(bench, 10);
        is_clean = (bench->hal.written[9] & 0x02) != 0;
        bench->hal.written_length = 0;
        say(bench, script_connack, 4);
        say(bench, BYTES(0x31, 0xFF, 0xFF, 0x7F));
        assert_false(bench->hal.is_open);
        assert_string_equal(link_problem(&bench->link), "too large a packet from the broker");
    }
    assert_true(is_clean);
    assert_in_range(bench->hal.connects, 120, 400);
}

static void a_handshake_that_takes_too_long_is_given_up(void **state)
{
    struct bench *bench = *state;

    bench->hal.answers = HAL_NET_BUSY;
    run(bench, 1000);
    assert_int_equal(bench->hal.connects, 1);
    run(bench, 28500);
    assert_int_equal(bench->hal.connects, 1);
    run(bench, 3000);
    assert_string_equal(link_problem(&bench->link), "broker: not reached in time");
    run(bench, 3000);
    assert_int_equal(bench->hal.connects, 2);
}

static void a_step_reads_a_little_and_never_waits(void **state)
{
    struct bench *bench = *state;
    static uint8_t zeros[65536];

    get_online(bench);
    for (size_t at = 0; at + 5 <= sizeof zeros; at += 5)
        memcpy(zeros + at, (const uint8_t[]){ 0x30, 3, 0, 1, 't' }, 5);
    bench->hal.left = zeros;
    bench->hal.left_length = sizeof zeros / 5 * 5;
    while (bench->hal.left_length > 0) {
        const size_t before = bench->hal.left_length;
        bench->hal.reads = 0;
        run(bench, 10);
        assert_in_range(before - bench->hal.left_length, 1, 4096);
        assert_in_range(bench->hal.reads, 1, 20);
    }
    assert_int_equal(bench->messages, sizeof zeros / 5);
    bench->hal.reads = 0;
    run(bench, 10); // nothing to read
    assert_int_equal(bench->hal.reads, 1);
}

static void what_the_network_does_not_take_is_written_later(void **state)
{
    struct bench *bench = *state;
    struct wire_packet packet;
    size_t length = 0;
    size_t at = 0;

    bench->hal.write_most = 1;
    run(bench, 2000);
    assert_int_equal(wire_read(bench->hal.written, bench->hal.written_length, &packet, &length),
                     WIRE_WHOLE);
    get_online(bench);
    bench->hal.written_length = 0;
    bench->hal.write_most = 0;
    assert_true(mqtt_publish(&bench->mqtt, "t", "payload", 7, false));
    run(bench, 1000);
    assert_int_equal(bench->hal.written_length, 0);
    bench->hal.write_most = 1;
    run(bench, 1000);
    assert_int_equal(
        wire_read(bench->hal.written + at, bench->hal.written_length, &packet, &length),
        WIRE_WHOLE);
    assert_true(script_is(packet.payload, "payload"));
    assert_int_equal(length, bench->hal.written_length);
}

// Acknowledgements that nobody reads: input stops, and so does the connection, but nothing is dropped.
static void a_broker_that_does_not_read_is_given_up(void **state)
{
    struct bench *bench = *state;
    static uint8_t flood[65536];

    get_online(bench);
    for (size_t at = 0; at + 7 <= sizeof flood; at += 7)
        memcpy(flood + at, (const uint8_t[]){ 0x32, 5, 0, 1, 't', 0, 1 }, 7);
    bench->hal.write_most = 0;
    bench->hal.left = flood;
    bench->hal.left_length = sizeof flood;
    run(bench, 1000);
    assert_in_range(bench->messages, 100, MQTT_CONTROL_BYTES / 4);
    const uint32_t stalled_at_ms = bench->now_ms;
    while (bench->hal.is_open)
        run(bench, 10);
    assert_in_range(bench->now_ms - stalled_at_ms, 1, SCRIPT_KEEPALIVE_S * 1500);
    assert_string_equal(link_problem(&bench->link), "broker: no sign of life");
    assert_in_range(bench->messages, 100, MQTT_CONTROL_BYTES / 4);
}

#define LINK_TEST(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        LINK_TEST(it_connects_and_comes_online),
        LINK_TEST(failures_make_it_wait_longer_up_to_a_minute),
        LINK_TEST(two_hundred_devices_do_not_come_at_the_same_moment),
        LINK_TEST(a_minute_of_connection_sets_the_wait_back),
        LINK_TEST(a_broker_that_always_sends_too_much_is_not_besieged),
        LINK_TEST(a_handshake_that_takes_too_long_is_given_up),
        LINK_TEST(a_step_reads_a_little_and_never_waits),
        LINK_TEST(what_the_network_does_not_take_is_written_later),
        LINK_TEST(a_broker_that_does_not_read_is_given_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
