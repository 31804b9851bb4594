// What people will do, read from text.
#include "script.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static const int64_t second_us = 1000000;

static struct script_line parse(const char *text)
{
    struct script_line line = { 0 };
    char problem[SCRIPT_PROBLEM_BYTES] = "";
    if (!script_parse(text, &line, problem))
        fail_msg("%s: %s", text, problem);
    return line;
}

static void a_line_says_who_does_what_where_and_when(void **state)
{
    (void)state;
    const struct script_line take = parse("take 3 from bin 2 after 20s");
    assert_int_equal(take.kind, SCRIPT_SHELF);
    assert_int_equal(take.shelf.verb, SHELF_TAKE);
    assert_int_equal(take.shelf.amount, 3);
    assert_int_equal(take.shelf.bin, 1);
    assert_int_equal(take.delay_us, 20 * second_us);
    assert_false(take.is_absolute);

    const struct script_line lean = parse("scale-7: lean 4000 for 30s at 5m # tired");
    assert_string_equal(lean.scale, "scale-7");
    assert_int_equal(lean.shelf.for_us, 30 * second_us);
    assert_int_equal(lean.delay_us, 300 * second_us);
    assert_true(lean.is_absolute);
}

static void every_verb_and_every_unit_of_time_is_known(void **state)
{
    (void)state;
    static const char *const lines[] = {
        "take 1",        "add 2 to 1",         "lift",      "return",
        "lean 500",      "steps 20 for 800ms", "mass 1000", "empty 3",
        "warm -4 at 2d", "unplug 2",           "short",     "cut",
        "plug",          "power-off after 1h", "power-on",  "offline",
        "online",        "press for 6s",
    };
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++)
        (void)parse(lines[i]);
    assert_int_equal(parse("empty 3").shelf.bin, 2);
    assert_int_equal(parse("warm -4").shelf.amount, -4);
    assert_int_equal(parse("unplug").fault, AMPLIFIER_UNPLUGGED);
    assert_int_equal(parse("power-off").kind, SCRIPT_POWER);
    assert_true(parse("online").is_on);
    assert_int_equal(parse("lift at 2d").delay_us, 172800 * second_us);
}

static void what_is_no_line_is_refused(void **state)
{
    (void)state;
    static const char *const lines[] = {
        "steal 3",
        "take",
        "take three",
        "take 3x",
        "take 1000001",
        "take 3 from 5",
        "take 3 from bin",
        "lift after",
        "lift after 5",
        "lift after 5y",
        "lift after -5s",
        "lift gently",
        "scale-1:",
        ": lift",
        "a b c d e f g h i j k l m n o p q",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        "0123456789012345678901234567890123: lift",
    };
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        struct script_line line;
        char problem[SCRIPT_PROBLEM_BYTES] = "";
        if (script_parse(lines[i], &line, problem))
            fail_msg("\"%s\" was understood", lines[i]);
        assert_int_not_equal(problem[0], '\0');
    }
}

static void blank_lines_and_comments_are_no_lines(void **state)
{
    (void)state;
    assert_true(script_is_blank(""));
    assert_true(script_is_blank("  \t\r\n"));
    assert_true(script_is_blank("  # take 3"));
    assert_false(script_is_blank(" take 3"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_says_who_does_what_where_and_when),
        cmocka_unit_test(every_verb_and_every_unit_of_time_is_known),
        cmocka_unit_test(what_is_no_line_is_refused),
        cmocka_unit_test(blank_lines_and_comments_are_no_lines),
    };
    return cmocka_run_group_tests_name("script", tests, NULL, NULL);
}
