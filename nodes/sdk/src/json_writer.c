#include "json_writer.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

static void begin_value(struct json_writer *writer, const char *name)
{
    if (writer->needs_comma)
        clinic_buffer_add(&writer->buffer, ",");
    writer->needs_comma = true;
    if (name == NULL)
        return;
    clinic_buffer_add_quoted(&writer->buffer, name);
    clinic_buffer_add(&writer->buffer, ":");
}

static void open_bracket(struct json_writer *writer, const char *name, const char *bracket)
{
    begin_value(writer, name);
    clinic_buffer_add(&writer->buffer, bracket);
    writer->needs_comma = false;
}

static void close_bracket(struct json_writer *writer, const char *bracket)
{
    clinic_buffer_add(&writer->buffer, bracket);
    writer->needs_comma = true;
}

void writer_open_object(struct json_writer *writer, const char *name)
{
    open_bracket(writer, name, "{");
}

void writer_open_list(struct json_writer *writer, const char *name)
{
    open_bracket(writer, name, "[");
}

void writer_close_object(struct json_writer *writer)
{
    close_bracket(writer, "}");
}

void writer_close_list(struct json_writer *writer)
{
    close_bracket(writer, "]");
}

void writer_text(struct json_writer *writer, const char *name, const char *text)
{
    begin_value(writer, name);
    clinic_buffer_add_quoted(&writer->buffer, text);
}

void writer_format(struct json_writer *writer, const char *name, const char *format, ...)
{
    char text[512]; // longer than anything the catalogue leads to; what is longer is cut
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    writer_text(writer, name, text);
}

void writer_integer(struct json_writer *writer, const char *name, int64_t value)
{
    char text[24];
    (void)snprintf(text, sizeof text, "%" PRId64, value);
    begin_value(writer, name);
    clinic_buffer_add(&writer->buffer, text);
}

void writer_boolean(struct json_writer *writer, const char *name, bool value)
{
    begin_value(writer, name);
    clinic_buffer_add(&writer->buffer, value ? "true" : "false");
}

void writer_null(struct json_writer *writer, const char *name)
{
    begin_value(writer, name);
    clinic_buffer_add(&writer->buffer, "null");
}
