// At the kiosk: whose visit it is, and what nobody learns by guessing.
#include "arrival_scene.h"

static const enum clinic_request_kind FIND = CLINIC_REQUEST_APPOINTMENT_FIND;
static const enum clinic_request_kind CHECK_IN = CLINIC_REQUEST_APPOINTMENT_CHECK_IN;

static void the_card_or_birth_date_and_phone_find_the_visit_of_now(void **state)
{
    struct service_fixture *fixture = *state;
    const struct arrival_scene scene = open_arrival_scene(fixture);
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
    const struct arrival_scene scene = open_arrival_scene(fixture);

    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        go_to_kiosk(fixture, scene.start_ms + cases[i].after_start_ms);
        assert_int_equal(services_ask(fixture, FIND, "{\"member_id\":\"%s\"}", scene.member_id),
                         cases[i].is_found);
    }
}

static void unknown_wrong_and_without_a_visit_answer_alike(void **state)
{
    struct service_fixture *fixture = *state;
    const struct arrival_scene scene = open_arrival_scene(fixture);
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
    const struct arrival_scene scene = open_arrival_scene(fixture);

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
    const struct arrival_scene scene = open_arrival_scene(fixture);

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
    const struct arrival_scene scene = open_arrival_scene(fixture);
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
    const struct arrival_scene scene = open_arrival_scene(fixture);

    assert_accepted(fixture, CLINIC_REQUEST_PATIENT_UPDATE,
                    "{\"patient_id\":\"%s\",\"expected_version\":1,\"sms_consent\":\"withdrawn\"}",
                    scene.ana);
    go_to_kiosk(fixture, scene.start_ms);
    assert_accepted(fixture, FIND, "{\"member_id\":\"%s\"}", scene.member_id);
    assert_string_equal(reply_text(fixture, "email_consent"), "none");
    assert_string_equal(reply_text(fixture, "sms_consent"), "withdrawn");
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
    };
    return cmocka_run_group_tests_name("identifying", tests, NULL, NULL);
}
