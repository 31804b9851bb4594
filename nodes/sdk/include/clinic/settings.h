// settings.h - a program's settings file (INI, read with inih).
//
// A program declares its settings as a table; the table is the single source for reading, checking,
// defaults and the reference that `--help` prints. Unknown sections and keys are errors, since a
// misspelt setting that is silently ignored costs an afternoon.
#pragma once

#include "status.h"

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum clinic_setting_type {
    CLINIC_SETTING_TEXT, // char[size] in the program's struct
    CLINIC_SETTING_PATH, // char[size]; a relative path is made relative to the settings file's folder
    CLINIC_SETTING_INTEGER, // int64_t, between min and max
    CLINIC_SETTING_BOOLEAN, // bool; yes, no, true, false, on, off
};

struct clinic_setting {
    const char *section;
    const char *key;
    enum clinic_setting_type type;
    size_t offset; // of the member in the program's struct
    size_t size;   // of a text or path member, the NUL included
    int64_t min;
    int64_t max;
    const char *fallback; // text form of the default; NULL: the setting must be given
    const char *help;     // one line, ends with a full stop
};

enum { CLINIC_SETTINGS_PROBLEM_BYTES = 512 };

// Fills every default, then what the file says. On anything but CLINIC_OK `reterr_problem` holds one
// line for a person, with file, line and what to do; `settings` is then undefined.
// path NULL: defaults only.
enum clinic_status clinic_settings_load(const char *path, const struct clinic_setting *table,
                                        size_t count, void *settings,
                                        char reterr_problem[static CLINIC_SETTINGS_PROBLEM_BYTES]);

// The same from memory; `name` stands for the file in problems. For tests and fuzzing.
enum clinic_status clinic_settings_parse(const char *text, const char *name,
                                         const struct clinic_setting *table, size_t count,
                                         void *settings,
                                         char reterr_problem[static CLINIC_SETTINGS_PROBLEM_BYTES]);

// Prints the reference: every setting with its default and help, as an INI file in comments.
void clinic_settings_print(const struct clinic_setting *table, size_t count, FILE *out);
