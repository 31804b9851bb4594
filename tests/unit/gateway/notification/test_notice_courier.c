// The notice courier with a bus that the test plays: each notice goes out when it is due, and is not forgotten.
#include "message_fixture.h"

#include "../../../../gateway/couriers/notice_courier.h"

enum { PUBLISHED_MAX = 64, ROOM = 64 };

// ---- the bus, in the place of the SDK's

static struct {
    bool is_online;
    size_t room; // of which the courier leaves a part to replies
    uint64_t token;
    size_t count;
    char topics[PUBLISHED_MAX][96];
    char ids[PUBLISHED_MAX][32];
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
    assert_true(bus.count < PUBLISHED_MAX && !message->is_retained);
    (void)snprintf(bus.topics[bus.count], sizeof bus.topics[0], "%s", message->topic);
    (void)snprintf(bus.ids[bus.count], sizeof bus.ids[0], "%s", clinic_json_text(json, "id"));
    cJSON_Delete(json);
    bus.count++;
    bus.room--;
    bus.token++;
    if (ret_token != NULL)
        *ret_token = bus.token;
    return CLINIC_OK;
}

// ---- the courier

static struct notice_courier *start(struct service_fixture *fixture, uint64_t at_once,
                                    uint64_t later)
{
    struct notice_courier *courier;
    const struct notice_courier_config config = {
        .store = fixture->store,
        .prefix = "clinic",
        .clock = &fixture->clock,
        .positions = { [NOTICE_AT_ONCE] = at_once, [NOTICE_LATER] = later },
    };

    memset(&bus, 0, sizeof bus);
    bus.is_online = true;
    bus.room = ROOM;
    assert_int_equal(notice_courier_open(&config, &courier), CLINIC_OK);
    return courier;
}

// How many were published.
static size_t pump_through(struct notice_courier *courier, uint64_t through)
{
    const size_t before = bus.count;

    assert_int_equal(notice_courier_pump(courier, through), CLINIC_OK);
    return bus.count - before;
}

static size_t pump(struct service_fixture *fixture, struct notice_courier *courier)
{
    return pump_through(courier, event_log_head(fixture->store));
}

static void acknowledge_all(struct notice_courier *courier)
{
    for (uint64_t token = 1; token <= bus.token; token++)
        notice_courier_published(courier, token, 0);
}

static void low_stock(struct service_fixture *fixture)
{
    services_happen(fixture, CLINIC_EQUIPMENT_LOW_STOCK, "equipment/gloves-m", NULL,
                    "{\"item_id\":\"gloves-m\",\"name\":\"Gloves M\",\"quantity\":3,"
                    "\"minimum\":20,\"unit\":\"boxes\",\"location\":\"Room 2\"}");
}

static void a_notice_is_published_once_and_after_its_event(void **state)
{
    struct service_fixture *fixture = *state;
    struct notice_courier *courier = start(fixture, 0, 0);

    low_stock(fixture);
    assert_int_equal(pump_through(courier, 0), 0);
    assert_int_equal(pump(fixture, courier), 1);
    assert_string_equal(bus.topics[0], "clinic/notification/staff");
    assert_string_equal(bus.ids[0], "0000000000000001-1");
    assert_int_equal(pump(fixture, courier), 0);
    assert_int_equal(notice_courier_position(courier, NOTICE_AT_ONCE), 0);
    acknowledge_all(courier);
    assert_int_equal(notice_courier_position(courier, NOTICE_AT_ONCE), 1);
    low_stock(fixture);
    assert_int_equal(pump(fixture, courier), 1);
    notice_courier_close(courier);
}

static void what_was_not_acknowledged_is_published_again(void **state)
{
    struct service_fixture *fixture = *state;
    struct notice_courier *courier = start(fixture, 0, 0);

    low_stock(fixture);
    low_stock(fixture);
    assert_int_equal(pump(fixture, courier), 2);
    notice_courier_published(courier, 1, 0);
    notice_courier_published(courier, 2, 0x87); // refused
    notice_courier_lost(courier);
    bus.is_online = false;
    assert_int_equal(pump(fixture, courier), 0);
    bus.is_online = true;
    assert_int_equal(pump(fixture, courier), 1);
    assert_string_equal(bus.ids[2], bus.ids[1]);
    notice_courier_close(courier);
}

static void the_nights_notices_come_in_the_morning_though_the_gateway_restarts(void **state)
{
    struct service_fixture *fixture = *state;
    struct notice_courier *courier = start(fixture, 0, 0);

    message_clock(fixture, 20);
    low_stock(fixture); // 1
    message_clock(fixture, 22);
    low_stock(fixture); // 2
    low_stock(fixture); // 3
    assert_int_equal(pump(fixture, courier), 1);
    acknowledge_all(courier);
    assert_int_equal(notice_courier_position(courier, NOTICE_AT_ONCE), 1);
    assert_int_equal(notice_courier_position(courier, NOTICE_LATER), 0);
    notice_courier_close(courier);

    services_reopen(fixture);
    courier = start(fixture, 1, 0);
    message_clock(fixture, 31.99);
    assert_int_equal(pump(fixture, courier), 0);
    message_clock(fixture, 32);
    assert_int_equal(pump(fixture, courier), 2); // though nothing has happened meanwhile
    assert_string_equal(bus.ids[0], "0000000000000002-1");
    assert_int_equal(pump(fixture, courier), 0);
    acknowledge_all(courier);
    assert_int_equal(notice_courier_position(courier, NOTICE_LATER), 3);
    notice_courier_close(courier);

    courier = start(fixture, 1, 3);
    assert_int_equal(pump(fixture, courier), 0);
    notice_courier_close(courier);
}

static void what_cannot_wait_does_not_hide_what_waits(void **state)
{
    struct service_fixture *fixture = *state;
    struct notice_courier *courier = start(fixture, 0, 0);
    char patient[CLINIC_ID_TEXT_BYTES];
    char doctor[CLINIC_ID_TEXT_BYTES];
    char visit[CLINIC_ID_TEXT_BYTES];

    message_clock(fixture, 22);
    low_stock(fixture);                    // 1 waits
    message_patient(fixture, "", patient); // 2
    message_doctor(fixture, ",\"email\":\"eva@example.org\"", doctor);
    message_book(fixture, patient, doctor, "2026-11-24T08:00", visit); // 4 does not
    assert_int_equal(pump(fixture, courier), 1);
    assert_string_equal(bus.ids[0], "0000000000000004-2");
    acknowledge_all(courier);
    message_clock(fixture, 32);
    assert_int_equal(pump(fixture, courier), 1);
    assert_string_equal(bus.ids[1], "0000000000000001-1");
    notice_courier_close(courier);
}

static void a_bus_without_room_gets_the_rest_later(void **state)
{
    struct service_fixture *fixture = *state;
    struct notice_courier *courier = start(fixture, 0, 0);

    for (int i = 0; i < 40; i++)
        low_stock(fixture);
    assert_int_equal(pump(fixture, courier), 32); // 32 are left to replies
    assert_int_equal(pump(fixture, courier), 0);
    bus.room = ROOM;
    assert_int_equal(pump(fixture, courier), 8);
    acknowledge_all(courier);
    assert_int_equal(notice_courier_position(courier, NOTICE_AT_ONCE), 40);
    notice_courier_close(courier);
}

// A visit that goes to another doctor is two notices of one event.
static void an_event_counts_when_its_last_notice_is_acknowledged(void **state)
{
    struct service_fixture *fixture = *state;
    char patient[CLINIC_ID_TEXT_BYTES];
    char doctor[CLINIC_ID_TEXT_BYTES];
    char visit[CLINIC_ID_TEXT_BYTES];
    char more[80];

    message_patient(fixture, "", patient);
    message_doctor(fixture, ",\"email\":\"a@example.org\"", doctor);
    message_book(fixture, patient, doctor, "2026-11-27T08:00", visit);
    message_doctor(fixture, ",\"email\":\"b@example.org\"", doctor);
    (void)snprintf(more, sizeof more, ",\"doctor_id\":\"%s\"", doctor);
    message_move(fixture, visit, 1, "2026-11-27T09:00", more);
    const uint64_t head = event_log_head(fixture->store);
    struct notice_courier *courier = start(fixture, head - 1, 0);
    bus.room = 33;
    assert_int_equal(pump(fixture, courier), 1);
    acknowledge_all(courier);
    assert_int_equal(notice_courier_position(courier, NOTICE_AT_ONCE), head - 1);
    bus.room = ROOM;
    assert_int_equal(pump(fixture, courier), 2); // both again, by the same ids
    assert_string_equal(bus.ids[1], bus.ids[0]);
    notice_courier_published(courier, 2, 0);
    assert_int_equal(notice_courier_position(courier, NOTICE_AT_ONCE), head - 1);
    notice_courier_published(courier, 3, 0);
    assert_int_equal(notice_courier_position(courier, NOTICE_AT_ONCE), head);
    notice_courier_close(courier);
}

static void a_position_far_behind_is_brought_up_though_nothing_is_shown(void **state)
{
    struct service_fixture *fixture = *state;
    struct notice_courier *courier = start(fixture, 0, 0);

    low_stock(fixture);
    fixture->wall_ms += 2 * (int64_t)DAY_MS; // it has expired
    assert_int_equal(pump(fixture, courier), 0);
    assert_int_equal(notice_courier_position(courier, NOTICE_AT_ONCE), 0);
    for (int version = 1; version < 1000; version++)
        services_happen(fixture, CLINIC_EQUIPMENT_ITEM_CHANGED, "equipment/x", NULL,
                        "{\"item_id\":\"x\",\"version\":%d,\"name\":\"X\",\"unit\":\"boxes\","
                        "\"location\":\"\",\"minimum\":20,\"par\":60,\"bins\":[]}",
                        version);
    assert_int_equal(pump(fixture, courier), 0);
    assert_int_equal(notice_courier_position(courier, NOTICE_AT_ONCE), 1000);
    notice_courier_close(courier);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, services_open, services_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_notice_is_published_once_and_after_its_event),
        TEST(what_was_not_acknowledged_is_published_again),
        TEST(the_nights_notices_come_in_the_morning_though_the_gateway_restarts),
        TEST(what_cannot_wait_does_not_hide_what_waits),
        TEST(a_bus_without_room_gets_the_rest_later),
        TEST(an_event_counts_when_its_last_notice_is_acknowledged),
        TEST(a_position_far_behind_is_brought_up_though_nothing_is_shown),
    };
    return cmocka_run_group_tests_name("notice courier", tests, NULL, NULL);
}
