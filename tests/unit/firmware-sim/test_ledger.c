// A ledger continues where a kill has cut it.
#include "ledger.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

struct fixture {
    char path[64];
    char seen[200]; // the lines read back, each with a bar behind it
    char problem[LEDGER_PROBLEM_BYTES];
};

static int make_file(void **state)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);
    *state = fixture;
    if (fixture == NULL)
        return 1;
    (void)snprintf(fixture->path, sizeof fixture->path, "/tmp/clinic-ledger-XXXXXX");
    int fd = mkstemp(fixture->path);
    return fd < 0 || close(fd) != 0;
}

static int remove_file(void **state)
{
    struct fixture *fixture = *state;
    int failed = unlink(fixture->path);
    free(fixture);
    return failed;
}

static bool collect(void *context, const char *line)
{
    struct fixture *fixture = context;
    size_t used = strlen(fixture->seen);
    (void)snprintf(fixture->seen + used, sizeof fixture->seen - used, "%s|", line);
    return strcmp(line, "stranger") != 0;
}

static struct ledger *open_ledger(struct fixture *fixture)
{
    struct ledger *ledger = NULL;
    fixture->seen[0] = '\0';
    if (!ledger_open(fixture->path, collect, fixture, &ledger, fixture->problem))
        return NULL;
    return ledger;
}

static void write_raw(const struct fixture *fixture, const char *text)
{
    FILE *file = fopen(fixture->path, "a");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static void flushed_lines_are_read_back(void **state)
{
    struct ledger *ledger = open_ledger(*state);
    ledger_add(ledger, "put %d", 1);
    ledger_add(ledger, "put %d", 2);
    assert_true(ledger_flush(ledger));
    ledger_add(ledger, "never flushed");
    ledger_close(ledger);
    ledger_close(open_ledger(*state));
    assert_string_equal(((struct fixture *)*state)->seen, "put 1|put 2|");
}

static void a_torn_line_is_cut_off_and_the_next_one_is_whole(void **state)
{
    write_raw(*state, "put 1\nput 2");
    struct ledger *ledger = open_ledger(*state);
    assert_non_null(ledger);
    ledger_add(ledger, "put 3");
    assert_true(ledger_flush(ledger));
    ledger_close(ledger);
    ledger_close(open_ledger(*state));
    assert_string_equal(((struct fixture *)*state)->seen, "put 1|put 3|");
}

static void only_one_program_writes_it(void **state)
{
    struct ledger *first = open_ledger(*state);
    assert_non_null(first);
    assert_null(open_ledger(*state));
    ledger_close(first);
}

static void a_file_of_something_else_is_left_alone(void **state)
{
    write_raw(*state, "stranger\nhalf");
    assert_null(open_ledger(*state));
    FILE *file = fopen(((struct fixture *)*state)->path, "r");
    char text[40] = "";
    assert_non_null(file);
    assert_int_equal(fread(text, 1, sizeof text, file), 13);
    assert_int_equal(fclose(file), 0);
}

static void more_than_the_buffer_holds_goes_through(void **state)
{
    struct ledger *ledger = open_ledger(*state);
    char text[LEDGER_LINE_MAX + 50];
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    for (int i = 0; i < 1000; i++)
        ledger_add(ledger, "%s", text);
    assert_true(ledger_flush(ledger));
    ledger_close(ledger);
    FILE *file = fopen(((struct fixture *)*state)->path, "r");
    assert_non_null(file);
    assert_int_equal(fseek(file, 0, SEEK_END), 0);
    assert_int_equal(ftell(file), 1000L * (LEDGER_LINE_MAX + 1));
    assert_int_equal(fclose(file), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(flushed_lines_are_read_back, make_file, remove_file),
        cmocka_unit_test_setup_teardown(a_torn_line_is_cut_off_and_the_next_one_is_whole, make_file,
                                        remove_file),
        cmocka_unit_test_setup_teardown(only_one_program_writes_it, make_file, remove_file),
        cmocka_unit_test_setup_teardown(a_file_of_something_else_is_left_alone, make_file,
                                        remove_file),
        cmocka_unit_test_setup_teardown(more_than_the_buffer_holds_goes_through, make_file,
                                        remove_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
