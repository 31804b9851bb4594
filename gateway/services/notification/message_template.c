#include "message_template.h"

#include <clinic/text.h>

#include <ini.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

enum {
    LANGUAGES_MAX = 16,
    TEMPLATE_BYTES = 256,
    FIRST_NAME_BYTES = 256,
};

struct language {
    char code[MESSAGE_LANGUAGE_BYTES];
    char texts[MESSAGE_TEMPLATE_COUNT][TEMPLATE_BYTES];
};

// What the compiled-in files say.
static struct {
    size_t count; // 0: not parsed yet
    struct language languages[LANGUAGES_MAX];
} loaded;

static const char *const names[MESSAGE_TEMPLATE_COUNT] = {
    [MESSAGE_WELCOME] = "welcome",
    [MESSAGE_PROVISIONAL] = "provisional",
};

const char *message_template_name(enum message_template template)
{
    return names[template];
}

// ---- placeholders

static const char *first_name_of(const struct message_values *values)
{
    return values->first_name;
}

static const char *clinic_of(const struct message_values *values)
{
    return values->clinic;
}

static const char *phone_of(const struct message_values *values)
{
    return values->phone;
}

static const struct {
    const char *text;
    const char *(*value)(const struct message_values *values);
} placeholders[] = {
    { "{first_name}", first_name_of },
    { "{clinic}", clinic_of },
    { "{phone}", phone_of },
};

enum { PLACEHOLDER_COUNT = sizeof placeholders / sizeof placeholders[0] };

// Which one begins here; PLACEHOLDER_COUNT: none.
static size_t placeholder_at(const char *text)
{
    size_t i = 0;

    while (i < PLACEHOLDER_COUNT
           && strncmp(text, placeholders[i].text, strlen(placeholders[i].text)) != 0)
        i++;
    return i;
}

static bool has_only_known_placeholders(const char *text)
{
    for (; *text != '\0'; text++) {
        size_t i = *text == '{' ? placeholder_at(text) : 0;
        if (i == PLACEHOLDER_COUNT || *text == '}')
            return false;
        if (*text == '{')
            text += strlen(placeholders[i].text) - 1;
    }
    return true;
}

// ---- parsing

struct parse {
    struct language *language;
    char *problem;
    size_t problem_bytes;
};

static int fail(const struct parse *parse, const char *what, const char *name)
{
    (void)snprintf(parse->problem, parse->problem_bytes, "messages/%s.ini: %s \"%.60s\"",
                   parse->language->code, what, name);
    return 0;
}

// inih's callback; 0 stops with an error.
static int take_line(void *context, const char *section, const char *name, const char *value)
{
    const struct parse *parse = context;
    size_t template = 0;

    if (strcmp(section, "messages") != 0)
        return fail(parse, "unknown section", section);
    while (template <MESSAGE_TEMPLATE_COUNT &&strcmp(names[template], name) != 0)
        template ++;
    if (template == MESSAGE_TEMPLATE_COUNT)
        return fail(parse, "unknown message", name);
    char *text = parse->language->texts[template];
    if (text[0] != '\0')
        return fail(parse, "more than one text (or one longer than a line) for", name);
    if (!clinic_text_is_utf8(value, strlen(value)) || strlen(value) >= TEMPLATE_BYTES)
        return fail(parse, "too long, or not in UTF-8:", name);
    if (!has_only_known_placeholders(value))
        return fail(parse, "unknown placeholder in", name);
    memcpy(text, value, strlen(value) + 1);
    return 1;
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
    for (size_t i = 0; i < MESSAGE_TEMPLATE_COUNT && line == 0; i++) {
        if (parse->language->texts[i][0] == '\0')
            return fail(parse, "there is no text for", names[i]) != 0;
    }
    return line == 0;
}

enum clinic_status message_templates_load(const struct message_file *files, size_t count,
                                          char *reterr_problem, size_t problem_bytes)
{
    memset(&loaded, 0, sizeof loaded);
    if (count > LANGUAGES_MAX) {
        (void)snprintf(reterr_problem, problem_bytes, "there are more than %d languages",
                       LANGUAGES_MAX);
        return CLINIC_INVALID;
    }
    for (size_t i = 0; i < count; i++) {
        struct parse parse = { &loaded.languages[i], reterr_problem, problem_bytes };
        if (!parse_file(&files[i], &parse))
            return CLINIC_INVALID;
    }
    loaded.count = count;
    return CLINIC_OK;
}

static const struct language *find_language(const char *code)
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
    const struct language *language = find_language(wanted);

    if (language == NULL)
        language = find_language(fallback);
    return language == NULL ? "en" : language->code;
}

// ---- filling in

// Where the character after the first `characters` begins.
static char *after_characters(char *text, size_t characters)
{
    while (*text != '\0' && characters > 0) {
        text++;
        while (((unsigned char)*text & 0xC0) == 0x80)
            text++;
        characters--;
    }
    return text;
}

static bool fill(const char *text, const struct message_values *values,
                 char body[static MESSAGE_BODY_BYTES])
{
    size_t used = 0;

    while (*text != '\0') {
        size_t i = *text == '{' ? placeholder_at(text) : PLACEHOLDER_COUNT;
        const char *piece = i == PLACEHOLDER_COUNT ? text : placeholders[i].value(values);
        size_t length = i == PLACEHOLDER_COUNT ? 1 : strlen(piece);
        if (used + length >= MESSAGE_BODY_BYTES)
            return false;
        memcpy(body + used, piece, length);
        used += length;
        text += i == PLACEHOLDER_COUNT ? 1 : strlen(placeholders[i].text);
    }
    body[used] = '\0';
    return true;
}

// At least one character of the name remains.
static bool fill_shorter(const char *text, const struct message_values *values, size_t excess,
                         char body[static MESSAGE_BODY_BYTES])
{
    char first_name[FIRST_NAME_BYTES];
    struct message_values shorter = *values;

    (void)snprintf(first_name, sizeof first_name, "%s", values->first_name);
    size_t characters = clinic_text_code_points(first_name);
    *after_characters(first_name, characters > excess ? characters - excess : 1) = '\0';
    shorter.first_name = first_name;
    return fill(text, &shorter, body);
}

enum clinic_status message_render(enum message_template template, const char *language,
                                  const struct message_values *values, size_t characters,
                                  char ret_body[static MESSAGE_BODY_BYTES])
{
    const struct language *found = find_language(language);

    if (found == NULL || !fill(found->texts[template], values, ret_body))
        return CLINIC_INVALID;
    size_t length = clinic_text_code_points(ret_body);
    if (characters == 0 || length <= characters)
        return CLINIC_OK;
    if (!fill_shorter(found->texts[template], values, length - characters, ret_body))
        return CLINIC_INVALID;
    *after_characters(ret_body, characters) = '\0';
    return CLINIC_OK;
}
