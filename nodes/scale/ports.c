#include "ports.h"

#include "serial.h"

#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

#define PORT(number, section_)                                                                     \
    { .section = (section_),                                                                       \
      .key = "device",                                                                             \
      .type = CLINIC_SETTING_PATH,                                                                 \
      .offset = offsetof(struct ports, ports[number].device),                                      \
      .size = sizeof(((struct port *)NULL)->device),                                               \
      .fallback = "",                                                                              \
      .help = "The scale's line, by a path that stays: /dev/serial/by-id/…; empty: no scale." },   \
    {                                                                                              \
        .section = (section_), .key = "baud", .type = CLINIC_SETTING_INTEGER,                      \
        .offset = offsetof(struct ports, ports[number].baud), .min = 1200, .max = 230400,          \
        .fallback = "9600", .help = "Its speed, as set at the scale."                              \
    }

static const struct clinic_setting port_table[] = {
    PORT(0, "scale1"),
    PORT(1, "scale2"),
    PORT(2, "scale3"),
    PORT(3, "scale4"),
};

enum { ROWS_MAX = 64 };

// The node's rows and ours. Returns how many.
static size_t join_tables(struct clinic_setting ret_rows[static ROWS_MAX])
{
    const size_t count = clinic_node_setting_count;
    memcpy(ret_rows, clinic_node_setting_table, count * sizeof ret_rows[0]);
    memcpy(ret_rows + count, port_table, sizeof port_table);
    return count + ARRAY_SIZE(port_table);
}

__attribute__((format(printf, 2, 3))) static bool
complain(char problem[static CLINIC_SETTINGS_PROBLEM_BYTES], const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(problem, CLINIC_SETTINGS_PROBLEM_BYTES, format, arguments);
    va_end(arguments);
    return false;
}

static bool is_same_line(const struct port *a, const struct port *b)
{
    return a->device[0] != '\0' && strcmp(a->device, b->device) == 0;
}

static bool check(const struct ports *ports, char problem[static CLINIC_SETTINGS_PROBLEM_BYTES])
{
    size_t count = 0;
    for (size_t i = 0; i < PORTS_MAX; i++) {
        const struct port *port = &ports->ports[i];
        if (!serial_has_speed(port->baud))
            return complain(problem, "[scale%zu] baud: %" PRId64 " is no speed of a serial line.",
                            i + 1, port->baud);
        for (size_t j = 0; j < i; j++)
            if (is_same_line(&ports->ports[j], port))
                return complain(problem, "[scale%zu] device: it is the line of [scale%zu].", i + 1,
                                j + 1);
        count += port->device[0] != '\0';
    }
    if (count == 0)
        return complain(problem, "there is no scale: give node.ini a section [scale1] with its "
                                 "device.");
    return true;
}

bool ports_load(const char *folder, struct ports *ret_ports,
                char reterr_problem[static CLINIC_SETTINGS_PROBLEM_BYTES])
{
    struct clinic_setting rows[ROWS_MAX];
    const size_t count = join_tables(rows);
    char path[1100];
    (void)snprintf(path, sizeof path, "%s/node.ini", folder);
    return clinic_settings_load(path, rows, count, ret_ports, reterr_problem) == CLINIC_OK
           && check(ret_ports, reterr_problem);
}

void ports_print(FILE *out)
{
    struct clinic_setting rows[ROWS_MAX];
    clinic_settings_print(rows, join_tables(rows), out);
}
