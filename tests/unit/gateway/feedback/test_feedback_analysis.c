// Ratings by doctor and month: verified ones, and none that would give an anonymous patient away.
#include "feedback_fixture.h"

static const int64_t NONE = -1;

static int64_t number(const cJSON *month, const char *name)
{
    int64_t value = NONE;

    (void)clinic_json_integer(month, name, &value);
    return value;
}

static void analyse(struct service_fixture *fixture, const char *from, const char *to)
{
    assert_accepted(fixture, ANALYSIS, "{\"from\":\"%s\",\"to\":\"%s\"}", from, to);
}

static void assert_month(const struct service_fixture *fixture, int index, const char *month,
                         int64_t count, int64_t average_milli, int64_t answered)
{
    const cJSON *row = cJSON_GetArrayItem(rows(fixture, "months"), index);

    assert_non_null(row);
    assert_string_equal(clinic_json_text(row, "month"), month);
    assert_int_equal(number(row, "count"), count);
    assert_int_equal(number(row, "average_milli"), average_milli);
    assert_int_equal(number(row, "answered"), answered);
}

static void only_verified_ratings_are_in_the_average(void **state)
{
    struct service_fixture *fixture = *state;
    const struct visit a = first_visit(fixture);
    const struct visit b = next_visit(fixture, &a);
    const struct visit c = next_visit(fixture, &a);

    (void)give(fixture, &a, 5, "");
    (void)give(fixture, &b, 4, "");
    (void)give(fixture, &c, 4, "");
    assert_accepted(fixture, SUBMIT, "{\"feedback_id\":\"%s\",\"rating\":1,\"doctor_id\":\"%s\"}",
                    make_id(fixture).text, a.doctor);
    analyse(fixture, "2026-11-01", "2026-11-30");
    assert_int_equal(cJSON_GetArraySize(rows(fixture, "months")), 1);
    assert_month(fixture, 0, "2026-11", 3, 4333, 0);
}

// Until there are five nobody learns even how many there are.
static void fewer_than_five_with_an_anonymous_one_tell_nothing(void **state)
{
    struct service_fixture *fixture = *state;
    struct visit visit = first_visit(fixture);

    const struct id_text first = give(fixture, &visit, 1, ",\"anonymous\":true");
    assert_accepted(fixture, ANSWER, "{\"feedback_id\":\"%s\",\"text\":\"Sorry.\"}", first.text);
    for (int ratings = 1; ratings < 5; ratings++) {
        analyse(fixture, "2026-11-01", "2026-11-30");
        assert_month(fixture, 0, "2026-11", 0, NONE, 0);
        visit = next_visit(fixture, &visit);
        (void)give(fixture, &visit, 5, "");
    }
    analyse(fixture, "2026-11-01", "2026-11-30");
    assert_month(fixture, 0, "2026-11", 5, 4200, 1);
}

static void changes_are_taken_into_the_figures(void **state)
{
    struct service_fixture *fixture = *state;
    const struct visit visit = first_visit(fixture);
    const struct id_text feedback = give(fixture, &visit, 1, ",\"anonymous\":true");
    static const struct {
        int rating;
        const char *anonymous;
        int64_t count;
        int64_t average_milli;
    } cases[] = {
        { 4, "false", 1, 4000 },
        { 2, "true", 0, -1 },
        { 3, "false", 1, 3000 },
    };
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        assert_accepted(fixture, SUBMIT,
                        "{\"feedback_id\":\"%s\",\"rating\":%d,\"patient_id\":\"%s\","
                        "\"anonymous\":%s}",
                        feedback.text, cases[i].rating, visit.patient, cases[i].anonymous);
        analyse(fixture, "2026-11-01", "2026-11-30");
        assert_month(fixture, 0, "2026-11", cases[i].count, cases[i].average_milli, 0);
    }
}

// Half past midnight on the first of December in Paris is still November in UTC. A change stays in the month of the
// first version.
static void months_are_those_of_the_clinics_calendar(void **state)
{
    struct service_fixture *fixture = *state;
    const struct visit november = first_visit(fixture);
    const struct visit december = next_visit(fixture, &november);

    fixture->wall_ms = INT64_C(1796079599000); // 2026-11-30 23:59:59 in Paris
    const struct id_text feedback = give(fixture, &november, 2, "");
    fixture->wall_ms += 1000;
    (void)give(fixture, &december, 5, "");
    assert_accepted(fixture, SUBMIT, "{\"feedback_id\":\"%s\",\"rating\":3,\"patient_id\":\"%s\"}",
                    feedback.text, november.patient);
    analyse(fixture, "2026-11-30", "2026-12-01");
    assert_int_equal(cJSON_GetArraySize(rows(fixture, "months")), 2);
    assert_month(fixture, 0, "2026-11", 1, 3000, 0);
    assert_month(fixture, 1, "2026-12", 1, 5000, 0);
    analyse(fixture, "2026-12-31", "2027-03-01");
    assert_int_equal(cJSON_GetArraySize(rows(fixture, "months")), 1);
    assert_refused(fixture, CLINIC_CODE_INVALID_FIELD, ANALYSIS,
                   "{\"from\":\"2026-12-02\",\"to\":\"2026-12-01\"}");
}

static void one_doctors_months_are_told_alone(void **state)
{
    struct service_fixture *fixture = *state;
    const struct visit a = first_visit(fixture);
    const struct visit b = first_visit(fixture);

    (void)give(fixture, &a, 2, "");
    (void)give(fixture, &b, 5, "");
    assert_accepted(fixture, ANALYSIS,
                    "{\"from\":\"2026-11-01\",\"to\":\"2026-11-30\",\"doctor_id\":\"%s\"}",
                    b.doctor);
    assert_int_equal(cJSON_GetArraySize(rows(fixture, "months")), 1);
    assert_month(fixture, 0, "2026-11", 1, 5000, 0);
}

static void a_deleted_patients_rating_stays_in_the_average(void **state)
{
    struct service_fixture *fixture = *state;
    const struct visit a = first_visit(fixture);
    const struct visit b = next_visit(fixture, &a);

    (void)give(fixture, &a, 2, ",\"text\":\"Meh.\"");
    (void)give(fixture, &b, 4, "");
    delete_patient(fixture, a.patient);
    analyse(fixture, "2026-11-01", "2026-11-30");
    assert_month(fixture, 0, "2026-11", 2, 3000, 0);
}

static void a_long_analysis_fits_into_a_message_and_tells_that_there_is_more(void **state)
{
    enum { ROWS_MAX = 400 };
    struct service_fixture *fixture = *state;
    char *reply = NULL;

    for (int i = 0; i <= ROWS_MAX; i++) {
        char subject[CLINIC_SUBJECT_BYTES];
        const struct id_text feedback = make_id(fixture);
        (void)snprintf(subject, sizeof subject, "feedback/%s", feedback.text);
        services_happen(fixture, CLINIC_FEEDBACK_SUBMITTED, subject, NULL,
                        "{\"feedback_id\":\"%s\",\"doctor_id\":\"%s\",\"rating\":3,"
                        "\"verified\":true,\"kind\":\"visit\",\"anonymous\":false,\"version\":1}",
                        feedback.text, make_id(fixture).text);
    }
    analyse(fixture, "2026-11-01", "2026-11-30");
    assert_int_equal(cJSON_GetArraySize(rows(fixture, "months")), ROWS_MAX);
    assert_true(clinic_json_boolean(fixture->reply.data, "more", false));
    assert_int_equal(clinic_reply_encode(&fixture->reply, &reply), CLINIC_OK);
    assert_true(strlen(reply) < CLINIC_JSON_BYTES_MAX);
    free(reply);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, services_open, services_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(only_verified_ratings_are_in_the_average),
        TEST(fewer_than_five_with_an_anonymous_one_tell_nothing),
        TEST(changes_are_taken_into_the_figures),
        TEST(months_are_those_of_the_clinics_calendar),
        TEST(one_doctors_months_are_told_alone),
        TEST(a_deleted_patients_rating_stays_in_the_average),
        TEST(a_long_analysis_fits_into_a_message_and_tells_that_there_is_more),
    };
    return cmocka_run_group_tests_name("feedback: analysis", tests, NULL, NULL);
}
