// print.h - builds a text in a buffer of fixed size.
//
// What does not fit is left out and remembered in is_cut; the text is always NUL-terminated. A caller adds all it has
// and asks once.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct print {
    char *text;
    size_t size; // of the buffer, at least 1
    size_t length;
    bool is_cut;
};

void print_begin(struct print *print, char *text, size_t size);
void print_text(struct print *print, const char *text);
void print_number(struct print *print, int64_t number);
void print_padded(struct print *print, uint32_t number, unsigned digits); // with leading zeros

// At most `bytes` bytes of a UTF-8 text, whole characters only.
void print_start_of(struct print *print, const char *text, size_t bytes);

// As a JSON string, in quotes and escaped.
void print_quoted(struct print *print, const char *text);

size_t text_length(const char *text);
bool text_equal(const char *a, const char *b);
