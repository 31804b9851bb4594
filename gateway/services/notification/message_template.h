// message_template.h - the words of messages: one file a language in messages/, compiled in.
//
// A template may hold {first_name}, {clinic} and {phone}, and nothing else about anybody: a message is read
// by whoever holds the phone. Values are put in as they are and never looked at again.
//
// The files are parsed at the first use; used by one thread.
#pragma once

#include <clinic/status.h>

#include <stddef.h>

enum message_template {
    MESSAGE_WELCOME,
    MESSAGE_PROVISIONAL,
    MESSAGE_TEMPLATE_COUNT,
};

enum {
    MESSAGE_BODY_BYTES = 1024,
    MESSAGE_SMS_CHARACTERS = 160,
    MESSAGE_LANGUAGE_BYTES = 4,
};

// A file as it was compiled in.
struct message_file {
    const char *language;
    const char *text;
};
extern const struct message_file message_files[];
extern const size_t message_file_count;

struct message_values {
    const char *first_name;
    const char *clinic;
    const char *phone;
};

// The template's name in the files, e.g. "welcome".
const char *message_template_name(enum message_template template);

// Parses all files. CLINIC_INVALID: a template is missing, or a name or placeholder unknown; reterr_problem is a
// line for an operator.
enum clinic_status message_templates_load(const struct message_file *files, size_t count,
                                          char *reterr_problem, size_t problem_bytes);

// The first of the two languages that there is, or else English.
const char *message_language(const char *wanted, const char *fallback);

// Fills a template of a language that message_language() gave. Above `characters` (0: no limit) the first
// name is cut, and then the end.
enum clinic_status message_render(enum message_template template, const char *language,
                                  const struct message_values *values, size_t characters,
                                  char ret_body[static MESSAGE_BODY_BYTES]);
