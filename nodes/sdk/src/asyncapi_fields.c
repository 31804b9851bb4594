#include "asyncapi_fields.h"

#define LINE_PATTERN "^[^\\u0000-\\u001f\\u007f-\\u009f]*$"
#define TEXT_PATTERN "^[^\\u0000-\\u0008\\u000b-\\u001f\\u007f-\\u009f]*$"
#define CLOCK_PATTERN "^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$"
#define LOCAL_PATTERN "^[0-9]{4}-[0-9]{2}-[0-9]{2}T([01][0-9]|2[0-3]):[0-5][0-9]$"
#define BASE64_PATTERN "^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$"
#define CODE_PATTERN "^[a-z0-9._-]*$"

static const char *json_type(enum clinic_field_type type)
{
    switch (type) {
    case CLINIC_FIELD_INTEGER:
        return "integer";
    case CLINIC_FIELD_BOOLEAN:
        return "boolean";
    case CLINIC_FIELD_LIST:
        return "array";
    case CLINIC_FIELD_OBJECT:
        return "object";
    case CLINIC_FIELD_ANY:
        return NULL;
    case CLINIC_FIELD_STRING:
    case CLINIC_FIELD_TEXT:
    case CLINIC_FIELD_CODE:
    case CLINIC_FIELD_UUID:
    case CLINIC_FIELD_DATE:
    case CLINIC_FIELD_INSTANT:
    case CLINIC_FIELD_CLOCK:
    case CLINIC_FIELD_LOCAL:
    case CLINIC_FIELD_BASE64:
    case CLINIC_FIELD_CHOICE:
        return "string";
    }
    return NULL;
}

static void write_type(struct json_writer *writer, const struct clinic_field *field)
{
    const char *type = json_type(field->type);
    if (type == NULL)
        return;
    if (!field->is_nullable) {
        json_text(writer, "type", type);
        return;
    }
    json_open_list(writer, "type");
    json_text(writer, NULL, type);
    json_text(writer, NULL, "null");
    json_close_list(writer);
}

static void write_choices(struct json_writer *writer, const struct clinic_field *field)
{
    json_open_list(writer, "enum");
    for (const char *const *choice = field->choices; *choice != NULL; choice++)
        json_text(writer, NULL, *choice);
    if (field->is_nullable)
        json_null(writer, NULL);
    json_close_list(writer);
}

static void write_pattern(struct json_writer *writer, const struct clinic_field *field,
                          const char *pattern, int64_t min)
{
    json_integer(writer, "minLength", min);
    json_integer(writer, "maxLength", field->max);
    json_text(writer, "pattern", pattern);
}

static void write_properties(struct json_writer *writer, const struct clinic_field *fields,
                             size_t count, bool is_closed);
static void write_field(struct json_writer *writer, const char *name,
                        const struct clinic_field *field, bool is_closed);

// Lines are limited in bytes, JSON Schema counts characters: of up to four bytes each.
static void write_limits(struct json_writer *writer, const struct clinic_field *field,
                         bool is_closed)
{
    switch (field->type) {
    case CLINIC_FIELD_STRING:
        write_pattern(writer, field, LINE_PATTERN, (field->min + 3) / 4);
        json_integer(writer, "x-min-bytes", field->min);
        json_integer(writer, "x-max-bytes", field->max);
        return;
    case CLINIC_FIELD_TEXT:
        write_pattern(writer, field, TEXT_PATTERN, field->min);
        return;
    case CLINIC_FIELD_CODE:
        write_pattern(writer, field, CODE_PATTERN, field->min);
        return;
    case CLINIC_FIELD_INTEGER:
        json_integer(writer, "minimum", field->min);
        json_integer(writer, "maximum", field->max);
        return;
    case CLINIC_FIELD_UUID:
        json_text(writer, "format", "uuid");
        return;
    case CLINIC_FIELD_DATE:
        json_text(writer, "format", "date");
        return;
    case CLINIC_FIELD_INSTANT:
        json_text(writer, "format", "date-time");
        return;
    case CLINIC_FIELD_CLOCK:
        json_text(writer, "pattern", CLOCK_PATTERN);
        return;
    case CLINIC_FIELD_LOCAL:
        json_text(writer, "pattern", LOCAL_PATTERN);
        return;
    case CLINIC_FIELD_BASE64:
        write_pattern(writer, field, BASE64_PATTERN, field->min);
        json_text(writer, "contentEncoding", "base64");
        return;
    case CLINIC_FIELD_CHOICE:
        write_choices(writer, field);
        return;
    case CLINIC_FIELD_LIST:
        json_integer(writer, "minItems", field->min);
        json_integer(writer, "maxItems", field->max);
        write_field(writer, "items", &field->fields[0], is_closed);
        return;
    case CLINIC_FIELD_OBJECT:
        write_properties(writer, field->fields, field->field_count, is_closed);
        return;
    case CLINIC_FIELD_BOOLEAN:
    case CLINIC_FIELD_ANY:
        return;
    }
}

static void write_field(struct json_writer *writer, const char *name,
                        const struct clinic_field *field, bool is_closed)
{
    json_open_object(writer, name);
    write_type(writer, field);
    write_limits(writer, field, is_closed);
    if (field->help != NULL)
        json_text(writer, "description", field->help);
    if (field->is_personal)
        json_boolean(writer, "x-personal", true);
    json_close_object(writer);
}

// ---- objects

static void write_required(struct json_writer *writer, const struct clinic_field *fields,
                           size_t count)
{
    json_open_list(writer, "required");
    for (size_t i = 0; i < count; i++) {
        if (fields[i].is_required)
            json_text(writer, NULL, fields[i].name);
    }
    json_close_list(writer);
}

static void write_properties(struct json_writer *writer, const struct clinic_field *fields,
                             size_t count, bool is_closed)
{
    json_open_object(writer, "properties");
    for (size_t i = 0; i < count; i++)
        write_field(writer, fields[i].name, &fields[i], is_closed);
    json_close_object(writer);
    write_required(writer, fields, count);
    if (is_closed)
        json_boolean(writer, "additionalProperties", false);
}

void asyncapi_write_object(struct json_writer *writer, const char *name,
                           const struct clinic_field *fields, size_t count, bool is_closed)
{
    json_open_object(writer, name);
    json_text(writer, "type", "object");
    write_properties(writer, fields, count, is_closed);
    json_close_object(writer);
}
