// At the kiosk and at the desk: who has come, for which visit, and what nobody learns by guessing.
#include "appointment_fixture.h"

#include <appointment/appointment.h>

static const enum clinic_request_kind FIND = CLINIC_REQUEST_APPOINTMENT_FIND;
static const enum clinic_request_kind CHECK_IN = CLINIC_REQUEST_APPOINTMENT_CHECK_IN;

// A doctor of half-hour slots, and Ana with a visit at 14:00.
struct scene {
    char doctor[CLINIC_ID_TEXT_BYTES];
    char ana[CLINIC_ID_TEXT_BYTES];
    char member_id[16];
    char visit[CLINIC_ID_TEXT_BYTES];
    int64_t start_ms;
};

static void register_with_phone(struct service_fixture *fixture, const char *name,
                                const char *birth_date, const char *phone,
                                char ret_id[static CLINIC_ID_TEXT_BYTES])
{
    make_id(fixture, ret_id);
    assert_accepted(fixture, CLINIC_REQUEST_PATIENT_CREATE,
                    "{\"patient_id\":\"%s\",\"name\":\"%s\",\"birth_date\":\"%s\","
                    "\"phone\":\"%s\",\"email\":\"ana@mail.lopez.example\",\"is_distinct\":true}",
                    ret_id, name, birth_date, phone);
}

static struct scene open_scene(struct service_fixture *fixture)
{
    struct scene scene;

    services_as(fixture, CLINIC_STAFF_ADMIN, "Ada", "4711");
    add_doctor(fixture, "Dr. Gray", 30, scene.doctor);
    services_as(fixture, CLINIC_STAFF_RECEPTION, "Rita", "1234");
    register_with_phone(fixture, "Ana López", "1990-04-02", "0612345678", scene.ana);
    (void)snprintf(scene.member_id, sizeof scene.member_id, "%s", reply_text(fixture, "member_id"));
    assert_booked(fixture, scene.ana, scene.doctor, TODAY "14:00", 1, "", scene.visit);
    scene.start_ms = appointment_number(fixture, scene.visit, "start_ms");
    return scene;
}

static void go_to_kiosk(struct service_fixture *fixture, int64_t wall_ms)
{
    services_at(fixture, "kiosk-1", CLINIC_ROLE_KIOSK);
    fixture->wall_ms = wall_ms;
}

// ---- identifying

static void the_card_or_birth_date_and_phone_find_the_visit_of_now(void **state)
{
    struct service_fixture *fixture = *state;
    const struct scene scene = open_scene(fixture);
    char by_member[200];
    char by_both[200];
    const char *const identities[] = { by_member, by_both,
                                       "\"birth_date\":\"1990-04-02\",\"phone_end\":\"5678\"" };

    (void)snprintf(by_member, sizeof by_member, "\"member_id\":\"%s\"", scene.member_id);
    (void)snprintf(by_both, sizeof by_both, "\"member_id\":\"%s\",\"phone_end\":\"5678\"",
                   scene.member_id);
    go_to_kiosk(fixture, scene.start_ms - 20 * MINUTE_MS);
    for (size_t i = 0; i < ARRAY_SIZE(identities); i++) {
        assert_accepted(fixture, FIND, "{%s}", identities[i]);
        assert_string_equal(reply_text(fixture, "appointment_id"), scene.visit);
        assert_string_equal(reply_text(fixture, "doctor"), "Dr. Gray");
        assert_string_equal(reply_text(fixture, "state"), "booked");
        assert_string_equal(reply_text(fixture, "phone"), "**********78");
        assert_string_equal(reply_text(fixture, "email"), "a***@m***.example");
    }
    assert_int_equal(sql_number(fixture,
                                "SELECT count(*) FROM audit_access WHERE node = 'kiosk-1'"
                                " AND action = 'appointment/find' AND subject = 'patient/%s'",
                                scene.ana),
                     3);
}

// From two hours before to half an hour after.
static void the_visit_is_found_from_120_minutes_before_to_30_after(void **state)
{
    static const struct {
        int64_t after_start_ms;
        bool is_found;
    } cases[] = {
        { -120 * MINUTE_MS - 1, false }, { -120 * MINUTE_MS, true },    { 0, true },
        { 30 * MINUTE_MS, true },        { 30 * MINUTE_MS + 1, false },
    };
    struct service_fixture *fixture = *state;
    const struct scene scene = open_scene(fixture);

    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        go_to_kiosk(fixture, scene.start_ms + cases[i].after_start_ms);
        assert_int_equal(services_ask(fixture, FIND, "{\"member_id\":\"%s\"}", scene.member_id),
                         cases[i].is_found);
    }
}

static void unknown_wrong_and_without_a_visit_answer_alike(void **state)
{
    struct service_fixture *fixture = *state;
    const struct scene scene = open_scene(fixture);
    char bob[CLINIC_ID_TEXT_BYTES];
    char cases[4][200];

    register_with_phone(fixture, "Bob", "1985-01-31", "0698765432", bob);
    (void)snprintf(cases[0], sizeof cases[0], "\"member_id\":\"%s\"",
                   reply_text(fixture, "member_id")); // nothing is booked for Bob
    (void)snprintf(cases[1], sizeof cases[1], "\"member_id\":\"%s\",\"phone_end\":\"9999\"",
                   scene.member_id);
    (void)snprintf(cases[2], sizeof cases[2], "\"member_id\":\"%s\",\"birth_date\":\"1990-04-03\"",
                   scene.member_id);
    (void)snprintf(cases[3], sizeof cases[3],
                   "\"birth_date\":\"1990-04-02\",\"phone_end\":\"0000\"");
    for (size_t i = 0; i < 8; i++) {
        char node[16];
        (void)snprintf(node, sizeof node, "kiosk-%zu", i); // none is locked
        services_at(fixture, node, CLINIC_ROLE_KIOSK);
        fixture->wall_ms = scene.start_ms;
        assert_refused(fixture, CLINIC_CODE_NOT_FOUND, i < 4 ? FIND : CHECK_IN, "{%s}",
                       cases[i % 4]);
        assert_string_equal(fixture->reply.problem.message,
                            "No visit was found. Please see the reception.");
        assert_string_equal(fixture->reply.problem.field, "");
        assert_null(fixture->reply.data);
    }
    assert_int_equal(count_events(fixture, CLINIC_APPOINTMENT_CHECKED_IN), 0);
}

static void half_an_identity_is_none_and_no_guess(void **state)
{
    struct service_fixture *fixture = *state;
    const struct scene scene = open_scene(fixture);

    go_to_kiosk(fixture, scene.start_ms);
    for (int i = 0; i < 6; i++) {
        assert_refused(fixture, CLINIC_CODE_INVALID_MISSING, FIND,
                       "{\"birth_date\":\"1990-04-02\"}");
        // An id that somebody saw on a screen identifies nobody.
        assert_refused(fixture, CLINIC_CODE_INVALID_MISSING, CHECK_IN,
                       "{\"appointment_id\":\"%s\"}", scene.visit);
    }
}

static void five_failures_lock_the_node_for_a_minute_whatever_is_asked(void **state)
{
    static const enum clinic_request_kind kinds[] = { CLINIC_REQUEST_APPOINTMENT_FIND,
                                                      CLINIC_REQUEST_APPOINTMENT_CHECK_IN };
    static const char wrong[] = "\"member_id\":\"000000011\",\"birth_date\":\"1990-04-02\"";
    struct service_fixture *fixture = *state;
    const struct scene scene = open_scene(fixture);

    go_to_kiosk(fixture, scene.start_ms);
    for (int i = 0; i < 4; i++)
        assert_refused(fixture, CLINIC_CODE_NOT_FOUND, kinds[i % 2], "{%s}", wrong);
    assert_refused(fixture, CLINIC_CODE_NOT_FOUND, CLINIC_REQUEST_PORTAL_READ, "{%s}", wrong);
    assert_int_equal(sql_number(fixture, "SELECT count(*) FROM audit_access WHERE outcome ="
                                         " 'not-found' AND action = 'appointment/check-in'"),
                     2);
    for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
        assert_refused(fixture, CLINIC_CODE_RATE_LIMITED, kinds[i], "{\"member_id\":\"%s\"}",
                       scene.member_id);
    assert_refused(fixture, CLINIC_CODE_RATE_LIMITED, CLINIC_REQUEST_PORTAL_READ,
                   "{\"member_id\":\"%s\",\"birth_date\":\"1990-04-02\"}", scene.member_id);
    fixture->wall_ms += MINUTE_MS;
    assert_accepted(fixture, FIND, "{\"member_id\":\"%s\"}", scene.member_id);
}

// Twins share a birth date and a phone.
static void two_patients_to_whom_it_fits_alike_are_sent_to_the_reception(void **state)
{
    static const char identity[] = "\"birth_date\":\"1990-04-02\",\"phone_end\":\"5678\"";
    struct service_fixture *fixture = *state;
    const struct scene scene = open_scene(fixture);
    char twin[CLINIC_ID_TEXT_BYTES];
    char visit[CLINIC_ID_TEXT_BYTES];

    register_with_phone(fixture, "Eva López", "1990-04-02", "0612345678", twin);
    go_to_kiosk(fixture, scene.start_ms);
    assert_accepted(fixture, FIND, "{%s}", identity); // only Ana has a visit
    assert_string_equal(reply_text(fixture, "patient_id"), scene.ana);
    services_at(fixture, "desk-1", CLINIC_ROLE_DESK);
    fixture->wall_ms = scene.start_ms - HOUR_MS;
    assert_booked(fixture, twin, scene.doctor, TODAY "14:30", 1, "", visit);
    go_to_kiosk(fixture, scene.start_ms);
    assert_refused(fixture, CLINIC_CODE_NOT_FOUND, FIND, "{%s}", identity);
}

// The kiosk asks for consents that nobody has given yet, and shows those that were.
static void who_is_found_sees_what_was_agreed_to(void **state)
{
    struct service_fixture *fixture = *state;
    const struct scene scene = open_scene(fixture);

    assert_accepted(fixture, CLINIC_REQUEST_PATIENT_UPDATE,
                    "{\"patient_id\":\"%s\",\"expected_version\":1,\"sms_consent\":\"withdrawn\"}",
                    scene.ana);
    go_to_kiosk(fixture, scene.start_ms);
    assert_accepted(fixture, FIND, "{\"member_id\":\"%s\"}", scene.member_id);
    assert_string_equal(reply_text(fixture, "email_consent"), "none");
    assert_string_equal(reply_text(fixture, "sms_consent"), "withdrawn");
}

// ---- checking in

static void checking_in_twice_is_one_event_and_one_number(void **state)
{
    struct service_fixture *fixture = *state;
    const struct scene scene = open_scene(fixture);

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
    const struct scene scene = open_scene(fixture);

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
    const struct scene scene = open_scene(fixture);
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
    const struct scene scene = open_scene(fixture);
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
    const struct scene scene = open_scene(fixture);

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
    const struct scene scene = open_scene(fixture);

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
    const struct scene scene = open_scene(fixture);
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
    const struct scene scene = open_scene(fixture);

    go_to_kiosk(fixture, scene.start_ms + 3 * HOUR_MS);
    fixture->request_time_ms = scene.start_ms - 10 * MINUTE_MS;
    assert_accepted(fixture, CHECK_IN, "{\"member_id\":\"%s\"}", scene.member_id);
    assert_int_equal(appointment_number(fixture, scene.visit, "arrived_at_ms"),
                     fixture->request_time_ms);
}

static void a_kiosk_whose_clock_is_ahead_lets_nobody_in_early(void **state)
{
    struct service_fixture *fixture = *state;
    const struct scene scene = open_scene(fixture);

    go_to_kiosk(fixture, scene.start_ms - 5 * HOUR_MS);
    fixture->request_time_ms = scene.start_ms;
    assert_refused(fixture, CLINIC_CODE_NOT_FOUND, CHECK_IN, "{\"member_id\":\"%s\"}",
                   scene.member_id);
}

static void a_desk_checks_in_any_visit_of_the_day_and_no_other(void **state)
{
    struct service_fixture *fixture = *state;
    const struct scene scene = open_scene(fixture);
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
    const struct scene scene = open_scene(fixture);
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
    const struct scene scene = open_scene(fixture);

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
    const struct scene scene = open_scene(fixture);
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
    const struct scene scene = open_scene(fixture);
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
        TEST(the_card_or_birth_date_and_phone_find_the_visit_of_now),
        TEST(the_visit_is_found_from_120_minutes_before_to_30_after),
        TEST(unknown_wrong_and_without_a_visit_answer_alike),
        TEST(half_an_identity_is_none_and_no_guess),
        TEST(five_failures_lock_the_node_for_a_minute_whatever_is_asked),
        TEST(two_patients_to_whom_it_fits_alike_are_sent_to_the_reception),
        TEST(who_is_found_sees_what_was_agreed_to),
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
