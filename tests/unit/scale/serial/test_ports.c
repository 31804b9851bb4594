// The settings of clinic-scale: what is taken, and what a person is told of the rest.
#include "folder.h"
#include "ports.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define NODE "[node]\nname = scale-1\nhost = localhost\n"

static char folder[128];

static bool load(const char *text, struct ports *ret_ports, char *reterr_problem)
{
    char path[160];
    (void)snprintf(path, sizeof path, "%s/node.ini", folder);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
    return ports_load(folder, ret_ports, reterr_problem);
}

static void up_to_four_scales_have_lines_of_their_own(void **state)
{
    struct ports ports;
    char problem[CLINIC_SETTINGS_PROBLEM_BYTES] = "";
    char line[160];
    (void)state;
    assert_true(load(NODE "[scale1]\ndevice = /dev/serial/by-id/a\n[scale2]\nbaud = 2400\n"
                          "[scale4]\ndevice = line\nbaud = 19200\n",
                     &ports, problem));
    assert_string_equal(ports.node.name, "scale-1");
    assert_string_equal(ports.ports[0].device, "/dev/serial/by-id/a");
    assert_int_equal(ports.ports[0].baud, 9600);
    assert_string_equal(ports.ports[1].device, "");
    assert_string_equal(ports.ports[2].device, "");
    (void)snprintf(line, sizeof line, "%s/line", folder);
    assert_string_equal(ports.ports[3].device, line);
    assert_int_equal(ports.ports[3].baud, 19200);
}

static void mistakes_are_told_with_their_place(void **state)
{
    static const char *const rows[][2] = {
        { NODE, "there is no scale" },
        { NODE "[scale1]\nbaud = 9600\n", "there is no scale" },
        { NODE "[scale5]\ndevice = /dev/ttyS0\n", "there is no section [scale5]" },
        { NODE "[scale1]\ndevices = /dev/ttyS0\n", "[scale1] has no setting \"devices\"" },
        { NODE "[scale1]\ndevice = /dev/ttyS0\nbaud = 9601\n", "[scale1] baud: 9601 is no speed" },
        { NODE "[scale1]\ndevice = /dev/ttyS0\nbaud = 300\n", "is not a whole number from 1200" },
        { NODE "[scale1]\ndevice = /dev/a\n[scale3]\ndevice = /dev/a\n",
          "[scale3] device: it is the line of [scale1]" },
        { "[scale1]\ndevice = /dev/ttyS0\n", "[node] name is missing" },
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct ports ports;
        char problem[CLINIC_SETTINGS_PROBLEM_BYTES] = "";
        if (load(rows[i][0], &ports, problem) || strstr(problem, rows[i][1]) == NULL)
            fail_msg("%s: %s", rows[i][0], problem);
    }
}

static int make(void **state)
{
    (void)state;
    folder_make("scale-ports", folder, sizeof folder);
    return 0;
}

static int unmake(void **state)
{
    (void)state;
    folder_remove(folder);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(up_to_four_scales_have_lines_of_their_own),
        cmocka_unit_test(mistakes_are_told_with_their_place),
    };
    return cmocka_run_group_tests_name("settings of clinic-scale", tests, make, unmake);
}
