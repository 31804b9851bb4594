// message_scope.h - what message_language.c and message_template.c share; nobody else includes it.
#pragma once

#include "message_template.h"

enum { MESSAGE_TEXT_BYTES = 256, MESSAGE_PLACEHOLDER_BYTES = 20 };

enum message_placeholder {
    MESSAGE_VALUE_FIRST_NAME,
    MESSAGE_VALUE_CLINIC,
    MESSAGE_VALUE_PHONE,
    MESSAGE_VALUE_WEEKDAY,
    MESSAGE_VALUE_DATE,
    MESSAGE_VALUE_TIME,
    MESSAGE_VALUE_OLD_WEEKDAY,
    MESSAGE_VALUE_OLD_DATE,
    MESSAGE_VALUE_OLD_TIME,
    MESSAGE_VALUE_ITEM,
    MESSAGE_VALUE_QUANTITY,
    MESSAGE_VALUE_UNIT,
    MESSAGE_VALUE_MINIMUM,
    MESSAGE_VALUE_LOCATION,
    // Of how a language writes days and times, not of messages.
    MESSAGE_VALUE_DAY,
    MESSAGE_VALUE_MONTH,
    MESSAGE_VALUE_HOUR,
    MESSAGE_VALUE_MINUTE,
    MESSAGE_PLACEHOLDER_COUNT,
};

// As written in templates, with braces.
extern const char *const message_placeholders[MESSAGE_PLACEHOLDER_COUNT];

// Which placeholder begins at `text`; MESSAGE_PLACEHOLDER_COUNT: none.
size_t message_placeholder_at(const char *text);

enum message_word {
    MESSAGE_WORD_DATE,
    MESSAGE_WORD_TIME,
    MESSAGE_WORD_FIRST_DAY, // of a month: French has a "1er"
    MESSAGE_WORD_MONDAY,
    MESSAGE_WORD_JANUARY = MESSAGE_WORD_MONDAY + 7,
    MESSAGE_WORD_COUNT = MESSAGE_WORD_JANUARY + 12,
};

struct message_words {
    char code[MESSAGE_LANGUAGE_BYTES];
    char templates[MESSAGE_TEMPLATE_COUNT][MESSAGE_TEXT_BYTES];
    char words[MESSAGE_WORD_COUNT][MESSAGE_TEXT_BYTES];
};

// NULL: there is no such language.
const struct message_words *message_find_language(const char *code);
