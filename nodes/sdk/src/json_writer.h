// json_writer.h - writes JSON member by member, and sets the commas.
//
// `name` is NULL for the items of a list and for the outermost value. Failures stick in the buffer.
#pragma once

#include "buffer.h"

#include <stdint.h>

struct json_writer {
    struct clinic_buffer buffer;
    bool needs_comma;
};

void writer_open_object(struct json_writer *writer, const char *name);
void writer_open_list(struct json_writer *writer, const char *name);
void writer_close_object(struct json_writer *writer);
void writer_close_list(struct json_writer *writer);

void writer_text(struct json_writer *writer, const char *name, const char *text);
void writer_format(struct json_writer *writer, const char *name, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void writer_integer(struct json_writer *writer, const char *name, int64_t value);
void writer_boolean(struct json_writer *writer, const char *name, bool value);
void writer_null(struct json_writer *writer, const char *name);
