// json_scan.h - does a text follow RFC 8259 to the letter? Asked before cJSON, which is lax, sees it.
//
// Besides the grammar: no \u0000, no lone surrogates, numbers of at most 63 characters (cJSON cuts longer
// ones), depth at most CLINIC_JSON_DEPTH_MAX. Builds nothing, allocates nothing, does not recurse.
#pragma once

#include <stddef.h>

// NULL: the text is fine. Otherwise what is wrong with it, as an English phrase.
const char *clinic_json_scan(const char *bytes, size_t length);
