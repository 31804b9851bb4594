// message_template.h - the words of messages: one file a language in messages/, compiled in.
//
// Each template may hold the placeholders that its row in message_language.c allows and nothing else about anybody:
// one for patients is read by whoever holds the phone. What people typed is put in as text and never looked at
// again; what would change the direction or the lines of the text around it is left out.
//
// The files are parsed at the first use; used by one thread. Times are the clinic's (local_time.h).
#pragma once

#include <clinic/status.h>

#include <stddef.h>
#include <stdint.h>

enum message_template {
    MESSAGE_WELCOME,
    MESSAGE_VISIT_CONFIRMED,
    MESSAGE_VISIT_MOVED,
    MESSAGE_VISIT_CANCELED,
    MESSAGE_NEW_MESSAGE,
    MESSAGE_DOCTOR_WELCOME,
    MESSAGE_DOCTOR_VISIT_BOOKED,
    MESSAGE_DOCTOR_VISIT_MOVED,
    MESSAGE_DOCTOR_VISIT_HANDED_OVER,
    MESSAGE_DOCTOR_VISIT_CANCELED,
    MESSAGE_DOCTOR_FEEDBACK,
    MESSAGE_PROVISIONAL,
    MESSAGE_GENERAL_FEEDBACK,
    MESSAGE_LOW_STOCK,
    MESSAGE_OUT_OF_STOCK,
    MESSAGE_TEMPLATE_COUNT,
};

enum {
    MESSAGE_BODY_BYTES = 1024,
    MESSAGE_SMS_CHARACTERS = 160,
    MESSAGE_LANGUAGE_BYTES = 4,
    MESSAGE_FIRST_NAME_BYTES = 201,
};

// A file as it was compiled in.
struct message_file {
    const char *language;
    const char *text;
};
extern const struct message_file message_files[];
extern const size_t message_file_count;

// What a template may need; NULL and 0 for what it does not.
struct message_values {
    const char *first_name;
    const char *clinic;
    const char *phone;
    int64_t at_ms;     // {weekday} {date} {time}
    int64_t old_at_ms; // {old_weekday} {old_date} {old_time}
    const char *item;
    const char *unit;
    const char *location;
    int64_t quantity;
    int64_t minimum;
};

// The template's name in the files, e.g. "visit-confirmed".
const char *message_template_name(enum message_template template);

// Parses all files. CLINIC_INVALID: a text is missing, or a name or placeholder unknown or not allowed there;
// reterr_problem is a line for an operator.
enum clinic_status message_templates_load(const struct message_file *files, size_t count,
                                          char *reterr_problem, size_t problem_bytes);

// The first of the two languages that there is, or else English.
const char *message_language(const char *wanted, const char *fallback);

// What a message calls somebody: the first word of the name, up to what would make an address of it. Whoever
// registers with another's phone number must not choose a link that the clinic then sends there.
void message_first_name(const char *name, char ret_first_name[static MESSAGE_FIRST_NAME_BYTES]);

// Fills a template of a language that message_language() gave. Above `characters` (0: no limit) the first
// name is cut, and then the end.
enum clinic_status message_render(enum message_template template, const char *language,
                                  const struct message_values *values, size_t characters,
                                  char ret_body[static MESSAGE_BODY_BYTES]);
