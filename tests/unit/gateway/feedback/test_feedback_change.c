// Changing feedback: for 48 hours, by the same patient, never what it is about.
#include "feedback_fixture.h"

static bool change(struct service_fixture *fixture, const char *feedback, const char *patient,
                   int rating, const char *more)
{
    return services_ask(fixture, SUBMIT,
                        "{\"feedback_id\":\"%s\",\"patient_id\":\"%s\",\"rating\":%d%s}", feedback,
                        patient, rating, more);
}

static void assert_told(const struct service_fixture *fixture, enum clinic_code code)
{
    assert_string_equal(fixture->reply.problem.code, clinic_codes[code].name);
}

static void feedback_can_be_changed_for_48_hours(void **state)
{
    static const struct {
        int64_t later_ms;
        bool is_taken;
    } cases[] = { { 0, true },
                  { INT64_C(48) * HOUR_MS, true },
                  { INT64_C(48) * HOUR_MS + 1, false } };
    struct service_fixture *fixture = *state;
    struct visit visit = first_visit(fixture);

    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        const struct id_text feedback = give(fixture, &visit, 2, ",\"text\":\"So so.\"");
        fixture->wall_ms += cases[i].later_ms;
        assert_int_equal(change(fixture, feedback.text, visit.patient, 5, ",\"text\":\"Better.\""),
                         cases[i].is_taken);
        if (!cases[i].is_taken)
            assert_told(fixture, CLINIC_CODE_FEEDBACK_CLOSED);
        else
            assert_true(is_verified(fixture));
        assert_accepted(fixture, READ, "{\"feedback_id\":\"%s\"}", feedback.text);
        assert_string_equal(clinic_json_text(record(fixture), "text"),
                            cases[i].is_taken ? "Better." : "So so.");
        visit_happens(fixture, &visit, "fulfilled");
    }
    assert_int_equal(count_events(fixture, CLINIC_FEEDBACK_SUBMITTED), 5);
}

static void each_change_is_a_version_and_an_event(void **state)
{
    struct service_fixture *fixture = *state;
    const struct visit visit = first_visit(fixture);
    const struct id_text feedback = give(fixture, &visit, 1, "");

    for (int rating = 2; rating <= 4; rating++) {
        int64_t version = 0;
        assert_true(change(fixture, feedback.text, visit.patient, rating, ""));
        assert_true(clinic_json_integer(fixture->reply.data, "version", &version));
        assert_int_equal(version, rating);
        assert_int_equal(count_events(fixture, CLINIC_FEEDBACK_SUBMITTED), rating);
    }
    assert_int_equal(sql_number(fixture, "SELECT count(*) FROM feedback"), 1);
    assert_int_equal(sql_number(fixture, "SELECT rating FROM feedback"), 4);
}

// The 48 hours begin with the first version, or there would be no end to them.
static void a_change_does_not_prolong_the_time_for_changes(void **state)
{
    struct service_fixture *fixture = *state;
    const struct visit visit = first_visit(fixture);
    const struct id_text feedback = give(fixture, &visit, 1, "");

    fixture->wall_ms += INT64_C(47) * HOUR_MS;
    assert_true(change(fixture, feedback.text, visit.patient, 2, ""));
    fixture->wall_ms += INT64_C(2) * HOUR_MS;
    assert_false(change(fixture, feedback.text, visit.patient, 3, ""));
    assert_told(fixture, CLINIC_CODE_FEEDBACK_CLOSED);
    fixture->request_time_ms = fixture->wall_ms - INT64_C(2) * HOUR_MS; // it waited in an outbox
    assert_true(change(fixture, feedback.text, visit.patient, 3, ""));
}

// Made before what it changes was known: both waited and come together, or the node's clock is behind.
static void a_clock_that_is_behind_does_not_prolong_it_either(void **state)
{
    static const struct {
        int64_t later_ms;
        bool is_taken;
    } cases[] = {
        { 0, true },
        { INT64_C(48) * HOUR_MS, true },
        { INT64_C(48) * HOUR_MS + 1, false },
        { INT64_C(40) * DAY_MS, false },
    };
    struct service_fixture *fixture = *state;
    struct visit visit = first_visit(fixture);

    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        const struct id_text feedback = give(fixture, &visit, 1, "");
        fixture->wall_ms += cases[i].later_ms;
        fixture->request_time_ms = fixture->wall_ms - INT64_C(300) * DAY_MS;
        assert_int_equal(change(fixture, feedback.text, visit.patient, 2, ""), cases[i].is_taken);
        fixture->request_time_ms = 0;
        visit_happens(fixture, &visit, "fulfilled");
    }
}

static void the_same_content_is_no_change(void **state)
{
    struct service_fixture *fixture = *state;
    const struct visit visit = first_visit(fixture);
    const struct id_text feedback = give(fixture, &visit, 3, ",\"text\":\"Fine.\"");

    assert_false(change(fixture, feedback.text, visit.patient, 3, ",\"text\":\"Fine.\""));
    assert_told(fixture, CLINIC_CODE_NO_CHANGE);
    assert_true(
        change(fixture, feedback.text, visit.patient, 3, ",\"text\":\"Fine.\",\"anonymous\":true"));
    assert_true(change(fixture, feedback.text, visit.patient, 3, ",\"anonymous\":true"));
    assert_int_equal(count_events(fixture, CLINIC_FEEDBACK_SUBMITTED), 3);
    assert_sql_text(fixture, "", "SELECT text FROM feedback");
}

static void only_the_same_patient_changes_it(void **state)
{
    struct service_fixture *fixture = *state;
    const struct visit visit = first_visit(fixture);
    const struct visit other = next_visit(fixture, &visit);
    const struct id_text feedback = give(fixture, &visit, 3, "");

    assert_false(change(fixture, feedback.text, other.patient, 1, ""));
    assert_told(fixture, CLINIC_CODE_EXISTS);
    assert_refused(fixture, CLINIC_CODE_EXISTS, SUBMIT, "{\"feedback_id\":\"%s\",\"rating\":1}",
                   feedback.text);
    assert_int_equal(sql_number(fixture, "SELECT rating FROM feedback"), 3);
}

static void whom_and_which_visit_it_is_about_stays(void **state)
{
    struct service_fixture *fixture = *state;
    struct visit visit = first_visit(fixture);
    const struct visit other = first_visit(fixture);
    const struct id_text feedback = give(fixture, &visit, 3, "");
    char more[80];

    (void)snprintf(more, sizeof more, ",\"doctor_id\":\"%s\"", other.doctor);
    assert_false(change(fixture, feedback.text, visit.patient, 1, more));
    assert_string_equal(fixture->reply.problem.field, "doctor_id");
    visit_happens(fixture, &visit, "fulfilled");
    (void)snprintf(more, sizeof more, ",\"appointment_id\":\"%s\"", visit.appointment);
    assert_false(change(fixture, feedback.text, visit.patient, 1, more));
    assert_string_equal(fixture->reply.problem.field, "appointment_id");
    assert_told(fixture, CLINIC_CODE_INVALID_FIELD);
    (void)snprintf(more, sizeof more, ",\"doctor_id\":\"%s\"", visit.doctor);
    assert_true(change(fixture, feedback.text, visit.patient, 1, more));
}

// A visit that ends afterwards does not make general feedback count.
static void general_feedback_stays_general(void **state)
{
    struct service_fixture *fixture = *state;
    struct visit visit = first_visit(fixture);

    visit_happens(fixture, &visit, NULL);
    const struct id_text feedback = give(fixture, &visit, 1, "");
    visit_happens(fixture, &visit, "fulfilled");
    assert_true(change(fixture, feedback.text, visit.patient, 5, ""));
    assert_false(is_verified(fixture));
    assert_int_equal(sql_number(fixture, "SELECT count(*) FROM feedback_month"), 0);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, services_open, services_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(feedback_can_be_changed_for_48_hours),
        TEST(each_change_is_a_version_and_an_event),
        TEST(a_change_does_not_prolong_the_time_for_changes),
        TEST(a_clock_that_is_behind_does_not_prolong_it_either),
        TEST(the_same_content_is_no_change),
        TEST(only_the_same_patient_changes_it),
        TEST(whom_and_which_visit_it_is_about_stays),
        TEST(general_feedback_stays_general),
    };
    return cmocka_run_group_tests_name("feedback: change", tests, NULL, NULL);
}
