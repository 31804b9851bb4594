#include "fuzz.h"

#include <clinic/settings.h>

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

struct settings {
    char name[16];
    char key_path[64];
    int64_t port;
    int64_t window;
    bool is_quiet;
};

static const struct clinic_setting table[] = {
    { .section = "node",
      .key = "name",
      .type = CLINIC_SETTING_TEXT,
      .offset = offsetof(struct settings, name),
      .size = sizeof((struct settings *)NULL)->name,
      .help = "Name." },
    { .section = "node",
      .key = "key",
      .type = CLINIC_SETTING_PATH,
      .offset = offsetof(struct settings, key_path),
      .size = sizeof((struct settings *)NULL)->key_path,
      .fallback = "node.key",
      .help = "Key." },
    { .section = "broker",
      .key = "port",
      .type = CLINIC_SETTING_INTEGER,
      .offset = offsetof(struct settings, port),
      .min = 1,
      .max = 65535,
      .fallback = "8883",
      .help = "Port." },
    { .section = "broker",
      .key = "window",
      .type = CLINIC_SETTING_INTEGER,
      .offset = offsetof(struct settings, window),
      .min = -5,
      .max = INT64_MAX,
      .fallback = "64",
      .help = "Window." },
    { .section = "log",
      .key = "quiet",
      .type = CLINIC_SETTING_BOOLEAN,
      .offset = offsetof(struct settings, is_quiet),
      .fallback = "no",
      .help = "Quiet." },
};

static void check_settings(const struct settings *settings)
{
    FUZZ_REQUIRE(memchr(settings->name, '\0', sizeof settings->name) != NULL);
    FUZZ_REQUIRE(memchr(settings->key_path, '\0', sizeof settings->key_path) != NULL);
    FUZZ_REQUIRE(settings->port >= 1 && settings->port <= 65535);
    FUZZ_REQUIRE(settings->window >= -5);
}

static void check_problem(const char problem[static CLINIC_SETTINGS_PROBLEM_BYTES])
{
    FUZZ_REQUIRE(memchr(problem, '\0', CLINIC_SETTINGS_PROBLEM_BYTES) != NULL);
    FUZZ_REQUIRE(problem[0] != '\0');
    FUZZ_REQUIRE(strchr(problem, '\n') == NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    char *text = malloc(length + 1);
    FUZZ_REQUIRE(text != NULL);
    if (length > 0)
        memcpy(text, bytes, length);
    text[length] = '\0';

    struct settings settings;
    char problem[CLINIC_SETTINGS_PROBLEM_BYTES];
    memset(&settings, 0xff, sizeof settings);
    memset(problem, 'x', sizeof problem);
    enum clinic_status status = clinic_settings_parse(
        text, "/etc/clinic/node.ini", table, sizeof table / sizeof table[0], &settings, problem);
    FUZZ_REQUIRE(status == CLINIC_OK || status == CLINIC_INVALID);
    if (status == CLINIC_OK)
        check_settings(&settings);
    else
        check_problem(problem);
    free(text);
    return 0;
}
