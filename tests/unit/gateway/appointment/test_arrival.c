// At the kiosk and at the desk: who has come, for which visit, and the number they get.
#include "arrival_scene.h"

#include <appointment/appointment.h>

static const enum clinic_request_kind CHECK_IN = CLINIC_REQUEST_APPOINTMENT_CHECK_IN;

static void checking_in_twice_is_one_event_and_one_number(void **state)
{
    struct service_fixture *fixture = *state;
    const struct arrival_scene scene = open_arrival_scene(fixture);

    go_to_kiosk(fixture, scene.start_ms - 10 * MINUTE_MS);
    for (int i = 0; i < 2; i++) {
        assert_accepted(fixture, CHECK_IN, "{\"member_id\":\"%s\"}", scene.member_id);
        assert_string_equal(reply_text(fixture, "queue_number"), "A01");
        assert_int_equal(reply_number(fixture, "waiting"), 0);
    }
    services_at(fixture, "desk-1", CLINIC_ROLE_DESK);
    assert_done(fixture, CHECK_IN, scene.visit, "");
    assert_string_equal(reply_text(fixture, "queue_number"), "A01");
    assert_done(fixture, CLINIC_REQUEST_APPOINTMENT_CALL, scene.visit, ",\"room\":\"3\"");
    assert_done(fixture, CHECK_IN, scene.visit, "");
    assert_string_equal(reply_text(fixture, "queue_number"), "A01");
    assert_int_equal(count_events(fixture, CLINIC_APPOINTMENT_CHECKED_IN), 1);
    assert_int_equal(appointment_number(fixture, scene.visit, "state"), APPOINTMENT_IN_ROOM);
}

static const cJSON *read_visit(struct service_fixture *fixture, const char *visit)
{
    services_at(fixture, "desk-1", CLINIC_ROLE_DESK);
    fixture->caller.staff_role = CLINIC_STAFF_RECEPTION;
    assert_done(fixture, CLINIC_REQUEST_APPOINTMENT_READ, visit, "");
    return clinic_json_member(fixture->reply.data, "appointment");
}

static void a_ticket_and_wrong_contact_data_are_on_the_day_board(void **state)
{
    struct service_fixture *fixture = *state;
    const struct arrival_scene scene = open_arrival_scene(fixture);

    go_to_kiosk(fixture, scene.start_ms - 10 * MINUTE_MS);
    fixture->request_time_ms = fixture->wall_ms - MINUTE_MS;
    assert_accepted(fixture, CHECK_IN,
                    "{\"member_id\":\"%s\",\"ticket\":\"P07\",\"contact_changed\":true}",
                    scene.member_id);
    fixture->request_time_ms = 0;
    const cJSON *visit = read_visit(fixture, scene.visit);
    assert_string_equal(clinic_json_text(visit, "ticket"), "P07");
    assert_true(clinic_json_boolean(visit, "contact_changed", false));
    assert_accepted(fixture, CLINIC_REQUEST_APPOINTMENT_LIST, "{}");
    const cJSON *row = clinic_json_member(fixture->reply.data, "appointments")->child;
    assert_string_equal(clinic_json_text(row, "ticket"), "P07");
    assert_true(clinic_json_boolean(row, "contact_changed", false));
    assert_int_equal(sql_number(fixture,
                                "SELECT count(*) FROM event WHERE kind = %d"
                                " AND data LIKE '%%\"ticket\":\"P07\"%%'"
                                " AND data LIKE '%%\"contact_changed\":true%%'",
                                (int)CLINIC_APPOINTMENT_CHECKED_IN),
                     1);
}

// Each check-in at a kiosk brings a ticket along, for when the answer does not come at once.
static void who_got_a_number_at_once_has_no_ticket_on_the_board(void **state)
{
    static const struct {
        int64_t waited_ms;
        bool has_ticket;
    } cases[] = { { 0, false }, { 1499, false }, { 1500, true }, { -1, true } };
    struct service_fixture *fixture = *state;
    const struct arrival_scene scene = open_arrival_scene(fixture);
    char visit[CLINIC_ID_TEXT_BYTES];

    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        char start[20];
        (void)snprintf(start, sizeof start, TODAY "1%zu:30", 4 + i);
        services_at(fixture, "desk-1", CLINIC_ROLE_DESK);
        fixture->caller.staff_role = CLINIC_STAFF_RECEPTION;
        assert_booked(fixture, scene.ana, scene.doctor, start, 1, "", visit);
        go_to_kiosk(fixture, scene.start_ms + (30 + 60 * (int64_t)i) * MINUTE_MS);
        fixture->request_time_ms = fixture->wall_ms - cases[i].waited_ms;
        assert_accepted(fixture, CHECK_IN,
                        "{\"member_id\":\"%s\",\"appointment_id\":\"%s\",\"ticket\":\"P1\"}",
                        scene.member_id, visit);
        fixture->request_time_ms = 0;
        const cJSON *record = read_visit(fixture, visit);
        assert_int_equal(clinic_json_member(record, "ticket") != NULL, cases[i].has_ticket);
    }
}

static void contact_data_is_right_again_when_reception_has_changed_it(void **state)
{
    static const struct {
        const char *change;
        bool is_still_wrong;
    } cases[] = {
        { "\"language\":\"de\"", true },
        { "\"phone\":\"0611111111\"", false },
        { "\"email\":\"new@example.org\"", false },
    };
    struct service_fixture *fixture = *state;
    const struct arrival_scene scene = open_arrival_scene(fixture);
    char visits[ARRAY_SIZE(cases)][CLINIC_ID_TEXT_BYTES];

    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        char start[20];
        (void)snprintf(start, sizeof start, TODAY "1%zu:00", 5 + i);
        assert_booked(fixture, scene.ana, scene.doctor, start, 1, "", visits[i]);
        assert_done(fixture, CHECK_IN, visits[i], ",\"contact_changed\":true");
        assert_accepted(fixture, CLINIC_REQUEST_PATIENT_UPDATE,
                        "{\"patient_id\":\"%s\",\"expected_version\":%zu,%s}", scene.ana, i + 1,
                        cases[i].change);
        assert_int_equal(appointment_number(fixture, visits[i], "contact_changed"),
                         cases[i].is_still_wrong);
    }
}

// The kiosk sends what it printed while it was cut off; reception was quicker.
static void the_first_check_in_counts_whatever_a_second_one_brings(void **state)
{
    struct service_fixture *fixture = *state;
    const struct arrival_scene scene = open_arrival_scene(fixture);

    assert_done(fixture, CHECK_IN, scene.visit, ",\"contact_changed\":false");
    go_to_kiosk(fixture, scene.start_ms - 10 * MINUTE_MS);
    assert_accepted(fixture, CHECK_IN,
                    "{\"member_id\":\"%s\",\"ticket\":\"P07\",\"contact_changed\":true}",
                    scene.member_id);
    assert_string_equal(reply_text(fixture, "queue_number"), "A01");
    assert_int_equal(count_events(fixture, CLINIC_APPOINTMENT_CHECKED_IN), 1);
    const cJSON *visit = read_visit(fixture, scene.visit);
    assert_null(clinic_json_member(visit, "ticket"));
    assert_null(clinic_json_member(visit, "contact_changed"));
}

// It stands on every screen of the waiting room.
static void a_ticket_is_a_letter_and_digits_and_never_a_name(void **state)
{
    static const char *const bad[] = { "AN", "ana", "P 7", "07", "p07", "É7", "P7<" };
    struct service_fixture *fixture = *state;
    const struct arrival_scene scene = open_arrival_scene(fixture);

    go_to_kiosk(fixture, scene.start_ms);
    for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
        assert_refused(fixture, CLINIC_CODE_INVALID_FIELD, CHECK_IN,
                       "{\"member_id\":\"%s\",\"ticket\":\"%s\"}", scene.member_id, bad[i]);
    assert_accepted(fixture, CHECK_IN, "{\"member_id\":\"%s\",\"ticket\":\"Z1234567\"}",
                    scene.member_id);
}

static void a_kiosk_may_name_the_visit_but_only_of_who_stands_there(void **state)
{
    struct service_fixture *fixture = *state;
    const struct arrival_scene scene = open_arrival_scene(fixture);
    char bob[CLINIC_ID_TEXT_BYTES];
    char visit[CLINIC_ID_TEXT_BYTES];

    register_with_phone(fixture, "Bob", "1985-01-31", "0698765432", bob);
    assert_booked(fixture, bob, scene.doctor, TODAY "14:30", 1, "", visit);
    go_to_kiosk(fixture, scene.start_ms);
    assert_refused(fixture, CLINIC_CODE_NOT_FOUND, CHECK_IN,
                   "{\"appointment_id\":\"%s\",\"member_id\":\"%s\"}", visit, scene.member_id);
    assert_accepted(fixture, CHECK_IN, "{\"appointment_id\":\"%s\",\"member_id\":\"%s\"}",
                    scene.visit, scene.member_id);
}

// The kiosk had no connection for three hours.
static void who_came_while_the_gateway_was_away_came_then(void **state)
{
    struct service_fixture *fixture = *state;
    const struct arrival_scene scene = open_arrival_scene(fixture);

    go_to_kiosk(fixture, scene.start_ms + 3 * HOUR_MS);
    fixture->request_time_ms = scene.start_ms - 10 * MINUTE_MS;
    assert_accepted(fixture, CHECK_IN, "{\"member_id\":\"%s\"}", scene.member_id);
    assert_int_equal(appointment_number(fixture, scene.visit, "arrived_at_ms"),
                     fixture->request_time_ms);
}

static void a_kiosk_whose_clock_is_ahead_lets_nobody_in_early(void **state)
{
    struct service_fixture *fixture = *state;
    const struct arrival_scene scene = open_arrival_scene(fixture);

    go_to_kiosk(fixture, scene.start_ms - 5 * HOUR_MS);
    fixture->request_time_ms = scene.start_ms;
    assert_refused(fixture, CLINIC_CODE_NOT_FOUND, CHECK_IN, "{\"member_id\":\"%s\"}",
                   scene.member_id);
}

static void a_desk_checks_in_any_visit_of_the_day_and_no_other(void **state)
{
    struct service_fixture *fixture = *state;
    const struct arrival_scene scene = open_arrival_scene(fixture);
    char tomorrow[CLINIC_ID_TEXT_BYTES];

    assert_booked(fixture, scene.ana, scene.doctor, TOMORROW "14:00", 1, "", tomorrow);
    assert_false(ask_about(fixture, CHECK_IN, tomorrow, ""));
    assert_code(fixture, CLINIC_CODE_STATE_MISMATCH);
    assert_done(fixture, CHECK_IN, scene.visit, ""); // five hours early
    assert_done(fixture, CLINIC_REQUEST_APPOINTMENT_CLOSE, scene.visit,
                ",\"outcome\":\"fulfilled\"");
    assert_false(ask_about(fixture, CHECK_IN, scene.visit, ""));
    assert_code(fixture, CLINIC_CODE_STATE_MISMATCH);
}

// ---- queue numbers

// A board without a battery wakes up in the past. Who stands at the desk is there today all the same.
static void a_desk_whose_clock_is_behind_checks_in_a_visit_of_today(void **state)
{
    struct service_fixture *fixture = *state;
    const struct arrival_scene scene = open_arrival_scene(fixture);
    char tomorrow[CLINIC_ID_TEXT_BYTES];

    assert_booked(fixture, scene.ana, scene.doctor, TOMORROW "14:00", 1, "", tomorrow);
    fixture->request_time_ms = fixture->wall_ms - INT64_C(300) * 24 * HOUR_MS;
    assert_false(ask_about(fixture, CHECK_IN, tomorrow, ""));
    assert_code(fixture, CLINIC_CODE_STATE_MISMATCH);
    assert_done(fixture, CHECK_IN, scene.visit, "");
}

// The line was down over night: the patient had come yesterday.
static void a_desk_checks_in_a_visit_of_the_day_on_which_it_asked(void **state)
{
    struct service_fixture *fixture = *state;
    const struct arrival_scene scene = open_arrival_scene(fixture);

    fixture->request_time_ms = fixture->wall_ms;
    fixture->wall_ms += INT64_C(24) * HOUR_MS;
    assert_done(fixture, CHECK_IN, scene.visit, "");
}

static void check_in_at_desk(struct service_fixture *fixture, const char *visit,
                             const char *wanted_number)
{
    assert_done(fixture, CHECK_IN, visit, "");
    assert_string_equal(reply_text(fixture, "queue_number"), wanted_number);
}

static void queue_numbers_have_the_doctors_letter_and_begin_anew_each_day(void **state)
{
    struct service_fixture *fixture = *state;
    const struct arrival_scene scene = open_arrival_scene(fixture);
    char other_doctor[CLINIC_ID_TEXT_BYTES];
    char patient[CLINIC_ID_TEXT_BYTES];
    char visits[4][CLINIC_ID_TEXT_BYTES];

    services_as(fixture, CLINIC_STAFF_ADMIN, "Ada", "4711");
    add_doctor(fixture, "Dr. House", 30, other_doctor);
    services_register(fixture, "Bob", "1985-01-31", patient);
    assert_booked(fixture, patient, scene.doctor, TODAY "15:00", 1, "", visits[0]);
    assert_booked(fixture, patient, other_doctor, TODAY "16:00", 1, "", visits[1]);
    assert_booked(fixture, patient, scene.doctor, TOMORROW "15:00", 1, "", visits[2]);
    assert_booked(fixture, patient, other_doctor, TOMORROW "16:00", 1, "", visits[3]);
    check_in_at_desk(fixture, scene.visit, "A01");
    check_in_at_desk(fixture, visits[0], "A02");
    check_in_at_desk(fixture, visits[1], "B01");
    fixture->wall_ms += 24 * HOUR_MS;
    services_as(fixture, CLINIC_STAFF_RECEPTION, "Rita", "1234");
    check_in_at_desk(fixture, visits[2], "A01");
    check_in_at_desk(fixture, visits[3], "B01");
}

// The 27th doctor has the letter of the first: their patients must not have one number.
static void doctors_who_share_a_letter_share_the_numbers(void **state)
{
    struct service_fixture *fixture = *state;
    const struct arrival_scene scene = open_arrival_scene(fixture);
    char doctor[CLINIC_ID_TEXT_BYTES];
    char patient[CLINIC_ID_TEXT_BYTES];
    char visit[CLINIC_ID_TEXT_BYTES];
    char name[32];

    services_as(fixture, CLINIC_STAFF_ADMIN, "Ada", "4711");
    for (int i = 2; i <= 27; i++) {
        (void)snprintf(name, sizeof name, "Dr. No %d", i);
        add_doctor(fixture, name, 30, doctor);
    }
    services_register(fixture, "Bob", "1985-01-31", patient);
    assert_booked(fixture, patient, doctor, TODAY "15:00", 1, "", visit);
    check_in_at_desk(fixture, scene.visit, "A01");
    check_in_at_desk(fixture, visit, "A02");
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, services_open, services_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_ticket_and_wrong_contact_data_are_on_the_day_board),
        TEST(who_got_a_number_at_once_has_no_ticket_on_the_board),
        TEST(contact_data_is_right_again_when_reception_has_changed_it),
        TEST(the_first_check_in_counts_whatever_a_second_one_brings),
        TEST(a_ticket_is_a_letter_and_digits_and_never_a_name),
        TEST(checking_in_twice_is_one_event_and_one_number),
        TEST(a_kiosk_may_name_the_visit_but_only_of_who_stands_there),
        TEST(who_came_while_the_gateway_was_away_came_then),
        TEST(a_kiosk_whose_clock_is_ahead_lets_nobody_in_early),
        TEST(a_desk_checks_in_any_visit_of_the_day_and_no_other),
        TEST(a_desk_whose_clock_is_behind_checks_in_a_visit_of_today),
        TEST(a_desk_checks_in_a_visit_of_the_day_on_which_it_asked),
        TEST(queue_numbers_have_the_doctors_letter_and_begin_anew_each_day),
        TEST(doctors_who_share_a_letter_share_the_numbers),
    };
    return cmocka_run_group_tests_name("arrivals", tests, NULL, NULL);
}
