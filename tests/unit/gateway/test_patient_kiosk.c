// What a kiosk may do to a record without anybody of the staff, and what reception finds of it afterwards.
#include "service_fixture.h"

static const enum clinic_request_kind CONSENT = CLINIC_REQUEST_PATIENT_CONSENT;
static const enum clinic_request_kind PROVISIONAL = CLINIC_REQUEST_PATIENT_PROVISIONAL;

enum { MINUTE_MS = 60 * 1000 };

struct scene {
    char ana[CLINIC_ID_TEXT_BYTES];
    char member_id[16];
};

static void register_with_phone(struct service_fixture *fixture, const char *name,
                                char ret_id[static CLINIC_ID_TEXT_BYTES])
{
    const struct clinic_id id = services_new_id(fixture);

    clinic_id_print(&id, ret_id);
    assert_accepted(fixture, CLINIC_REQUEST_PATIENT_CREATE,
                    "{\"patient_id\":\"%s\",\"name\":\"%s\",\"birth_date\":\"1990-04-02\","
                    "\"phone\":\"0612345678\",\"email\":\"ana@example.org\",\"is_distinct\":true}",
                    ret_id, name);
}

// Ana at the kiosk.
static struct scene open_scene(struct service_fixture *fixture)
{
    struct scene scene;

    register_with_phone(fixture, "Ana López", scene.ana);
    (void)snprintf(scene.member_id, sizeof scene.member_id, "%s", reply_text(fixture, "member_id"));
    services_at(fixture, "kiosk-1", CLINIC_ROLE_KIOSK);
    return scene;
}

// ---- consents

static void who_stands_at_the_kiosk_agrees_to_messages_or_no_longer(void **state)
{
    struct service_fixture *fixture = *state;
    const struct scene scene = open_scene(fixture);

    assert_accepted(fixture, CONSENT,
                    "{\"birth_date\":\"1990-04-02\",\"phone_end\":\"5678\","
                    "\"sms_consent\":\"given\",\"email_consent\":\"withdrawn\"}");
    assert_string_equal(reply_text(fixture, "patient_id"), scene.ana);
    assert_sql_text(fixture, "given", "SELECT sms_consent FROM patient");
    assert_sql_text(fixture, "withdrawn", "SELECT email_consent FROM patient");
    assert_int_equal(sql_number(fixture, "SELECT version FROM patient"), 2);
    assert_int_equal(sql_number(fixture, "SELECT version FROM portal_document"), 2);

    assert_accepted(fixture, CONSENT, "{\"member_id\":\"%s\",\"sms_consent\":\"withdrawn\"}",
                    scene.member_id);
    assert_sql_text(fixture, "withdrawn", "SELECT sms_consent FROM patient");
    assert_int_equal(sql_number(fixture, "SELECT version FROM patient"), 3);
}

// What it identifies by has the names of fields of a record, and is none of the change.
static void nothing_but_consents_changes_and_none_of_it_is_in_the_open(void **state)
{
    struct service_fixture *fixture = *state;
    const struct scene scene = open_scene(fixture);

    assert_accepted(fixture, CONSENT,
                    "{\"member_id\":\"%s\",\"birth_date\":\"1990-04-02\",\"phone_end\":\"5678\","
                    "\"sms_consent\":\"given\"}",
                    scene.member_id);
    assert_sql_text(fixture, "sms_consent", "SELECT detail FROM audit_change WHERE sequence = 2");
    assert_sql_text(fixture, "kiosk-1", "SELECT node FROM event WHERE sequence = 2");
    assert_sql_text(fixture, "", "SELECT person FROM event WHERE sequence = 2");
    assert_int_equal(sql_number(fixture, "SELECT count(*) FROM event WHERE sequence = 2"
                                         " AND (data LIKE '%%given%%' OR data LIKE '%%1990%%')"),
                     0);
}

static void an_answer_that_changes_nothing_is_no_event(void **state)
{
    struct service_fixture *fixture = *state;
    const struct scene scene = open_scene(fixture);

    assert_refused(fixture, CLINIC_CODE_NO_CHANGE, CONSENT, "{\"member_id\":\"%s\"}",
                   scene.member_id);
    assert_accepted(fixture, CONSENT, "{\"member_id\":\"%s\",\"sms_consent\":\"given\"}",
                    scene.member_id);
    assert_refused(fixture, CLINIC_CODE_NO_CHANGE, CONSENT,
                   "{\"member_id\":\"%s\",\"sms_consent\":\"given\"}", scene.member_id);
    assert_int_equal(sql_number(fixture, "SELECT count(*) FROM event"), 2);
}

static void a_consent_of_the_kiosk_is_for_the_phone_of_then(void **state)
{
    struct service_fixture *fixture = *state;
    const struct scene scene = open_scene(fixture);

    assert_accepted(fixture, CONSENT,
                    "{\"member_id\":\"%s\",\"sms_consent\":\"given\",\"email_consent\":"
                    "\"withdrawn\"}",
                    scene.member_id);
    services_at(fixture, "desk-1", CLINIC_ROLE_DESK);
    assert_accepted(fixture, CLINIC_REQUEST_PATIENT_UPDATE,
                    "{\"patient_id\":\"%s\",\"expected_version\":2,\"phone\":\"0698765432\","
                    "\"email\":\"new@example.org\"}",
                    scene.ana);
    assert_sql_text(fixture, "none", "SELECT sms_consent FROM patient");
    assert_sql_text(fixture, "withdrawn", "SELECT email_consent FROM patient");
}

static void unknown_wrong_and_not_unique_answer_alike(void **state)
{
    static const char *const cases[] = {
        "\"member_id\":\"000000011\"", "\"birth_date\":\"1990-04-03\",\"phone_end\":\"5678\"",
        "\"birth_date\":\"1990-04-02\",\"phone_end\":\"5678\"", // twins with one phone
    };
    struct service_fixture *fixture = *state;
    char twin[CLINIC_ID_TEXT_BYTES];

    register_with_phone(fixture, "Eva López", twin);
    const struct scene scene = open_scene(fixture);
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        assert_refused(fixture, CLINIC_CODE_NOT_FOUND, CONSENT, "{%s,\"sms_consent\":\"given\"}",
                       cases[i]);
        assert_string_equal(fixture->reply.problem.message,
                            "No record was found. Please see the reception.");
        assert_string_equal(fixture->reply.problem.field, "");
        assert_null(fixture->reply.data);
    }
    assert_refused(fixture, CLINIC_CODE_NOT_FOUND, CONSENT,
                   "{\"member_id\":\"%s\",\"phone_end\":\"0000\",\"sms_consent\":\"given\"}",
                   scene.member_id);
    assert_int_equal(sql_number(fixture, "SELECT count(*) FROM event"), 2);
    assert_int_equal(sql_number(fixture, "SELECT count(*) FROM audit_access"
                                         " WHERE action = 'patient/consent'"),
                     4);
}

static void half_an_identity_changes_nothing_and_is_no_guess(void **state)
{
    struct service_fixture *fixture = *state;
    const struct scene scene = open_scene(fixture);

    for (int i = 0; i < 6; i++)
        assert_refused(fixture, CLINIC_CODE_INVALID_MISSING, CONSENT,
                       "{\"birth_date\":\"1990-04-02\",\"sms_consent\":\"given\"}");
    assert_accepted(fixture, CONSENT, "{\"member_id\":\"%s\",\"sms_consent\":\"given\"}",
                    scene.member_id);
}

// Neither the answer nor the change: whoever guesses learns nothing at the next request either.
static void five_guesses_lock_the_kiosk_for_a_minute_whatever_is_asked(void **state)
{
    static const char wrong[] = "\"member_id\":\"000000011\",\"birth_date\":\"1990-04-02\"";
    static const enum clinic_request_kind kinds[] = {
        CLINIC_REQUEST_PATIENT_CONSENT,
        CLINIC_REQUEST_APPOINTMENT_FIND,
        CLINIC_REQUEST_PORTAL_READ,
    };
    struct service_fixture *fixture = *state;
    const struct scene scene = open_scene(fixture);

    for (size_t i = 0; i < 5; i++)
        assert_refused(fixture, CLINIC_CODE_NOT_FOUND, kinds[i % ARRAY_SIZE(kinds)], "{%s}", wrong);
    for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
        assert_refused(fixture, CLINIC_CODE_RATE_LIMITED, kinds[i],
                       "{\"member_id\":\"%s\",\"birth_date\":\"1990-04-02\"}", scene.member_id);
    assert_refused(fixture, CLINIC_CODE_RATE_LIMITED, CONSENT,
                   "{\"member_id\":\"%s\",\"sms_consent\":\"given\"}", scene.member_id);
    assert_sql_text(fixture, "none", "SELECT sms_consent FROM patient");
    fixture->wall_ms += MINUTE_MS;
    assert_accepted(fixture, CONSENT, "{\"member_id\":\"%s\",\"sms_consent\":\"given\"}",
                    scene.member_id);
}

static void nobody_agrees_for_a_deleted_patient(void **state)
{
    struct service_fixture *fixture = *state;
    const struct scene scene = open_scene(fixture);

    assert_accepted(fixture, CONSENT, "{\"member_id\":\"%s\",\"sms_consent\":\"given\"}",
                    scene.member_id);
    services_at(fixture, "desk-1", CLINIC_ROLE_DESK);
    services_as(fixture, CLINIC_STAFF_ADMIN, "Ada", "4711");
    assert_accepted(fixture, CLINIC_REQUEST_PATIENT_DELETE,
                    "{\"patient_id\":\"%s\",\"member_id\":\"%s\",\"pin\":\"4711\","
                    "\"reason\":\"request\"}",
                    scene.ana, scene.member_id);
    services_at(fixture, "kiosk-1", CLINIC_ROLE_KIOSK);
    assert_refused(fixture, CLINIC_CODE_NOT_FOUND, CONSENT,
                   "{\"member_id\":\"%s\",\"sms_consent\":\"withdrawn\"}", scene.member_id);
}

// ---- the work-list of provisional patients

static void come_back_to_the_desk(struct service_fixture *fixture)
{
    services_at(fixture, "desk-1", CLINIC_ROLE_DESK);
    services_as(fixture, CLINIC_STAFF_RECEPTION, "Rita", "1234");
}

// Asks, and looks for exactly these names in this order.
static void assert_provisional(struct service_fixture *fixture, const char *data,
                               const char *const *names, bool has_more)
{
    assert_accepted(fixture, PROVISIONAL, "%s", data);
    const cJSON *row = clinic_json_member(fixture->reply.data, "patients")->child;
    for (; *names != NULL; names++, row = row->next) {
        assert_non_null(row);
        assert_string_equal(clinic_json_text(row, "name"), *names);
        assert_true(clinic_json_boolean(row, "provisional", false));
    }
    assert_null(row);
    assert_int_equal(clinic_json_boolean(fixture->reply.data, "more", !has_more), has_more);
}

// Registers them at the kiosk, a minute apart; names in no order of the alphabet.
static void register_three(struct service_fixture *fixture, char ids[3][CLINIC_ID_TEXT_BYTES])
{
    static const char *const names[] = { "Mia", "Zoé", "Ana" };

    services_at(fixture, "kiosk-1", CLINIC_ROLE_KIOSK);
    for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
        services_register(fixture, names[i], "1990-04-02", ids[i]);
        fixture->wall_ms += MINUTE_MS;
    }
}

static void who_registered_at_a_kiosk_is_listed_the_oldest_first(void **state)
{
    struct service_fixture *fixture = *state;
    char ids[3][CLINIC_ID_TEXT_BYTES];
    char at_desk[CLINIC_ID_TEXT_BYTES];

    register_three(fixture, ids);
    come_back_to_the_desk(fixture);
    services_register(fixture, "Bob", "1985-01-31", at_desk);
    assert_provisional(fixture, "{}", (const char *const[]){ "Mia", "Zoé", "Ana", NULL }, false);
    assert_provisional(fixture, "{\"limit\":3}", (const char *const[]){ "Mia", "Zoé", "Ana", NULL },
                       false);
    assert_provisional(fixture, "{\"limit\":2}", (const char *const[]){ "Mia", "Zoé", NULL }, true);
    assert_int_equal(sql_number(fixture, "SELECT count(*) FROM audit_access WHERE person = 'Rita'"
                                         " AND action = 'patient/provisional'"),
                     3);
}

static void who_is_completed_or_deleted_leaves_the_list(void **state)
{
    struct service_fixture *fixture = *state;
    char ids[3][CLINIC_ID_TEXT_BYTES];

    register_three(fixture, ids);
    char *member_id = sql_text(fixture, "SELECT member_id FROM patient WHERE name = 'Ana'");
    come_back_to_the_desk(fixture);
    assert_accepted(fixture, CLINIC_REQUEST_PATIENT_UPDATE,
                    "{\"patient_id\":\"%s\",\"expected_version\":1,\"provisional\":false}", ids[0]);
    assert_provisional(fixture, "{}", (const char *const[]){ "Zoé", "Ana", NULL }, false);
    services_as(fixture, CLINIC_STAFF_ADMIN, "Ada", "4711");
    assert_accepted(fixture, CLINIC_REQUEST_PATIENT_DELETE,
                    "{\"patient_id\":\"%s\",\"member_id\":\"%s\",\"pin\":\"4711\","
                    "\"reason\":\"duplicate\"}",
                    ids[2], member_id);
    free(member_id);
    assert_provisional(fixture, "{}", (const char *const[]){ "Zoé", NULL }, false);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, services_open, services_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(who_stands_at_the_kiosk_agrees_to_messages_or_no_longer),
        TEST(nothing_but_consents_changes_and_none_of_it_is_in_the_open),
        TEST(an_answer_that_changes_nothing_is_no_event),
        TEST(a_consent_of_the_kiosk_is_for_the_phone_of_then),
        TEST(unknown_wrong_and_not_unique_answer_alike),
        TEST(half_an_identity_changes_nothing_and_is_no_guess),
        TEST(five_guesses_lock_the_kiosk_for_a_minute_whatever_is_asked),
        TEST(nobody_agrees_for_a_deleted_patient),
        TEST(who_registered_at_a_kiosk_is_listed_the_oldest_first),
        TEST(who_is_completed_or_deleted_leaves_the_list),
    };
    return cmocka_run_group_tests_name("patients at a kiosk", tests, NULL, NULL);
}
