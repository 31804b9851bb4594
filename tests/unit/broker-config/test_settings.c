#include "place.h"
#include "settings.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

static const struct settings good = {
    .names = "clinic.local pi.clinic.local",
    .ips = "192.168.1.5 fe80::1",
    .port = 8883,
    .site = "main",
    .prefix = "clinic",
    .user = "root",
    .restart = "systemctl restart mosquitto && echo 'done; really'",
};

static void what_is_saved_is_loaded(void **state)
{
    const struct place *place = *state;
    struct layout layout;
    struct failure failure;
    struct settings loaded;
    assert_true(layout_init(&layout, place->dir, &failure));
    assert_true(layout_make_folders(&layout, &failure));
    assert_true(settings_check(&good, &failure));
    assert_true(settings_save(&layout, &good, &failure));
    assert_true(settings_load(&layout, &loaded, &failure));
    assert_string_equal(loaded.names, good.names);
    assert_string_equal(loaded.ips, good.ips);
    assert_int_equal(loaded.port, good.port);
    assert_string_equal(loaded.bind, good.bind);
    assert_string_equal(loaded.site, good.site);
    assert_string_equal(loaded.prefix, good.prefix);
    assert_string_equal(loaded.user, good.user);
    assert_string_equal(loaded.restart, good.restart);
}

static void the_longest_command_survives(void **state)
{
    const struct place *place = *state;
    struct layout layout;
    struct failure failure;
    struct settings settings = good;
    struct settings loaded;
    memset(settings.restart, 'x', sizeof settings.restart - 1);
    assert_true(layout_init(&layout, place->dir, &failure));
    assert_true(layout_make_folders(&layout, &failure));
    assert_true(settings_save(&layout, &settings, &failure));
    assert_true(settings_load(&layout, &loaded, &failure));
    assert_string_equal(loaded.restart, settings.restart);
}

static void the_certificate_names_everything_once_and_this_machine(void **state)
{
    (void)state;
    static const char *const names[] = { "clinic.local", "pi.clinic.local", "localhost" };
    static const unsigned char lan[] = { 192, 168, 1, 5 };
    static const unsigned char loopback[] = { 127, 0, 0, 1 };
    struct settings settings = good;
    struct settings_sans sans;
    struct failure failure;
    (void)snprintf(settings.names, sizeof settings.names,
                   "clinic.local pi.clinic.local localhost "
                   "clinic.local");
    (void)snprintf(settings.ips, sizeof settings.ips, "192.168.1.5 127.0.0.1 192.168.1.5");
    assert_true(settings_list_sans(&settings, &sans, &failure));
    assert_int_equal(sans.count, 5);
    for (size_t i = 0; i < 3; i++) {
        assert_false(sans.sans[i].is_ip);
        assert_int_equal(sans.sans[i].length, strlen(names[i]));
        assert_memory_equal(sans.sans[i].bytes, names[i], strlen(names[i]));
    }
    assert_memory_equal(sans.sans[3].bytes, lan, sizeof lan);
    assert_memory_equal(sans.sans[4].bytes, loopback, sizeof loopback);
}

static void too_many_names_are_refused(void **state)
{
    (void)state;
    struct settings settings = good;
    struct failure failure;
    char list[SETTINGS_LIST_BYTES] = "";
    for (int name = 'a'; name <= 'z'; name++) {
        const char word[2] = { (char)name, '\0' };
        assert_true(settings_add(list, word, &failure));
    }
    memcpy(settings.names, list, sizeof list);
    assert_true(settings_check(&settings, &failure));
    for (int digit = 0; digit < 8; digit++) {
        const char word[2] = { (char)('0' + digit), '\0' };
        assert_true(settings_add(settings.names, word, &failure));
    }
    assert_false(settings_check(&settings, &failure));
    while (settings_add(list, "name", &failure))
        assert_true(strlen(list) < sizeof list);
    assert_non_null(strstr(failure.text, "too many names"));
}

static void a_program_on_the_same_machine_needs_no_name_server(void **state)
{
    (void)state;
    static const char *const rows[][2] = { { "", "127.0.0.1" },
                                           { "0.0.0.0", "127.0.0.1" },
                                           { "::", "127.0.0.1" },
                                           { "192.168.1.5", "192.168.1.5" } };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct settings settings = good;
        (void)snprintf(settings.bind, sizeof settings.bind, "%s", rows[i][0]);
        assert_string_equal(settings_local_host(&settings), rows[i][1]);
    }
}

static void nodes_are_told_the_first_name_or_else_the_first_address(void **state)
{
    (void)state;
    struct settings settings = good;
    char host[256];
    settings_public_host(&settings, host);
    assert_string_equal(host, "clinic.local");
    settings.names[0] = '\0';
    settings_public_host(&settings, host);
    assert_string_equal(host, "192.168.1.5");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, place_make, place_remove)
        TEST(what_is_saved_is_loaded),
        TEST(the_longest_command_survives),
        TEST(the_certificate_names_everything_once_and_this_machine),
        TEST(too_many_names_are_refused),
        TEST(a_program_on_the_same_machine_needs_no_name_server),
        TEST(nodes_are_told_the_first_name_or_else_the_first_address),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
