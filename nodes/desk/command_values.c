#include "command_values.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { INTEGER_DIGITS_MAX = 15, ITEM_BYTES = 1024 };

bool command_parse_integer(const char *text, double *ret_value)
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

static bool put_number(cJSON *target, const struct clinic_field *field, const char *text,
                       char *problem)
{
    double number = 0;
    if (command_parse_integer(text, &number))
        return cJSON_AddNumberToObject(target, field->name, number) != NULL;
    (void)snprintf(problem, COMMAND_PROBLEM_BYTES, "%s must be a whole number, not \"%s\"",
                   field->name, text);
    return false;
}

// ---- files

// The limit is that of the field, in bytes: a text of more is refused by the catalogue anyway.
static char *read_whole(const char *path, size_t limit)
{
    FILE *file = strcmp(path, "-") == 0 ? stdin : fopen(path, "re");
    char *content = calloc(1, limit + 2);
    if (file == NULL || content == NULL) {
        free(content);
        return NULL;
    }
    errno = 0;
    size_t length = fread(content, 1, limit + 1, file);
    bool is_good = ferror(file) == 0 && strlen(content) == length;
    if (file != stdin)
        (void)fclose(file);
    if (is_good)
        return content;
    free(content);
    return NULL;
}

// A file's lines may end as they like; the bus takes line feeds only.
static void drop_carriage_returns(char *text)
{
    char *kept = text;
    for (const char *c = text; *c != '\0'; c++)
        if (*c != '\r')
            *kept++ = *c;
    *kept = '\0';
}

static bool put_file(cJSON *target, const struct clinic_field *field, const char *path,
                     char *problem)
{
    char *content = read_whole(path, (size_t)field->max * 2);
    bool is_put = false;
    if (content != NULL) {
        drop_carriage_returns(content);
        is_put = cJSON_AddStringToObject(target, field->name, content) != NULL;
    } else {
        (void)snprintf(problem, COMMAND_PROBLEM_BYTES, "%s cannot be read from %s: %s", field->name,
                       path, errno != 0 ? strerror(errno) : "it is no text");
    }
    free(content);
    return is_put;
}

// ---- items of lists

static const struct clinic_field *find_member(const struct clinic_field *item, const char *name)
{
    for (size_t i = 0; i < item->field_count; i++)
        if (strcmp(item->fields[i].name, name) == 0)
            return &item->fields[i];
    return NULL;
}

// Cuts the next KEY=VALUE off; what follows the comma is left in *rest.
static char *next_pair(char **rest)
{
    char *start = *rest;
    char *kept = start;
    char *c = start;
    for (; *c != '\0' && *c != ','; c++) {
        if (c[0] == '\\' && c[1] == ',')
            c++;
        *kept++ = *c;
    }
    *rest = *c == ',' ? c + 1 : NULL;
    *kept = '\0';
    return start;
}

static bool put_pair(cJSON *object, const struct clinic_field *item, char *pair, char *problem)
{
    char *equals = strchr(pair, '=');
    if (equals != NULL)
        *equals = '\0';
    const struct clinic_field *member = equals == NULL ? NULL : find_member(item, pair);
    if (member != NULL && !cJSON_HasObjectItem(object, member->name))
        return command_put_value(object, member, equals + 1, problem);
    int used = snprintf(problem, COMMAND_PROBLEM_BYTES, "%s is written KEY=VALUE,KEY=VALUE with",
                        item->name);
    for (size_t i = 0; i < item->field_count && used < COMMAND_PROBLEM_BYTES; i++)
        used += snprintf(problem + used, COMMAND_PROBLEM_BYTES - (size_t)used, "%s %s",
                         i == 0 ? "" : ",", item->fields[i].name);
    return false;
}

static cJSON *parse_object(const struct clinic_field *item, const char *text, char *problem)
{
    char copy[ITEM_BYTES];
    cJSON *object = cJSON_CreateObject();
    bool is_good = object != NULL && strlen(text) < sizeof copy;
    if (is_good)
        (void)snprintf(copy, sizeof copy, "%s", text);
    else
        (void)snprintf(problem, COMMAND_PROBLEM_BYTES, "%s is too long", item->name);
    for (char *rest = copy; is_good && rest != NULL;)
        is_good = put_pair(object, item, next_pair(&rest), problem);
    if (is_good)
        return object;
    cJSON_Delete(object);
    return NULL;
}

static bool append_item(cJSON *target, const struct clinic_field *field, const char *text,
                        char *problem)
{
    const struct clinic_field *item = &field->fields[0];
    cJSON *value = item->type == CLINIC_FIELD_OBJECT ? parse_object(item, text, problem)
                                                     : cJSON_CreateString(text);
    if (value == NULL)
        return false;
    cJSON *list = cJSON_GetObjectItemCaseSensitive(target, field->name);
    if (list == NULL)
        list = cJSON_AddArrayToObject(target, field->name);
    return cJSON_AddItemToArray(list, value);
}

bool command_put_value(cJSON *target, const struct clinic_field *field, const char *text,
                       char reterr_problem[static COMMAND_PROBLEM_BYTES])
{
    if (field->type == CLINIC_FIELD_LIST)
        return append_item(target, field, text, reterr_problem);
    if (cJSON_HasObjectItem(target, field->name)) {
        (void)snprintf(reterr_problem, COMMAND_PROBLEM_BYTES, "%s is given twice", field->name);
        return false;
    }
    if (field->type == CLINIC_FIELD_INTEGER)
        return put_number(target, field, text, reterr_problem);
    if (command_field_is_file(field))
        return put_file(target, field, text, reterr_problem);
    return cJSON_AddStringToObject(target, field->name, text) != NULL;
}
