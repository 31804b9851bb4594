// Deleting a patient: who may, what goes, and that every copy of the log forgets.
#include "service_fixture.h"

#include <event_log.h>
#include <vault.h>

static const enum clinic_request_kind DELETE = CLINIC_REQUEST_PATIENT_DELETE;

// A patient with something personal in every place that could keep it.
static void register_fully(struct service_fixture *fixture, char id[static CLINIC_ID_TEXT_BYTES],
                           char member_id[static 16])
{
    struct clinic_id patient = services_new_id(fixture);

    clinic_id_print(&patient, id);
    assert_accepted(fixture, CLINIC_REQUEST_PATIENT_CREATE,
                    "{\"patient_id\":\"%s\",\"name\":\"Xaveria Quillfeather\","
                    "\"birth_date\":\"1953-07-19\",\"email\":\"xq@quillmail.example\","
                    "\"phone\":\"0612349999\",\"email_consent\":\"given\","
                    "\"preconditions\":[\"zebrapox\"]}",
                    id);
    (void)snprintf(member_id, 16, "%s", reply_text(fixture, "member_id"));
    assert_accepted(fixture, CLINIC_REQUEST_PATIENT_UPDATE,
                    "{\"patient_id\":\"%s\",\"expected_version\":1,"
                    "\"name\":\"Xaveria Marrowbone\"}",
                    id);
}

static void a_deleted_patient_is_in_no_file_and_the_log_still_verifies(void **state)
{
    static const char *const traces[] = { "Xaveria",   "xaveria",   "Quillfeather", "marrowbone",
                                          "quillmail", "612349999", "1953-07-19",   "zebrapox" };
    struct service_fixture *fixture = *state;
    char id[CLINIC_ID_TEXT_BYTES];
    char member_id[16];

    services_as(fixture, CLINIC_STAFF_ADMIN, "Ada", "4711");
    register_fully(fixture, id, member_id);
    // Otherwise the test would prove nothing: the tables hold what is searched in clear.
    assert_true(services_hold(fixture, "Xaveria"));
    assert_accepted(fixture, DELETE,
                    "{\"patient_id\":\"%s\",\"member_id\":\"%s\",\"pin\":\"4711\","
                    "\"reason\":\"request\"}",
                    id, member_id);
    assert_true(fixture->needs_checkpoint);
    for (size_t i = 0; i < ARRAY_SIZE(traces); i++) {
        if (services_hold(fixture, traces[i]))
            fail_msg("\"%s\" is still in a file", traces[i]);
    }
    assert_false(services_hold(fixture, member_id));
    assert_int_equal(sql_number(fixture, "SELECT count(*) FROM patient_word"), 0);
    assert_int_equal(sql_number(fixture, "SELECT count(*) FROM portal_document"), 0);
    assert_int_equal(sql_number(fixture, "SELECT count(*) FROM message"), 0);
    assert_sql_text(fixture, "request", "SELECT deletion_reason FROM patient");
    assert_int_equal(sql_number(fixture, "SELECT count FROM total_count"), 0);
    assert_int_equal(sql_number(fixture, "SELECT count FROM daily_count"
                                         " WHERE metric = 'patients.new'"),
                     1);
}

static bool count_erased(void *context, const struct clinic_event *event,
                         const struct event_origin *origin, bool is_erased)
{
    (void)origin;
    *(int *)context += is_erased && clinic_json_member(event->data, "name") == NULL;
    return true;
}

// What is in the log, and in every copy of it upstream, can be read by nobody any more.
static void the_log_is_sealed_with_a_key_that_is_gone(void **state)
{
    struct service_fixture *fixture = *state;
    char id[CLINIC_ID_TEXT_BYTES];
    char member_id[16];
    struct clinic_id patient_id;
    uint8_t key[CLINIC_KEY_BYTES];
    const struct event_filter all = { 0 };
    int erased = 0;

    services_as(fixture, CLINIC_STAFF_ADMIN, "Ada", "4711");
    register_fully(fixture, id, member_id);
    assert_true(clinic_id_parse(id, &patient_id));
    assert_int_equal(vault_key(fixture->store, &patient_id, key), CLINIC_OK);
    assert_int_equal(event_log_read(fixture->store, &all, count_erased, &erased), CLINIC_OK);
    assert_int_equal(erased, 0);
    assert_accepted(fixture, DELETE,
                    "{\"patient_id\":\"%s\",\"member_id\":\"%s\",\"pin\":\"4711\","
                    "\"reason\":\"request\"}",
                    id, member_id);
    assert_int_equal(vault_key(fixture->store, &patient_id, key), CLINIC_REFUSED);
    assert_int_equal(event_log_read(fixture->store, &all, count_erased, &erased), CLINIC_OK);
    assert_int_equal(erased, 2);
}

static void every_name_that_a_patient_ever_had_goes(void **state)
{
    static const char *const names[] = { "Mariana Alba", "Ana",    "Alba",
                                         "Mariana Alba", "Ana Bo", "Cora" };
    struct service_fixture *fixture = *state;
    char id[CLINIC_ID_TEXT_BYTES];
    char member_id[16];

    services_as(fixture, CLINIC_STAFF_ADMIN, "Ada", "4711");
    services_register(fixture, "Dora", "1990-04-02", id);
    (void)snprintf(member_id, sizeof member_id, "%s", reply_text(fixture, "member_id"));
    for (size_t i = 0; i < ARRAY_SIZE(names); i++)
        assert_accepted(fixture, CLINIC_REQUEST_PATIENT_UPDATE,
                        "{\"patient_id\":\"%s\",\"expected_version\":%d,\"name\":\"%s\"}", id,
                        (int)i + 1, names[i]);
    assert_sql_text(fixture, "dora mariana alba ana ana bo", "SELECT former_folded FROM patient");
    assert_int_equal(sql_number(fixture, "SELECT count(*) FROM patient_word"), 6);
    assert_accepted(fixture, CLINIC_REQUEST_PATIENT_FIND, "{\"text\":\"ana cor bo\"}");
    assert_int_equal(cJSON_GetArraySize(clinic_json_member(fixture->reply.data, "patients")), 1);
    assert_accepted(fixture, DELETE,
                    "{\"patient_id\":\"%s\",\"member_id\":\"%s\",\"pin\":\"4711\","
                    "\"reason\":\"request\"}",
                    id, member_id);
    assert_int_equal(sql_number(fixture, "SELECT count(*) FROM patient_word"), 0);
}

static void deleting_twice_is_no_error_and_no_event(void **state)
{
    struct service_fixture *fixture = *state;
    char id[CLINIC_ID_TEXT_BYTES];
    char member_id[16];

    services_as(fixture, CLINIC_STAFF_ADMIN, "Ada", "4711");
    register_fully(fixture, id, member_id);
    for (int i = 0; i < 2; i++)
        assert_accepted(fixture, DELETE,
                        "{\"patient_id\":\"%s\",\"member_id\":\"%s\",\"pin\":\"4711\","
                        "\"reason\":\"duplicate\"}",
                        id, member_id);
    assert_false(fixture->needs_checkpoint);
    assert_int_equal(sql_number(fixture, "SELECT count(*) FROM event WHERE kind = 3"), 1);
    assert_int_equal(sql_number(fixture, "SELECT count FROM total_count"), 0);
}

static void a_deletion_must_be_confirmed(void **state)
{
    struct service_fixture *fixture = *state;
    char id[CLINIC_ID_TEXT_BYTES];
    char member_id[16];

    services_as(fixture, CLINIC_STAFF_ADMIN, "Ada", "4711");
    register_fully(fixture, id, member_id);
    assert_refused(fixture, CLINIC_CODE_CONFIRM_MISMATCH, DELETE,
                   "{\"patient_id\":\"%s\",\"member_id\":\"100042177\",\"pin\":\"4711\","
                   "\"reason\":\"error\"}",
                   id);
    assert_refused(fixture, CLINIC_CODE_SIGN_IN_FAILED, DELETE,
                   "{\"patient_id\":\"%s\",\"member_id\":\"%s\",\"pin\":\"4712\","
                   "\"reason\":\"error\"}",
                   id, member_id);
    assert_int_equal(sql_number(fixture, "SELECT failures FROM staff"), 1);
    assert_refused(fixture, CLINIC_CODE_NOT_FOUND, DELETE,
                   "{\"patient_id\":\"018f0000-0000-7000-8000-000000000001\","
                   "\"member_id\":\"%s\",\"pin\":\"4711\",\"reason\":\"error\"}",
                   member_id);
    assert_int_equal(sql_number(fixture, "SELECT count(*) FROM patient WHERE name IS NULL"), 0);
    assert_int_equal(sql_number(fixture, "SELECT count(*) FROM audit_access"
                                         " WHERE action = 'patient/delete'"
                                         " AND outcome = 'confirm.mismatch' AND person = 'Ada'"),
                     1);
}

static void nobody_is_written_to_about_the_deceased(void **state)
{
    struct service_fixture *fixture = *state;
    char id[CLINIC_ID_TEXT_BYTES];
    char member_id[16];

    services_as(fixture, CLINIC_STAFF_ADMIN, "Ada", "4711");
    fixture->wall_ms += INT64_C(14) * 3600 * 1000; // at night the welcome waits for the morning
    register_fully(fixture, id, member_id);
    assert_int_equal(sql_number(fixture, "SELECT count(*) FROM message"), 1);
    assert_accepted(fixture, DELETE,
                    "{\"patient_id\":\"%s\",\"member_id\":\"%s\",\"pin\":\"4711\","
                    "\"reason\":\"deceased\"}",
                    id, member_id);
    assert_int_equal(sql_number(fixture, "SELECT count(*) FROM message"), 0);
}

static void
a_deleted_patient_is_neither_found_nor_read_nor_changed_nor_registered_again(void **state)
{
    struct service_fixture *fixture = *state;
    char id[CLINIC_ID_TEXT_BYTES];
    char member_id[16];

    services_as(fixture, CLINIC_STAFF_ADMIN, "Ada", "4711");
    register_fully(fixture, id, member_id);
    assert_accepted(fixture, DELETE,
                    "{\"patient_id\":\"%s\",\"member_id\":\"%s\",\"pin\":\"4711\","
                    "\"reason\":\"request\"}",
                    id, member_id);
    assert_accepted(fixture, CLINIC_REQUEST_PATIENT_FIND, "{\"text\":\"xaveria\"}");
    assert_int_equal(cJSON_GetArraySize(clinic_json_member(fixture->reply.data, "patients")), 0);
    assert_refused(fixture, CLINIC_CODE_PATIENT_DELETED, CLINIC_REQUEST_PATIENT_READ,
                   "{\"patient_id\":\"%s\"}", id);
    assert_refused(fixture, CLINIC_CODE_PATIENT_DELETED, CLINIC_REQUEST_PATIENT_UPDATE,
                   "{\"patient_id\":\"%s\",\"expected_version\":2,\"name\":\"Back\"}", id);
    assert_refused(fixture, CLINIC_CODE_PATIENT_DELETED, CLINIC_REQUEST_PATIENT_CREATE,
                   "{\"patient_id\":\"%s\",\"name\":\"Back\",\"birth_date\":\"1990-01-01\"}", id);
    assert_refused(fixture, CLINIC_CODE_NOT_FOUND, CLINIC_REQUEST_PORTAL_READ,
                   "{\"member_id\":\"%s\",\"birth_date\":\"1953-07-19\"}", member_id);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, services_open, services_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_deleted_patient_is_in_no_file_and_the_log_still_verifies),
        TEST(the_log_is_sealed_with_a_key_that_is_gone),
        TEST(every_name_that_a_patient_ever_had_goes),
        TEST(deleting_twice_is_no_error_and_no_event),
        TEST(a_deletion_must_be_confirmed),
        TEST(nobody_is_written_to_about_the_deceased),
        TEST(a_deleted_patient_is_neither_found_nor_read_nor_changed_nor_registered_again),
    };
    return cmocka_run_group_tests_name("patient deletion", tests, NULL, NULL);
}
