#include "buffer.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum {
    FIRST_BYTES = 1024,
    PRINT_SLACK_BYTES = 64, // cJSON asks for a little more than it writes
    LARGEST_BYTES = 16 * 1024 * 1024,
};

// Makes room for so many more bytes and a NUL.
static bool reserve(struct clinic_buffer *buffer, size_t more)
{
    if (buffer->status != CLINIC_OK)
        return false;
    size_t needed = buffer->length + more + 1;
    if (needed <= buffer->capacity)
        return true;
    if (needed > LARGEST_BYTES) {
        buffer->status = CLINIC_FULL;
        return false;
    }
    size_t capacity = buffer->capacity == 0 ? FIRST_BYTES : buffer->capacity;
    while (capacity < needed)
        capacity *= 2;
    char *bytes = realloc(buffer->bytes, capacity);
    if (bytes == NULL) {
        buffer->status = CLINIC_NOMEM;
        return false;
    }
    buffer->bytes = bytes;
    buffer->capacity = capacity;
    return true;
}

static void add_bytes(struct clinic_buffer *buffer, const char *bytes, size_t length)
{
    if (!reserve(buffer, length))
        return;
    memcpy(buffer->bytes + buffer->length, bytes, length);
    buffer->length += length;
}

void clinic_buffer_add(struct clinic_buffer *buffer, const char *text)
{
    add_bytes(buffer, text, strlen(text));
}

static bool needs_escape(unsigned char byte)
{
    return byte < 0x20 || byte == '"' || byte == '\\';
}

static void add_escaped(struct clinic_buffer *buffer, unsigned char byte)
{
    static const char digits[] = "0123456789abcdef";
    char escape[] = { '\\', 'u', '0', '0', digits[byte >> 4], digits[byte & 0xf] };
    if (byte == '"' || byte == '\\') {
        escape[1] = (char)byte;
        add_bytes(buffer, escape, 2);
    } else {
        add_bytes(buffer, escape, sizeof escape);
    }
}

void clinic_buffer_add_quoted(struct clinic_buffer *buffer, const char *text)
{
    clinic_buffer_add(buffer, "\"");
    while (*text != '\0') {
        size_t plain = 0;
        while (text[plain] != '\0' && !needs_escape((unsigned char)text[plain]))
            plain++;
        add_bytes(buffer, text, plain);
        text += plain;
        if (*text != '\0')
            add_escaped(buffer, (unsigned char)*text++);
    }
    clinic_buffer_add(buffer, "\"");
}

void clinic_buffer_add_json(struct clinic_buffer *buffer, const cJSON *value)
{
    // cJSON prints into the room there is, or fails: then it gets more. It does not change the value.
    for (size_t room = PRINT_SLACK_BYTES; reserve(buffer, room); room = buffer->capacity) {
        char *start = buffer->bytes + buffer->length;
        size_t left = buffer->capacity - buffer->length;
        if (cJSON_PrintPreallocated((cJSON *)(uintptr_t)value, start, (int)left, 0)) {
            buffer->length += strlen(start);
            return;
        }
    }
}

enum clinic_status clinic_buffer_take(struct clinic_buffer *buffer, size_t bytes_max,
                                      char **ret_text)
{
    (void)reserve(buffer, 0);
    struct clinic_buffer taken = *buffer;
    *buffer = (struct clinic_buffer){ 0 };
    if (taken.status == CLINIC_OK && taken.length > bytes_max)
        taken.status = CLINIC_FULL;
    if (taken.status != CLINIC_OK) {
        free(taken.bytes);
        return taken.status;
    }
    taken.bytes[taken.length] = '\0';
    *ret_text = taken.bytes;
    return CLINIC_OK;
}
