// The portal: patients see their own record, and nobody learns anything by guessing.
#include "visit_fixture.h"

static const enum clinic_request_kind READ = CLINIC_REQUEST_PORTAL_READ;

static void register_ana(struct service_fixture *fixture, char id[static CLINIC_ID_TEXT_BYTES],
                         char member_id[static 16])
{
    services_register(fixture, "Ana López", "1990-04-02", id);
    (void)snprintf(member_id, 16, "%s", reply_text(fixture, "member_id"));
}

static void patients_see_their_record_as_it_is_now(void **state)
{
    struct service_fixture *fixture = *state;
    char id[CLINIC_ID_TEXT_BYTES];
    char member_id[16];

    register_ana(fixture, id, member_id);
    assert_accepted(fixture, CLINIC_REQUEST_PATIENT_UPDATE,
                    "{\"patient_id\":\"%s\",\"expected_version\":1,\"phone\":\"0612345678\"}", id);
    services_at(fixture, "kiosk-1", CLINIC_ROLE_KIOSK);
    assert_accepted(fixture, READ, "{\"member_id\":\"%s\",\"birth_date\":\"1990-04-02\"}",
                    member_id);
    const cJSON *patient = clinic_json_member(fixture->reply.data, "patient");
    int64_t version = 0;
    assert_true(clinic_json_integer(fixture->reply.data, "version", &version));
    assert_int_equal(version, 2);
    assert_string_equal(clinic_json_text(patient, "name"), "Ana López");
    assert_string_equal(clinic_json_text(patient, "phone"), "+33612345678");
    assert_int_equal(sql_number(fixture,
                                "SELECT count(*) FROM audit_access WHERE node = 'kiosk-1'"
                                " AND action = 'portal/read' AND subject = 'patient/%s'",
                                id),
                     1);
}

static void the_copy_is_the_record(void **state)
{
    struct service_fixture *fixture = *state;
    char id[CLINIC_ID_TEXT_BYTES];
    char member_id[16];

    register_ana(fixture, id, member_id);
    assert_accepted(fixture, CLINIC_REQUEST_PATIENT_UPDATE,
                    "{\"patient_id\":\"%s\",\"expected_version\":1,\"email\":\"a@b.org\","
                    "\"preconditions\":[\"asthma\"]}",
                    id);
    assert_accepted(fixture, CLINIC_REQUEST_PATIENT_UPDATE,
                    "{\"patient_id\":\"%s\",\"expected_version\":2,\"email\":null,"
                    "\"phone\":\"0612345678\"}",
                    id);
    assert_accepted(fixture, CLINIC_REQUEST_PATIENT_READ, "{\"patient_id\":\"%s\"}", id);
    cJSON *record = cJSON_Duplicate(clinic_json_member(fixture->reply.data, "patient"), true);
    assert_accepted(fixture, READ, "{\"member_id\":\"%s\",\"birth_date\":\"1990-04-02\"}",
                    member_id);
    assert_true(cJSON_Compare(record, clinic_json_member(fixture->reply.data, "patient"), true));
    cJSON_Delete(record);
}

static void a_wrong_number_and_a_wrong_day_answer_alike(void **state)
{
    struct service_fixture *fixture = *state;
    char id[CLINIC_ID_TEXT_BYTES];
    char member_id[16];
    char message[200];

    register_ana(fixture, id, member_id);
    assert_refused(fixture, CLINIC_CODE_NOT_FOUND, READ,
                   "{\"member_id\":\"%s\",\"birth_date\":\"1990-04-03\"}", member_id);
    assert_null(fixture->reply.data);
    (void)snprintf(message, sizeof message, "%s", fixture->reply.problem.message);
    assert_refused(fixture, CLINIC_CODE_NOT_FOUND, READ,
                   "{\"member_id\":\"%s\",\"birth_date\":\"1990-04-02\"}",
                   strcmp(member_id, "100042177") == 0 ? "000000011" : "100042177");
    assert_string_equal(fixture->reply.problem.message, message);
    assert_string_equal(fixture->reply.problem.field, "");
}

static void guess(struct service_fixture *fixture, int times)
{
    for (int i = 0; i < times; i++)
        assert_refused(fixture, CLINIC_CODE_NOT_FOUND, READ,
                       "{\"member_id\":\"000000011\",\"birth_date\":\"1990-04-02\"}");
}

static void five_guesses_lock_this_node_for_a_minute(void **state)
{
    struct service_fixture *fixture = *state;
    char id[CLINIC_ID_TEXT_BYTES];
    char member_id[16];

    register_ana(fixture, id, member_id);
    services_at(fixture, "kiosk-1", CLINIC_ROLE_KIOSK);
    guess(fixture, 5);
    assert_refused(fixture, CLINIC_CODE_RATE_LIMITED, READ,
                   "{\"member_id\":\"%s\",\"birth_date\":\"1990-04-02\"}", member_id);
    services_at(fixture, "kiosk-2", CLINIC_ROLE_KIOSK); // another is not concerned
    assert_accepted(fixture, READ, "{\"member_id\":\"%s\",\"birth_date\":\"1990-04-02\"}",
                    member_id);
    services_at(fixture, "kiosk-1", CLINIC_ROLE_KIOSK);
    fixture->wall_ms += 60 * 1000;
    guess(fixture, 4);
    assert_accepted(fixture, READ, "{\"member_id\":\"%s\",\"birth_date\":\"1990-04-02\"}",
                    member_id);
    guess(fixture, 4); // a right answer begins the counting anew
    assert_accepted(fixture, READ, "{\"member_id\":\"%s\",\"birth_date\":\"1990-04-02\"}",
                    member_id);
}

// ---- visits

static void read_portal(struct service_fixture *fixture, const struct visit *visit)
{
    assert_accepted(fixture, READ, "{\"member_id\":\"%s\",\"birth_date\":\"%s\"}", visit->member_id,
                    visit->birth_date);
}

static int count_of(const struct service_fixture *fixture, const char *part)
{
    return cJSON_GetArraySize(clinic_json_member(fixture->reply.data, part));
}

static const cJSON *row_of(const struct service_fixture *fixture, const char *part, int index)
{
    const cJSON *row = cJSON_GetArrayItem(clinic_json_member(fixture->reply.data, part), index);

    assert_non_null(row);
    return row;
}

static int64_t number_in(const cJSON *row, const char *name)
{
    int64_t number = -1;

    assert_true(clinic_json_integer(row, name, &number));
    return number;
}

static void a_visit_shows_where_and_when_it_is_now(void **state)
{
    struct service_fixture *fixture = *state;
    struct visit visit;

    visit_book(fixture, 1, true, &visit);
    read_portal(fixture, &visit);
    const cJSON *row = row_of(fixture, "visits", 0);
    assert_string_equal(clinic_json_text(row, "appointment_id"), visit.appointment_id);
    assert_string_equal(clinic_json_text(row, "doctor"), "Dr Who");
    assert_string_equal(clinic_json_text(row, "start"), "2026-11-24T09:00:00.000Z");
    assert_int_equal(number_in(row, "version"), 1);

    visit_moves(fixture, &visit, 2);
    read_portal(fixture, &visit);
    row = row_of(fixture, "visits", 0);
    assert_string_equal(clinic_json_text(row, "start"), "2026-11-25T09:00:00.000Z");
    assert_string_equal(clinic_json_text(row, "end"), "2026-11-25T09:30:00.000Z");
    assert_int_equal(number_in(row, "version"), 2);

    visit_goes_on(fixture, &visit, CLINIC_APPOINTMENT_KEPT, 3, "\"override_reason\":\"agreed\"");
    read_portal(fixture, &visit);
    assert_int_equal(number_in(row_of(fixture, "visits", 0), "version"), 3);
    assert_int_equal(count_of(fixture, "visits"), 1);
}

static void a_canceled_a_closed_and_a_past_visit_are_not_coming(void **state)
{
    struct service_fixture *fixture = *state;
    struct visit visits[3];

    for (int i = 0; i < 3; i++)
        visit_book(fixture, i + 1, true, &visits[i]);
    visit_goes_on(fixture, &visits[0], CLINIC_APPOINTMENT_CANCELED, 2,
                  VISIT_TIMES ",\"by\":\"patient\",\"reason\":\"sick\",\"late\":false");
    visit_goes_on(fixture, &visits[1], CLINIC_APPOINTMENT_CHECKED_IN, 2, VISIT_ARRIVES);
    visit_goes_on(fixture, &visits[1], CLINIC_APPOINTMENT_CALLED, 3, VISIT_CALL);
    visit_goes_on(fixture, &visits[1], CLINIC_APPOINTMENT_CLOSED, 4, "\"outcome\":\"fulfilled\"");
    read_portal(fixture, &visits[0]);
    assert_int_equal(count_of(fixture, "visits"), 0);
    read_portal(fixture, &visits[1]);
    assert_int_equal(count_of(fixture, "visits"), 0);
    read_portal(fixture, &visits[2]);
    assert_int_equal(count_of(fixture, "visits"), 1);
    fixture->wall_ms += INT64_C(25) * 60 * 60 * 1000; // it has begun
    read_portal(fixture, &visits[2]);
    assert_int_equal(count_of(fixture, "visits"), 0);
}

// ---- reports

static void write_report(struct service_fixture *fixture, const struct visit *visit,
                         const char *report_id, int version, const char *status, const char *title)
{
    char subject[CLINIC_SUBJECT_BYTES];

    (void)snprintf(subject, sizeof subject, "report/%s", report_id);
    services_happen(fixture, CLINIC_REPORT_UPDATED, subject, visit->patient_id,
                    "{\"report_id\":\"%s\",\"patient_id\":\"%s\",\"doctor_id\":\"%s\","
                    "\"kind\":\"diagnosis\",\"version\":%d,\"status\":\"%s\",\"notify\":false,"
                    "\"title\":\"%s\",\"text\":\"Text of version %d\",\"attachments\":[]}",
                    report_id, visit->patient_id, visit->doctor_id, version, status, title,
                    version);
}

static void only_what_was_released_of_a_report_is_shown(void **state)
{
    static const struct {
        const char *status;
        const char *wanted; // NULL: nothing is shown
        int version;
    } steps[] = {
        { "draft", NULL, 0 },      { "draft", NULL, 0 },        { "final", "Title 3", 3 },
        { "draft", "Title 3", 3 }, { "amended", "Title 5", 5 }, { "entered-in-error", NULL, 0 },
    };
    struct service_fixture *fixture = *state;
    struct visit visit;
    char report_id[CLINIC_ID_TEXT_BYTES];

    visit_book(fixture, 1, true, &visit);
    new_id(fixture, report_id);
    for (size_t i = 0; i < ARRAY_SIZE(steps); i++) {
        char title[16];
        (void)snprintf(title, sizeof title, "Title %d", (int)i + 1);
        write_report(fixture, &visit, report_id, (int)i + 1, steps[i].status, title);
        read_portal(fixture, &visit);
        assert_int_equal(count_of(fixture, "reports"), steps[i].wanted == NULL ? 0 : 1);
        if (steps[i].wanted == NULL)
            continue;
        const cJSON *row = row_of(fixture, "reports", 0);
        assert_string_equal(clinic_json_text(row, "title"), steps[i].wanted);
        assert_int_equal(number_in(row, "version"), steps[i].version);
    }
}

static void reports_are_newest_first_and_ten(void **state)
{
    struct service_fixture *fixture = *state;
    struct visit visit;

    visit_book(fixture, 1, true, &visit);
    for (int i = 1; i <= 11; i++) {
        char report_id[CLINIC_ID_TEXT_BYTES];
        char title[16];
        new_id(fixture, report_id);
        (void)snprintf(title, sizeof title, "Title %d", i);
        fixture->wall_ms += 1000;
        write_report(fixture, &visit, report_id, 1, "final", title);
    }
    read_portal(fixture, &visit);
    assert_int_equal(count_of(fixture, "reports"), 10);
    assert_string_equal(clinic_json_text(row_of(fixture, "reports", 0), "title"), "Title 11");
    assert_string_equal(clinic_json_text(row_of(fixture, "reports", 9), "title"), "Title 2");
}

static void ask_for_report(struct service_fixture *fixture, const struct visit *visit,
                           const char *report_id, bool is_there)
{
    bool is_accepted =
        services_ask(fixture, CLINIC_REQUEST_PORTAL_REPORT,
                     "{\"member_id\":\"%s\",\"birth_date\":\"%s\",\"report_id\":\"%s\"}",
                     visit->member_id, visit->birth_date, report_id);

    assert_int_equal(is_accepted, is_there);
    if (!is_there) {
        assert_string_equal(fixture->reply.problem.code, clinic_codes[CLINIC_CODE_NOT_FOUND].name);
        assert_null(fixture->reply.data);
    }
}

static void a_released_report_is_read_whole_by_its_patient_alone(void **state)
{
    struct service_fixture *fixture = *state;
    struct visit visits[2];
    char report_id[CLINIC_ID_TEXT_BYTES];

    visit_book(fixture, 1, true, &visits[0]);
    visit_book(fixture, 2, true, &visits[1]);
    new_id(fixture, report_id);
    services_at(fixture, "kiosk-1", CLINIC_ROLE_KIOSK);
    write_report(fixture, &visits[0], report_id, 1, "draft", "Draft");
    ask_for_report(fixture, &visits[0], report_id, false);
    write_report(fixture, &visits[0], report_id, 2, "final", "Final");
    write_report(fixture, &visits[0], report_id, 3, "draft", "Next");
    ask_for_report(fixture, &visits[0], report_id, true);
    assert_string_equal(reply_text(fixture, "text"), "Text of version 2");
    assert_string_equal(
        clinic_json_text(clinic_json_member(fixture->reply.data, "report"), "title"), "Final");
    ask_for_report(fixture, &visits[1], report_id, false);
    assert_int_equal(sql_number(fixture,
                                "SELECT count(*) FROM audit_access WHERE node = 'kiosk-1'"
                                " AND action = 'portal/report' AND subject = 'patient/%s'"
                                " AND outcome = 'accepted'",
                                visits[0].patient_id),
                     1);
}

static void guesses_at_reports_and_records_count_together(void **state)
{
    struct service_fixture *fixture = *state;
    struct visit visit;
    struct visit wrong;
    char report_id[CLINIC_ID_TEXT_BYTES];

    visit_book(fixture, 1, true, &visit);
    wrong = visit;
    (void)snprintf(wrong.birth_date, sizeof wrong.birth_date, "1980-01-01");
    new_id(fixture, report_id);
    for (int i = 0; i < 3; i++)
        ask_for_report(fixture, &wrong, report_id, false);
    guess(fixture, 2);
    assert_refused(fixture, CLINIC_CODE_RATE_LIMITED, CLINIC_REQUEST_PORTAL_REPORT,
                   "{\"member_id\":\"%s\",\"birth_date\":\"%s\",\"report_id\":\"%s\"}",
                   visit.member_id, visit.birth_date, report_id);
}

// ---- feedback

static void give_feedback(struct service_fixture *fixture, const struct visit *visit,
                          const char *feedback_id, int version, int rating)
{
    char subject[CLINIC_SUBJECT_BYTES];

    (void)snprintf(subject, sizeof subject, "feedback/%s", feedback_id);
    services_happen(fixture, CLINIC_FEEDBACK_SUBMITTED, subject, visit->patient_id,
                    "{\"feedback_id\":\"%s\",\"rating\":%d,\"verified\":false,"
                    "\"kind\":\"general\",\"anonymous\":true,\"version\":%d,"
                    "\"patient_id\":\"%s\",\"text\":\"Text %d\"}",
                    feedback_id, rating, version, visit->patient_id, version);
}

static void answer(struct service_fixture *fixture, const struct visit *visit,
                   const char *feedback_id, int version, const char *text)
{
    char subject[CLINIC_SUBJECT_BYTES];

    (void)snprintf(subject, sizeof subject, "feedback/%s", feedback_id);
    services_happen(fixture, CLINIC_FEEDBACK_ANSWERED, subject, visit->patient_id,
                    "{\"feedback_id\":\"%s\",\"version\":%d,\"patient_id\":\"%s\","
                    "\"text\":\"%s\"}",
                    feedback_id, version, visit->patient_id, text);
}

static void feedback_is_shown_with_its_answer_to_that_patient_alone(void **state)
{
    struct service_fixture *fixture = *state;
    struct visit visits[2];
    char feedback_id[CLINIC_ID_TEXT_BYTES];

    visit_book(fixture, 1, true, &visits[0]);
    visit_book(fixture, 2, true, &visits[1]);
    new_id(fixture, feedback_id);
    give_feedback(fixture, &visits[0], feedback_id, 1, 2);
    give_feedback(fixture, &visits[0], feedback_id, 2, 4);
    read_portal(fixture, &visits[0]);
    assert_int_equal(count_of(fixture, "feedback"), 0);
    answer(fixture, &visits[0], feedback_id, 3, "Thank you");
    read_portal(fixture, &visits[0]);
    const cJSON *row = row_of(fixture, "feedback", 0);
    assert_string_equal(clinic_json_text(row, "text"), "Text 2");
    assert_string_equal(clinic_json_text(row, "answer"), "Thank you");
    assert_int_equal(number_in(row, "rating"), 4);
    assert_int_equal(number_in(row, "version"), 3);
    read_portal(fixture, &visits[1]);
    assert_int_equal(count_of(fixture, "feedback"), 0);
}

static void fill(char *text, const char *point, int points)
{
    text[0] = '\0';
    for (int i = 0; i < points; i++)
        text = stpcpy(text, point);
}

static void a_long_answer_is_cut_between_code_points(void **state)
{
    static const struct {
        const char *point;
        int points;
        size_t wanted_bytes;
    } cases[] = {
        { "a", 999, 999 },
        { "a", 1000, 1000 },
        { "a", 1001, 1000 },
        { "\xc3\xa9", 2000, 2000 },
        { "\xf0\x9f\x98\x80", 2000, 4000 },
    };
    struct service_fixture *fixture = *state;
    struct visit visit;
    char feedback_id[CLINIC_ID_TEXT_BYTES];
    char text[2000 * 4 + 1];

    visit_book(fixture, 1, true, &visit);
    new_id(fixture, feedback_id);
    give_feedback(fixture, &visit, feedback_id, 1, 5);
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        fill(text, cases[i].point, cases[i].points);
        answer(fixture, &visit, feedback_id, (int)i + 2, text);
        read_portal(fixture, &visit); // the fixture holds the reply against the catalogue
        const char *shown = clinic_json_text(row_of(fixture, "feedback", 0), "answer");
        assert_int_equal(strlen(shown), cases[i].wanted_bytes);
    }
}

// ---- all of it

static void deletion_leaves_nothing_in_the_portal(void **state)
{
    static const char *const tables[] = { "portal_document", "portal_visit", "portal_report",
                                          "portal_feedback" };
    struct service_fixture *fixture = *state;
    struct visit visit;
    char id[CLINIC_ID_TEXT_BYTES];

    visit_book(fixture, 1, true, &visit);
    new_id(fixture, id);
    write_report(fixture, &visit, id, 1, "final", "Gastritis");
    new_id(fixture, id);
    give_feedback(fixture, &visit, id, 1, 5);
    answer(fixture, &visit, id, 2, "Gern geschehen");
    for (size_t i = 0; i < ARRAY_SIZE(tables); i++)
        assert_int_equal(sql_number(fixture, "SELECT count(*) FROM %s", tables[i]), 1);
    assert_true(services_hold(fixture, "Gastritis") && services_hold(fixture, "Gern geschehen"));
    services_as(fixture, CLINIC_STAFF_ADMIN, "Ada", "4711");
    assert_accepted(fixture, CLINIC_REQUEST_PATIENT_DELETE,
                    "{\"patient_id\":\"%s\",\"member_id\":\"%s\",\"pin\":\"4711\","
                    "\"reason\":\"request\"}",
                    visit.patient_id, visit.member_id);
    for (size_t i = 0; i < ARRAY_SIZE(tables); i++)
        assert_int_equal(sql_number(fixture, "SELECT count(*) FROM %s", tables[i]), 0);
    assert_false(services_hold(fixture, "Gastritis"));
    assert_false(services_hold(fixture, "Gern geschehen"));
}

static void add_preconditions(struct service_fixture *fixture, const struct visit *visit)
{
    char one[201];
    char list[50 * 204];
    char *end = list;

    fill(one, "x", 200);
    for (int i = 0; i < 50; i++)
        end += sprintf(end, "%s\"%s\"", i == 0 ? "" : ",", one);
    assert_accepted(fixture, CLINIC_REQUEST_PATIENT_UPDATE,
                    "{\"patient_id\":\"%s\",\"expected_version\":1,\"preconditions\":[%s]}",
                    visit->patient_id, list);
}

static void the_largest_reply_fits_into_a_message(void **state)
{
    // Not in the test: characters that JSON escapes, ten visits, the beginnings of five texts, the envelope.
    enum { REST_BYTES = 10 * 1024 + 10 * 512 + 5 * 1200 + 2048 };
    struct service_fixture *fixture = *state;
    struct visit visit;
    char text[1000 * 4 + 1];
    char title[201];

    visit_book(fixture, 1, true, &visit);
    add_preconditions(fixture, &visit);
    fill(title, "x", 200);
    fill(text, "\xf0\x9f\x98\x80", 1000);
    for (int i = 1; i <= 10; i++) {
        char id[CLINIC_ID_TEXT_BYTES];
        new_id(fixture, id);
        write_report(fixture, &visit, id, 1, "final", title);
        give_feedback(fixture, &visit, id, 1, 5);
        answer(fixture, &visit, id, 2, text);
    }
    read_portal(fixture, &visit);
    assert_int_equal(count_of(fixture, "feedback"), 5);
    char *json = clinic_json_print(fixture->reply.data);
    assert_non_null(json);
    assert_in_range(strlen(json), 30 * 1024, CLINIC_JSON_BYTES_MAX - REST_BYTES);
    free(json);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, services_open, services_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(patients_see_their_record_as_it_is_now),
        TEST(the_copy_is_the_record),
        TEST(a_wrong_number_and_a_wrong_day_answer_alike),
        TEST(five_guesses_lock_this_node_for_a_minute),
        TEST(a_visit_shows_where_and_when_it_is_now),
        TEST(a_canceled_a_closed_and_a_past_visit_are_not_coming),
        TEST(only_what_was_released_of_a_report_is_shown),
        TEST(reports_are_newest_first_and_ten),
        TEST(a_released_report_is_read_whole_by_its_patient_alone),
        TEST(guesses_at_reports_and_records_count_together),
        TEST(feedback_is_shown_with_its_answer_to_that_patient_alone),
        TEST(a_long_answer_is_cut_between_code_points),
        TEST(deletion_leaves_nothing_in_the_portal),
        TEST(the_largest_reply_fits_into_a_message),
    };
    return cmocka_run_group_tests_name("portal", tests, NULL, NULL);
}
