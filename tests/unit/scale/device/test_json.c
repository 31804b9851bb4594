// JSON is refused unless it is JSON; what is, is read where it lies.
#include "json_object.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

// In memory of exactly its length, so that the sanitizer sees each byte that is read too much.
static bool check(const char *text, size_t length)
{
    char *exact = malloc(length + (length == 0));
    assert_non_null(exact);
    memcpy(exact, text, length);
    const bool is_good = json_check(exact, length);
    free(exact);
    return is_good;
}

static void good_texts_are_taken(void **state)
{
    static const char *const good[] = {
        "{}",
        " [ ] ",
        "0",
        "-0",
        "-12.5e+3",
        "1E9",
        "\"\"",
        "true",
        " false ",
        "null",
        "[1,2,[3,{\"a\":[]}],{}]",
        "{\"a\":1,\"b\":{\"c\":null},\"\":\"\"}",
        "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u0041\\u00e9\"",
        "\"\\ud83d\\ude00\"",
        "\"K\xc3\xbc\xe2\x82\xac\xf0\x9f\x98\x80\x7f\"",
        "\"\xef\xbf\xbf\xed\x9f\xbf\xf4\x8f\xbf\xbf\"",
        "\r\n\t {\t\"a\"\n:\r1 , \"b\" : [ 2 , 3 ] } \n",
        "[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]",
    };
    (void)state;
    for (size_t i = 0; i < COUNT(good); i++) {
        if (!check(good[i], strlen(good[i])))
            fail_msg("refused: %s", good[i]);
    }
}

static const char *const bad[] = {
    "",
    " ",
    "{",
    "}",
    "[",
    "]",
    "{]",
    "[}",
    "[1,2}",
    "{\"a\" \"b\"}",
    "{\"a\":1,}",
    "[1,]",
    "[,1]",
    "[1 2]",
    "{,}",
    "{a:1}",
    "{1:1}",
    "{\"a\":}",
    "{\"a\"}",
    "{\"a\":1 \"b\":2}",
    "{\"a\"::1}",
    "{}{}",
    "{} x",
    "007",
    "01",
    "+1",
    "-",
    ".5",
    "1.",
    "1e",
    "1e+",
    "0x10",
    "NaN",
    "Infinity",
    "1,2",
    "tru",
    "truee",
    "True",
    "nul",
    "'a'",
    "\"",
    "\"a",
    "\"\\",
    "\"\\x41\"",
    "\"\\u12\"",
    "\"\\u12g4\"",
    "\"\\ud83d\"",
    "\"\\ud83dx\"",
    "\"\\ud83d\\u0041\"",
    "\"\\ude00\"",
    "\"a\nb\"",
    "\"a\tb\"",
    "\"\x01\"",
    "\"\x80\"",
    "\"\xc3\"",
    "\"\xc3(\"",
    "\"\xc0\xaf\"",
    "\"\xe0\x80\xaf\"",
    "\"\xed\xa0\x80\"",
    "\"\xf0\x80\x80\xaf\"",
    "\"\xf4\x90\x80\x80\"",
    "\"\xf5\x80\x80\x80\"",
    "\"\xff\"",
    "\xef\xbb\xbf{}",
    "// c\n{}",
    "[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]",
};

static void bad_texts_are_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(bad); i++) {
        if (check(bad[i], strlen(bad[i])))
            fail_msg("taken: %s", bad[i]);
    }
    assert_false(check("{}\0", 3));
    assert_false(check("{\0}", 3));
    assert_false(check("\"\0\"", 3));
}

static void every_start_of_a_text_is_refused(void **state)
{
    static const char text[] =
        "{\"a\":[1.5e3,true,null,\"\\u00e9\\ud83d\\ude00\xf0\x9f\x98\x80\"],\"b\":{\"c\":-7}}";
    (void)state;
    for (size_t length = 0; length < sizeof text - 1; length++)
        assert_false(check(text, length));
    assert_true(check(text, sizeof text - 1));
}

static void integers_are_whole_and_within_64_bits(void **state)
{
    static const struct {
        const char *text;
        bool is_good;
        int64_t number;
    } cases[] = {
        { "0", true, 0 },
        { "-0", true, 0 },
        { "42", true, 42 },
        { "-42", true, -42 },
        { "9007199254740993", true, INT64_C(9007199254740993) },
        { "922337203685477580", true, INT64_C(922337203685477580) },
        { "99999999999999999999", false, 0 },
        { "-99999999999999999999999999999999999999", false, 0 },
        { "1.0", false, 0 },
        { "1e3", false, 0 },
        { "1E3", false, 0 },
        { "\"1\"", false, 0 },
        { "true", false, 0 },
        { "[1]", false, 0 },
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        const size_t length = strlen(cases[i].text);
        assert_true(check(cases[i].text, length));
        const struct json value = json_whole(cases[i].text, length);
        int64_t number = -1;
        assert_int_equal(json_integer(&value, &number), cases[i].is_good);
        assert_true(!cases[i].is_good || number == cases[i].number);
    }
}

static void strings_are_unescaped(void **state)
{
    static const struct {
        const char *text;
        const char *string; // NULL: refused with room for 8
    } cases[] = {
        { "\"\"", "" },
        { "\"1234567\"", "1234567" },
        { "\"12345678\"", NULL },
        { "\"\\u0041\\n\\/\"", "A\n/" },
        { "\"\\u00e9\\u20AC\"", "\xc3\xa9\xe2\x82\xac" },
        { "\"\\ud83d\\ude00\"", "\xf0\x9f\x98\x80" },
        { "\"a\\u0000b\"", NULL },
        { "\"12345\\u20ac\"", NULL },
        { "7", NULL },
        { "null", NULL },
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        const struct json value = json_whole(cases[i].text, strlen(cases[i].text));
        char text[8];
        assert_int_equal(json_text(&value, text, sizeof text), cases[i].string != NULL);
        if (cases[i].string != NULL)
            assert_string_equal(text, cases[i].string);
    }
}

static void a_walk_passes_over_whatever_lies_between(void **state)
{
    static const char text[] = " { \"a\" : [ 1 , [ \"]\" , {\"}\":\"\\\"\"} ] ] , \"b\":true,"
                               "\"c\":\"x,\\\\\" ,\"d\" : -7 } ";
    static const char *const names[] = { "a", "b", "c", "d" };
    static const enum json_type types[] = { JSON_ARRAY, JSON_BOOL, JSON_STRING, JSON_NUMBER };
    (void)state;
    assert_true(check(text, sizeof text - 1));
    const struct json whole = json_whole(text, sizeof text - 1);
    struct json_walk walk;
    struct json name;
    struct json value;
    size_t count = 0;
    assert_true(json_enter(&whole, &walk));
    while (json_next(&walk, &name, &value)) {
        char read[8];
        assert_true(count < COUNT(names));
        assert_true(json_text(&name, read, sizeof read));
        assert_string_equal(read, names[count]);
        assert_int_equal(json_type(&value), types[count]);
        count++;
    }
    assert_int_equal(count, COUNT(names));
}

// Whatever is taken can be walked through to its end, within its bytes.
static size_t walk_all(const struct json *value)
{
    struct json_walk walk;
    struct json name;
    struct json member;
    size_t count = 1;
    if (!json_enter(value, &walk))
        return count;
    while (json_next(&walk, &name, &member))
        count += walk_all(&member);
    return count;
}

static void changed_bytes_lead_to_refusals_never_further(void **state)
{
    static const char text[] = "{\"id\":\"0193\\u00e9\",\"a\":[1,-2.5e3,true,null,{\"b\":{}}],"
                               "\"c\":\"K\xc3\xbc\xf0\x9f\x98\x80\"}";
    static const char others[] = "{}[]\",:\\0-1eE.tfnu \x00\x1f\x80\xbf\xc3\xe0\xf4\xff";
    size_t taken = 0;
    (void)state;
    for (size_t at = 0; at < sizeof text - 1; at++) {
        for (size_t i = 0; i < sizeof others - 1; i++) {
            char *exact = malloc(sizeof text - 1);
            assert_non_null(exact);
            memcpy(exact, text, sizeof text - 1);
            exact[at] = others[i];
            if (json_check(exact, sizeof text - 1)) {
                const struct json whole = json_whole(exact, sizeof text - 1);
                assert_in_range(walk_all(&whole), 1, 12);
                taken++;
            }
            free(exact);
        }
    }
    assert_in_range(taken, 50, 1000); // some are another good text
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(good_texts_are_taken),
        cmocka_unit_test(bad_texts_are_refused),
        cmocka_unit_test(every_start_of_a_text_is_refused),
        cmocka_unit_test(integers_are_whole_and_within_64_bits),
        cmocka_unit_test(strings_are_unescaped),
        cmocka_unit_test(a_walk_passes_over_whatever_lies_between),
        cmocka_unit_test(changed_bytes_lead_to_refusals_never_further),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
