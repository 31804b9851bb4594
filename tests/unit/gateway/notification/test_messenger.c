// The messenger with a channel that does as the test says: what is sent, when, how often, and what is given up.
#include "message_fixture.h"

#include "../../../../gateway/couriers/messenger.h"

enum { SENT_MAX = 32, SCRIPT_MAX = 8 };

struct script {
    enum delivery_outcome outcomes[SCRIPT_MAX]; // then it is sent
    int outcome_count;
    int count;
    struct delivery sent[SENT_MAX];
};

static enum delivery_outcome act(void *context, const struct delivery *delivery)
{
    struct script *script = context;
    const int attempt = script->count++;

    assert_true(attempt < SENT_MAX);
    script->sent[attempt] = *delivery;
    return attempt < script->outcome_count ? script->outcomes[attempt] : DELIVERY_WAS_SENT;
}

static int pump(struct service_fixture *fixture, struct script *email, struct script *sms)
{
    const struct channel channels[] = { { "email", act, email }, { "sms", act, sms } };
    const int before = email->count + sms->count;

    assert_int_equal(
        messenger_pump(fixture->store, channels, ARRAY_SIZE(channels), fixture->wall_ms),
        CLINIC_OK);
    return email->count + sms->count - before;
}

static int64_t state_of_newest(struct service_fixture *fixture)
{
    return sql_number(fixture, "SELECT state FROM delivery ORDER BY sequence DESC LIMIT 1");
}

static void a_message_is_handed_to_its_channel_once(void **state)
{
    struct service_fixture *fixture = *state;
    struct script email = { 0 };
    struct script sms = { 0 };
    char id[CLINIC_ID_TEXT_BYTES];

    message_patient(fixture, BY_EMAIL, id);
    message_patient(fixture, BY_SMS ",\"language\":\"en\"", id);
    message_patient(fixture, "", id);
    assert_int_equal(pump(fixture, &email, &sms), 2);
    assert_string_equal(email.sent[0].to, "ana@example.org");
    assert_string_equal(email.sent[0].language, "fr");
    assert_int_equal(email.sent[0].id.sequence, 1);
    assert_string_equal(sms.sent[0].to, "+33612345678");
    assert_string_equal(sms.sent[0].text, "Welcome to Clinique du Parc, Ana! You are registered "
                                          "with us. Questions? Call +33 1 23 45 67 89.");
    services_reopen(fixture);
    assert_int_equal(pump(fixture, &email, &sms), 0);
    assert_int_equal(sql_number(fixture, "SELECT count(*) FROM delivery WHERE state = 5"), 2);
}

static void created_at_2230_is_sent_at_0800_and_after_stop_not_at_all(void **state)
{
    struct service_fixture *fixture = *state;
    struct script email = { 0 };
    struct script sms = { 0 };
    char first[CLINIC_ID_TEXT_BYTES];
    char second[CLINIC_ID_TEXT_BYTES];

    message_clock(fixture, 22.5);
    message_patient(fixture, BY_SMS, first);
    message_patient(fixture, BY_SMS, second);
    message_update(fixture, second, 1, "\"sms_consent\":\"withdrawn\"");
    assert_int_equal(pump(fixture, &email, &sms), 0);
    message_clock(fixture, 31.999);
    assert_int_equal(pump(fixture, &email, &sms), 0);
    message_clock(fixture, 32);
    assert_int_equal(pump(fixture, &email, &sms), 1);
    assert_int_equal(sms.sent[0].id.sequence, 1);
}

static void a_failed_attempt_is_repeated_after_1_5_30_and_120_minutes(void **state)
{
    static const int minutes[] = { 1, 5, 30, 120 };
    struct service_fixture *fixture = *state;
    struct script email = { .outcome_count = 5 };
    struct script sms = { 0 };
    char id[CLINIC_ID_TEXT_BYTES];

    for (int i = 0; i < email.outcome_count; i++)
        email.outcomes[i] = DELIVERY_TRY_AGAIN;
    message_patient(fixture, BY_EMAIL, id);
    assert_int_equal(pump(fixture, &email, &sms), 1);
    for (size_t i = 0; i < ARRAY_SIZE(minutes); i++) {
        fixture->wall_ms += minutes[i] * MINUTE_MS - 1;
        assert_int_equal(pump(fixture, &email, &sms), 0);
        fixture->wall_ms++;
        assert_int_equal(state_of_newest(fixture), DELIVERY_WAITING);
        assert_int_equal(pump(fixture, &email, &sms), 1);
        assert_int_equal(email.sent[i].id.sequence, email.sent[i + 1].id.sequence);
    }
    assert_int_equal(state_of_newest(fixture), DELIVERY_FAILED);
    fixture->wall_ms += 5 * HOUR_MS;
    assert_int_equal(pump(fixture, &email, &sms), 0);
    assert_accepted(fixture, CLINIC_REQUEST_MESSAGE_LIST, "{\"work_list\":true}");
    assert_int_equal(cJSON_GetArraySize(clinic_json_member(fixture->reply.data, "messages")), 1);
}

static void what_no_attempt_would_do_better_is_left_to_staff_at_once(void **state)
{
    struct service_fixture *fixture = *state;
    struct script email = { .outcomes = { DELIVERY_NEVER }, .outcome_count = 1 };
    struct script sms = { 0 };
    char id[CLINIC_ID_TEXT_BYTES];

    message_patient(fixture, BY_EMAIL, id);
    assert_int_equal(pump(fixture, &email, &sms), 1);
    assert_int_equal(state_of_newest(fixture), DELIVERY_FAILED);
    assert_int_equal(pump(fixture, &email, &sms), 0);
}

static void an_attempt_that_would_fall_into_the_night_waits_for_the_morning(void **state)
{
    struct service_fixture *fixture = *state;
    struct script email = { .outcomes = { DELIVERY_TRY_AGAIN }, .outcome_count = 1 };
    struct script sms = { 0 };
    char id[CLINIC_ID_TEXT_BYTES];

    message_clock(fixture, 20.99);
    message_patient(fixture, BY_EMAIL, id);
    assert_int_equal(pump(fixture, &email, &sms), 1);
    message_clock(fixture, 22);
    assert_int_equal(pump(fixture, &email, &sms), 0);
    message_clock(fixture, 32);
    assert_int_equal(pump(fixture, &email, &sms), 1);
    assert_int_equal(state_of_newest(fixture), DELIVERY_SENT);
}

static void what_cannot_wait_is_sent_at_night(void **state)
{
    struct service_fixture *fixture = *state;
    struct script email = { 0 };
    struct script sms = { 0 };
    char patient[CLINIC_ID_TEXT_BYTES];
    char doctor[CLINIC_ID_TEXT_BYTES];
    char visit[CLINIC_ID_TEXT_BYTES];

    message_clock(fixture, 22);
    message_patient(fixture, BY_EMAIL, patient);
    message_doctor(fixture, "", doctor);
    message_book(fixture, patient, doctor, "2026-11-24T09:00", visit);
    assert_int_equal(pump(fixture, &email, &sms), 1); // the visit, not the welcome
    assert_int_equal(email.sent[0].id.sequence, 3);
}

static void a_message_is_not_sent_after_it_has_expired(void **state)
{
    struct service_fixture *fixture = *state;
    struct script email = { .outcomes = { DELIVERY_TRY_AGAIN, DELIVERY_TRY_AGAIN },
                            .outcome_count = 2 };
    struct script sms = { 0 };
    char patient[CLINIC_ID_TEXT_BYTES];
    char doctor[CLINIC_ID_TEXT_BYTES];
    char visit[CLINIC_ID_TEXT_BYTES];

    message_old_patient(fixture, BY_SMS, patient);
    message_doctor(fixture, "", doctor);
    message_update(fixture, patient, 1,
                   "\"email\":\"ana@example.org\",\"email_consent\":\"given\"");
    message_book(fixture, patient, doctor, "2026-11-23T09:30", visit);
    assert_int_equal(pump(fixture, &email, &sms), 1);
    fixture->wall_ms += 30 * MINUTE_MS;
    assert_int_equal(pump(fixture, &email, &sms), 0);
    services_pass(fixture, 1000, 1000);
    assert_int_equal(state_of_newest(fixture), DELIVERY_EXPIRED);
}

static void a_message_about_an_older_version_is_dropped_when_it_would_be_sent(void **state)
{
    struct service_fixture *fixture = *state;
    struct script email = { .outcomes = { DELIVERY_TRY_AGAIN, DELIVERY_TRY_AGAIN },
                            .outcome_count = 2 };
    struct script sms = { 0 };
    char patient[CLINIC_ID_TEXT_BYTES];
    char doctor[CLINIC_ID_TEXT_BYTES];
    char visit[CLINIC_ID_TEXT_BYTES];

    message_patient(fixture, BY_EMAIL, patient);
    message_doctor(fixture, "", doctor);
    message_book(fixture, patient, doctor, "2026-11-27T09:30", visit);
    assert_int_equal(pump(fixture, &email, &sms), 2);
    message_move(fixture, visit, 1, "2026-11-27T10:30", "");
    fixture->wall_ms += MINUTE_MS;
    assert_int_equal(pump(fixture, &email, &sms),
                     2); // the welcome again, and where the visit is now
    assert_int_equal(email.sent[2].id.sequence, 4);
    assert_int_equal(email.sent[3].id.sequence, 1);
}

static void what_staff_have_handled_is_not_sent_any_more(void **state)
{
    struct service_fixture *fixture = *state;
    struct script email = { 0 };
    struct script sms = { 0 };
    char id[CLINIC_ID_TEXT_BYTES];

    message_patient(fixture, BY_EMAIL, id);
    assert_accepted(fixture, CLINIC_REQUEST_MESSAGE_HANDLE,
                    "{\"message_id\":\"0000000000000001-0\"}");
    assert_int_equal(pump(fixture, &email, &sms), 0);
}

static void a_doctor_is_written_to_at_the_address_of_the_moment(void **state)
{
    struct service_fixture *fixture = *state;
    struct script email = { 0 };
    struct script sms = { 0 };
    char doctor[CLINIC_ID_TEXT_BYTES];

    message_clock(fixture, 22);
    message_doctor(fixture, ",\"email\":\"old@example.org\"", doctor);
    assert_accepted(fixture, CLINIC_REQUEST_DOCTOR_UPDATE,
                    "{\"doctor_id\":\"%s\",\"expected_version\":1,\"email\":\"new@example.org\"}",
                    doctor);
    message_clock(fixture, 32);
    assert_int_equal(pump(fixture, &email, &sms), 1);
    assert_string_equal(email.sent[0].to, "new@example.org");
    // An address that is gone meanwhile is nothing to try.
    message_clock(fixture, 46);
    message_doctor(fixture, ",\"email\":\"old@example.org\"", doctor);
    assert_accepted(fixture, CLINIC_REQUEST_DOCTOR_UPDATE,
                    "{\"doctor_id\":\"%s\",\"expected_version\":1,\"email\":null}", doctor);
    message_clock(fixture, 56);
    assert_int_equal(pump(fixture, &email, &sms), 0);
    assert_int_equal(state_of_newest(fixture), DELIVERY_FAILED);
}

static void many_are_sent_a_few_at_a_time(void **state)
{
    struct service_fixture *fixture = *state;
    struct script email = { 0 };
    struct script sms = { 0 };
    char id[CLINIC_ID_TEXT_BYTES];

    for (int i = 0; i < 25; i++)
        message_patient(fixture, BY_EMAIL, id);
    assert_int_equal(pump(fixture, &email, &sms), 20);
    assert_int_equal(pump(fixture, &email, &sms), 5);
    for (int i = 1; i < 25; i++)
        assert_true(email.sent[i].id.sequence > email.sent[i - 1].id.sequence);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, services_open, services_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_message_is_handed_to_its_channel_once),
        TEST(created_at_2230_is_sent_at_0800_and_after_stop_not_at_all),
        TEST(a_failed_attempt_is_repeated_after_1_5_30_and_120_minutes),
        TEST(what_no_attempt_would_do_better_is_left_to_staff_at_once),
        TEST(an_attempt_that_would_fall_into_the_night_waits_for_the_morning),
        TEST(what_cannot_wait_is_sent_at_night),
        TEST(a_message_is_not_sent_after_it_has_expired),
        TEST(a_message_about_an_older_version_is_dropped_when_it_would_be_sent),
        TEST(what_staff_have_handled_is_not_sent_any_more),
        TEST(a_doctor_is_written_to_at_the_address_of_the_moment),
        TEST(many_are_sent_a_few_at_a_time),
    };
    return cmocka_run_group_tests_name("messenger", tests, NULL, NULL);
}
