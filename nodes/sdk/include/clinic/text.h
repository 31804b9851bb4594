// text.h - checks of text that came from outside.
#pragma once

#include <stdbool.h>
#include <stddef.h>

// Well-formed UTF-8 as RFC 3629 has it: no overlong forms, no surrogates, nothing above U+10FFFF.
bool clinic_text_is_utf8(const char *bytes, size_t length);

// True if `text` holds a C0 or C1 control character or U+007F. Line feed and tab are let through where
// `is_multiline`. The text must be well-formed.
bool clinic_text_has_control(const char *text, bool is_multiline);

// Code points in a well-formed text.
size_t clinic_text_code_points(const char *text);

// Removes the remains of a character that was cut at the end of a buffer.
void clinic_text_drop_cut_end(char *text);

// A node's name, which becomes a certificate's common name and a topic level: [a-z0-9-]{1,32}.
bool clinic_text_is_node_name(const char *text);
