#include "desk_settings.h"

#include <string.h>

static const struct clinic_setting page_rows[] = {
    CLINIC_PAGE_SETTINGS(struct desk_settings, page, "8441"),
};

enum { ROWS_MAX = 64 };

enum clinic_status desk_settings_load(const char *folder, struct desk_settings *ret_settings,
                                      char reterr_problem[static CLINIC_SETTINGS_PROBLEM_BYTES])
{
    struct clinic_setting rows[ROWS_MAX];
    char path[1100];
    memcpy(rows, clinic_node_setting_table, clinic_node_setting_count * sizeof rows[0]);
    memcpy(rows + clinic_node_setting_count, page_rows, sizeof page_rows);
    (void)snprintf(path, sizeof path, "%s/node.ini", folder);
    return clinic_settings_load(path, rows,
                                clinic_node_setting_count + sizeof page_rows / sizeof page_rows[0],
                                ret_settings, reterr_problem);
}
