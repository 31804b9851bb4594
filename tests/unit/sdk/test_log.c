#include <clinic/log.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static char captured[4096];
static int real_stderr;
static FILE *capture;

static void begin_capture(void)
{
    capture = tmpfile();
    assert_non_null(capture);
    real_stderr = dup(STDERR_FILENO);
    assert_true(real_stderr >= 0);
    assert_true(dup2(fileno(capture), STDERR_FILENO) >= 0);
}

static void end_capture(void)
{
    assert_true(dup2(real_stderr, STDERR_FILENO) >= 0);
    close(real_stderr);
    rewind(capture);
    size_t length = fread(captured, 1, sizeof captured - 1, capture);
    captured[length] = '\0';
    fclose(capture);
}

static void journald_reads_the_level(void **state)
{
    (void)state;
    begin_capture();
    clinic_log(CLINIC_LOG_WARNING, "disk is %d%% full", 97);
    clinic_log(CLINIC_LOG_ERROR, "gone");
    end_capture();
    assert_string_equal(captured, "<4>disk is 97% full\n<3>gone\n");
}

static void lines_above_the_level_are_dropped(void **state)
{
    (void)state;
    begin_capture();
    clinic_log(CLINIC_LOG_DEBUG, "unseen");
    clinic_log_set_level(CLINIC_LOG_DEBUG);
    clinic_log(CLINIC_LOG_DEBUG, "seen");
    clinic_log_set_level(CLINIC_LOG_ERROR);
    clinic_log(CLINIC_LOG_WARNING, "unseen");
    clinic_log_set_level(CLINIC_LOG_INFO);
    end_capture();
    assert_string_equal(captured, "<7>seen\n");
}

static void a_statement_stays_one_line(void **state)
{
    (void)state;
    begin_capture();
    clinic_log(CLINIC_LOG_INFO, "%s", "one\ntwo\x1b[31mé");
    end_capture();
    assert_string_equal(captured, "<6>one?two?[31mé\n");
}

static void a_long_statement_is_cut(void **state)
{
    (void)state;
    char text[3000];
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    begin_capture();
    clinic_log(CLINIC_LOG_INFO, "%s", text);
    end_capture();
    assert_int_equal(strlen(captured), 3 + 1000 + 1);
}

static void foreign_text_is_quoted(void **state)
{
    (void)state;
    char quoted[64];
    assert_string_equal(clinic_log_quote("a\0b", 3, quoted, sizeof quoted), "a\\x00b");
    assert_string_equal(clinic_log_quote("\xc3\xa9\n\\", 4, quoted, sizeof quoted),
                        "\\xc3\\xa9\\x0a\\x5c");
    assert_string_equal(clinic_log_quote("", 0, quoted, sizeof quoted), "");
}

static void quoting_never_cuts_an_escape(void **state)
{
    (void)state;
    char quoted[64];
    assert_string_equal(clinic_log_quote("ab\n", 3, quoted, 6), "ab");
    assert_string_equal(clinic_log_quote("ab\n", 3, quoted, 7), "ab\\x0a");
    assert_string_equal(clinic_log_quote("abc", 3, quoted, 1), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(journald_reads_the_level),
        cmocka_unit_test(lines_above_the_level_are_dropped),
        cmocka_unit_test(a_statement_stays_one_line),
        cmocka_unit_test(a_long_statement_is_cut),
        cmocka_unit_test(foreign_text_is_quoted),
        cmocka_unit_test(quoting_never_cuts_an_escape),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
