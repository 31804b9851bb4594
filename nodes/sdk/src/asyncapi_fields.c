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
        writer_text(writer, "type", type);
        return;
    }
    writer_open_list(writer, "type");
    writer_text(writer, NULL, type);
    writer_text(writer, NULL, "null");
    writer_close_list(writer);
}

static void write_choices(struct json_writer *writer, const struct clinic_field *field)
{
    writer_open_list(writer, "enum");
    for (const char *const *choice = field->choices; *choice != NULL; choice++)
        writer_text(writer, NULL, *choice);
    if (field->is_nullable)
        writer_null(writer, NULL);
    writer_close_list(writer);
}

static void write_pattern(struct json_writer *writer, const struct clinic_field *field,
                          const char *pattern, int64_t min)
{
    writer_integer(writer, "minLength", min);
    writer_integer(writer, "maxLength", field->max);
    writer_text(writer, "pattern", pattern);
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
        writer_integer(writer, "x-min-bytes", field->min);
        writer_integer(writer, "x-max-bytes", field->max);
        return;
    case CLINIC_FIELD_TEXT:
        write_pattern(writer, field, TEXT_PATTERN, field->min);
        return;
    case CLINIC_FIELD_CODE:
        write_pattern(writer, field, CODE_PATTERN, field->min);
        return;
    case CLINIC_FIELD_INTEGER:
        writer_integer(writer, "minimum", field->min);
        writer_integer(writer, "maximum", field->max);
        return;
    case CLINIC_FIELD_UUID:
        writer_text(writer, "format", "uuid");
        return;
    case CLINIC_FIELD_DATE:
        writer_text(writer, "format", "date");
        return;
    case CLINIC_FIELD_INSTANT:
        writer_text(writer, "format", "date-time");
        return;
    case CLINIC_FIELD_CLOCK:
        writer_text(writer, "pattern", CLOCK_PATTERN);
        return;
    case CLINIC_FIELD_LOCAL:
        writer_text(writer, "pattern", LOCAL_PATTERN);
        return;
    case CLINIC_FIELD_BASE64:
        write_pattern(writer, field, BASE64_PATTERN, field->min);
        writer_text(writer, "contentEncoding", "base64");
        return;
    case CLINIC_FIELD_CHOICE:
        write_choices(writer, field);
        return;
    case CLINIC_FIELD_LIST:
        writer_integer(writer, "minItems", field->min);
        writer_integer(writer, "maxItems", field->max);
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
    writer_open_object(writer, name);
    write_type(writer, field);
    write_limits(writer, field, is_closed);
    if (field->help != NULL)
        writer_text(writer, "description", field->help);
    if (field->is_personal)
        writer_boolean(writer, "x-personal", true);
    writer_close_object(writer);
}

// ---- objects

static void write_required(struct json_writer *writer, const struct clinic_field *fields,
                           size_t count)
{
    writer_open_list(writer, "required");
    for (size_t i = 0; i < count; i++) {
        if (fields[i].is_required)
            writer_text(writer, NULL, fields[i].name);
    }
    writer_close_list(writer);
}

static void write_properties(struct json_writer *writer, const struct clinic_field *fields,
                             size_t count, bool is_closed)
{
    writer_open_object(writer, "properties");
    for (size_t i = 0; i < count; i++)
        write_field(writer, fields[i].name, &fields[i], is_closed);
    writer_close_object(writer);
    write_required(writer, fields, count);
    if (is_closed)
        writer_boolean(writer, "additionalProperties", false);
}

void asyncapi_write_object(struct json_writer *writer, const char *name,
                           const struct clinic_field *fields, size_t count, bool is_closed)
{
    writer_open_object(writer, name);
    writer_text(writer, "type", "object");
    write_properties(writer, fields, count, is_closed);
    writer_close_object(writer);
}
