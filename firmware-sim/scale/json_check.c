// json_check.c - whether a text is JSON at all. Part of json.h.
#include "json.h"

struct scan {
    const char *at;
    const char *end;
    unsigned depth;
    uint32_t objects; // a bit a level: object or array
    bool is_first;    // nothing was read yet of the innermost one
};

_Static_assert(JSON_DEPTH_MAX <= 32, "a bit a level");

// The next byte, 0 at the end: a NUL is nowhere allowed, so both end what is being read.
static char next(const struct scan *scan)
{
    if (scan->at == scan->end)
        return '\0';
    return *scan->at;
}

static bool take(struct scan *scan, char byte)
{
    if (next(scan) != byte || byte == '\0')
        return false;
    scan->at++;
    return true;
}

static void skip_space(struct scan *scan)
{
    while (next(scan) == ' ' || next(scan) == '\t' || next(scan) == '\n' || next(scan) == '\r')
        scan->at++;
}

static bool take_word(struct scan *scan, const char *word)
{
    while (*word != '\0') {
        if (!take(scan, *word++))
            return false;
    }
    return true;
}

// ---- numbers

static bool is_digit(char byte)
{
    return byte >= '0' && byte <= '9';
}

static bool take_digits(struct scan *scan)
{
    const char *start = scan->at;

    while (is_digit(next(scan)))
        scan->at++;
    return scan->at > start;
}

static bool take_exponent(struct scan *scan)
{
    if (!take(scan, 'e') && !take(scan, 'E'))
        return true;
    if (!take(scan, '-'))
        (void)take(scan, '+');
    return take_digits(scan);
}

static bool take_number(struct scan *scan)
{
    const char *start = scan->at;

    (void)take(scan, '-');
    if (!take(scan, '0') && !take_digits(scan))
        return false;
    if (take(scan, '.') && !take_digits(scan))
        return false;
    return take_exponent(scan) && scan->at - start <= JSON_NUMBER_BYTES;
}

// ---- strings

// How many bytes follow the first of a character, and what the second one lies between: that rules out
// overlong forms, surrogates, and what is beyond U+10FFFF.
struct sequence {
    uint8_t first_low;
    uint8_t first_high;
    uint8_t second_low;
    uint8_t second_high;
    uint8_t following;
};

static const struct sequence sequences[] = {
    { 0xC2, 0xDF, 0x80, 0xBF, 1 }, { 0xE0, 0xE0, 0xA0, 0xBF, 2 }, { 0xE1, 0xEC, 0x80, 0xBF, 2 },
    { 0xED, 0xED, 0x80, 0x9F, 2 }, { 0xEE, 0xEF, 0x80, 0xBF, 2 }, { 0xF0, 0xF0, 0x90, 0xBF, 3 },
    { 0xF1, 0xF3, 0x80, 0xBF, 3 }, { 0xF4, 0xF4, 0x80, 0x8F, 3 },
};

static bool is_within(char byte, uint8_t low, uint8_t high)
{
    return (uint8_t)byte >= low && (uint8_t)byte <= high;
}

static bool take_following(struct scan *scan, const struct sequence *sequence)
{
    scan->at++;
    if (!is_within(next(scan), sequence->second_low, sequence->second_high))
        return false;
    scan->at++;
    for (unsigned i = 1; i < sequence->following; i++) {
        if (!is_within(next(scan), 0x80, 0xBF))
            return false;
        scan->at++;
    }
    return true;
}

static bool take_wide(struct scan *scan)
{
    for (unsigned i = 0; i < sizeof sequences / sizeof sequences[0]; i++) {
        if (is_within(next(scan), sequences[i].first_low, sequences[i].first_high))
            return take_following(scan, &sequences[i]);
    }
    return false;
}

static bool take_hex(struct scan *scan, uint32_t *ret_unit)
{
    uint32_t unit = 0;

    for (unsigned i = 0; i < 4; i++) {
        const char byte = next(scan);
        if (is_digit(byte))
            unit = unit << 4 | (uint32_t)(byte - '0');
        else if (is_within((char)(byte | 0x20), 'a', 'f'))
            unit = unit << 4 | (uint32_t)((byte | 0x20) - 'a' + 10);
        else
            return false;
        scan->at++;
    }
    *ret_unit = unit;
    return true;
}

// Behind "\u". Surrogates come in pairs; a NUL would cut the text.
static bool take_unit(struct scan *scan)
{
    uint32_t unit = 0;
    uint32_t low = 0;

    if (!take_hex(scan, &unit) || unit == 0 || (unit >= 0xDC00 && unit <= 0xDFFF))
        return false;
    if (unit < 0xD800 || unit > 0xDBFF)
        return true;
    return take_word(scan, "\\u") && take_hex(scan, &low) && low >= 0xDC00 && low <= 0xDFFF;
}

static bool take_escape(struct scan *scan)
{
    static const char plain[] = "\"\\/bfnrt";

    if (take(scan, 'u'))
        return take_unit(scan);
    for (const char *letter = plain; *letter != '\0'; letter++) {
        if (take(scan, *letter))
            return true;
    }
    return false;
}

static bool take_string(struct scan *scan)
{
    if (!take(scan, '"'))
        return false;
    while (!take(scan, '"')) {
        const uint8_t byte = (uint8_t)next(scan);
        if (byte < 0x20)
            return false; // the end, too
        if (take(scan, '\\')) {
            if (!take_escape(scan))
                return false;
        } else if (byte < 0x80) {
            scan->at++;
        } else if (!take_wide(scan)) {
            return false;
        }
    }
    return true;
}

// ---- values

static bool is_in_object(const struct scan *scan)
{
    return (scan->objects >> (scan->depth - 1) & 1) != 0;
}

static bool enter(struct scan *scan, bool is_object)
{
    if (scan->depth == JSON_DEPTH_MAX)
        return false;
    scan->objects &= ~(UINT32_C(1) << scan->depth);
    scan->objects |= (uint32_t)is_object << scan->depth;
    scan->depth++;
    scan->is_first = true;
    return true;
}

// A value, or the beginning of an object or array.
static bool take_value(struct scan *scan)
{
    if (take(scan, '{'))
        return enter(scan, true);
    if (take(scan, '['))
        return enter(scan, false);
    scan->is_first = false;
    switch (next(scan)) {
    case '"':
        return take_string(scan);
    case 't':
        return take_word(scan, "true");
    case 'f':
        return take_word(scan, "false");
    case 'n':
        return take_word(scan, "null");
    default:
        return take_number(scan);
    }
}

static bool take_name(struct scan *scan)
{
    if (!take_string(scan))
        return false;
    skip_space(scan);
    if (!take(scan, ':'))
        return false;
    skip_space(scan);
    return true;
}

// Within an object or array: its end, or the next of what it holds.
static bool take_part(struct scan *scan)
{
    const bool is_object = is_in_object(scan);

    if (take(scan, is_object ? '}' : ']')) {
        scan->depth--;
        scan->is_first = false;
        return true;
    }
    if (!scan->is_first && !take(scan, ','))
        return false;
    skip_space(scan);
    if (is_object && !take_name(scan))
        return false;
    return take_value(scan);
}

bool json_check(const char *text, size_t length)
{
    struct scan scan = { .at = text, .end = text + length };

    skip_space(&scan);
    bool is_good = take_value(&scan);
    skip_space(&scan);
    while (is_good && scan.depth > 0) {
        is_good = take_part(&scan);
        skip_space(&scan);
    }
    return is_good && scan.at == scan.end;
}
