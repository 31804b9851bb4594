// tidy.h - one spelling for what people type: composed (NFC), trimmed, single spaces.
#pragma once

#include <stdbool.h>
#include <stddef.h>

enum { TIDY_TEXT_BYTES = 256 }; // enough for every one-line field of a patient

// `text` is well-formed UTF-8. False: nothing but white space, or it does not fit into `bytes` with its NUL;
// `ret_tidy` is then undefined.
bool tidy_text(const char *text, char *ret_tidy, size_t bytes);
