// Messages to patients: who is told, by which way, in what words, when, and when no more.
#include "message_fixture.h"

static void the_welcome_goes_the_way_the_patient_agreed_to(void **state)
{
    static const struct {
        const char *more;
        const char *channel;
    } cases[] = {
        { "", "print" },
        { ",\"phone\":\"0612345678\",\"email\":\"a@b.org\"", "print" },
        { BY_SMS, "sms" },
        { BY_EMAIL, "email" },
        { BY_EMAIL BY_SMS, "email" },
        { ",\"email\":\"a@b.org\",\"email_consent\":\"withdrawn\"" BY_SMS, "sms" },
        { ",\"sms_consent\":\"given\"", "print" },
    };
    struct service_fixture *fixture = *state;
    char id[CLINIC_ID_TEXT_BYTES];

    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        message_patient(fixture, cases[i].more, id);
        assert_int_equal(message_count(fixture, "template = 'welcome'"), (int64_t)i + 1);
        assert_message(fixture, "template = 'welcome'", "channel", cases[i].channel);
    }
}

static void the_welcome_is_in_the_patients_language(void **state)
{
    struct service_fixture *fixture = *state;
    char id[CLINIC_ID_TEXT_BYTES];

    message_patient(fixture, ",\"language\":\"de\"", id);
    assert_message(fixture, "1", "body",
                   "Willkommen bei Clinique du Parc, Ana! Sie sind nun bei uns angemeldet."
                   " Fragen? Tel. +33 1 23 45 67 89.");
    message_patient(fixture, ",\"language\":\"ja\"", id);
    assert_message(fixture, "1", "language", "fr"); // the clinic's
}

static void created_at_2230_is_sent_at_0800(void **state)
{
    static const struct {
        double created;
        double sent;
    } cases[] = {
        { 9, 9 }, { 20.99, 20.99 }, { 21, 32 }, { 22.5, 32 }, { 31.99, 32 }, { 32, 32 },
    };
    struct service_fixture *fixture = *state;
    char id[CLINIC_ID_TEXT_BYTES];

    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        message_clock(fixture, cases[i].sent);
        const int64_t sent_ms = fixture->wall_ms;
        message_clock(fixture, cases[i].created);
        message_patient(fixture, "", id);
        assert_int_equal(message_number(fixture, "1", "not_before_ms"), sent_ms);
    }
}

static void report(struct service_fixture *fixture, const char *patient_id, int version,
                   const char *status, bool notify)
{
    services_happen(fixture, CLINIC_REPORT_UPDATED, "report/x", patient_id,
                    "{\"report_id\":\"%s\",\"patient_id\":\"%s\",\"doctor_id\":\"%s\","
                    "\"kind\":\"diagnosis\",\"version\":%d,\"status\":\"%s\",\"notify\":%s,"
                    "\"title\":\"Carcinoma\",\"text\":\"Biopsy positive\",\"attachments\":[]}",
                    patient_id, patient_id, patient_id, version, status, notify ? "true" : "false");
}

static void after_stop_nothing_more_is_sent(void **state)
{
    struct service_fixture *fixture = *state;
    char id[CLINIC_ID_TEXT_BYTES];

    message_clock(fixture, 22.5);
    message_patient(fixture, BY_SMS, id);
    message_update(fixture, id, 1, "\"email_consent\":\"withdrawn\"");
    assert_int_equal(message_count(fixture, "dropped_at_ms IS NOT NULL"), 0);
    message_update(fixture, id, 2, "\"sms_consent\":\"withdrawn\"");
    assert_int_equal(message_count(fixture, "dropped_at_ms IS NOT NULL"), 1);
    assert_int_equal(sql_number(fixture, "SELECT count(*) FROM delivery WHERE state = 6"), 1);
    // An opt-out survives edits; what comes later is left to staff.
    message_update(fixture, id, 3, "\"name\":\"Ana María\"");
    report(fixture, id, 1, "final", true);
    assert_message(fixture, "template = 'new-message'", "channel", "print");
}

static void a_new_number_has_no_consent_to_what_was_meant_for_the_old_one(void **state)
{
    struct service_fixture *fixture = *state;
    char id[CLINIC_ID_TEXT_BYTES];

    message_clock(fixture, 22.5);
    message_patient(fixture, BY_SMS, id);
    message_update(fixture, id, 1, "\"phone\":\"0687654321\"");
    assert_int_equal(message_count(fixture, "dropped_at_ms IS NOT NULL"), 1);
}

static void twenty_autosaves_are_no_message_and_the_final_version_is_one(void **state)
{
    struct service_fixture *fixture = *state;
    char id[CLINIC_ID_TEXT_BYTES];

    message_old_patient(fixture, ",\"language\":\"en\"" BY_SMS, id);
    for (int version = 1; version <= 20; version++)
        report(fixture, id, version, "draft", false);
    assert_int_equal(message_count(fixture, "template = 'new-message'"), 0);
    report(fixture, id, 21, "final", true);
    assert_int_equal(message_count(fixture, "template = 'new-message'"), 1);
    assert_message(fixture, "template = 'new-message'", "body",
                   "Clinique du Parc: Ana, there is a new message about your care. To read it, "
                   "come by or call +33 1 23 45 67 89.");
}

static void withdraw_one_of_two(struct service_fixture *fixture, bool is_told_of_second)
{
    char patient[CLINIC_ID_TEXT_BYTES];
    char second[CLINIC_ID_TEXT_BYTES];

    message_old_patient(fixture, BY_EMAIL, patient);
    message_clock(fixture, 15 * 24 + 22);
    message_new_id(fixture, second);
    report(fixture, patient, 2, "final", true); // its id is the patient's
    services_happen(fixture, CLINIC_REPORT_UPDATED, "report/y", patient,
                    "{\"report_id\":\"%s\",\"patient_id\":\"%s\",\"doctor_id\":\"%s\","
                    "\"kind\":\"diagnosis\",\"version\":2,\"status\":\"%s\",\"notify\":false,"
                    "\"title\":\"Fine\",\"text\":\"\",\"attachments\":[]}",
                    second, patient, patient, is_told_of_second ? "final" : "draft");
    report(fixture, patient, 3, "entered-in-error", false);
}

static void a_notice_of_a_withdrawn_report_that_waits_does_not_go_out(void **state)
{
    struct service_fixture *fixture = *state;

    withdraw_one_of_two(fixture, false);
    assert_int_equal(
        message_count(fixture, "template = 'new-message' AND dropped_at_ms IS NOT NULL"), 1);
    assert_int_equal(sql_number(fixture, "SELECT count(*) FROM delivery WHERE state = 6"), 1);
}

static void a_notice_that_speaks_for_another_report_too_goes_out(void **state)
{
    struct service_fixture *fixture = *state;

    withdraw_one_of_two(fixture, true);
    assert_int_equal(message_count(fixture, "template = 'new-message' AND dropped_at_ms IS NULL"),
                     1);
    assert_int_equal(sql_number(fixture, "SELECT count(*) FROM delivery WHERE state = 6"), 0);
}

// ---- deletion

static void delete_patient(struct service_fixture *fixture, const char *id, const char *reason)
{
    char *member_id = sql_text(fixture, "SELECT member_id FROM patient WHERE name IS NOT NULL");

    services_as(fixture, CLINIC_STAFF_ADMIN, "Ada", "4711");
    assert_accepted(fixture, CLINIC_REQUEST_PATIENT_DELETE,
                    "{\"patient_id\":\"%s\",\"member_id\":\"%s\",\"pin\":\"4711\","
                    "\"reason\":\"%s\"}",
                    id, member_id, reason);
    free(member_id);
}

static void a_deceased_patient_gets_no_message(void **state)
{
    static const char *const reasons[] = { "deceased", "request" };
    struct service_fixture *fixture = *state;

    for (size_t i = 0; i < ARRAY_SIZE(reasons); i++) {
        char patient[CLINIC_ID_TEXT_BYTES];
        char doctor[CLINIC_ID_TEXT_BYTES];
        char visit[CLINIC_ID_TEXT_BYTES];
        message_clock(fixture, 22.5 + 24.0 * (double)i);
        message_patient(fixture, BY_SMS, patient);
        message_doctor(fixture, "", doctor);
        message_book(fixture, patient, doctor, "2026-11-27T10:00", visit);
        assert_true(message_count(fixture, "audience = 'patient'") > 0);
        delete_patient(fixture, patient, reasons[i]);
        assert_int_equal(message_count(fixture, "audience = 'patient'"), 0);
        assert_int_equal(sql_number(fixture, "SELECT count(*) FROM delivery"), 0);
    }
}

static void a_visit_canceled_by_a_deletion_is_told_to_the_doctor_without_a_name(void **state)
{
    struct service_fixture *fixture = *state;
    char patient[CLINIC_ID_TEXT_BYTES];
    char doctor[CLINIC_ID_TEXT_BYTES];
    char visit[CLINIC_ID_TEXT_BYTES];

    message_patient(fixture, BY_SMS, patient);
    message_doctor(fixture, ",\"language\":\"en\"", doctor);
    message_book(fixture, patient, doctor, "2026-11-27T10:00", visit);
    delete_patient(fixture, patient, "request");
    assert_message(fixture, "template = 'doctor-visit-canceled'", "body",
                   "The visit on Friday 27 November at 10:00 is canceled.");
    assert_int_equal(message_count(fixture, "template = 'visit-canceled'"), 0);
    assert_int_equal(message_count(fixture, "patient_id IS NOT NULL"), 0);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, services_open, services_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_welcome_goes_the_way_the_patient_agreed_to),
        TEST(the_welcome_is_in_the_patients_language),
        TEST(created_at_2230_is_sent_at_0800),
        TEST(after_stop_nothing_more_is_sent),
        TEST(a_new_number_has_no_consent_to_what_was_meant_for_the_old_one),
        TEST(twenty_autosaves_are_no_message_and_the_final_version_is_one),
        TEST(a_notice_of_a_withdrawn_report_that_waits_does_not_go_out),
        TEST(a_notice_that_speaks_for_another_report_too_goes_out),
        TEST(a_deceased_patient_gets_no_message),
        TEST(a_visit_canceled_by_a_deletion_is_told_to_the_doctor_without_a_name),
    };
    return cmocka_run_group_tests_name("messages to patients", tests, NULL, NULL);
}
