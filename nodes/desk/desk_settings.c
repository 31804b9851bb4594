#include "desk_settings.h"

#include <string.h>

static const struct clinic_setting page_rows[] = {
    CLINIC_PAGE_SETTINGS(struct desk_settings, page, "8441"),
    { .section = "page",
      .key = "idle_s",
      .type = CLINIC_SETTING_INTEGER,
      .offset = offsetof(struct desk_settings, idle_s),
      .min = 1,
      .max = 3600,
      .fallback = "300",
      .help = "Seconds without a touch or a key after which the page locks." },
    { .section = "page",
      .key = "language",
      .type = CLINIC_SETTING_TEXT,
      .offset = offsetof(struct desk_settings, language),
      .size = sizeof(((struct desk_settings *)NULL)->language),
      .fallback = "",
      .help = "ISO 639 code of the language in which the page begins; empty: the browser's." },
};

enum { ROWS_MAX = 64 };

// The node's rows and ours. Returns how many.
static size_t join_tables(struct clinic_setting ret_rows[static ROWS_MAX])
{
    const size_t count = clinic_node_setting_count;
    memcpy(ret_rows, clinic_node_setting_table, count * sizeof ret_rows[0]);
    memcpy(ret_rows + count, page_rows, sizeof page_rows);
    return count + sizeof page_rows / sizeof page_rows[0];
}

enum clinic_status desk_settings_load(const char *folder, struct desk_settings *ret_settings,
                                      char reterr_problem[static CLINIC_SETTINGS_PROBLEM_BYTES])
{
    struct clinic_setting rows[ROWS_MAX];
    const size_t count = join_tables(rows);
    char path[1100];
    (void)snprintf(path, sizeof path, "%s/node.ini", folder);
    return clinic_settings_load(path, rows, count, ret_settings, reterr_problem);
}

void desk_settings_print(FILE *out)
{
    struct clinic_setting rows[ROWS_MAX];
    clinic_settings_print(rows, join_tables(rows), out);
}
