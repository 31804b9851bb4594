// message_language.c - reads the files of messages/, and holds them to what each message may say.
#include "message_scope.h"

#include <clinic/text.h>

#include <ini.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

enum { LANGUAGES_MAX = 16 };

// What the compiled-in files say.
static struct {
    size_t count; // 0: not parsed yet
    struct message_words languages[LANGUAGES_MAX];
} loaded;

// ---- what there is to say

#define BIT(value) (1U << (value))
#define SENDER (BIT(MESSAGE_VALUE_CLINIC) | BIT(MESSAGE_VALUE_PHONE))
#define PERSON (SENDER | BIT(MESSAGE_VALUE_FIRST_NAME))
#define WHEN (BIT(MESSAGE_VALUE_WEEKDAY) | BIT(MESSAGE_VALUE_DATE) | BIT(MESSAGE_VALUE_TIME))
#define WHEN_BEFORE                                                                                \
    (BIT(MESSAGE_VALUE_OLD_WEEKDAY) | BIT(MESSAGE_VALUE_OLD_DATE) | BIT(MESSAGE_VALUE_OLD_TIME))
#define PLACE (BIT(MESSAGE_VALUE_ITEM) | BIT(MESSAGE_VALUE_LOCATION))
#define STOCK                                                                                      \
    (PLACE | BIT(MESSAGE_VALUE_QUANTITY) | BIT(MESSAGE_VALUE_UNIT) | BIT(MESSAGE_VALUE_MINIMUM))

// A name in a file, and the placeholders that its text may hold.
struct entry {
    const char *name;
    unsigned allowed;
};

static const struct entry templates[MESSAGE_TEMPLATE_COUNT] = {
    [MESSAGE_WELCOME] = { "welcome", PERSON },
    [MESSAGE_VISIT_CONFIRMED] = { "visit-confirmed", PERSON | WHEN },
    [MESSAGE_VISIT_MOVED] = { "visit-moved", PERSON | WHEN },
    [MESSAGE_VISIT_CANCELED] = { "visit-canceled", PERSON | WHEN },
    [MESSAGE_NEW_MESSAGE] = { "new-message", PERSON },
    [MESSAGE_DOCTOR_WELCOME] = { "doctor-welcome", SENDER },
    [MESSAGE_DOCTOR_VISIT_BOOKED] = { "doctor-visit-booked", WHEN },
    [MESSAGE_DOCTOR_VISIT_MOVED] = { "doctor-visit-moved", WHEN | WHEN_BEFORE },
    [MESSAGE_DOCTOR_VISIT_HANDED_OVER] = { "doctor-visit-handed-over", WHEN },
    [MESSAGE_DOCTOR_VISIT_CANCELED] = { "doctor-visit-canceled", WHEN },
    [MESSAGE_DOCTOR_FEEDBACK] = { "doctor-feedback", 0 },
    [MESSAGE_PROVISIONAL] = { "provisional", 0 },
    [MESSAGE_GENERAL_FEEDBACK] = { "general-feedback", 0 },
    [MESSAGE_LOW_STOCK] = { "low-stock", STOCK },
    [MESSAGE_OUT_OF_STOCK] = { "out-of-stock", PLACE },
};

static const struct entry words[MESSAGE_WORD_COUNT] = {
    [MESSAGE_WORD_DATE] = { "date", BIT(MESSAGE_VALUE_DAY) | BIT(MESSAGE_VALUE_MONTH) },
    [MESSAGE_WORD_TIME] = { "time", BIT(MESSAGE_VALUE_HOUR) | BIT(MESSAGE_VALUE_MINUTE) },
    [MESSAGE_WORD_FIRST_DAY] = { "first-day", 0 },
    [MESSAGE_WORD_MONDAY] = { "monday", 0 },
    { "tuesday", 0 },
    { "wednesday", 0 },
    { "thursday", 0 },
    { "friday", 0 },
    { "saturday", 0 },
    { "sunday", 0 },
    [MESSAGE_WORD_JANUARY] = { "january", 0 },
    { "february", 0 },
    { "march", 0 },
    { "april", 0 },
    { "may", 0 },
    { "june", 0 },
    { "july", 0 },
    { "august", 0 },
    { "september", 0 },
    { "october", 0 },
    { "november", 0 },
    { "december", 0 },
};

const char *message_template_name(enum message_template template)
{
    return templates[template].name;
}

// ---- parsing

struct parse {
    struct message_words *language;
    char *problem;
    size_t problem_bytes;
};

static int fail(const struct parse *parse, const char *what, const char *name)
{
    (void)snprintf(parse->problem, parse->problem_bytes, "messages/%s.ini: %s \"%.60s\"",
                   parse->language->code, what, name);
    return 0;
}

static bool has_only_allowed_placeholders(const char *text, unsigned allowed)
{
    for (; *text != '\0'; text++) {
        if (*text == '}')
            return false;
        if (*text != '{')
            continue;
        size_t placeholder = message_placeholder_at(text);
        if (placeholder == MESSAGE_PLACEHOLDER_COUNT || (allowed & BIT(placeholder)) == 0)
            return false;
        text += strlen(message_placeholders[placeholder]) - 1;
    }
    return true;
}

static int take_text(const struct parse *parse, const struct entry *entry, const char *value,
                     char text[static MESSAGE_TEXT_BYTES])
{
    if (text[0] != '\0')
        return fail(parse, "more than one text (or one longer than a line) for", entry->name);
    if (!clinic_text_is_utf8(value, strlen(value)) || strlen(value) >= MESSAGE_TEXT_BYTES)
        return fail(parse, "too long, or not in UTF-8:", entry->name);
    if (!has_only_allowed_placeholders(value, entry->allowed))
        return fail(parse, "unknown or forbidden placeholder in", entry->name);
    memcpy(text, value, strlen(value) + 1);
    return 1;
}

static size_t find_entry(const struct entry *entries, size_t count, const char *name)
{
    size_t i = 0;

    while (i < count && strcmp(entries[i].name, name) != 0)
        i++;
    return i;
}

// inih's callback; 0 stops with an error.
static int take_line(void *context, const char *section, const char *name, const char *value)
{
    const struct parse *parse = context;
    const bool is_template = strcmp(section, "messages") == 0;

    if (!is_template && strcmp(section, "dates") != 0)
        return fail(parse, "unknown section", section);
    const struct entry *entries = is_template ? templates : words;
    const size_t count = is_template ? MESSAGE_TEMPLATE_COUNT : MESSAGE_WORD_COUNT;
    const size_t i = find_entry(entries, count, name);
    if (i == count)
        return fail(parse, is_template ? "unknown message" : "unknown word", name);
    return take_text(parse, &entries[i], value,
                     is_template ? parse->language->templates[i] : parse->language->words[i]);
}

static bool is_complete(const struct parse *parse, const struct entry *entries,
                        char texts[][MESSAGE_TEXT_BYTES], size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (texts[i][0] == '\0')
            return fail(parse, "there is no text for", entries[i].name) != 0;
    }
    return true;
}

static bool parse_file(const struct message_file *file, struct parse *parse)
{
    (void)snprintf(parse->language->code, MESSAGE_LANGUAGE_BYTES, "%s", file->language);
    parse->problem[0] = '\0';
    int line = ini_parse_string(file->text, take_line, parse);
    if (line != 0 && parse->problem[0] == '\0') {
        char number[16];
        (void)snprintf(number, sizeof number, "%d", line);
        return fail(parse, "cannot be read in line", number) != 0;
    }
    return line == 0
           && is_complete(parse, templates, parse->language->templates, MESSAGE_TEMPLATE_COUNT)
           && is_complete(parse, words, parse->language->words, MESSAGE_WORD_COUNT);
}

enum clinic_status message_templates_load(const struct message_file *files, size_t count,
                                          char *reterr_problem, size_t problem_bytes)
{
    loaded.count = 0;
    if (count > LANGUAGES_MAX) {
        (void)snprintf(reterr_problem, problem_bytes, "there are more than %d languages",
                       LANGUAGES_MAX);
        return CLINIC_INVALID;
    }
    for (size_t i = 0; i < count; i++) {
        struct parse parse = { &loaded.languages[i], reterr_problem, problem_bytes };
        memset(parse.language, 0, sizeof *parse.language); // a page not written takes no memory
        if (!parse_file(&files[i], &parse))
            return CLINIC_INVALID;
    }
    loaded.count = count;
    return CLINIC_OK;
}

const struct message_words *message_find_language(const char *code)
{
    if (loaded.count == 0) {
        char problem[200]; // a unit test and --check have seen these very files
        (void)message_templates_load(message_files, message_file_count, problem, sizeof problem);
    }
    for (size_t i = 0; code != NULL && i < loaded.count; i++) {
        if (strcmp(loaded.languages[i].code, code) == 0)
            return &loaded.languages[i];
    }
    return NULL;
}

const char *message_language(const char *wanted, const char *fallback)
{
    const struct message_words *language = message_find_language(wanted);

    if (language == NULL)
        language = message_find_language(fallback);
    return language == NULL ? "en" : language->code;
}
