// command_values.h - what a word of a command line means as the value of a field.
#pragma once

#include "command.h"

// Puts what `text` says into `target`, as the field wants it: a number, one more item of a list, the content of a file,
// or a text. An item of a list of objects is written KEY=VALUE,KEY=VALUE ("\," is a comma). On failure the problem
// is one line that begins with the field's name.
bool command_put_value(cJSON *target, const struct clinic_field *field, const char *text,
                       char reterr_problem[static COMMAND_PROBLEM_BYTES]);

// Whole numbers of at most 15 digits.
bool command_parse_integer(const char *text, double *ret_value);
