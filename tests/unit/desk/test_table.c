// Columns stay aligned for every script, and no name can play tricks with the terminal.
#include "table.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static char *printed(size_t columns, const char *const *cells)
{
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    struct table *table = table_open(columns);
    assert_non_null(out);
    assert_non_null(table);
    for (; *cells != NULL; cells++)
        table_cell(table, *cells);
    table_print(table, "> ", out);
    table_close(table);
    assert_int_equal(fclose(out), 0);
    return text;
}

static void ideographs_take_two_cells_and_combining_marks_none(void **state)
{
    (void)state;
    char *text =
        printed(2, (const char *const[]){ "佐藤", "a", "Zoë", "b", "Zoe\xcc\x88", "c", NULL });
    assert_string_equal(text, "> 佐藤  a\n> Zoë   b\n> Zoe\xcc\x88   c\n");
    free(text);
}

static void escapes_and_reversed_writing_are_shown_as_question_marks(void **state)
{
    (void)state;
    char *text = printed(1, (const char *const[]){ "a\033[31mb",
                                                   "a\xe2\x80\xae"
                                                   "b",
                                                   "a\xff"
                                                   "b",
                                                   NULL });
    assert_string_equal(text, "> a?[31mb\n> a?b\n> a?b\n");
    free(text);
}

static void a_row_cut_short_ends_its_line(void **state)
{
    (void)state;
    char *text = printed(2, (const char *const[]){ "a", "b", "c", NULL });
    assert_string_equal(text, "> a  b\n> c\n");
    free(text);
}

static void a_table_has_limits(void **state)
{
    (void)state;
    assert_null(table_open(0));
    assert_null(table_open(TABLE_COLUMNS_MAX + 1));
    table_close(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ideographs_take_two_cells_and_combining_marks_none),
        cmocka_unit_test(escapes_and_reversed_writing_are_shown_as_question_marks),
        cmocka_unit_test(a_row_cut_short_ends_its_line),
        cmocka_unit_test(a_table_has_limits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
