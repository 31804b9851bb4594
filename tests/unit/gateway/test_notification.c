// Messages: who is told, by which way, when, and when no more.
#include "service_fixture.h"

#include "../../../gateway/services/notification/notification.h"

static const int64_t HOUR_MS = INT64_C(60) * 60 * 1000;

static void register_with(struct service_fixture *fixture, const char *more)
{
    char id[CLINIC_ID_TEXT_BYTES];
    const struct clinic_id patient = services_new_id(fixture);

    clinic_id_print(&patient, id);
    assert_accepted(
        fixture, CLINIC_REQUEST_PATIENT_CREATE,
        "{\"patient_id\":\"%s\",\"name\":\"Ana López\",\"birth_date\":\"1990-04-02\"%s}", id, more);
}

static void the_welcome_goes_the_way_the_patient_agreed_to(void **state)
{
    static const struct {
        const char *more;
        const char *channel;
    } cases[] = {
        { "", "print" },
        { ",\"phone\":\"0612345678\",\"email\":\"a@b.org\"", "print" },
        { ",\"phone\":\"0612345678\",\"sms_consent\":\"given\"", "sms" },
        { ",\"email\":\"a@b.org\",\"email_consent\":\"given\"", "email" },
        { ",\"email\":\"a@b.org\",\"email_consent\":\"given\","
          "\"phone\":\"0612345678\",\"sms_consent\":\"given\"",
          "email" },
        { ",\"email\":\"a@b.org\",\"email_consent\":\"withdrawn\","
          "\"phone\":\"0612345678\",\"sms_consent\":\"given\"",
          "sms" },
        { ",\"sms_consent\":\"given\"", "print" },
    };
    struct service_fixture *fixture = *state;

    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        char more[256];
        (void)snprintf(more, sizeof more, "%s,\"is_distinct\":true", cases[i].more);
        register_with(fixture, more);
        assert_int_equal(sql_number(fixture, "SELECT count(*) FROM message"), (int64_t)i + 1);
        assert_sql_text(fixture, cases[i].channel,
                        "SELECT channel FROM message ORDER BY sequence DESC LIMIT 1");
    }
}

static void the_welcome_is_in_the_patients_language(void **state)
{
    struct service_fixture *fixture = *state;

    register_with(fixture, ",\"language\":\"de\"");
    assert_sql_text(fixture,
                    "Willkommen bei Clinique du Parc, Ana! Sie sind nun bei uns angemeldet."
                    " Fragen? Tel. +33 1 23 45 67 89.",
                    "SELECT body FROM message");
    register_with(fixture, ",\"language\":\"ja\",\"is_distinct\":true");
    assert_sql_text(fixture, "fr", "SELECT language FROM message ORDER BY sequence DESC LIMIT 1");
}

static void what_happens_at_night_is_told_in_the_morning(void **state)
{
    // Hours after 09:00, and when the message may go, in hours after 09:00.
    static const struct {
        double at;
        double not_before;
    } cases[] = {
        { 0, 0 }, { 11.99, 11.99 }, { 12, 23 }, { 13.5, 23 }, { 22.99, 23 }, { 23, 23 },
    };
    struct service_fixture *fixture = *state;
    const int64_t nine_ms = fixture->wall_ms;

    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        fixture->wall_ms = nine_ms + (int64_t)(cases[i].at * (double)HOUR_MS);
        register_with(fixture, ",\"is_distinct\":true");
        assert_int_equal(
            sql_number(fixture, "SELECT not_before_ms FROM message ORDER BY sequence DESC LIMIT 1"),
            nine_ms + (int64_t)(cases[i].not_before * (double)HOUR_MS));
    }
}

static void after_stop_nothing_more_is_sent(void **state)
{
    struct service_fixture *fixture = *state;
    char id[CLINIC_ID_TEXT_BYTES];

    fixture->wall_ms += 13 * HOUR_MS + HOUR_MS / 2; // 22:30
    register_with(fixture, ",\"phone\":\"0612345678\",\"sms_consent\":\"given\"");
    (void)snprintf(id, sizeof id, "%s", reply_text(fixture, "patient_id"));
    assert_int_equal(sql_number(fixture, "SELECT count(*) FROM message"), 1);
    assert_accepted(
        fixture, CLINIC_REQUEST_PATIENT_UPDATE,
        "{\"patient_id\":\"%s\",\"expected_version\":1,\"email_consent\":\"withdrawn\"}", id);
    assert_int_equal(sql_number(fixture, "SELECT count(*) FROM message"), 1);
    assert_accepted(fixture, CLINIC_REQUEST_PATIENT_UPDATE,
                    "{\"patient_id\":\"%s\",\"expected_version\":2,\"sms_consent\":\"withdrawn\"}",
                    id);
    assert_int_equal(sql_number(fixture, "SELECT count(*) FROM message"), 0);
}

// ---- notices for screens

struct notices {
    int count;
    uint64_t sequence;
    char audience[64];
    char json[512];
};

static bool keep_notice(void *context, uint64_t sequence, const char *audience, const char *json)
{
    struct notices *notices = context;

    notices->count++;
    notices->sequence = sequence;
    (void)snprintf(notices->audience, sizeof notices->audience, "%s", audience);
    (void)snprintf(notices->json, sizeof notices->json, "%s", json);
    return true;
}

static struct notices read_notices(struct service_fixture *fixture, uint64_t after,
                                   uint64_t through)
{
    struct notices notices = { 0 };

    assert_int_equal(
        notification_read_notices(fixture->store, after, through, keep_notice, &notices),
        CLINIC_OK);
    return notices;
}

static void reception_sees_that_somebody_waits_but_not_who(void **state)
{
    struct service_fixture *fixture = *state;
    char wanted[512];

    fixture->site.language[0] = 'e';
    fixture->site.language[1] = 'n';
    services_at(fixture, "kiosk-1", CLINIC_ROLE_KIOSK);
    register_with(fixture, "");
    const struct notices notices = read_notices(fixture, 0, 1);
    assert_int_equal(notices.count, 1);
    assert_int_equal(notices.sequence, 1);
    assert_string_equal(notices.audience, "staff");
    (void)snprintf(wanted, sizeof wanted,
                   "{\"id\":\"0000000000000001-1\",\"time\":\"2026-11-23T08:00:00.000Z\","
                   "\"kind\":\"provisional\",\"text\":\"A new patient is waiting to be "
                   "completed.\",\"patient_id\":\"%s\"}",
                   reply_text(fixture, "patient_id"));
    assert_string_equal(notices.json, wanted);
    // The welcome is no notice, and a range that is past holds none.
    assert_int_equal(sql_number(fixture, "SELECT count(*) FROM message"), 2);
    assert_int_equal(read_notices(fixture, 1, 9).count, 0);
    assert_int_equal(read_notices(fixture, 0, 0).count, 0);
}

static void a_registration_at_the_desk_is_no_news_to_it(void **state)
{
    struct service_fixture *fixture = *state;

    register_with(fixture, "");
    assert_int_equal(read_notices(fixture, 0, 9).count, 0);
}

static void the_templates_that_ship_pass_the_check(void **state)
{
    char problem[200];

    (void)state;
    assert_int_equal(notification_check(problem, sizeof problem), CLINIC_OK);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, services_open, services_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_welcome_goes_the_way_the_patient_agreed_to),
        TEST(the_welcome_is_in_the_patients_language),
        TEST(what_happens_at_night_is_told_in_the_morning),
        TEST(after_stop_nothing_more_is_sent),
        TEST(reception_sees_that_somebody_waits_but_not_who),
        TEST(a_registration_at_the_desk_is_no_news_to_it),
        cmocka_unit_test(the_templates_that_ship_pass_the_check),
    };
    return cmocka_run_group_tests_name("notification", tests, NULL, NULL);
}
