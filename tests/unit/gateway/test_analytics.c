// Counts a day, in the clinic's time zone.
#include "visit_fixture.h"

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

// ---- appointments

static void assert_counted(struct service_fixture *fixture, const char *metric, int64_t wanted)
{
    services_at(fixture, "desk-1", CLINIC_ROLE_DESK);
    assert_accepted(fixture, READ, "{\"from\":\"2026-11-23\",\"to\":\"2026-11-23\"}");
    if (count_in_reply(fixture, "2026-11-23", metric) != wanted)
        fail_msg("%s is %lld, not %lld", metric,
                 (long long)count_in_reply(fixture, "2026-11-23", metric), (long long)wanted);
}

static void bookings_count_by_new_and_existing_patients(void **state)
{
    struct service_fixture *fixture = *state;
    struct visit visit;

    visit_book(fixture, 1, true, &visit);
    visit_book(fixture, 2, false, &visit);
    visit_book(fixture, 3, false, &visit);
    assert_counted(fixture, "appointments.scheduled.new", 1);
    assert_counted(fixture, "appointments.scheduled.existing", 2);
}

static void moves_and_cancellations_count_on_the_day_they_are_made(void **state)
{
    struct service_fixture *fixture = *state;
    struct visit visits[2];

    visit_book(fixture, 1, false, &visits[0]);
    visit_book(fixture, 2, false, &visits[1]);
    visit_moves(fixture, &visits[0], 2);
    visit_goes_on(fixture, &visits[0], CLINIC_APPOINTMENT_CANCELED, 3,
                  VISIT_TIMES ",\"by\":\"patient\",\"reason\":\"sick\",\"late\":true");
    visit_goes_on(fixture, &visits[1], CLINIC_APPOINTMENT_CANCELED, 2,
                  VISIT_TIMES ",\"by\":\"doctor\",\"reason\":\"doctor-away\",\"late\":false");
    assert_counted(fixture, "appointments.rescheduled", 1);
    assert_counted(fixture, "appointments.canceled", 2);
    assert_counted(fixture, "appointments.canceled.late", 1);
}

static void waiting_lasts_from_the_check_in_to_the_first_call(void **state)
{
    struct service_fixture *fixture = *state;
    struct visit visit;

    visit_book(fixture, 1, false, &visit);
    visit_goes_on(fixture, &visit, CLINIC_APPOINTMENT_CHECKED_IN, 2, VISIT_ARRIVES);
    fixture->wall_ms += HOUR_MS / 4;
    assert_counted(fixture, "waiting.visits", 0);
    visit_goes_on(fixture, &visit, CLINIC_APPOINTMENT_CALLED, 3, VISIT_CALL);
    fixture->wall_ms += HOUR_MS / 4;
    visit_goes_on(fixture, &visit, CLINIC_APPOINTMENT_CALLED, 4, VISIT_CALL);
    visit_goes_on(fixture, &visit, CLINIC_APPOINTMENT_CLOSED, 5, "\"outcome\":\"fulfilled\"");
    assert_counted(fixture, "waiting.visits", 1);
    assert_counted(fixture, "waiting.seconds", 15 * 60);
    assert_counted(fixture, "appointments.fulfilled", 1);
    assert_counted(fixture, "appointments.no-show", 0);
}

// Nobody has waited for less than nothing, and a day is again the day that it is.
static void a_clock_that_is_put_right_counts_no_waiting(void **state)
{
    struct service_fixture *fixture = *state;
    struct visit visit;

    visit_book(fixture, 1, true, &visit);
    const int64_t right_ms = fixture->wall_ms;
    fixture->wall_ms += INT64_C(365) * 24 * 3600 * 1000;
    visit_goes_on(fixture, &visit, CLINIC_APPOINTMENT_CHECKED_IN, 2, VISIT_ARRIVES);
    fixture->wall_ms = right_ms;
    visit_goes_on(fixture, &visit, CLINIC_APPOINTMENT_CALLED, 3, VISIT_CALL);
    assert_counted(fixture, "waiting.visits", 1);
    assert_counted(fixture, "waiting.seconds", 0);
}

static void who_leaves_without_being_called_has_no_waiting_time(void **state)
{
    struct service_fixture *fixture = *state;
    struct visit visit;

    visit_book(fixture, 1, false, &visit);
    visit_goes_on(fixture, &visit, CLINIC_APPOINTMENT_CHECKED_IN, 2, VISIT_ARRIVES);
    visit_goes_on(fixture, &visit, CLINIC_APPOINTMENT_CLOSED, 3, "\"outcome\":\"no-show\"");
    assert_counted(fixture, "waiting.visits", 0);
    assert_counted(fixture, "appointments.no-show", 1);
    assert_int_equal(sql_number(fixture, "SELECT count(*) FROM counted_waiting"), 0);
}

// ---- stock and feedback

static void add_item(struct service_fixture *fixture)
{
    services_happen(fixture, CLINIC_EQUIPMENT_ITEM_CHANGED, "equipment/gloves-m", NULL,
                    "{\"item_id\":\"gloves-m\",\"version\":1,\"name\":\"Gloves\",\"unit\":\"box\","
                    "\"location\":\"\",\"minimum\":20,\"par\":60,\"bins\":[]}");
}

static void set_stock(struct service_fixture *fixture, int quantity, const char *stock_state)
{
    services_happen(fixture, CLINIC_EQUIPMENT_STOCK_CHANGED, "equipment/gloves-m", NULL,
                    "{\"item_id\":\"gloves-m\",\"quantity\":%d,\"change\":0,"
                    "\"state\":\"%s\",\"cause\":\"count\"}",
                    quantity, stock_state);
}

static void stock_counts_when_it_runs_low_or_out_not_while_it_is(void **state)
{
    static const struct {
        const char *state;
        int low;
        int out;
    } steps[] = {
        { "ok", 0, 0 },      { "low", 1, 0 }, { "low", 1, 0 },     { "out", 1, 1 },
        { "unknown", 1, 1 }, { "out", 1, 1 }, { "low", 1, 1 },     { "out", 1, 2 },
        { "ok", 1, 2 },      { "out", 2, 3 }, { "unknown", 2, 3 }, { "ok", 2, 3 },
    };
    struct service_fixture *fixture = *state;

    add_item(fixture);
    for (size_t i = 0; i < ARRAY_SIZE(steps); i++) {
        set_stock(fixture, (int)i, steps[i].state);
        assert_counted(fixture, "stock.low", steps[i].low);
        assert_counted(fixture, "stock.out", steps[i].out);
    }
}

static void rate(struct service_fixture *fixture, const char *feedback_id, int version, int rating)
{
    char subject[CLINIC_SUBJECT_BYTES];

    (void)snprintf(subject, sizeof subject, "feedback/%s", feedback_id);
    services_happen(fixture, CLINIC_FEEDBACK_SUBMITTED, subject, NULL,
                    "{\"feedback_id\":\"%s\",\"rating\":%d,\"verified\":false,"
                    "\"kind\":\"general\",\"anonymous\":false,\"version\":%d}",
                    feedback_id, rating, version);
}

static void an_edited_rating_is_corrected_where_it_was_counted(void **state)
{
    struct service_fixture *fixture = *state;
    char feedback_ids[2][CLINIC_ID_TEXT_BYTES];

    new_id(fixture, feedback_ids[0]);
    new_id(fixture, feedback_ids[1]);
    rate(fixture, feedback_ids[0], 1, 2);
    rate(fixture, feedback_ids[1], 1, 5);
    fixture->wall_ms += 24 * HOUR_MS;
    rate(fixture, feedback_ids[0], 2, 4);
    assert_counted(fixture, "feedback.count", 2);
    assert_counted(fixture, "feedback.rating-sum", 9);
    assert_accepted(fixture, READ, "{\"from\":\"2026-11-24\",\"to\":\"2026-11-24\"}");
    assert_int_equal(cJSON_GetArraySize(clinic_json_member(fixture->reply.data, "rows")), 0);
}

// ---- long ranges

// Two rows a day.
static void live_through(struct service_fixture *fixture, int days)
{
    add_item(fixture);
    for (int day = 0; day < days; day++) {
        set_stock(fixture, 0, "out");
        set_stock(fixture, 60, "ok");
        fixture->wall_ms += 24 * HOUR_MS;
    }
}

static void a_long_range_is_read_in_whole_days_without_loss(void **state)
{
    enum { DAYS = 360 };
    struct service_fixture *fixture = *state;
    char from[] = "2026-11-23";
    int rows = 0;
    int replies = 0;

    live_through(fixture, DAYS);
    for (bool has_more = true; has_more; replies++) {
        assert_accepted(fixture, READ, "{\"from\":\"%s\",\"to\":\"2027-11-23\"}", from);
        rows += cJSON_GetArraySize(clinic_json_member(fixture->reply.data, "rows"));
        assert_int_equal(count_in_reply(fixture, from, "stock.out"), 1);
        has_more = clinic_json_boolean(fixture->reply.data, "more", false);
        if (has_more)
            (void)snprintf(from, sizeof from, "%s", reply_text(fixture, "next"));
    }
    assert_int_equal(rows, 2 * DAYS);
    assert_int_equal(replies, 2);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, services_open, services_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(patients_count_on_the_clinics_day_not_on_utcs),
        TEST(a_deletion_does_not_rewrite_history),
        TEST(a_range_has_an_order_and_a_limit),
        TEST(bookings_count_by_new_and_existing_patients),
        TEST(moves_and_cancellations_count_on_the_day_they_are_made),
        TEST(waiting_lasts_from_the_check_in_to_the_first_call),
        TEST(a_clock_that_is_put_right_counts_no_waiting),
        TEST(who_leaves_without_being_called_has_no_waiting_time),
        TEST(stock_counts_when_it_runs_low_or_out_not_while_it_is),
        TEST(an_edited_rating_is_corrected_where_it_was_counted),
        TEST(a_long_range_is_read_in_whole_days_without_loss),
    };
    return cmocka_run_group_tests_name("analytics", tests, NULL, NULL);
}
