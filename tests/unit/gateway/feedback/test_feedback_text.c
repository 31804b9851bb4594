// What patients write is text, whatever it looks like.
#include "feedback_fixture.h"

enum { LONGEST = 2000 };

// As JSON writes them.
static const char *const texts[] = {
    "100%n %s %1$s %08x {first_name} {clinic} ${HOME} `id` $(id)",
    "'); DROP TABLE feedback; --",
    "<script>alert(1)</script> &amp; <b>bold</b>",
    "clinic/main/event/+/# \\u0022,\\u0022rating\\u0022:5",
    "\\u202Eevil\\u2066 \\u200B\\uFEFF zero widths",
    "two\\nlines\\tand a tab, \\\\ and \\\"quotes\\\"",
    "\\u0645\\u0645\\u062A\\u0627\\u0632 \\uD83D\\uDE42 e\\u0301",
};

static void text_with_markup_and_formats_stays_text(void **state)
{
    struct service_fixture *fixture = *state;
    struct visit visit = first_visit(fixture);

    for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
        char more[400];
        (void)snprintf(more, sizeof more, ",\"text\":\"%s\"", texts[i]);
        const struct id_text feedback = give(fixture, &visit, 2, more);
        assert_accepted(fixture, ANSWER, "{\"feedback_id\":\"%s\",\"text\":\"%s\"}", feedback.text,
                        texts[i]);
        assert_accepted(fixture, READ, "{\"feedback_id\":\"%s\"}", feedback.text);
        (void)snprintf(more, sizeof more, "\"%s\"", texts[i]);
        cJSON *wanted = cJSON_Parse(more);
        assert_non_null(wanted);
        assert_string_equal(clinic_json_text(record(fixture), "text"), wanted->valuestring);
        assert_string_equal(clinic_json_text(record(fixture), "answer"), wanted->valuestring);
        cJSON_Delete(wanted);
        visit_happens(fixture, &visit, "fulfilled");
    }
    assert_int_equal(sql_number(fixture, "SELECT count(*) FROM feedback"), ARRAY_SIZE(texts));
}

// Code points of four bytes, so that no limit in bytes is met first.
static char *repeat(size_t count)
{
    static const char smile[] = "\xF0\x9F\x99\x82";
    char *text = calloc(count + 1, sizeof smile - 1);

    assert_non_null(text);
    for (size_t i = 0; i < count; i++)
        memcpy(text + i * (sizeof smile - 1), smile, sizeof smile - 1);
    return text;
}

static bool is_let_in(enum clinic_request_kind kind, const char *feedback_id, const char *text)
{
    struct clinic_problem problem;
    const struct clinic_request_type *type = &clinic_request_types[kind];
    cJSON *data = cJSON_CreateObject();

    assert_non_null(cJSON_AddStringToObject(data, "feedback_id", feedback_id));
    assert_non_null(cJSON_AddStringToObject(data, "text", text));
    if (kind == SUBMIT)
        assert_non_null(cJSON_AddNumberToObject(data, "rating", 3));
    bool is_good = clinic_fields_check(type->fields, type->field_count, data, false, &problem);
    if (!is_good)
        assert_string_equal(problem.field, "text");
    cJSON_Delete(data);
    return is_good;
}

static void text_of_2000_code_points_fits_and_of_2001_does_not(void **state)
{
    struct service_fixture *fixture = *state;
    const struct visit visit = first_visit(fixture);
    const struct id_text feedback = make_id(fixture);
    char *longest = repeat(LONGEST);
    char *longer = repeat(LONGEST + 1);

    assert_true(is_let_in(SUBMIT, feedback.text, longest));
    assert_false(is_let_in(SUBMIT, feedback.text, longer));
    assert_true(is_let_in(ANSWER, feedback.text, longest));
    assert_false(is_let_in(ANSWER, feedback.text, longer));
    assert_accepted(fixture, SUBMIT,
                    "{\"feedback_id\":\"%s\",\"rating\":3,\"patient_id\":\"%s\",\"text\":\"%s\"}",
                    feedback.text, visit.patient, longest);
    assert_accepted(fixture, ANSWER, "{\"feedback_id\":\"%s\",\"text\":\"%s\"}", feedback.text,
                    longest);
    assert_accepted(fixture, READ, "{\"feedback_id\":\"%s\"}", feedback.text);
    assert_string_equal(clinic_json_text(record(fixture), "text"), longest);
    assert_string_equal(clinic_json_text(record(fixture), "answer"), longest);
    free(longest);
    free(longer);
}

// A list has the beginnings only, and fits into a message even where every character takes four bytes.
static void a_list_of_the_longest_texts_fits_into_a_message(void **state)
{
    struct service_fixture *fixture = *state;
    char *longest = repeat(LONGEST);
    char *beginning = repeat(500);

    for (int i = 0; i < 20; i++)
        assert_accepted(fixture, SUBMIT, "{\"feedback_id\":\"%s\",\"rating\":1,\"text\":\"%s\"}",
                        make_id(fixture).text, longest);
    assert_accepted(fixture, LIST, "{}");
    assert_int_equal(cJSON_GetArraySize(rows(fixture, "feedback")), 20);
    assert_string_equal(clinic_json_text(cJSON_GetArrayItem(rows(fixture, "feedback"), 0), "text"),
                        beginning);
    char *reply = NULL;
    assert_int_equal(clinic_reply_encode(&fixture->reply, &reply), CLINIC_OK);
    assert_true(strlen(reply) < CLINIC_JSON_BYTES_MAX);
    free(reply);
    free(beginning);
    free(longest);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, services_open, services_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(text_with_markup_and_formats_stays_text),
        TEST(text_of_2000_code_points_fits_and_of_2001_does_not),
        TEST(a_list_of_the_longest_texts_fits_into_a_message),
    };
    return cmocka_run_group_tests_name("feedback: text", tests, NULL, NULL);
}
