// buffer.h - a text that grows while it is written; how the SDK writes its JSON without building trees.
//
// The first failure sticks: writers add without looking and ask once, at clinic_buffer_take().
#pragma once

#include <clinic/status.h>

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stddef.h>

struct clinic_buffer {
    char *bytes; // not terminated before take()
    size_t length;
    size_t capacity;
    enum clinic_status status;
};

void clinic_buffer_add(struct clinic_buffer *buffer, const char *text);

// The text as a JSON string with its quotes, or the value as compact JSON.
void clinic_buffer_add_quoted(struct clinic_buffer *buffer, const char *text);
void clinic_buffer_add_json(struct clinic_buffer *buffer, const cJSON *value);

// Ends the text and hands it to the caller, who frees it; the buffer is empty afterwards, also on failure.
// CLINIC_FULL: it is longer than `bytes_max`.
enum clinic_status clinic_buffer_take(struct clinic_buffer *buffer, size_t bytes_max,
                                      char **ret_text);
