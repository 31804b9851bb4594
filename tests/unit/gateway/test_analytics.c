// Counts a day, in the clinic's time zone.
#include "service_fixture.h"

static const enum clinic_request_kind READ = CLINIC_REQUEST_ANALYTICS_READ;
static const int64_t HOUR_MS = INT64_C(60) * 60 * 1000;

static int64_t count_in_reply(struct service_fixture *fixture, const char *day, const char *metric)
{
    const cJSON *row = NULL;
    int64_t count = 0;

    cJSON_ArrayForEach(row, clinic_json_member(fixture->reply.data, "rows"))
    {
        if (strcmp(clinic_json_text(row, "day"), day) == 0
            && strcmp(clinic_json_text(row, "metric"), metric) == 0)
            assert_true(clinic_json_integer(row, "count", &count));
    }
    return count;
}

static int64_t active_in_reply(struct service_fixture *fixture)
{
    int64_t active = -1;

    assert_true(clinic_json_integer(fixture->reply.data, "active_patients", &active));
    return active;
}

static void patients_count_on_the_clinics_day_not_on_utcs(void **state)
{
    struct service_fixture *fixture = *state;
    char id[CLINIC_ID_TEXT_BYTES];

    services_register(fixture, "Ana", "1990-04-02", id);
    fixture->wall_ms += 14 * HOUR_MS; // 23:00, 22:00 UTC
    services_register(fixture, "Bob", "1991-04-02", id);
    fixture->wall_ms += HOUR_MS; // midnight, 23:00 UTC
    services_register(fixture, "Cid", "1992-04-02", id);
    assert_accepted(fixture, READ, "{\"from\":\"2026-11-23\",\"to\":\"2026-11-24\"}");
    assert_int_equal(count_in_reply(fixture, "2026-11-23", "patients.new"), 2);
    assert_int_equal(count_in_reply(fixture, "2026-11-24", "patients.new"), 1);
    assert_int_equal(active_in_reply(fixture), 3);
    assert_accepted(fixture, READ, "{\"from\":\"2026-11-24\",\"to\":\"2026-11-24\"}");
    assert_int_equal(count_in_reply(fixture, "2026-11-23", "patients.new"), 0);
    assert_int_equal(count_in_reply(fixture, "2026-11-24", "patients.new"), 1);
}

static void a_deletion_does_not_rewrite_history(void **state)
{
    struct service_fixture *fixture = *state;
    char id[CLINIC_ID_TEXT_BYTES];
    char member_id[16];

    services_as(fixture, CLINIC_STAFF_ADMIN, "Ada", "4711");
    services_register(fixture, "Ana", "1990-04-02", id);
    (void)snprintf(member_id, sizeof member_id, "%s", reply_text(fixture, "member_id"));
    fixture->wall_ms += 24 * HOUR_MS;
    assert_accepted(fixture, CLINIC_REQUEST_PATIENT_DELETE,
                    "{\"patient_id\":\"%s\",\"member_id\":\"%s\",\"pin\":\"4711\","
                    "\"reason\":\"request\"}",
                    id, member_id);
    assert_accepted(fixture, READ, "{\"from\":\"2026-11-23\",\"to\":\"2026-11-24\"}");
    assert_int_equal(count_in_reply(fixture, "2026-11-23", "patients.new"), 1);
    assert_int_equal(count_in_reply(fixture, "2026-11-24", "patients.deleted"), 1);
    assert_int_equal(active_in_reply(fixture), 0);
}

static void a_range_has_an_order_and_a_limit(void **state)
{
    struct service_fixture *fixture = *state;

    assert_accepted(fixture, READ, "{\"from\":\"2024-01-01\",\"to\":\"2024-12-31\"}"); // 366 days
    assert_int_equal(active_in_reply(fixture), 0);
    assert_refused(fixture, CLINIC_CODE_INVALID_FIELD, READ,
                   "{\"from\":\"2024-01-01\",\"to\":\"2025-01-01\"}");
    assert_refused(fixture, CLINIC_CODE_INVALID_FIELD, READ,
                   "{\"from\":\"2026-01-02\",\"to\":\"2026-01-01\"}");
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, services_open, services_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(patients_count_on_the_clinics_day_not_on_utcs),
        TEST(a_deletion_does_not_rewrite_history),
        TEST(a_range_has_an_order_and_a_limit),
    };
    return cmocka_run_group_tests_name("analytics", tests, NULL, NULL);
}
