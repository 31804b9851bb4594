// Giving feedback: what makes it verified, one a visit, and who and what it may be about.
#include "feedback_fixture.h"

static void feedback_about_an_unseen_doctor_is_general(void **state)
{
    struct service_fixture *fixture = *state;
    const struct visit seen = first_visit(fixture);
    const struct id_text feedback = make_id(fixture);
    char unseen[CLINIC_ID_TEXT_BYTES];

    doctor_joins(fixture, unseen);
    assert_accepted(fixture, SUBMIT,
                    "{\"feedback_id\":\"%s\",\"rating\":1,\"patient_id\":\"%s\","
                    "\"doctor_id\":\"%s\"}",
                    feedback.text, seen.patient, unseen);
    assert_false(is_verified(fixture));
    assert_accepted(fixture, READ, "{\"feedback_id\":\"%s\"}", feedback.text);
    assert_string_equal(clinic_json_text(record(fixture), "kind"), "general");
    assert_int_equal(sql_number(fixture, "SELECT count(*) FROM feedback_month"), 0);
}

static void feedback_about_a_visit_is_verified(void **state)
{
    struct service_fixture *fixture = *state;
    const struct visit visit = first_visit(fixture);
    const struct id_text feedback = give(fixture, &visit, 5, ",\"text\":\"Gentle hands.\"");

    assert_true(is_verified(fixture));
    assert_accepted(fixture, READ, "{\"feedback_id\":\"%s\"}", feedback.text);
    assert_string_equal(clinic_json_text(record(fixture), "kind"), "visit");
    assert_string_equal(clinic_json_text(record(fixture), "doctor_id"), visit.doctor);
    assert_string_equal(clinic_json_text(record(fixture), "patient_id"), visit.patient);
    assert_string_equal(clinic_json_text(record(fixture), "text"), "Gentle hands.");
    assert_int_equal(sql_number(fixture, "SELECT ratings FROM feedback_month"), 1);
}

static void a_visit_counts_if_it_took_place_and_for_90_days(void **state)
{
    static const struct {
        const char *outcome;
        int64_t later_ms;
        bool is_verified;
    } cases[] = {
        { "fulfilled", 0, true },
        { "fulfilled", INT64_C(90) * DAY_MS, true },
        { "fulfilled", INT64_C(90) * DAY_MS + 1, false },
        { "no-show", 0, false },
        { NULL, 0, false },
    };
    struct service_fixture *fixture = *state;
    struct visit visit = first_visit(fixture);

    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        visit_happens(fixture, &visit, cases[i].outcome);
        fixture->wall_ms += cases[i].later_ms;
        (void)give(fixture, &visit, 4, "");
        assert_int_equal(is_verified(fixture), cases[i].is_verified);
    }
}

static bool has_feedback(struct service_fixture *fixture, const char *appointment_id)
{
    return sql_number(fixture,
                      "SELECT count(*) FROM feedback"
                      " WHERE lower(hex(visit_id)) = replace('%s', '-', '')",
                      appointment_id)
           == 1;
}

// Without an appointment the newest visit is meant, and none twice.
static void a_visit_without_feedback_is_found_by_the_doctor(void **state)
{
    struct service_fixture *fixture = *state;
    const struct visit older = first_visit(fixture);
    struct visit newer = older;

    visit_happens(fixture, &newer, "fulfilled");
    for (int given = 1; given <= 3; given++) {
        assert_accepted(fixture, SUBMIT,
                        "{\"feedback_id\":\"%s\",\"rating\":3,\"patient_id\":\"%s\","
                        "\"doctor_id\":\"%s\"}",
                        make_id(fixture).text, older.patient, older.doctor);
        assert_int_equal(is_verified(fixture), given <= 2);
        assert_true(has_feedback(fixture, newer.appointment));
        assert_int_equal(has_feedback(fixture, older.appointment), given >= 2);
    }
}

static void a_visit_has_one_feedback(void **state)
{
    struct service_fixture *fixture = *state;
    const struct visit visit = first_visit(fixture);

    (void)give(fixture, &visit, 5, ",\"anonymous\":true");
    assert_refused(fixture, CLINIC_CODE_EXISTS, SUBMIT,
                   "{\"feedback_id\":\"%s\",\"rating\":1,\"patient_id\":\"%s\","
                   "\"appointment_id\":\"%s\"}",
                   make_id(fixture).text, visit.patient, visit.appointment);
    assert_int_equal(count_events(fixture, CLINIC_FEEDBACK_SUBMITTED), 1);
}

// What waited in an outbox is judged by when it was given; a clock that is ahead wins nothing.
static void feedback_is_judged_by_when_it_was_given(void **state)
{
    struct service_fixture *fixture = *state;
    struct visit visit = first_visit(fixture);
    const int64_t given_ms = fixture->wall_ms + INT64_C(90) * DAY_MS;

    fixture->request_time_ms = given_ms;
    fixture->wall_ms = given_ms + DAY_MS;
    (void)give(fixture, &visit, 5, "");
    assert_true(is_verified(fixture));

    visit_happens(fixture, &visit, "fulfilled");
    fixture->request_time_ms = fixture->wall_ms + INT64_C(100) * DAY_MS;
    (void)give(fixture, &visit, 5, "");
    assert_true(is_verified(fixture));
}

struct behind {
    int64_t closed_days_ago;
    int64_t behind_days;
    bool is_verified;
};

static void give_with_clock_behind(struct service_fixture *fixture, struct visit *visit,
                                   const struct behind *behind, bool is_named)
{
    fixture->request_time_ms = 0;
    visit_happens(fixture, visit, "fulfilled");
    fixture->wall_ms += behind->closed_days_ago * DAY_MS;
    fixture->request_time_ms = fixture->wall_ms - behind->behind_days * DAY_MS;
    assert_accepted(fixture, SUBMIT,
                    "{\"feedback_id\":\"%s\",\"rating\":5,\"patient_id\":\"%s\",\"%s\":\"%s\"}",
                    make_id(fixture).text, visit->patient,
                    is_named ? "appointment_id" : "doctor_id",
                    is_named ? visit->appointment : visit->doctor);
}

// A board without a battery wakes up in the past: neither does an old visit count by it, nor one of later on.
static void a_clock_that_is_behind_verifies_nothing(void **state)
{
    static const struct behind cases[] = {
        { 0, 1, false },     // by that clock the visit is tomorrow's
        { 29, 28, true },    // an outbox may have held it so long
        { 118, 28, true },   // 90 days when it was given
        { 119, 28, false },  // 91
        { 121, 300, false }, // nothing waits for 300 days: 30 are believed
    };
    struct service_fixture *fixture = *state;
    struct visit visit = first_visit(fixture);

    for (size_t i = 0; i < 2 * ARRAY_SIZE(cases); i++) {
        const struct behind *behind = &cases[i / 2];
        give_with_clock_behind(fixture, &visit, behind, i % 2 == 1);
        if (is_verified(fixture) != behind->is_verified)
            fail_msg("case %zu, by the %s", i / 2, i % 2 == 1 ? "visit" : "doctor");
    }
}

// Each is refused for what is wrong with it, and nothing is written.
static void what_is_unknown_or_does_not_belong_together_is_refused(void **state)
{
    static const char unknown[] = "018f0000-0000-7000-8000-000000000001";
    struct service_fixture *fixture = *state;
    const struct visit a = first_visit(fixture);
    const struct visit b = first_visit(fixture);
    const struct {
        const char *patient;
        const char *doctor;
        const char *appointment;
        enum clinic_code code;
        const char *field;
    } cases[] = {
        { unknown, a.doctor, NULL, CLINIC_CODE_NOT_FOUND, "patient_id" },
        { a.patient, unknown, NULL, CLINIC_CODE_NOT_FOUND, "doctor_id" },
        { a.patient, a.doctor, unknown, CLINIC_CODE_NOT_FOUND, "appointment_id" },
        { a.patient, NULL, b.appointment, CLINIC_CODE_NOT_FOUND, "appointment_id" },
        { a.patient, b.doctor, a.appointment, CLINIC_CODE_INVALID_FIELD, "doctor_id" },
        { NULL, NULL, a.appointment, CLINIC_CODE_INVALID_MISSING, "patient_id" },
        { NULL, unknown, NULL, CLINIC_CODE_NOT_FOUND, "doctor_id" },
    };
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        char data[400];
        int length = snprintf(data, sizeof data, "{\"feedback_id\":\"%s\",\"rating\":2",
                              make_id(fixture).text);
        const char *const names[] = { "patient_id", "doctor_id", "appointment_id" };
        const char *const ids[] = { cases[i].patient, cases[i].doctor, cases[i].appointment };
        for (size_t j = 0; j < ARRAY_SIZE(names); j++) {
            if (ids[j] != NULL)
                length += snprintf(data + length, sizeof data - (size_t)length, ",\"%s\":\"%s\"",
                                   names[j], ids[j]);
        }
        assert_refused(fixture, cases[i].code, SUBMIT, "%s}", data);
        assert_string_equal(fixture->reply.problem.field, cases[i].field);
    }
    assert_int_equal(sql_number(fixture, "SELECT count(*) FROM feedback"), 0);
}

static void a_deleted_patient_gives_no_feedback(void **state)
{
    struct service_fixture *fixture = *state;
    const struct visit visit = first_visit(fixture);

    delete_patient(fixture, visit.patient);
    assert_refused(fixture, CLINIC_CODE_PATIENT_DELETED, SUBMIT,
                   "{\"feedback_id\":\"%s\",\"rating\":2,\"patient_id\":\"%s\"}",
                   make_id(fixture).text, visit.patient);
}

static void a_kiosk_may_ask_for_a_patient_it_has_just_registered(void **state)
{
    struct service_fixture *fixture = *state;
    char patient[CLINIC_ID_TEXT_BYTES];

    services_at(fixture, "kiosk-1", CLINIC_ROLE_KIOSK);
    services_register(fixture, "Noor Haddad", "1984-11-30", patient);
    assert_accepted(fixture, SUBMIT,
                    "{\"feedback_id\":\"%s\",\"rating\":4,\"patient_id\":\"%s\","
                    "\"text\":\"The queue was short.\"}",
                    make_id(fixture).text, patient);
    assert_false(is_verified(fixture));
}

// Somebody may speak without a name. Their words are sealed all the same.
static void somebody_without_a_name_may_give_feedback(void **state)
{
    struct service_fixture *fixture = *state;
    const struct id_text feedback = make_id(fixture);

    services_at(fixture, "kiosk-1", CLINIC_ROLE_KIOSK);
    assert_accepted(fixture, SUBMIT,
                    "{\"feedback_id\":\"%s\",\"rating\":1,\"text\":\"Mirabelle was rude.\"}",
                    feedback.text);
    assert_int_equal(sql_number(fixture, "SELECT count(*) FROM feedback WHERE patient_id IS NULL"
                                         " AND text = 'Mirabelle was rude.'"),
                     1);
    assert_int_equal(sql_number(fixture, "SELECT count(*) FROM event"
                                         " WHERE instr(data, 'Mirabelle') > 0"),
                     0);
}

// Otherwise two owners would share a key, and deleting one would silence the other.
static void an_id_that_belongs_to_a_person_is_no_feedback_id(void **state)
{
    struct service_fixture *fixture = *state;
    const struct visit visit = first_visit(fixture);

    assert_refused(fixture, CLINIC_CODE_EXISTS, SUBMIT, "{\"feedback_id\":\"%s\",\"rating\":1}",
                   visit.patient);
    delete_patient(fixture, visit.patient);
    assert_refused(fixture, CLINIC_CODE_EXISTS, SUBMIT, "{\"feedback_id\":\"%s\",\"rating\":1}",
                   visit.patient);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, services_open, services_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(feedback_about_an_unseen_doctor_is_general),
        TEST(feedback_about_a_visit_is_verified),
        TEST(a_visit_counts_if_it_took_place_and_for_90_days),
        TEST(a_visit_without_feedback_is_found_by_the_doctor),
        TEST(a_visit_has_one_feedback),
        TEST(feedback_is_judged_by_when_it_was_given),
        TEST(a_clock_that_is_behind_verifies_nothing),
        TEST(what_is_unknown_or_does_not_belong_together_is_refused),
        TEST(a_deleted_patient_gives_no_feedback),
        TEST(a_kiosk_may_ask_for_a_patient_it_has_just_registered),
        TEST(somebody_without_a_name_may_give_feedback),
        TEST(an_id_that_belongs_to_a_person_is_no_feedback_id),
    };
    return cmocka_run_group_tests_name("feedback: submit", tests, NULL, NULL);
}
