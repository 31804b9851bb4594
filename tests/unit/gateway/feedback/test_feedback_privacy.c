// Who stays unseen: anonymous patients before staff, deleted patients before everybody.
#include "feedback_fixture.h"

#include <event_log.h>

// ---- anonymity

struct sought {
    enum clinic_event_kind kind;
    cJSON *data; // of the newest of that kind
};

static bool keep_newest(void *context, const struct clinic_event *event,
                        const struct event_origin *origin, bool is_erased)
{
    struct sought *sought = context;

    (void)origin;
    (void)is_erased;
    if (event->kind == sought->kind) {
        cJSON_Delete(sought->data);
        sought->data = cJSON_Duplicate(event->data, true);
    }
    return true;
}

// The caller deletes it.
static cJSON *newest_event(struct service_fixture *fixture, enum clinic_event_kind kind,
                           bool is_public_only)
{
    struct sought sought = { .kind = kind };
    const struct event_filter filter = { .is_public_only = is_public_only };

    assert_int_equal(event_log_read(fixture->store, &filter, keep_newest, &sought), CLINIC_OK);
    assert_non_null(sought.data);
    return sought.data;
}

static void assert_members(const cJSON *data, const char *const *present, const char *const *absent)
{
    for (; *present != NULL; present++) {
        if (clinic_json_member(data, *present) == NULL)
            fail_msg("%s is missing", *present);
    }
    for (; *absent != NULL; absent++) {
        if (clinic_json_member(data, *absent) != NULL)
            fail_msg("%s is told", *absent);
    }
}

// Neither the name nor the visit, which would give the name away, is in the open part of the event.
static void an_anonymous_event_tells_nobody_who_it_was(void **state)
{
    static const char *const open[] = { "feedback_id", "doctor_id", "rating", "verified", NULL };
    static const char *const closed[] = { "patient_id", "visit_id", "appointment_id", "text",
                                          NULL };
    static const char *const sealed[] = { "patient_id", "visit_id", "text", NULL };
    static const char *const never[] = { "appointment_id", NULL };
    struct service_fixture *fixture = *state;
    const struct visit visit = first_visit(fixture);

    (void)give(fixture, &visit, 2, ",\"anonymous\":true,\"text\":\"It hurt.\"");
    assert_true(is_verified(fixture));
    cJSON *data = newest_event(fixture, CLINIC_FEEDBACK_SUBMITTED, true);
    assert_members(data, open, closed);
    cJSON_Delete(data);
    data = newest_event(fixture, CLINIC_FEEDBACK_SUBMITTED, false);
    assert_members(data, sealed, never);
    assert_string_equal(clinic_json_text(data, "visit_id"), visit.appointment);
    cJSON_Delete(data);
}

static void an_event_with_a_name_tells_the_visit(void **state)
{
    static const char *const open[] = { "appointment_id", NULL };
    static const char *const closed[] = { "patient_id", "visit_id", "text", NULL };
    struct service_fixture *fixture = *state;
    const struct visit visit = first_visit(fixture);

    (void)give(fixture, &visit, 2, ",\"text\":\"It hurt.\"");
    cJSON *data = newest_event(fixture, CLINIC_FEEDBACK_SUBMITTED, true);
    assert_members(data, open, closed);
    cJSON_Delete(data);
}

static void staff_never_see_who_was_anonymous(void **state)
{
    static const char *const questions[] = { "{}", "{\"only_unanswered\":true}" };
    struct service_fixture *fixture = *state;
    const struct visit visit = first_visit(fixture);
    const struct id_text feedback = give(fixture, &visit, 2, ",\"anonymous\":true");

    for (size_t i = 0; i < ARRAY_SIZE(questions); i++) {
        assert_accepted(fixture, LIST, "%s", questions[i]);
        const cJSON *row = cJSON_GetArrayItem(rows(fixture, "feedback"), 0);
        assert_string_equal(clinic_json_text(row, "feedback_id"), feedback.text);
        assert_null(clinic_json_member(row, "patient_id"));
    }
    assert_accepted(fixture, READ, "{\"feedback_id\":\"%s\"}", feedback.text);
    assert_null(clinic_json_member(record(fixture), "patient_id"));
    char *text = clinic_json_print(fixture->reply.data);
    assert_null(strstr(text, visit.patient));
    assert_null(strstr(text, visit.appointment));
    free(text);
}

// Sealed with that patient's key, and naming the patient: nobody else is shown it.
static void an_anonymous_patient_is_answered_all_the_same(void **state)
{
    static const char *const open[] = { "feedback_id", "doctor_id", "version", NULL };
    static const char *const closed[] = { "patient_id", "text", NULL };
    struct service_fixture *fixture = *state;
    const struct visit visit = first_visit(fixture);
    const struct id_text feedback = give(fixture, &visit, 2, ",\"anonymous\":true");

    services_as(fixture, CLINIC_STAFF_DOCTOR, "Dora", "4712");
    assert_accepted(fixture, ANSWER, "{\"feedback_id\":\"%s\",\"text\":\"I am sorry.\"}",
                    feedback.text);
    assert_null(clinic_json_member(fixture->reply.data, "patient_id"));
    cJSON *data = newest_event(fixture, CLINIC_FEEDBACK_ANSWERED, true);
    assert_members(data, open, closed);
    cJSON_Delete(data);
    data = newest_event(fixture, CLINIC_FEEDBACK_ANSWERED, false);
    assert_string_equal(clinic_json_text(data, "patient_id"), visit.patient);
    assert_string_equal(clinic_json_text(data, "text"), "I am sorry.");
    cJSON_Delete(data);
}

// ---- deletion

static const char *const traces[] = { "Quagmire", "Brambling", "Zephyrine", "Oleander" };

// Named and anonymous feedback, both changed and answered; the first is changed from one to the other.
static void give_much(struct service_fixture *fixture, struct visit *visit)
{
    const struct id_text named = give(fixture, visit, 1, ",\"text\":\"Quagmire!\"");

    (void)services_ask(fixture, SUBMIT,
                       "{\"feedback_id\":\"%s\",\"rating\":2,\"patient_id\":\"%s\","
                       "\"text\":\"Brambling!\",\"anonymous\":true}",
                       named.text, visit->patient);
    visit_happens(fixture, visit, "fulfilled");
    const struct id_text hidden = give(fixture, visit, 5, ",\"anonymous\":true");
    assert_accepted(fixture, SUBMIT,
                    "{\"feedback_id\":\"%s\",\"rating\":4,\"patient_id\":\"%s\","
                    "\"text\":\"Zephyrine!\"}",
                    hidden.text, visit->patient);
    assert_accepted(fixture, ANSWER, "{\"feedback_id\":\"%s\",\"text\":\"Oleander!\"}",
                    hidden.text);
}

static void a_deleted_patients_words_are_in_no_file_and_the_rating_stays(void **state)
{
    struct service_fixture *fixture = *state;
    struct visit visit = first_visit(fixture);

    give_much(fixture, &visit);
    assert_true(services_hold(fixture, traces[1])); // otherwise the test would prove nothing
    assert_true(services_hold(fixture, traces[3]));
    delete_patient(fixture, visit.patient);
    for (size_t i = 0; i < ARRAY_SIZE(traces); i++) {
        if (services_hold(fixture, traces[i]))
            fail_msg("\"%s\" is still in a file", traces[i]);
    }
    assert_int_equal(sql_number(fixture, "SELECT count(*) FROM feedback WHERE patient_id IS NULL"
                                         " AND text IS NULL AND answer IS NULL"),
                     2);
    assert_int_equal(sql_number(fixture, "SELECT count(*) FROM feedback"
                                         " WHERE (visit_id IS NULL) = is_anonymous"),
                     2);
    assert_int_equal(sql_number(fixture, "SELECT rating_total FROM feedback_month"), 6);
    assert_int_equal(sql_number(fixture, "SELECT answered FROM feedback_month"), 1);
}

static void lists_survive_a_deleted_patient(void **state)
{
    struct service_fixture *fixture = *state;
    struct visit visit = first_visit(fixture);

    give_much(fixture, &visit);
    delete_patient(fixture, visit.patient);
    assert_accepted(fixture, LIST, "{}");
    assert_int_equal(cJSON_GetArraySize(rows(fixture, "feedback")), 2);
    const cJSON *row;
    cJSON_ArrayForEach(row, rows(fixture, "feedback"))
    {
        assert_null(clinic_json_member(row, "patient_id"));
        assert_null(clinic_json_member(row, "text"));
    }
    assert_accepted(fixture, LIST, "{\"only_unanswered\":true}");
    assert_int_equal(cJSON_GetArraySize(rows(fixture, "feedback")), 0);
}

static void a_deleted_patients_feedback_is_neither_changed_nor_answered(void **state)
{
    struct service_fixture *fixture = *state;
    const struct visit visit = first_visit(fixture);
    const struct id_text feedback = give(fixture, &visit, 3, ",\"text\":\"Fine.\"");

    delete_patient(fixture, visit.patient);
    assert_accepted(fixture, READ, "{\"feedback_id\":\"%s\"}", feedback.text);
    assert_null(clinic_json_member(record(fixture), "text"));
    assert_refused(fixture, CLINIC_CODE_STATE_MISMATCH, ANSWER,
                   "{\"feedback_id\":\"%s\",\"text\":\"Thank you.\"}", feedback.text);
    assert_refused(fixture, CLINIC_CODE_FEEDBACK_CLOSED, SUBMIT,
                   "{\"feedback_id\":\"%s\",\"rating\":1,\"patient_id\":\"%s\"}", feedback.text,
                   visit.patient);
    // Nor by somebody, although nobody's name is left in it.
    assert_refused(fixture, CLINIC_CODE_FEEDBACK_CLOSED, SUBMIT,
                   "{\"feedback_id\":\"%s\",\"rating\":1}", feedback.text);
}

// They would share a key, and the patient's deletion would destroy the feedback's too.
static void nobody_is_registered_under_a_feedbacks_id(void **state)
{
    struct service_fixture *fixture = *state;
    const struct id_text feedback = make_id(fixture);

    assert_accepted(fixture, SUBMIT, "{\"feedback_id\":\"%s\",\"rating\":1,\"text\":\"Quagmire\"}",
                    feedback.text);
    assert_refused(fixture, CLINIC_CODE_EXISTS, CLINIC_REQUEST_PATIENT_CREATE,
                   "{\"patient_id\":\"%s\",\"name\":\"Ana\",\"birth_date\":\"1990-04-02\"}",
                   feedback.text);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, services_open, services_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(an_anonymous_event_tells_nobody_who_it_was),
        TEST(an_event_with_a_name_tells_the_visit),
        TEST(staff_never_see_who_was_anonymous),
        TEST(an_anonymous_patient_is_answered_all_the_same),
        TEST(a_deleted_patients_words_are_in_no_file_and_the_rating_stays),
        TEST(lists_survive_a_deleted_patient),
        TEST(a_deleted_patients_feedback_is_neither_changed_nor_answered),
        TEST(nobody_is_registered_under_a_feedbacks_id),
    };
    return cmocka_run_group_tests_name("feedback: privacy", tests, NULL, NULL);
}
