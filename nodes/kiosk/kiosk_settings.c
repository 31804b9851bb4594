#include "kiosk_settings.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))
#define MEMBER(name)                                                                               \
    .offset = offsetof(struct kiosk_settings, name),                                               \
    .size = sizeof(((struct kiosk_settings *)NULL)->name)

static const struct clinic_setting kiosk_table[] = {
    CLINIC_PAGE_SETTINGS(struct kiosk_settings, page, "8440"),
    { "kiosk", "name", CLINIC_SETTING_TEXT, MEMBER(name), .fallback = "Clinic",
      .help = "The clinic's name, as the screens and tickets show it." },
    { "kiosk", "first_language", CLINIC_SETTING_TEXT, MEMBER(first_language), .fallback = "en",
      .help = "ISO 639 code of the language before somebody chooses one, and of the board." },
    { "kiosk", "ticket", CLINIC_SETTING_TEXT, MEMBER(ticket), .fallback = "P",
      .help = "Letter of this kiosk's provisional tickets: another one for each kiosk." },
    { "kiosk", "idle_s", CLINIC_SETTING_INTEGER, MEMBER(idle_s), .min = 1, .max = 600,
      .fallback = "30", .help = "After so long without a touch the page asks for more time." },
    { "kiosk", "extend_s", CLINIC_SETTING_INTEGER, MEMBER(extend_s), .min = 1, .max = 600,
      .fallback = "20", .help = "Without an answer to that it forgets the patient." },
};

enum { ROWS_MAX = 64 };

// The node's rows and ours. Returns how many.
static size_t join_tables(struct clinic_setting ret_rows[static ROWS_MAX])
{
    const size_t count = clinic_node_setting_count;
    memcpy(ret_rows, clinic_node_setting_table, count * sizeof ret_rows[0]);
    memcpy(ret_rows + count, kiosk_table, sizeof kiosk_table);
    return count + ARRAY_SIZE(kiosk_table);
}

// The gateway takes A to Z; a board could show anything else as well, a name for instance.
static bool check_ticket(const struct kiosk_settings *settings, const char *path,
                         char problem[static CLINIC_SETTINGS_PROBLEM_BYTES])
{
    const char *ticket = settings->ticket;
    if (ticket[0] >= 'A' && ticket[0] <= 'Z' && ticket[1] == '\0')
        return true;
    (void)snprintf(problem, CLINIC_SETTINGS_PROBLEM_BYTES,
                   "%.300s: [kiosk] ticket: one letter from A to Z.", path);
    return false;
}

bool kiosk_settings_load(const char *folder, struct kiosk_settings *ret_settings,
                         char reterr_problem[static CLINIC_SETTINGS_PROBLEM_BYTES])
{
    struct clinic_setting rows[ROWS_MAX];
    const size_t count = join_tables(rows);
    char path[1100];
    (void)snprintf(path, sizeof path, "%s/node.ini", folder);
    return clinic_settings_load(path, rows, count, ret_settings, reterr_problem) == CLINIC_OK
           && check_ticket(ret_settings, path, reterr_problem);
}

void kiosk_settings_print(FILE *out)
{
    struct clinic_setting rows[ROWS_MAX];
    clinic_settings_print(rows, join_tables(rows), out);
}

cJSON *kiosk_settings_describe(const struct kiosk_settings *settings)
{
    cJSON *page = cJSON_CreateObject();
    if (page != NULL && cJSON_AddStringToObject(page, "name", settings->name) != NULL
        && cJSON_AddStringToObject(page, "language", settings->first_language) != NULL
        && cJSON_AddNumberToObject(page, "idle_ms", 1000.0 * (double)settings->idle_s) != NULL
        && cJSON_AddNumberToObject(page, "extend_ms", 1000.0 * (double)settings->extend_s) != NULL)
        return page;
    cJSON_Delete(page);
    return NULL;
}
