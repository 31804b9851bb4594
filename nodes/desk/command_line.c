// command_line.c - takes a command line apart by the rows of the table.
#include "command.h"

#include <clinic/json.h>

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

enum { INTEGER_DIGITS_MAX = 15, OPTION_NAME_BYTES = 80, TIMEOUT_NOT_GIVEN = -2 };

struct words {
    char **next;
    char **end;
    struct command_line *line;
    char *problem;
    bool has_operand;
};

static bool fail(struct words *words, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static bool fail(struct words *words, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(words->problem, COMMAND_PROBLEM_BYTES, format, arguments);
    va_end(arguments);
    return false;
}

bool command_field_is_secret(const struct clinic_field *field)
{
    return strcmp(field->name, "pin") == 0 || strcmp(field->name, "new_pin") == 0;
}

static void print_option(char *name, size_t name_bytes, const char *before, const char *word,
                         const char *behind)
{
    (void)snprintf(name, name_bytes, "--%s%s%s", before, word, behind);
    for (char *c = name; *c != '\0'; c++)
        if (*c == '_')
            *c = '-';
}

void command_option_name(const struct clinic_field *field, char *name, size_t name_bytes)
{
    const char *word = field->type == CLINIC_FIELD_LIST ? field->fields[0].name : field->name;
    print_option(name, name_bytes, "", word, command_field_is_secret(field) ? "-file" : "");
}

bool command_removal_name(const struct clinic_field *field, char *name, size_t name_bytes)
{
    print_option(name, name_bytes, "no-", field->name, "");
    return field->is_nullable || field->type == CLINIC_FIELD_BOOLEAN;
}

void command_fields(const struct command *command, const struct clinic_field **ret_fields,
                    size_t *ret_count)
{
    const struct clinic_request_type *type = &clinic_request_types[command->request];
    bool is_request = command->request != CLINIC_REQUEST_NONE;
    *ret_fields = is_request ? type->fields : command->options;
    *ret_count = is_request ? type->field_count : command->option_count;
}

// ---- values

static bool parse_integer(const char *text, double *ret_value)
{
    char *end = NULL;
    size_t length = strlen(text);
    if (length == 0 || length > INTEGER_DIGITS_MAX || strspn(text, "-0123456789") != length)
        return false;
    errno = 0;
    long long value = strtoll(text, &end, 10);
    *ret_value = (double)value;
    return errno == 0 && *end == '\0';
}

static bool append_item(cJSON *data, const struct clinic_field *field, const char *text)
{
    cJSON *list = cJSON_GetObjectItemCaseSensitive(data, field->name);
    if (list == NULL)
        list = cJSON_AddArrayToObject(data, field->name);
    return cJSON_AddItemToArray(list, cJSON_CreateString(text));
}

static bool set_value(struct words *words, const struct clinic_field *field, const char *text)
{
    cJSON *data = words->line->data;
    double number = 0;
    if (field->type == CLINIC_FIELD_LIST)
        return append_item(data, field, text);
    if (cJSON_HasObjectItem(data, field->name))
        return fail(words, "%s is given twice", field->name);
    if (field->type != CLINIC_FIELD_INTEGER)
        return cJSON_AddStringToObject(data, field->name, text) != NULL;
    if (!parse_integer(text, &number))
        return fail(words, "%s must be a whole number, not \"%s\"", field->name, text);
    return cJSON_AddNumberToObject(data, field->name, number) != NULL;
}

static bool set_secret(struct words *words, const struct clinic_field *field, const char *path)
{
    struct command_line *line = words->line;
    for (size_t i = 0; i < line->secret_count; i++)
        if (strcmp(line->secrets[i].field, field->name) == 0)
            line->secrets[i].path = path;
    return true;
}

// ---- options

static bool take_value(struct words *words, const char *option, const char *inline_value,
                       const char **ret_value)
{
    if (inline_value == NULL && words->next == words->end) {
        (void)fail(words, "%s needs a value behind it", option);
        return false;
    }
    *ret_value = inline_value != NULL ? inline_value : *words->next++;
    return true;
}

static bool take_global(struct words *words, const char *option, const char *inline_value,
                        bool *ret_is_known)
{
    struct command_settings *settings = &words->line->settings;
    const char *value = NULL;
    double seconds = 0;
    *ret_is_known = true;
    if (strcmp(option, "--json") == 0)
        return settings->is_json = true;
    if (strcmp(option, "--help") == 0 || strcmp(option, "-h") == 0)
        return settings->wants_help = true;
    if (strcmp(option, "--folder") == 0)
        return take_value(words, option, inline_value, &settings->folder);
    if (strcmp(option, "--timeout") == 0) {
        if (!take_value(words, option, inline_value, &value))
            return false;
        if (!parse_integer(value, &seconds) || seconds < 0 || seconds > 3600)
            return fail(words, "--timeout must be 0 to 3600 seconds, not \"%s\"", value);
        settings->timeout_ms = (int64_t)seconds * 1000;
        return true;
    }
    *ret_is_known = false;
    return true;
}

// "--no-email": null where null means "remove", false for a boolean.
static bool take_removal(struct words *words, const struct clinic_field *field)
{
    cJSON *data = words->line->data;
    if (cJSON_HasObjectItem(data, field->name))
        return fail(words, "%s is given twice", field->name);
    if (field->type == CLINIC_FIELD_BOOLEAN)
        return cJSON_AddFalseToObject(data, field->name) != NULL;
    return cJSON_AddNullToObject(data, field->name) != NULL;
}

static bool is_removal_of(const struct clinic_field *field, const char *option)
{
    char name[OPTION_NAME_BYTES];
    return command_removal_name(field, name, sizeof name) && strcmp(option, name) == 0;
}

static bool take_field(struct words *words, const char *option, const char *inline_value)
{
    const struct clinic_field *fields = NULL;
    size_t count = 0;
    const char *value = NULL;
    char name[OPTION_NAME_BYTES];
    command_fields(words->line->command, &fields, &count);
    for (size_t i = 0; i < count; i++) {
        if (is_removal_of(&fields[i], option))
            return take_removal(words, &fields[i]);
        command_option_name(&fields[i], name, sizeof name);
        if (strcmp(name, option) != 0)
            continue;
        if (fields[i].type == CLINIC_FIELD_BOOLEAN)
            return cJSON_AddTrueToObject(words->line->data, fields[i].name) != NULL;
        if (!take_value(words, option, inline_value, &value))
            return false;
        return command_field_is_secret(&fields[i]) ? set_secret(words, &fields[i], value)
                                                   : set_value(words, &fields[i], value);
    }
    return fail(words, "there is no option %s; --help lists them", option);
}

static bool take_option(struct words *words, const char *word)
{
    char option[OPTION_NAME_BYTES];
    const char *equals = strchr(word, '=');
    size_t length = equals == NULL ? strlen(word) : (size_t)(equals - word);
    bool is_known = false;
    if (length >= sizeof option)
        return fail(words, "there is no option %.40s…", word);
    (void)snprintf(option, sizeof option, "%.*s", (int)length, word);
    const char *inline_value = equals == NULL ? NULL : equals + 1;

    if (!take_global(words, option, inline_value, &is_known))
        return false;
    if (is_known)
        return true;
    if (words->line->command == NULL)
        return fail(words, "%s comes before the command; options of a command go behind it",
                    option);
    return take_field(words, option, inline_value);
}

// ---- words

// The longest command whose words stand here: "outbox drop" before "outbox".
static const struct command *match_command(char **words, size_t count, size_t *ret_used)
{
    const struct command *best = NULL;
    for (size_t i = 0; i < command_count; i++) {
        const char *rest = commands[i].name;
        size_t used = 0;
        while (used < count && *rest != '\0') {
            size_t length = strcspn(rest, " ");
            if (strlen(words[used]) != length || strncmp(words[used], rest, length) != 0)
                break;
            rest += length + (rest[length] == ' ' ? 1 : 0);
            used++;
        }
        if (*rest == '\0' && (best == NULL || used > *ret_used)) {
            best = &commands[i];
            *ret_used = used;
        }
    }
    return best;
}

static void note_secrets(struct command_line *line)
{
    const struct clinic_field *fields = NULL;
    size_t count = 0;
    command_fields(line->command, &fields, &count);
    for (size_t i = 0; i < count && line->secret_count < COMMAND_FILES_MAX; i++)
        if (command_field_is_secret(&fields[i]))
            line->secrets[line->secret_count++].field = fields[i].name;
}

static bool take_command(struct words *words)
{
    size_t used = 0;
    words->next--;
    words->line->command = match_command(words->next, (size_t)(words->end - words->next), &used);
    if (words->line->command == NULL)
        return fail(words, "there is no command \"%s\"; --help lists them", *words->next);
    words->next += used;
    note_secrets(words->line);
    return true;
}

static bool take_operand(struct words *words, const char *word)
{
    const struct command *command = words->line->command;
    const struct clinic_field *fields = NULL;
    size_t count = 0;
    if (command->operand == NULL || words->has_operand)
        return fail(words, "\"%s\" is one word too many; quote what belongs together", word);
    words->has_operand = true;
    command_fields(command, &fields, &count);
    for (size_t i = 0; i < count; i++)
        if (strcmp(fields[i].name, command->operand) == 0)
            return set_value(words, &fields[i], word);
    return fail(words, "\"%s\" has no place", word);
}

static bool take_words(struct words *words)
{
    bool are_options_over = false;
    while (words->next < words->end) {
        const char *word = *words->next++;
        bool is_good = true;
        if (!are_options_over && strcmp(word, "--") == 0)
            are_options_over = true;
        else if (!are_options_over && word[0] == '-' && word[1] != '\0')
            is_good = take_option(words, word);
        else if (words->line->command == NULL)
            is_good = take_command(words);
        else
            is_good = take_operand(words, word);
        if (!is_good)
            return false;
    }
    return words->line->settings.wants_help || words->line->command != NULL
           || fail(words, "which command? --help lists them");
}

bool command_line_parse(int argc, char **argv, struct command_line *ret_line,
                        char reterr_problem[static COMMAND_PROBLEM_BYTES])
{
    struct command_line line = { .settings = { .folder = getenv("CLINIC_NODE"),
                                               .timeout_ms = TIMEOUT_NOT_GIVEN } };
    struct words words = {
        .next = argv + 1, .end = argv + argc, .line = &line, .problem = reterr_problem
    };
    reterr_problem[0] = '\0';
    line.data = cJSON_CreateObject();
    if (line.data == NULL || !take_words(&words)) {
        if (reterr_problem[0] == '\0')
            (void)fail(&words, "out of memory");
        command_line_done(&line);
        return false;
    }
    *ret_line = line;
    return true;
}

void command_line_done(struct command_line *line)
{
    cJSON_Delete(line->data);
    line->data = NULL;
}

// A problem's path is "preconditions[2]"; people know the option.
static void name_option(const struct clinic_field *fields, size_t count, const char *path,
                        const char *operand, char *name, size_t name_bytes)
{
    size_t length = strcspn(path, "[.");
    (void)snprintf(name, name_bytes, "%s", path);
    for (size_t i = 0; i < count; i++) {
        bool is_it = strlen(fields[i].name) == length && strncmp(fields[i].name, path, length) == 0;
        if (is_it && (operand == NULL || strcmp(operand, fields[i].name) != 0))
            command_option_name(&fields[i], name, name_bytes);
    }
}

bool command_line_check(const struct command_line *line,
                        char reterr_problem[static COMMAND_PROBLEM_BYTES])
{
    const struct clinic_field *fields = NULL;
    size_t count = 0;
    char option[OPTION_NAME_BYTES];
    struct clinic_problem problem = { .message = "" };
    command_fields(line->command, &fields, &count);
    if (clinic_fields_check(fields, count, line->data, false, &problem))
        return true;
    name_option(fields, count, problem.field, line->command->operand, option, sizeof option);
    (void)snprintf(reterr_problem, COMMAND_PROBLEM_BYTES, "%s%s%s", option,
                   option[0] == '\0' ? "" : ": ", problem.message);
    return false;
}
