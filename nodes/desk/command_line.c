// command_line.c - takes a command line apart by the rows of the table.
#include "command.h"

#include "command_values.h"

#include <clinic/json.h>

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

enum { OPTION_NAME_BYTES = 80, TIMEOUT_NOT_GIVEN = -2 };

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

bool command_field_is_file(const struct clinic_field *field)
{
    return strcmp(field->name, "ics") == 0;
}

static void use_hyphens(char *name)
{
    for (char *c = name; *c != '\0'; c++)
        if (*c == '_')
            *c = '-';
}

void command_option_name(const struct clinic_field *object, const struct clinic_field *field,
                         char *name, size_t name_bytes)
{
    const char *word = field->type == CLINIC_FIELD_LIST ? field->fields[0].name : field->name;
    bool is_file = command_field_is_secret(field) || command_field_is_file(field);
    (void)snprintf(name, name_bytes, "--%s%s%s%s", object == NULL ? "" : object->name,
                   object == NULL ? "" : "-", word, is_file ? "-file" : "");
    use_hyphens(name);
}

bool command_removal_name(const struct clinic_field *field, char *name, size_t name_bytes)
{
    (void)snprintf(name, name_bytes, "--no-%s", field->name);
    use_hyphens(name);
    return field->is_nullable || field->type == CLINIC_FIELD_BOOLEAN;
}

void command_fields(const struct command *command, const struct clinic_field **ret_fields,
                    size_t *ret_count)
{
    const struct clinic_request_type *type = &clinic_request_types[command->request];
    bool is_request = command->options == NULL && command->request != CLINIC_REQUEST_NONE;
    *ret_fields = is_request ? type->fields : command->options;
    *ret_count = is_request ? type->field_count : command->option_count;
}

// ---- values

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
        if (!command_parse_integer(value, &seconds) || seconds < 0 || seconds > 3600)
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

// The fields among which an option is looked for: those of the command, or of an object in it.
struct option_scope {
    const struct clinic_field *object; // NULL: the command itself
    const struct clinic_field *fields;
    size_t count;
};

static bool put_option(struct words *words, const struct option_scope *scope,
                       const struct clinic_field *field, const char *option,
                       const char *inline_value)
{
    cJSON *target = words->line->data;
    const char *value = NULL;
    if (scope->object != NULL) {
        target = cJSON_GetObjectItemCaseSensitive(words->line->data, scope->object->name);
        if (target == NULL)
            target = cJSON_AddObjectToObject(words->line->data, scope->object->name);
    }
    if (field->type == CLINIC_FIELD_BOOLEAN)
        return cJSON_AddTrueToObject(target, field->name) != NULL;
    if (!take_value(words, option, inline_value, &value))
        return false;
    return command_field_is_secret(field) ? set_secret(words, field, value)
                                          : command_put_value(target, field, value, words->problem);
}

static bool take_in_scope(struct words *words, const struct option_scope *scope, const char *option,
                          const char *inline_value, bool *ret_is_known)
{
    char name[OPTION_NAME_BYTES];
    *ret_is_known = true;
    for (size_t i = 0; i < scope->count; i++) {
        const struct clinic_field *field = &scope->fields[i];
        if (scope->object == NULL && is_removal_of(field, option))
            return take_removal(words, field);
        command_option_name(scope->object, field, name, sizeof name);
        if (strcmp(name, option) == 0)
            return put_option(words, scope, field, option, inline_value);
    }
    *ret_is_known = false;
    return true;
}

static bool take_field(struct words *words, const char *option, const char *inline_value)
{
    struct option_scope scope = { .object = NULL };
    bool is_known = false;
    command_fields(words->line->command, &scope.fields, &scope.count);
    bool is_good = take_in_scope(words, &scope, option, inline_value, &is_known);
    for (size_t i = 0; i < scope.count && !is_known; i++) {
        const struct clinic_field *object = &scope.fields[i];
        const struct option_scope inner = { object, object->fields, object->field_count };
        if (object->type == CLINIC_FIELD_OBJECT)
            is_good = take_in_scope(words, &inner, option, inline_value, &is_known);
    }
    return is_known ? is_good : fail(words, "there is no option %s; --help lists them", option);
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
            return command_put_value(words->line->data, &fields[i], word, words->problem);
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

static bool is_named(const struct clinic_field *field, const char *path, size_t length)
{
    return strlen(field->name) == length && strncmp(field->name, path, length) == 0;
}

// A problem's path is "preconditions[2]" or "patient.name"; people know the option.
static void name_option(const struct option_scope *scope, const char *path, const char *operand,
                        char *name, size_t name_bytes)
{
    size_t length = strcspn(path, "[.");
    if (scope->object == NULL)
        (void)snprintf(name, name_bytes, "%s", path);
    for (size_t i = 0; i < scope->count; i++) {
        const struct clinic_field *field = &scope->fields[i];
        const struct option_scope inner = { field, field->fields, field->field_count };
        if (!is_named(field, path, length)
            || (operand != NULL && strcmp(operand, field->name) == 0))
            continue;
        if (field->type == CLINIC_FIELD_OBJECT && path[length] == '.')
            name_option(&inner, path + length + 1, NULL, name, name_bytes);
        else
            command_option_name(scope->object, field, name, name_bytes);
    }
}

bool command_line_check(const struct command_line *line,
                        char reterr_problem[static COMMAND_PROBLEM_BYTES])
{
    struct option_scope scope = { .object = NULL };
    char option[OPTION_NAME_BYTES];
    struct clinic_problem problem = { .message = "" };
    command_fields(line->command, &scope.fields, &scope.count);
    if (clinic_fields_check(scope.fields, scope.count, line->data, false, &problem))
        return true;
    name_option(&scope, problem.field, line->command->operand, option, sizeof option);
    (void)snprintf(reterr_problem, COMMAND_PROBLEM_BYTES, "%s%s%s", option,
                   option[0] == '\0' ? "" : ": ", problem.message);
    return false;
}
