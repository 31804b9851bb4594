// command.h - the commands of clinic-desk as rows, and what a command line says by them.
//
// The rows and the catalogue's fields are the only source of parsing, --help and dispatch. A field
// `birth_date` is the option --birth-date VALUE. A list `preconditions` is its item's name, repeated
// (--precondition A --precondition B), or KEY=VALUE,KEY=VALUE where its items are objects (--window
// weekday=1,from=09:00,to=12:00). The members of an object have its name before them (--patient-name). A boolean is
// --is-distinct; --no-is-distinct says false. Where null means "remove", --no-email says so. A PIN is never an
// argument, since others can list those: its option names a file (--pin-file FILE), as that of an iCalendar text does.
#pragma once

#include <clinic/catalogue.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum transfer {
    TRANSFER_NONE,
    TRANSFER_UPLOAD,
    TRANSFER_DOWNLOAD,
};

struct command {
    const char *name;                   // its words, one blank between them
    const char *call;                   // of desk.h; NULL: `serve`, which makes none
    enum clinic_request_kind request;   // of submit and ask
    const struct clinic_field *options; // where they are not the request's fields
    size_t option_count;
    enum transfer transfer; // moves a whole file by many requests
    bool awaits_scale;      // waits for what the scale answers to what was begun
    const char *operand;    // field that the word behind the name gives; NULL: none
    const char *made_id;    // field that gets a new id where it is not given; NULL: none
    int64_t timeout_ms;     // where --timeout is absent; -1: no limit
    const char *help;
};

extern const struct command commands[];
extern const size_t command_count;

// What holds for every command.
struct command_settings {
    const char *folder; // --folder, or the environment's CLINIC_NODE; NULL: neither
    bool is_json;
    bool wants_help;
    int64_t timeout_ms; // -2: not given
};

enum { COMMAND_FILES_MAX = 4, COMMAND_PROBLEM_BYTES = 400 };

// The file named for a PIN's field.
struct command_secret {
    const char *field;
    const char *path; // NULL: ask on the terminal or read standard input
};

struct command_line {
    struct command_settings settings;
    const struct command *command;                    // NULL: none was named; only with wants_help
    cJSON *data;                                      // owned
    struct command_secret secrets[COMMAND_FILES_MAX]; // the PINs that the command needs
    size_t secret_count;
};

// On success the caller owns the content of *ret_line (command_line_done). The problem is one line.
bool command_line_parse(int argc, char **argv, struct command_line *ret_line,
                        char reterr_problem[static COMMAND_PROBLEM_BYTES]);
void command_line_done(struct command_line *line);

// Checks the data against the catalogue, in the words of the options.
bool command_line_check(const struct command_line *line,
                        char reterr_problem[static COMMAND_PROBLEM_BYTES]);

void command_fields(const struct command *command, const struct clinic_field **ret_fields,
                    size_t *ret_count);
bool command_field_is_secret(const struct clinic_field *field);
bool command_field_is_file(const struct clinic_field *field); // its text comes from a file

// "--birth-date", "--precondition", "--pin-file"; of a member of an object "--patient-name". `object` may be NULL.
void command_option_name(const struct clinic_field *object, const struct clinic_field *field,
                         char *name, size_t name_bytes);

// "--no-email", "--no-preconditions": a list's own name, since "--no-precondition" would promise to remove a single
// one. False: the field has no such option.
bool command_removal_name(const struct clinic_field *field, char *name, size_t name_bytes);

// The list of commands, or one command's own page.
void command_help(const struct command *command, FILE *out);
