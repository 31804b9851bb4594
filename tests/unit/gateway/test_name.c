#include <patient/name.h>
#include <tidy.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void text_is_composed_trimmed_and_single_spaced(void **state)
{
    static const char *const cases[][2] = {
        { " Ana  María ", "Ana María" },
        { "Zoe\xCC\x88", "Zoë" },
        { "Ana\xC2\xA0"
          "B",
          "Ana B" },                                         // no-break space
        { "\xE3\x80\x80山田\xE3\x80\x80太郎", "山田 太郎" }, // ideographic space
        { "D'Arcy", "D'Arcy" },
        { "محمد علي", "محمد علي" },
        { "👩🏽‍🦰", "👩🏽‍🦰" },
    };
    char tidy[TIDY_TEXT_BYTES];

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_true(tidy_text(cases[i][0], tidy, sizeof tidy));
        assert_string_equal(tidy, cases[i][1]);
    }
}

static void what_is_empty_or_does_not_fit_is_refused(void **state)
{
    char tidy[6];

    (void)state;
    assert_false(tidy_text("", tidy, sizeof tidy));
    assert_false(tidy_text(" \xE3\x80\x80 ", tidy, sizeof tidy));
    assert_true(tidy_text("  12345  ", tidy, sizeof tidy));
    assert_string_equal(tidy, "12345");
    assert_false(tidy_text("123456", tidy, sizeof tidy));
    assert_false(tidy_text("1234é", tidy, sizeof tidy));
}

static void folding_drops_case_accents_and_punctuation(void **state)
{
    static const char *const cases[][2] = {
        { "Zoë O'Brien-Łukasz", "zoe obrien lukasz" },
        { "STRASSE Straße", "strasse strasse" },
        { "Ægir Ørsted", "aegir orsted" },
        { "İbrahim ısık", "ibrahim isik" },
        { "Nguyễn Thị", "nguyen thi" },
        { "Ｊｏｈｎ", "john" }, // full width
        { "مُحَمَّد", "محمد" },
        { "Smith, Ann-Marie (2)", "smith ann marie 2" },
        { "🙂", "" },
        { "", "" },
    };
    char folded[NAME_FOLDED_BYTES];

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        name_fold(cases[i][0], folded);
        assert_string_equal(folded, cases[i][1]);
    }
}

static void the_longest_expansion_stays_within_its_room(void **state)
{
    char name[201] = "";
    char folded[NAME_FOLDED_BYTES];

    (void)state;
    for (size_t i = 0; i < 66; i++)
        memcpy(name + 3 * i, "\xEF\xB7\xBA", 4); // one character that stands for a sentence of 18
    name_fold(name, folded);
    assert_in_range(strlen(folded), 1, NAME_FOLDED_BYTES - 1);
}

static void words_are_walked_one_by_one(void **state)
{
    const char *rest = "ana b cid";
    const char *words[] = { "ana", "b", "cid" };
    size_t length;

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        const char *word = name_next_word(&rest, &length);
        assert_non_null(word);
        assert_int_equal(length, strlen(words[i]));
        assert_memory_equal(word, words[i], length);
    }
    assert_null(name_next_word(&rest, &length));
}

static void names_are_alike_by_a_word_or_a_slip(void **state)
{
    static const struct {
        const char *a;
        const char *b;
        bool is_similar;
    } cases[] = {
        { "lea martin", "emma martin", true },
        { "lea martin", "martin", true },
        { "ana", "ane", true },
        { "jon", "john", true },
        { "kathryn", "katrin", false },
        { "katharina", "catarina", true },
        { "a b", "a c", true },
        { "li", "lu", false },
        { "li", "li", true },
        { "ana", "bob", false },
        { "", "", false },
        { "ana", "", false },
        { "محمد", "محمود", true },
        { "x", "x", false },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        if (name_is_similar(cases[i].a, cases[i].b) != cases[i].is_similar
            || name_is_similar(cases[i].b, cases[i].a) != cases[i].is_similar)
            fail_msg("\"%s\" and \"%s\"", cases[i].a, cases[i].b);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_is_composed_trimmed_and_single_spaced),
        cmocka_unit_test(what_is_empty_or_does_not_fit_is_refused),
        cmocka_unit_test(folding_drops_case_accents_and_punctuation),
        cmocka_unit_test(the_longest_expansion_stays_within_its_room),
        cmocka_unit_test(words_are_walked_one_by_one),
        cmocka_unit_test(names_are_alike_by_a_word_or_a_slip),
    };
    return cmocka_run_group_tests_name("name", tests, NULL, NULL);
}
