// The portal: patients see their own record, and nobody learns anything by guessing.
#include "service_fixture.h"

static const enum clinic_request_kind READ = CLINIC_REQUEST_PORTAL_READ;

static void register_ana(struct service_fixture *fixture, char id[static CLINIC_ID_TEXT_BYTES],
                         char member_id[static 16])
{
    services_register(fixture, "Ana López", "1990-04-02", id);
    (void)snprintf(member_id, 16, "%s", reply_text(fixture, "member_id"));
}

static void patients_see_their_record_as_it_is_now(void **state)
{
    struct service_fixture *fixture = *state;
    char id[CLINIC_ID_TEXT_BYTES];
    char member_id[16];

    register_ana(fixture, id, member_id);
    assert_accepted(fixture, CLINIC_REQUEST_PATIENT_UPDATE,
                    "{\"patient_id\":\"%s\",\"expected_version\":1,\"phone\":\"0612345678\"}", id);
    services_at(fixture, "kiosk-1", CLINIC_ROLE_KIOSK);
    assert_accepted(fixture, READ, "{\"member_id\":\"%s\",\"birth_date\":\"1990-04-02\"}",
                    member_id);
    const cJSON *patient = clinic_json_member(fixture->reply.data, "patient");
    int64_t version = 0;
    assert_true(clinic_json_integer(fixture->reply.data, "version", &version));
    assert_int_equal(version, 2);
    assert_string_equal(clinic_json_text(patient, "name"), "Ana López");
    assert_string_equal(clinic_json_text(patient, "phone"), "+33612345678");
    assert_int_equal(sql_number(fixture,
                                "SELECT count(*) FROM audit_access WHERE node = 'kiosk-1'"
                                " AND action = 'portal/read' AND subject = 'patient/%s'",
                                id),
                     1);
}

static void the_copy_is_the_record(void **state)
{
    struct service_fixture *fixture = *state;
    char id[CLINIC_ID_TEXT_BYTES];
    char member_id[16];

    register_ana(fixture, id, member_id);
    assert_accepted(fixture, CLINIC_REQUEST_PATIENT_UPDATE,
                    "{\"patient_id\":\"%s\",\"expected_version\":1,\"email\":\"a@b.org\","
                    "\"preconditions\":[\"asthma\"]}",
                    id);
    assert_accepted(fixture, CLINIC_REQUEST_PATIENT_UPDATE,
                    "{\"patient_id\":\"%s\",\"expected_version\":2,\"email\":null,"
                    "\"phone\":\"0612345678\"}",
                    id);
    assert_accepted(fixture, CLINIC_REQUEST_PATIENT_READ, "{\"patient_id\":\"%s\"}", id);
    cJSON *record = cJSON_Duplicate(clinic_json_member(fixture->reply.data, "patient"), true);
    assert_accepted(fixture, READ, "{\"member_id\":\"%s\",\"birth_date\":\"1990-04-02\"}",
                    member_id);
    assert_true(cJSON_Compare(record, clinic_json_member(fixture->reply.data, "patient"), true));
    cJSON_Delete(record);
}

static void a_wrong_number_and_a_wrong_day_answer_alike(void **state)
{
    struct service_fixture *fixture = *state;
    char id[CLINIC_ID_TEXT_BYTES];
    char member_id[16];
    char message[200];

    register_ana(fixture, id, member_id);
    assert_refused(fixture, CLINIC_CODE_NOT_FOUND, READ,
                   "{\"member_id\":\"%s\",\"birth_date\":\"1990-04-03\"}", member_id);
    assert_null(fixture->reply.data);
    (void)snprintf(message, sizeof message, "%s", fixture->reply.problem.message);
    assert_refused(fixture, CLINIC_CODE_NOT_FOUND, READ,
                   "{\"member_id\":\"%s\",\"birth_date\":\"1990-04-02\"}",
                   strcmp(member_id, "100042177") == 0 ? "000000011" : "100042177");
    assert_string_equal(fixture->reply.problem.message, message);
    assert_string_equal(fixture->reply.problem.field, "");
}

static void guess(struct service_fixture *fixture, int times)
{
    for (int i = 0; i < times; i++)
        assert_refused(fixture, CLINIC_CODE_NOT_FOUND, READ,
                       "{\"member_id\":\"000000011\",\"birth_date\":\"1990-04-02\"}");
}

static void five_guesses_lock_this_node_for_a_minute(void **state)
{
    struct service_fixture *fixture = *state;
    char id[CLINIC_ID_TEXT_BYTES];
    char member_id[16];

    register_ana(fixture, id, member_id);
    services_at(fixture, "kiosk-1", CLINIC_ROLE_KIOSK);
    guess(fixture, 5);
    assert_refused(fixture, CLINIC_CODE_RATE_LIMITED, READ,
                   "{\"member_id\":\"%s\",\"birth_date\":\"1990-04-02\"}", member_id);
    services_at(fixture, "kiosk-2", CLINIC_ROLE_KIOSK); // another is not concerned
    assert_accepted(fixture, READ, "{\"member_id\":\"%s\",\"birth_date\":\"1990-04-02\"}",
                    member_id);
    services_at(fixture, "kiosk-1", CLINIC_ROLE_KIOSK);
    fixture->wall_ms += 60 * 1000;
    guess(fixture, 4);
    assert_accepted(fixture, READ, "{\"member_id\":\"%s\",\"birth_date\":\"1990-04-02\"}",
                    member_id);
    guess(fixture, 4); // a right answer begins the counting anew
    assert_accepted(fixture, READ, "{\"member_id\":\"%s\",\"birth_date\":\"1990-04-02\"}",
                    member_id);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, services_open, services_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(patients_see_their_record_as_it_is_now),
        TEST(the_copy_is_the_record),
        TEST(a_wrong_number_and_a_wrong_day_answer_alike),
        TEST(five_guesses_lock_this_node_for_a_minute),
    };
    return cmocka_run_group_tests_name("portal", tests, NULL, NULL);
}
