// json.c - walks through a text that json_check() has found good, so it never looks at its end.
#include "json.h"

static const char *skip_space(const char *at, const char *end)
{
    while (at < end && (*at == ' ' || *at == '\t' || *at == '\n' || *at == '\r'))
        at++;
    return at;
}

struct json json_whole(const char *text, size_t length)
{
    return (struct json){ skip_space(text, text + length), text + length };
}

enum json_type json_type(const struct json *value)
{
    switch (*value->at) {
    case '{':
        return JSON_OBJECT;
    case '[':
        return JSON_ARRAY;
    case '"':
        return JSON_STRING;
    case 't':
    case 'f':
        return JSON_BOOL;
    case 'n':
        return JSON_NULL;
    default:
        return JSON_NUMBER;
    }
}

// ---- numbers

static bool is_digit(char byte)
{
    return byte >= '0' && byte <= '9';
}

bool json_integer(const struct json *value, int64_t *ret_number)
{
    const char *at = value->at;
    const bool is_negative = *at == '-';
    int64_t number = 0;

    if (json_type(value) != JSON_NUMBER)
        return false;
    for (at += is_negative; at < value->end && is_digit(*at); at++) {
        if (number > (INT64_MAX - 9) / 10)
            return false;
        number = number * 10 + (*at - '0');
    }
    if (at < value->end && (*at == '.' || *at == 'e' || *at == 'E'))
        return false;
    *ret_number = is_negative ? -number : number;
    return true;
}

// ---- strings

struct output {
    char *text;
    size_t length;
    size_t room; // for the text without its NUL
    bool is_bad;
};

static void put(struct output *output, uint32_t byte)
{
    if (output->length == output->room || byte == 0) {
        output->is_bad = true;
        return;
    }
    output->text[output->length++] = (char)(uint8_t)byte;
}

static void put_character(struct output *output, uint32_t character)
{
    if (character < 0x80) {
        put(output, character);
        return;
    }
    if (character < 0x800) {
        put(output, 0xC0 | character >> 6);
    } else if (character < 0x10000) {
        put(output, 0xE0 | character >> 12);
        put(output, 0x80 | (character >> 6 & 0x3F));
    } else {
        put(output, 0xF0 | character >> 18);
        put(output, 0x80 | (character >> 12 & 0x3F));
        put(output, 0x80 | (character >> 6 & 0x3F));
    }
    put(output, 0x80 | (character & 0x3F));
}

static uint32_t hex(const char *digits)
{
    uint32_t unit = 0;

    for (unsigned i = 0; i < 4; i++) {
        const char digit = digits[i];
        unit = unit << 4 | (uint32_t)(is_digit(digit) ? digit - '0' : (digit | 0x20) - 'a' + 10);
    }
    return unit;
}

// `at`: behind "\u". Returns what follows, behind the second half of a pair.
static const char *put_unit(struct output *output, const char *at)
{
    const uint32_t unit = hex(at);

    if (unit < 0xD800 || unit > 0xDFFF) {
        put_character(output, unit);
        return at + 4;
    }
    put_character(output, 0x10000 + ((unit - 0xD800) << 10) + (hex(at + 6) - 0xDC00));
    return at + 10;
}

static uint32_t unescaped(char letter)
{
    static const char letters[] = "bfnrt";
    static const char meanings[] = "\b\f\n\r\t";

    for (unsigned i = 0; letters[i] != '\0'; i++) {
        if (letter == letters[i])
            return (uint32_t)meanings[i];
    }
    return (uint32_t)letter;
}

// `at`: behind the backslash.
static const char *put_escape(struct output *output, const char *at)
{
    if (*at == 'u')
        return put_unit(output, at + 1);
    put(output, unescaped(*at));
    return at + 1;
}

bool json_text(const struct json *value, char *ret_text, size_t room)
{
    struct output output = { .text = ret_text, .room = room - 1 };

    if (json_type(value) != JSON_STRING)
        return false;
    for (const char *at = value->at + 1; *at != '"' && !output.is_bad;) {
        if (*at == '\\') {
            at = put_escape(&output, at + 1);
        } else {
            put(&output, (uint8_t)*at);
            at++;
        }
    }
    ret_text[output.length] = '\0';
    return !output.is_bad;
}

// ---- walking

static const char *skip_string(const char *at)
{
    for (at++; *at != '"'; at++) {
        if (*at == '\\')
            at++;
    }
    return at + 1;
}

static bool ends_scalar(char byte)
{
    return byte == ',' || byte == ']' || byte == '}' || byte == ' ' || byte == '\t' || byte == '\n'
           || byte == '\r';
}

// Behind the value: brackets in a text that was checked match, so counting them is enough.
static const char *skip(const char *at, const char *end)
{
    unsigned depth = 0;

    while (at < end) {
        if (*at == '"') {
            at = skip_string(at);
        } else if (*at == '{' || *at == '[') {
            depth++;
            at++;
        } else if (*at == '}' || *at == ']') {
            depth--;
            at++;
        } else if (depth > 0) {
            at++;
        } else {
            while (at < end && !ends_scalar(*at))
                at++;
        }
        if (depth == 0)
            break;
    }
    return at;
}

bool json_enter(const struct json *value, struct json_walk *ret_walk)
{
    const enum json_type type = json_type(value);

    if (type != JSON_OBJECT && type != JSON_ARRAY)
        return false;
    *ret_walk = (struct json_walk){
        .at = skip_space(value->at + 1, value->end),
        .end = value->end,
        .is_object = type == JSON_OBJECT,
    };
    return true;
}

static const char *skip_colon(const char *at, const char *end)
{
    at = skip_space(at, end);
    return skip_space(at + 1, end);
}

bool json_next(struct json_walk *walk, struct json *ret_name, struct json *ret_value)
{
    const char *at = walk->at;

    if (*at == '}' || *at == ']')
        return false;
    if (walk->is_object) {
        *ret_name = (struct json){ at, walk->end };
        at = skip_colon(skip_string(at), walk->end);
    }
    *ret_value = (struct json){ at, walk->end };
    at = skip_space(skip(at, walk->end), walk->end);
    if (*at == ',')
        at = skip_space(at + 1, walk->end);
    walk->at = at;
    return true;
}
