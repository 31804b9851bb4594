// What clinic-scale-sim reads and keeps besides its script: the flash in a file, the control, the ledger's lines.
#include "control.h"
#include "flash_file.h"
#include "folder.h"
#include "taken.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

struct place {
    char folder[128];
    char path[200];
};

static int setup(void **state)
{
    static struct place place;
    folder_make("scale-files", place.folder, sizeof place.folder);
    (void)snprintf(place.path, sizeof place.path, "%s/file", place.folder);
    *state = &place;
    return 0;
}

static int teardown(void **state)
{
    folder_remove(((struct place *)*state)->folder);
    return 0;
}

static void must_open(struct flash_file *file, const char *path)
{
    char problem[FLASH_FILE_PROBLEM_BYTES];
    if (!flash_file_open(file, path, 1, problem))
        fail_msg("%s", problem);
}

static void a_flash_outlives_the_program(void **state)
{
    const struct place *place = *state;
    struct flash_file file;
    uint8_t bytes[8];
    must_open(&file, place->path);
    assert_true(sim_flash_read(file.flash, 0, bytes, sizeof bytes));
    assert_int_equal(bytes[0], 0xFF);
    assert_true(sim_flash_program(file.flash, 0, "8 bytes", 8));
    file.flash->is_off = true; // the program was killed in the middle
    flash_file_close(&file);

    must_open(&file, place->path);
    assert_true(sim_flash_read(file.flash, 0, bytes, sizeof bytes));
    assert_memory_equal(bytes, "8 bytes", 8);
    flash_file_close(&file);
}

static void only_one_program_has_it_open(void **state)
{
    const struct place *place = *state;
    struct flash_file file;
    struct flash_file other;
    char problem[FLASH_FILE_PROBLEM_BYTES] = "";
    must_open(&file, place->path);
    assert_false(flash_file_open(&other, place->path, 1, problem));
    assert_non_null(strstr(problem, "another program"));
    flash_file_close(&file);
    must_open(&other, place->path);
    flash_file_close(&other);
}

static void a_file_of_something_else_is_refused(void **state)
{
    const struct place *place = *state;
    struct flash_file file;
    char problem[FLASH_FILE_PROBLEM_BYTES] = "";
    FILE *text = fopen(place->path, "we");
    assert_non_null(text);
    assert_true(fputs("my poems", text) >= 0);
    assert_int_equal(fclose(text), 0);
    assert_false(flash_file_open(&file, place->path, 1, problem));
    assert_non_null(strstr(problem, "no flash"));
    text = fopen(place->path, "re");
    assert_int_equal(fseek(text, 0, SEEK_END), 0);
    assert_int_equal(ftell(text), 8); // and left as it is
    assert_int_equal(fclose(text), 0);
    assert_false(flash_file_open(&file, place->folder, 1, problem));
}

static void a_flash_in_memory_needs_no_file(void **state)
{
    (void)state;
    struct flash_file file;
    must_open(&file, NULL);
    assert_true(sim_flash_erase(file.flash, 0));
    flash_file_close(&file);
}

static void the_control_hears_whole_lines(void **state)
{
    const struct place *place = *state;
    struct control control;
    char problem[CONTROL_PROBLEM_BYTES];
    char line[CONTROL_BYTES];
    assert_true(control_open(&control, place->path, problem));
    const int fd = open(place->path, O_WRONLY | O_CLOEXEC);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, "take 3\nli", 9), 9);
    control_read(&control);
    assert_string_equal(control_line(&control, line), "take 3");
    assert_null(control_line(&control, line));
    assert_int_equal(write(fd, "ft\n\n", 4), 4);
    assert_int_equal(close(fd), 0); // others may write later
    control_read(&control);
    assert_string_equal(control_line(&control, line), "lift");
    assert_string_equal(control_line(&control, line), "");
    assert_null(control_line(&control, line));
    control_read(&control);
    assert_true(control.fd >= 0);
    control_close(&control);
}

static void a_line_beyond_the_buffer_comes_in_pieces(void **state)
{
    const struct place *place = *state;
    struct control control;
    char problem[CONTROL_PROBLEM_BYTES];
    char line[CONTROL_BYTES];
    static char flood[CONTROL_BYTES + 10];
    memset(flood, 'x', sizeof flood);
    assert_true(control_open(&control, place->path, problem));
    const int fd = open(place->path, O_WRONLY | O_CLOEXEC);
    assert_int_equal(write(fd, flood, sizeof flood), sizeof flood);
    assert_int_equal(close(fd), 0);
    control_read(&control);
    assert_non_null(control_line(&control, line));
    control_read(&control);
    assert_null(control_line(&control, line));
    control_close(&control);
}

static void a_control_that_is_a_file_is_refused(void **state)
{
    const struct place *place = *state;
    struct control control;
    char problem[CONTROL_PROBLEM_BYTES] = "";
    const int fd = open(place->path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    assert_int_equal(close(fd), 0);
    assert_false(control_open(&control, place->path, problem));
    assert_non_null(strstr(problem, "no FIFO"));
}

#define FIRST "0193a1f0-0000-7000-8000-000000000001"
#define SECOND "0193a1f0-0000-7000-8000-000000000002"

static void an_earlier_runs_ledger_is_continued(void **state)
{
    (void)state;
    struct taken taken;
    taken_init(&taken, "scale-1");
    assert_true(taken_remember(&taken, "taken scale-1 1 stable 20 " FIRST));
    assert_true(taken_remember(&taken, "taken scale-1 2 lifted 20 " SECOND));
    assert_int_equal(taken.waiting_count, 2);
    assert_true(taken_remember(&taken, "confirmed scale-1 " FIRST));
    assert_int_equal(taken.waiting_count, 1);
    assert_int_equal(taken.confirmed_total, 1);
    assert_true(taken_remember(&taken, "superseded scale-1 " SECOND));
    assert_int_equal(taken.waiting_count, 0);
    assert_int_equal(taken.confirmed_total, 1);
}

static void what_is_no_line_of_this_scale_is_told(void **state)
{
    (void)state;
    static const char *const lines[] = {
        "",
        "taken scale-2 1 stable 20 " FIRST,
        "taken scale-1 5 stable 20 " FIRST,
        "taken scale-1 1 stable 20 nonsense",
        "confirmed scale-2 " FIRST,
        "confirmed scale-1",
        "forgotten scale-1 " FIRST,
    };
    struct taken taken;
    taken_init(&taken, "scale-1");
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++)
        if (taken_remember(&taken, lines[i]))
            fail_msg("\"%s\" was taken for a line", lines[i]);
}

#define test_of(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        test_of(a_flash_outlives_the_program),
        test_of(only_one_program_has_it_open),
        test_of(a_file_of_something_else_is_refused),
        test_of(a_flash_in_memory_needs_no_file),
        test_of(the_control_hears_whole_lines),
        test_of(a_line_beyond_the_buffer_comes_in_pieces),
        test_of(a_control_that_is_a_file_is_refused),
        cmocka_unit_test(an_earlier_runs_ledger_is_continued),
        cmocka_unit_test(what_is_no_line_of_this_scale_is_told),
    };
    return cmocka_run_group_tests_name("files", tests, NULL, NULL);
}
