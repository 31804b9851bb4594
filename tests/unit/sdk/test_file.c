// A small file is replaced as a whole or not at all.
#include "folder.h"

#include <clinic/file.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static char folder[200];
static char path[220];

static int make_folder(void **state)
{
    (void)state;
    folder_make("file", folder, sizeof folder);
    (void)snprintf(path, sizeof path, "%s/notes", folder);
    return 0;
}

static int remove_folder(void **state)
{
    (void)state;
    folder_remove(folder);
    return 0;
}

static const char *in_folder(const char *name)
{
    static char other[240];
    (void)snprintf(other, sizeof other, "%s/%s", folder, name);
    return other;
}

static void write_file(const char *name, const char *text)
{
    FILE *file = fopen(in_folder(name), "we");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static void assert_file(const char *name, const char *wanted)
{
    char text[100] = "";
    FILE *file = fopen(in_folder(name), "re");
    assert_non_null(file);
    const size_t length = fread(text, 1, sizeof text - 1, file);
    (void)fclose(file); // read only
    text[length] = '\0';
    assert_string_equal(text, wanted);
}

static void a_file_is_made_and_replaced(void **state)
{
    (void)state;
    assert_int_equal(clinic_file_replace(path, "a longer first text\n"), CLINIC_OK);
    assert_file("notes", "a longer first text\n");
    assert_int_equal(clinic_file_replace(path, "second\n"), CLINIC_OK);
    assert_file("notes", "second\n");
    assert_int_equal(access(in_folder("notes.new"), F_OK), -1);
}

static void nobody_else_may_read_it_whatever_a_run_before_left_behind(void **state)
{
    struct stat info;
    (void)state;
    write_file("notes.new", "half a te");
    assert_int_equal(chmod(in_folder("notes.new"), 0666), 0);
    assert_int_equal(clinic_file_replace(path, "whole\n"), CLINIC_OK);
    assert_file("notes", "whole\n");
    assert_int_equal(stat(path, &info), 0);
    assert_int_equal(info.st_mode & 0777, 0600);
}

static void a_link_in_its_way_leads_to_no_other_file(void **state)
{
    (void)state;
    write_file("other", "untouched\n");
    write_file("notes", "before\n");
    char target[240];
    (void)snprintf(target, sizeof target, "%s", in_folder("other"));
    assert_int_equal(symlink(target, in_folder("notes.new")), 0);
    assert_int_equal(clinic_file_replace(path, "after\n"), CLINIC_IO);
    assert_file("other", "untouched\n");
    assert_file("notes", "before\n");
}

static void without_its_folder_there_is_no_file(void **state)
{
    (void)state;
    assert_int_equal(clinic_file_replace("/nonexistent/notes", "text"), CLINIC_IO);
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, make_folder, remove_folder)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_file_is_made_and_replaced),
        TEST(nobody_else_may_read_it_whatever_a_run_before_left_behind),
        TEST(a_link_in_its_way_leads_to_no_other_file),
        TEST(without_its_folder_there_is_no_file),
    };
    return cmocka_run_group_tests_name("file", tests, NULL, NULL);
}
