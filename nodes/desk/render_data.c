#include "render_data.h"

#include "table.h"

#include <clinic/clock.h>
#include <clinic/json.h>

#include <string.h>
#include <time.h>

// ---- values

static void print_list(const cJSON *list, char *text, size_t text_bytes)
{
    size_t used = 0;
    text[0] = '\0';
    if (cJSON_IsObject(list->child)) {
        (void)snprintf(text, text_bytes, "%d", cJSON_GetArraySize(list));
        return;
    }
    const cJSON *item = NULL;
    cJSON_ArrayForEach(item, list)
    {
        const char *word = cJSON_IsString(item) ? item->valuestring : "…";
        int length = snprintf(text + used, text_bytes - used, "%s%s", used == 0 ? "" : ", ", word);
        if (length < 0 || (size_t)length >= text_bytes - used)
            return;
        used += (size_t)length;
    }
}

void render_value(const cJSON *value, char text[static RENDER_VALUE_BYTES])
{
    if (value == NULL || cJSON_IsNull(value))
        (void)snprintf(text, RENDER_VALUE_BYTES, "-");
    else if (cJSON_IsString(value))
        (void)snprintf(text, RENDER_VALUE_BYTES, "%s", value->valuestring);
    else if (cJSON_IsBool(value))
        (void)snprintf(text, RENDER_VALUE_BYTES, "%s", cJSON_IsTrue(value) ? "yes" : "no");
    else if (cJSON_IsNumber(value))
        (void)snprintf(text, RENDER_VALUE_BYTES, "%.0f", value->valuedouble);
    else
        print_list(value, text, RENDER_VALUE_BYTES);
}

void render_instant(const char *instant, char text[static RENDER_VALUE_BYTES])
{
    int64_t unix_ms = 0;
    struct tm tm;
    bool is_good = clinic_instant_parse(instant, &unix_ms);
    time_t seconds = (time_t)(unix_ms / 1000);
    if (!is_good || localtime_r(&seconds, &tm) == NULL
        || strftime(text, RENDER_VALUE_BYTES, "%Y-%m-%d %H:%M:%S", &tm) == 0)
        (void)snprintf(text, RENDER_VALUE_BYTES, "%s", instant);
}

static void print_field(const struct clinic_field *field, const cJSON *value,
                        char text[static RENDER_VALUE_BYTES])
{
    if (field->type == CLINIC_FIELD_INSTANT && cJSON_IsString(value))
        render_instant(value->valuestring, text);
    else
        render_value(value, text);
}

// In a row the first id is the row's own; of the others the end is enough to tell them apart.
static void print_cell(const struct clinic_field *field, size_t column, const cJSON *value,
                       char text[static RENDER_VALUE_BYTES])
{
    enum { SHOWN = 6 };
    size_t length = cJSON_IsString(value) ? strlen(value->valuestring) : 0;
    if (column > 0 && field->type == CLINIC_FIELD_UUID && length > SHOWN)
        (void)snprintf(text, RENDER_VALUE_BYTES, "…%s", value->valuestring + length - SHOWN);
    else
        print_field(field, value, text);
}

static void add_label(struct table *table, const char *name)
{
    char label[64];
    (void)snprintf(label, sizeof label, "%s", name);
    for (char *c = label; *c != '\0'; c++)
        if (*c == '_')
            *c = ' ';
    table_cell(table, label);
}

// ---- by the catalogue's fields

// A session's token, and the remark that a list is complete.
static bool is_for_programs(const struct clinic_field *field, const cJSON *value)
{
    return strcmp(field->name, "session") == 0
           || (strcmp(field->name, "more") == 0 && cJSON_IsFalse(value));
}

static bool is_calendar(const struct clinic_field *field)
{
    return strcmp(field->name, "ics") == 0;
}

// The bus takes no carriage returns; RFC 5545 wants them.
static void print_calendar(const char *text, FILE *out)
{
    for (; *text != '\0'; text++) {
        if (*text == '\n')
            (void)fputc('\r', out);
        (void)fputc(*text, out);
    }
}

static bool is_table(const struct clinic_field *field)
{
    return field->type == CLINIC_FIELD_LIST && field->fields[0].type == CLINIC_FIELD_OBJECT;
}

static bool is_simple(const struct clinic_field *field)
{
    return field->type != CLINIC_FIELD_OBJECT && !is_table(field) && !is_calendar(field);
}

static void print_pairs(const struct clinic_field *fields, size_t count, const cJSON *data,
                        FILE *out)
{
    char value[RENDER_VALUE_BYTES];
    struct table *table = table_open(2);
    if (table == NULL)
        return;
    for (size_t i = 0; i < count; i++) {
        const cJSON *member = clinic_json_member(data, fields[i].name);
        if (member == NULL || !is_simple(&fields[i]) || is_for_programs(&fields[i], member))
            continue;
        print_field(&fields[i], member, value);
        add_label(table, fields[i].name);
        table_cell(table, value);
    }
    table_print(table, "  ", out);
    table_close(table);
}

static void print_rows(const struct clinic_field *item, const cJSON *list, FILE *out)
{
    char value[RENDER_VALUE_BYTES];
    struct table *table = table_open(item->field_count);
    if (table == NULL)
        return;
    for (size_t i = 0; i < item->field_count; i++)
        add_label(table, item->fields[i].name);
    const cJSON *row = NULL;
    cJSON_ArrayForEach(row, list)
    {
        for (size_t i = 0; i < item->field_count; i++) {
            print_cell(&item->fields[i], i, clinic_json_member(row, item->fields[i].name), value);
            table_cell(table, value);
        }
    }
    table_print(table, "  ", out);
    table_close(table);
}

// An only list needs no name; of several one wants to know which.
static bool has_several_tables(const struct clinic_field *fields, size_t count)
{
    size_t tables = 0;
    for (size_t i = 0; i < count; i++)
        tables += is_table(&fields[i]);
    return tables > 1;
}

static void print_tables(const struct clinic_field *fields, size_t count, const cJSON *data,
                         FILE *out)
{
    bool has_names = has_several_tables(fields, count);
    for (size_t i = 0; i < count; i++) {
        const cJSON *list = clinic_json_member(data, fields[i].name);
        if (list == NULL || !is_table(&fields[i]))
            continue;
        if (has_names && list->child == NULL)
            (void)fprintf(out, "  %s: none\n", fields[i].name);
        else if (has_names)
            (void)fprintf(out, "  %s:\n", fields[i].name);
        if (list->child != NULL || !has_names)
            print_rows(&fields[i].fields[0], list, out);
    }
}

void render_data(const struct clinic_field *fields, size_t count, const cJSON *data, FILE *out)
{
    for (size_t i = 0; i < count; i++) {
        const cJSON *member = clinic_json_member(data, fields[i].name);
        if (member != NULL && is_calendar(&fields[i]))
            print_calendar(member->valuestring, out);
        if (member != NULL && fields[i].type == CLINIC_FIELD_OBJECT)
            render_data(fields[i].fields, fields[i].field_count, member, out);
    }
    print_tables(fields, count, data, out);
    print_pairs(fields, count, data, out);
}

void render_members(const cJSON *data, FILE *out)
{
    char value[RENDER_VALUE_BYTES];
    const cJSON *member = NULL;
    struct table *table = table_open(2);
    if (table == NULL)
        return;
    cJSON_ArrayForEach(member, data)
    {
        render_value(member, value);
        add_label(table, member->string);
        table_cell(table, value);
    }
    table_print(table, "  ", out);
    table_close(table);
}
