#include <clinic/json.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define BYTES(text) (text), sizeof(text) - 1

struct text_case {
    const char *bytes;
    size_t length;
};

static enum clinic_status parse(const char *bytes, size_t length, cJSON **ret_json,
                                struct clinic_problem *problem)
{
    // A copy of the exact size, so that the sanitizer sees a read beyond the end.
    char *copy = malloc(length > 0 ? length : 1);
    assert_non_null(copy);
    memcpy(copy, bytes, length);
    enum clinic_status status = clinic_json_parse(copy, length, ret_json, problem);
    free(copy);
    return status;
}

static void assert_refused(const char *bytes, size_t length, const char *code)
{
    struct clinic_problem problem = { .code = "" };
    cJSON *untouched = NULL;
    if (parse(bytes, length, &untouched, &problem) != CLINIC_INVALID)
        fail_msg("accepted: %.60s", bytes);
    assert_null(untouched);
    assert_string_equal(problem.code, code);
    assert_true(strlen(problem.message) > 0);
}

static void assert_accepted(const char *bytes, size_t length)
{
    struct clinic_problem problem = { .code = "" };
    cJSON *json = NULL;
    if (parse(bytes, length, &json, &problem) != CLINIC_OK)
        fail_msg("refused: %.60s: %s", bytes, problem.message);
    cJSON_Delete(json);
}

static void what_rfc_8259_allows_is_accepted(void **state)
{
    (void)state;
    static const struct text_case good[] = {
        { BYTES("{}") },
        { BYTES("[]") },
        { BYTES("null") },
        { BYTES("true") },
        { BYTES("false") },
        { BYTES("\"\"") },
        { BYTES("0") },
        { BYTES("-0") },
        { BYTES("-0.0") },
        { BYTES("10") },
        { BYTES("0.5e-3") },
        { BYTES("1E+2") },
        { BYTES("1e-999") },
        { BYTES("1.7976931348623157e308") },
        { BYTES(" \t\r\n{ \"a\" : [ 1 , { } , \"x\" ] } \n") },
        { BYTES("{\"a\":1,\"A\":2}") },
        { BYTES("{\"\":1}") },
        { BYTES("[{\"a\":1},{\"a\":1}]") },
        { BYTES("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\uD83E\\uDE7A\"") },
        { BYTES("\"\x7f\xc2\x80\xf0\x9f\xa9\xba\"") },
        { BYTES("[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]") },
    };
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
        assert_accepted(good[i].bytes, good[i].length);
}

static void what_cjson_lets_through_is_refused(void **state)
{
    (void)state;
    static const struct text_case bad[] = {
        { BYTES("{} x") },
        { BYTES("{}{}") },
        { BYTES("{\"a\":1,\"a\":1}") },
        { BYTES("{\"a\":1,\"b\":2,\"\\u0061\":3}") },
        { BYTES("[{\"x\":{\"a\":1,\"a\":1}}]") },
        { BYTES("\"\xff\"") },
        { BYTES("\"a\nb\"") },
        { BYTES("\"a\tb\"") },
        { BYTES("\"a\0b\"") },
        { BYTES("007") },
        { BYTES("\xef\xbb\xbf{}") },
        { BYTES("1e999") },
        { BYTES("[-1e999]") },
        { BYTES("\"a\\u0000b\"") },
        { BYTES("{\"a\\u0000\":1}") },
        { BYTES("[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]") },
        { BYTES("{}\0") },
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_refused(bad[i].bytes, bad[i].length, "invalid.json");
}

static const struct text_case no_json[] = {
    { BYTES("") },
    { BYTES(" ") },
    { BYTES("{") },
    { BYTES("}") },
    { BYTES("[") },
    { BYTES("]") },
    { BYTES("[1") },
    { BYTES("[1,") },
    { BYTES("[1,]") },
    { BYTES("[,1]") },
    { BYTES("[1 2]") },
    { BYTES("[1}") },
    { BYTES("{]") },
    { BYTES("{\"a\"}") },
    { BYTES("{\"a\":}") },
    { BYTES("{\"a\":1,}") },
    { BYTES("{\"a\" 1}") },
    { BYTES("{a:1}") },
    { BYTES("{'a':1}") },
    { BYTES("{1:1}") },
    { BYTES("{\"a\"::1}") },
    { BYTES(":") },
    { BYTES(",") },
    { BYTES("tru") },
    { BYTES("True") },
    { BYTES("nul") },
    { BYTES("nulls") },
    { BYTES("truefalse") },
    { BYTES("NaN") },
    { BYTES("Infinity") },
    { BYTES("-") },
    { BYTES("-a") },
    { BYTES("+1") },
    { BYTES(".5") },
    { BYTES("1.") },
    { BYTES("1.e1") },
    { BYTES("1e") },
    { BYTES("1e+") },
    { BYTES("01") },
    { BYTES("-01") },
    { BYTES("0x10") },
    { BYTES("1_000") },
    { BYTES("\"") },
    { BYTES("\"abc") },
    { BYTES("\"\\\"") },
    { BYTES("\"\\x41\"") },
    { BYTES("\"\\\"") },
    { BYTES("\"\\u12\"") },
    { BYTES("\"\\u12g4\"") },
    { BYTES("\"\\") },
    { BYTES("\"\\u") },
    { BYTES("\"\\ud800") },
    { BYTES("\"\\ud800\"") },
    { BYTES("\"\\ud800x\"") },
    { BYTES("\"\\ud800\\n\"") },
    { BYTES("\"\\ud800\\ud800\"") },
    { BYTES("\"\\udc00\"") },
    { BYTES("// comment\n1") },
    { BYTES("/* */1") },
    { BYTES("\x0b{}") },
    { BYTES("\xc2\xa0{}") },
    { BYTES("{\"a\":1}\x00\x00") },
};

static void what_is_no_json_is_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof no_json / sizeof no_json[0]; i++)
        assert_refused(no_json[i].bytes, no_json[i].length, "invalid.json");
}

// Sets of ill-formed UTF-8: overlong forms, surrogates, beyond the last code point, cut sequences,
// stray continuations, bytes that never occur.
static void invalid_utf8_is_refused_in_strings(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "\x80",
        "\xbf",
        "\xc0\x80",
        "\xc1\xbf",
        "\xe0\x80\x80",
        "\xe0\x9f\xbf",
        "\xf0\x80\x80\x80",
        "\xf0\x8f\xbf\xbf",
        "\xed\xa0\x80",
        "\xed\xbf\xbf",
        "\xf4\x90\x80\x80",
        "\xf5\x80\x80\x80",
        "\xf8\x88\x80\x80\x80",
        "\xfc\x84\x80\x80\x80\x80",
        "\xfe",
        "\xff",
        "\xc3",
        "\xe2\x82",
        "\xf0\x9f\xa9",
        "\xc3\xc3",
        "\xe2\x28\xa1",
        "\xf0\x28\x8c\xbc",
        "\xc3(",
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        char text[32];
        int length = snprintf(text, sizeof text, "{\"a\":\"%s\"}", bad[i]);
        assert_refused(text, (size_t)length, "invalid.json");
    }
}

static void depth_is_bounded(void **state)
{
    (void)state;
    enum { DEPTH = 10000 };
    static char text[2 * DEPTH];
    memset(text, '[', DEPTH);
    memset(text + DEPTH, ']', DEPTH);
    assert_refused(text, sizeof text, "invalid.json");
    assert_refused(text, DEPTH, "invalid.json");
    assert_accepted(text + DEPTH - 16, 32);
    assert_refused(text + DEPTH - 17, 34, "invalid.json");
}

static void size_is_bounded(void **state)
{
    (void)state;
    enum { MEBIBYTE = 1024 * 1024 };
    char *text = malloc(MEBIBYTE);
    assert_non_null(text);
    memset(text, ' ', MEBIBYTE);
    text[0] = '1';
    assert_refused(text, MEBIBYTE, "invalid.size");
    assert_refused(text, CLINIC_JSON_BYTES_MAX + 1, "invalid.size");
    assert_accepted(text, CLINIC_JSON_BYTES_MAX);
    free(text);
}

static void members_of_an_object_are_bounded(void **state)
{
    (void)state;
    char text[8192] = "{";
    size_t used = 1;
    for (int i = 0; i < CLINIC_JSON_MEMBERS_MAX; i++)
        used +=
            (size_t)snprintf(text + used, sizeof text - used, "%s\"m%d\":0", i > 0 ? "," : "", i);
    text[used] = '}';
    assert_accepted(text, used + 1);
    used += (size_t)snprintf(text + used, sizeof text - used, ",\"one\":0}");
    assert_refused(text, used, "invalid.json");
}

static void a_duplicate_is_found_among_many(void **state)
{
    (void)state;
    char text[8192] = "{";
    size_t used = 1;
    for (int i = 0; i < 200; i++)
        used += (size_t)snprintf(text + used, sizeof text - used, "\"m%d\":0,", i);
    used += (size_t)snprintf(text + used, sizeof text - used, "\"m17\":0}");
    assert_refused(text, used, "invalid.json");
}

static void long_numbers_are_refused_before_cjson_cuts_them(void **state)
{
    (void)state;
    char digits[128];
    memset(digits, '1', sizeof digits);
    assert_accepted(digits, 63);
    assert_refused(digits, 64, "invalid.json");
}

static void integers_are_exact_or_absent(void **state)
{
    (void)state;
    static const char text[] = "{\"one\":1,\"half\":0.5,\"max\":9007199254740991,\"min\":"
                               "-9007199254740991,\"over\":9007199254740992,\"text\":\"1\",\"big\":"
                               "1e300,\"whole\":1e3,\"yes\":true,\"no\":false,\"nil\":null}";
    struct clinic_problem problem;
    cJSON *json;
    int64_t value = 0;
    assert_int_equal(clinic_json_parse(BYTES(text), &json, &problem), CLINIC_OK);

    assert_true(clinic_json_integer(json, "one", &value));
    assert_int_equal(value, 1);
    assert_true(clinic_json_integer(json, "max", &value));
    assert_int_equal(value, INT64_C(9007199254740991));
    assert_true(clinic_json_integer(json, "min", &value));
    assert_int_equal(value, -INT64_C(9007199254740991));
    assert_true(clinic_json_integer(json, "whole", &value));
    assert_int_equal(value, 1000);
    static const char *const none[] = {
        "half", "over", "text", "big", "yes", "nil", "gone", "ONE"
    };
    for (size_t i = 0; i < sizeof none / sizeof none[0]; i++)
        assert_false(clinic_json_integer(json, none[i], &value));
    assert_int_equal(value, 1000);

    assert_string_equal(clinic_json_text(json, "text"), "1");
    assert_null(clinic_json_text(json, "one"));
    assert_null(clinic_json_text(json, "TEXT"));
    assert_true(clinic_json_boolean(json, "yes", false));
    assert_false(clinic_json_boolean(json, "no", true));
    assert_true(clinic_json_boolean(json, "one", true));
    assert_non_null(clinic_json_member(json, "nil"));
    assert_null(clinic_json_member(json, "gone"));
    cJSON_Delete(json);
}

static void what_is_printed_parses_again(void **state)
{
    (void)state;
    static const char text[] = "{\"a\":[1,-2.5,\"é\\n\\u0001\\\"\",null,true,9007199254740991]}";
    struct clinic_problem problem;
    cJSON *json, *again;
    assert_int_equal(clinic_json_parse(BYTES(text), &json, &problem), CLINIC_OK);
    char *printed = clinic_json_print(json);
    assert_non_null(printed);
    assert_int_equal(clinic_json_parse(printed, strlen(printed), &again, &problem), CLINIC_OK);
    assert_true(cJSON_Compare(json, again, 1));
    free(printed);
    cJSON_Delete(again);
    cJSON_Delete(json);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_rfc_8259_allows_is_accepted),
        cmocka_unit_test(what_cjson_lets_through_is_refused),
        cmocka_unit_test(what_is_no_json_is_refused),
        cmocka_unit_test(invalid_utf8_is_refused_in_strings),
        cmocka_unit_test(depth_is_bounded),
        cmocka_unit_test(size_is_bounded),
        cmocka_unit_test(members_of_an_object_are_bounded),
        cmocka_unit_test(a_duplicate_is_found_among_many),
        cmocka_unit_test(long_numbers_are_refused_before_cjson_cuts_them),
        cmocka_unit_test(integers_are_exact_or_absent),
        cmocka_unit_test(what_is_printed_parses_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
