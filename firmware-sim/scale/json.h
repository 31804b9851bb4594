// json.h - reads JSON (RFC 8259) where it lies, without tokens and without recursion.
//
// json_check() first proves a whole text to be well-formed; the readers below rely on that and only walk. They do not
// copy but for strings, so a config of four kilobytes costs no memory. jsmn was tried: even in its
// strict mode it takes [1 2], {"a" "b"}, {"a":1,}, [007], control characters and bytes that are no UTF-8, so every check
// below would still be needed, and its tokens, 16 bytes each, would take more memory than there is.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { JSON_DEPTH_MAX = 16, JSON_NUMBER_BYTES = 63 };

// Whether it is one value and nothing else, in valid UTF-8 without NUL (nor \u0000), nested at most JSON_DEPTH_MAX deep, its numbers
// at most JSON_NUMBER_BYTES long.
bool json_check(const char *text, size_t length);

// A value in a text that was checked.
struct json {
    const char *at;
    const char *end; // of the text
};

enum json_type { JSON_NULL, JSON_BOOL, JSON_NUMBER, JSON_STRING, JSON_ARRAY, JSON_OBJECT };

struct json json_whole(const char *text, size_t length);
enum json_type json_type(const struct json *value);

// Only a whole number without fraction or exponent.
bool json_integer(const struct json *value, int64_t *ret_number);

// Unescaped and NUL-terminated. False: not a string, longer than room - 1 bytes, or it contains a NUL.
bool json_text(const struct json *value, char *ret_text, size_t room);

// The members of an object or the elements of an array, one after another.
struct json_walk {
    const char *at;
    const char *end;
    bool is_object;
};

// False: neither object nor array.
bool json_enter(const struct json *value, struct json_walk *ret_walk);
// False: there are no more. The name of a member as a string value; of an element it is not set.
bool json_next(struct json_walk *walk, struct json *ret_name, struct json *ret_value);
