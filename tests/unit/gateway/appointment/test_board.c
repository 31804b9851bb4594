// The waiting room's screen: numbers and rooms of today, and nobody's name.
#include "appointment_fixture.h"

#include <appointment/appointment.h>

static const enum clinic_request_kind BOARD = CLINIC_REQUEST_APPOINTMENT_BOARD;
static const enum clinic_request_kind CHECK_IN = CLINIC_REQUEST_APPOINTMENT_CHECK_IN;
static const enum clinic_request_kind CALL = CLINIC_REQUEST_APPOINTMENT_CALL;

// Asks as the screen does, and comes back to the desk.
static void look(struct service_fixture *fixture)
{
    const struct caller caller = fixture->caller;
    char session[CLINIC_SESSION_BYTES];

    memcpy(session, fixture->session, sizeof session);
    services_at(fixture, "board-1", CLINIC_ROLE_BOARD);
    assert_accepted(fixture, BOARD, "{}");
    fixture->caller = caller;
    memcpy(fixture->session, session, sizeof session);
}

static const cJSON *listed(const struct service_fixture *fixture, const char *list, int row)
{
    const cJSON *rows = clinic_json_member(fixture->reply.data, list);

    assert_in_range(row, 0, cJSON_GetArraySize(rows) - 1);
    return cJSON_GetArrayItem(rows, row);
}

static int count_listed(const struct service_fixture *fixture, const char *list)
{
    return cJSON_GetArraySize(clinic_json_member(fixture->reply.data, list));
}

#define assert_row(fixture, list, row, name, wanted)                                               \
    assert_string_equal(clinic_json_text(listed((fixture), (list), (row)), (name)), (wanted))

// Books today's visit of a new patient and checks them in; `rest` are further members of the check-in.
static void arrive(struct service_fixture *fixture, const char *doctor, const char *start,
                   const char *rest, char ret_visit[static CLINIC_ID_TEXT_BYTES])
{
    static int number;
    char birth_date[24];
    char patient[CLINIC_ID_TEXT_BYTES];

    // People of one name and birth date would be taken for one.
    (void)snprintf(birth_date, sizeof birth_date, "19%02d-02-03", number++ % 100);
    services_register(fixture, "Zanzibar Nobody", birth_date, patient);
    assert_booked(fixture, patient, doctor, start, 1, "", ret_visit);
    assert_done(fixture, CHECK_IN, ret_visit, rest);
}

static void who_is_called_is_shown_with_the_room_the_newest_call_first(void **state)
{
    struct service_fixture *fixture = *state;
    const struct appointment_scene scene = open_appointment_scene(fixture);
    char first[CLINIC_ID_TEXT_BYTES];
    char second[CLINIC_ID_TEXT_BYTES];
    char waiting[CLINIC_ID_TEXT_BYTES];

    arrive(fixture, scene.doctor, TODAY "10:00", "", first);
    arrive(fixture, scene.other_doctor, TODAY "10:00", ",\"ticket\":\"P07\"", second);
    arrive(fixture, scene.doctor, TODAY "10:15", "", waiting);
    look(fixture);
    assert_int_equal(count_listed(fixture, "calls"), 0);
    assert_int_equal(reply_number(fixture, "waiting"), 3);

    assert_done(fixture, CALL, first, ",\"room\":\"Room 1\"");
    fixture->wall_ms += MINUTE_MS;
    assert_done(fixture, CALL, second, ",\"room\":\"Salle bleue\"");
    look(fixture);
    assert_int_equal(count_listed(fixture, "calls"), 2);
    assert_row(fixture, "calls", 0, "queue_number", "B01");
    assert_row(fixture, "calls", 0, "room", "Salle bleue");
    assert_row(fixture, "calls", 0, "ticket", "P07");
    assert_row(fixture, "calls", 0, "called", "2026-11-23T08:01:00.000Z");
    assert_row(fixture, "calls", 1, "queue_number", "A01");
    assert_null(clinic_json_member(listed(fixture, "calls", 1), "ticket"));
    assert_int_equal(reply_number(fixture, "waiting"), 1);

    // Called again: they did not hear.
    fixture->wall_ms += MINUTE_MS;
    assert_done(fixture, CALL, first, ",\"room\":\"Room 2\"");
    look(fixture);
    assert_row(fixture, "calls", 0, "room", "Room 2");
    assert_done(fixture, CLINIC_REQUEST_APPOINTMENT_CLOSE, first, ",\"outcome\":\"fulfilled\"");
    look(fixture);
    assert_int_equal(count_listed(fixture, "calls"), 1);
}

static void a_ticket_of_a_kiosk_is_told_its_number_until_it_is_called(void **state)
{
    struct service_fixture *fixture = *state;
    const struct appointment_scene scene = open_appointment_scene(fixture);
    char later[CLINIC_ID_TEXT_BYTES];
    char earlier[CLINIC_ID_TEXT_BYTES];
    char without[CLINIC_ID_TEXT_BYTES];

    arrive(fixture, scene.doctor, TODAY "11:00", ",\"ticket\":\"P1\"", later);
    arrive(fixture, scene.doctor, TODAY "10:00", ",\"ticket\":\"P02\"", earlier);
    arrive(fixture, scene.doctor, TODAY "10:30", "", without);
    look(fixture);
    assert_int_equal(count_listed(fixture, "tickets"), 2);
    assert_row(fixture, "tickets", 0, "ticket", "P02");
    assert_row(fixture, "tickets", 0, "queue_number", "A02");
    assert_row(fixture, "tickets", 1, "ticket", "P1");
    assert_row(fixture, "tickets", 1, "queue_number", "A01");
    assert_done(fixture, CALL, earlier, ",\"room\":\"1\"");
    look(fixture);
    assert_int_equal(count_listed(fixture, "tickets"), 1);
    assert_row(fixture, "tickets", 0, "ticket", "P1");
}

static void nobody_is_named_on_the_board(void **state)
{
    static const char *const secrets[] = { "Zanzibar", "Nobody", "patient", "appointment" };
    struct service_fixture *fixture = *state;
    const struct appointment_scene scene = open_appointment_scene(fixture);
    char called[CLINIC_ID_TEXT_BYTES];
    char waiting[CLINIC_ID_TEXT_BYTES];

    arrive(fixture, scene.doctor, TODAY "10:00", ",\"ticket\":\"P1\"", called);
    arrive(fixture, scene.doctor, TODAY "10:15", ",\"ticket\":\"P2\",\"contact_changed\":true",
           waiting);
    assert_done(fixture, CALL, called, ",\"room\":\"1\"");
    look(fixture);
    assert_int_equal(count_listed(fixture, "calls") + count_listed(fixture, "tickets"), 2);
    char *text = cJSON_PrintUnformatted(fixture->reply.data);
    for (size_t i = 0; i < ARRAY_SIZE(secrets); i++)
        assert_null(strstr(text, secrets[i]));
    assert_null(strstr(text, called));
    assert_null(strstr(text, waiting));
    cJSON_free(text);
    assert_int_equal(sql_number(fixture, "SELECT count(*) FROM audit_access"
                                         " WHERE action = 'appointment/board'"),
                     0);
}

// Nobody has closed the visits; at midnight the board is empty all the same.
static void yesterday_is_not_on_the_board(void **state)
{
    struct service_fixture *fixture = *state;
    const struct appointment_scene scene = open_appointment_scene(fixture);
    char called[CLINIC_ID_TEXT_BYTES];
    char waiting[CLINIC_ID_TEXT_BYTES];

    arrive(fixture, scene.doctor, TODAY "10:00", "", called);
    arrive(fixture, scene.doctor, TODAY "10:15", ",\"ticket\":\"P2\"", waiting);
    assert_done(fixture, CALL, called, ",\"room\":\"1\"");
    fixture->wall_ms += 15 * HOUR_MS - 1;
    look(fixture);
    assert_int_equal(count_listed(fixture, "calls"), 1);
    assert_int_equal(count_listed(fixture, "tickets"), 1);
    assert_int_equal(reply_number(fixture, "waiting"), 1);
    fixture->wall_ms += 1;
    look(fixture);
    assert_int_equal(count_listed(fixture, "calls"), 0);
    assert_int_equal(count_listed(fixture, "tickets"), 0);
    assert_int_equal(reply_number(fixture, "waiting"), 0);
}

static void the_newest_forty_calls_are_shown(void **state)
{
    struct service_fixture *fixture = *state;
    const struct appointment_scene scene = open_appointment_scene(fixture);
    char visit[CLINIC_ID_TEXT_BYTES];
    char start[20];

    for (int i = 0; i < 41; i++) {
        (void)snprintf(start, sizeof start, TODAY "%02d:%02d", 9 + (i + 1) / 4, (i + 1) % 4 * 15);
        arrive(fixture, scene.doctor, start, "", visit);
        fixture->wall_ms += 1;
        assert_done(fixture, CALL, visit, ",\"room\":\"1\"");
    }
    look(fixture);
    assert_int_equal(count_listed(fixture, "calls"), 40);
    assert_row(fixture, "calls", 0, "queue_number", "A41");
    assert_row(fixture, "calls", 39, "queue_number", "A02");
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, services_open, services_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(who_is_called_is_shown_with_the_room_the_newest_call_first),
        TEST(a_ticket_of_a_kiosk_is_told_its_number_until_it_is_called),
        TEST(nobody_is_named_on_the_board),
        TEST(yesterday_is_not_on_the_board),
        TEST(the_newest_forty_calls_are_shown),
    };
    return cmocka_run_group_tests_name("the board", tests, NULL, NULL);
}
