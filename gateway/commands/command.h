// command.h - what the gateway's program can be told to do: one row a command.
#pragma once

#include "../config.h"
#include "../serve.h"

#include <stdbool.h>

enum command_exit {
    COMMAND_OK = 0,
    COMMAND_FAILED = 1,
    COMMAND_USAGE = 2,
    COMMAND_DAMAGED = 3,   // the database or the log failed its check
    COMMAND_DIFFERENT = 4, // rebuild: the live tables are not what the log says
};

struct command_line {
    const struct gateway_config *config; // NULL for commands that need none
    const char *config_path;
    bool is_json;
    int count; // of arguments behind the command's name
    char **arguments;
};

struct command {
    const char *name;
    const char *arguments; // for the help
    const char *help;
    bool needs_config;
    enum command_exit (*run)(const struct command_line *line);
};

enum command_exit command_events(const struct command_line *line);
enum command_exit command_rebuild(const struct command_line *line);
enum command_exit command_staff(const struct command_line *line);
enum command_exit command_status(const struct command_line *line);

// Opens the store beside a gateway that may be running; says on stderr why not. NULL: failed.
struct store *command_open_store(const struct command_line *line, enum store_mode mode);

// The value of option `name` ("--type"), taken out of the arguments; NULL if it is not there. Sets
// *ret_is_wrong, and says so, if the value is missing.
const char *command_take_option(struct command_line *line, const char *name, bool *ret_is_wrong);

// The same for an option without a value.
bool command_take_flag(struct command_line *line, const char *name);

// True if nothing is left; else says what is not understood.
bool command_is_done(const struct command_line *line);
