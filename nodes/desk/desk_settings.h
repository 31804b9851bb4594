// desk_settings.h - the desk's node.ini: the node's own section, and [page].
#pragma once

#include <clinic/node.h>
#include <clinic/page.h>

struct desk_settings {
    struct clinic_node_settings node; // first: the node's table has its offsets
    struct clinic_page_settings page;
    int64_t idle_s;
    char language[8];
};

enum clinic_status desk_settings_load(const char *folder, struct desk_settings *ret_settings,
                                      char reterr_problem[static CLINIC_SETTINGS_PROBLEM_BYTES]);
void desk_settings_print(FILE *out);
