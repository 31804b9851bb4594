#include <clinic/settings.h>

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "settings_scope.h"

#include <cmocka.h>

struct shop {
    char name[16];
    char key[64];
    int64_t port;
    bool is_open;
};

static const struct clinic_setting table[] = {
    { .section = "shop",
      .key = "name",
      .type = CLINIC_SETTING_TEXT,
      .offset = offsetof(struct shop, name),
      .size = sizeof(((struct shop *)0)->name),
      .help = "What it is called." },
    { .section = "shop",
      .key = "key",
      .type = CLINIC_SETTING_PATH,
      .offset = offsetof(struct shop, key),
      .size = sizeof(((struct shop *)0)->key),
      .fallback = "shop.key",
      .help = "Its private key." },
    { .section = "net",
      .key = "port",
      .type = CLINIC_SETTING_INTEGER,
      .offset = offsetof(struct shop, port),
      .min = 1,
      .max = 65535,
      .fallback = "8883",
      .help = "Where it listens." },
    { .section = "net",
      .key = "open",
      .type = CLINIC_SETTING_BOOLEAN,
      .offset = offsetof(struct shop, is_open),
      .fallback = "no",
      .help = "Whether it is open." },
};
enum { ROWS = sizeof table / sizeof table[0] };

static void a_whole_file_is_read(void **state)
{
    (void)state;
    struct shop shop;
    char problem[CLINIC_SETTINGS_PROBLEM_BYTES];
    static const char text[] = "# a comment\n; another\n[shop]\r\nname = Ana's; Deli ; aside\n"
                               "key = keys/a.key\n\n[net]\nport=1\nopen = YES";
    assert_int_equal(clinic_settings_parse(text, "/etc/shop/shop.ini", table, ROWS, &shop, problem),
                     CLINIC_OK);
    assert_string_equal(shop.name, "Ana's; Deli");
    assert_string_equal(shop.key, "/etc/shop/keys/a.key");
    assert_int_equal(shop.port, 1);
    assert_true(shop.is_open);
}

static void defaults_stand_where_the_file_is_silent(void **state)
{
    (void)state;
    struct shop shop;
    char problem[CLINIC_SETTINGS_PROBLEM_BYTES];
    assert_int_equal(
        clinic_settings_parse("[shop]\nname=x\n", "dir/a.ini", table, ROWS, &shop, problem),
        CLINIC_OK);
    assert_string_equal(shop.key, "dir/shop.key");
    assert_int_equal(shop.port, 8883);
    assert_false(shop.is_open);
}

static void an_absolute_path_and_a_bare_file_name_stay(void **state)
{
    (void)state;
    struct shop shop;
    char problem[CLINIC_SETTINGS_PROBLEM_BYTES];
    assert_int_equal(clinic_settings_parse("[shop]\nname=x\nkey=/run/k\n", "dir/a.ini", table, ROWS,
                                           &shop, problem),
                     CLINIC_OK);
    assert_string_equal(shop.key, "/run/k");
    assert_int_equal(
        clinic_settings_parse("[shop]\nname=x\nkey=k\n", "a.ini", table, ROWS, &shop, problem),
        CLINIC_OK);
    assert_string_equal(shop.key, "k");
}

struct refusal {
    const char *text;
    const char *problem;
};

#define LONG                                                                                       \
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

static void what_is_wrong_is_said_with_its_line(void **state)
{
    (void)state;
    static const struct refusal cases[] = {
        { "[shop]\nname=x\ncolour=red\n", "t.ini:3: [shop] has no setting \"colour\"" },
        { "[shop]\nname=x\n[ship]\nname=y\n", "t.ini:4: there is no section [ship]" },
        { "name=x\n", "t.ini:1: \"name\" stands before the first [section]" },
        { "[shop]\nname=x\nname=y\n", "t.ini:3: [shop] name is given twice" },
        { "[shop]\nname=x\n  y\n", "t.ini:3: [shop] name is given twice, or its value goes on" },
        { "[shop]\nname=\n", "t.ini:2: [shop] name must not be empty" },
        { "[net]\nport=1\n", "t.ini: [shop] name is missing: What it is called." },
        { "", "t.ini: [shop] name is missing" },
        { "[shop]\nname=0123456789abcdef\n", "t.ini:2: [shop] name: too long, at most 15 bytes" },
        { "[shop]\nname=x\nkey=" LONG "\n", "t.ini:3: [shop] key: too long" },
        { "[shop]\nname=" LONG LONG LONG "\n", "t.ini:2: the line is too long" },
        { "[shop]\nname=x\n[net]\nport=0\n", "t.ini:4: [net] port: \"0\" is not a whole number" },
        { "[shop]\nname=x\n[net]\nport=65536\n", "from 1 to 65535" },
        { "[shop]\nname=x\n[net]\nport=99999999999999999999\n", "is not a whole number" },
        { "[shop]\nname=x\n[net]\nport=12x\n", "\"12x\" is not a whole number" },
        { "[shop]\nname=x\n[net]\nport=\n", "\"\" is not a whole number" },
        { "[shop]\nname=x\n[net]\nopen=maybe\n", "t.ini:4: [net] open: \"maybe\" is neither yes" },
        { "[shop]\nname=x\n[net\n", "t.ini:3: neither a [section] nor" },
        { "[shop]\nname=x\nwords\n", "t.ini:3: neither a [section] nor" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct shop shop;
        char problem[CLINIC_SETTINGS_PROBLEM_BYTES] = "";
        assert_int_equal(clinic_settings_parse(cases[i].text, "t.ini", table, ROWS, &shop, problem),
                         CLINIC_INVALID);
        if (strstr(problem, cases[i].problem) == NULL)
            fail_msg("case %zu: got \"%s\", not \"%s\"", i, problem, cases[i].problem);
    }
}

static void write_file(const char *path, const char *bytes, size_t length)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, length, file), length);
    assert_int_equal(fclose(file), 0);
}

static void a_nul_byte_in_a_file_is_refused(void **state)
{
    (void)state;
    static const char *const texts[] = { "[shop]\nname=x0y\n", "[shop]\nname=x0y", "[shop]\n0\n",
                                         "[shop]\nname=x0\n" };
    char path[] = "/tmp/clinic-settings-XXXXXX";
    assert_int_equal(close(mkstemp(path)), 0);
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct shop shop;
        char problem[CLINIC_SETTINGS_PROBLEM_BYTES];
        char text[64];
        const size_t length = strlen(texts[i]);
        memcpy(text, texts[i], length);
        *(char *)memchr(text, '0', length) = '\0';
        write_file(path, text, length);
        assert_int_equal(clinic_settings_load(path, table, ROWS, &shop, problem), CLINIC_INVALID);
        assert_non_null(strstr(problem, ":2: there is a NUL byte"));
    }
    assert_int_equal(unlink(path), 0);
}

static void a_file_that_cannot_be_read_is_named(void **state)
{
    (void)state;
    struct shop shop;
    char problem[CLINIC_SETTINGS_PROBLEM_BYTES];
    assert_int_equal(clinic_settings_load("/nonexistent.ini", table, ROWS, &shop, problem),
                     CLINIC_IO);
    assert_string_equal(problem, "/nonexistent.ini: No such file or directory.");
    assert_int_equal(clinic_settings_load("/tmp", table, ROWS, &shop, problem), CLINIC_IO);
    assert_string_equal(problem, "/tmp: Is a directory.");
}

static void without_a_file_there_are_only_defaults(void **state)
{
    (void)state;
    struct shop shop;
    char problem[CLINIC_SETTINGS_PROBLEM_BYTES];
    assert_int_equal(clinic_settings_load(NULL, table + 1, ROWS - 1, &shop, problem), CLINIC_OK);
    assert_string_equal(shop.key, "shop.key");
    assert_int_equal(clinic_settings_load(NULL, table, ROWS, &shop, problem), CLINIC_INVALID);
    assert_string_equal(problem, "[shop] name is missing: What it is called.");
}

static void a_part_of_a_file_can_be_read_alone(void **state)
{
    (void)state;
    struct shop shop;
    char problem[CLINIC_SETTINGS_PROBLEM_BYTES];
    static const char text[] = "[shop]\nname=x\n[net]\nport=nonsense\n";
    static const char misspelt[] = "[shop]\nname=x\nkye=y\n";
    char path[] = "/tmp/clinic-settings-XXXXXX";
    assert_int_equal(close(mkstemp(path)), 0);
    write_file(path, text, strlen(text));
    assert_int_equal(clinic_settings_load_own(path, table, 2, &shop, problem), CLINIC_OK);
    assert_string_equal(shop.name, "x");
    write_file(path, misspelt, strlen(misspelt));
    assert_int_equal(clinic_settings_load_own(path, table, 2, &shop, problem), CLINIC_INVALID);
    assert_int_equal(unlink(path), 0);
}

static void the_printed_reference_is_a_file_of_defaults(void **state)
{
    (void)state;
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    clinic_settings_print(table, ROWS, out);
    assert_int_equal(fclose(out), 0);
    assert_string_equal(text, "[shop]\n"
                              "# What it is called. Must be given.\n"
                              "#name = \n"
                              "# Its private key.\n"
                              "#key = shop.key\n"
                              "\n"
                              "[net]\n"
                              "# Where it listens.\n"
                              "# From 1 to 65535.\n"
                              "#port = 8883\n"
                              "# Whether it is open.\n"
                              "# yes or no.\n"
                              "#open = no\n");
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_whole_file_is_read),
        cmocka_unit_test(defaults_stand_where_the_file_is_silent),
        cmocka_unit_test(an_absolute_path_and_a_bare_file_name_stay),
        cmocka_unit_test(what_is_wrong_is_said_with_its_line),
        cmocka_unit_test(a_nul_byte_in_a_file_is_refused),
        cmocka_unit_test(a_file_that_cannot_be_read_is_named),
        cmocka_unit_test(without_a_file_there_are_only_defaults),
        cmocka_unit_test(a_part_of_a_file_can_be_read_alone),
        cmocka_unit_test(the_printed_reference_is_a_file_of_defaults),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
