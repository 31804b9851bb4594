// Reports: their versions and states, who is told, who may read, and that a deletion leaves nothing.
#include "report_fixture.h"

static const enum clinic_request_kind UPDATE = CLINIC_REQUEST_REPORT_UPDATE;
static const enum clinic_request_kind RELEASE = CLINIC_REQUEST_REPORT_RELEASE;
static const enum clinic_request_kind WITHDRAW = CLINIC_REQUEST_REPORT_WITHDRAW;
static const enum clinic_request_kind READ = CLINIC_REQUEST_REPORT_READ;
static const enum clinic_request_kind LIST = CLINIC_REQUEST_REPORT_LIST;

static const int64_t MINUTE_MS = 60 * 1000;

static const char *report_text(const struct report_fixture *fixture, const char *name)
{
    const cJSON *report = clinic_json_member(fixture->services->reply.data, "report");
    const char *text = clinic_json_text(report, name);

    assert_non_null(text);
    return text;
}

static int64_t report_number(const struct report_fixture *fixture, const char *name)
{
    int64_t number = -1;

    assert_true(clinic_json_integer(clinic_json_member(fixture->services->reply.data, "report"),
                                    name, &number));
    return number;
}

static bool report_has(const struct report_fixture *fixture, const char *name)
{
    const cJSON *report = clinic_json_member(fixture->services->reply.data, "report");

    return clinic_json_member(report, name) != NULL;
}

// ---- versions

static void versions_are_appended_and_all_can_be_read(void **state)
{
    struct report_fixture *fixture = *state;
    char id[CLINIC_ID_TEXT_BYTES];

    report_begin(fixture, "  Upper   molar ", ",\"text\":\"first\"", id);
    assert_string_equal(reply_text(fixture->services, "status"), "draft");
    report_autosave(fixture, id, 1, "second\\nline");
    assert_accepted(fixture->services, READ, "{\"report_id\":\"%s\"}", id);
    assert_string_equal(report_text(fixture, "text"), "second\nline");
    assert_string_equal(report_text(fixture, "title"), "Upper molar");
    assert_string_equal(report_text(fixture, "kind"), "diagnosis");
    assert_string_equal(report_text(fixture, "patient_id"), fixture->patient_id);
    assert_int_equal(report_number(fixture, "version"), 2);
    assert_accepted(fixture->services, READ, "{\"report_id\":\"%s\",\"version\":1}", id);
    assert_string_equal(report_text(fixture, "text"), "first");
    assert_int_equal(report_number(fixture, "version"), 1);
    assert_int_equal(report_number(fixture, "newest"), 2);
    assert_refused(fixture->services, CLINIC_CODE_NOT_FOUND, READ,
                   "{\"report_id\":\"%s\",\"version\":3}", id);
}

static void a_version_says_which_one_was_released_last(void **state)
{
    struct report_fixture *fixture = *state;
    char id[CLINIC_ID_TEXT_BYTES];

    report_begin(fixture, "Molar", "", id);
    assert_accepted(fixture->services, READ, "{\"report_id\":\"%s\"}", id);
    assert_false(report_has(fixture, "released"));
    assert_accepted(fixture->services, RELEASE, "{\"report_id\":\"%s\",\"expected_version\":1}",
                    id);
    report_autosave(fixture, id, 2, "more");
    assert_accepted(fixture->services, READ, "{\"report_id\":\"%s\"}", id);
    assert_int_equal(report_number(fixture, "version"), 3);
    assert_int_equal(report_number(fixture, "released"), 2);
}

static void what_is_not_given_stays_as_it_was(void **state)
{
    struct report_fixture *fixture = *state;
    char id[CLINIC_ID_TEXT_BYTES];

    report_begin(fixture, "Molar", ",\"text\":\"first\"", id);
    assert_accepted(fixture->services, UPDATE,
                    "{\"report_id\":\"%s\",\"expected_version\":1,\"title\":\"Lower molar\"}", id);
    assert_accepted(fixture->services, READ, "{\"report_id\":\"%s\"}", id);
    assert_string_equal(report_text(fixture, "title"), "Lower molar");
    assert_string_equal(report_text(fixture, "text"), "first");
}

static void a_change_that_changes_nothing_is_no_event(void **state)
{
    static const char *const changes[] = { "", ",\"title\":\" Molar \"", ",\"text\":\"first\"",
                                           ",\"attachments\":[]",
                                           ",\"kind\":\"diagnosis\",\"text\":\"first\"" };
    struct report_fixture *fixture = *state;
    char id[CLINIC_ID_TEXT_BYTES];

    report_begin(fixture, "Molar", ",\"text\":\"first\"", id);
    for (size_t i = 0; i < ARRAY_SIZE(changes); i++)
        assert_refused(fixture->services, CLINIC_CODE_NO_CHANGE, UPDATE,
                       "{\"report_id\":\"%s\",\"expected_version\":1%s}", id, changes[i]);
    assert_int_equal(sql_number(fixture->services, "SELECT count(*) FROM report_version"), 1);
}

static void of_two_who_change_one_version_one_wins(void **state)
{
    struct report_fixture *fixture = *state;
    char id[CLINIC_ID_TEXT_BYTES];

    report_begin(fixture, "Molar", "", id);
    report_autosave(fixture, id, 1, "one");
    const enum clinic_request_kind kinds[] = { UPDATE, RELEASE, WITHDRAW };
    for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
        assert_refused(fixture->services, CLINIC_CODE_STALE_VERSION, kinds[i],
                       "{\"report_id\":\"%s\",\"expected_version\":1}", id);
        assert_string_equal(report_text(fixture, "text"), "one");
        assert_int_equal(report_number(fixture, "version"), 2);
        assert_false(clinic_id_is_none(&fixture->services->reply_owner));
    }
}

static void what_a_new_report_lacks_is_named(void **state)
{
    struct report_fixture *fixture = *state;
    const char *patient = fixture->patient_id;
    const char *doctor = fixture->doctor_id;
    const char *const unknown = "018f0000-0000-7000-8000-000000000001";
    const struct {
        const char *patient;
        const char *doctor;
        const char *rest;
        enum clinic_code code;
        const char *field;
    } cases[] = {
        { NULL, doctor, ",\"kind\":\"other\",\"title\":\"T\"", CLINIC_CODE_INVALID_MISSING,
          "patient_id" },
        { patient, NULL, ",\"kind\":\"other\",\"title\":\"T\"", CLINIC_CODE_INVALID_MISSING,
          "doctor_id" },
        { patient, doctor, ",\"title\":\"T\"", CLINIC_CODE_INVALID_MISSING, "kind" },
        { patient, doctor, ",\"kind\":\"other\"", CLINIC_CODE_INVALID_MISSING, "title" },
        { patient, doctor, ",\"kind\":\"other\",\"title\":\"  \"", CLINIC_CODE_INVALID_FIELD,
          "title" },
        { unknown, doctor, ",\"kind\":\"other\",\"title\":\"T\"", CLINIC_CODE_NOT_FOUND,
          "patient_id" },
        { patient, unknown, ",\"kind\":\"other\",\"title\":\"T\"", CLINIC_CODE_NOT_FOUND,
          "doctor_id" },
    };

    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        char members[200] = "";
        if (cases[i].patient != NULL)
            (void)snprintf(members, sizeof members, ",\"patient_id\":\"%s\"", cases[i].patient);
        const size_t length = strlen(members);
        if (cases[i].doctor != NULL)
            (void)snprintf(members + length, sizeof members - length, ",\"doctor_id\":\"%s\"",
                           cases[i].doctor);
        assert_refused(fixture->services, cases[i].code, UPDATE, "{\"report_id\":\"%s\"%s%s}",
                       unknown, members, cases[i].rest);
        assert_string_equal(fixture->services->reply.problem.field, cases[i].field);
    }
    assert_int_equal(sql_number(fixture->services, "SELECT count(*) FROM report"), 0);
}

static void a_report_is_begun_once_and_stays_with_its_patient(void **state)
{
    static const char *const moves[] = {
        "\"patient_id\":\"018f0000-0000-7000-8000-000000000001\"",
        "\"doctor_id\":\"018f0000-0000-7000-8000-000000000001\"",
        "\"kind\":\"x-ray\"",
    };
    struct report_fixture *fixture = *state;
    char id[CLINIC_ID_TEXT_BYTES];

    report_begin(fixture, "Molar", "", id);
    assert_refused(fixture->services, CLINIC_CODE_EXISTS, UPDATE,
                   "{\"report_id\":\"%s\",\"patient_id\":\"%s\",\"doctor_id\":\"%s\","
                   "\"kind\":\"diagnosis\",\"title\":\"Again\"}",
                   id, fixture->patient_id, fixture->doctor_id);
    for (size_t i = 0; i < ARRAY_SIZE(moves); i++)
        assert_refused(fixture->services, CLINIC_CODE_INVALID_FIELD, UPDATE,
                       "{\"report_id\":\"%s\",\"expected_version\":1,\"text\":\"x\",%s}", id,
                       moves[i]);
    assert_refused(fixture->services, CLINIC_CODE_NOT_FOUND, UPDATE,
                   "{\"report_id\":\"%s\",\"expected_version\":1,\"text\":\"x\"}",
                   fixture->doctor_id);
}

static void a_text_of_ten_thousand_characters_comes_back_whole(void **state)
{
    enum { CHARACTERS = 10000 };
    struct report_fixture *fixture = *state;
    char id[CLINIC_ID_TEXT_BYTES];
    char *text = calloc(CHARACTERS + 1, 4);

    assert_non_null(text);
    for (size_t i = 0; i < CHARACTERS; i++)
        memcpy(text + 4 * i, "\xF0\x9F\xA6\xB7", 4);
    report_begin(fixture, "Molar", "", id);
    report_autosave(fixture, id, 1, text);
    assert_accepted(fixture->services, READ, "{\"report_id\":\"%s\"}", id);
    assert_string_equal(report_text(fixture, "text"), text);
    free(text);
}

// ---- states

// Brings a new report into a state; returns its version.
static int make_state(struct report_fixture *fixture, const char *name,
                      char id[static CLINIC_ID_TEXT_BYTES])
{
    report_begin(fixture, "Molar", "", id);
    if (strcmp(name, "draft") == 0)
        return 1;
    if (strcmp(name, "entered-in-error") == 0) {
        assert_accepted(fixture->services, WITHDRAW,
                        "{\"report_id\":\"%s\",\"expected_version\":1}", id);
        return 2;
    }
    report_release_it(fixture, id, 1, "");
    if (strcmp(name, "final") == 0)
        return 2;
    report_autosave(fixture, id, 2, "more");
    if (strcmp(name, "draft after final") == 0)
        return 3;
    report_release_it(fixture, id, 3, "");
    return 4;
}

static void every_state_lets_do_what_it_should(void **state)
{
    static const struct {
        const char *state;
        const char *updated; // NULL: refused
        const char *released;
        const char *withdrawn;
    } cells[] = {
        { "draft", "draft", "final", "entered-in-error" },
        { "final", "draft", NULL, "entered-in-error" },
        { "draft after final", "draft", "amended", "entered-in-error" },
        { "amended", "draft", NULL, "entered-in-error" },
        { "entered-in-error", NULL, NULL, NULL },
    };
    struct report_fixture *fixture = *state;

    for (size_t i = 0; i < ARRAY_SIZE(cells); i++) {
        const struct {
            enum clinic_request_kind kind;
            const char *next;
            const char *more;
        } inputs[] = {
            { UPDATE, cells[i].updated, ",\"text\":\"changed\"" },
            { RELEASE, cells[i].released, "" },
            { WITHDRAW, cells[i].withdrawn, "" },
        };
        for (size_t j = 0; j < ARRAY_SIZE(inputs); j++) {
            char id[CLINIC_ID_TEXT_BYTES];
            const int version = make_state(fixture, cells[i].state, id);
            const bool is_accepted = services_ask(
                fixture->services, inputs[j].kind,
                "{\"report_id\":\"%s\",\"expected_version\":%d%s}", id, version, inputs[j].more);
            assert_int_equal(is_accepted, inputs[j].next != NULL);
            if (is_accepted)
                assert_string_equal(reply_text(fixture->services, "status"), inputs[j].next);
            else
                assert_string_equal(fixture->services->reply.problem.code, "state.mismatch");
        }
    }
}

static void a_withdrawn_report_can_still_be_read(void **state)
{
    struct report_fixture *fixture = *state;
    char id[CLINIC_ID_TEXT_BYTES];

    report_begin(fixture, "Molar", ",\"text\":\"wrong\"", id);
    report_release_it(fixture, id, 1, "");
    assert_accepted(fixture->services, WITHDRAW, "{\"report_id\":\"%s\",\"expected_version\":2}",
                    id);
    assert_accepted(fixture->services, READ, "{\"report_id\":\"%s\"}", id);
    assert_string_equal(report_text(fixture, "status"), "entered-in-error");
    assert_string_equal(report_text(fixture, "text"), "wrong");
    assert_accepted(fixture->services, READ, "{\"report_id\":\"%s\",\"version\":2}", id);
    assert_string_equal(report_text(fixture, "status"), "final");
}

// ---- who is told

static void twenty_autosaves_give_no_message_the_final_gives_one(void **state)
{
    struct report_fixture *fixture = *state;
    char id[CLINIC_ID_TEXT_BYTES];
    char text[16];

    report_begin(fixture, "Molar", "", id);
    for (int version = 1; version <= 20; version++) {
        (void)snprintf(text, sizeof text, "text %d", version);
        report_autosave(fixture, id, version, text);
        fixture->services->wall_ms += MINUTE_MS;
    }
    assert_int_equal(report_count_notices(fixture), 0);
    report_release_it(fixture, id, 21, "");
    assert_int_equal(report_count_notices(fixture), 1);
}

static void an_amendment_is_told_where_there_is_something_to_do(void **state)
{
    struct report_fixture *fixture = *state;
    char id[CLINIC_ID_TEXT_BYTES];

    report_begin(fixture, "Molar", "", id);
    report_release_it(fixture, id, 1, "");
    fixture->services->wall_ms += 11 * MINUTE_MS;
    report_autosave(fixture, id, 2, "a comma");
    report_release_it(fixture, id, 3, "");
    assert_int_equal(report_count_notices(fixture), 1);
    report_autosave(fixture, id, 4, "rinse twice a day");
    report_release_it(fixture, id, 5, ",\"has_instructions\":true");
    assert_int_equal(report_count_notices(fixture), 2);
    fixture->services->wall_ms += 11 * MINUTE_MS;
    assert_accepted(fixture->services, WITHDRAW, "{\"report_id\":\"%s\",\"expected_version\":6}",
                    id);
    assert_int_equal(report_count_notices(fixture), 2);
}

// The notice before says that there is news; the gap is the patient's, not the report's.
static void a_patient_is_told_at_most_once_in_ten_minutes(void **state)
{
    static const struct {
        int64_t after_ms;
        int notices;
    } steps[] = {
        { 0, 1 },
        { 0, 1 },
        { 10 * 60 * 1000 - 1, 1 },
        { 1, 2 },
        { 5 * 60 * 1000, 2 },
        { 5 * 60 * 1000, 3 },
        { -24 * 60 * 60 * 1000, 4 }, // the clock was put back: that silences nobody
    };
    struct report_fixture *fixture = *state;

    for (size_t i = 0; i < ARRAY_SIZE(steps); i++) {
        char id[CLINIC_ID_TEXT_BYTES];
        fixture->services->wall_ms += steps[i].after_ms;
        report_begin(fixture, "Molar", "", id);
        report_release_it(fixture, id, 1, "");
        assert_int_equal(report_count_notices(fixture), steps[i].notices);
    }
}

static void one_patients_notice_does_not_silence_anothers(void **state)
{
    struct report_fixture *fixture = *state;
    char id[CLINIC_ID_TEXT_BYTES];

    report_begin(fixture, "Molar", "", id);
    report_release_it(fixture, id, 1, "");
    services_register(fixture->services, "Bo", "1990-01-01", fixture->patient_id);
    report_begin(fixture, "Incisor", "", id);
    report_release_it(fixture, id, 1, "");
    assert_int_equal(report_count_notices(fixture), 2);
}

// ---- reading

static void the_list_is_newest_first_in_pages(void **state)
{
    enum { COUNT = 5 };
    struct report_fixture *fixture = *state;
    char ids[COUNT][CLINIC_ID_TEXT_BYTES];

    for (size_t i = 0; i < COUNT; i++) {
        report_begin(fixture, "Molar", "", ids[i]);
        fixture->services->wall_ms += MINUTE_MS;
    }
    report_autosave(fixture, ids[1], 1, "changed last"); // so it comes first: 1 4 3 2 0
    static const int order[COUNT] = { 1, 4, 3, 2, 0 };
    for (int skip = 0; skip < COUNT; skip += 2) {
        assert_accepted(fixture->services, LIST, "{\"patient_id\":\"%s\",\"limit\":2,\"skip\":%d}",
                        fixture->patient_id, skip);
        const cJSON *rows = clinic_json_member(fixture->services->reply.data, "reports");
        assert_int_equal(cJSON_GetArraySize(rows), skip == 4 ? 1 : 2);
        assert_string_equal(clinic_json_text(rows->child, "report_id"), ids[order[skip]]);
        assert_int_equal(clinic_json_boolean(fixture->services->reply.data, "more", false),
                         skip < 4);
    }
    assert_accepted(fixture->services, LIST, "{\"patient_id\":\"%s\",\"limit\":5}",
                    fixture->patient_id);
    assert_false(clinic_json_boolean(fixture->services->reply.data, "more", true));
}

static void a_list_fits_into_a_message_whatever_the_titles(void **state)
{
    struct report_fixture *fixture = *state;
    char title[401];
    char id[CLINIC_ID_TEXT_BYTES];
    int listed = 0;

    for (size_t i = 0; i < 200; i++)
        memcpy(title + 2 * i, "\\\"", 2);
    title[400] = '\0';
    for (int i = 0; i < 100; i++)
        report_begin(fixture, title, "", id);
    for (bool has_more = true; has_more;) {
        assert_accepted(fixture->services, LIST,
                        "{\"patient_id\":\"%s\",\"limit\":100,\"skip\":%d}", fixture->patient_id,
                        listed);
        char *reply = clinic_json_print(fixture->services->reply.data);
        assert_non_null(reply);
        assert_in_range(strlen(reply), 1, 56 * 1024);
        free(reply);
        listed += cJSON_GetArraySize(clinic_json_member(fixture->services->reply.data, "reports"));
        has_more = clinic_json_boolean(fixture->services->reply.data, "more", false);
    }
    assert_int_equal(listed, 100);
}

static void a_read_of_a_report_is_audited(void **state)
{
    struct report_fixture *fixture = *state;
    char id[CLINIC_ID_TEXT_BYTES];

    report_begin(fixture, "Molar", "", id);
    assert_accepted(fixture->services, READ, "{\"report_id\":\"%s\"}", id);
    assert_accepted(fixture->services, LIST, "{\"patient_id\":\"%s\"}", fixture->patient_id);
    assert_refused(fixture->services, CLINIC_CODE_NOT_FOUND, READ, "{\"report_id\":\"%s\"}",
                   fixture->doctor_id);
    static const char *const actions[] = { "report/read", "report/list" };
    for (size_t i = 0; i < ARRAY_SIZE(actions); i++)
        assert_int_equal(sql_number(fixture->services,
                                    "SELECT count(*) FROM audit_access WHERE action = '%s'"
                                    " AND subject = 'patient/%s' AND outcome = 'accepted'",
                                    actions[i], fixture->patient_id),
                         1);
}

// ---- deletion

static void a_deleted_patients_reports_are_in_no_file(void **state)
{
    static const char *const traces[] = { "zebrapox", "Quillmolar", "abscessus" };
    struct report_fixture *fixture = *state;
    char id[CLINIC_ID_TEXT_BYTES];
    char other[CLINIC_ID_TEXT_BYTES];
    struct report_fixture neighbour = *fixture;

    report_begin(fixture, "Quillmolar", ",\"text\":\"zebrapox\"", id);
    report_autosave(fixture, id, 1, "abscessus");
    report_release_it(fixture, id, 2, "");
    services_register(fixture->services, "Bo", "1990-01-01", neighbour.patient_id);
    report_begin(&neighbour, "Incisor", "", other);
    for (size_t i = 0; i < ARRAY_SIZE(traces); i++)
        assert_true(services_hold(fixture->services, traces[i]));
    report_delete_patient(fixture);
    for (size_t i = 0; i < ARRAY_SIZE(traces); i++) {
        if (services_hold(fixture->services, traces[i]))
            fail_msg("\"%s\" is still in a file", traces[i]);
    }
    assert_int_equal(sql_number(fixture->services, "SELECT count(*) FROM report"), 1);
    assert_int_equal(sql_number(fixture->services, "SELECT count(*) FROM report_version"), 1);
    assert_int_equal(sql_number(fixture->services, "SELECT count(*) FROM report_notice"), 0);
    assert_refused(fixture->services, CLINIC_CODE_NOT_FOUND, READ, "{\"report_id\":\"%s\"}", id);
    assert_refused(fixture->services, CLINIC_CODE_PATIENT_DELETED, LIST, "{\"patient_id\":\"%s\"}",
                   fixture->patient_id);
    assert_refused(fixture->services, CLINIC_CODE_PATIENT_DELETED, UPDATE,
                   "{\"report_id\":\"%s\",\"patient_id\":\"%s\",\"doctor_id\":\"%s\","
                   "\"kind\":\"other\",\"title\":\"Back\"}",
                   id, fixture->patient_id, fixture->doctor_id);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, report_open, report_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(versions_are_appended_and_all_can_be_read),
        TEST(a_version_says_which_one_was_released_last),
        TEST(what_is_not_given_stays_as_it_was),
        TEST(a_change_that_changes_nothing_is_no_event),
        TEST(of_two_who_change_one_version_one_wins),
        TEST(what_a_new_report_lacks_is_named),
        TEST(a_report_is_begun_once_and_stays_with_its_patient),
        TEST(a_text_of_ten_thousand_characters_comes_back_whole),
        TEST(every_state_lets_do_what_it_should),
        TEST(a_withdrawn_report_can_still_be_read),
        TEST(twenty_autosaves_give_no_message_the_final_gives_one),
        TEST(an_amendment_is_told_where_there_is_something_to_do),
        TEST(a_patient_is_told_at_most_once_in_ten_minutes),
        TEST(one_patients_notice_does_not_silence_anothers),
        TEST(the_list_is_newest_first_in_pages),
        TEST(a_list_fits_into_a_message_whatever_the_titles),
        TEST(a_read_of_a_report_is_audited),
        TEST(a_deleted_patients_reports_are_in_no_file),
    };
    return cmocka_run_group_tests_name("report", tests, NULL, NULL);
}
