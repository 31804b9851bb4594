// Who the doctors are.
#include "doctor_fixture.h"

static const enum clinic_request_kind CREATE = CLINIC_REQUEST_DOCTOR_CREATE;
static const enum clinic_request_kind UPDATE = CLINIC_REQUEST_DOCTOR_UPDATE;

// ---- adding

static void a_doctor_gets_a_number_that_nobody_had(void **state)
{
    struct service_fixture *fixture = *state;
    char id[CLINIC_ID_TEXT_BYTES];
    int64_t number = 0;

    for (int i = 1; i <= 3; i++) {
        doctor_add(fixture, "Dr. Ada Moreau", WEEK, id);
        assert_true(clinic_json_integer(fixture->reply.data, "number", &number));
        assert_int_equal(number, i);
    }
    assert_int_equal(sql_number(fixture, "SELECT count(*) FROM doctor_hours"), 30);
    assert_refused(fixture, CLINIC_CODE_EXISTS, CREATE,
                   "{\"doctor_id\":\"%s\",\"name\":\"Bo\",\"specialty\":\"x\","
                   "\"slot_minutes\":15}",
                   id);
}

// They would share a key, and the patient's deletion would make the log forget the doctor.
static void nobody_shares_an_id_with_a_doctor(void **state)
{
    struct service_fixture *fixture = *state;
    char doctor[CLINIC_ID_TEXT_BYTES], patient[CLINIC_ID_TEXT_BYTES];

    doctor_add(fixture, "Dr. Ada Moreau", WEEK, doctor);
    services_register(fixture, "Ana", "1990-04-02", patient);
    assert_refused(fixture, CLINIC_CODE_EXISTS, CREATE,
                   "{\"doctor_id\":\"%s\",\"name\":\"Bo\",\"specialty\":\"x\","
                   "\"slot_minutes\":15}",
                   patient);
    assert_string_equal(fixture->reply.problem.field, "doctor_id");
    services_at(fixture, "kiosk-1", CLINIC_ROLE_KIOSK);
    assert_refused(fixture, CLINIC_CODE_EXISTS, CLINIC_REQUEST_PATIENT_CREATE,
                   "{\"patient_id\":\"%s\",\"name\":\"Bo\",\"birth_date\":\"1991-01-01\"}", doctor);
    assert_string_equal(fixture->reply.problem.field, "patient_id");
}

static void what_people_type_is_tidied_and_sealed(void **state)
{
    struct service_fixture *fixture = *state;

    assert_accepted(fixture, CREATE,
                    "{\"doctor_id\":\"018f0000-0000-7000-8000-000000000001\","
                    "\"name\":\"  Zoe\\u0308   O'Brien \",\"email\":\"Zoe@Example.ORG\","
                    "\"phone\":\"06 12 34 56 78\",\"language\":\"de\","
                    "\"specialty\":\" Dentistry \",\"slot_minutes\":20,"
                    "\"time_off\":[{\"from\":\"2026-12-20\",\"to\":\"2026-12-24\"},"
                    "{\"from\":\"2026-12-25\",\"to\":\"2026-12-31\"}]}");
    assert_sql_text(fixture, "Zoë O'Brien", "SELECT name FROM doctor");
    assert_sql_text(fixture, "Zoe@example.org", "SELECT email FROM doctor");
    assert_sql_text(fixture, "+33612345678", "SELECT phone FROM doctor");
    assert_sql_text(fixture, "Dentistry", "SELECT specialty FROM doctor");
    // Two vacations without a day between them are one.
    assert_sql_text(fixture, "2026-12-20 2026-12-31",
                    "SELECT group_concat(from_day || ' ' || to_day) FROM doctor_time_off");
    assert_int_equal(sql_number(fixture, "SELECT count(*) FROM event WHERE"
                                         " instr(data, 'Brien') > 0"),
                     0);
}

// ---- changing and reading

static void only_what_differs_is_changed(void **state)
{
    struct service_fixture *fixture = *state;
    char id[CLINIC_ID_TEXT_BYTES];

    doctor_add(fixture, "Dr. Ada Moreau", WEEK, id);
    assert_refused(fixture, CLINIC_CODE_NO_CHANGE, UPDATE,
                   "{\"doctor_id\":\"%s\",\"expected_version\":1,\"name\":\"Dr.  Ada Moreau\","
                   "\"phone\":null}",
                   id);
    assert_accepted(fixture, UPDATE,
                    "{\"doctor_id\":\"%s\",\"expected_version\":1,\"name\":\"Dr. Ada Moreau\","
                    "\"phone\":\"0612345678\",\"slot_minutes\":20}",
                    id);
    assert_sql_text(fixture, "2 +33612345678 20 Dentistry",
                    "SELECT version || ' ' || phone || ' ' || slot_minutes || ' ' || specialty"
                    " FROM doctor");
    assert_accepted(fixture, UPDATE, "{\"doctor_id\":\"%s\",\"expected_version\":2,\"phone\":null}",
                    id);
    assert_int_equal(sql_number(fixture, "SELECT phone IS NULL FROM doctor"), 1);
    assert_refused(fixture, CLINIC_CODE_NOT_FOUND, UPDATE,
                   "{\"doctor_id\":\"018f0000-0000-7000-8000-000000000001\","
                   "\"expected_version\":1,\"name\":\"x\"}");
}

static void of_two_desks_that_edit_one_version_one_wins(void **state)
{
    struct service_fixture *fixture = *state;
    char id[CLINIC_ID_TEXT_BYTES];

    doctor_add(fixture, "Dr. Ada Moreau", WEEK, id);
    assert_accepted(fixture, UPDATE,
                    "{\"doctor_id\":\"%s\",\"expected_version\":1,\"name\":\"Dr. A. Moreau\"}", id);
    assert_refused(fixture, CLINIC_CODE_STALE_VERSION, UPDATE,
                   "{\"doctor_id\":\"%s\",\"expected_version\":1,\"specialty\":\"Surgery\"}", id);
    const cJSON *record = clinic_json_member(fixture->reply.data, "doctor");
    assert_string_equal(clinic_json_text(record, "name"), "Dr. A. Moreau");
    assert_int_equal(cJSON_GetArraySize(clinic_json_member(record, "hours")), 10);
    assert_false(clinic_id_is_none(&fixture->reply_owner));
}

static void a_record_is_read_with_its_rules(void **state)
{
    struct service_fixture *fixture = *state;
    char id[CLINIC_ID_TEXT_BYTES];

    assert_accepted(fixture, CLINIC_REQUEST_DOCTOR_HOLIDAY,
                    "{\"add\":[{\"date\":\"2026-12-25\"}]}");
    doctor_add(fixture, "Dr. Ada Moreau",
               "[{\"weekday\":7,\"from\":\"00:00\",\"to\":\"24:00\"},"
               "{\"weekday\":1,\"from\":\"09:00\",\"to\":\"12:00\","
               "\"valid_from\":\"2027-01-01\"}]",
               id);
    assert_accepted(fixture, CLINIC_REQUEST_DOCTOR_READ, "{\"doctor_id\":\"%s\"}", id);
    char *text = clinic_json_print(
        clinic_json_member(clinic_json_member(fixture->reply.data, "doctor"), "hours"));
    assert_non_null(text);
    assert_string_equal(text, "[{\"weekday\":1,\"from\":\"09:00\",\"to\":\"12:00\","
                              "\"valid_from\":\"2027-01-01\"},"
                              "{\"weekday\":7,\"from\":\"00:00\",\"to\":\"24:00\"}]");
    free(text);
    assert_int_equal(cJSON_GetArraySize(clinic_json_member(fixture->reply.data, "holidays")), 1);
}

static void who_takes_no_bookings_is_listed_last(void **state)
{
    struct service_fixture *fixture = *state;
    char first[CLINIC_ID_TEXT_BYTES];
    char second[CLINIC_ID_TEXT_BYTES];

    doctor_add(fixture, "Dr. Ada Moreau", WEEK, first);
    doctor_add(fixture, "Dr. Bo Li", WEEK, second);
    assert_accepted(fixture, UPDATE,
                    "{\"doctor_id\":\"%s\",\"expected_version\":1,\"is_active\":false}", first);
    assert_accepted(fixture, CLINIC_REQUEST_DOCTOR_LIST, "{}");
    const cJSON *list = clinic_json_member(fixture->reply.data, "doctors");
    assert_int_equal(cJSON_GetArraySize(list), 2);
    assert_string_equal(clinic_json_text(list->child, "doctor_id"), second);
    assert_string_equal(clinic_json_text(list->child->next, "doctor_id"), first);
    assert_refused(fixture, CLINIC_CODE_DOCTOR_INACTIVE, CLINIC_REQUEST_DOCTOR_SLOTS,
                   "{\"doctor_id\":\"%s\"}", first);
}

static void as_many_take_bookings_as_a_list_can_show(void **state)
{
    struct service_fixture *fixture = *state;
    char id[CLINIC_ID_TEXT_BYTES];
    char first[CLINIC_ID_TEXT_BYTES];

    doctor_add(fixture, "Dr. No 1", "[]", first);
    for (int i = 1; i < 80; i++)
        doctor_add(fixture, "Dr. No 2", "[]", id);
    assert_refused(fixture, CLINIC_CODE_INVALID_FIELD, CREATE,
                   "{\"doctor_id\":\"018f0000-0000-7000-8000-000000000001\",\"name\":\"Bo\","
                   "\"specialty\":\"x\",\"slot_minutes\":15}");
    assert_accepted(fixture, UPDATE,
                    "{\"doctor_id\":\"%s\",\"expected_version\":1,\"is_active\":false}", first);
    doctor_add(fixture, "Dr. No 81", "[]", id);
    assert_refused(fixture, CLINIC_CODE_INVALID_FIELD, UPDATE,
                   "{\"doctor_id\":\"%s\",\"expected_version\":2,\"is_active\":true}", first);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, services_open, services_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_doctor_gets_a_number_that_nobody_had),
        TEST(nobody_shares_an_id_with_a_doctor),
        TEST(what_people_type_is_tidied_and_sealed),
        TEST(only_what_differs_is_changed),
        TEST(of_two_desks_that_edit_one_version_one_wins),
        TEST(a_record_is_read_with_its_rules),
        TEST(who_takes_no_bookings_is_listed_last),
        TEST(as_many_take_bookings_as_a_list_can_show),
    };
    return cmocka_run_group_tests_name("doctor", tests, NULL, NULL);
}
