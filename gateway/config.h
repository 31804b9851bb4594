// config.h - the gateway's settings file.
#pragma once

#include "services/service.h"

#include <clinic/node.h>
#include <clinic/settings.h>
#include <clinic/text.h>

struct gateway_config {
    char bus_folder[1024]; // made by clinic-broker for the node "gateway"
    char registry[1024];   // nodes.ini
    char store_folder[1024];
    int64_t reserve_bytes;
    struct site site;
    char upstream_url[256]; // empty: nothing goes upstream
    char upstream_folder[1024];
    char upstream_prefix[33];
    bool logs_debug;

    struct clinic_node_settings bus; // of bus_folder/node.ini
};

extern const struct clinic_setting config_table[];
extern const size_t config_count;

// Reads the file and the node.ini it points to, checks zone and country, and sets TZ for the process.
// On failure reterr_problem is a line that says what to do.
enum clinic_status config_load(const char *path, struct gateway_config *ret_config,
                               char reterr_problem[static CLINIC_SETTINGS_PROBLEM_BYTES]);
