// kiosk_settings.h - what a kiosk's or a board's node.ini says beyond the node itself.
#pragma once

#include <clinic/node.h>
#include <clinic/page.h>

enum { KIOSK_NAME_BYTES = 121, KIOSK_LANGUAGE_BYTES = 9 };

struct kiosk_settings {
    struct clinic_node_settings node; // first: its rows count offsets from here
    struct clinic_page_settings page;
    char name[KIOSK_NAME_BYTES];
    char first_language[KIOSK_LANGUAGE_BYTES];
    char ticket[8];
    int64_t idle_s;
    int64_t extend_s;
};

bool kiosk_settings_load(const char *folder, struct kiosk_settings *ret_settings,
                         char reterr_problem[static CLINIC_SETTINGS_PROBLEM_BYTES]);

void kiosk_settings_print(FILE *out);

// "page" of /api/start; the caller owns it. NULL: out of memory.
cJSON *kiosk_settings_describe(const struct kiosk_settings *settings);
