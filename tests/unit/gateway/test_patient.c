// The patient service: what may be registered, changed, deleted and found.
#include "service_fixture.h"

static const enum clinic_request_kind CREATE = CLINIC_REQUEST_PATIENT_CREATE;
static const enum clinic_request_kind UPDATE = CLINIC_REQUEST_PATIENT_UPDATE;

// ---- registering

static void a_patient_is_registered_with_everything_it_causes(void **state)
{
    struct service_fixture *fixture = *state;
    char id[CLINIC_ID_TEXT_BYTES];

    services_register(fixture, "Ana López", "1990-04-02", id);
    assert_string_equal(reply_text(fixture, "patient_id"), id);
    assert_int_equal(strlen(reply_text(fixture, "member_id")), 9);
    assert_int_equal(fixture->reply.sequence, 1);
    assert_false(clinic_id_is_none(&fixture->reply_owner));
    assert_int_equal(sql_number(fixture, "SELECT count(*) FROM patient"), 1);
    assert_int_equal(sql_number(fixture, "SELECT count(*) FROM message"), 1);
    assert_int_equal(sql_number(fixture, "SELECT count(*) FROM portal_document"), 1);
    assert_int_equal(sql_number(fixture, "SELECT count(*) FROM audit_change"), 1);
    assert_int_equal(sql_number(fixture, "SELECT count FROM daily_count"
                                         " WHERE day = '2026-11-23' AND metric = 'patients.new'"),
                     1);
    assert_int_equal(sql_number(fixture, "SELECT provisional FROM patient"), 0);
    assert_sql_text(fixture, "fr", "SELECT language FROM patient");
    assert_sql_text(fixture, "none", "SELECT sms_consent FROM patient");
    assert_sql_text(fixture, "[]", "SELECT preconditions FROM patient");
}

static void an_id_is_used_once_and_never_again(void **state)
{
    struct service_fixture *fixture = *state;
    char id[CLINIC_ID_TEXT_BYTES];

    services_register(fixture, "Ana", "1990-04-02", id);
    assert_refused(fixture, CLINIC_CODE_EXISTS, CREATE,
                   "{\"patient_id\":\"%s\",\"name\":\"Bo\",\"birth_date\":\"1991-01-01\"}", id);
    assert_int_equal(sql_number(fixture, "SELECT count(*) FROM event"), 1);
}

static void twins_register_after_a_warning(void **state)
{
    struct service_fixture *fixture = *state;
    char first[CLINIC_ID_TEXT_BYTES];
    char text[CLINIC_ID_TEXT_BYTES];
    const struct clinic_id second = services_new_id(fixture);

    services_register(fixture, "Léa Martin", "2010-06-01", first);
    clinic_id_print(&second, text);
    assert_refused(fixture, CLINIC_CODE_PATIENT_DUPLICATE, CREATE,
                   "{\"patient_id\":\"%s\",\"name\":\"Emma MARTIN\",\"birth_date\":\"2010-06-01\"}",
                   text);
    const cJSON *candidates = clinic_json_member(fixture->reply.data, "candidates");
    assert_int_equal(cJSON_GetArraySize(candidates), 1);
    assert_string_equal(clinic_json_text(candidates->child, "patient_id"), first);
    assert_string_equal(clinic_json_text(candidates->child, "name"), "Léa Martin");

    assert_accepted(fixture, CREATE,
                    "{\"patient_id\":\"%s\",\"name\":\"Emma MARTIN\",\"birth_date\":\"2010-06-01\","
                    "\"is_distinct\":true}",
                    text);
    assert_int_equal(sql_number(fixture, "SELECT count(*) FROM patient"), 2);
}

static void only_the_same_birth_date_makes_people_alike(void **state)
{
    struct service_fixture *fixture = *state;
    char id[CLINIC_ID_TEXT_BYTES];

    services_register(fixture, "Léa Martin", "2010-06-01", id);
    services_register(fixture, "Léa Martin", "2011-06-01", id);
    services_register(fixture, "Zoé Bernard", "2010-06-01", id);
}

static void a_kiosk_sees_nobody_and_registers_provisionally(void **state)
{
    struct service_fixture *fixture = *state;
    char id[CLINIC_ID_TEXT_BYTES];
    struct clinic_id other = services_new_id(fixture);

    services_at(fixture, "kiosk-1", CLINIC_ROLE_KIOSK);
    services_register(fixture, "Léa Martin", "2010-06-01", id);
    assert_int_equal(sql_number(fixture, "SELECT provisional FROM patient"), 1);

    clinic_id_print(&other, id);
    assert_refused(fixture, CLINIC_CODE_PATIENT_SEE_RECEPTION, CREATE,
                   "{\"patient_id\":\"%s\",\"name\":\"Lea Martin\",\"birth_date\":\"2010-06-01\","
                   "\"is_distinct\":true}",
                   id);
    assert_null(fixture->reply.data);
    assert_null(strstr(fixture->reply.problem.message, "Martin"));
}

static void every_field_is_brought_into_one_form(void **state)
{
    struct service_fixture *fixture = *state;

    assert_accepted(fixture, CREATE,
                    "{\"patient_id\":\"018f0000-0000-7000-8000-000000000001\","
                    "\"name\":\"  Zoe\\u0308   O'Brien \",\"birth_date\":\"1926-11-23\","
                    "\"email\":\" Zoe@Example.ORG\",\"phone\":\"06 12 34 56 78\","
                    "\"preconditions\":[\" asthma \",\"nuts  (allergy)\"],"
                    "\"language\":\"de\",\"sms_consent\":\"given\"}");
    assert_sql_text(fixture, "Zoë O'Brien", "SELECT name FROM patient");
    assert_sql_text(fixture, "Zoe@example.org", "SELECT email FROM patient");
    assert_sql_text(fixture, "+33612345678", "SELECT phone FROM patient");
    assert_sql_text(fixture, "[\"asthma\",\"nuts (allergy)\"]",
                    "SELECT preconditions FROM patient");
    assert_sql_text(fixture, "de", "SELECT language FROM patient");
}

static void wrong_fields_are_refused_and_named(void **state)
{
    static const struct {
        const char *member;
        const char *field;
    } cases[] = {
        { "\"name\":\"   \",\"birth_date\":\"1990-01-01\"", "name" },
        { "\"name\":\"A\",\"birth_date\":\"2026-11-24\"", "birth_date" },
        { "\"name\":\"A\",\"birth_date\":\"1896-11-22\"", "birth_date" },
        { "\"name\":\"A\",\"birth_date\":\"1990-01-01\",\"email\":\"a.example.org\"", "email" },
        { "\"name\":\"A\",\"birth_date\":\"1990-01-01\",\"email\":\"a@b@example.org\"", "email" },
        { "\"name\":\"A\",\"birth_date\":\"1990-01-01\",\"email\":\"a b@example.org\"", "email" },
        { "\"name\":\"A\",\"birth_date\":\"1990-01-01\",\"email\":\"a@example\"", "email" },
        { "\"name\":\"A\",\"birth_date\":\"1990-01-01\",\"email\":\"a@.example.org\"", "email" },
        { "\"name\":\"A\",\"birth_date\":\"1990-01-01\",\"email\":\"a@example..org\"", "email" },
        { "\"name\":\"A\",\"birth_date\":\"1990-01-01\",\"phone\":\"12345\"", "phone" },
        { "\"name\":\"A\",\"birth_date\":\"1990-01-01\",\"phone\":\"call me\"", "phone" },
        { "\"name\":\"A\",\"birth_date\":\"1990-01-01\",\"language\":\"f1\"", "language" },
        { "\"name\":\"A\",\"birth_date\":\"1990-01-01\",\"preconditions\":[\"x\",\"  \"]",
          "preconditions[1]" },
    };
    struct service_fixture *fixture = *state;

    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        assert_refused(fixture, CLINIC_CODE_INVALID_FIELD, CREATE,
                       "{\"patient_id\":\"018f0000-0000-7000-8000-000000000001\",%s}",
                       cases[i].member);
        assert_string_equal(fixture->reply.problem.field, cases[i].field);
    }
    assert_int_equal(sql_number(fixture, "SELECT count(*) FROM event"), 0);
}

static void birth_dates_are_accepted_up_to_both_ends(void **state)
{
    struct service_fixture *fixture = *state;
    char id[CLINIC_ID_TEXT_BYTES];

    services_register(fixture, "Newborn", "2026-11-23", id);
    services_register(fixture, "Oldest", "1896-11-23", id);
    services_register(fixture, "Leap", "2024-02-29", id);
}

static void a_name_of_200_bytes_in_any_script_survives(void **state)
{
    struct service_fixture *fixture = *state;
    char name[201] = "D'Añgélo محمد 🙂 ";
    char id[CLINIC_ID_TEXT_BYTES];
    size_t used = strlen(name);

    memset(name + used, 'x', sizeof name - 1 - used);
    services_register(fixture, name, "1990-04-02", id);
    services_reopen(fixture);
    assert_sql_text(fixture, name, "SELECT name FROM patient");
    assert_accepted(fixture, CLINIC_REQUEST_PATIENT_FIND, "{\"text\":\"محم\"}");
    assert_int_equal(cJSON_GetArraySize(clinic_json_member(fixture->reply.data, "patients")), 1);
}

// ---- changing

static void two_desks_edit_one_version_and_one_wins(void **state)
{
    struct service_fixture *fixture = *state;
    char id[CLINIC_ID_TEXT_BYTES];

    services_register(fixture, "Ana", "1990-04-02", id);
    assert_accepted(fixture, UPDATE,
                    "{\"patient_id\":\"%s\",\"expected_version\":1,\"phone\":\"0612345678\"}", id);
    assert_refused(fixture, CLINIC_CODE_STALE_VERSION, UPDATE,
                   "{\"patient_id\":\"%s\",\"expected_version\":1,\"name\":\"Anna\"}", id);
    const cJSON *record = clinic_json_member(fixture->reply.data, "patient");
    assert_string_equal(clinic_json_text(record, "phone"), "+33612345678");
    assert_string_equal(clinic_json_text(record, "name"), "Ana");
    assert_false(clinic_id_is_none(&fixture->reply_owner));
    assert_accepted(fixture, UPDATE,
                    "{\"patient_id\":\"%s\",\"expected_version\":2,\"name\":\"Anna\"}", id);
    assert_int_equal(sql_number(fixture, "SELECT version FROM patient"), 3);
}

static void what_changes_nothing_is_no_event(void **state)
{
    struct service_fixture *fixture = *state;
    char id[CLINIC_ID_TEXT_BYTES];

    services_register(fixture, "Ana", "1990-04-02", id);
    assert_refused(fixture, CLINIC_CODE_NO_CHANGE, UPDATE,
                   "{\"patient_id\":\"%s\",\"expected_version\":1,\"name\":\" Ana \","
                   "\"email\":null,\"preconditions\":null,\"provisional\":false}",
                   id);
    assert_refused(fixture, CLINIC_CODE_NO_CHANGE, UPDATE,
                   "{\"patient_id\":\"%s\",\"expected_version\":1}", id);
    assert_int_equal(sql_number(fixture, "SELECT count(*) FROM event"), 1);
    assert_int_equal(sql_number(fixture, "SELECT version FROM patient"), 1);
}

static void an_event_names_the_changed_fields_and_null_removes(void **state)
{
    struct service_fixture *fixture = *state;
    char id[CLINIC_ID_TEXT_BYTES];

    services_register(fixture, "Ana", "1990-04-02", id);
    assert_accepted(fixture, UPDATE,
                    "{\"patient_id\":\"%s\",\"expected_version\":1,\"email\":\"a@b.org\","
                    "\"preconditions\":[\"asthma\"]}",
                    id);
    assert_sql_text(fixture, "email, preconditions",
                    "SELECT detail FROM audit_change WHERE sequence = 2");
    assert_accepted(fixture, UPDATE,
                    "{\"patient_id\":\"%s\",\"expected_version\":2,\"email\":null,"
                    "\"preconditions\":null}",
                    id);
    assert_null(sql_text(fixture, "SELECT email FROM patient"));
    assert_sql_text(fixture, "[]", "SELECT preconditions FROM patient");
    assert_int_equal(sql_number(fixture, "SELECT version FROM portal_document"), 3);
    assert_int_equal(sql_number(fixture, "SELECT count(*) FROM event WHERE data LIKE '%%a@b%%'"),
                     0);
}

static void a_new_phone_starts_without_consent_and_an_opt_out_survives(void **state)
{
    struct service_fixture *fixture = *state;
    char id[CLINIC_ID_TEXT_BYTES];

    services_register(fixture, "Ana", "1990-04-02", id);
    assert_accepted(fixture, UPDATE,
                    "{\"patient_id\":\"%s\",\"expected_version\":1,\"phone\":\"0612345678\","
                    "\"sms_consent\":\"given\",\"email_consent\":\"withdrawn\"}",
                    id);
    assert_sql_text(fixture, "given", "SELECT sms_consent FROM patient");
    assert_accepted(fixture, UPDATE,
                    "{\"patient_id\":\"%s\",\"expected_version\":2,\"phone\":\"0698765432\","
                    "\"email\":\"a@b.org\"}",
                    id);
    assert_sql_text(fixture, "none", "SELECT sms_consent FROM patient");
    assert_sql_text(fixture, "withdrawn", "SELECT email_consent FROM patient");
    assert_sql_text(fixture, "email, phone, sms_consent",
                    "SELECT detail FROM audit_change WHERE sequence = 3");
}

static void a_record_is_completed_once_and_for_all(void **state)
{
    struct service_fixture *fixture = *state;
    char id[CLINIC_ID_TEXT_BYTES];

    services_at(fixture, "kiosk-1", CLINIC_ROLE_KIOSK);
    services_register(fixture, "Ana", "1990-04-02", id);
    services_at(fixture, "desk-1", CLINIC_ROLE_DESK);
    assert_accepted(fixture, UPDATE,
                    "{\"patient_id\":\"%s\",\"expected_version\":1,\"provisional\":false}", id);
    assert_int_equal(sql_number(fixture, "SELECT provisional FROM patient"), 0);
    assert_refused(fixture, CLINIC_CODE_INVALID_FIELD, UPDATE,
                   "{\"patient_id\":\"%s\",\"expected_version\":2,\"provisional\":true}", id);
}

// ---- finding

static int found(struct service_fixture *fixture, const char *text)
{
    assert_accepted(fixture, CLINIC_REQUEST_PATIENT_FIND, "{\"text\":\"%s\"}", text);
    return cJSON_GetArraySize(clinic_json_member(fixture->reply.data, "patients"));
}

static void patients_are_found_by_what_people_know_of_them(void **state)
{
    struct service_fixture *fixture = *state;
    char id[CLINIC_ID_TEXT_BYTES];
    char member_id[16];

    services_register(fixture, "Zoé Müller-O'Brien", "1990-04-02", id);
    (void)snprintf(member_id, sizeof member_id, "%s", reply_text(fixture, "member_id"));
    assert_accepted(fixture, UPDATE,
                    "{\"patient_id\":\"%s\",\"expected_version\":1,\"phone\":\"0612345678\","
                    "\"email\":\"zoe@example.org\",\"name\":\"Zoé Dupont\"}",
                    id);
    services_register(fixture, "Zoltan Ardó", "1991-05-03", id);

    assert_int_equal(found(fixture, "zo"), 2);
    assert_string_equal(
        clinic_json_text(clinic_json_member(fixture->reply.data, "patients")->child, "name"),
        "Zoé Dupont");
    assert_int_equal(found(fixture, "ZOE dup"), 1);
    assert_int_equal(found(fixture, "mul zoe"), 1); // a former name
    assert_int_equal(found(fixture, "obrien"), 1);
    assert_int_equal(found(fixture, "dup ardo"), 0);
    assert_int_equal(found(fixture, "upont"), 0);
    assert_int_equal(found(fixture, member_id), 1);
    assert_int_equal(found(fixture, "1991-05-03"), 1);
    assert_int_equal(found(fixture, "06 12 34 56 78"), 1);
    assert_int_equal(found(fixture, "ZOE@example.org"), 1);
    assert_int_equal(found(fixture, "%"), 0);
    assert_int_equal(found(fixture, "'; DROP TABLE patient"), 0);
}

static void each_part_of_a_search_begins_some_word_of_the_name(void **state)
{
    static const struct {
        const char *text;
        int found;
    } cases[] = {
        { "mar", 3 },      { "mar mar", 3 },     { "mart mari", 2 },  { "mari mart lef", 1 },
        { "lef mart", 1 }, { "mart xav", 0 },    { "m l", 1 },        { "martin martin", 2 },
        { "mar - '", 3 },  { "a b c d e f", 0 }, { "marie-h le", 1 }, { "marc mari", 0 },
    };
    struct service_fixture *fixture = *state;
    char id[CLINIC_ID_TEXT_BYTES];

    services_register(fixture, "Marie-Hélène Martin Lefèvre", "1990-04-02", id);
    services_register(fixture, "Mariam Martin", "1991-04-02", id);
    services_register(fixture, "Marc Ardó", "1992-04-02", id);
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        if (found(fixture, cases[i].text) != cases[i].found)
            fail_msg("\"%s\" does not find %d", cases[i].text, cases[i].found);
    }
}

static void a_search_says_when_there_are_more(void **state)
{
    struct service_fixture *fixture = *state;
    char id[CLINIC_ID_TEXT_BYTES];

    services_register(fixture, "Ana B", "1990-04-02", id);
    services_register(fixture, "Ana A", "1990-04-03", id);
    services_register(fixture, "Ana C", "1990-04-04", id);
    assert_accepted(fixture, CLINIC_REQUEST_PATIENT_FIND, "{\"text\":\"ana\",\"limit\":2}");
    assert_int_equal(cJSON_GetArraySize(clinic_json_member(fixture->reply.data, "patients")), 2);
    assert_true(clinic_json_boolean(fixture->reply.data, "more", false));
    assert_accepted(fixture, CLINIC_REQUEST_PATIENT_FIND, "{\"text\":\"ana\",\"limit\":3}");
    assert_false(clinic_json_boolean(fixture->reply.data, "more", true));
    assert_string_equal(
        clinic_json_text(clinic_json_member(fixture->reply.data, "patients")->child, "name"),
        "Ana A");
}

static void a_read_of_a_patient_is_audited(void **state)
{
    struct service_fixture *fixture = *state;
    char id[CLINIC_ID_TEXT_BYTES];

    services_register(fixture, "Ana", "1990-04-02", id);
    assert_accepted(fixture, CLINIC_REQUEST_PATIENT_READ, "{\"patient_id\":\"%s\"}", id);
    const cJSON *record = clinic_json_member(fixture->reply.data, "patient");
    assert_string_equal(clinic_json_text(record, "name"), "Ana");
    assert_int_equal(sql_number(fixture,
                                "SELECT count(*) FROM audit_access WHERE action = 'patient/read'"
                                " AND subject = 'patient/%s' AND person = 'Rita'"
                                " AND outcome = 'accepted'",
                                id),
                     1);
    assert_refused(fixture, CLINIC_CODE_NOT_FOUND, CLINIC_REQUEST_PATIENT_READ,
                   "{\"patient_id\":\"018f0000-0000-7000-8000-000000000001\"}");
    assert_int_equal(sql_number(fixture, "SELECT count(*) FROM audit_access WHERE outcome = '%s'",
                                clinic_codes[CLINIC_CODE_NOT_FOUND].name),
                     1);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, services_open, services_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_patient_is_registered_with_everything_it_causes),
        TEST(an_id_is_used_once_and_never_again),
        TEST(twins_register_after_a_warning),
        TEST(only_the_same_birth_date_makes_people_alike),
        TEST(a_kiosk_sees_nobody_and_registers_provisionally),
        TEST(every_field_is_brought_into_one_form),
        TEST(wrong_fields_are_refused_and_named),
        TEST(birth_dates_are_accepted_up_to_both_ends),
        TEST(a_name_of_200_bytes_in_any_script_survives),
        TEST(two_desks_edit_one_version_and_one_wins),
        TEST(what_changes_nothing_is_no_event),
        TEST(an_event_names_the_changed_fields_and_null_removes),
        TEST(a_new_phone_starts_without_consent_and_an_opt_out_survives),
        TEST(a_record_is_completed_once_and_for_all),
        TEST(patients_are_found_by_what_people_know_of_them),
        TEST(each_part_of_a_search_begins_some_word_of_the_name),
        TEST(a_search_says_when_there_are_more),
        TEST(a_read_of_a_patient_is_audited),
    };
    return cmocka_run_group_tests_name("patient", tests, NULL, NULL);
}
