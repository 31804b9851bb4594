// Feedback that came in: lists, the whole of one, and answers.
#include "feedback_fixture.h"

static void assert_row(const struct service_fixture *fixture, int index, const char *feedback_id)
{
    const cJSON *row = cJSON_GetArrayItem(rows(fixture, "feedback"), index);

    assert_non_null(row);
    assert_string_equal(clinic_json_text(row, "feedback_id"), feedback_id);
}

static void assert_page(const struct service_fixture *fixture, int count, bool has_more)
{
    assert_int_equal(cJSON_GetArraySize(rows(fixture, "feedback")), count);
    assert_int_equal(clinic_json_boolean(fixture->reply.data, "more", !has_more), has_more);
}

static void lists_are_newest_first_and_come_in_pages(void **state)
{
    enum { COUNT = 5 };
    struct service_fixture *fixture = *state;
    struct id_text feedback[COUNT];

    for (int i = 0; i < COUNT; i++) {
        feedback[i] = make_id(fixture);
        assert_accepted(fixture, SUBMIT, "{\"feedback_id\":\"%s\",\"rating\":%d}", feedback[i].text,
                        i + 1);
    }
    assert_accepted(fixture, LIST, "{\"limit\":2}");
    assert_page(fixture, 2, true);
    assert_row(fixture, 0, feedback[4].text);
    assert_row(fixture, 1, feedback[3].text);
    assert_accepted(fixture, LIST, "{\"limit\":2,\"skip\":4}");
    assert_page(fixture, 1, false);
    assert_row(fixture, 0, feedback[0].text);
    assert_accepted(fixture, LIST, "{\"limit\":5}");
    assert_page(fixture, 5, false);
    assert_accepted(fixture, LIST, "{\"skip\":5}");
    assert_page(fixture, 0, false);
}

static void a_change_does_not_bring_feedback_to_the_top(void **state)
{
    struct service_fixture *fixture = *state;
    const struct visit visit = first_visit(fixture);
    const struct id_text first = give(fixture, &visit, 1, "");
    const struct visit next = next_visit(fixture, &visit);
    const struct id_text second = give(fixture, &next, 2, "");

    assert_accepted(fixture, SUBMIT, "{\"feedback_id\":\"%s\",\"rating\":5,\"patient_id\":\"%s\"}",
                    first.text, visit.patient);
    assert_accepted(fixture, LIST, "{}");
    assert_row(fixture, 0, second.text);
    assert_row(fixture, 1, first.text);
}

// What waits for an answer is what somebody would read: feedback without a patient does not.
static void lists_are_filtered_by_doctor_and_by_what_waits_for_an_answer(void **state)
{
    struct service_fixture *fixture = *state;
    const struct visit a = first_visit(fixture);
    const struct visit b = first_visit(fixture);
    const struct visit c = next_visit(fixture, &a);
    const struct id_text of_a = give(fixture, &a, 1, "");
    const struct id_text of_b = give(fixture, &b, 2, "");
    const struct id_text of_c = give(fixture, &c, 3, "");
    const struct id_text somebodys = make_id(fixture);

    assert_accepted(fixture, SUBMIT, "{\"feedback_id\":\"%s\",\"rating\":4,\"doctor_id\":\"%s\"}",
                    somebodys.text, a.doctor);
    assert_accepted(fixture, ANSWER, "{\"feedback_id\":\"%s\",\"text\":\"Thanks.\"}", of_a.text);

    assert_accepted(fixture, LIST, "{\"doctor_id\":\"%s\"}", a.doctor);
    assert_page(fixture, 3, false);
    assert_row(fixture, 0, somebodys.text);
    assert_row(fixture, 2, of_a.text);
    assert_accepted(fixture, LIST, "{\"only_unanswered\":true}");
    assert_page(fixture, 2, false);
    assert_row(fixture, 0, of_c.text);
    assert_row(fixture, 1, of_b.text);
    assert_accepted(fixture, LIST, "{\"doctor_id\":\"%s\",\"only_unanswered\":true}", a.doctor);
    assert_page(fixture, 1, false);
    assert_row(fixture, 0, of_c.text);
}

static void the_reading_of_feedback_is_audited(void **state)
{
    struct service_fixture *fixture = *state;
    const struct visit visit = first_visit(fixture);
    const struct id_text feedback = give(fixture, &visit, 4, "");

    services_as(fixture, CLINIC_STAFF_MANAGER, "Mia", "4713");
    assert_accepted(fixture, READ, "{\"feedback_id\":\"%s\"}", feedback.text);
    assert_int_equal(sql_number(fixture,
                                "SELECT count(*) FROM audit_access WHERE action = 'feedback/read'"
                                " AND person = 'Mia' AND subject = 'feedback/%s'",
                                feedback.text),
                     1);
}

// ---- answers

static void feedback_is_answered_once(void **state)
{
    struct service_fixture *fixture = *state;
    const struct visit visit = first_visit(fixture);
    const struct id_text feedback = give(fixture, &visit, 4, "");
    int64_t version = 0;

    services_as(fixture, CLINIC_STAFF_DOCTOR, "Dora", "4712");
    assert_accepted(fixture, ANSWER, "{\"feedback_id\":\"%s\",\"text\":\"Thank you.\"}",
                    feedback.text);
    assert_true(clinic_json_integer(fixture->reply.data, "version", &version));
    assert_int_equal(version, 2);
    assert_refused(fixture, CLINIC_CODE_STATE_MISMATCH, ANSWER,
                   "{\"feedback_id\":\"%s\",\"text\":\"No, I take that back.\"}", feedback.text);
    assert_accepted(fixture, READ, "{\"feedback_id\":\"%s\"}", feedback.text);
    assert_string_equal(clinic_json_text(record(fixture), "answer"), "Thank you.");
    assert_non_null(clinic_json_text(record(fixture), "answered"));
    assert_int_equal(count_events(fixture, CLINIC_FEEDBACK_ANSWERED), 1);
}

static void a_change_after_the_answer_leaves_the_answer(void **state)
{
    struct service_fixture *fixture = *state;
    const struct visit visit = first_visit(fixture);
    const struct id_text feedback = give(fixture, &visit, 1, "");
    int64_t version = 0;

    assert_accepted(fixture, ANSWER, "{\"feedback_id\":\"%s\",\"text\":\"Sorry.\"}", feedback.text);
    assert_accepted(fixture, SUBMIT, "{\"feedback_id\":\"%s\",\"rating\":4,\"patient_id\":\"%s\"}",
                    feedback.text, visit.patient);
    assert_accepted(fixture, READ, "{\"feedback_id\":\"%s\"}", feedback.text);
    assert_string_equal(clinic_json_text(record(fixture), "answer"), "Sorry.");
    assert_true(clinic_json_integer(record(fixture), "version", &version));
    assert_int_equal(version, 3);
}

static void nobody_is_answered_who_cannot_read_it(void **state)
{
    struct service_fixture *fixture = *state;
    const struct id_text feedback = make_id(fixture);

    assert_accepted(fixture, SUBMIT, "{\"feedback_id\":\"%s\",\"rating\":4}", feedback.text);
    assert_refused(fixture, CLINIC_CODE_STATE_MISMATCH, ANSWER,
                   "{\"feedback_id\":\"%s\",\"text\":\"Thank you.\"}", feedback.text);
}

static void unknown_feedback_is_neither_read_nor_answered(void **state)
{
    struct service_fixture *fixture = *state;
    const struct id_text unknown = make_id(fixture);

    assert_refused(fixture, CLINIC_CODE_NOT_FOUND, READ, "{\"feedback_id\":\"%s\"}", unknown.text);
    assert_refused(fixture, CLINIC_CODE_NOT_FOUND, ANSWER,
                   "{\"feedback_id\":\"%s\",\"text\":\"Thank you.\"}", unknown.text);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, services_open, services_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(lists_are_newest_first_and_come_in_pages),
        TEST(a_change_does_not_bring_feedback_to_the_top),
        TEST(lists_are_filtered_by_doctor_and_by_what_waits_for_an_answer),
        TEST(the_reading_of_feedback_is_audited),
        TEST(feedback_is_answered_once),
        TEST(a_change_after_the_answer_leaves_the_answer),
        TEST(nobody_is_answered_who_cannot_read_it),
        TEST(unknown_feedback_is_neither_read_nor_answered),
    };
    return cmocka_run_group_tests_name("feedback: lists and answers", tests, NULL, NULL);
}
