// options.h - the command line: every command and every option is a row of a table, from which arguments
// are read, checked and explained.
#pragma once

#include "settings.h"

#include <stdio.h>

enum command {
    COMMAND_INIT,
    COMMAND_ADD,
    COMMAND_RENEW,
    COMMAND_REVOKE,
    COMMAND_LIST,
    COMMAND_CHECK,
    COMMAND_CANARY,
    COMMAND_COUNT,
};

struct options {
    enum command command;
    bool wants_help;
    const char *dir;
    const char *node;
    enum clinic_node_role role;
    int64_t days; // 0: not given
    int64_t wait_s;
    bool wants_json;
    bool wants_new_key;
    struct settings settings; // of init
};

// On failure the arguments are wrong; the failure says how.
bool options_parse(int argc, char *const *argv, struct options *ret_options,
                   struct failure *failure);

// All commands, or one with its options.
void options_print_usage(FILE *out);
void options_print_help(enum command command, FILE *out);

// "kiosk, desk, …": those that may be given to `add`.
void options_list_roles(char *text, size_t text_bytes);
