// The trail: who did and who saw what, newest first, without a value of any record.
#include "visit_fixture.h"

#include <audit/audit.h>

static const enum clinic_request_kind READ = CLINIC_REQUEST_AUDIT_READ;
static const int64_t MINUTE_MS = INT64_C(60) * 1000;

static void record(struct service_fixture *fixture, const char *action, const char *subject,
                   const char *outcome)
{
    const struct audit_access access = {
        .caller = &fixture->caller,
        .action = action,
        .subject = subject,
        .outcome = outcome,
        .time_ms = fixture->wall_ms,
    };

    assert_int_equal(store_begin(fixture->store), CLINIC_OK);
    assert_int_equal(audit_record_access(fixture->store, &access), CLINIC_OK);
    assert_int_equal(store_commit(fixture->store), CLINIC_OK);
}

static int rows(struct service_fixture *fixture)
{
    return cJSON_GetArraySize(clinic_json_member(fixture->reply.data, "rows"));
}

static const char *row_text(struct service_fixture *fixture, int index, const char *name)
{
    return clinic_json_text(
        cJSON_GetArrayItem(clinic_json_member(fixture->reply.data, "rows"), index), name);
}

static void changes_and_accesses_are_one_trail_newest_first(void **state)
{
    struct service_fixture *fixture = *state;
    char id[CLINIC_ID_TEXT_BYTES];
    char subject[64];

    services_register(fixture, "Ana", "1990-04-02", id);
    (void)snprintf(subject, sizeof subject, "patient/%s", id);
    fixture->wall_ms += 1000;
    record(fixture, "patient/read", subject, "accepted");
    fixture->wall_ms += 1000;
    assert_accepted(fixture, CLINIC_REQUEST_PATIENT_UPDATE,
                    "{\"patient_id\":\"%s\",\"expected_version\":1,\"name\":\"Secretname\"}", id);
    fixture->wall_ms += 1000;
    record(fixture, "patient/delete", subject, "forbidden");

    assert_accepted(fixture, READ, "{}");
    assert_int_equal(rows(fixture), 4);
    assert_string_equal(row_text(fixture, 0, "outcome"), "forbidden");
    assert_string_equal(row_text(fixture, 1, "action"), "clinic.patient.updated");
    assert_string_equal(row_text(fixture, 1, "detail"), "name");
    assert_string_equal(row_text(fixture, 1, "person"), "Rita");
    assert_string_equal(row_text(fixture, 2, "action"), "patient/read");
    assert_string_equal(row_text(fixture, 3, "action"), "clinic.patient.created");
    assert_false(clinic_json_boolean(fixture->reply.data, "more", true));
    char *json = clinic_json_print(fixture->reply.data);
    assert_null(strstr(json, "Secretname"));
    free(json);

    assert_accepted(fixture, READ, "{\"limit\":2}");
    assert_int_equal(rows(fixture), 2);
    assert_true(clinic_json_boolean(fixture->reply.data, "more", false));
    assert_string_equal(row_text(fixture, 0, "action"), "audit/read"); // the reading itself
}

static void the_trail_can_be_narrowed(void **state)
{
    static const struct {
        const char *filter;
        int wanted;
    } cases[] = {
        { "{\"subject\":\"patient/1\"}", 2 },
        { "{\"person\":\"Rita\"}", 2 },
        { "{\"node\":\"desk-1\"}", 2 },
        { "{\"node\":\"kiosk-1\"}", 2 },
        { "{\"subject\":\"patient/1\",\"node\":\"kiosk-1\"}", 1 },
        { "{\"person\":\"Rita\",\"node\":\"kiosk-1\"}", 0 },
        { "{\"subject\":\"patient/1\",\"from\":\"2026-11-23T08:01:00Z\"}", 1 },
        { "{\"subject\":\"patient/1\",\"to\":\"2026-11-23T08:01:00Z\"}", 1 },
        { "{\"to\":\"2026-11-23T08:00:00Z\"}", 0 },
        { "{\"subject\":\"x' OR 1=1 --\"}", 0 },
    };
    struct service_fixture *fixture = *state;

    record(fixture, "patient/read", "patient/1", "accepted");
    record(fixture, "patient/read", "patient/2", "accepted");
    services_at(fixture, "kiosk-1", CLINIC_ROLE_KIOSK);
    fixture->wall_ms += MINUTE_MS;
    record(fixture, "portal/read", "patient/1", "accepted");
    record(fixture, "portal/read", "", "not-found");
    services_at(fixture, "desk-9", CLINIC_ROLE_DESK);
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        assert_accepted(fixture, READ, "%s", cases[i].filter);
        if (rows(fixture) != cases[i].wanted)
            fail_msg("%s gave %d rows", cases[i].filter, rows(fixture));
    }
}

static void a_flood_of_refusals_is_counted_in_one_row(void **state)
{
    struct service_fixture *fixture = *state;

    for (int i = 0; i < 100; i++)
        record(fixture, "patient/find", "", "forbidden");
    assert_int_equal(sql_number(fixture, "SELECT count(*) FROM audit_access"), 61);
    record(fixture, "patient/read", "patient/1", "accepted"); // what was let in always has a row
    services_at(fixture, "desk-2", CLINIC_ROLE_DESK);
    record(fixture, "patient/find", "", "forbidden");
    assert_int_equal(sql_number(fixture, "SELECT count(*) FROM audit_access"), 63);

    services_at(fixture, "desk-1", CLINIC_ROLE_DESK);
    assert_accepted(fixture, READ, "{\"node\":\"desk-1\",\"limit\":2}");
    assert_string_equal(row_text(fixture, 0, "action"), "patient/read");
    assert_string_equal(row_text(fixture, 1, "action"), "refusals");
    assert_string_equal(row_text(fixture, 1, "detail"), "40 more refusals in this minute");

    fixture->wall_ms += MINUTE_MS;
    record(fixture, "patient/find", "", "forbidden");
    assert_int_equal(sql_number(fixture, "SELECT count(*) FROM audit_access"
                                         " WHERE node = 'desk-1' AND action = 'patient/find'"),
                     61);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, services_open, services_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(changes_and_accesses_are_one_trail_newest_first),
        TEST(the_trail_can_be_narrowed),
        TEST(a_flood_of_refusals_is_counted_in_one_row),
    };
    return cmocka_run_group_tests_name("audit", tests, NULL, NULL);
}
