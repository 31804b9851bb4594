// The config courier with a bus that the test plays: every scale gets its config, and each that changes again.
#include "../../../../gateway/couriers/config_courier.h"
#include "scale_fixture.h"

enum { PUBLISHED_MAX = 64, ROOM = 128, UNDER_WAY_MAX = 16 };

// ---- the bus, in the place of the SDK's

static struct {
    bool is_online;
    size_t room; // of which the courier leaves a part to replies
    uint64_t token;
    size_t count;
    char topics[PUBLISHED_MAX][96];
    char times[PUBLISHED_MAX][32];
    int versions[PUBLISHED_MAX];
} bus;

enum clinic_bus_state clinic_bus_state(const struct clinic_bus *unused)
{
    (void)unused;
    return bus.is_online ? CLINIC_BUS_ONLINE : CLINIC_BUS_OFFLINE;
}

size_t clinic_bus_room(const struct clinic_bus *unused)
{
    (void)unused;
    return bus.room;
}

enum clinic_status clinic_bus_publish(struct clinic_bus *unused,
                                      const struct clinic_bus_publish *message, uint64_t *ret_token)
{
    cJSON *json = cJSON_Parse(message->payload);

    (void)unused;
    assert_true(bus.count < PUBLISHED_MAX);
    assert_true(message->is_retained && message->qos == 1);
    assert_string_equal(message->content_type, "application/json");
    assert_true(message->length <= SCALE_CONFIG_BYTES_MAX);
    (void)snprintf(bus.topics[bus.count], sizeof bus.topics[0], "%s", message->topic);
    (void)snprintf(bus.times[bus.count], sizeof bus.times[0], "%s", clinic_json_text(json, "time"));
    bus.versions[bus.count] = clinic_json_member(json, "version")->valueint;
    cJSON_Delete(json);
    bus.count++;
    bus.room--;
    bus.token++;
    if (ret_token != NULL)
        *ret_token = bus.token;
    return CLINIC_OK;
}

// ---- the courier

static struct config_courier *start(struct service_fixture *fixture)
{
    struct config_courier *courier;
    const struct config_courier_config config = {
        .store = fixture->store,
        .prefix = "clinic",
        .clock = &fixture->clock,
    };

    memset(&bus, 0, sizeof bus);
    bus.is_online = true;
    bus.room = ROOM;
    assert_int_equal(config_courier_open(&config, &courier), CLINIC_OK);
    config_courier_online(courier);
    return courier;
}

// How many were published.
static size_t pump(struct config_courier *courier)
{
    const size_t before = bus.count;

    assert_int_equal(config_courier_pump(courier), CLINIC_OK);
    return bus.count - before;
}

static void acknowledge_all(struct config_courier *courier)
{
    for (uint64_t token = 1; token <= bus.token; token++)
        config_courier_published(courier, token, 0);
}

static void add_scales(struct service_fixture *fixture, int count)
{
    for (int i = 1; i <= count; i++)
        assert_accepted(fixture, CLINIC_REQUEST_EQUIPMENT_SCALE,
                        "{\"node\":\"scale-%d\",\"channel\":1,\"capacity_mg\":1,\"bin_mg\":0}", i);
}

static void a_config_is_published_when_it_changes_and_only_then(void **state)
{
    struct service_fixture *fixture = *state;
    struct config_courier *courier = start(fixture);

    assert_int_equal(pump(courier), 0);
    add_scales(fixture, 2);
    assert_int_equal(pump(courier), 2);
    assert_string_equal(bus.topics[0], "clinic/node/scale-1/config");
    assert_string_equal(bus.topics[1], "clinic/node/scale-2/config");
    assert_int_equal(pump(courier), 0);
    // What is nothing to a scale brings nothing.
    assert_accepted(fixture, CLINIC_REQUEST_EQUIPMENT_ITEM,
                    "{\"item_id\":\"gloves\",\"name\":\"Gloves\",\"unit\":\"box\","
                    "\"location\":\"\",\"minimum\":1,\"par\":2}");
    assert_int_equal(pump(courier), 0);
    fixture->wall_ms += SECONDS(7);
    assert_true(cell_set(fixture, "\"most\":50"));
    assert_int_equal(pump(courier), 1);
    assert_string_equal(bus.topics[2], "clinic/node/scale-1/config");
    assert_string_equal(bus.times[2], "2026-11-23T08:00:07.000Z");
    assert_int_equal(bus.versions[2], 4);
    config_courier_close(courier);
}

static void after_each_connection_every_scale_gets_its_config(void **state)
{
    struct service_fixture *fixture = *state;
    struct config_courier *courier = start(fixture);

    add_scales(fixture, 3);
    assert_int_equal(pump(courier), 3);
    config_courier_published(courier, 1, 0); // the others are lost on their way
    bus.is_online = false;
    assert_true(cell_set(fixture, "\"most\":50"));
    assert_int_equal(pump(courier), 0);
    bus.is_online = true;
    config_courier_online(courier);
    assert_int_equal(pump(courier), 3);
    assert_string_equal(bus.topics[3], "clinic/node/scale-2/config"); // the oldest first
    assert_string_equal(bus.topics[5], "clinic/node/scale-1/config");
    assert_int_equal(bus.versions[5], 4);
    assert_int_equal(pump(courier), 0);
    config_courier_close(courier);

    courier = start(fixture); // a restart of the gateway
    assert_int_equal(pump(courier), 3);
    config_courier_close(courier);
}

static void a_few_are_under_way_at_a_time_and_none_is_left_out(void **state)
{
    struct service_fixture *fixture = *state;
    struct config_courier *courier = start(fixture);

    add_scales(fixture, 2 * UNDER_WAY_MAX + 3);
    assert_int_equal(pump(courier), UNDER_WAY_MAX);
    assert_int_equal(pump(courier), 0);
    config_courier_published(courier, 5, 0);
    config_courier_published(courier, 5, 0);  // of something else by now
    config_courier_published(courier, 99, 0); // of another courier
    assert_int_equal(pump(courier), 1);
    acknowledge_all(courier);
    assert_int_equal(pump(courier), UNDER_WAY_MAX);
    acknowledge_all(courier);
    assert_int_equal(pump(courier), 2);
    for (size_t i = 0; i < bus.count; i++) {
        for (size_t k = 0; k < i; k++)
            assert_string_not_equal(bus.topics[i], bus.topics[k]);
    }
    config_courier_close(courier);
}

static void room_is_left_to_replies(void **state)
{
    struct service_fixture *fixture = *state;
    struct config_courier *courier = start(fixture);

    add_scales(fixture, 3);
    bus.room = 33;
    assert_int_equal(pump(courier), 1);
    assert_int_equal(pump(courier), 0);
    bus.room = ROOM;
    assert_int_equal(pump(courier), 2);
    config_courier_close(courier);
}

static void a_refused_config_is_offered_with_the_next_connection(void **state)
{
    struct service_fixture *fixture = *state;
    struct config_courier *courier = start(fixture);

    add_scales(fixture, 1);
    assert_int_equal(pump(courier), 1);
    config_courier_published(courier, 1, 0x87);
    assert_int_equal(pump(courier), 0);
    config_courier_online(courier);
    assert_int_equal(pump(courier), 1);
    config_courier_close(courier);
}

static void a_scale_whose_last_channel_was_taken_off_is_told(void **state)
{
    struct service_fixture *fixture = *state;
    struct config_courier *courier = start(fixture);

    add_scales(fixture, 1);
    assert_int_equal(pump(courier), 1);
    assert_true(cell_set(fixture, "\"remove\":true"));
    assert_int_equal(pump(courier), 1);
    assert_int_equal(bus.versions[1], 2);
    config_courier_online(courier);
    assert_int_equal(pump(courier), 1);
    config_courier_close(courier);
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, services_open, services_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_config_is_published_when_it_changes_and_only_then),
        TEST(after_each_connection_every_scale_gets_its_config),
        TEST(a_few_are_under_way_at_a_time_and_none_is_left_out),
        TEST(room_is_left_to_replies),
        TEST(a_refused_config_is_offered_with_the_next_connection),
        TEST(a_scale_whose_last_channel_was_taken_off_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
