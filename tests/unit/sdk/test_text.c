#include <clinic/text.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

// An independent decoder, by arithmetic: the witness for what the table of ranges says.
static bool decodes(const unsigned char *bytes, size_t length)
{
    static const uint32_t smallest[] = { 0, 0, 0x80, 0x800, 0x10000 };
    size_t at = 0;
    while (at < length) {
        unsigned char first = bytes[at];
        size_t size = first < 0x80             ? 1
                      : (first & 0xe0) == 0xc0 ? 2
                      : (first & 0xf0) == 0xe0 ? 3
                      : (first & 0xf8) == 0xf0 ? 4
                                               : 0;
        if (size == 0 || at + size > length)
            return false;
        uint32_t point = size == 1 ? first : first & (0xffu >> (size + 1));
        for (size_t k = 1; k < size; k++) {
            if ((bytes[at + k] & 0xc0) != 0x80)
                return false;
            point = point << 6 | (bytes[at + k] & 0x3f);
        }
        if (point < smallest[size] || point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff))
            return false;
        at += size;
    }
    return true;
}

// From the last byte that is no first byte on: what begins with ASCII is tried below.
static void every_three_bytes_agree_with_a_plain_decoder(void **state)
{
    (void)state;
    for (uint32_t value = 0xbf0000; value < UINT32_C(1) << 24; value++) {
        unsigned char bytes[3] = { (unsigned char)(value >> 16), (unsigned char)(value >> 8),
                                   (unsigned char)value };
        if (clinic_text_is_utf8((const char *)bytes, 3) != decodes(bytes, 3))
            fail_msg("%02x %02x %02x", bytes[0], bytes[1], bytes[2]);
    }
}

static void four_byte_forms_agree_with_a_plain_decoder(void **state)
{
    (void)state;
    enum { TAILS = 6 };
    static const unsigned char tails[TAILS] = { 0x00, 0x7f, 0x80, 0xbf, 0xc0, 0xff };
    for (unsigned first = 0xe0; first <= 0xff; first++) {
        for (unsigned second = 0; second <= 0xff; second++) {
            for (size_t i = 0; i < (size_t)TAILS * TAILS; i++) {
                unsigned char bytes[4] = { (unsigned char)first, (unsigned char)second,
                                           tails[i / TAILS], tails[i % TAILS] };
                assert_int_equal(clinic_text_is_utf8((const char *)bytes, 4), decodes(bytes, 4));
            }
        }
    }
}

static void a_bad_byte_is_found_at_every_place(void **state)
{
    (void)state;
    char text[40];
    memset(text, 'a', sizeof text);
    for (size_t at = 0; at < sizeof text; at++) {
        text[at] = (char)0xff;
        assert_false(clinic_text_is_utf8(text, sizeof text));
        text[at] = 'a';
    }
    assert_true(clinic_text_is_utf8(text, sizeof text));
    assert_true(clinic_text_is_utf8("", 0));
}

static void control_characters_are_found(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool in_a_line;
        bool in_lines;
    } cases[] = {
        { "plain", false, false },    { "", false, false },         { "a\nb", true, false },
        { "a\tb", true, false },      { "a\rb", true, true },       { "a\x1b[0m", true, true },
        { "\x7f", true, true },       { "\xc2\x80", true, true },   { "\xc2\x9f", true, true },
        { "\xc2\xa0", false, false }, { "\xc3\x80", false, false }, { "O'Brien é", false, false },
        { "علي", false, false },      { "🩺", false, false },     { "\x01", true, true },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_int_equal(clinic_text_has_control(cases[i].text, false), cases[i].in_a_line);
        assert_int_equal(clinic_text_has_control(cases[i].text, true), cases[i].in_lines);
    }
}

static void characters_are_counted_not_bytes(void **state)
{
    (void)state;
    assert_int_equal(clinic_text_code_points(""), 0);
    assert_int_equal(clinic_text_code_points("abc"), 3);
    assert_int_equal(clinic_text_code_points("é€🩺"), 3);
}

static void a_cut_character_is_dropped_and_a_whole_one_kept(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *expected;
    } cases[] = {
        { "", "" },
        { "abc", "abc" },
        { "abé", "abé" },
        { "ab€", "ab€" },
        { "ab🩺", "ab🩺" },
        { "ab\xc3", "ab" },
        { "ab\xe2\x82", "ab" },
        { "ab\xe2", "ab" },
        { "ab\xf0\x9f\xa9", "ab" },
        { "\xf0\x9f", "" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[16] = "";
        memcpy(text, cases[i].text, strlen(cases[i].text));
        clinic_text_drop_cut_end(text);
        assert_string_equal(text, cases[i].expected);
    }
}

static void node_names_are_safe_topic_levels(void **state)
{
    (void)state;
    static const char *const good[] = { "desk-1", "a", "0", "abcdefghijklmnopqrstuvwxyz012345" };
    static const char *const bad[] = {
        "",  "Desk", "a b",    "a/b", "a+",
        "#", "a.b",  "desk_1", "é",   "abcdefghijklmnopqrstuvwxyz0123456"
    };
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
        assert_true(clinic_text_is_node_name(good[i]));
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_false(clinic_text_is_node_name(bad[i]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_three_bytes_agree_with_a_plain_decoder),
        cmocka_unit_test(four_byte_forms_agree_with_a_plain_decoder),
        cmocka_unit_test(a_bad_byte_is_found_at_every_place),
        cmocka_unit_test(control_characters_are_found),
        cmocka_unit_test(characters_are_counted_not_bytes),
        cmocka_unit_test(a_cut_character_is_dropped_and_a_whole_one_kept),
        cmocka_unit_test(node_names_are_safe_topic_levels),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
